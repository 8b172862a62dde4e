//! Delegation over random graphs with cycles, and rules of every shape over them: plans, datafrog and the naive evaluation
//! agree for every cell at every depth. Larger graphs are compared without the naive one. `DREGG_GRAPHS` draws more.

use super::build::{access, asking, call, cell, compare, fact, goal, int, k, no_fact, predicate, relation};
use super::build::{rule, state, v, who};
use super::naive::World;
use super::random::number;
use crate::evaluate::{Question, goals};
use crate::plan::{Judge, Scratch};
use crate::{Facts, Policy};
use dregg_artifact::{Artifact, Comparison, Goal, Limits, Path, Term, Type};
use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const GRANTED: u32 = 0;
const DELEGATED: u32 = 1;
const REVOKED: u32 = 2;

/// Rules over `granted(who)`, `delegated(from, to, until)` and `revoked(who)`, one goal each for the caller.
fn rules() -> Artifact {
    let mut artifact = asking(Goal::default());
    artifact.relations.push(relation("granted", &[Type::Cell]));
    artifact.relations.push(relation("delegated", &[Type::Cell, Type::Cell, Type::Int]));
    artifact.relations.push(relation("revoked", &[Type::Cell]));
    let alive = compare(v(2), Comparison::Greater, Term::Epoch);
    let link = |from: u8, to: u8| fact(DELEGATED, &[v(from), v(to), v(2)]);
    let some = |from: u8, to: u8, until: u8| fact(DELEGATED, &[v(from), v(to), v(until)]);
    let mut add = |name: &str, columns: usize, inputs: &[usize], rules: &[dregg_artifact::Rule]| {
        let number = artifact.predicates.len() as u32;
        artifact.predicates.push(predicate(name, &vec![Type::Cell; columns], inputs, rules));
        number
    };
    // 0: the chain, as the standard module writes it.
    let holds = add(
        "holds",
        1,
        &[],
        &[
            rule(&[v(0)], &[fact(GRANTED, &[v(0)]), no_fact(REVOKED, &[v(0)])]),
            rule(&[v(1)], &[call(0, &[v(0)]), link(0, 1), alive.clone(), no_fact(REVOKED, &[v(1)])]),
        ],
    );
    // 1 and 2: even and odd distances, one by the other.
    let even = add(
        "even",
        1,
        &[],
        &[rule(&[v(0)], &[fact(GRANTED, &[v(0)])]), rule(&[v(1)], &[call(2, &[v(0)]), link(0, 1)])],
    );
    let odd = add("odd", 1, &[], &[rule(&[v(1)], &[call(1, &[v(0)]), link(0, 1)])]);
    // 3: reachability, doubled: an answer with cells, twice in a rule.
    let path = add(
        "path",
        2,
        &[],
        &[
            rule(&[v(0), v(1)], &[link(0, 1), alive.clone()]),
            rule(&[v(0), v(1)], &[call(3, &[v(0), v(2)]), call(3, &[v(2), v(1)])]),
        ],
    );
    // 4: held only by two who hold it: a tree that branches.
    let twice = add(
        "twice",
        1,
        &[],
        &[
            rule(&[v(0)], &[fact(GRANTED, &[v(0)])]),
            rule(
                &[v(1)],
                &[
                    some(0, 1, 2),
                    some(3, 1, 4),
                    compare(v(0), Comparison::NotEqual, v(3)),
                    call(4, &[v(0)]),
                    call(4, &[v(3)]),
                ],
            ),
        ],
    );
    // 5: reachability to the left, with one end given.
    let left = add(
        "left",
        2,
        &[0],
        &[
            rule(&[v(0), v(1)], &[link(0, 1)]),
            rule(&[v(0), v(1)], &[call(5, &[v(0), v(3)]), some(3, 1, 4), no_fact(REVOKED, &[v(3)])]),
        ],
    );
    let back = fact(GRANTED, &[v(1)]);
    let asked = [
        goal(&[call(holds, &[v(0)])]),
        goal(&[call(even, &[v(0)])]),
        goal(&[call(odd, &[v(0)])]),
        goal(&[call(path, &[v(1), v(0)]), back.clone()]),
        goal(&[call(path, &[v(0), v(0)])]),
        goal(&[call(twice, &[v(0)])]),
        goal(&[call(left, &[v(0), v(1)]), back]),
        goal(&[call(left, &[v(0), k(who(1))]), call(holds, &[v(0)])]),
        goal(&[fact(GRANTED, &[v(1)]), call(path, &[v(1), v(0)]), call(even, &[v(1)]), call(odd, &[v(0)])]),
    ];
    artifact.classes[0].access[0] = access(&[], &asked);
    artifact
}

