//! A derivation as the trace takes it.

use super::facts::{BaseFact, Known};
use super::{HELD_FACTS, INSTANCES};
use dregg_air::derivation::judge::{Given, judge};
use dregg_air::program::Program;

pub use dregg_air::derivation::judge::Fault;
pub use dregg_air::derivation::witness::{Instance, Support};

/// Instances of rules that derive the goal from base facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derivation {
    /// The goal's first; what a premise takes from another comes from a later one.
    pub instances: Vec<Instance>,
    /// The base facts used, sorted, each once.
    pub records: Vec<BaseFact>,
}

impl Derivation {
    /// Checks every instance against its rule, as the constraints do, and every base fact against what is known.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub fn holds(&self, program: &Program, known: &Known<'_>, depth: u8) -> Result<(), Fault> {
        let held = self.records.iter().filter(|record| record.is_held()).count();
        if self.instances.len() > INSTANCES || held > HELD_FACTS {
            return Err(Fault::Size);
        }
        if let Some(at) = self.records.iter().position(|record| !known.contains(record)) {
            return Err(Fault::Unknown(at));
        }
        let given = self.records.iter().map(|record| Given {
            source: record.source,
            predicate: record.predicate,
            arguments: record.arguments,
        });
        let given: Vec<Given> = given.collect();
        judge(program, &self.instances, &given, Some(known.caller()), u64::from(depth.max(1)))
    }
}
