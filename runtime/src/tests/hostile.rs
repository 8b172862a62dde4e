//! Artifacts that break the invariants of their types: answered without a panic, and never by an allow.

use super::build::{
    asking, call, cell, compare, fact, goal, int, k, no_fact, predicate, relation, rule, state, v, who,
};
use crate::{Facts, Permission, Policy, Reason, Request};
use dregg_artifact::{Artifact, Comparison, Goal, GoalRule, Literal, Term, Type};

fn reason(artifact: Artifact) -> Option<Reason> {
    let policy = Policy::from_artifact(artifact);
    let request =
        Request { permission: Permission::Read, path: "/x", caller: cell(1), epoch: 0, proved: false };
    match policy.decide(&request, &Facts::new(&policy)) {
        crate::Decision::Allow { .. } => None,
        crate::Decision::Deny { reason, .. } => Some(reason),
    }
}

/// `p(x) if BODY` over `r(cell)`, asked for the caller.
fn deriving(head: &[Term], body: &[Literal]) -> Artifact {
    let mut artifact = asking(goal(&[call(0, &[v(0)])]));
    artifact.relations.push(relation("r", &[Type::Cell]));
    artifact.predicates.push(predicate("p", &[Type::Cell], &[], &[rule(head, body)]));
    state(&mut artifact, 0, &[who(1)]);
    artifact
}

#[test]
fn the_base_case_is_allowed() {
    assert_eq!(reason(deriving(&[v(0)], &[fact(0, &[v(0)])])), None);
}

#[test]
fn literals_with_wrong_numbers_or_arities_never_hold() {
    let bodies: [&[Literal]; 9] = [
        &[fact(9, &[v(0)])],
        &[fact(0, &[v(0)]), no_fact(9, &[v(0)])],
        &[fact(0, &[v(0)]), no_fact(0, &[v(0), v(0)])],
        &[fact(0, &[v(0), v(0)])],
        &[fact(0, &[])],
        &[fact(0, &[v(0)]), call(9, &[v(0)])],
        &[fact(0, &[v(0)]), call(0, &[])],
        &[fact(0, &[v(0)]), Literal::Member { cells: vec![cell(1)], negated: false }],
        &[fact(0, &[v(0)]), Literal::Goal { goal: 0 }],
    ];
    for body in bodies {
        assert_eq!(reason(deriving(&[v(0)], body)), Some(Reason::Clause), "{body:?}");
        if body.iter().any(|literal| matches!(literal, Literal::Member { .. } | Literal::Goal { .. })) {
            continue;
        }
        let mut artifact = asking(goal(body));
        artifact.relations.push(relation("r", &[Type::Cell]));
        state(&mut artifact, 0, &[who(1)]);
        assert_eq!(reason(artifact), Some(Reason::Clause), "in a goal, {body:?}");
    }
}

#[test]
fn unsafe_rules_derive_nothing() {
    let not_bound = compare(v(7), Comparison::NotEqual, k(int(1)));
    let rules: [(&[Term], &[Literal]); 5] = [
        (&[v(3)], &[fact(0, &[v(0)])]),
        (&[v(0)], &[]),
        (&[v(0)], &[fact(0, &[v(0)]), not_bound]),
        (&[v(0)], &[no_fact(0, &[v(0)])]),
        (&[v(0), v(0)], &[fact(0, &[v(0)])]),
    ];
    for (head, body) in rules {
        assert_eq!(reason(deriving(head, body)), Some(Reason::Clause), "{head:?} {body:?}");
    }
}

#[test]
fn goals_and_clauses_out_of_range_do_not_hold() {
    let mut artifact = asking(goal(&[]));
    artifact.classes[0].access[0].clauses = vec![900];
    assert_eq!(reason(artifact), Some(Reason::Clause));
    let mut artifact = asking(goal(&[]));
    artifact.classes[0].access[0].guards = vec![900];
    assert_eq!(reason(artifact), Some(Reason::Guard(0)));
    let mut artifact = asking(goal(&[]));
    artifact.classes[0].access[0].goals.clear();
    assert_eq!(reason(artifact), Some(Reason::Clause));
    let mut artifact = asking(goal(&[]));
    artifact.classes.clear();
    assert_eq!(reason(artifact), Some(Reason::NoRoute));
    assert_eq!(
        reason(asking(Goal { rules: vec![GoalRule { body: vec![Literal::Goal { goal: 0 }] }] })),
        Some(Reason::Clause)
    );
}

#[test]
fn more_variables_than_a_binding_has_slots_is_a_limit() {
    let body: Vec<Literal> = (1..60).map(|number| fact(0, &[v(number)])).collect();
    let mut artifact = asking(goal(&body));
    artifact.relations.push(relation("r", &[Type::Cell]));
    state(&mut artifact, 0, &[who(1)]);
    assert_eq!(reason(artifact), Some(Reason::Limit));
    // Up to there, atoms that share nothing are carried out.
    let mut artifact = asking(goal(&body[..32]));
    artifact.relations.push(relation("r", &[Type::Cell]));
    state(&mut artifact, 0, &[who(1)]);
    assert_eq!(reason(artifact), None);
}

#[test]
fn facts_of_no_relation_or_of_another_arity_are_not_there() {
    let mut artifact = deriving(&[v(0)], &[fact(0, &[v(0)])]);
    artifact.facts.clear();
    state(&mut artifact, 0, &[who(1), who(1)]);
    state(&mut artifact, 0, &[]);
    state(&mut artifact, 8, &[who(1)]);
    assert_eq!(reason(artifact), Some(Reason::Clause));
}

#[test]
fn predicates_of_too_many_columns_derive_nothing() {
    let wide = [Type::Cell; 9];
    let mut artifact = asking(goal(&[call(0, &vec![v(0); 9])]));
    artifact.relations.push(relation("r", &wide));
    artifact.predicates.push(predicate("p", &wide, &[], &[rule(&vec![v(0); 9], &[fact(0, &vec![v(0); 9])])]));
    state(&mut artifact, 0, &vec![who(1); 9]);
    assert_eq!(reason(artifact), Some(Reason::Clause));
}
