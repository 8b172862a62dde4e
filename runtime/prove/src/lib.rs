//! Make access proofs: find a derivation, lay out the trace, prove, and verify before handing out.
//!
//! A [`Prover`] holds what proofs of one policy under one attested root share. Not here: the constraints (`dregg-air`),
//! reading a proof (`dregg-verify`).

mod access;
mod budget;
pub mod derive;
mod error;
mod opening;
mod public;
mod refusal;
mod requirement;
pub mod stark;
mod witness;

pub use access::{Ask, AskCaller, Made, Plan, Prover};
pub use error::ProveError;
pub use refusal::Refusal;
pub use requirement::Requirements;
