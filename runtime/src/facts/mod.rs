//! The facts a decision is made over: the policy's own, those asserted here, and stakes.
//!
//! Held facts count as shown by the caller. That they are true is for whoever asserts them to know.
//!
//! What they look like to a decision, once they no longer change, is in `snapshot`.

mod error;
mod index;
mod json;
mod snapshot;
mod symbols;

pub use error::{FactError, FactProblem};
pub(crate) use snapshot::{IndexSpec, Snapshot};
pub(crate) use symbols::{CellKey, Row, Symbols, row};

use crate::policy::{Named, Policy};
use dregg_artifact::value::{INT_BOUND, TEXT_BYTES};
use dregg_artifact::{CellId, Fact, Limits, Value};
use foldhash::fast::RandomState;
use indexmap::IndexSet;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The distinct tuples of a relation, in the order in which they came.
pub(crate) type Tuples = IndexSet<Row, RandomState>;

/// Facts and stakes, typed against a policy; good for many decisions.
///
/// The first decision that needs them makes indexes of all facts, in time and memory in proportion to them. Adding a
/// fact or a stake drops the indexes, so add all facts first, then decide.
#[derive(Clone, Debug)]
pub struct Facts {
    policy: Policy,
    /// INVARIANT: begins with the constants of the policy's plans, so that these know their numbers.
    symbols: Symbols,
    relations: Vec<Tuples>,
    count: usize,
    stakes: BTreeMap<CellId, u64>,
    /// Of the facts as they are; empty until the first decision and after every change.
    snapshot: OnceLock<Arc<Snapshot>>,
}

impl Facts {
    /// The policy's own facts, and no stakes.
    pub fn new(policy: &Policy) -> Facts {
        let mut facts = Facts {
            relations: vec![Tuples::default(); policy.core().relations.len()],
            symbols: policy.plans().symbols().clone(),
            count: 0,
            stakes: BTreeMap::new(),
            policy: policy.clone(),
            snapshot: OnceLock::new(),
        };
        for fact in &policy.core().facts {
            facts.insert(fact.relation, &fact.arguments);
        }
        facts
    }

    /// Facts from the text of a `FACTS.json` (see `json`).
    ///
    /// # Errors
    /// [`FactError`] names the fact and the column.
    pub fn from_json(policy: &Policy, text: &str) -> Result<Facts, FactError> {
        json::facts(policy, text)
    }

    /// Adds a fact of a base relation; a fact that is there already is no error.
    ///
    /// # Errors
    /// [`FactProblem`]: no such relation, wrong number or type of arguments, a value out of range, too many facts.
    pub fn assert(&mut self, relation: &str, arguments: Vec<Value>) -> Result<(), FactProblem> {
        let number = self.relation(relation)?;
        let policy = self.policy.clone();
        let declared = policy.relation(number);
        let columns = declared.map_or(&[][..], |declared| &declared.columns);
        if columns.len() != arguments.len() {
            return Err(FactProblem::Arity { expected: columns.len(), found: arguments.len() });
        }
        for (column, value) in columns.iter().zip(&arguments) {
            let name = || column.name.clone();
            if column.ty != value.ty() {
                return Err(FactProblem::Type { column: name(), expected: column.ty });
            }
            match value {
                Value::Cell(cell) if !cell.is_canonical() => {
                    return Err(FactProblem::Cell { column: name() });
                }
                Value::Text(text) if text.len() > TEXT_BYTES => {
                    return Err(FactProblem::TextTooLong { column: name() });
                }
                Value::Int(number) if *number >= INT_BOUND => {
                    return Err(FactProblem::IntTooLarge { column: name() });
                }
                Value::Cell(_) | Value::Text(_) | Value::Int(_) => {}
            }
        }
        if self.count >= Limits::FACTS {
            return Err(FactProblem::TooMany);
        }
        self.insert(number, &arguments);
        Ok(())
    }

    /// Sets a cell's stake; a cell without one has 0.
    ///
    /// # Errors
    /// [`FactProblem`] if the cell is none or the amount is no integer of the language.
    pub fn stake(&mut self, cell: CellId, amount: u64) -> Result<(), FactProblem> {
        if !cell.is_canonical() {
            return Err(FactProblem::Cell { column: "cell".to_owned() });
        }
        if amount >= INT_BOUND {
            return Err(FactProblem::IntTooLarge { column: "amount".to_owned() });
        }
        self.stakes.insert(cell, amount);
        self.snapshot.take();
        Ok(())
    }

    /// All facts, the policy's own among them, by relation.
    pub fn iter(&self) -> impl Iterator<Item = Fact> {
        (0u32..).zip(&self.relations).flat_map(move |(relation, tuples)| {
            let columns = self.policy.relation(relation).map_or(0, |declared| declared.columns.len());
            tuples.iter().map(move |tuple| {
                let values =
                    tuple.iter().take(columns).filter_map(|symbol| self.symbols.value(*symbol).cloned());
                Fact { relation, arguments: values.collect() }
            })
        })
    }

    /// All stakes.
    pub fn stakes(&self) -> &BTreeMap<CellId, u64> {
        &self.stakes
    }

    fn relation(&self, name: &str) -> Result<u32, FactProblem> {
        match self.policy.named(name) {
            Some(Named::Relation(number)) => Ok(number),
            Some(Named::Predicate) => Err(FactProblem::Derived { name: name.to_owned() }),
            None => {
                let names = self.policy.core().relations.iter().map(|relation| relation.name.as_str());
                Err(FactProblem::unknown(name, names))
            }
        }
    }

    /// Adds a fact; one of no relation or of another arity is ignored (no artifact that was loaded has one).
    fn insert(&mut self, relation: u32, arguments: &[Value]) {
        let columns = self.policy.relation(relation).map(|declared| declared.columns.len());
        if columns != Some(arguments.len()) || arguments.len() > Limits::ARITY {
            return;
        }
        let tuple = row(arguments.iter().map(|value| self.symbols.intern(value)));
        if let Some(tuples) = self.relations.get_mut(relation as usize)
            && tuples.insert(tuple)
        {
            self.count += 1;
            self.snapshot.take();
        }
    }

    /// Whether these facts were typed against this policy.
    pub(crate) fn fit(&self, policy: &Policy) -> bool {
        let (own, other) = (self.policy.shared(), policy.shared());
        Arc::ptr_eq(own, other) || (own.relations == other.relations && own.facts == other.facts)
    }

    /// These facts as the plans of this policy read them; `None` if they were typed against another policy.
    pub(crate) fn snapshot(&self, policy: &Policy) -> Option<&Snapshot> {
        let own = Arc::ptr_eq(self.policy.shared(), policy.shared());
        own.then(|| &**self.snapshot.get_or_init(|| Arc::new(Snapshot::new(self, policy.plans().indexes()))))
    }

    /// The values of these facts by number.
    pub(crate) fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// The tuples of a relation.
    pub(crate) fn tuples(&self, relation: u32) -> Option<&Tuples> {
        self.relations.get(relation as usize)
    }

    /// The stake of a cell.
    pub(crate) fn stake_of(&self, cell: &CellId) -> u64 {
        self.stakes.get(cell).copied().unwrap_or(0)
    }
}
