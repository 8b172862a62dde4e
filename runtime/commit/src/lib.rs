//! What is committed with Rp64_256, because a proof opens it: the DFA's lookup rows, and cells, texts and integers as
//! field elements.
//!
//! Here live the encodings and the tree over rows with its openings. Not here: the policy root and everything else
//! under BLAKE3 (`dregg-artifact`), nor any constraint. Read [`hash`] first: it has the kinds that keep one sort of
//! commitment from being taken for another.

pub mod encode;
pub mod hash;
pub mod table;

pub use encode::{Ed25519Key, Secret, cell_of, int_elements, proving_key, text_digest, value_elements};
pub use hash::Digest;
pub use table::{RowOpening, TableTree, table_root, verify_row};

#[cfg(test)]
mod tests;
