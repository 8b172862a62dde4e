//! The hash lane: eight rows a cycle, one permutation of Rp64_256.
//!
//! | constraint | degree | stops |
//! |---|---|---|
//! | `hash.round` | 7 | a digest written over the last round |
//! | `hash.rate`, `hash.kind`, `hash.blocks`, `hash.zero` | 2 to 3 | preimages by the inverse permutation; one kind read as another |
//! | `hash.carry` | 3 | another first block before a genuine last one |
//! | `hash.flag`, `hash.one` | 2 | claims cancelled by flags of -1 |
//! | `hash.constant` | 1 | a kind or tree in some rows of a cycle only |
//!
//! A block that begins a hash starts from the capacity `[8, kind, blocks, 0]` (`dregg-commit`); later blocks keep the
//! capacity and have a new rate. Not here: what the blocks of a record say (`record`), whose root they end at
//! (`membership`).

pub mod columns;
pub mod constraints;
pub mod witness;
