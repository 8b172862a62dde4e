//! How many blocks authenticate the dearest walk of a table.
//!
//! The rows of a walk stand in leaves, and what shows them is the union of the leaves' ways up to the root. That is bounded
//! from the table alone, whatever the path: each row adds at most what its way up does not share with that of the row
//! before. Where states lead to one another a walk may go round, so the rows between them are taken all at once. A bound,
//! not the maximum: what a walk comes back to later is counted again.

use super::components::Components;
use dregg_air::membership::witness::Digests;
use dregg_artifact::alphabet::END;
use dregg_artifact::{Dfa, Row};
use dregg_commit::TableTree;
use dregg_commit::table::ROWS;
use std::collections::BTreeMap;

/// An upper bound of the cycles of every walk over the table that ends in a class: of what
/// [`Walked::cycles`](dregg_air::route::witness::Walked::cycles) gives. `None` if no path is matched.
///
/// Takes about 1 µs a row.
pub(super) fn dearest(dfa: &Dfa, table: &TableTree) -> Option<usize> {
    let components = Components::of(dfa);
    let mut search = Search {
        dfa,
        depth: Digests::depth(table),
        leaves: (0..dfa.rows().len()).map(|row| table.place(row).map(|place| place / ROWS)).collect(),
        after: vec![None; dfa.rows().len()],
        rounds: BTreeMap::new(),
        components: &components,
    };
    for states in components.each() {
        search.component(states);
    }
    match components.of_state(0).and_then(|first| search.rounds.get(&first)) {
        Some(round) => Some(round.size(search.depth) + round.after?),
        None => {
            let first = search.ways(0).map(|(_, after)| after).max()?;
            Some(search.depth + 1 + first)
        }
    }
}

/// The levels that two leaves do not share: the nodes of the one's way up, itself included, that are not on the other's.
fn apart(one: usize, other: usize) -> usize {
    (usize::BITS - (one ^ other).leading_zeros()) as usize
}

/// States that lead to one another.
struct Round {
    /// The leaves of the rows between them, sorted, each once; at least one.
    leaves: Vec<usize>,
    /// What a walk adds to these until its end.
    after: Option<usize>,
}

impl Round {
    /// How many nodes the ways up of all leaves have.
    fn size(&self, depth: usize) -> usize {
        let pairs = self.leaves.iter().zip(self.leaves.iter().skip(1));
        pairs.fold(depth + 1, |sum, (one, other)| sum + apart(*one, *other))
    }

    /// The nodes of a leaf's way up that are on none of these.
    fn apart(&self, leaf: usize) -> usize {
        let place = self.leaves.partition_point(|other| *other < leaf);
        let near = [place.checked_sub(1), Some(place)].into_iter().flatten();
        let near = near.filter_map(|place| self.leaves.get(place));
        near.map(|other| apart(leaf, *other)).min().unwrap_or(0)
    }
}

struct Search<'a> {
    dfa: &'a Dfa,
    depth: usize,
    /// The leaf of each row.
    leaves: Vec<Option<usize>>,
    /// The most that a walk adds after each row; `None` for one that leads to no class, and until it is looked at.
    after: Vec<Option<usize>>,
    /// By number, those components in which a walk can go round.
    rounds: BTreeMap<u32, Round>,
    components: &'a Components,
}

impl Search<'_> {
    /// The rows of a state from which a walk can go on to a class: their leaves, and what it adds after each.
    fn ways(&self, state: u32) -> impl Iterator<Item = (usize, usize)> {
        self.dfa.numbers_of(state).iter().filter_map(|row| {
            let row = *row as usize;
            Some((*self.leaves.get(row)?.as_ref()?, *self.after.get(row)?.as_ref()?))
        })
    }

    /// Looks at the rows of a component. Those it leads to have been looked at.
    fn component(&mut self, states: &[u32]) {
        let number = states.first().and_then(|state| self.components.of_state(*state));
        let mut between = Vec::new();
        for row in states.iter().flat_map(|state| self.dfa.numbers_of(*state)) {
            let at = *row as usize;
            let Some(row) = self.dfa.rows().get(at) else { continue };
            let Some(leaf) = self.leaves.get(at).copied().flatten() else { continue };
            if row.lo != END && self.components.of_state(row.next) == number {
                between.push(leaf);
                continue;
            }
            let after = self.after_row(row, leaf);
            if let Some(slot) = self.after.get_mut(at) {
                *slot = after;
            }
        }
        let Some(number) = number.filter(|_| !between.is_empty()) else { return };
        between.sort_unstable();
        between.dedup();
        let mut round = Round { leaves: between, after: None };
        let ways = states.iter().flat_map(|state| self.ways(*state));
        round.after = ways.map(|(leaf, after)| round.apart(leaf) + after).max();
        self.rounds.insert(number, round);
    }

    /// The most that a walk adds after a row that leads out of its component.
    fn after_row(&self, row: &Row, leaf: usize) -> Option<usize> {
        if row.lo == END {
            return Some(0);
        }
        match self.rounds.get(&self.components.of_state(row.next)?) {
            Some(round) => {
                let shared = self.depth + 1 - round.apart(leaf);
                Some(round.size(self.depth) - shared + round.after?)
            }
            None => self.ways(row.next).map(|(other, after)| apart(leaf, other) + after).max(),
        }
    }
}
