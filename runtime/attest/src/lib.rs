//! Attested roots: what a federation signs for an epoch, and the private openings a cell gets under it.
//!
//! [`attest()`] turns facts into trees, an [`AttestedRoot`] over them and, cell by cell, a [`Bundle`]. A [`SignedRoot`] is
//! the root with its signatures, the roots before it and the public facts; [`SignedRoot::check_from`] follows it from a
//! root that is trusted. [`Keys`] are what a cell signs and proves with.
//!
//! Not here: the hashing of single records and trees (`dregg-commit`), what is proved about them (`dregg-air`), files and
//! randomness (`dregg`). SPEC: `docs/attest.md`.

pub mod attest;
pub mod bundle;
pub mod council;
pub mod error;
mod hexadecimal;
pub mod keys;
mod provenance;
pub mod root;
pub mod signature;
pub mod signed;
pub mod stated;

pub use attest::{Attestation, Position, attest};
pub use bundle::{Bundle, HeldFact, StakeOpening};
pub use council::{Council, Genesis};
pub use error::{AttestError, BundleError, ChainError, FactFault, KeysError, SignatureError};
pub use keys::Keys;
pub use provenance::Limit;
pub use root::AttestedRoot;
pub use signature::{Signature, check_signatures};
pub use signed::{Link, PolicyPart, SignedRoot, Tops};
pub use stated::{Argument, StatedFact};

#[cfg(test)]
mod tests;
