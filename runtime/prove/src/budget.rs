//! How long a trace is made, so that its length tells as little as it can.
//!
//! Within the policy's allowance of held facts the length follows from public things alone: the walk of the path, the
//! class, the permission. What needs more takes the next length, which tells just that.

use dregg_air::inputs::AccessInputs;
use dregg_air::options::{CYCLE_ROWS, MAX_LOG2_ROWS, MIN_LOG2_ROWS, real_rows};
use dregg_air::source::tree;

/// The depth of tree for which the allowance is laid out: a million leaves.
const DEPTH: usize = 20;

/// The most blocks that a fact has, its credential included.
const BLOCKS: usize = 5;

/// Secret, cell, and the commitment of a hidden caller.
const IDENTITY: usize = 3;

/// The length that the allowance asks for, as a logarithm: `walk` cycles for the route, and for the rest what the
/// statement and `proof_facts` of the policy say.
pub(crate) fn allowance(inputs: &AccessInputs, walk: usize, proof_facts: u8) -> u8 {
    let opens = |wanted: u64| inputs.roots.iter().any(|(tree, _)| *tree == wanted);
    let mut cycles = walk + IDENTITY;
    if opens(tree::FACTS) || opens(tree::CREDENTIALS) {
        cycles += usize::from(proof_facts) * (BLOCKS + DEPTH);
    }
    if opens(tree::STAKE) {
        cycles += 1 + DEPTH;
    }
    let rows = (cycles + 1) * CYCLE_ROWS;
    (MIN_LOG2_ROWS..=MAX_LOG2_ROWS).find(|log2_rows| real_rows(*log2_rows) >= rows).unwrap_or(MAX_LOG2_ROWS)
}
