//! Which number a thing has, for things kept in a pool of their own.
//!
//! Only hashes and numbers are stored here: whoever asks compares. Not here: the pools.

use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// Numbers by hash.
#[derive(Clone, Default)]
pub(super) struct Numbers {
    table: HashTable<(u32, u32)>,
}

/// The hash of some parts.
pub(super) fn hash(parts: impl Hash) -> u32 {
    let mut hasher = FxHasher::default();
    parts.hash(&mut hasher);
    short(&hasher)
}

/// The hash that a hasher has come to.
pub(super) fn short(hasher: &FxHasher) -> u32 {
    let hash = hasher.finish();
    // Folding keeps both halves; what is cut off is in the other one.
    u32::try_from((hash ^ (hash >> 32)) & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}

/// The table takes its place from the low bits and its tag from the high ones.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl Numbers {
    /// The number of a thing with this hash, if it is `same` as the one asked for.
    pub fn find(&self, hash: u32, same: impl Fn(u32) -> bool) -> Option<u32> {
        let found = self.table.find(spread(hash), |&(other, number)| other == hash && same(number));
        found.map(|&(_, number)| number)
    }

    /// Notes the number of a new thing.
    pub fn insert(&mut self, hash: u32, number: u32) {
        self.table.insert_unique(spread(hash), (hash, number), |&(hash, _)| spread(hash));
    }
}
