//! The minimal byte DFA as the rows that are voted on, walked and proved.

use crate::alphabet::{self, END};
use crate::path::Path;

/// One transition: in `state`, on any symbol of `lo..=hi`, go to `next`.
///
/// With `lo == hi == END` the path ends here and `next` is a policy class, not a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// The state left.
    pub state: u32,
    /// The first symbol of the interval.
    pub lo: u8,
    /// The last symbol of the interval.
    pub hi: u8,
    /// The state entered, or the policy class if this is an `END` row.
    pub next: u32,
}

/// The DFA of a policy. State 0 is the start; a missing transition rejects.
///
/// INVARIANT (checked on load): rows stand in edge order, so that states are numbered by first appearance as `state`;
/// the intervals of a state are disjoint; every `next` is in range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dfa {
    rows: Vec<Row>,
    /// Row numbers grouped by state, each group sorted by `lo`.
    by_state: Vec<u32>,
    /// Where a state's group begins in `by_state`; one entry more than there are states.
    first: Vec<u32>,
}

/// The DFA that accepts nothing.
impl Default for Dfa {
    fn default() -> Dfa {
        Dfa::new(Vec::new(), 0)
    }
}

impl Dfa {
    /// Groups rows by state. `states` must exceed every `state` and non-`END` `next`; rows that break this are kept
    /// in [`Dfa::rows`] but never walked (validation refuses them).
    pub fn new(rows: Vec<Row>, states: u32) -> Dfa {
        let count = states as usize;
        let mut sizes = vec![0u32; count + 1];
        for row in &rows {
            if let Some(size) = sizes.get_mut(row.state as usize) {
                *size += 1;
            }
        }
        let mut first = Vec::with_capacity(count + 1);
        let mut total = 0u32;
        for size in sizes.iter().take(count) {
            first.push(total);
            total += size;
        }
        first.push(total);
        let mut by_state = vec![0u32; total as usize];
        let mut places = first.clone();
        for (number, row) in (0u32..).zip(&rows).filter(|(_, row)| row.state < states) {
            if let Some(place) = places.get_mut(row.state as usize) {
                if let Some(slot) = by_state.get_mut(*place as usize) {
                    *slot = number;
                }
                *place += 1;
            }
        }
        // Groups are short, so most of the sorting is done by now.
        let mut rest = by_state.as_mut_slice();
        for size in sizes.iter().take(count) {
            let Some((group, after)) = rest.split_at_mut_checked(*size as usize) else { break };
            group.sort_unstable_by_key(|&row| rows.get(row as usize).map(|row| row.lo));
            rest = after;
        }
        Dfa { rows, by_state, first }
    }

    /// The rows in edge order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How many states there are.
    pub fn states(&self) -> u32 {
        u32::try_from(self.first.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// The rows of one state, by their intervals.
    pub fn rows_of(&self, state: u32) -> impl DoubleEndedIterator<Item = &Row> {
        let group = self.numbers_of(state);
        group.iter().filter_map(|&row| self.rows.get(row as usize))
    }

    /// The numbers of the rows of one state, by their intervals.
    pub fn numbers_of(&self, state: u32) -> &[u32] {
        let from = self.first.get(state as usize).copied().unwrap_or(0) as usize;
        let to = self.first.get(state as usize + 1).copied().unwrap_or(0) as usize;
        self.by_state.get(from..to).unwrap_or(&[])
    }

    /// Where `symbol` leads from `state`: a state, or for [`END`] a policy class.
    pub fn step(&self, state: u32, symbol: u8) -> Option<u32> {
        self.rows.get(self.row_on(state, symbol)?).map(|row| row.next)
    }

    /// The number of the row that leads on from `state` on `symbol`.
    pub fn row_on(&self, state: u32, symbol: u8) -> Option<usize> {
        let group = self.numbers_of(state);
        let after =
            group.partition_point(|&row| self.rows.get(row as usize).is_some_and(|row| row.lo <= symbol));
        let number = *group.get(after.checked_sub(1)?)? as usize;
        (symbol <= self.rows.get(number)?.hi).then_some(number)
    }

    /// The policy class of a path, or `None` if no route matches it.
    pub fn classify(&self, path: Path<'_>) -> Option<u32> {
        let mut state = 0;
        for byte in path.as_str().bytes() {
            state = self.step(state, alphabet::symbol(byte)?)?;
        }
        self.step(state, END)
    }
}
