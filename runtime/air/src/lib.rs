//! What prover and verifier of an access proof must agree on.
//!
//! Not here: making a witness or a proof (`dregg-prove`), reading one (`dregg-verify`).
//!
//! The statement is one AIR of modules, each a folder with its columns, constraints and witness, joined by typed tuples
//! on one bus: `hash` (the permutation), `membership` (nodes and leaves), `route` (the walk), `record` (facts,
//! credentials, stakes, absence), `derivation` (rules), `range` (bytes), `identity` (the caller). Read [`mod@tuple`] and
//! [`bus`] first, then [`air`].

pub mod air;
pub mod bus;
pub mod check;
pub mod derivation;
pub mod field;
pub mod frame;
pub mod hash;
pub mod hasher;
pub mod identity;
pub mod inputs;
pub mod layout;
pub mod mask;
pub mod membership;
pub mod merkle;
pub mod options;
pub mod periodic;
pub mod program;
pub mod range;
pub mod record;
pub mod route;
pub mod source;
pub mod statement;
pub mod trace;
pub mod tuple;

pub use air::AccessAir;
pub use inputs::{AccessInputs, Bounds, PathInput, Walk};
