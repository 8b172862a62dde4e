//! Asks read from the wire, and answers written to it.

use crate::node::Node;
use dregg_artifact::Permission;
use dregg_attest::Bundle;
use dregg_mesh::{Event, MountEntry, Witness};
use dregg_rpc::dregg_capnp::{ask, binding, witness};
use dregg_rpc::failure::Failure;
use serde_json::{Value, json};

/// What is asked about a path.
pub(crate) struct Ask {
    pub(crate) path: String,
    pub(crate) witness: Option<Witness>,
    pub(crate) budget: Option<u64>,
}

impl Ask {
    pub(crate) fn read(reader: ask::Reader<'_>) -> Result<Ask, Failure> {
        Ok(Ask {
            path: reader.get_path()?.to_str().map_err(|_| Failure::refused("Path"))?.to_owned(),
            witness: witness(reader.get_witness()?)?,
            budget: reader.get_has_budget().then(|| reader.get_budget()),
        })
    }

    /// Whether it spends a nonce.
    pub(crate) fn proves(&self) -> bool {
        matches!(self.witness, Some(Witness::Proof(_)))
    }
}

/// Reads what an ask rests on.
pub(crate) fn witness(reader: witness::Reader<'_>) -> Result<Option<Witness>, Failure> {
    let which = reader.which().map_err(|_| Failure::refused("Witness"))?;
    Ok(match which {
        witness::Nothing(()) => None,
        witness::Proof(proof) => Some(Witness::Proof(proof?.to_vec())),
        witness::Openings(json) => {
            let json = json?.to_str().map_err(|_| Failure::refused("Witness"))?;
            let bundle = Bundle::from_json(json).map_err(|_| Failure::refused("Witness"))?;
            Some(Witness::Openings(Box::new(bundle)))
        }
    })
}

/// The permission of a number.
pub(crate) fn permission(number: u8) -> Result<Permission, Failure> {
    let found = Permission::ALL.into_iter().find(|permission| permission.ordinal() == usize::from(number));
    found.ok_or_else(|| Failure::refused("Permission"))
}

/// Writes what a mount is.
pub(crate) fn binding(
    node: &Node,
    asked: &str,
    path: &str,
    entry: &MountEntry,
    mut builder: binding::Builder<'_>,
) {
    builder.set_path(path);
    builder.set_asked(asked);
    builder.set_cell(&entry.cell.0);
    builder.set_priority(entry.priority);
    builder.set_version(entry.version);
    builder.set_descriptor(entry.descriptor.to_json().as_str());
    builder.set_transaction(&entry.transaction);
    builder.set_epoch(node.mesh().epoch());
    if let Some(text) = node.mesh().locate(path).ok().and_then(|located| located.deprecated) {
        builder.set_deprecated(text);
    }
}

/// What a transaction changed, as JSON.
pub(crate) fn events(events: &[Event]) -> String {
    let events: Vec<Value> = events.iter().map(event).collect();
    json!({ "events": events }).to_string()
}

fn event(event: &Event) -> Value {
    match event {
        Event::FactsPending { asserted, retracted } => {
            json!({ "event": "facts pending", "asserted": asserted, "retracted": retracted })
        }
        Event::CredentialPending { leaf } => {
            json!({ "event": "credential pending", "leaf": hexadecimal(&leaf.to_bytes()) })
        }
        Event::StakePending { cell } => json!({ "event": "stake pending", "cell": cell.to_hex() }),
        Event::Mounted { path, cell, version } => {
            json!({ "event": "mounted", "path": path, "cell": cell.to_hex(), "version": version })
        }
        Event::Unmounted { path, cell } => {
            json!({ "event": "unmounted", "path": path, "cell": cell.to_hex() })
        }
        Event::Transferred { path, from, to, version } => json!({
            "event": "transferred", "path": path, "from": from.to_hex(), "to": to.to_hex(), "version": version,
        }),
        Event::TablePending { gateway } => json!({ "event": "table pending", "gateway": gateway }),
        Event::Delegated { gateway, from, to, depth } => json!({
            "event": "delegated", "gateway": gateway, "from": from.to_hex(), "to": to.to_hex(), "depth": depth,
        }),
        Event::DelegationRevoked { gateway, to } => {
            json!({ "event": "delegation revoked", "gateway": gateway, "to": to.to_hex() })
        }
        Event::EpochClosed { epoch, root } => {
            json!({ "event": "epoch closed", "epoch": epoch, "root": hexadecimal(root) })
        }
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