/// States a random graph; every cell has about `degree` delegations.
fn draw(rng: &mut ChaCha8Rng, artifact: &mut Artifact, cells: u8, degree: usize) {
    for _ in 0..rng.random_range(1..3) {
        state(artifact, GRANTED, &[who(rng.random_range(0..cells))]);
    }
    for _ in 0..usize::from(cells) * degree {
        let link =
            [who(rng.random_range(0..cells)), who(rng.random_range(0..cells)), int(rng.random_range(0..4))];
        state(artifact, DELEGATED, &link);
    }
    for _ in 0..rng.random_range(0..2) {
        state(artifact, REVOKED, &[who(rng.random_range(0..cells))]);
    }
}

/// What plans and datafrog say, which must be the same.
fn answers(policy: &Policy, facts: &Facts, question: Question<'_>, scratch: &mut Scratch) -> Vec<bool> {
    let artifact = policy.artifact();
    let found = goals(artifact, &artifact.classes[0].access[0], &question, facts).unwrap();
    let mut judge = Judge::new(policy, facts, 0, 0, question, scratch).unwrap();
    let planned: Vec<bool> = (0..found.len() as u16).map(|goal| judge.holds(goal).unwrap()).collect();
    assert_eq!(
        planned, found,
        "{question:?} at depth {}: {:#?}",
        artifact.limits.derivation_depth, artifact.facts
    );
    found
}

#[test]
fn rules_of_every_shape_agree_over_graphs() {
    let mut rng = ChaCha8Rng::seed_from_u64(number("DREGG_SEED", 1));
    let mut scratch = Scratch::default();
    let (mut asked, mut held, mut changes) = (0u64, [0u64; 9], 0u64);
    for round in 0..number("DREGG_GRAPHS", 24) {
        let small = round % 2 == 0;
        let cells = if small { 4 } else { 30 };
        let mut artifact = rules();
        draw(&mut rng, &mut artifact, cells, 1 + usize::from(round % 4 == 3));
        let epoch = rng.random_range(0..3);
        let mut before: Option<Vec<bool>> = None;
        for depth in 0..if small { 5 } else { 8 } {
            artifact.limits.derivation_depth = depth;
            let policy = Policy::from_artifact(artifact.clone());
            let facts = Facts::new(&policy);
            let path = Path::parse("/x", &Limits::default()).unwrap();
            let mut now = Vec::new();
            for caller in 0..cells {
                let question = Question { path, caller: cell(caller), epoch };
                let found = answers(&policy, &facts, question, &mut scratch);
                if small {
                    let values = (0..cells).map(who).chain((0..4).map(int)).collect();
                    let world = World {
                        artifact: &artifact,
                        caller: cell(caller),
                        epoch,
                        segments: vec!["x"],
                        values,
                    };
                    assert_eq!(found, world.goals(&artifact.classes[0].access[0], depth), "{artifact:#?}");
                }
                asked += 1;
                held.iter_mut().zip(&found).for_each(|(count, holds)| *count += u64::from(*holds));
                now.extend(found);
            }
            changes += u64::from(before.is_some_and(|before| before != now));
            before = Some(now);
        }
    }
    println!("{asked} questions, {held:?} hold, {changes} depths change an answer");
    assert!(held.iter().all(|count| (1..asked).contains(count)), "{held:?} of {asked}");
    assert!(changes > 12, "{changes}");
}

