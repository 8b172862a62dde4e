//! Why there is no derivation: which goals do not hold, and what they would have needed.

use super::facts::{NOTHING, Row, World};
use super::rules::{Origin, Premise, columns};
use dregg_air::program::RESERVED;
use dregg_artifact::Access;
use dregg_commit::Digest;
use std::collections::BTreeSet;
use std::fmt;

/// How many missing facts are named.
const NAMED: usize = 16;

/// Why [`derive`](super::derive) found none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoDerivation {
    /// The goal does not follow from what the prover knows.
    Missing(Unmet),
    /// The smallest derivation that was found has more than [`INSTANCES`](super::INSTANCES) instances or
    /// [`HELD_FACTS`](super::HELD_FACTS) held facts.
    TooLarge,
    /// The search would take too many steps; whether there is one is not known.
    Exhausted,
}

impl fmt::Display for NoDerivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoDerivation::Missing(_) => f.write_str("the facts do not satisfy the rules"),
            NoDerivation::TooLarge => f.write_str("the derivation is too large for a proof"),
            NoDerivation::Exhausted => f.write_str("the search for a derivation takes too long"),
        }
    }
}

impl std::error::Error for NoDerivation {}

/// What does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unmet {
    /// The goals of the class's program that do not hold, by number, in order; among those that the program names.
    pub goals: Vec<u16>,
    /// Facts that some body lacked, those first whose bodies lacked least else.
    pub facts: Vec<MissingFact>,
}

/// A fact that was looked for and is not there; or, with a source of absent tuples, one that is there and must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingFact {
    /// Where it would come from.
    pub source: u64,
    /// The element of the relation; 0 for a stake.
    pub predicate: u64,
    /// How many arguments it has.
    pub arity: usize,
    /// What is known of its arguments.
    pub arguments: [Option<Digest>; 4],
    /// How many other conditions of the same body were open.
    pub others: usize,
}

/// The first thing that is lacking, as a decision names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// A guard by its number.
    Guard(u32),
    /// There is no clause at all. Guards are not looked at then.
    Clauses,
    /// No clause holds.
    Clause,
}

impl Unmet {
    /// The first that is lacking of the program that a class has for the permission.
    pub fn lacking(&self, access: &Access) -> Lacking {
        let unmet = |goal: &u16| self.goals.binary_search(goal).is_ok();
        let guard = (0u32..).zip(&access.guards).find(|(_, goal)| unmet(goal));
        match guard {
            Some((number, _)) => Lacking::Guard(number),
            None if access.clauses.is_empty() => Lacking::Clauses,
            None => Lacking::Clause,
        }
    }
}

/// The nearest misses of a search.
#[derive(Debug, Default)]
pub(super) struct Misses {
    /// How many others were open, source, predicate, columns, what is known.
    found: BTreeSet<(usize, u64, u64, u8, Row)>,
}

impl Misses {
    /// Notes that nothing was found for a premise.
    pub(super) fn add(&mut self, others: usize, premise: &Premise, key: &Row) {
        let source = match premise.origin {
            Origin::Table(source) | Origin::Absent(source) => source,
            Origin::Rules | Origin::Caller => return,
        };
        if self.found.len() >= NAMED && self.found.last().is_some_and(|(most, ..)| *most <= others) {
            return;
        }
        self.found.insert((others, source, premise.predicate, columns(&premise.arguments), *key));
        if self.found.len() > NAMED {
            self.found.pop_last();
        }
    }

    /// What does not hold, given the reserved goals that rules name and those that hold.
    pub(super) fn unmet(
        &self,
        reserved: &BTreeSet<u64>,
        holding: &BTreeSet<u64>,
        world: &World<'_>,
    ) -> Unmet {
        let goals = reserved.difference(holding).filter_map(|predicate| {
            let number = predicate.checked_sub(RESERVED)?;
            u16::try_from(number).ok()
        });
        let facts = self.found.iter().map(|(others, source, predicate, columns, key)| {
            let known = |symbol: &u32| (*symbol != NOTHING).then(|| world.digest(*symbol));
            let arity = columns.count_ones() as usize;
            let arguments = key.map(|symbol| known(&symbol));
            MissingFact { source: *source, predicate: *predicate, arity, arguments, others: *others }
        });
        Unmet { goals: goals.collect(), facts: facts.collect() }
    }
}
