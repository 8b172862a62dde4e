//! Policy classes: kinds, programs, services.

use super::rules::check_goal_rule;
use super::{ascending, ensure, numbered};
use crate::artifact::Artifact;
use crate::error::{DecodeError, Fault, Place};
use crate::policy::{Access, ClassKind, Goal, Literal, PolicyClass};

pub(super) fn validate(artifact: &Artifact) -> Result<(), DecodeError> {
    ascending(&artifact.classes, |class| class, Place::Class)?;
    for (number, class) in numbered(&artifact.classes) {
        let place = Place::Class(number);
        match class.kind {
            ClassKind::Route => {}
            ClassKind::Redirect(redirect) => {
                let known = (redirect as usize) < artifact.redirects.len();
                ensure(known, Fault::Reference { what: "redirect", number: redirect }, place)?;
                let empty = class.services.is_empty()
                    && class.access.iter().all(|access| *access == Access::default());
                ensure(empty, Fault::RedirectProgram, place)?;
                continue;
            }
            ClassKind::Gateway(gateway) => {
                let known = (gateway as usize) < artifact.gateways.len();
                ensure(known, Fault::Reference { what: "gateway", number: gateway }, place)?;
            }
        }
        for (permission, access) in (0u8..).zip(&class.access) {
            let goal = |goal| Place::ClassGoal { class: number, permission, goal };
            goals(artifact, access, goal)?;
            allow_shape(access, goal)?;
        }
        services(class, place)?;
    }
    Ok(())
}

/// Checks every goal of a program.
pub(super) fn goals(
    artifact: &Artifact,
    access: &Access,
    place: impl Fn(u16) -> Place,
) -> Result<(), DecodeError> {
    let countable = !access.goals.is_empty() && access.goals.len() <= usize::from(u16::MAX) + 1;
    ensure(countable, Fault::GoalCount, place(0))?;
    for (number, goal) in (0u16..=u16::MAX).zip(&access.goals) {
        ascending(&goal.rules, |rule| rule, |_| place(number))?;
        for rule in &goal.rules {
            check_goal_rule(artifact, number, &rule.body, place(number))?;
        }
    }
    Ok(())
}

/// Demands that the last goal says what the lists of guards and clauses say, which is what explanations and proofs of
/// single clauses go by.
pub(super) fn allow_shape(access: &Access, place: impl Fn(u16) -> Place) -> Result<(), DecodeError> {
    let last = access.goals.len().saturating_sub(1);
    let at = place(u16::try_from(last).unwrap_or(u16::MAX));
    let named = access.guards.iter().chain(&access.clauses);
    let allow = access.goals.last().filter(|_| named.into_iter().all(|goal| usize::from(*goal) < last));
    // The rules of a goal are sorted. They agree on the guards, so they stand in the order of their clauses' goals.
    let mut clauses = access.clauses.clone();
    clauses.sort_unstable();
    let fits = |allow: &Goal| {
        allow.rules.len() == clauses.len()
            && allow.rules.iter().zip(&clauses).all(|(rule, clause)| {
                let calls = access.guards.iter().chain([clause]).map(|goal| Literal::Goal { goal: *goal });
                rule.body.len() == access.guards.len() + 1
                    && calls.zip(&rule.body).all(|(call, found)| call == *found)
            })
    };
    ensure(allow.is_some_and(fits), Fault::AllowShape, at)
}

/// Sorted by priority, then cell.
fn services(class: &PolicyClass, place: Place) -> Result<(), DecodeError> {
    class.services.iter().try_for_each(|service| ensure(service.cell.is_canonical(), Fault::Cell, place))?;
    let later = class.services.iter().skip(1);
    let sorted = class
        .services
        .iter()
        .zip(later)
        .all(|(before, after)| (before.priority, before.cell) < (after.priority, after.cell));
    ensure(sorted, Fault::Order, place)
}
