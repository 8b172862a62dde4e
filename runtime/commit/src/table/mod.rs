//! The tree over the DFA's lookup rows, and openings of single rows.
//!
//! `names` gives states the names under which they enter, `leaves` puts up to four rows into a leaf, `groups` says
//! where leaves stand, and `tree` keeps it all. The three rules are made so that one route more or less changes few
//! leaves and few nodes. Not here: the order of rows (the compiler's), and trees of facts ([`crate::tree`]).
//!
//! A row enters as two elements. `key = state * 2^24 + lo * 2^12 + hi`: a walk proves `lo <= symbol <= hi` by two
//! differences of one byte each, so `lo` and `hi` as a prover can choose them reach 255 below and above a symbol, and
//! 12 bits keep a state from using its neighbour's rows. `next` is the next state, or `2^32 + class` in an `END` row:
//! classes lie above all states, so no class can be walked on from. States are meant by their names.

mod groups;
mod leaves;
mod names;
#[cfg(test)]
mod tests;
mod tree;

pub use tree::TableTree;

use crate::hash::{Digest, MODULUS, node};
use dregg_artifact::{Row, alphabet::END};
use leaves::Cut;

/// How many rows share a leaf, at most.
pub const ROWS: usize = 4;

/// A row as elements: key and next.
pub type RowElements = (u64, u64);

/// Where classes begin among the values of `next`.
pub const CLASS_BASE: u64 = 1 << 32;

/// What fills a leaf up.
///
/// SOUNDNESS: no walk can have this key. A walk's key is `s * 2^24 + x * 2^12 + y` with an authenticated `s` of
/// `0..2^33`, `x` in `-255..=255` and `y` in `0..=510` (symbol and differences are bytes). As an integer it lies in
/// `-2^20..2^58`, so as an element it is either itself or, if negative, above `2^63`; and `y` keeps its remainder by
/// 2^12 below 511 where this key has 4095. A row of zeros would read "state 0 on `/` goes to state 0".
const FILLER: RowElements = ((1 << 24) - 1, 0);

/// A row as the elements that are hashed and looked up. Its states have their names ([`TableTree::named`]).
pub fn row_elements(row: &Row) -> RowElements {
    let key = (u64::from(row.state) << 24) + (u64::from(row.lo) << 12) + u64::from(row.hi);
    let end = row.lo == END && row.hi == END;
    (key, u64::from(row.next) + if end { CLASS_BASE } else { 0 })
}

/// The root over rows in edge order, as [`dregg_artifact::Artifact::table_root`] holds it. States are numbered from 0 on.
///
/// Costs about six tenths of a permutation a row, on all cores; nothing is kept but one level.
pub fn table_root(rows: &[Row]) -> [u8; 32] {
    let digests = Cut::new(rows).digests(rows);
    groups::root(digests, &groups::empty()).to_bytes()
}

/// A row under a root: its leaf and the digests beside the way up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOpening {
    /// The four rows of the leaf.
    pub leaf: [RowElements; ROWS],
    /// The sibling digests, lowest first.
    pub siblings: Vec<[u8; 32]>,
}

/// Whether `row` stands at a place under the root, as [`TableTree::place`] gives it. Total over any opening.
///
/// SOUNDNESS: elements that are not canonical are refused, so an opening has one spelling; rows and nodes hash as
/// different kinds, so no node passes for a leaf of a shallower tree.
pub fn verify_row(root: &[u8; 32], place: usize, row: &Row, opening: &RowOpening) -> bool {
    let canonical = opening.leaf.iter().all(|&(key, next)| key < MODULUS && next < MODULUS);
    if !canonical || opening.leaf.get(place % ROWS) != Some(&row_elements(row)) {
        return false;
    }
    let mut at = place / ROWS;
    let mut digest = leaves::digest(&opening.leaf);
    for sibling in &opening.siblings {
        let Some(sibling) = Digest::from_bytes(sibling) else { return false };
        digest = if at & 1 == 0 { node(digest, sibling) } else { node(sibling, digest) };
        at /= 2;
    }
    at == 0 && digest.to_bytes() == *root
}
