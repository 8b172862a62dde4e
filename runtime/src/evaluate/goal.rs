//! The reserved goals, once each, in order: a goal calls only goals with smaller numbers.

use super::body::{Argument, Body, Source};
use super::budget::{Budget, Exceeded};
use super::join;
use super::plan::plan;
use super::store::Store;
use super::values::Values;
use crate::facts::{Row, row};

/// Whether each goal holds of the caller.
pub(super) fn evaluate(
    goals: &[Vec<Body>],
    store: &mut Store<'_>,
    values: &Values<'_>,
    budget: &mut Budget,
) -> Result<Vec<bool>, Exceeded> {
    let mut holds: Vec<bool> = Vec::with_capacity(goals.len());
    for bodies in goals {
        let mut found = false;
        for body in bodies {
            found = found || body_holds(body, &holds, store, values, budget)?;
        }
        holds.push(found);
    }
    Ok(holds)
}

fn body_holds(
    body: &Body,
    goals: &[bool],
    store: &mut Store<'_>,
    values: &Values<'_>,
    budget: &mut Budget,
) -> Result<bool, Exceeded> {
    let goal_holds = |goal: &u16| goals.get(usize::from(*goal)).copied().unwrap_or(false);
    if !body.goals.iter().all(goal_holds) {
        return Ok(false);
    }
    // Calls of the caller and constants alone, nearly all there are, need no join.
    let mut open = Body { checks: body.checks.clone(), ..Body::default() };
    for atom in &body.atoms {
        match (constants(&atom.arguments), atom.source) {
            (Some(tuple), Source::Relation(relation)) => {
                if !store.is_fact(relation, &tuple) {
                    return Ok(false);
                }
            }
            (Some(tuple), Source::Predicate(predicate)) => {
                if !store.is_derived(predicate, &tuple) {
                    return Ok(false);
                }
            }
            (Some(_), Source::Latest(_) | Source::Demand(_)) | (None, _) => open.atoms.push(atom.clone()),
        }
    }
    for (relation, arguments) in &body.absent {
        match constants(arguments) {
            Some(tuple) if store.is_fact(*relation, &tuple) => return Ok(false),
            Some(_) => {}
            None => open.absent.push((*relation, arguments.clone())),
        }
    }
    if open.atoms.is_empty() {
        return Ok(true);
    }
    // A goal with more variables than a binding has slots: no compiler writes one.
    let plan = plan(&open, None, None, &[]).ok_or(Exceeded)?;
    Ok(!join::run(&plan, store, values, budget)?.is_empty())
}

/// The tuple of arguments that are all constants.
fn constants(arguments: &[Argument]) -> Option<Row> {
    let numbers = arguments.iter().map(|argument| match argument {
        Argument::Constant(number) => Some(*number),
        Argument::Variable(_) => None,
    });
    numbers.collect::<Option<Vec<u32>>>().map(|numbers| row(numbers.into_iter()))
}
