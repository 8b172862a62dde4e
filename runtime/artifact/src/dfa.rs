//! The minimal byte DFA as the rows that are voted on, walked and proved.

use crate::alphabet::{self, END};
use crate::path::Path;
use std::ops::Range;

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

/// States of a DFA that are states of another one under other numbers, with all their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The states.
    pub states: Range<u32>,
    /// The first of them in the other DFA.
    pub first_state: u32,
    /// Their rows; no other state has a row among them.
    pub rows: Range<u32>,
    /// The first of them in the other DFA.
    pub first_row: u32,
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
        // Each row with its first symbol above its number, so that groups are sorted where they stand.
        let mut keyed = vec![0u64; total as usize];
        let mut places = first.clone();
        for (number, row) in (0u64..).zip(&rows).filter(|(_, row)| row.state < states) {
            if let Some(place) = places.get_mut(row.state as usize) {
                if let Some(slot) = keyed.get_mut(*place as usize) {
                    *slot = u64::from(row.lo) << 32 | number;
                }
                *place += 1;
            }
        }
        // Groups are short, so most of the sorting is done by now.
        let mut rest = keyed.as_mut_slice();
        for size in sizes.iter().take(count) {
            let Some((group, after)) = rest.split_at_mut_checked(*size as usize) else { break };
            group.sort_unstable();
            rest = after;
        }
        let by_state = keyed.into_iter().map(|row| row as u32).collect();
        Dfa { rows, by_state, first }
    }

    /// The same as [`Dfa::new`], for rows some of which stand in another DFA as well. `copied` says which, in the order in
    /// which both their states and their rows stand.
    pub fn with_copies(rows: Vec<Row>, states: u32, other: &Dfa, copied: &[Copied]) -> Dfa {
        if copied.iter().map(|copied| copied.rows.len()).sum::<usize>() < rows.len() / 2 {
            return Dfa::new(rows, states);
        }
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let all = number(rows.len());
        let end = Copied { states: states..states, first_state: 0, rows: all..all, first_row: 0 };
        // The other rows, sorted.
        let mut fresh: Vec<(u32, u8, u32)> = Vec::new();
        let mut from = 0;
        for copied in copied.iter().chain([&end]) {
            let new = rows.get(from as usize..copied.rows.start as usize).unwrap_or(&[]);
            fresh.extend((from..).zip(new).map(|(number, row)| (row.state, row.lo, number)));
            from = copied.rows.end;
        }
        fresh.sort_unstable();
        let mut fresh = fresh.into_iter().peekable();
        let mut first = Vec::with_capacity(states as usize + 1);
        let mut by_state: Vec<u32> = Vec::with_capacity(rows.len());
        for copied in copied.iter().chain([&end]) {
            for state in number(first.len())..copied.states.start {
                first.push(number(by_state.len()));
                while let Some((_, _, row)) = fresh.next_if(|(of, _, _)| *of == state) {
                    by_state.push(row);
                }
            }
            let (states, here) = (copied.first_state as usize, number(by_state.len()));
            let states = other.first.get(states..states + copied.states.len()).unwrap_or(&[]);
            let begin = states.first().copied().unwrap_or(0);
            first.extend(states.iter().map(|place| place - begin + here));
            let known = begin as usize..begin as usize + copied.rows.len();
            let known = other.by_state.get(known).unwrap_or(&[]);
            by_state.extend(known.iter().map(|row| row - copied.first_row + copied.rows.start));
        }
        first.push(number(by_state.len()));
        Dfa { rows, by_state, first }
    }

    /// The rows in edge order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows alone.
    pub fn into_rows(self) -> Vec<Row> {
        self.rows
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
