//! The guard in front of winterfell's verifier, and the only call of it.
//!
//! winterfell 0.13.1 alone panics and aborts on hostile bytes, takes shape and parameters from the proof, has many
//! spellings of one proof, and accepts proofs of false statements (the last polynomial of the low-degree proof is never
//! compared with its commitment). So nothing is built from bytes before `layout` has walked them all and found each
//! length to be what the [`Shape`] of the statement says; `docs/soundness.md` lists what is met where.
//!
//! Not here: what is stated (`dregg-air`), openings without a proof.

mod layout;
mod reader;
mod remainder;
mod shape;

pub use layout::{MAX_PROOF_BYTES, log2_rows};
pub use shape::Shape;

use crate::Reject;
use dregg_air::hasher::Blake3;
use dregg_air::merkle::ExactTree;
use winter_air::Air;
use winter_air::proof::Proof;
use winter_crypto::DefaultRandomCoin;
use winter_math::fields::f64::BaseElement;
use winter_verifier::AcceptableOptions;

/// Checks a proof against a statement. `Ok` means: whoever made it knew a trace of this shape that satisfies all
/// constraints of `A` for these public inputs.
///
/// The shape must be that of `A` for these inputs; it is not taken from the proof. Never panics on any bytes, and
/// allocates a small multiple of their length.
#[expect(clippy::disallowed_methods, reason = "the one call, behind the checks that make it safe")]
pub fn check<A>(shape: &Shape, public: A::PublicInputs, bytes: &[u8]) -> Result<(), Reject>
where
    A: Air<BaseField = BaseElement>,
{
    layout::walk(bytes, shape)?;
    let proof = Proof::from_bytes(bytes).map_err(|_| Reject::Malformed)?;
    remainder::is_committed(&proof, shape)?;
    let pinned = AcceptableOptions::OptionSet(vec![shape.options.clone()]);
    winter_verifier::verify::<A, Blake3, DefaultRandomCoin<Blake3>, ExactTree<Blake3>>(
        proof, public, &pinned,
    )?;
    Ok(())
}

#[cfg(test)]
mod tests;
