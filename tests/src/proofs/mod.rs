//! Proofs to try the verifier on: a small statement, honest proofs of it, proofs by a liar, and hostile bytes.
//!
//! Not here: the access statement, which has tests of its own; the second verifier (`reference_verifier`).

pub mod forgery;
pub mod mutations;
pub mod raw;
pub mod sums;
