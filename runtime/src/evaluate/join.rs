//! A plan carried out with datafrog.
//!
//! Bindings are rows of a fixed width, since datafrog's tuples are; the width is the least of a few that has a slot for
//! every variable. Not `Relation::from_antijoin`: in datafrog 2.0.1 it looks only at the recent tuples of its input, and
//! a relation has none, so it answers nothing.

use super::budget::{Budget, Exceeded};
use super::plan::{Action, Part, Plan, Step, VARIABLES, key};
use super::store::Store;
use super::values::Values;
use crate::facts::Row;
use datafrog::Relation;

/// Bindings with the key that the next step wants.
type Bindings<const WIDTH: usize> = Relation<(Row, [u32; WIDTH])>;

/// The heads of all bindings of a plan. For a plan without a head: one empty row if there is a binding.
pub(super) fn run(
    plan: &Plan,
    store: &mut Store<'_>,
    values: &Values<'_>,
    budget: &mut Budget,
) -> Result<Relation<Row>, Exceeded> {
    store.prepare(plan);
    match plan.width {
        0..=4 => run_wide::<4>(plan, store, values, budget),
        5..=8 => run_wide::<8>(plan, store, values, budget),
        9..=16 => run_wide::<16>(plan, store, values, budget),
        _ => run_wide::<VARIABLES>(plan, store, values, budget),
    }
}

fn run_wide<const WIDTH: usize>(
    plan: &Plan,
    store: &Store<'_>,
    values: &Values<'_>,
    budget: &mut Budget,
) -> Result<Relation<Row>, Exceeded> {
    let keys = plan.steps.iter().map(|step| &step.key).chain([&plan.head]);
    let first = keys.clone().next().map_or(&[][..], |parts| parts);
    let nothing = [0; WIDTH];
    let mut bindings: Bindings<WIDTH> = Relation::from_vec(vec![(key(first, &nothing), nothing)]);
    for (step, next) in plan.steps.iter().zip(keys.skip(1)) {
        bindings = take_step(step, next, bindings, store, budget)?;
        bindings.elements.retain(|(_, binding)| {
            let mut checks = step.checks.iter();
            checks.all(|(left, comparison, right)| {
                values.compare(left.of(binding), *comparison, right.of(binding))
            })
        });
        if bindings.is_empty() {
            return Ok(Relation::from_vec(Vec::new()));
        }
    }
    Ok(bindings.elements.into_iter().map(|(head, _)| head).collect())
}

fn take_step<const WIDTH: usize>(
    step: &Step,
    next: &[Part],
    bindings: Bindings<WIDTH>,
    store: &Store<'_>,
    budget: &mut Budget,
) -> Result<Bindings<WIDTH>, Exceeded> {
    match &step.action {
        Action::Join { index, take } => {
            budget.join(joined_rows(&bindings, store.index(index)))?;
            let Some(tuples) = store.relation(index) else { return Ok(Relation::from_vec(Vec::new())) };
            Ok(Relation::from_join(&bindings, tuples, |_, binding, tuple| {
                let mut binding = *binding;
                for (column, slot) in take {
                    if let (Some(value), Some(place)) = (tuple.get(*column), binding.get_mut(*slot)) {
                        *place = *value;
                    }
                }
                rekey(step, next, binding)
            }))
        }
        Action::Without { relation } => {
            let kept = bindings.elements.into_iter().filter(|(tuple, _)| !store.is_fact(*relation, tuple));
            Ok(kept.map(|(_, binding)| rekey(step, next, binding)).collect())
        }
    }
}

/// A binding after a step: with the key of the next, and without the slots that nothing reads any more.
fn rekey<const WIDTH: usize>(step: &Step, next: &[Part], binding: [u32; WIDTH]) -> (Row, [u32; WIDTH]) {
    let mut kept = binding;
    for (place, live) in kept.iter_mut().zip(step.live) {
        if !live {
            *place = 0;
        }
    }
    (key(next, &binding), kept)
}

/// How many rows the join of two sorted relations has.
fn joined_rows<V, W>(left: &[(Row, V)], right: &[(Row, W)]) -> usize {
    let mut right = right;
    let mut total = 0usize;
    for group in left.chunk_by(|one, other| one.0 == other.0) {
        let Some((key, _)) = group.first() else { continue };
        let before = right.partition_point(|(other, _)| other < key);
        right = right.get(before..).unwrap_or(&[]);
        let same = right.partition_point(|(other, _)| other == key);
        total = total.saturating_add(group.len().saturating_mul(same));
    }
    total
}
