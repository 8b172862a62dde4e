//! Rules and goal rules with every constant looked up: what plans are made of.
//!
//! What can be decided here is: a body whose constants refute it, or that is not safe, is no body. What remains is joined
//! by `plan` and `join`.

use super::values::Values;
use crate::facts::Facts;
use dregg_artifact::{Access, Artifact, Comparison, Limits, Literal, Predicate, Rule, Term};
use std::collections::{BTreeMap, BTreeSet};

/// A term as a join sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    /// The number of a value.
    Constant(u32),
    /// A variable of the rule.
    Variable(u8),
}

impl Argument {
    pub(super) fn variable(self) -> Option<u8> {
        match self {
            Argument::Constant(_) => None,
            Argument::Variable(variable) => Some(variable),
        }
    }
}

/// Where the tuples of an atom come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// A base relation.
    Relation(u32),
    /// What is derived of a predicate so far.
    Predicate(u32),
    /// What the last round derived of a predicate.
    Latest(u32),
    /// A set of the demand.
    Demand(usize),
}

/// A positive literal.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub(super) source: Source,
    pub(super) arguments: Vec<Argument>,
}

impl Atom {
    pub(super) fn variables(&self) -> impl Iterator<Item = u8> {
        self.arguments.iter().filter_map(|argument| argument.variable())
    }
}

/// A comparison that is not yet decided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Check {
    pub(super) left: Argument,
    pub(super) comparison: Comparison,
    pub(super) right: Argument,
}

/// The conditions of a rule, as far as constants do not decide them.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    /// INVARIANT: every variable in an input column stands before in the head's inputs or in an earlier atom.
    pub(super) atoms: Vec<Atom>,
    /// Tuples of base relations that must not be there.
    pub(super) absent: Vec<(u32, Vec<Argument>)>,
    pub(super) checks: Vec<Check>,
    /// Reserved goals that must hold (goal rules only).
    pub(super) goals: Vec<u16>,
}

/// A rule of a predicate.
#[derive(Clone, Debug)]
pub(super) struct Derivation {
    pub(super) head: Vec<Argument>,
    pub(super) body: Body,
    /// The input columns that no atom of the body binds, with their variables.
    pub(super) free: Vec<(usize, u8)>,
}

/// Everything that one decision evaluates.
pub(super) struct Program {
    /// The rules of the predicates that the goals can reach.
    pub(super) rules: BTreeMap<u32, Vec<Derivation>>,
    /// The bodies of each goal's rules.
    pub(super) goals: Vec<Vec<Body>>,
}

impl Program {
    pub(super) fn new(
        artifact: &Artifact,
        access: &Access,
        facts: &Facts,
        values: &mut Values<'_>,
    ) -> Program {
        let mut resolver = Resolver { artifact, facts, values, in_goal: true };
        let mut goals = Vec::with_capacity(access.goals.len());
        for goal in &access.goals {
            let bodies = goal.rules.iter().filter_map(|rule| resolver.body(&rule.body, &BTreeSet::new()));
            goals.push(bodies.collect());
        }
        resolver.in_goal = false;
        let mut work: Vec<u32> = goals.iter().flatten().flat_map(called).collect();
        let mut rules = BTreeMap::new();
        while let Some(number) = work.pop() {
            if rules.contains_key(&number) {
                continue;
            }
            let Some(predicate) = artifact.predicates.get(number as usize) else { continue };
            let derivations = predicate.rules.iter().filter_map(|rule| resolver.derivation(predicate, rule));
            let derivations: Vec<Derivation> = derivations.collect();
            work.extend(derivations.iter().flat_map(|derivation| called(&derivation.body)));
            rules.insert(number, derivations);
        }
        Program { rules, goals }
    }
}

/// The predicates a body calls.
fn called(body: &Body) -> Vec<u32> {
    let predicate = |atom: &Atom| match atom.source {
        Source::Predicate(predicate) => Some(predicate),
        Source::Relation(_) | Source::Latest(_) | Source::Demand(_) => None,
    };
    body.atoms.iter().filter_map(predicate).collect()
}

struct Resolver<'a, 'v, 'f> {
    artifact: &'a Artifact,
    facts: &'a Facts,
    values: &'v mut Values<'f>,
    in_goal: bool,
}

