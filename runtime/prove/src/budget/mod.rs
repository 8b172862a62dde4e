//! How long a trace is made, so that its length tells as little as it can.
//!
//! Within the policy's allowance of facts the length follows from public things alone: the path or, if it is hidden, the
//! policy and the number of the path's blocks; the class, the permission, the caller if it is shown. What needs more takes
//! the next length, which tells just that. Reading order: `walk` with `components`, `derivation`, then how all of it shares
//! a trace, here as in [`Layout`](dregg_air::layout::Layout).

mod components;
mod derivation;
#[cfg(test)]
mod tests;
mod walk;

use dregg_air::inputs::{AccessInputs, PathInput};
use dregg_air::options::{CYCLE_ROWS, MAX_LOG2_ROWS, MIN_LOG2_ROWS, real_rows};
use dregg_air::route::witness::SYMBOLS_A_BLOCK;
use dregg_air::source::tree;
use dregg_artifact::Dfa;
use dregg_commit::TableTree;

/// The depth of tree for which the allowance is laid out: a million leaves.
const DEPTH: usize = 20;

/// The most blocks that a fact has, its credential included.
const BLOCKS: usize = 5;

/// Secret, cell, and the commitment of a hidden caller.
const IDENTITY: usize = 3;

/// The most cycles of any walk over a table.
pub(crate) fn dearest_walk(dfa: &Dfa, table: &TableTree) -> usize {
    walk::dearest(dfa, table).unwrap_or(0)
}

/// The length that the allowance asks for, as a logarithm: `walk` cycles for the rows of the route, and for the rest what
/// the statement and `proof_facts` of the policy say.
pub(crate) fn allowance(inputs: &AccessInputs, walk: usize, proof_facts: u8) -> u8 {
    // The last cycle stays empty.
    let rows = (cycles(inputs, walk, usize::from(proof_facts)) + 1) * CYCLE_ROWS;
    (MIN_LOG2_ROWS..=MAX_LOG2_ROWS).find(|log2_rows| real_rows(*log2_rows) >= rows).unwrap_or(MAX_LOG2_ROWS)
}

/// How many cycles are laid out: those of trees, walk and caller beside the rows of rules and steps, then those of records.
fn cycles(inputs: &AccessInputs, walk: usize, facts: usize) -> usize {
    let opens = |wanted: u64| usize::from(inputs.roots.iter().any(|(tree, _)| *tree == wanted));
    let (trees, stakes) = (opens(tree::FACTS) + opens(tree::CREDENTIALS), opens(tree::STAKE));
    let facts = if trees == 0 { 0 } else { facts };
    let (blocks, steps) = match &inputs.path {
        PathInput::Opened => (0, 0),
        PathInput::Shown(symbols) => (0, symbols.len() + 1),
        PathInput::Hidden { blocks, .. } => {
            let blocks = usize::try_from(*blocks).unwrap_or(usize::MAX);
            (blocks, blocks.saturating_mul(SYMBOLS_A_BLOCK))
        }
    };
    // The top of a tree is opened even if nothing else of it is.
    let hashes = walk + blocks + IDENTITY + facts * DEPTH + trees + stakes * DEPTH;
    // After its last step a walk has the row of its class and an empty one.
    let route = if steps == 0 { 0 } else { steps.saturating_add(2) };
    let derivation = derivation::dearest(&inputs.program, inputs.bounds.depth, facts);
    let events = inputs.program.atoms.len() + derivation;
    let records = facts * BLOCKS + stakes;
    hashes.max(events.saturating_add(route).div_ceil(CYCLE_ROWS)).saturating_add(records)
}
