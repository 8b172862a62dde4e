//! Signatures of council members under an attested root.
//!
//! A council is one of cells, so a signature comes with both keys of its cell.

use crate::council::Council;
use crate::error::SignatureError;
use crate::keys::Keys;
use dregg_artifact::CellId;
use dregg_commit::{Digest, cell_of};
use ed25519_dalek::{Signer, VerifyingKey};
use serde::{Deserialize, Serialize};

/// What precedes the digest in a signed message, so that no signature of another protocol is one of a root.
const CONTEXT: &[u8] = b"dregg attested root 1 signature ";

/// One member's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The Ed25519 key.
    #[serde(with = "crate::hexadecimal")]
    pub key: [u8; 32],
    /// The proving key that makes it a cell.
    #[serde(with = "crate::hexadecimal")]
    pub proving_key: Digest,
    /// The signature itself.
    #[serde(with = "crate::hexadecimal")]
    pub signature: [u8; 64],
}

impl Signature {
    /// Signs the digest of a root.
    pub fn new(digest: &[u8; 32], keys: &Keys) -> Signature {
        let signature = keys.signing_key().sign(&message(digest)).to_bytes();
        Signature { key: keys.public_key(), proving_key: keys.proving_key(), signature }
    }

    /// The cell that signed, if the signature is good.
    pub fn cell(&self) -> CellId {
        cell_of(&self.key, &self.proving_key)
    }

    /// Whether it is the cell's signature of the digest. Strict: a key of small order signs nothing.
    pub fn holds(&self, digest: &[u8; 32]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&self.signature);
        let key = VerifyingKey::from_bytes(&self.key);
        key.is_ok_and(|key| key.verify_strict(&message(digest), &signature).is_ok())
    }
}

fn message(digest: &[u8; 32]) -> Vec<u8> {
    [CONTEXT, digest].concat()
}

/// Whether enough members have signed the digest, each once, and nobody else.
///
/// # Errors
/// [`SignatureError`] names the first thing that is wrong.
pub fn check_signatures(
    digest: &[u8; 32],
    signatures: &[Signature],
    council: &Council,
) -> Result<(), SignatureError> {
    let cells: Vec<CellId> = signatures.iter().map(Signature::cell).collect();
    council.admit(&cells)?;
    match signatures.iter().find(|signature| !signature.holds(digest)) {
        Some(forged) => Err(SignatureError::Forged { cell: forged.cell() }),
        None => Ok(()),
    }
}
