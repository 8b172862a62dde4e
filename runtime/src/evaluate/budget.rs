//! What one decision may cost. All bounds count, none is a clock, so the same question always has the same answer.

/// The most tuples one decision may derive, over all predicates.
pub const DERIVED_TUPLES: usize = 4_000_000;

/// The most rows one join may have. They are counted before the join is made.
pub const JOIN_ROWS: usize = 2_000_000;

/// The most rows all joins of one decision may have together.
pub const TOTAL_ROWS: usize = 32_000_000;

/// A bound would be exceeded, so it is not known which goals hold.
///
/// Whoever sees it denies. (What is derived so far is never used: it would be sound to, since negation looks at base
/// relations alone and so fewer tuples never make more goals hold, but then the reason would be wrong.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exceeded;

/// What a decision has used up.
#[derive(Debug, Default)]
pub(super) struct Budget {
    tuples: usize,
    rows: usize,
}

impl Budget {
    /// Before a join of this many rows.
    pub(super) fn join(&mut self, rows: usize) -> Result<(), Exceeded> {
        self.rows = self.rows.saturating_add(rows);
        if rows > JOIN_ROWS || self.rows > TOTAL_ROWS { Err(Exceeded) } else { Ok(()) }
    }

    /// After this many tuples were found that are new.
    pub(super) fn derive(&mut self, tuples: usize) -> Result<(), Exceeded> {
        self.tuples = self.tuples.saturating_add(tuples);
        if self.tuples > DERIVED_TUPLES { Err(Exceeded) } else { Ok(()) }
    }
}
