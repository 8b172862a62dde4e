//! The demand: which values the uses of a predicate can pass for input columns that its rules do not bind.
//!
//! `rule within(who, in max) if spent(who, amount), amount <= max` holds for infinitely many `max`. Bottom-up evaluation
//! lets `max` range over a finite set instead, which must hold every value that a use in a derivation of the goals
//! passes. This module over-approximates it by static flow, before the first round:
//!
//! - the inputs of a predicate are what its call sites, in rules and goals, can pass;
//! - a constant passes itself; variables of a call site take their values from their *origins*: those that are inputs of
//!   the rule's own head from its demand, others from a base relation of the body that binds them, the rest from the
//!   outputs of the first predicate of the body that binds them;
//! - the outputs of a predicate are what the heads of its rules can be, by the same origins.
//!
//! Values that come from one tuple stay together (`valid(first, last)` called with the columns of `window` has a demand
//! as large as `window`); different origins are multiplied.
//!
//! Why it is enough: take a derivation tree of a goal and walk it depth first, each body in the order in which its atoms
//! get their inputs (`Body::atoms`). Each value passed is a constant, an input of the rule (in its demand, by
//! induction), a column of a fact, or an output of an atom walked before (in its outputs, by induction on the walk). So
//! every tuple of the tree is derived, by the same rule from the same tuples: heights do not change. And a larger set is
//! harmless: a rule holds for each value it derives.
//!
//! Why it ends soon: sets only grow, and their values are copied along finitely many flows; facts are not joined. How
//! often a set is computed again depends on the policy's size, not on the facts.

use super::body::{Argument, Atom, Body, Derivation, Program, Source};
use super::budget::{Budget, Exceeded};
use crate::facts::{Facts, Row, row};
use dregg_artifact::Artifact;
use std::collections::{BTreeMap, BTreeSet};

/// Columns of a predicate, of which values are wanted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wanted {
    predicate: u32,
    /// Input columns, or columns that are none.
    input: bool,
    columns: Vec<usize>,
}

/// The demand of one decision; a set is known by its number.
pub(super) struct Demand {
    numbers: BTreeMap<Wanted, usize>,
}

impl Demand {
    /// Computes the demand of every rule that has free input columns, and the sets by number.
    pub(super) fn new(
        artifact: &Artifact,
        program: &Program,
        facts: &Facts,
        budget: &mut Budget,
    ) -> Result<(Demand, Vec<Vec<Row>>), Exceeded> {
        let mut flow = Flow { artifact, numbers: BTreeMap::new(), work: Vec::new(), copies: Vec::new() };
        for (predicate, derivations) in &program.rules {
            for derivation in derivations.iter().filter(|derivation| !derivation.free.is_empty()) {
                flow.number(Demand::wanted(*predicate, derivation));
            }
        }
        while let Some((number, wanted)) = flow.work.pop() {
            if wanted.input {
                flow.inputs(number, &wanted, program)
            } else {
                flow.outputs(number, &wanted, program)
            }
        }
        let sets = solve(&flow.copies, flow.numbers.len(), facts, budget)?;
        Ok((Demand { numbers: flow.numbers }, sets))
    }

    /// The set over which the free input columns of a rule range, if it has any.
    pub(super) fn set(&self, predicate: u32, derivation: &Derivation) -> Option<usize> {
        self.numbers.get(&Demand::wanted(predicate, derivation)).copied()
    }

    fn wanted(predicate: u32, derivation: &Derivation) -> Wanted {
        Wanted {
            predicate,
            input: true,
            columns: derivation.free.iter().map(|(column, _)| *column).collect(),
        }
    }
}

/// Where values come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// Columns of a base relation.
    Relation(u32, Vec<usize>),
    /// A set by its number.
    Set(usize),
}

/// One way into a set: constants, and the product of some origins.
struct Copy {
    into: usize,
    constants: Row,
    /// Each with which of its places goes where.
    from: Vec<(Origin, Vec<(usize, usize)>)>,
}

