//! Derivation: the rules of the program, applied an atom a row.
//!
//! The first row is the head of the goal. Instances are numbered downwards from [`FIRST_INSTANCE`]; a premise takes its
//! fact from an instance with a lower number, so nothing proves itself. All occurrences of a variable in an instance
//! have one value because their terms cancel: the first provides as often as the others consume. Every atom of the
//! program is loaded once and used at will. The table of constraints with the attack each stops is
//! [`constraints::CONSTRAINTS`].

pub mod columns;
pub mod constraints;
pub mod judge;
pub mod witness;

/// The number of the goal's instance. At most this many instances fit, since a step between two is a byte.
pub const FIRST_INSTANCE: u64 = 256;
