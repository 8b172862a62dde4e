//! A derivation as the trace takes it, and the check of it rule by rule.

use super::facts::{BaseFact, Known, int};
use super::rules::compare;
use super::{HELD_FACTS, INSTANCES};
use dregg_air::program::{Atom, AtomKind, Program};
use dregg_air::source;
use dregg_commit::Digest;
use std::fmt;

pub use dregg_air::derivation::witness::{Instance, Support};

/// Instances of rules that derive the goal from base facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derivation {
    /// The goal's first; what a premise takes from another comes from a later one.
    pub instances: Vec<Instance>,
    /// The base facts used, sorted, each once.
    pub records: Vec<BaseFact>,
}

/// What is wrong with a derivation, with the number of the instance where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The first instance is not one of the goal's rule, or there is none.
    Goal,
    /// It is too large for a proof.
    Size,
    /// There is no such rule, or a variable without a value.
    Rule(usize),
    /// A constant is another, or a comparison does not hold.
    Condition(usize),
    /// A premise is not what the rule needs.
    Premise(usize),
    /// A height is too great, or not above those of its premises.
    Height(usize),
    /// A base fact, by its number, is not known.
    Unknown(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Goal => f.write_str("the first instance does not derive the goal"),
            Fault::Size => f.write_str("the derivation is too large for a proof"),
            Fault::Rule(at) => write!(f, "instance {at} is of no rule"),
            Fault::Condition(at) => write!(f, "a condition of instance {at} does not hold"),
            Fault::Premise(at) => write!(f, "a premise of instance {at} is not what its rule needs"),
            Fault::Height(at) => write!(f, "instance {at} is too high"),
            Fault::Unknown(at) => write!(f, "record {at} is not known"),
        }
    }
}

impl std::error::Error for Fault {}

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
        if self.instances.first().is_none_or(|goal| goal.rule != 0) {
            return Err(Fault::Goal);
        }
        let depth = depth.max(1);
        (0..).zip(&self.instances).try_for_each(|(at, instance)| {
            Checking { derivation: self, program, known, depth, at, instance }.check()
        })
    }
}

struct Checking<'a> {
    derivation: &'a Derivation,
    program: &'a Program,
    known: &'a Known<'a>,
    depth: u8,
    at: usize,
    instance: &'a Instance,
}

impl Checking<'_> {
    fn check(&self) -> Result<(), Fault> {
        let (at, instance) = (self.at, self.instance);
        let atoms = self.program.rule(instance.rule);
        if atoms.is_empty() {
            return Err(Fault::Rule(at));
        }
        if instance.height == 0 {
            return Err(Fault::Height(at));
        }
        let mut premises = instance.premises.iter();
        for atom in atoms {
            let arguments = arguments(atom, instance).ok_or(Fault::Rule(at))?;
            let [left, right, ..] = arguments;
            let holds = match atom.kind {
                AtomKind::Head => true,
                AtomKind::Premise | AtomKind::GoalPremise => {
                    let support = premises.next().ok_or(Fault::Premise(at))?;
                    self.supports(*support, atom, &arguments)?;
                    true
                }
                AtomKind::Constant => left == atom.constant,
                AtomKind::Less | AtomKind::LessOrEqual | AtomKind::NotEqual => {
                    compare(atom.kind, left == right, int(&left), int(&right))
                }
            };
            if !holds {
                return Err(Fault::Condition(at));
            }
        }
        premises.next().map_or(Ok(()), |_| Err(Fault::Premise(at)))
    }

    fn supports(&self, support: Support, atom: &Atom, arguments: &[Digest; 4]) -> Result<(), Fault> {
        let found = match support {
            Support::Caller => {
                let [caller, ..] = *arguments;
                matches!(atom.source, source::CALLER | source::HIDDEN_CALLER) && caller == self.known.caller()
            }
            Support::Record(number) => self.derivation.records.get(number).is_some_and(|record| {
                (record.source, record.predicate, record.arguments)
                    == (atom.source, atom.predicate, *arguments)
            }),
            Support::Instance(number) => {
                let other = self.derivation.instances.get(number).filter(|_| number > self.at);
                let other = other.ok_or(Fault::Premise(self.at))?;
                let most = match atom.kind {
                    AtomKind::GoalPremise => self.depth,
                    AtomKind::Head
                    | AtomKind::Premise
                    | AtomKind::Constant
                    | AtomKind::Less
                    | AtomKind::LessOrEqual
                    | AtomKind::NotEqual => self.instance.height.saturating_sub(1),
                };
                if other.height > most {
                    return Err(Fault::Height(self.at));
                }
                let head = self.program.rule(other.rule).first();
                head.is_some_and(|head| {
                    atom.source == source::DERIVED
                        && head.predicate == atom.predicate
                        && self::arguments(head, other) == Some(*arguments)
                })
            }
        };
        if found { Ok(()) } else { Err(Fault::Premise(self.at)) }
    }
}

/// The arguments of an atom in an instance, zeros where there are none; `None` if a variable has no value.
fn arguments(atom: &Atom, instance: &Instance) -> Option<[Digest; 4]> {
    let mut arguments = [Digest::ZERO; 4];
    for (slot, variable) in arguments.iter_mut().zip(&atom.variables) {
        if *variable != 0 {
            *slot = *instance.values.get(variable)?;
        }
    }
    Some(arguments)
}