/// The flows, found from the sets that are wanted back to the facts.
struct Flow<'a> {
    artifact: &'a Artifact,
    numbers: BTreeMap<Wanted, usize>,
    work: Vec<(usize, Wanted)>,
    copies: Vec<Copy>,
}

impl Flow<'_> {
    fn number(&mut self, wanted: Wanted) -> usize {
        let next = self.numbers.len();
        let number = *self.numbers.entry(wanted.clone()).or_insert(next);
        if number == next {
            self.work.push((number, wanted));
        }
        number
    }

    /// From every call of the predicate.
    fn inputs(&mut self, into: usize, wanted: &Wanted, program: &Program) {
        let goals = program.goals.iter().flatten().map(|body| (body, None));
        let rules = program.rules.iter().flat_map(|(owner, derivations)| {
            derivations.iter().map(|derivation| (&derivation.body, Some((*owner, derivation))))
        });
        for (body, owner) in goals.chain(rules) {
            for atom in body.atoms.iter().filter(|atom| atom.source == Source::Predicate(wanted.predicate)) {
                self.copy(into, &pick(&atom.arguments, &wanted.columns), body, owner);
            }
        }
    }

    /// From the head of every rule of the predicate.
    fn outputs(&mut self, into: usize, wanted: &Wanted, program: &Program) {
        for derivation in program.rules.get(&wanted.predicate).into_iter().flatten() {
            let arguments = pick(&derivation.head, &wanted.columns);
            self.copy(into, &arguments, &derivation.body, Some((wanted.predicate, derivation)));
        }
    }

    /// Notes what these arguments can be in this body.
    fn copy(&mut self, into: usize, arguments: &[Argument], body: &Body, owner: Option<(u32, &Derivation)>) {
        let constant = |argument: &Argument| match argument {
            Argument::Constant(number) => *number,
            Argument::Variable(_) => 0,
        };
        let mut copy = Copy { into, constants: row(arguments.iter().map(constant)), from: Vec::new() };
        let mut open: BTreeSet<u8> = arguments.iter().filter_map(|argument| argument.variable()).collect();
        let mut take = |origin: Origin, covered: &[(usize, u8)], open: &mut BTreeSet<u8>| {
            let mut places = Vec::new();
            for (place, (_, variable)) in covered.iter().enumerate() {
                open.remove(variable);
                let targets = arguments.iter().enumerate();
                let targets = targets.filter(|(_, argument)| argument.variable() == Some(*variable));
                places.extend(targets.map(|(target, _)| (place, target)));
            }
            copy.from.push((origin, places));
        };

        if let Some((predicate, derivation)) = owner {
            let covered = covering(&derivation.head, &open, |column| self.is_input(predicate, column));
            if !covered.is_empty() {
                let set = self.number(Wanted { predicate, input: true, columns: columns(&covered) });
                take(Origin::Set(set), &covered, &mut open);
            }
        }
        loop {
            let facts = body.atoms.iter().filter_map(|atom| match atom.source {
                Source::Relation(relation) => Some((relation, covering(&atom.arguments, &open, |_| true))),
                Source::Predicate(_) | Source::Latest(_) | Source::Demand(_) => None,
            });
            // The first of those that cover most.
            let best = facts.rev().max_by_key(|(_, covered)| covered.len());
            let Some((relation, covered)) = best.filter(|(_, covered)| !covered.is_empty()) else { break };
            take(Origin::Relation(relation, columns(&covered)), &covered, &mut open);
        }
        for Atom { source, arguments } in &body.atoms {
            let Source::Predicate(predicate) = *source else { continue };
            let covered = covering(arguments, &open, |column| !self.is_input(predicate, column));
            if !covered.is_empty() {
                let set = self.number(Wanted { predicate, input: false, columns: columns(&covered) });
                take(Origin::Set(set), &covered, &mut open);
            }
        }
        // Every variable has an origin, since only safe bodies get here.
        if open.is_empty() {
            self.copies.push(copy);
        }
    }

    fn is_input(&self, predicate: u32, column: usize) -> bool {
        let content = self.artifact.predicates.get(predicate as usize);
        content.and_then(|content| content.columns.get(column)).is_some_and(|column| column.input)
    }
}

