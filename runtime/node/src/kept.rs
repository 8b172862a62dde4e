//! What a node keeps for later: sturdy references, and handoffs that nobody has taken yet.
//!
//! Each is kept under the hash of a secret: the swiss number, or the nonce of a certificate. Whoever comes with it is
//! decided about again under the root of that time.

use crate::node::Node;
use crate::settings::Settings;
use dregg_artifact::CellId;
use dregg_attest::Keys;
use dregg_rpc::failure::{Failure, Fault};
use ed25519_dalek::{Signature, Signer};
use serde::{Deserialize, Serialize};

/// What is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kept {
    /// A reference that its holder may restore.
    Sturdy {
        /// The cell it was given to.
        holder: [u8; 32],
        /// The service's cell.
        cell: [u8; 32],
        /// Where it is mounted.
        path: String,
    },
    /// A reference handed on, to be taken once.
    HandOff {
        /// Who handed it on.
        introducer: [u8; 32],
        /// For whom.
        recipient: [u8; 32],
        /// The service's cell.
        cell: [u8; 32],
        /// Where it is mounted.
        path: String,
        /// The last epoch in which it can be taken.
        expiry: u64,
    },
}

/// A handoff on its way, as the node signs it.
#[derive(Serialize, Deserialize)]
struct Certificate {
    instance: [u8; 32],
    nonce: [u8; 32],
    kept: Kept,
}

impl Kept {
    /// The certificate that its recipient comes with.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub(crate) fn certificate(
        &self,
        instance: &[u8; 32],
        nonce: &[u8; 32],
        node: &Keys,
    ) -> Result<Vec<u8>, Failure> {
        let certificate = Certificate { instance: *instance, nonce: *nonce, kept: self.clone() };
        let body = postcard::to_allocvec(&certificate).map_err(|_| Failure::refused("Certificate"))?;
        let signature = node.signing_key().sign(&message(&body)).to_bytes();
        Ok([signature.as_slice(), &body].concat())
    }

    /// What a certificate says and the nonce it is kept under, if this node has signed it for this instance.
    pub(crate) fn certified(bytes: &[u8], instance: &[u8; 32], node: &Keys) -> Option<(Kept, [u8; 32])> {
        let (signature, body) = bytes.split_first_chunk::<64>()?;
        let signature = Signature::from_bytes(signature);
        node.signing_key().verifying_key().verify_strict(&message(body), &signature).ok()?;
        let (certificate, rest) = postcard::take_from_bytes::<Certificate>(body).ok()?;
        let good = rest.is_empty() && certificate.instance == *instance;
        good.then_some((certificate.kept, certificate.nonce))
    }

    /// The service's cell and where it is mounted.
    pub(crate) fn target(&self) -> (CellId, &str) {
        match self {
            Kept::Sturdy { cell, path, .. } | Kept::HandOff { cell, path, .. } => (CellId(*cell), path),
        }
    }
}

impl Node {
    /// Keeps something under the hash of its secret.
    ///
    /// # Errors
    /// [`Fault::Overloaded`]: too much is kept, for all or for the cell that made it. [`Failure::Refused`] `Store`.
    pub(crate) fn keep(&mut self, kept: &Kept, secret: &[u8; 32], most: &Settings) -> Result<(), Failure> {
        self.check_ready()?;
        let (maker, until) = match kept {
            Kept::Sturdy { holder, .. } => (holder, None),
            Kept::HandOff { introducer, expiry, .. } => (introducer, Some(*expiry)),
        };
        let count = self.store().kept_count().and_then(|all| Ok((all, self.store().kept_by(maker)?)));
        let (all, own) = count.map_err(|error| self.unkept(&error))?;
        if all >= most.kept || own >= most.kept_each {
            return Err(Failure::failed(Fault::Overloaded, "too many references are kept"));
        }
        let bytes = postcard::to_allocvec(kept).map_err(|_| Failure::refused("Kept"))?;
        let done = self.store().keep(&place(secret), maker, until, &bytes);
        done.map_err(|error| self.unkept(&error))
    }

    /// What is kept under a secret, if anything is.
    ///
    /// # Errors
    /// [`Failure::Refused`] `Store`.
    pub(crate) fn find(&self, secret: &[u8; 32]) -> Result<Option<Kept>, Failure> {
        self.check_ready()?;
        let found = self.store().kept(&place(secret)).map_err(|_| Failure::refused("Store"))?;
        Ok(found.and_then(|bytes| postcard::from_bytes(&bytes).ok()))
    }

    /// Takes it away, so that nobody finds it again. `false` if it is gone already.
    ///
    /// # Errors
    /// [`Failure::Refused`] `Store`.
    pub(crate) fn spend(&mut self, secret: &[u8; 32]) -> Result<bool, Failure> {
        self.check_ready()?;
        self.store().forget(&place(secret)).map_err(|error| self.unkept(&error))
    }
}

fn message(body: &[u8]) -> [u8; 32] {
    blake3::derive_key("dregg handoff certificate", body)
}

/// The store never sees the secret itself.
fn place(secret: &[u8; 32]) -> [u8; 32] {
    blake3::derive_key("dregg kept reference", secret)
}
