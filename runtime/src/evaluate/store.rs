//! The tuples a decision joins: base relations, what is derived so far, the demand, and indexes of all of them.

use super::body::Source;
use super::plan::{IndexKey, Plan};
use crate::facts::{Facts, Row, row};
use datafrog::Relation;
use std::collections::BTreeMap;

/// Tuples under keys, sorted.
pub(super) type Index = Relation<(Row, Row)>;

/// All tuples of one decision.
///
/// INVARIANT: an index holds exactly the tuples of its source, at all times between two calls.
pub(super) struct Store<'a> {
    facts: &'a Facts,
    demand: Vec<Vec<Row>>,
    derived: BTreeMap<u32, Relation<Row>>,
    latest: BTreeMap<u32, Relation<Row>>,
    indexes: BTreeMap<IndexKey, Index>,
}

impl<'a> Store<'a> {
    /// Nothing is derived yet.
    pub(super) fn new(facts: &'a Facts, demand: Vec<Vec<Row>>) -> Store<'a> {
        Store { facts, demand, derived: BTreeMap::new(), latest: BTreeMap::new(), indexes: BTreeMap::new() }
    }

    /// Whether a tuple of a base relation is there.
    pub(super) fn is_fact(&self, relation: u32, tuple: &Row) -> bool {
        self.facts.tuples(relation).is_some_and(|tuples| tuples.contains(tuple))
    }

    /// Whether a tuple of a predicate is derived.
    pub(super) fn is_derived(&self, predicate: u32, tuple: &Row) -> bool {
        self.derived.get(&predicate).is_some_and(|tuples| tuples.binary_search(tuple).is_ok())
    }

    /// Whether the last round derived anything of a predicate.
    pub(super) fn is_latest_empty(&self, predicate: u32) -> bool {
        self.latest.get(&predicate).is_none_or(|tuples| tuples.is_empty())
    }

    /// Makes the indexes a plan needs.
    pub(super) fn prepare(&mut self, plan: &Plan) {
        for key in plan.indexes() {
            if !self.indexes.contains_key(key) {
                let tuples: Vec<Row> = match key.source {
                    Source::Relation(relation) => {
                        self.facts.tuples(relation).into_iter().flatten().copied().collect()
                    }
                    Source::Predicate(predicate) => elements(self.derived.get(&predicate)).to_vec(),
                    Source::Latest(predicate) => elements(self.latest.get(&predicate)).to_vec(),
                    Source::Demand(set) => self.demand.get(set).cloned().unwrap_or_default(),
                };
                let index = index(key, &tuples);
                self.indexes.insert(key.clone(), index);
            }
        }
    }

    /// An index that was prepared.
    pub(super) fn index(&self, key: &IndexKey) -> &[(Row, Row)] {
        self.indexes.get(key).map_or(&[], |index| &index.elements)
    }

    /// An index that was prepared, as datafrog wants it.
    pub(super) fn relation(&self, key: &IndexKey) -> Option<&Index> {
        self.indexes.get(key)
    }

    /// Ends a round: what it derived, all of it new, becomes the latest.
    pub(super) fn advance(&mut self, fresh: BTreeMap<u32, Relation<Row>>) {
        self.indexes.retain(|key, _| match key.source {
            Source::Latest(_) => false,
            Source::Relation(_) | Source::Predicate(_) | Source::Demand(_) => true,
        });
        for (key, held) in &mut self.indexes {
            if let Source::Predicate(predicate) = key.source
                && let Some(tuples) = fresh.get(&predicate)
            {
                let more = index(key, tuples);
                *held = std::mem::replace(held, Relation::from_vec(Vec::new())).merge(more);
            }
        }
        for (predicate, tuples) in &fresh {
            let before = self.derived.remove(predicate).unwrap_or_else(|| Relation::from_vec(Vec::new()));
            self.derived.insert(*predicate, before.merge(tuples.clone()));
        }
        self.latest = fresh;
    }
}

fn elements(tuples: Option<&Relation<Row>>) -> &[Row] {
    tuples.map_or(&[], |tuples| &tuples.elements)
}

fn index(key: &IndexKey, tuples: &[Row]) -> Index {
    let column = |tuple: &Row, place: usize| tuple.get(place).copied().unwrap_or_default();
    let agrees =
        |tuple: &&Row| key.equal.iter().all(|(one, other)| column(tuple, *one) == column(tuple, *other));
    let keyed = |tuple: &Row| (row(key.columns.iter().map(|place| column(tuple, *place))), *tuple);
    Relation::from_vec(tuples.iter().filter(agrees).map(keyed).collect())
}
