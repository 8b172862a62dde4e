//! What prover and verifier of an access proof must agree on.
//!
//! Not here: making a witness or a proof (`dregg-prove`), reading one (`dregg-verify`).

pub mod hasher;
pub mod merkle;
pub mod options;
pub mod program;
pub mod source;