/// Those of the columns that hold one of the open variables, one column a variable.
fn covering(
    arguments: &[Argument],
    open: &BTreeSet<u8>,
    allowed: impl Fn(usize) -> bool,
) -> Vec<(usize, u8)> {
    let mut seen = BTreeSet::new();
    let columns = arguments.iter().enumerate().filter(|(column, _)| allowed(*column));
    let columns = columns.filter_map(|(column, argument)| Some((column, argument.variable()?)));
    columns.filter(|(_, variable)| open.contains(variable) && seen.insert(*variable)).collect()
}

fn columns(covered: &[(usize, u8)]) -> Vec<usize> {
    covered.iter().map(|(column, _)| *column).collect()
}

fn pick(arguments: &[Argument], columns: &[usize]) -> Vec<Argument> {
    columns.iter().filter_map(|column| arguments.get(*column).copied()).collect()
}

/// The least sets that hold what flows into them.
fn solve(
    copies: &[Copy],
    count: usize,
    facts: &Facts,
    budget: &mut Budget,
) -> Result<Vec<Vec<Row>>, Exceeded> {
    let mut sets: Vec<BTreeSet<Row>> = vec![BTreeSet::new(); count];
    let mut projections: BTreeMap<&Origin, BTreeSet<Row>> = BTreeMap::new();
    for (origin, _) in copies.iter().flat_map(|copy| &copy.from) {
        if let Origin::Relation(relation, columns) = origin {
            let tuples = facts.tuples(*relation).into_iter().flatten();
            let project = |tuple: &Row| {
                row(columns.iter().map(|column| tuple.get(*column).copied().unwrap_or_default()))
            };
            projections.entry(origin).or_insert_with(|| tuples.map(project).collect());
        }
    }
    let mut grown: Option<BTreeSet<usize>> = None;
    loop {
        let mut grows = BTreeSet::new();
        for copy in copies {
            let reads_grown = |grown: &BTreeSet<usize>| {
                copy.from.iter().any(|(origin, _)| match origin {
                    Origin::Set(set) => grown.contains(set),
                    Origin::Relation(..) => false,
                })
            };
            if grown.as_ref().is_some_and(|grown| !reads_grown(grown)) {
                continue;
            }
            let rows = flowing(copy, &sets, &projections, budget)?;
            if let Some(set) = sets.get_mut(copy.into) {
                let before = set.len();
                set.extend(rows);
                if set.len() > before {
                    grows.insert(copy.into);
                }
            }
        }
        if grows.is_empty() {
            return Ok(sets.into_iter().map(|set| set.into_iter().collect()).collect());
        }
        grown = Some(grows);
    }
}

/// What flows along one copy.
fn flowing(
    copy: &Copy,
    sets: &[BTreeSet<Row>],
    projections: &BTreeMap<&Origin, BTreeSet<Row>>,
    budget: &mut Budget,
) -> Result<Vec<Row>, Exceeded> {
    let mut rows = vec![copy.constants];
    for (origin, places) in &copy.from {
        let values = match origin {
            Origin::Relation(..) => projections.get(origin),
            Origin::Set(set) => sets.get(*set),
        };
        let Some(values) = values else { return Ok(Vec::new()) };
        budget.join(rows.len().saturating_mul(values.len()))?;
        let with = |row: &Row, value: &Row| {
            let mut row = *row;
            for (from, to) in places {
                if let (Some(number), Some(place)) = (value.get(*from), row.get_mut(*to)) {
                    *place = *number;
                }
            }
            row
        };
        rows = rows.iter().flat_map(|row| values.iter().map(move |value| with(row, value))).collect();
    }
    Ok(rows)
}
