//! The statement of an access proof: who may do what where, in which epoch, for whom to check.
//!
//! `claim` is the statement itself with its digest; `evidence` is what comes with it (the policy's parts, the class
//! opened, the walk); `lower` makes the public inputs of the AIR from both; `file` is the bytes they travel in. Not
//! here: whether a claim is the one that was asked for, or its evidence good (`dregg-verify`).

mod claim;
mod evidence;
mod file;
mod lower;

pub use claim::{Bind, Claim, ClaimedCaller, ClaimedPath, MAX_NONCE, MAX_VERIFIER, MIN_NONCE, PROTOCOL};
pub use evidence::{CallerSignature, Evidence, OpenedFact, OpenedInstance, PublicOpening};
pub use file::{AccessProof, FileError, MAX_FILE_BYTES};
pub use lower::{LowerError, Sources, lower};
