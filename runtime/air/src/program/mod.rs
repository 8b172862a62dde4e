//! The public program of a statement: rules as atoms at consecutive program counters.
//!
//! The verifier derives it from what it trusts: the opened class leaf, the permission, the epoch, the caller and the
//! path's segments. Reading order: `atom` (the form), `lower` (which rules there are), `rule` (one rule's atoms). Not
//! here: finding a derivation by it (`dregg-prove`), its place on the bus (`derivation`).

mod atom;
mod error;
mod lower;
mod rule;
#[cfg(test)]
mod tests;

pub use atom::{Atom, AtomKind, Program};
pub use error::ProgramError;
pub use lower::Query;

/// The predicate of the goal itself, which has no arguments.
pub const GOAL: u64 = 1;

/// The predicate of the reserved goal 0 of a class's program; goal `i` has this number plus `i`.
pub const RESERVED: u64 = 16;

/// The predicate that the rules of predicate 0 define; predicate `i` has this number plus `i`.
pub const PREDICATES: u64 = 65536;

/// The most atoms of a program: each takes a row of a proof, and the longest trace has twice as many.
pub const ATOMS: usize = 1 << 13;
