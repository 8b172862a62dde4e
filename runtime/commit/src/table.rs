//! The tree over the DFA's lookup rows, four rows a leaf in edge order, and openings of single rows.
//!
//! A row enters as two elements. `key = state * 2^24 + lo * 2^12 + hi`: a walk proves `lo <= symbol <= hi` by two
//! differences of one byte each, so `lo` and `hi` as a prover can choose them reach 255 below and above a symbol, and
//! 12 bits keep a state from using its neighbour's rows. `next` is the next state, or `2^32 + class` in an `END` row:
//! classes lie above all states, so no class can be walked on from.

use crate::hash::{Digest, Kind, MODULUS, hash_block, node};
use crate::tree::{ALONE, level_above};
use dregg_artifact::{Row, alphabet::END};
use rayon::prelude::*;

/// How many rows share a leaf.
pub const ROWS: usize = 4;

/// A row as elements: key and next.
pub type RowElements = (u64, u64);

/// Where classes begin among the values of `next`.
pub const CLASS_BASE: u64 = 1 << 32;

/// What fills the last leaf.
///
/// SOUNDNESS: no walk can have this key. A walk's key is `s * 2^24 + x * 2^12 + y` with an authenticated `s` of
/// `0..2^33`, `x` in `-255..=255` and `y` in `0..=510` (symbol and differences are bytes). As an integer it lies in
/// `-2^20..2^58`, so as an element it is either itself or, if negative, above `2^63`; and `y` keeps its remainder by
/// 2^12 below 511 where this key has 4095. A row of zeros would read "state 0 on `/` goes to state 0".
const FILLER: RowElements = ((1 << 24) - 1, 0);

/// A row as the elements that are hashed and looked up.
pub fn row_elements(row: &Row) -> RowElements {
    let key = (u64::from(row.state) << 24) + (u64::from(row.lo) << 12) + u64::from(row.hi);
    let end = row.lo == END && row.hi == END;
    (key, u64::from(row.next) + if end { CLASS_BASE } else { 0 })
}

/// The root over rows in edge order, as [`dregg_artifact::Artifact::table_root`] holds it.
///
/// Costs about half a permutation a row, on all cores; nothing is kept but one level.
pub fn table_root(rows: &[Row]) -> [u8; 32] {
    let mut level: Vec<Digest> = leaves(rows);
    let mut empty = Digest::ZERO;
    while level.len() > 1 {
        level = level_above(&level, empty);
        empty = node(empty, empty);
    }
    level.first().copied().unwrap_or(Digest::ZERO).to_bytes()
}

/// All levels of the tree, for a prover that opens many rows.
///
/// SOUNDNESS: the leaves missing up to the next power of two have the zero digest, and a subtree of nothing else the
/// digest computed from it, once a level. To show a row there, a prover needs four rows that hash to zero, which is a
/// preimage of the hash.
#[derive(Clone, Debug)]
pub struct TableTree {
    leaves: Vec<[RowElements; ROWS]>,
    /// Leaf digests first, the root last; without the subtrees that are empty.
    levels: Vec<Vec<Digest>>,
    /// The digest of an empty subtree, one a level.
    empty: Vec<Digest>,
}

impl TableTree {
    /// Hashes all rows.
    pub fn new(rows: &[Row]) -> TableTree {
        let mut level = leaves(rows);
        let mut empty = vec![Digest::ZERO];
        let mut levels = Vec::new();
        while level.len() > 1 {
            let below = empty.last().copied().unwrap_or(Digest::ZERO);
            let above = level_above(&level, below);
            levels.push(level);
            empty.push(node(below, below));
            level = above;
        }
        levels.push(level);
        TableTree { leaves: rows.chunks(ROWS).map(leaf_rows).collect(), levels, empty }
    }

    /// The root, equal to [`table_root`] of the same rows.
    pub fn root(&self) -> [u8; 32] {
        let root = self.levels.last().and_then(|level| level.first());
        root.copied().unwrap_or(Digest::ZERO).to_bytes()
    }

    /// How many levels of nodes stand above the leaves.
    pub fn depth(&self) -> usize {
        self.levels.len() - 1
    }

    /// The digest at a place of a level (0: leaves), as a prover of many rows shares them. `None` beyond the tree.
    pub fn digest(&self, level: usize, at: usize) -> Option<Digest> {
        let digests = self.levels.get(level)?;
        let width = 1usize.checked_shl(u32::try_from(self.depth().checked_sub(level)?).ok()?)?;
        if at >= width {
            return None;
        }
        digests.get(at).or_else(|| self.empty.get(level)).copied()
    }

    /// The four rows of a leaf as elements, fillers included.
    pub fn leaf(&self, at: usize) -> Option<[RowElements; ROWS]> {
        self.leaves.get(at).copied()
    }

    /// The opening of a row. `None` if there is no such row.
    pub fn opening(&self, row_index: usize) -> Option<RowOpening> {
        let leaf = self.leaf(row_index / ROWS)?;
        if leaf.get(row_index % ROWS) == Some(&FILLER) {
            return None;
        }
        let mut at = row_index / ROWS;
        let mut siblings = Vec::with_capacity(self.depth());
        for level in 0..self.depth() {
            siblings.push(self.digest(level, at ^ 1)?.to_bytes());
            at /= 2;
        }
        Some(RowOpening { leaf, siblings })
    }
}

/// A row under a root: its leaf and the digests beside the way up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOpening {
    /// The four rows of the leaf.
    pub leaf: [RowElements; ROWS],
    /// The sibling digests, lowest first.
    pub siblings: Vec<[u8; 32]>,
}

/// Whether `row` stands at `row_index` under the root. Total over any opening.
///
/// SOUNDNESS: elements that are not canonical are refused, so an opening has one spelling; rows and nodes hash as
/// different kinds, so no node passes for a leaf of a shallower tree.
pub fn verify_row(root: &[u8; 32], row_index: usize, row: &Row, opening: &RowOpening) -> bool {
    let canonical = opening.leaf.iter().all(|&(key, next)| key < MODULUS && next < MODULUS);
    if !canonical || opening.leaf.get(row_index % ROWS) != Some(&row_elements(row)) {
        return false;
    }
    let mut at = row_index / ROWS;
    let mut digest = leaf_digest(&opening.leaf);
    for sibling in &opening.siblings {
        let Some(sibling) = Digest::from_bytes(sibling) else { return false };
        digest = if at & 1 == 0 { node(digest, sibling) } else { node(sibling, digest) };
        at /= 2;
    }
    at == 0 && digest.to_bytes() == *root
}

fn leaves(rows: &[Row]) -> Vec<Digest> {
    rows.par_chunks(ROWS).with_min_len(ALONE).map(|rows| leaf_digest(&leaf_rows(rows))).collect()
}

fn leaf_rows(rows: &[Row]) -> [RowElements; ROWS] {
    let mut leaf = [FILLER; ROWS];
    for (slot, row) in leaf.iter_mut().zip(rows) {
        *slot = row_elements(row);
    }
    leaf
}

fn leaf_digest(leaf: &[RowElements; ROWS]) -> Digest {
    let [(k0, n0), (k1, n1), (k2, n2), (k3, n3)] = *leaf;
    hash_block(Kind::RowLeaf, 0, [k0, n0, k1, n1, k2, n2, k3, n3])
}
