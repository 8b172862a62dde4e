//! The public program of a statement: rules as atoms at consecutive program counters.
//!
//! The verifier derives it from what it trusts: the opened class leaf, the permission, the epoch, the caller and the
//! path's segments. Not here: finding a derivation by it (`dregg-prove`), its place on the bus (`derivation`).

mod atom;

pub use atom::{Atom, AtomKind, Program};
