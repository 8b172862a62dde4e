//! A whole witness, and the trace it makes.

use crate::derivation::witness::{self as derivation, Instance, Uses};
use crate::field::Felt;
use crate::hash::witness::{Cycle, ROWS, put, put_state, state};
use crate::identity::witness::Identity;
use crate::inputs::Bounds;
use crate::membership::witness::{Digests, nodes};
use crate::options::{MAX_LOG2_ROWS, MIN_LOG2_ROWS, real_rows};
use crate::program::Program;
use crate::range::columns::{BYTES, COUNT, PER_ROW};
use crate::record::witness::Record;
use crate::route::witness::Walked;
use crate::source::tree;
use crate::trace::Columns;
use dregg_commit::TableTree;
use std::collections::BTreeMap;

/// Rows that the table of bytes needs, with one whose transition counts after it.
const TABLE_ROWS: usize = 264;

/// A walk with the table it is over.
pub struct RouteWitness<'a> {
    /// The tree's number.
    pub tree: u64,
    /// The table.
    pub table: &'a TableTree,
    /// The walk.
    pub walked: Walked,
}

/// A tree of records that the statement opens.
pub struct TreeWitness<'a> {
    /// The tree's number.
    pub tree: u64,
    /// What is known of it.
    pub digests: &'a dyn Digests,
    /// For each record of this tree its leaf.
    pub leaves: BTreeMap<usize, usize>,
}

/// Everything that a trace is made of.
pub struct Witness<'a> {
    /// The walks.
    pub routes: Vec<RouteWitness<'a>>,
    /// The blocks of a hidden path.
    pub path: Vec<Cycle>,
    /// The program.
    pub program: &'a Program,
    /// The policy's bounds.
    pub bounds: Bounds,
    /// The derivation, the goal first.
    pub instances: Vec<Instance>,
    /// The base facts it uses.
    pub records: Vec<Record>,
    /// Where they stand.
    pub trees: Vec<TreeWitness<'a>>,
    /// The caller.
    pub identity: Option<Identity>,
}

/// Room to be left in a trace, so that its length does not tell how much there really is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spare {
    /// Hash cycles, those of records not counted.
    pub cycles: usize,
    /// Rows in the event lane.
    pub events: usize,
}

/// A witness laid out, before it is known how long the trace will be.
pub struct Layout<'a> {
    witness: Witness<'a>,
    uses: Uses,
    cycles: Vec<Cycle>,
}

impl<'a> Layout<'a> {
    /// Lays a witness out. `None` if it does not fit together: a digest is missing, a table is another one.
    pub fn new(witness: Witness<'a>) -> Option<Layout<'a>> {
        let uses = Uses::of(witness.program, &witness.instances, witness.records.len());
        let mut cycles = Vec::new();
        for route in &witness.routes {
            cycles.extend(route.walked.cycles(route.table, route.tree)?);
        }
        for opened in &witness.trees {
            let mut claims: BTreeMap<usize, u64> = BTreeMap::new();
            for leaf in opened.leaves.values() {
                *claims.entry(*leaf).or_default() += 1;
            }
            cycles.extend(nodes(opened.tree, opened.digests, &claims)?);
        }
        cycles.extend(witness.path.iter().cloned());
        if let Some(identity) = &witness.identity {
            cycles.extend(identity.cycles(uses.caller));
        }
        Some(Layout { witness, uses, cycles })
    }

    /// How many rows happen in the event lane.
    pub fn events(&self) -> usize {
        let walks: usize = self.witness.routes.iter().map(|route| route.walked.rows()).sum();
        // One row between two walks.
        derivation::rows(self.witness.program, &self.witness.instances) + walks + self.witness.routes.len()
    }

    /// The cycle with which records begin: after all other cycles and all events.
    fn first_record(&self) -> usize {
        self.first_record_after(Spare::default())
    }

    fn first_record_after(&self, spare: Spare) -> usize {
        (self.cycles.len() + spare.cycles).max((self.events() + spare.events).div_ceil(ROWS))
    }

    /// How many hash cycles there are, records included.
    pub fn hash_cycles(&self) -> usize {
        self.cycles.len() + self.witness.records.iter().map(Record::cycles).sum::<usize>()
    }

    /// How many rows must be real: the last cycle stays empty.
    pub fn rows_needed(&self) -> usize {
        self.rows_needed_with(Spare::default())
    }

    fn rows_needed_with(&self, spare: Spare) -> usize {
        let records: usize = self.witness.records.iter().map(Record::cycles).sum();
        ((self.first_record_after(spare) + records + 1) * ROWS).max(TABLE_ROWS)
    }

    /// The shortest trace that it fits into, as the logarithm of its rows; `None` if none is long enough.
    pub fn log2_rows(&self) -> Option<u8> {
        self.log2_rows_with(Spare::default())
    }

    /// The same with room for more than there is.
    pub fn log2_rows_with(&self, spare: Spare) -> Option<u8> {
        let rows = self.rows_needed_with(spare);
        (MIN_LOG2_ROWS..=MAX_LOG2_ROWS).find(|log2_rows| real_rows(*log2_rows) >= rows)
    }

    /// The trace of so many rows; those that are not real are zero.
    pub fn trace(&self, log2_rows: u8) -> Columns {
        let real = real_rows(log2_rows);
        let mut columns = Columns::new(1 << log2_rows);
        let empty = state([dregg_commit::hash::RATE as u64, 0, 0, 0], [0; dregg_commit::hash::RATE]);
        put_state(&mut columns, 0, empty);
        repeat_first_cycle(&mut columns, real);
        for (number, cycle) in self.cycles.iter().enumerate() {
            put(&mut columns, number, cycle);
        }
        let witness = &self.witness;
        let depth = witness.bounds.depth;
        let mut row = derivation::put(&mut columns, witness.program, depth, &witness.instances, &self.uses);
        for route in &witness.routes {
            row = route.walked.put(&mut columns, row, route.tree, &witness.bounds) + 1;
        }
        let mut cycle = self.first_record();
        for (record, times) in witness.records.iter().zip(&self.uses.records) {
            cycle = record.put(&mut columns, cycle, *times);
        }
        derivation::put_instance_numbers(&mut columns, real);
        count_bytes(&mut columns, real);
        columns
    }
}

/// Fills all cycles with the first one.
fn repeat_first_cycle(columns: &mut Columns, real_rows: usize) {
    for column in columns.columns_mut().iter_mut().take(12) {
        let first: Vec<Felt> = column.iter().take(ROWS).copied().collect();
        for (slot, value) in column.iter_mut().take(real_rows).zip(first.iter().cycle()) {
            *slot = *value;
        }
    }
}

/// Counts how often each byte is looked up in a row whose terms count.
pub fn count_bytes(columns: &mut Columns, real_rows: usize) {
    let mut counts = [0u64; 256];
    for row in 0..real_rows.saturating_sub(1) {
        for place in 0..PER_ROW {
            let byte = columns.get(BYTES + place, row).as_int();
            if let Some(count) = usize::try_from(byte).ok().and_then(|byte| counts.get_mut(byte)) {
                *count += 1;
            }
        }
    }
    for (row, count) in counts.into_iter().enumerate() {
        columns.set(COUNT, row, Felt::new(count));
    }
}

/// Which trees of records there are.
pub const RECORD_TREES: [u64; 3] = [tree::FACTS, tree::CREDENTIALS, tree::STAKE];
