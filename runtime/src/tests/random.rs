//! Random programs: plans, datafrog by rounds and the naive evaluation agree on every goal, at depths around the bound.
//!
//! Rules have recursion, negation, comparisons, input columns, repeated variables and constants in heads.
//! `DREGG_PROGRAMS` runs more of them, `DREGG_SEED` others.

use super::build::{access, asking, cell, int, k, relation, state, text, v, who};
use super::naive::{World, terms};
use crate::Facts;
use crate::Policy;
use crate::evaluate::{Question, goals};
use crate::plan::{Judge, Scratch};
use dregg_artifact::{
    Artifact, Comparison, Goal, GoalRule, Limits, Literal, Path, Predicate, PredicateColumn, Rule, Term,
    Type, Value,
};
use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

const ARITIES: [usize; 3] = [1, 2, 3];
const COMPARISONS: [Comparison; 6] = [
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::Less,
    Comparison::LessOrEqual,
    Comparison::Greater,
    Comparison::GreaterOrEqual,
];
/// The greatest variable of a rule.
const VARIABLES: u8 = 4;

#[expect(clippy::disallowed_methods, reason = "how many programs to try is for whoever runs the tests")]
pub(super) fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Values of all types; rules do not care, so one small set makes many joins meet.
fn values() -> Vec<Value> {
    vec![who(1), who(2), int(0), int(1), int(2), int(3), text("x")]
}

fn value(rng: &mut ChaCha8Rng) -> Value {
    let values = values();
    values[rng.random_range(0..values.len())].clone()
}

fn term(rng: &mut ChaCha8Rng, in_goal: bool) -> Term {
    match rng.random_range(0..20) {
        0..16 => v(rng.random_range(0..=VARIABLES)),
        16 => Term::Epoch,
        17 if in_goal => Term::Segment(rng.random_range(0..2)),
        _ => k(value(rng)),
    }
}

fn terms_of(rng: &mut ChaCha8Rng, count: usize, in_goal: bool) -> Vec<Term> {
    (0..count).map(|_| term(rng, in_goal)).collect()
}

fn literal(rng: &mut ChaCha8Rng, predicates: &[Predicate], in_goal: bool) -> Literal {
    let relation = rng.random_range(0..ARITIES.len());
    match rng.random_range(0..10) {
        0..3 => Literal::Relation {
            relation: relation as u32,
            terms: terms_of(rng, ARITIES[relation], in_goal),
            negated: false,
        },
        3 => Literal::Relation {
            relation: relation as u32,
            terms: terms_of(rng, ARITIES[relation], in_goal),
            negated: true,
        },
        4 => Literal::Compare {
            left: term(rng, in_goal),
            comparison: COMPARISONS[rng.random_range(0..COMPARISONS.len())],
            right: term(rng, in_goal),
        },
        _ => {
            let predicate = rng.random_range(0..predicates.len());
            let terms = terms_of(rng, predicates[predicate].columns.len(), in_goal);
            Literal::Predicate { predicate: predicate as u32, terms }
        }
    }
}

/// Whether every variable that needs a value gets one: input columns once a literal before has bound them.
fn is_safe(predicates: &[Predicate], head: &[Term], inputs: &[bool], caller: bool, body: &[Literal]) -> bool {
    let variable = |term: &Term| if let Term::Variable(variable) = term { Some(*variable) } else { None };
    let mut bound: BTreeSet<u8> = if caller { BTreeSet::from([0]) } else { BTreeSet::new() };
    bound.extend(head.iter().zip(inputs).filter(|(_, input)| **input).filter_map(|(term, _)| variable(term)));
    for _ in 0..=body.len() {
        for literal in body {
            let ready = match literal {
                Literal::Relation { negated, .. } => !negated,
                Literal::Predicate { predicate, terms } => {
                    let columns = terms.iter().zip(&predicates[*predicate as usize].columns);
                    let mut inputs = columns.filter(|(_, column)| column.input);
                    inputs.all(|(term, _)| variable(term).is_none_or(|one| bound.contains(&one)))
                }
                Literal::Compare { .. }
                | Literal::Member { .. }
                | Literal::Stake { .. }
                | Literal::Goal { .. } => false,
            };
            if ready {
                bound.extend(terms(literal).into_iter().filter_map(variable));
            }
        }
    }
    let mut all = head.iter().chain(body.iter().flat_map(terms));
    all.all(|term| variable(term).is_none_or(|one| bound.contains(&one)))
}

