//! Verify access proofs; the only crate that may call winterfell's verifier.
//!
//! Not here: making a proof (`dregg-prove`), what it states (`dregg-air`).

pub mod guard;
mod reject;

pub use reject::Reject;
