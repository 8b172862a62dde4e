//! The leaves of the tree: up to four rows that stand together in edge order.
//!
//! SPEC: A leaf takes rows in their order. It is full with four; with three it is left as it is if the next row does not
//! go on from the last: neither has the same state, nor the one that the last row leads to. So where rows are added or
//! taken away, the leaves after them soon are what they were. Rows missing in a leaf are fillers.

use super::names::{NONE, Names};
use super::{FILLER, ROWS, RowElements, row_elements};
use crate::hash::{Digest, Kind, hash_block};
use crate::tree::ALONE;
use dregg_artifact::{Row, alphabet::END};
use rayon::prelude::*;

/// Among how many leaves one is looked for that should be there.
const NEAR: usize = 8;

/// How many leaves one core looks for before it is worth asking another.
const MANY: usize = 4096;

/// Four rows.
pub(super) type Leaf = [RowElements; ROWS];

/// Which rows are in which leaf, and the names of their states.
#[derive(Clone, Debug, Default)]
pub(super) struct Cut {
    /// The names.
    pub names: Names,
    /// The first row of each leaf.
    starts: Vec<u32>,
}

/// All leaves.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaves {
    /// What is in them.
    pub cut: Cut,
    /// Their rows.
    pub leaves: Vec<Leaf>,
}

impl Cut {
    /// The leaves of these rows.
    pub fn new(rows: &[Row]) -> Cut {
        let (names, starts) = rayon::join(|| Names::new(rows), || starts(rows));
        Cut { names, starts }
    }

    /// A leaf that begins with this row.
    fn leaf(&self, rows: &[Row], number: usize, start: u32) -> Leaf {
        let mut leaf = [FILLER; ROWS];
        let end = self.starts.get(number + 1).map_or(rows.len(), |next| *next as usize);
        for (slot, row) in leaf.iter_mut().zip(rows.get(start as usize..end).unwrap_or(&[])) {
            *slot = row_elements(&self.names.row(row));
        }
        leaf
    }

    /// The digests of all leaves.
    pub fn digests(&self, rows: &[Row]) -> Vec<Digest> {
        let leaves = self.starts.par_iter().enumerate().with_min_len(ALONE);
        leaves.map(|(number, &start)| digest(&self.leaf(rows, number, start))).collect()
    }
}

impl Leaves {
    /// The leaves of these rows.
    pub fn new(rows: &[Row]) -> Leaves {
        let cut = Cut::new(rows);
        let starts = cut.starts.par_iter().enumerate().with_min_len(ALONE);
        let leaves = starts.map(|(number, &start)| cut.leaf(rows, number, start)).collect();
        Leaves { cut, leaves }
    }

    /// The same in memory that was used before; and for each leaf the same one among others, [`NONE`] where there is none
    /// or it was not found.
    pub fn like(rows: &[Row], others: &Leaves, mut leaves: Vec<Leaf>) -> (Leaves, Vec<u32>) {
        let cut = Cut::new(rows);
        let mut same = Vec::new();
        let starts = cut.starts.par_iter().enumerate().with_min_len(MANY);
        let leaf = |expected: &mut Option<usize>, (number, &start): (usize, &u32)| {
            let leaf = cut.leaf(rows, number, start);
            let from = expected.unwrap_or(number.saturating_sub(NEAR / 2));
            let is = |at: &usize| others.leaves.get(*at) == Some(&leaf);
            let found = (from..from + NEAR).find(is).or_else(|| others.with_first_row(&leaf).find(is));
            *expected = Some(found.map_or(from, |at| at + 1));
            (leaf, found.map_or(NONE, |at| u32::try_from(at).unwrap_or(NONE)))
        };
        starts.map_init(|| None, leaf).unzip_into_vecs(&mut leaves, &mut same);
        (Leaves { cut, leaves }, same)
    }

    /// The leaf that a row is in, and its place there.
    pub fn of_row(&self, row: usize) -> Option<(usize, usize)> {
        let leaf = self.cut.starts.partition_point(|&start| start as usize <= row).checked_sub(1)?;
        let within = row - *self.cut.starts.get(leaf)? as usize;
        let there = self.leaves.get(leaf)?.get(within)? != &FILLER;
        there.then_some((leaf, within))
    }

    /// Where a leaf can be whose first row is its state's first.
    fn with_first_row(&self, leaf: &Leaf) -> impl Iterator<Item = usize> {
        let name = leaf.first().and_then(|(key, _)| u32::try_from(key >> 24).ok());
        let row = name.and_then(|name| self.cut.names.first_row(name));
        row.and_then(|row| self.of_row(row as usize)).map(|(leaf, _)| leaf).into_iter()
    }
}

/// The digest of a leaf.
pub(super) fn digest(leaf: &Leaf) -> Digest {
    let [(k0, n0), (k1, n1), (k2, n2), (k3, n3)] = *leaf;
    hash_block(Kind::RowLeaf, 0, [k0, n0, k1, n1, k2, n2, k3, n3])
}

/// The first row of each leaf.
fn starts(rows: &[Row]) -> Vec<u32> {
    let mut starts = Vec::with_capacity(rows.len() / 3);
    let mut size = ROWS;
    let mut last: Option<&Row> = None;
    for (number, row) in (0u32..).zip(rows) {
        let goes_on =
            last.is_some_and(|last| row.state == last.state || (last.lo != END && row.state == last.next));
        if size == ROWS || (size + 1 == ROWS && !goes_on) {
            starts.push(number);
            size = 0;
        }
        size += 1;
        last = Some(row);
    }
    starts
}
