//! winterfell's verifier with nothing in front of it, to show what the guard is for.

use super::sums::{Claim, SumsAir};
use winter_air::ProofOptions;
use winter_air::proof::Proof;
use winter_crypto::hashers::Blake3_256;
use winter_crypto::{DefaultRandomCoin, MerkleTree};
use winter_math::fields::f64::BaseElement;
use winter_verifier::{AcceptableOptions, VerifierError};

type Hash = Blake3_256<BaseElement>;

/// What winterfell says about a proof of the small statement. May panic or abort on bytes that are no proof.
#[expect(clippy::disallowed_methods, reason = "shows what happens without the guard")]
pub fn verify(claim: Claim, bytes: &[u8], options: &ProofOptions) -> Result<(), VerifierError> {
    let proof = Proof::from_bytes(bytes)
        .map_err(|error| VerifierError::ProofDeserializationError(error.to_string()))?;
    let pinned = AcceptableOptions::OptionSet(vec![options.clone()]);
    winter_verifier::verify::<SumsAir, Hash, DefaultRandomCoin<Hash>, MerkleTree<Hash>>(proof, claim, &pinned)
}
