//! The AIRs that a client can check, by their keys.

use crate::{Exchange, ResponseKey, ResponseReject};
use std::collections::BTreeMap;
use std::fmt;

/// Checks the responses of one AIR.
pub trait ResponseVerifier: Send + Sync {
    /// The key of the AIR.
    fn key(&self) -> ResponseKey;

    /// Whether a proof shows that the output is the AIR's response to the request.
    ///
    /// # Errors
    /// [`ResponseReject`]: nothing is shown. Never panics, whatever output and proof are.
    fn verify(&self, exchange: &Exchange<'_>, proof: &[u8]) -> Result<(), ResponseReject>;
}

/// What a client knows of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is the response to the request, computed as the descriptor's key says.
    Proved,
    /// The descriptor has no key: the service promises no proof, and nothing was checked.
    NoKey,
}

/// The verifiers of a client. It decides itself which ones it has: a key says what is proved only to whoever knows the AIR.
#[derive(Default)]
pub struct Verifiers(BTreeMap<ResponseKey, Box<dyn ResponseVerifier>>);

impl Verifiers {
    /// None.
    pub fn new() -> Verifiers {
        Verifiers::default()
    }

    /// Adds one. It takes the place of an earlier one with the same key.
    pub fn register(&mut self, verifier: impl ResponseVerifier + 'static) {
        self.0.insert(verifier.key(), Box::new(verifier));
    }

    /// The keys that there are verifiers for, in order.
    pub fn keys(&self) -> impl Iterator<Item = ResponseKey> {
        self.0.keys().copied()
    }

    /// Checks a response under the key of the descriptor that the service was resolved with, if it has one. `proof` is empty
    /// if none came.
    ///
    /// # Errors
    /// [`ResponseReject`]. A key that there is no verifier for is an error, not a response without a proof.
    pub fn check(
        &self,
        key: Option<&str>,
        exchange: &Exchange<'_>,
        proof: &[u8],
    ) -> Result<Outcome, ResponseReject> {
        let Some(key) = key else { return Ok(Outcome::NoKey) };
        let key = ResponseKey::from_hex(key).ok_or(ResponseReject::MalformedKey)?;
        let verifier = self.0.get(&key).ok_or(ResponseReject::UnknownKey)?;
        if proof.is_empty() {
            return Err(ResponseReject::NoProof);
        }
        verifier.verify(exchange, proof)?;
        Ok(Outcome::Proved)
    }
}

impl fmt::Debug for Verifiers {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_set().entries(self.keys()).finish()
    }
}
