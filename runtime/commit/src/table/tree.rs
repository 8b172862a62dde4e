//! All levels of the tree over lookup rows, for provers and for policies that are amended.

use super::groups::{HEIGHT, Tier, empty};
use super::leaves::{Leaf, Leaves, digest};
use super::{ROWS, RowElements, RowOpening};
use crate::hash::Digest;
use crate::tree::ALONE;
use dregg_artifact::Row;
use rayon::prelude::*;

/// All levels of the tree.
///
/// It is a perfect binary tree some of whose leaves are missing. SOUNDNESS: a missing leaf has the zero digest, and a
/// subtree of nothing else the digest computed from it, one a level. To show a row there, a prover needs four rows that
/// hash to zero, which is a preimage of the hash.
#[derive(Clone, Debug)]
pub struct TableTree {
    leaves: Leaves,
    /// Memory for the leaves to come.
    spare: Vec<Leaf>,
    /// The leaves' digests first, one group last.
    tiers: Vec<Tier>,
    /// The digest of an empty subtree, one a level.
    empty: Vec<Digest>,
}

impl TableTree {
    /// Hashes all rows, on all cores: a permutation for every 3.7 rows or so, and as many again above them.
    pub fn new(rows: &[Row]) -> TableTree {
        let (leaves, empty) = (Leaves::new(rows), empty());
        let mut tiers =
            vec![Tier::new(leaves.leaves.par_iter().with_min_len(ALONE).map(digest).collect(), &empty)];
        while let Some(roots) = next_digests(&tiers) {
            let level = tiers.len() * HEIGHT;
            tiers.push(Tier::new(roots, empty.get(level..).unwrap_or(&[])));
        }
        TableTree { leaves, spare: Vec::new(), tiers, empty }
    }

    /// Makes this the tree of other rows, which equals [`TableTree::new`] of them; hashes only what is new.
    pub fn update(&mut self, rows: &[Row]) {
        let (leaves, mut same) = Leaves::like(rows, &self.leaves, std::mem::take(&mut self.spare));
        let mut old = std::mem::take(&mut self.tiers).into_iter();
        let known = old.next().unwrap_or_default();
        let of = |(leaf, same): (&_, &u32)| match known.digests.get(*same as usize) {
            Some(known) => *known,
            None => digest(leaf),
        };
        let mut digests: Vec<Digest> =
            leaves.leaves.par_iter().zip(&same).with_min_len(ALONE).map(of).collect();
        let mut known = Some(known);
        loop {
            let level = self.tiers.len() * HEIGHT;
            let empty = self.empty.get(level..).unwrap_or(&[]);
            let (tier, groups) = Tier::from(digests, empty, &same, known.unwrap_or_default());
            self.tiers.push(tier);
            let Some(roots) = next_digests(&self.tiers) else { break };
            (digests, same, known) = (roots, groups, old.next());
        }
        self.spare = std::mem::replace(&mut self.leaves, leaves).leaves;
    }

    /// The root, equal to [`super::table_root`] of the same rows.
    pub fn root(&self) -> [u8; 32] {
        self.digest(self.depth(), 0).unwrap_or(Digest::ZERO).to_bytes()
    }

    /// How many levels of nodes stand above the leaves.
    pub fn depth(&self) -> usize {
        self.tiers.iter().map(|tier| tier.height).sum()
    }

    /// The digest at a place of a level (0: leaves), as a prover of many rows shares them. `None` beyond the tree.
    pub fn digest(&self, level: usize, at: usize) -> Option<Digest> {
        let width = 1usize.checked_shl(u32::try_from(self.depth().checked_sub(level)?).ok()?)?;
        if at >= width {
            return None;
        }
        let tier = (level / HEIGHT).min(self.tiers.len() - 1);
        let within = level - tier * HEIGHT;
        let of_tier = self.tiers.get(tier)?;
        let bits = of_tier.height - within;
        let digest = |group: usize| of_tier.digest(group, within, at & ((1 << bits) - 1));
        self.group(tier, at >> bits).and_then(digest).or_else(|| self.empty.get(level).copied())
    }

    /// The group of a tier at a place, `None` if there is none.
    fn group(&self, tier: usize, place: usize) -> Option<usize> {
        let mut group = 0;
        for (number, above) in self.tiers.iter().enumerate().skip(tier + 1).rev() {
            let within = place >> ((number - tier - 1) * HEIGHT);
            let mask = (1 << above.height) - 1;
            group = above.number(group, within & mask)?;
        }
        Some(group)
    }

    /// The four rows of the leaf at a place as elements, fillers included. `None` if that place is empty.
    pub fn leaf(&self, at: usize) -> Option<[RowElements; ROWS]> {
        let tier = self.tiers.first()?;
        let number = tier.number(self.group(0, at >> tier.height)?, at & ((1 << tier.height) - 1))?;
        self.leaves.leaves.get(number).copied()
    }

    /// Where a row stands, by its number in edge order: `place / ROWS` is its leaf's place, `place % ROWS` its own there.
    /// `None` if there is no such row.
    pub fn place(&self, row_index: usize) -> Option<usize> {
        let (mut number, within) = self.leaves.of_row(row_index)?;
        let (mut place, mut height) = (0, 0);
        for tier in &self.tiers {
            let (group, at) = tier.place(number)?;
            place |= at << height;
            (number, height) = (group, height + tier.height);
        }
        Some(place * ROWS + within)
    }

    /// The name that a state of the rows has in the tree. State 0 has 0.
    pub fn name(&self, state: u32) -> Option<u32> {
        self.leaves.cut.names.of(state)
    }

    /// A row with the names of its states, as [`super::row_elements`] and [`super::verify_row`] take it.
    pub fn named(&self, row: &Row) -> Row {
        self.leaves.cut.names.row(row)
    }

    /// The opening of a row, by its number in edge order. `None` if there is no such row.
    pub fn opening(&self, row_index: usize) -> Option<RowOpening> {
        let mut at = self.place(row_index)? / ROWS;
        let leaf = self.leaf(at)?;
        let mut siblings = Vec::with_capacity(self.depth());
        for level in 0..self.depth() {
            siblings.push(self.digest(level, at ^ 1)?.to_bytes());
            at /= 2;
        }
        Some(RowOpening { leaf, siblings })
    }
}

/// What the next tier groups, unless the last one is a single group.
fn next_digests(tiers: &[Tier]) -> Option<Vec<Digest>> {
    let roots = tiers.last().map(Tier::roots)?;
    (roots.len() > 1).then_some(roots)
}
