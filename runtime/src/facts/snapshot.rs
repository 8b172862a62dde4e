//! Facts that no longer change, indexed for the plans of their policy.
//!
//! All indexes (see `index`) are made at once, by the first decision that looks at facts.

use super::Facts;
use super::index::Index;
use super::symbols::{CellKey, Row, Symbols};
use dregg_artifact::CellId;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Which index: a relation, and the columns of the key as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct IndexSpec {
    pub(crate) relation: u32,
    pub(crate) columns: u8,
}

/// The indexes over some facts, in the order in which the plans number them.
#[derive(Debug)]
pub(crate) struct Snapshot {
    indexes: Vec<Index>,
    stakes: HashMap<CellKey, u64, RandomState>,
}

impl Snapshot {
    pub(super) fn new(facts: &Facts, specs: &[IndexSpec]) -> Snapshot {
        let ranks = ranks(&facts.symbols);
        let mut sorted: HashMap<u32, Vec<Row>> = HashMap::new();
        let mut indexes = Vec::with_capacity(specs.len());
        for spec in specs {
            let rows = sorted.entry(spec.relation).or_insert_with(|| canonical(facts, spec.relation, &ranks));
            indexes.push(Index::new(rows, spec.columns, facts.symbols.len()));
        }
        let stakes = facts.stakes.iter().map(|(cell, amount)| (CellKey(*cell), *amount)).collect();
        Snapshot { indexes, stakes }
    }

    /// An index by its number.
    pub(crate) fn index(&self, number: u32) -> Option<&Index> {
        self.indexes.get(number as usize)
    }

    /// The stake of a cell.
    pub(crate) fn stake_of(&self, cell: &CellId) -> u64 {
        self.stakes.get(&CellKey(*cell)).copied().unwrap_or(0)
    }
}

/// The place of each symbol's value among all of them: what does not depend on the order in which facts came.
fn ranks(symbols: &Symbols) -> Vec<u32> {
    let mut order: Vec<u32> = (0..symbols.len()).collect();
    order.sort_unstable_by_key(|number| symbols.value(*number));
    let mut ranks = vec![0; symbols.values().len()];
    for (rank, number) in (0u32..).zip(order) {
        if let Some(slot) = ranks.get_mut(number as usize) {
            *slot = rank;
        }
    }
    ranks
}

/// The tuples of a relation, sorted by their values.
fn canonical(facts: &Facts, relation: u32, ranks: &[u32]) -> Vec<Row> {
    let rank = |symbol: &u32| ranks.get(*symbol as usize).copied().unwrap_or_default();
    let tuples = facts.tuples(relation).into_iter().flatten();
    let mut rows: Vec<(Row, Row)> =
        tuples.map(|tuple| (super::row(tuple.iter().map(rank)), *tuple)).collect();
    rows.sort_unstable();
    rows.into_iter().map(|(_, tuple)| tuple).collect()
}
