//! Literals with constants numbered and terms sorted out: what `order` arranges.
//!
//! A body that can never hold, or that is not safe, is no body. What is safe is judged as for bottom-up evaluation, where
//! a head's columns have no values but those of `in` columns: a rule means the same however it is evaluated.

use super::compile::Constants;
use super::shape::ATOMS;
use dregg_artifact::{Artifact, Comparison, Limits, Literal, Predicate, Rule, Term};
use std::collections::BTreeSet;

/// A term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    Constant(u32),
    Variable(u8),
    Epoch,
    Segment(u8),
}

impl Argument {
    pub(super) fn variable(self) -> Option<u8> {
        match self {
            Argument::Variable(variable) => Some(variable),
            Argument::Constant(_) | Argument::Epoch | Argument::Segment(_) => None,
        }
    }
}

/// What an atom is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Relation(u32),
    Predicate(u32),
}

/// A positive literal.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub(super) source: Source,
    pub(super) arguments: Vec<Argument>,
}

/// The literals of a body, by kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    pub(super) atoms: Vec<Atom>,
    /// Tuples of base relations that must not be there.
    pub(super) absent: Vec<(u32, Vec<Argument>)>,
    pub(super) compared: Vec<(Argument, Comparison, Argument)>,
    /// In goals: sets of cells, by number, that contain the caller or do not.
    pub(super) members: Vec<(u32, bool)>,
    /// In goals: the least stake.
    pub(super) stake: u64,
    /// In goals: goals that must hold.
    pub(super) goals: Vec<u16>,
    /// The segments of the path that are named, without repetition.
    pub(super) segments: Vec<u8>,
}

/// Where a body stands.
#[derive(Clone, Copy)]
enum Scope {
    Rule,
    /// In the goal of this number.
    Goal(u16),
}

/// Reads literals.
pub(super) struct Resolver<'a, 'c> {
    pub(super) artifact: &'a Artifact,
    pub(super) constants: &'c mut Constants<'a>,
}

impl<'a> Resolver<'a, '_> {
    /// A rule of a goal; `None` if it never holds.
    pub(super) fn goal(&mut self, number: u16, body: &'a [Literal]) -> Option<Conditions> {
        // Variable 0 is the caller.
        self.conditions(body, BTreeSet::from([0]), Scope::Goal(number))
    }

    /// A rule of a predicate with its head; `None` if it derives nothing.
    pub(super) fn rule(
        &mut self,
        predicate: &Predicate,
        rule: &'a Rule,
    ) -> Option<(Vec<Argument>, Conditions)> {
        let head = self.arguments(&rule.head, predicate.columns.len())?;
        let inputs = head.iter().zip(&predicate.columns).filter(|(_, column)| column.input);
        let inputs: BTreeSet<u8> = inputs.filter_map(|(argument, _)| argument.variable()).collect();
        let conditions = self.conditions(&rule.body, inputs.clone(), Scope::Rule)?;
        let in_atom = |variable: u8| {
            let mut atoms = conditions.atoms.iter().flat_map(|atom| &atom.arguments);
            atoms.any(|argument| argument.variable() == Some(variable))
        };
        let safe =
            |argument: &Argument| argument.variable().is_none_or(|one| inputs.contains(&one) || in_atom(one));
        head.iter().all(safe).then_some((head, conditions))
    }

    fn conditions(
        &mut self,
        literals: &'a [Literal],
        bound: BTreeSet<u8>,
        scope: Scope,
    ) -> Option<Conditions> {
        let mut found = Conditions::default();
        for literal in literals {
            match literal {
                Literal::Relation { relation, terms, negated } => {
                    let arity = self.artifact.relations.get(*relation as usize)?.columns.len();
                    let arguments = self.arguments(terms, arity)?;
                    if *negated {
                        found.absent.push((*relation, arguments));
                    } else {
                        found.atoms.push(Atom { source: Source::Relation(*relation), arguments });
                    }
                }
                Literal::Predicate { predicate, terms } => {
                    let arity = self.artifact.predicates.get(*predicate as usize)?.columns.len();
                    let arguments = self.arguments(terms, arity)?;
                    found.atoms.push(Atom { source: Source::Predicate(*predicate), arguments });
                }
                Literal::Compare { left, comparison, right } => {
                    found.compared.push((self.argument(left), *comparison, self.argument(right)));
                }
                Literal::Member { cells, negated } => {
                    scope.in_goal()?;
                    found.members.push((self.constants.set(cells), !*negated));
                }
                Literal::Stake { at_least } => {
                    scope.in_goal()?;
                    found.stake = found.stake.max(*at_least);
                }
                Literal::Goal { goal } => {
                    (*goal < scope.in_goal()?).then_some(())?;
                    found.goals.push(*goal);
                }
            }
        }
        let atoms = found.atoms.iter().flat_map(|atom| &atom.arguments);
        let absent = found.absent.iter().flat_map(|(_, arguments)| arguments);
        let compared = found.compared.iter().flat_map(|(left, _, right)| [left, right]);
        for argument in atoms.chain(absent).chain(compared) {
            if let Argument::Segment(segment) = argument
                && !found.segments.contains(segment)
            {
                found.segments.push(*segment);
            }
        }
        // What has too many atoms is left to `evaluate`, which judges its safety too.
        (found.atoms.len() > ATOMS || self.is_safe(&found, bound)).then_some(found)
    }

    /// Whether every atom can have its inputs from others, and every negation and comparison its values.
    fn is_safe(&self, found: &Conditions, mut bound: BTreeSet<u8>) -> bool {
        let mut waiting: Vec<&Atom> = found.atoms.iter().collect();
        loop {
            let before = waiting.len();
            waiting.retain(|atom| {
                let ready = inputs(self.artifact, atom).all(|variable| bound.contains(&variable));
                if ready {
                    bound.extend(atom.arguments.iter().filter_map(|argument| argument.variable()));
                }
                !ready
            });
            if waiting.is_empty() {
                break;
            }
            if waiting.len() == before {
                return false;
            }
        }
        let absent = found.absent.iter().flat_map(|(_, arguments)| arguments);
        let compared = found.compared.iter().flat_map(|(left, _, right)| [left, right]);
        let mut needed = absent.chain(compared);
        needed.all(|argument| argument.variable().is_none_or(|one| bound.contains(&one)))
    }

    fn arguments(&mut self, terms: &'a [Term], arity: usize) -> Option<Vec<Argument>> {
        if terms.len() != arity || arity > Limits::ARITY {
            return None;
        }
        Some(terms.iter().map(|term| self.argument(term)).collect())
    }

    fn argument(&mut self, term: &'a Term) -> Argument {
        match term {
            Term::Variable(variable) => Argument::Variable(*variable),
            Term::Value(value) => Argument::Constant(self.constants.number(value)),
            Term::Epoch => Argument::Epoch,
            Term::Segment(segment) => Argument::Segment(*segment),
        }
    }
}

impl Scope {
    /// The number of the goal.
    fn in_goal(self) -> Option<u16> {
        match self {
            Scope::Rule => None,
            Scope::Goal(number) => Some(number),
        }
    }
}

/// The variables in the input columns of an atom.
pub(super) fn inputs<'a>(artifact: &'a Artifact, atom: &'a Atom) -> impl Iterator<Item = u8> {
    let columns = match atom.source {
        Source::Predicate(number) => {
            artifact.predicates.get(number as usize).map_or(&[][..], |content| &content.columns)
        }
        Source::Relation(_) => &[],
    };
    let inputs = atom.arguments.iter().zip(columns).filter(|(_, column)| column.input);
    inputs.filter_map(|(argument, _)| argument.variable())
}
