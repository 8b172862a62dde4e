//! Route patterns: which paths a route matches.
//!
//! Not here: how many patterns are told apart at once (`graph`, `index`).

use crate::alphabet;

/// One segment of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Exactly this text.
    Literal(String),
    /// A member of the regular set with this number in the artifact.
    Set(u32),
    /// Any one segment.
    Any,
}

/// The paths a route matches: its segments, then anything below if `tail`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    /// The segments, in order.
    pub segments: Vec<Segment>,
    /// Whether the pattern ends in `**`: any number of further whole segments, none included.
    pub tail: bool,
}

impl Pattern {
    /// Whether it matches the path of these segments, read as the language defines it; `sets` are those it names.
    pub fn matches(&self, path: &[&str], sets: &[SegmentSet]) -> bool {
        let long_enough = path.len() >= self.segments.len();
        let fits = long_enough && (self.tail || path.len() == self.segments.len());
        fits && self.segments.iter().zip(path).all(|(segment, text)| match segment {
            Segment::Literal(literal) => literal == text,
            Segment::Set(set) => sets.get(*set as usize).is_some_and(|set| set.contains(text)),
            Segment::Any => true,
        })
    }
}

/// A regular set of segments as a complete minimal DFA over path symbols; state 0 is the start.
///
/// INVARIANT: the language holds well-formed segments only (non-empty, no `/`, neither `.` nor `..`), is neither empty,
/// a single segment, nor the set of all segments (those are written [`Segment::Literal`] and [`Segment::Any`]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SegmentSet {
    /// Whether a segment may end in each state.
    pub accepting: Vec<bool>,
    /// `(state, lo, hi, next)` over symbols, sorted, disjoint; what is missing rejects.
    pub rows: Vec<(u32, u8, u8, u32)>,
}

impl SegmentSet {
    /// Whether the set holds this segment.
    pub fn contains(&self, segment: &str) -> bool {
        let mut state = 0u32;
        for byte in segment.bytes() {
            let Some(symbol) = alphabet::symbol(byte) else { return false };
            let after = self.rows.partition_point(|row| (row.0, row.1) <= (state, symbol));
            let Some(row) = after.checked_sub(1).and_then(|at| self.rows.get(at)) else { return false };
            if row.0 != state || symbol > row.2 {
                return false;
            }
            state = row.3;
        }
        self.accepting.get(state as usize).copied().unwrap_or(false)
    }
}
