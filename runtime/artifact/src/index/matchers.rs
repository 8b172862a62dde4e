//! The bytes of matchers: those of regular segments, at the end of a route index.
//!
//! They are few and small, so a loader reads them into a table with one row a state.

use super::head::Parts;
use crate::alphabet::{self, END, SLASH};
use crate::graph::Matcher;

/// Appends matchers: for each its number of states and of rows in 32 bits, the labels (u16), the rows (state u32, lo,
/// hi, next u32).
pub(super) fn write(matchers: &[Matcher], out: &mut Vec<u8>) {
    for matcher in matchers {
        for length in [matcher.labels.len(), matcher.rows.len()] {
            out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
        }
        for label in &matcher.labels {
            out.extend_from_slice(&label.to_le_bytes());
        }
        for (state, lo, hi, next) in &matcher.rows {
            out.extend_from_slice(&state.to_le_bytes());
            out.extend_from_slice(&[*lo, *hi]);
            out.extend_from_slice(&next.to_le_bytes());
        }
    }
}

/// Reads so many matchers, and how many bytes are left after them. `None` if the section is too short.
pub(super) fn read(section: &[u8], parts: &Parts, count: u32) -> Option<(Vec<Matcher>, usize)> {
    let mut rest = section.get(parts.matchers..)?;
    // Each has at least its two lengths.
    if count as usize > rest.len() / 8 {
        return None;
    }
    let mut matchers = Vec::with_capacity(count as usize);
    for _ in 0..count {
        let (head, after) = rest.split_first_chunk::<8>()?;
        let ([states, rows], []) = head.as_chunks::<4>() else { return None };
        let (states, rows) = (u32::from_le_bytes(*states) as usize, u32::from_le_bytes(*rows) as usize);
        let (labels, after) = after.split_at_checked(states.checked_mul(2)?)?;
        let (row_bytes, after) = after.split_at_checked(rows.checked_mul(10)?)?;
        rest = after;
        let labels = labels.as_chunks::<2>().0.iter().map(|label| u16::from_le_bytes(*label)).collect();
        let row = |bytes: &[u8; 10]| {
            let [a, b, c, d, lo, hi, e, f, g, h] = *bytes;
            (u32::from_le_bytes([a, b, c, d]), lo, hi, u32::from_le_bytes([e, f, g, h]))
        };
        matchers.push(Matcher { labels, rows: row_bytes.as_chunks::<10>().0.iter().map(row).collect() });
    }
    Some((matchers, rest.len()))
}

/// How many labels a matcher gives, if walking it is safe and gives labels to well-formed segments only: rows sorted and
/// in range, every label up to the greatest is there, every state is reached and reaches a label.
pub(super) fn check(matcher: &Matcher) -> Option<u16> {
    let states = matcher.labels.len();
    let in_range = |&(state, lo, hi, next): &(u32, u8, u8, u32)| {
        (state as usize) < states && (next as usize) < states && lo > SLASH && lo <= hi && hi < END
    };
    let ordered = matcher.rows.windows(2).all(|pair| match pair {
        [before, after] => (before.0, before.2) < (after.0, after.1),
        _ => true,
    });
    if !ordered || !matcher.rows.iter().all(in_range) {
        return None;
    }
    let edges = || matcher.rows.iter().map(|&(state, _, _, next)| (state, next));
    let ends = (0u32..).zip(&matcher.labels).filter(|(_, label)| **label != 0).map(|(state, _)| state);
    let forward = crate::validate::reach(states, [0], edges());
    let backward = crate::validate::reach(states, ends, edges().map(|(from, to)| (to, from)));
    let live = forward.iter().zip(&backward).all(|both| both == (&true, &true));
    let most = matcher.labels.iter().copied().max()?;
    let mut seen = vec![false; usize::from(most) + 1];
    for label in &matcher.labels {
        if let Some(seen) = seen.get_mut(usize::from(*label)) {
            *seen = true;
        }
    }
    let all = seen.iter().skip(1).all(|seen| *seen);
    let ill_formed = ["", ".", ".."].iter().any(|text| matcher.label(text) != 0);
    (live && all && most != 0 && !ill_formed).then_some(most)
}

/// A matcher whose rows are found by state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// Where the rows of each state begin; one entry more than there are states.
    first: Vec<u32>,
    /// The steps: from the first symbol to the last, and where to.
    steps: Vec<(u8, u8, u32)>,
    labels: Vec<u16>,
}

impl Table {
    /// Groups the rows of a matcher that [`check`] accepts.
    pub(super) fn new(matcher: Matcher) -> Table {
        let mut first = vec![0u32; matcher.labels.len() + 1];
        for (state, ..) in &matcher.rows {
            if let Some(count) = first.get_mut(*state as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for entry in &mut first {
            total += *entry;
            *entry = total;
        }
        let steps = matcher.rows.into_iter().map(|(_, lo, hi, next)| (lo, hi, next)).collect();
        Table { first, steps, labels: matcher.labels }
    }

    /// As [`Matcher::label`].
    pub(crate) fn label(&self, segment: &[u8]) -> u16 {
        let mut state = 0usize;
        for byte in segment {
            let Some(symbol) = alphabet::symbol(*byte) else { return 0 };
            let Some((from, to)) = self.first.get(state).zip(self.first.get(state + 1)) else { return 0 };
            let steps = self.steps.get(*from as usize..*to as usize).unwrap_or_default();
            let step = steps.iter().find(|(_, hi, _)| symbol <= *hi);
            match step {
                Some((lo, _, next)) if *lo <= symbol => state = *next as usize,
                Some(_) | None => return 0,
            }
        }
        self.labels.get(state).copied().unwrap_or(0)
    }
}