#[test]
fn a_chain_is_as_long_as_the_depth_allows() {
    let mut artifact = rules();
    state(&mut artifact, GRANTED, &[who(0)]);
    for from in 0..99 {
        state(&mut artifact, DELEGATED, &[who(from), who(from + 1), int(9)]);
        // A second way that is longer by one, and a way back.
        state(&mut artifact, DELEGATED, &[who(from), who(from + 120), int(9)]);
        state(&mut artifact, DELEGATED, &[who(from + 120), who(from + 1), int(9)]);
        state(&mut artifact, DELEGATED, &[who(from + 1), who(from), int(9)]);
    }
    let mut scratch = Scratch::default();
    let path = Path::parse("/x", &Limits::default()).unwrap();
    for depth in [1, 2, 30, 63, 64] {
        artifact.limits.derivation_depth = depth;
        let policy = Policy::from_artifact(artifact.clone());
        let facts = Facts::new(&policy);
        for caller in [depth - 1, depth, depth + 1] {
            let question = Question { path, caller: cell(caller), epoch: 0 };
            let mut judge = Judge::new(&policy, &facts, 0, 0, question, &mut scratch).unwrap();
            assert_eq!(judge.holds(0).unwrap(), caller < depth, "{caller} at {depth}");
        }
    }
}

#[test]
fn dense_graphs_are_answered_with_work_in_proportion() {
    // Everybody delegates to everybody, and nobody was granted anything: all of it must be looked at.
    let mut artifact = rules();
    for (from, to) in (0..120u8).flat_map(|from| (0..120u8).map(move |to| (from, to))) {
        state(&mut artifact, DELEGATED, &[who(from), who(to), int(9)]);
    }
    let policy = Policy::from_artifact(artifact);
    let mut facts = Facts::new(&policy);
    let path = Path::parse("/x", &Limits::default()).unwrap();
    let question = Question { path, caller: cell(7), epoch: 0 };
    let mut scratch = Scratch::default();
    let mut judge = Judge::new(&policy, &facts, 0, 0, question, &mut scratch).unwrap();
    assert_eq!([0, 1, 2, 6].map(|goal| judge.holds(goal).unwrap()), [false; 4]);
    facts.assert("granted", vec![who(3)]).unwrap();
    let mut judge = Judge::new(&policy, &facts, 0, 0, question, &mut scratch).unwrap();
    assert_eq!([0, 1, 2, 6].map(|goal| judge.holds(goal).unwrap()), [true; 4]);
}

#[test]
fn the_order_of_facts_changes_no_answer_and_no_bound() {
    // Whether the bound is met depends on what is looked at first, and that must not depend on how facts came.
    let body = [fact(0, &[v(1)]), fact(0, &[v(2)]), compare(v(1), Comparison::Less, v(2))];
    let mut artifact =
        asking(goal(&[body.as_slice(), &[compare(v(1), Comparison::GreaterOrEqual, k(int(40)))]].concat()));
    artifact.relations.push(relation("n", &[Type::Int]));
    let policy = Policy::from_artifact(artifact);
    let steps = |numbers: &[u64]| {
        let mut facts = Facts::new(&policy);
        for number in numbers {
            facts.assert("n", vec![int(*number)]).unwrap();
        }
        let path = Path::parse("/x", &Limits::default()).unwrap();
        let question = Question { path, caller: cell(7), epoch: 0 };
        let mut scratch = Scratch::default();
        let mut judge = Judge::new(&policy, &facts, 0, 0, question, &mut scratch).unwrap();
        (judge.holds(0).unwrap(), judge.steps_left())
    };
    let up: Vec<u64> = (0..50).collect();
    let down: Vec<u64> = up.iter().rev().copied().collect();
    assert!(steps(&up).0);
    assert_eq!(steps(&up), steps(&down));
}
