//! Facts that no longer change, indexed for the plans of their policy.
//!
//! An index holds the tuples of one relation under the columns that a plan has values for; all of them are made at once,
//! by the first decision that looks at facts.

use super::Facts;
use super::symbols::{Row, Symbols};
use dregg_artifact::CellId;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};

/// Which index: a relation, and the columns of the key as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct IndexSpec {
    pub(crate) relation: u32,
    pub(crate) columns: u8,
}

/// The values of the key's columns, packed so that they are hashed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key(u64, u64);

impl Key {
    fn new([one, two, three, four]: Row) -> Key {
        let pack = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
        Key(pack(one, two), pack(three, four))
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
        state.write_u64(self.1);
    }
}

/// The tuples of a relation by key.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Where the tuples of a key begin and end.
    groups: HashMap<Key, (u32, u32), RandomState>,
    /// Empty if the key is the whole tuple.
    rows: Vec<Row>,
}

impl Index {
    /// `rows` are in canonical order; each group keeps it.
    fn new(rows: &[Row], arity: usize, columns: u8) -> Index {
        let key = |tuple: &Row| {
            let bound = tuple.iter().enumerate().filter(|(column, _)| columns >> column & 1 == 1);
            Key::new(super::row(bound.map(|(_, symbol)| *symbol)))
        };
        if columns.count_ones() as usize == arity {
            let groups = rows.iter().map(|tuple| (key(tuple), (0, 0))).collect();
            return Index { groups, rows: Vec::new() };
        }
        // Count each group, give it its place, then fill the places.
        let mut counts: HashMap<Key, (u32, u32), RandomState> = HashMap::default();
        for tuple in rows {
            counts.entry(key(tuple)).or_default().1 += 1;
        }
        let mut next = 0;
        let mut placed = vec![Row::default(); rows.len()];
        let mut begun: HashMap<Key, (u32, u32), RandomState> = HashMap::default();
        begun.reserve(counts.len());
        for tuple in rows {
            let key = key(tuple);
            let (_, end) = begun.entry(key).or_insert_with(|| {
                let begin = next;
                next += counts.get(&key).map_or(0, |(_, count)| *count);
                (begin, begin)
            });
            if let Some(place) = placed.get_mut(*end as usize) {
                *place = *tuple;
            }
            *end += 1;
        }
        Index { groups: begun, rows: placed }
    }

    /// The tuples with this key, in an order that depends on the facts alone, not on how they came.
    pub(crate) fn group(&self, key: Row) -> &[Row] {
        let Some((begin, end)) = self.groups.get(&Key::new(key)) else { return &[] };
        self.rows.get(*begin as usize..*end as usize).unwrap_or(&[])
    }

    /// Whether there is a tuple with this key.
    pub(crate) fn contains(&self, key: Row) -> bool {
        self.groups.contains_key(&Key::new(key))
    }
}

/// The indexes over some facts, in the order in which the plans number them.
#[derive(Debug)]
pub(crate) struct Snapshot {
    indexes: Vec<Index>,
    stakes: HashMap<CellId, u64, RandomState>,
}

impl Snapshot {
    pub(super) fn new(facts: &Facts, specs: &[IndexSpec]) -> Snapshot {
        let ranks = ranks(&facts.symbols);
        let mut sorted: HashMap<u32, Vec<Row>> = HashMap::new();
        let mut indexes = Vec::with_capacity(specs.len());
        for spec in specs {
            let arity = facts.policy.relation(spec.relation).map_or(0, |declared| declared.columns.len());
            let rows = sorted.entry(spec.relation).or_insert_with(|| canonical(facts, spec.relation, &ranks));
            indexes.push(Index::new(rows, arity, spec.columns));
        }
        let stakes = facts.stakes.iter().map(|(cell, amount)| (*cell, *amount)).collect();
        Snapshot { indexes, stakes }
    }

    /// An index by its number.
    pub(crate) fn index(&self, number: u32) -> Option<&Index> {
        self.indexes.get(number as usize)
    }

    /// The stake of a cell.
    pub(crate) fn stake_of(&self, cell: &CellId) -> u64 {
        self.stakes.get(cell).copied().unwrap_or(0)
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
