//! The immediate-consequence operator, applied `derivation_depth` times or until nothing is new.
//!
//! Semi-naive: after the first round a rule derives something new only from a premise of the round before, so each rule
//! is joined once for every predicate it calls, with what the last round derived in that place and everything derived
//! before in the others.

use super::body::{Argument, Atom, Derivation, Source};
use super::budget::{Budget, Exceeded};
use super::demand::Demand;
use super::join;
use super::plan::{Plan, plan};
use super::store::Store;
use super::values::Values;
use crate::facts::Row;
use datafrog::Relation;
use std::collections::BTreeMap;

/// The plans of one predicate's rules.
#[derive(Default)]
struct Plans {
    /// Of rules that call no predicate: for the first round.
    first: Vec<Plan>,
    /// For later rounds: the predicate whose latest tuples the plan starts from.
    later: Vec<(u32, Plan)>,
}

/// Derives everything of height up to `depth`.
pub(super) fn run(
    rules: &BTreeMap<u32, Vec<Derivation>>,
    demand: &Demand,
    depth: u8,
    store: &mut Store<'_>,
    values: &Values<'_>,
    budget: &mut Budget,
) -> Result<(), Exceeded> {
    let mut plans: BTreeMap<u32, Plans> = BTreeMap::new();
    for (predicate, derivations) in rules {
        plans.insert(*predicate, plans_of(*predicate, derivations, demand)?);
    }
    for round in 1..=depth {
        let mut fresh: BTreeMap<u32, Relation<Row>> = BTreeMap::new();
        for (predicate, plans) in &plans {
            let mut found = Relation::from_vec(Vec::new());
            if round == 1 {
                for plan in &plans.first {
                    found = found.merge(join::run(plan, store, values, budget)?);
                }
            } else {
                for (called, plan) in &plans.later {
                    if !store.is_latest_empty(*called) {
                        found = found.merge(join::run(plan, store, values, budget)?);
                    }
                }
            }
            found.elements.retain(|tuple| !store.is_derived(*predicate, tuple));
            budget.derive(found.len())?;
            if !found.is_empty() {
                fresh.insert(*predicate, found);
            }
        }
        if fresh.is_empty() {
            break;
        }
        store.advance(fresh);
    }
    Ok(())
}

fn plans_of(predicate: u32, derivations: &[Derivation], demand: &Demand) -> Result<Plans, Exceeded> {
    let mut plans = Plans::default();
    for derivation in derivations {
        let body = &derivation.body;
        let extra = demand.set(predicate, derivation).map(|set| Atom {
            source: Source::Demand(set),
            arguments: derivation.free.iter().map(|(_, variable)| Argument::Variable(*variable)).collect(),
        });
        // More variables than a binding has slots: no rule that passed validation.
        let plan = |latest| plan(body, latest, extra.clone(), &derivation.head).ok_or(Exceeded);
        let mut calls = false;
        for (place, atom) in body.atoms.iter().enumerate() {
            if let Source::Predicate(called) = atom.source {
                calls = true;
                plans.later.push((called, plan(Some(place))?));
            }
        }
        if !calls {
            plans.first.push(plan(None)?);
        }
    }
    Ok(plans)
}
