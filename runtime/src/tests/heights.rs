//! One call asked with many heights in one decision: what plans remember of the smaller serves the greater, and the other
//! way round. Random ladders of predicates that call one another, several at a time, over a chain; goals in random order.

use super::build::{access, asking, call, cell, fact, goal, predicate, relation, rule, state, v, who};
use super::random::number;
use crate::evaluate::{Question, goals};
use crate::plan::{Judge, Scratch};
use crate::{Facts, Policy};
use dregg_artifact::{Artifact, Goal, Limits, Literal, Path, Type};
use rand::RngExt;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// `edge(a, b)`.
const EDGE: u32 = 0;
/// `mark(a)`.
const MARK: u32 = 1;
/// `reach(a, b)`: answers that spread along the chain.
const REACH: u32 = 0;
/// `jump(a, b)`: by two halves, so a table for each height.
const JUMP: u32 = 1;
/// The first of the unary predicates.
const STEPS: u32 = 2;
const COUNT: u32 = 7;

/// Something of the variable 0.
fn atom(rng: &mut ChaCha8Rng) -> Vec<Literal> {
    match rng.random_range(0..10) {
        0 => vec![fact(MARK, &[v(0)])],
        1 => vec![fact(EDGE, &[v(0), v(1)])],
        2 => vec![call(REACH, &[v(0), v(2)]), fact(MARK, &[v(2)])],
        3 => vec![call(JUMP, &[v(0), v(3)]), fact(MARK, &[v(3)])],
        4 => vec![fact(EDGE, &[v(0), v(4)]), call(STEPS + rng.random_range(0..COUNT), &[v(4)])],
        _ => vec![call(STEPS + rng.random_range(0..COUNT), &[v(0)])],
    }
}

fn program(rng: &mut ChaCha8Rng) -> Artifact {
    let mut artifact = asking(Goal::default());
    let pair = [Type::Cell, Type::Cell];
    artifact.relations = vec![relation("edge", &pair), relation("mark", &[Type::Cell])];
    let one = rule(&[v(0), v(1)], &[fact(EDGE, &[v(0), v(1)])]);
    let along = rule(&[v(0), v(2)], &[call(REACH, &[v(0), v(1)]), fact(EDGE, &[v(1), v(2)])]);
    let halves = rule(&[v(0), v(2)], &[call(JUMP, &[v(0), v(1)]), call(JUMP, &[v(1), v(2)])]);
    artifact.predicates.push(predicate("reach", &pair, &[], &[one.clone(), along]));
    artifact.predicates.push(predicate("jump", &pair, &[], &[one, halves]));
    for step in 0..COUNT {
        let rules = (0..rng.random_range(1..=2)).map(|_| {
            let atoms = rng.random_range(1..=2);
            rule(&[v(0)], &(0..atoms).flat_map(|_| atom(rng)).collect::<Vec<_>>())
        });
        let rules: Vec<_> = rules.collect();
        artifact.predicates.push(predicate(&format!("step{step}"), &[Type::Cell], &[], &rules));
    }
    let asked: Vec<Goal> = (0..COUNT).map(|step| goal(&[call(STEPS + step, &[v(0)])])).collect();
    artifact.classes[0].access[0] = access(&[], &asked);
    for from in 0..7 {
        state(&mut artifact, EDGE, &[who(from), who(from + 1)]);
    }
    if rng.random_range(0..3) == 0 {
        state(&mut artifact, EDGE, &[who(rng.random_range(3..8)), who(rng.random_range(0..3))]);
    }
    for _ in 0..2 {
        state(&mut artifact, MARK, &[who(rng.random_range(0..8))]);
    }
    artifact
}

#[test]
fn what_is_remembered_of_one_height_is_right_for_others() {
    let mut rng = ChaCha8Rng::seed_from_u64(number("DREGG_SEED", 1));
    let mut scratch = Scratch::default();
    let (mut asked, mut held) = (0u64, 0u64);
    for round in 0..number("DREGG_PROGRAMS", 150) {
        let mut artifact = program(&mut rng);
        for depth in [2, 3, 4, 5, 7, 9] {
            artifact.limits.derivation_depth = depth;
            let policy = Policy::from_artifact(artifact.clone());
            let facts = Facts::new(&policy);
            let path = Path::parse("/x", &Limits::default()).unwrap();
            let question = Question { path, caller: cell(rng.random_range(0..3)), epoch: 0 };
            let expected = goals(&artifact, &artifact.classes[0].access[0], &question, &facts).unwrap();
            let mut order: Vec<u16> = (0..expected.len() as u16).collect();
            order.shuffle(&mut rng);
            let mut judge = Judge::new(&policy, &facts, 0, 0, question, &mut scratch).unwrap();
            for goal in &order {
                let found = judge.holds(*goal).unwrap();
                assert_eq!(
                    found,
                    expected[usize::from(*goal)],
                    "{round}: goal {goal} of {order:?} at depth {depth} for {question:?}: {artifact:#?}"
                );
                asked += 1;
                held += u64::from(found);
            }
        }
    }
    println!("{asked} asked, {held} hold");
    assert!(held > asked / 10 && held < asked * 9 / 10, "{held} of {asked}");
}
