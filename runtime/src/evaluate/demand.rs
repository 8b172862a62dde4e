//! Which predicates a program can reach, and which values can stand in their columns.
//!
//! `possible` over-approximates by static flow: a non-input column holds what the heads of its rules can be; an input
//! column holds what its uses can pass. A variable takes the values of a base relation's column that binds it, else of a
//! predicate's non-input column, else of its rule's own input column; one source is enough, since a value must come from
//! all of them. The sets only grow and are finite, so the flow ends.

use super::values::Values;
use crate::facts::Facts;
use dregg_artifact::{Access, Artifact, Literal, Predicate, Rule, Term};
use std::collections::{BTreeMap, BTreeSet};

/// The values that can stand in a column of a predicate.
pub(super) type Possible = BTreeMap<(u32, usize), BTreeSet<u32>>;

/// The predicates a program can reach.
pub(super) fn reachable(artifact: &Artifact, access: &Access) -> BTreeSet<u32> {
    let called = |body: &[Literal]| -> Vec<u32> {
        let number = |literal: &Literal| match literal {
            Literal::Predicate { predicate, .. } => Some(*predicate),
            Literal::Relation { .. }
            | Literal::Compare { .. }
            | Literal::Member { .. }
            | Literal::Stake { .. }
            | Literal::Goal { .. } => None,
        };
        body.iter().filter_map(number).collect()
    };
    let mut work: Vec<u32> =
        access.goals.iter().flat_map(|goal| &goal.rules).flat_map(|rule| called(&rule.body)).collect();
    let mut reached = BTreeSet::new();
    while let Some(predicate) = work.pop() {
        let Some(content) = artifact.predicates.get(predicate as usize) else { continue };
        if reached.insert(predicate) {
            work.extend(content.rules.iter().flat_map(|rule| called(&rule.body)));
        }
    }
    reached
}

/// The values that can stand in the columns of the reachable predicates. Empty if none of them has an input column.
pub(super) fn possible(
    artifact: &Artifact,
    access: &Access,
    reachable: &BTreeSet<u32>,
    facts: &Facts,
    values: &mut Values<'_>,
) -> Possible {
    let mut possible = Possible::new();
    let predicates: Vec<(u32, &Predicate)> = reachable
        .iter()
        .filter_map(|number| artifact.predicates.get(*number as usize).map(|content| (*number, content)))
        .collect();
    if !predicates.iter().any(|(_, content)| content.columns.iter().any(|column| column.input)) {
        return possible;
    }
    let is_input = |predicate: u32, place: usize| {
        let column =
            artifact.predicates.get(predicate as usize).and_then(|content| content.columns.get(place));
        column.is_some_and(|column| column.input)
    };
    for literal in access.goals.iter().flat_map(|goal| &goal.rules).flat_map(|rule| &rule.body) {
        let Literal::Predicate { predicate, terms } = literal else { continue };
        for (place, term) in terms.iter().enumerate().filter(|(place, _)| is_input(*predicate, *place)) {
            if let Some(number) = values.goal_term(term) {
                possible.entry((*predicate, place)).or_default().insert(number);
            }
        }
    }
    let mut columns = Columns::default();
    loop {
        let mut grown = false;
        for (number, content) in &predicates {
            for rule in &content.rules {
                let mut flow = |to: (u32, usize), term: &Term, possible: &mut Possible| {
                    let from = match term {
                        Term::Variable(variable) => sources(
                            rule,
                            *number,
                            content,
                            *variable,
                            &is_input,
                            facts,
                            possible,
                            &mut columns,
                        ),
                        Term::Value(_) | Term::Epoch | Term::Segment(_) => {
                            values.constant(term).into_iter().collect()
                        }
                    };
                    let target = possible.entry(to).or_default();
                    let before = target.len();
                    target.extend(from);
                    target.len() > before
                };
                for (place, term) in rule.head.iter().enumerate() {
                    if !is_input(*number, place) {
                        grown |= flow((*number, place), term, &mut possible);
                    }
                }
                for literal in &rule.body {
                    let Literal::Predicate { predicate, terms } = literal else { continue };
                    for (place, term) in terms.iter().enumerate() {
                        if is_input(*predicate, place) {
                            grown |= flow((*predicate, place), term, &mut possible);
                        }
                    }
                }
            }
        }
        if !grown {
            return possible;
        }
    }
}

/// Columns of base relations, each collected once.
#[derive(Default)]
struct Columns(BTreeMap<(u32, usize), BTreeSet<u32>>);

impl Columns {
    fn get(&mut self, facts: &Facts, relation: u32, place: usize) -> BTreeSet<u32> {
        let collect = || {
            let tuples = facts.tuples(relation).into_iter().flatten();
            tuples.filter_map(|tuple| tuple.get(place).copied()).collect()
        };
        self.0.entry((relation, place)).or_insert_with(collect).clone()
    }
}

/// The values a variable of a rule can take.
#[expect(
    clippy::too_many_arguments,
    reason = "one place that looks everything up; a struct would only rename it"
)]
fn sources(
    rule: &Rule,
    number: u32,
    content: &Predicate,
    variable: u8,
    is_input: &dyn Fn(u32, usize) -> bool,
    facts: &Facts,
    possible: &Possible,
    columns: &mut Columns,
) -> BTreeSet<u32> {
    let place_in = |terms: &[Term]| terms.iter().position(|term| *term == Term::Variable(variable));
    for literal in &rule.body {
        if let Literal::Relation { relation, terms, negated: false } = literal
            && let Some(place) = place_in(terms)
        {
            return columns.get(facts, *relation, place);
        }
    }
    for literal in &rule.body {
        let Literal::Predicate { predicate, terms } = literal else { continue };
        let binding = |(place, term): (usize, &Term)| {
            (*term == Term::Variable(variable) && !is_input(*predicate, place)).then_some(place)
        };
        if let Some(place) = terms.iter().enumerate().find_map(binding) {
            return possible.get(&(*predicate, place)).cloned().unwrap_or_default();
        }
    }
    let own = rule
        .head
        .iter()
        .zip(&content.columns)
        .position(|(term, column)| column.input && *term == Term::Variable(variable));
    own.and_then(|place| possible.get(&(number, place))).cloned().unwrap_or_default()
}
