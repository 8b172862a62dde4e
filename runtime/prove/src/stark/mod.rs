//! From a trace to a proof: the random rows, the auxiliary columns, winterfell's prover.
//!
//! Not here: what the trace says (`dregg-air`'s layout), whether the proof is any good (`dregg-verify` is asked before a
//! proof leaves this crate).

mod auxiliary;
mod evaluator;
mod extension;
mod prover;
mod random;
mod rounds;

pub use prover::{StarkError, prove};
