//! The nodes that join some leaves of a tree to its root.

use crate::hash::columns::NODE;
use crate::hash::witness::{Cycle, node_state};
use dregg_commit::{Digest, TableTree};
use std::collections::{BTreeMap, BTreeSet};

/// A tree as far as a prover knows it.
pub trait Digests {
    /// How many levels of nodes stand above the leaves.
    fn depth(&self) -> usize;
    /// The digest at a place of a level, leaves being level 0; `None` if it is not known.
    fn digest(&self, level: usize, at: usize) -> Option<Digest>;
}

impl Digests for TableTree {
    fn depth(&self) -> usize {
        TableTree::depth(self)
    }

    fn digest(&self, level: usize, at: usize) -> Option<Digest> {
        TableTree::digest(self, level, at)
    }
}

impl Digests for dregg_commit::tree::Tree {
    fn depth(&self) -> usize {
        dregg_commit::tree::Tree::depth(self)
    }

    fn digest(&self, level: usize, at: usize) -> Option<Digest> {
        dregg_commit::tree::Tree::digest(self, level, at)
    }
}

/// Some leaves of a tree with the digests beside their ways up: what a bundle of openings gives.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    depth: usize,
    digests: BTreeMap<(usize, usize), Digest>,
}

impl Opened {
    /// A tree of which nothing is known but its root.
    pub fn new(depth: usize, root: Digest) -> Opened {
        Opened { depth, digests: BTreeMap::from([((depth, 0), root)]) }
    }

    /// Adds the two digests below the root, if nothing else is known.
    pub fn top(&mut self, [left, right]: [Digest; 2]) {
        if self.digests.len() == 1 {
            self.depth = self.depth.max(1);
            let below = self.depth - 1;
            self.digests.insert((below, 0), left);
            self.digests.insert((below, 1), right);
        }
    }

    /// Adds the way up of a leaf; its siblings from the lowest on.
    pub fn add(&mut self, leaf: Digest, mut at: usize, siblings: &[Digest]) {
        let mut digest = leaf;
        self.digests.insert((0, at), digest);
        for (level, sibling) in siblings.iter().enumerate() {
            self.digests.insert((level, at ^ 1), *sibling);
            digest = if at & 1 == 0 {
                dregg_commit::hash::node(digest, *sibling)
            } else {
                dregg_commit::hash::node(*sibling, digest)
            };
            at /= 2;
            self.digests.insert((level + 1, at), digest);
        }
    }
}

impl Digests for Opened {
    fn depth(&self) -> usize {
        self.depth
    }

    fn digest(&self, level: usize, at: usize) -> Option<Digest> {
        self.digests.get(&(level, at)).copied()
    }
}

/// The node cycles from the root down to some leaves, each leaf with how often it claims. The root is opened even for no
/// leaves. `None` if a digest is not known.
pub fn nodes(tree: u64, digests: &dyn Digests, leaves: &BTreeMap<usize, u64>) -> Option<Vec<Cycle>> {
    let depth = digests.depth();
    let mut wanted: Vec<BTreeMap<usize, u64>> = vec![leaves.clone()];
    for _ in 0..depth {
        let below = wanted.last()?.keys().map(|at| at / 2);
        let above: BTreeSet<usize> = below.collect();
        wanted.push(above.into_iter().map(|at| (at, 1)).collect());
    }
    if let Some(root) = wanted.get_mut(depth).filter(|_| depth > 0) {
        root.insert(0, 1);
    }
    let mut cycles = Vec::new();
    for level in (1..=depth).rev() {
        for at in wanted.get(level)?.keys() {
            let (left, right) = (digests.digest(level - 1, 2 * at)?, digests.digest(level - 1, 2 * at + 1)?);
            let uses = |child: usize| wanted.get(level - 1).and_then(|below| below.get(&child)).copied();
            let uses = [uses(2 * at).unwrap_or(0), uses(2 * at + 1).unwrap_or(0), 0, 0];
            cycles.push(Cycle::new(node_state(&left, &right), NODE, tree).providing(uses));
        }
    }
    Some(cycles)
}
