//! What is committed with Rp64_256, because a proof opens it: the DFA's lookup rows, facts public and held, stakes, and
//! cells, texts and integers as field elements.
//!
//! Here live the encodings, the leaves ([`record`]), and the trees over them with their openings. Not here: the policy root and everything else
//! under BLAKE3 (`dregg-artifact`), nor any constraint. Read [`hash`] first: it has the kinds that keep one sort of
//! commitment from being taken for another.

pub mod encode;
pub mod facts;
pub mod hash;
pub mod record;
pub mod table;
pub mod tree;
pub mod walk;

pub use encode::{Ed25519Key, Secret, cell_of, int_elements, proving_key, text_digest, value_elements};
pub use facts::{FactTree, FactsError, Gap, member_sets};
pub use hash::Digest;
pub use record::{FactElements, Preimage, relation_element, salt_elements};
pub use table::{RowOpening, TableTree, table_root, verify_row};
pub use tree::{Tree, root_above};
pub use walk::{WalkFault, WalkOpening};

#[cfg(test)]
mod tests;