fn body(rng: &mut ChaCha8Rng, predicates: &[Predicate], in_goal: bool) -> Vec<Literal> {
    let count = rng.random_range(1..=if in_goal { 3 } else { 4 });
    (0..count).map(|_| literal(rng, predicates, in_goal)).collect()
}

fn program(rng: &mut ChaCha8Rng) -> Artifact {
    let mut artifact = asking(Goal::default());
    for (number, arity) in ARITIES.into_iter().enumerate() {
        artifact.relations.push(relation(&format!("r{number}"), &vec![Type::Int; arity]));
        for _ in 0..rng.random_range(2..8) {
            let arguments: Vec<Value> = (0..arity).map(|_| value(rng)).collect();
            state(&mut artifact, number as u32, &arguments);
        }
    }
    for number in 0..rng.random_range(2..=4) {
        let columns = (0..rng.random_range(1..=3))
            .map(|_| PredicateColumn { ty: Type::Int, input: rng.random_range(0..4) == 0 });
        let columns = columns.collect();
        artifact.predicates.push(Predicate { name: format!("p{number}"), columns, rules: Vec::new() });
    }
    let declared = artifact.predicates.clone();
    for predicate in &mut artifact.predicates {
        let inputs: Vec<bool> = predicate.columns.iter().map(|column| column.input).collect();
        let wanted = rng.random_range(1..=3);
        for _ in 0..200 {
            if predicate.rules.len() >= wanted {
                break;
            }
            let head = terms_of(rng, inputs.len(), false);
            let body = body(rng, &declared, false);
            if is_safe(&declared, &head, &inputs, false, &body) {
                predicate.rules.push(Rule { head, body });
            }
        }
    }
    let mut asked = Vec::new();
    while asked.len() < 8 {
        let body = body(rng, &declared, true);
        if is_safe(&declared, &[], &[], true, &body) {
            asked.push(Goal { rules: vec![GoalRule { body }] });
        }
    }
    artifact.classes[0].access[0] = access(&asked[..2], &asked[2..]);
    artifact.limits.derivation_depth = rng.random_range(1..=5);
    artifact
}

#[test]
fn plans_and_datafrog_by_rounds_agree_with_trying_everything() {
    let count = number("DREGG_PROGRAMS", 200);
    let mut rng = ChaCha8Rng::seed_from_u64(number("DREGG_SEED", 1));
    let (mut asked, mut held, mut bounded, mut with_inputs) = (0u64, 0u64, 0u64, 0u64);
    let mut scratch = Scratch::default();
    for round in 0..count {
        let mut artifact = program(&mut rng);
        let access = artifact.classes[0].access[0].clone();
        let bound = artifact.limits.derivation_depth;
        let epoch = rng.random_range(0..4);
        let mut answers: Vec<Vec<bool>> = Vec::new();
        for depth in [bound - 1, bound, bound + 1] {
            artifact.limits.derivation_depth = depth;
            let policy = Policy::from_artifact(artifact.clone());
            let path = Path::parse("/x", &Limits::default()).unwrap();
            let question = Question { path, caller: cell(1), epoch };
            let facts = Facts::new(&policy);
            let found = goals(&artifact, &access, &question, &facts).unwrap();
            let world =
                World { artifact: &artifact, caller: cell(1), epoch, segments: vec!["x"], values: values() };
            let expected = world.goals(&access, depth);
            assert_eq!(found, expected, "program {round} at depth {depth}, epoch {epoch}:\n{artifact:#?}");
            let mut judge = Judge::new(&policy, &facts, 0, 0, question, &mut scratch).unwrap();
            // Backwards, so that goals are asked for by others before they are by their number.
            let planned = (0..expected.len() as u16).rev().map(|goal| judge.holds(goal).unwrap());
            let mut planned: Vec<bool> = planned.collect();
            planned.reverse();
            assert_eq!(planned, expected, "plans, program {round} at depth {depth}:\n{artifact:#?}");
            asked += expected.len() as u64;
            held += expected.iter().filter(|holds| **holds).count() as u64;
            answers.push(found);
        }
        bounded += u64::from(answers[0] != answers[1] || answers[1] != answers[2]);
        let inputs = artifact.predicates.iter().flat_map(|predicate| &predicate.columns);
        with_inputs += u64::from(inputs.into_iter().any(|column| column.input));
    }
    println!(
        "{count} programs, {asked} goals, {held} hold, bound decides in {bounded}, {with_inputs} with inputs"
    );
    assert!(held > asked / 10 && held < asked * 9 / 10, "{held} of {asked} hold");
    assert!(bounded > count / 20 && with_inputs > count / 4, "{bounded}, {with_inputs} of {count}");
}
