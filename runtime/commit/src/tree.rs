//! Binary trees over leaves that are digests already: facts and gaps, credentials, stakes.
//!
//! The leaves stand in their order, filled up with [`Digest::ZERO`] to a power of two. A tree has at least two leaves, so
//! that an empty one can be opened too. Not here: what a leaf hashes (`record`), the tree over lookup rows (`table`).

use crate::hash::{Digest, node};
use rayon::prelude::*;

/// How many digests one core computes before it is worth asking another: about a millisecond's work.
pub(crate) const ALONE: usize = 128;

/// The greatest depth of a tree that is opened.
pub const DEPTH: usize = 40;

/// All levels of a tree.
///
/// SOUNDNESS: to show a leaf in the filled part, a prover needs a record that hashes to zero. No record's kind is that of
/// a node, so no node passes for a leaf of a shallower tree.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Leaves first, the root last; without the subtrees that are empty, but for the root.
    levels: Vec<Vec<Digest>>,
    /// The digest of an empty subtree, one a level.
    empty: Vec<Digest>,
}

impl Tree {
    /// The tree of these leaves, in this order. A hash a node, on all cores.
    pub fn new(leaves: Vec<Digest>) -> Tree {
        let mut empty = vec![Digest::ZERO];
        let mut levels: Vec<Vec<Digest>> = Vec::new();
        let mut level = leaves;
        while levels.is_empty() || level.len() > 1 {
            let below = empty.last().copied().unwrap_or_default();
            let mut above = level_above(&level, below);
            empty.push(node(below, below));
            levels.push(level);
            if above.is_empty() {
                above.push(node(below, below));
            }
            level = above;
        }
        levels.push(level);
        Tree { levels, empty }
    }

    /// The root.
    pub fn root(&self) -> Digest {
        self.levels.last().and_then(|level| level.first()).copied().unwrap_or_default()
    }

    /// How many levels of nodes stand above the leaves: at least 1.
    pub fn depth(&self) -> usize {
        self.levels.len() - 1
    }

    /// The leaves, without those that fill the tree up.
    pub fn leaves(&self) -> &[Digest] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// The digest at a place of a level (0: leaves), as a prover of many leaves shares them. `None` beyond the tree.
    pub fn digest(&self, level: usize, at: usize) -> Option<Digest> {
        let digests = self.levels.get(level)?;
        let width = 1usize.checked_shl(u32::try_from(self.depth().checked_sub(level)?).ok()?)?;
        if at >= width {
            return None;
        }
        digests.get(at).or_else(|| self.empty.get(level)).copied()
    }

    /// The digests beside the way up from a leaf, lowest first: as many as the depth. `None` if there is no such leaf.
    pub fn open(&self, at: usize) -> Option<Vec<Digest>> {
        self.leaves().get(at)?;
        (0..self.depth()).map(|level| self.digest(level, (at >> level) ^ 1)).collect()
    }
}

/// The root that a leaf at a place has with these siblings, lowest first; `None` if the place is beyond such a tree, or
/// there are no siblings or more than [`DEPTH`].
///
/// SOUNDNESS: whoever compares it with a root has the elements canonical already ([`Digest::from_bytes`]).
pub fn root_above(leaf: Digest, at: u64, siblings: &[Digest]) -> Option<Digest> {
    if siblings.is_empty() || siblings.len() > DEPTH || at >> siblings.len() != 0 {
        return None;
    }
    let mut digest = leaf;
    for (level, sibling) in siblings.iter().enumerate() {
        digest = if at >> level & 1 == 0 { node(digest, *sibling) } else { node(*sibling, digest) };
    }
    Some(digest)
}

pub(crate) fn level_above(level: &[Digest], empty: Digest) -> Vec<Digest> {
    let above = |pair: &[Digest]| {
        let digest = |at: usize| pair.get(at).copied().unwrap_or(empty);
        node(digest(0), digest(1))
    };
    level.par_chunks(2).with_min_len(ALONE).map(above).collect()
}
