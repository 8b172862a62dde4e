//! What the test suites share: compiling a text, and random tables, programs and paths. The suites are in `tests/tests`,
//! the corpora beside them as data.

pub mod collisions;
pub mod compiled;
pub mod engines;
pub mod hiding;
pub mod interpreter;
pub mod kinds;
pub mod policies;
pub mod programs;
pub mod proofs;
pub mod reference_verifier;
pub mod samples;
pub mod statement;
pub mod tables;
pub mod world;

pub use compiled::{Compiled, compile, compile_files};
