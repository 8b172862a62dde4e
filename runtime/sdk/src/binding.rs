//! What a path is bound to: read from the node, and checked as far as it can be checked here.

use crate::error::Error;
use dregg_artifact::CellId;
use dregg_mesh::{Action, Descriptor, SignedTransaction};
use dregg_rpc::dregg_capnp::binding;

/// What a path is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The path that was asked for.
    pub asked: String,
    /// The path it is about, after a redirect.
    pub path: String,
    /// The service's cell.
    pub cell: CellId,
    /// The lower, the earlier it is tried.
    pub priority: u16,
    /// The version of the mount.
    pub version: u64,
    /// What the service says of itself.
    pub descriptor: Descriptor,
    /// The epoch that a live reference is good for.
    pub epoch: u64,
    /// What the policy says about the version, if it is deprecated.
    pub deprecated: Option<String>,
    /// Whether the cell itself has signed the descriptor. Not so of a mount that was handed to it and that it has not
    /// mounted again: what its descriptor says is the word of another cell.
    pub signed: bool,
}

impl Binding {
    /// Reads a binding of this mesh.
    ///
    /// # Errors
    /// [`Error::Answer`]: it is none, or about another path than `path`.
    pub(crate) fn read(
        reader: binding::Reader<'_>,
        instance: &[u8; 32],
        path: Option<&str>,
    ) -> Result<Binding, Error> {
        let text = |text: capnp::Result<capnp::text::Reader<'_>>| -> Result<String, Error> {
            Ok(text?.to_str().map_err(|error| Error::Answer(error.to_string()))?.to_owned())
        };
        let cell = <[u8; 32]>::try_from(reader.get_cell()?).map(CellId);
        let cell = cell.map_err(|_| Error::Answer("a cell of another length".to_owned()))?;
        let descriptor = Descriptor::from_json(&text(reader.get_descriptor())?)?;
        let deprecated = text(reader.get_deprecated())?;
        let bound = Binding {
            asked: text(reader.get_asked())?,
            path: text(reader.get_path())?,
            cell,
            priority: reader.get_priority(),
            version: reader.get_version(),
            epoch: reader.get_epoch(),
            deprecated: (!deprecated.is_empty()).then_some(deprecated),
            signed: false,
            descriptor,
        };
        // SOUNDNESS: the node may not bind what was asked for to another path's services.
        if path.is_some_and(|path| path != bound.path) {
            return Err(Error::Answer(format!("it is about {}", bound.path)));
        }
        let signed = is_signed(reader.get_transaction()?, instance, &bound);
        Ok(Binding { signed, ..bound })
    }
}

/// Whether the cell has signed a mount of this descriptor at this path, in this mesh.
fn is_signed(transaction: &[u8], instance: &[u8; 32], bound: &Binding) -> bool {
    let Ok(signed) = SignedTransaction::from_bytes(transaction) else { return false };
    let (Ok(signers), Ok(transaction)) = (signed.signers(), signed.transaction()) else { return false };
    let Action::Mount { path, descriptor, .. } = &transaction.action else { return false };
    let path = path.strip_suffix('/').filter(|shorter| !shorter.is_empty()).unwrap_or(path);
    signers.first() == Some(&bound.cell)
        && transaction.instance == *instance
        && path == bound.path
        && *descriptor == bound.descriptor
}