impl Resolver<'_, '_, '_> {
    fn derivation(&mut self, predicate: &Predicate, rule: &Rule) -> Option<Derivation> {
        let head = self.arguments(&rule.head, predicate.columns.len())?;
        let columns = || head.iter().zip(&predicate.columns).enumerate();
        let inputs = columns().filter(|(_, (_, column))| column.input);
        let inputs: Vec<(usize, u8)> =
            inputs.filter_map(|(place, (argument, _))| Some((place, argument.variable()?))).collect();
        let input_variables = inputs.iter().map(|(_, variable)| *variable).collect();
        let body = self.body(&rule.body, &input_variables)?;

        let in_atoms: BTreeSet<u8> = body.atoms.iter().flat_map(Atom::variables).collect();
        let mut free = inputs;
        free.retain(|(_, variable)| !in_atoms.contains(variable));
        let mut seen = BTreeSet::new();
        free.retain(|(_, variable)| seen.insert(*variable));
        let safe = |argument: &Argument| {
            argument.variable().is_none_or(|one| in_atoms.contains(&one) || input_variables.contains(&one))
        };
        head.iter().all(safe).then_some(Derivation { head, body, free })
    }

    /// `None` if the body never holds or is not safe.
    fn body(&mut self, literals: &[Literal], inputs: &BTreeSet<u8>) -> Option<Body> {
        let mut body = Body::default();
        for literal in literals {
            match literal {
                Literal::Relation { relation, terms, negated } => {
                    let arity = self.artifact.relations.get(*relation as usize)?.columns.len();
                    let arguments = self.arguments(terms, arity)?;
                    if *negated {
                        body.absent.push((*relation, arguments));
                    } else {
                        body.atoms.push(Atom { source: Source::Relation(*relation), arguments });
                    }
                }
                Literal::Predicate { predicate, terms } => {
                    let arity = self.artifact.predicates.get(*predicate as usize)?.columns.len();
                    let arguments = self.arguments(terms, arity)?;
                    body.atoms.push(Atom { source: Source::Predicate(*predicate), arguments });
                }
                Literal::Compare { left, comparison, right } => {
                    let check = Check {
                        left: self.argument(left)?,
                        comparison: *comparison,
                        right: self.argument(right)?,
                    };
                    match (check.left, check.right) {
                        (Argument::Constant(left), Argument::Constant(right)) => {
                            let holds = self.values.compare(left, *comparison, right);
                            holds.then_some(())?;
                        }
                        (Argument::Variable(_), _) | (_, Argument::Variable(_)) => body.checks.push(check),
                    }
                }
                Literal::Member { cells, negated } => {
                    let holds = self.in_goal && cells.contains(&self.values.caller) != *negated;
                    holds.then_some(())?;
                }
                Literal::Stake { at_least } => {
                    let holds = self.in_goal && self.facts.stake_of(&self.values.caller) >= *at_least;
                    holds.then_some(())?;
                }
                Literal::Goal { goal } => {
                    self.in_goal.then_some(())?;
                    body.goals.push(*goal);
                }
            }
        }
        self.arrange(&mut body, inputs)?;
        Some(body)
    }

    /// Orders the atoms so that each has its inputs from those before. `None` if that is impossible, or a variable of a
    /// negation or comparison has no value.
    fn arrange(&self, body: &mut Body, inputs: &BTreeSet<u8>) -> Option<()> {
        let mut bound = inputs.clone();
        let mut waiting = std::mem::take(&mut body.atoms);
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut later = Vec::new();
            for atom in waiting {
                if self.inputs_of(&atom).all(|variable| bound.contains(&variable)) {
                    bound.extend(atom.variables());
                    body.atoms.push(atom);
                } else {
                    later.push(atom);
                }
            }
            waiting = later;
            if waiting.len() == before {
                return None;
            }
        }
        let needed = body.absent.iter().flat_map(|(_, arguments)| arguments).copied();
        let mut needed = needed.chain(body.checks.iter().flat_map(|check| [check.left, check.right]));
        needed.all(|argument| argument.variable().is_none_or(|one| bound.contains(&one))).then_some(())
    }

    /// The variables in the input columns of an atom.
    fn inputs_of(&self, atom: &Atom) -> impl Iterator<Item = u8> {
        let columns = match atom.source {
            Source::Predicate(number) => {
                self.artifact.predicates.get(number as usize).map_or(&[][..], |content| &content.columns)
            }
            Source::Relation(_) | Source::Latest(_) | Source::Demand(_) => &[],
        };
        let inputs = atom.arguments.iter().zip(columns).filter(|(_, column)| column.input);
        inputs.filter_map(|(argument, _)| argument.variable())
    }

    fn arguments(&mut self, terms: &[Term], arity: usize) -> Option<Vec<Argument>> {
        if terms.len() != arity || arity > Limits::ARITY {
            return None;
        }
        terms.iter().map(|term| self.argument(term)).collect()
    }

    /// `None` for a segment that the path does not have.
    fn argument(&mut self, term: &Term) -> Option<Argument> {
        match term {
            Term::Variable(0) if self.in_goal => self.values.goal_term(term).map(Argument::Constant),
            Term::Variable(variable) => Some(Argument::Variable(*variable)),
            Term::Value(_) | Term::Epoch | Term::Segment(_) => {
                self.values.constant(term).map(Argument::Constant)
            }
        }
    }
}
