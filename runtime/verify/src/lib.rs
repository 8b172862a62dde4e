//! Verify access proofs; the only crate that may call winterfell's verifier.
//!
//! [`verify`] compares what a proof claims with what was asked, opens the class and the walk under the attested root,
//! makes the public inputs from both, and only then hands the proof proper to the [`guard`]. [`Nonces`] make a proof good
//! once. Not here: making a proof (`dregg-prove`), what it states (`dregg-air`).

mod access;
pub mod guard;
mod nonces;
mod opening;
mod registry;
mod reject;
mod requirement;

pub use access::{AskedCaller, AskedPath, Form, Request, Verdict, check_inputs, verify, verify_envelope};
pub use nonces::{MAX_NONCES, Nonces};
pub use opening::signed_message;
pub use registry::{RegistryOpening, envelope_decides};
pub use reject::Reject;
pub use requirement::{Requirement, requirement};
