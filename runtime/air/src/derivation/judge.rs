//! Whether a derivation in clear is one: every instance against its rule, as the constraints check it.

use super::FIRST_INSTANCE;
use super::witness::{Instance, Support};
use crate::program::{Atom, AtomKind, Program};
use crate::source;
use dregg_commit::Digest;
use std::fmt;

/// A base fact that a derivation uses; that it is one is for the caller to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Given {
    /// Where it comes from (see [`crate::source`]).
    pub source: u64,
    /// The element of the relation; 0 for a stake.
    pub predicate: u64,
    /// The arguments; zeros where there are none.
    pub arguments: [Digest; 4],
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

/// Checks that the instances derive the program's goal from the given facts, for this caller; `None` if nobody has
/// shown to be the caller. `depth` is that of [`crate::Bounds`].
///
/// # Errors
/// The first [`Fault`].
pub fn judge(
    program: &Program,
    instances: &[Instance],
    given: &[Given],
    caller: Option<Digest>,
    depth: u64,
) -> Result<(), Fault> {
    if instances.len() as u64 > FIRST_INSTANCE {
        return Err(Fault::Size);
    }
    if instances.first().is_none_or(|goal| goal.rule != 0) {
        return Err(Fault::Goal);
    }
    let judging = Judging { program, instances, given, caller, depth };
    (0..instances.len()).try_for_each(|at| judging.instance(at))
}

struct Judging<'a> {
    program: &'a Program,
    instances: &'a [Instance],
    given: &'a [Given],
    caller: Option<Digest>,
    depth: u64,
}

impl Judging<'_> {
    fn instance(&self, at: usize) -> Result<(), Fault> {
        let instance = self.instances.get(at).ok_or(Fault::Rule(at))?;
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
                    let most = if atom.kind == AtomKind::GoalPremise {
                        self.depth
                    } else {
                        u64::from(instance.height.saturating_sub(1))
                    };
                    self.supports(at, *support, atom, &arguments, most)?
                }
                AtomKind::Constant => left == atom.constant,
                AtomKind::Less => int(left).zip(int(right)).is_some_and(|(left, right)| left < right),
                AtomKind::LessOrEqual => int(left).zip(int(right)).is_some_and(|(left, right)| left <= right),
                AtomKind::NotEqual => left != right,
            };
            if !holds {
                return Err(match atom.kind {
                    AtomKind::Premise | AtomKind::GoalPremise => Fault::Premise(at),
                    AtomKind::Head
                    | AtomKind::Constant
                    | AtomKind::Less
                    | AtomKind::LessOrEqual
                    | AtomKind::NotEqual => Fault::Condition(at),
                });
            }
        }
        premises.next().map_or(Ok(()), |_| Err(Fault::Premise(at)))
    }

    /// Whether a support gives what an atom needs, at most so high.
    fn supports(
        &self,
        at: usize,
        support: Support,
        atom: &Atom,
        needed: &[Digest; 4],
        most: u64,
    ) -> Result<bool, Fault> {
        let [first, ..] = *needed;
        Ok(match support {
            Support::Caller => {
                matches!(atom.source, source::CALLER | source::HIDDEN_CALLER) && self.caller == Some(first)
            }
            Support::Record(number) => self.given.get(number).is_some_and(|given| {
                (given.source, given.predicate, given.arguments) == (atom.source, atom.predicate, *needed)
            }),
            Support::Instance(number) => {
                let Some(other) = self.instances.get(number).filter(|_| number > at) else {
                    return Ok(false);
                };
                if u64::from(other.height) > most {
                    return Err(Fault::Height(at));
                }
                let head = self.program.rule(other.rule).first();
                head.is_some_and(|head| {
                    atom.source == source::DERIVED
                        && head.predicate == atom.predicate
                        && arguments(head, other) == Some(*needed)
                })
            }
        })
    }
}

/// The integer that a value is.
fn int(value: Digest) -> Option<u64> {
    match value.0 {
        [number, 0, 0, 0] if number < dregg_artifact::value::INT_BOUND => Some(number),
        _ => None,
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
