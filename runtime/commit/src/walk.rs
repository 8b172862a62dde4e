//! A whole walk over the lookup rows, opened: the leaves it uses, once each, and the digests beside their ways up.
//!
//! Not here: the tree itself and openings of single rows (`table`), walks inside a proof (`dregg-air`).

use crate::hash::{Digest, Kind, MODULUS, hash_block, node};
use crate::table::{CLASS_BASE, ROWS, RowElements, TableTree};
use dregg_artifact::alphabet::END;
use std::collections::{BTreeMap, BTreeSet};

/// The most levels of nodes above the leaves: a table has fewer than 2^32 rows.
const DEPTH: usize = 30;

/// The leaves of a walk under a root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WalkOpening {
    /// How many levels of nodes stand above the leaves.
    pub depth: u8,
    /// The leaves by their places, ascending, each with its four rows.
    pub leaves: Vec<(u32, [RowElements; ROWS])>,
    /// The digests that the leaves and what is above them do not give, level by level from the leaves up, from left to
    /// right.
    pub siblings: Vec<Digest>,
}

/// Why a walk does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalkFault {
    /// Leaves, siblings and depth do not fit together, or an element is not canonical.
    Form,
    /// The opening leads to another root.
    Root,
    /// A step's row is not among the opened ones.
    Step,
}

impl WalkOpening {
    /// Opens some leaves. `None` if one of them is not in the table.
    pub fn new(table: &TableTree, leaves: &BTreeSet<usize>) -> Option<WalkOpening> {
        let opened = leaves.iter().map(|at| Some((u32::try_from(*at).ok()?, table.leaf(*at)?)));
        let opened = opened.collect::<Option<Vec<_>>>()?;
        let mut siblings = Vec::new();
        let mut level_places: BTreeSet<usize> = leaves.clone();
        for level in 0..table.depth() {
            for at in &level_places {
                if !level_places.contains(&(at ^ 1)) {
                    siblings.push(table.digest(level, at ^ 1)?);
                }
            }
            level_places = level_places.iter().map(|at| at / 2).collect();
        }
        Some(WalkOpening { depth: u8::try_from(table.depth()).ok()?, leaves: opened, siblings })
    }

    /// The policy class that the symbols of a path, its end not among them, lead to under this root.
    ///
    /// SOUNDNESS: the rows are those of a table whose root the caller trusts, which a policy's DFA made; at most one of
    /// them leads on from a state by a symbol.
    ///
    /// # Errors
    /// [`WalkFault`].
    pub fn class(&self, root: &[u8; 32], symbols: &[u8]) -> Result<u32, WalkFault> {
        if self.root()?.to_bytes() != *root {
            return Err(WalkFault::Root);
        }
        let rows: Vec<RowElements> = self.leaves.iter().flat_map(|(_, rows)| *rows).collect();
        let mut state = 0u64;
        for symbol in symbols.iter().copied().chain([END]) {
            let symbol = u64::from(symbol);
            let leads = |(key, _): &&RowElements| {
                key >> 24 == state && key >> 12 & 0xfff <= symbol && symbol <= key & 0xfff
            };
            // A class is no state: a row of it would need a key above 2^56.
            (_, state) = *rows.iter().find(leads).ok_or(WalkFault::Step)?;
        }
        let class = state.checked_sub(CLASS_BASE).ok_or(WalkFault::Step)?;
        u32::try_from(class).map_err(|_| WalkFault::Step)
    }

    fn root(&self) -> Result<Digest, WalkFault> {
        let depth = usize::from(self.depth);
        let canonical = self
            .leaves
            .iter()
            .flat_map(|(_, rows)| rows)
            .all(|(key, next)| *key < MODULUS && *next < MODULUS);
        let ascending = self.leaves.is_sorted_by(|(one, _), (other, _)| one < other);
        if depth > DEPTH || self.leaves.is_empty() || !canonical || !ascending {
            return Err(WalkFault::Form);
        }
        let mut level: BTreeMap<u64, Digest> =
            self.leaves.iter().map(|(at, rows)| (u64::from(*at), leaf_digest(rows))).collect();
        let mut siblings = self.siblings.iter().copied();
        for _ in 0..depth {
            let mut above = BTreeMap::new();
            for (at, digest) in &level {
                let (left, right) = match (at & 1, level.get(&(at ^ 1))) {
                    (0, Some(right)) => (*digest, *right),
                    (0, None) => (*digest, siblings.next().ok_or(WalkFault::Form)?),
                    // Its left neighbour made the node already.
                    (_, Some(_)) => continue,
                    (_, None) => (siblings.next().ok_or(WalkFault::Form)?, *digest),
                };
                above.insert(at / 2, node(left, right));
            }
            level = above;
        }
        match (level.into_iter().next(), siblings.next()) {
            (Some((0, root)), None) => Ok(root),
            (Some(_) | None, _) => Err(WalkFault::Form),
        }
    }
}

fn leaf_digest(rows: &[RowElements; ROWS]) -> Digest {
    let [(k0, n0), (k1, n1), (k2, n2), (k3, n3)] = *rows;
    hash_block(Kind::RowLeaf, 0, [k0, n0, k1, n1, k2, n2, k3, n3])
}
