//! The reserved goals, once each, in order: a goal calls only goals with smaller numbers.

use super::rounds::Derived;
use super::values::Values;
use crate::facts::{Facts, row};
use dregg_artifact::{Access, Literal, Term, Value};

/// Whether each goal holds of the caller.
pub(super) fn evaluate(
    access: &Access,
    facts: &Facts,
    derived: &Derived,
    values: &mut Values<'_>,
) -> Vec<bool> {
    let mut holds: Vec<bool> = Vec::with_capacity(access.goals.len());
    for goal in &access.goals {
        let found = goal.rules.iter().any(|rule| {
            rule.body.iter().all(|literal| literal_holds(literal, &holds, facts, derived, values))
        });
        holds.push(found);
    }
    holds
}

/// A literal with a term that has no value never holds, negated or not.
fn literal_holds(
    literal: &Literal,
    goals: &[bool],
    facts: &Facts,
    derived: &Derived,
    values: &mut Values<'_>,
) -> bool {
    let tuple = |terms: &[Term], values: &mut Values<'_>| {
        let symbols: Option<Vec<u32>> = terms.iter().map(|term| values.goal_term(term)).collect();
        symbols.map(|symbols| row(symbols.into_iter()))
    };
    match literal {
        Literal::Relation { relation, terms, negated } => {
            match (tuple(terms, values), facts.tuples(*relation)) {
                (Some(tuple), Some(tuples)) => tuples.contains(&tuple) != *negated,
                _ => false,
            }
        }
        Literal::Predicate { predicate, terms } => {
            let tuple = tuple(terms, values);
            tuple.is_some_and(|tuple| derived.get(predicate).is_some_and(|tuples| tuples.contains(&tuple)))
        }
        Literal::Compare { left, comparison, right } => {
            let both = (values.goal_term(left), values.goal_term(right));
            let value = |number: Option<u32>| -> Option<Value> { values.value(number?).cloned() };
            match (value(both.0), value(both.1)) {
                (Some(left), Some(right)) => comparison.holds(&left, &right),
                _ => false,
            }
        }
        Literal::Member { cells, negated } => cells.binary_search(&values.caller).is_ok() != *negated,
        Literal::Stake { at_least } => facts.stake_of(&values.caller) >= *at_least,
        Literal::Goal { goal } => goals.get(usize::from(*goal)).copied().unwrap_or(false),
    }
}
