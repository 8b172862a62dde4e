//! The one set of proof parameters, and what follows from it: sizes of traces and how many rows hide.
//!
//! Not here: checking that a proof was made with them (`dregg-verify`'s guard), why they give about 100 proven bits
//! (`docs/soundness.md`).

use winter_air::{BatchingMethod, FieldExtension, ProofOptions};

/// How many positions of the evaluation domain are opened. Drawn with repetition, so at most as many.
pub const QUERIES: usize = 60;

/// The evaluation domain is this many times as long as the trace.
pub const BLOWUP: usize = 8;

/// Leading zero bits that the query seed must show.
pub const GRINDING: u32 = 12;

/// Degree of the extension field from which challenges are drawn.
pub const EXTENSION_DEGREE: usize = 3;

/// How many times shorter each layer of FRI is than the one before.
pub const FOLDING: usize = 8;

/// Largest degree of the last polynomial of FRI.
///
/// SOUNDNESS: far fewer coefficients than there are queries, so that even a remainder chosen after the queries are known
/// could not be fitted to them. (The guard also compares it with its commitment.)
pub const REMAINDER_DEGREE: usize = 7;

/// The shortest trace has 2 to this power rows.
pub const MIN_LOG2_ROWS: u8 = 9;

/// The longest trace has 2 to this power rows.
pub const MAX_LOG2_ROWS: u8 = 14;

/// How many rows at the end of a trace are random, in every column.
///
/// A column is opened at every query, and at two points out of the domain, each as many elements as the extension's
/// degree; four are to spare.
pub const HIDING_ROWS: usize = QUERIES + 2 * EXTENSION_DEGREE + 4;

/// Rows of one cycle of the permutation: what really happens fills whole cycles.
pub const CYCLE_ROWS: usize = 8;

/// The parameters every proof is made with, and the only ones accepted.
pub const fn proof_options() -> ProofOptions {
    ProofOptions::new(
        QUERIES,
        BLOWUP,
        GRINDING,
        FieldExtension::Cubic,
        FOLDING,
        REMAINDER_DEGREE,
        BatchingMethod::Linear,
        BatchingMethod::Linear,
    )
}

/// How many rows of a trace with 2 to the power `log2_rows` rows are not random: whole cycles, from row 0 on.
///
/// Zero where all would have to be random, which is below [`MIN_LOG2_ROWS`] only.
pub const fn real_rows(log2_rows: u8) -> usize {
    (1usize << log2_rows).saturating_sub(HIDING_ROWS) / CYCLE_ROWS * CYCLE_ROWS
}

#[cfg(test)]
mod tests;
