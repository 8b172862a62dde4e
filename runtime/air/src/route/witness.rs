//! The rows of a walk, the leaves of the lookup rows it uses, and the blocks of a hidden path.

use super::columns::{INDEX, INVERSE, IS_SLASH, SLASHES, STATE, STEP, SYMBOL, TREE};
use crate::field::Felt;
use crate::hash::columns::{PATH, ROWS};
use crate::hash::witness::{Cycle, State, digest_after, next_state, state};
use crate::inputs::Bounds;
use crate::membership::witness::nodes;
use crate::range::columns::BYTES;
use crate::source::tree::PATH as FIRST_BLOCK;
use crate::trace::Columns;
use dregg_artifact::Dfa;
use dregg_artifact::alphabet::{END, SLASH};
use dregg_commit::hash::{Kind, RATE};
use dregg_commit::table::{CLASS_BASE, ROWS as PER_LEAF};
use dregg_commit::{Digest, TableTree};
use std::collections::BTreeMap;
use winter_math::FieldElement;

/// One step of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The place in the table's tree of the row it uses.
    pub row: usize,
    /// The name in that tree of the state it leaves.
    pub state: u32,
    /// The symbol it reads.
    pub symbol: u8,
    /// How far above the interval's low end the symbol is.
    pub above: u8,
    /// How far below its high end.
    pub below: u8,
}

/// A whole walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walked {
    /// The steps, the end of the path included.
    pub steps: Vec<Step>,
    /// The policy class it ends in.
    pub class: u32,
}

/// Walks the DFA over symbols without the end. `None` if no route matches, or the table is another one.
pub fn walk(dfa: &Dfa, table: &TableTree, symbols: &[u8]) -> Option<Walked> {
    let mut state = 0;
    let mut steps = Vec::with_capacity(symbols.len() + 1);
    for symbol in symbols.iter().copied().chain([END]) {
        let number = dfa.row_on(state, symbol)?;
        let row = dfa.rows().get(number)?;
        let (above, below) = (symbol.checked_sub(row.lo)?, row.hi.checked_sub(symbol)?);
        steps.push(Step { row: table.place(number)?, state: table.name(state)?, symbol, above, below });
        state = row.next;
    }
    Some(Walked { steps, class: state })
}

impl Walked {
    /// The cycles that authenticate the rows: the nodes above their leaves, then the leaves. `None` if the table is
    /// another one.
    pub fn cycles(&self, table: &TableTree, tree: u64) -> Option<Vec<Cycle>> {
        let mut leaves: BTreeMap<usize, [u64; PER_LEAF]> = BTreeMap::new();
        for step in &self.steps {
            let uses = leaves.entry(step.row / PER_LEAF).or_default();
            *uses.get_mut(step.row % PER_LEAF)? += 1;
        }
        let claims = leaves.keys().map(|leaf| (*leaf, 1)).collect();
        let mut cycles = nodes(tree, table, &claims)?;
        for (leaf, uses) in leaves {
            let [(k0, n0), (k1, n1), (k2, n2), (k3, n3)] = table.leaf(leaf)?;
            let block = [k0, n0, k1, n1, k2, n2, k3, n3];
            let state = state([RATE as u64, Kind::RowLeaf.tag(), 0, 0], block);
            cycles.push(Cycle::new(state, ROWS, tree).providing(uses));
        }
        Some(cycles)
    }

    /// How many rows [`Walked::put`] writes.
    pub fn rows(&self) -> usize {
        self.steps.len() + 1
    }

    /// Writes the steps and the class they end in, from a row on; the row before must be no step. Returns the row after.
    pub fn put(&self, columns: &mut Columns, mut row: usize, tree: u64, bounds: &Bounds) -> usize {
        let mut slashes = 0u64;
        for (index, step) in self.steps.iter().enumerate() {
            let symbol = Felt::new(u64::from(step.symbol));
            let slash = step.symbol == SLASH;
            slashes += u64::from(slash);
            columns.set(STEP, row, Felt::ONE);
            columns.set(STATE, row, Felt::new(u64::from(step.state)));
            columns.set(SYMBOL, row, symbol);
            columns.set(INDEX, row, Felt::new(index as u64));
            columns.set(SLASHES, row, Felt::new(slashes));
            columns.set(IS_SLASH, row, Felt::new(u64::from(slash)));
            columns.set(INVERSE, row, symbol.inv());
            columns.set(TREE, row, Felt::new(tree));
            columns.set(BYTES, row, Felt::new(u64::from(step.above)));
            columns.set(BYTES + 1, row, Felt::new(u64::from(step.below)));
            columns.set(BYTES + 2, row, symbol);
            if index + 1 == self.steps.len() {
                let over = bounds.bytes.saturating_sub(index as u64);
                columns.set(BYTES + 3, row, Felt::new(over % 256));
                columns.set(BYTES + 4, row, Felt::new(over / 256));
                columns.set(BYTES + 5, row, Felt::new(bounds.segments.saturating_sub(slashes)));
            }
            row += 1;
        }
        columns.set(STATE, row, Felt::new(CLASS_BASE + u64::from(self.class)));
        row + 1
    }
}

/// How many symbols a block of a hidden path holds.
pub const SYMBOLS_A_BLOCK: usize = 4;

/// The blocks of a hidden path: its symbols without the end, and a salt of four elements a block, as many as
/// [`path_blocks`] says. Every symbol is provided to so many walks.
pub fn path_cycles(symbols: &[u8], salts: &[[u64; 4]], walks: u64) -> (Vec<Cycle>, Digest) {
    let all: Vec<u8> = symbols.iter().copied().chain([END]).collect();
    let mut cycles = Vec::new();
    let mut last: Option<State> = None;
    for ((number, symbols), salt) in (0u64..).zip(all.chunks(SYMBOLS_A_BLOCK)).zip(salts) {
        let mut block = [0; RATE];
        for (slot, value) in block.iter_mut().zip(symbols) {
            *slot = u64::from(*value);
        }
        for (slot, value) in block.iter_mut().skip(SYMBOLS_A_BLOCK).zip(salt) {
            *slot = *value;
        }
        let next = match &last {
            None => state([RATE as u64, Kind::Path.tag(), 0, 0], block),
            Some(before) => next_state(before, block),
        };
        let mut uses = [0; 4];
        uses.iter_mut().zip(symbols).for_each(|(uses, _)| *uses = walks);
        cycles.push(Cycle::new(next, PATH, FIRST_BLOCK + number).providing(uses));
        last = Some(next);
    }
    let commitment = last.map_or(Digest::ZERO, |last| digest_after(&last));
    (cycles, commitment)
}

/// How many blocks a hidden path of so many symbols without the end has.
pub fn path_blocks(symbols: usize) -> usize {
    (symbols + 1).div_ceil(SYMBOLS_A_BLOCK)
}
