//! Bundles beside decisions: what a cell gets is all that its requests can use.

use dregg_artifact::{CellId, Fact, Value};
use dregg_attest::{Position, attest};
use dregg_runtime::{Facts, Permission, Policy, Request};
use dregg_tests::compile;
use dregg_tests::programs::{CELLS, levels, program};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// A random program in which edges are held, and its held facts by name.
fn held_program(rng: &mut ChaCha8Rng) -> (String, Vec<(String, Vec<Value>)>) {
    let text =
        program(rng).text.replace("edge(from: cell, to: cell) public", "edge(from: cell, to: cell) held");
    let named = |name: &str| {
        let number: usize = name.trim_start_matches("@c").parse().unwrap();
        Value::Cell(CellId::from_hex(&format!("{number:02x}2e").repeat(16)).unwrap())
    };
    let mut held = Vec::new();
    let mut rest = String::new();
    for line in text.lines() {
        match line.strip_prefix("fact edge(").and_then(|line| line.strip_suffix(");")) {
            Some(ends) => held.push(("edge".to_owned(), ends.split(", ").map(named).collect())),
            None => rest += &format!("{line}\n"),
        }
    }
    for (who, level) in levels(rng) {
        held.push(("level".to_owned(), vec![named(&format!("@c{who}")), Value::Int(level)]));
    }
    held.sort();
    held.dedup();
    (rest, held)
}

/// The decisions of all permissions for one cell over some of the held facts.
fn decisions(policy: &Policy, held: &[&(String, Vec<Value>)], caller: CellId, epoch: u64) -> [bool; 3] {
    let mut facts = Facts::new(policy);
    for (relation, arguments) in held {
        facts.assert(relation, arguments.clone()).unwrap();
    }
    Permission::ALL.map(|permission| {
        let request = Request { permission, path: "/goal", caller, epoch, proved: false };
        policy.decide(&request, &facts).is_allow()
    })
}

#[test]
fn a_bundle_holds_every_fact_that_a_decision_about_its_cell_can_turn_on() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let (mut used, mut unused, mut turned) = (0, 0, 0);
    for _ in 0..120 {
        let (text, held) = held_program(&mut rng);
        let compiled = compile(&text).unwrap_or_else(|reports| panic!("{text}\n{reports:#?}"));
        let policy = &compiled.policy;
        let number = |name: &str| {
            compiled.artifact.relations.iter().position(|relation| relation.name == name).unwrap() as u32
        };
        let facts: Vec<Fact> = held
            .iter()
            .map(|(name, arguments)| Fact { relation: number(name), arguments: arguments.clone() })
            .collect();
        let epoch = rng.random_range(0..6);
        let council = compiled.artifact.cells[0].1;
        let position = Position { instance: [0; 32], epoch, previous: [0; 32], height: 0, council };
        let attestation =
            attest(&compiled.artifact, &facts, &BTreeMap::new(), &position, || [7; 32]).unwrap();
        assert_eq!(attestation.cells().len(), CELLS);
        for cell in attestation.cells().iter().copied() {
            let bundle = attestation.bundle(&cell);
            bundle.check(&compiled.artifact, attestation.root()).unwrap();
            let own: Vec<Fact> =
                bundle.facts.iter().map(|one| one.fact(&compiled.artifact).unwrap().0).collect();
            let is_own = |place: usize| own.contains(&facts[place]);
            let (mine, others): (Vec<usize>, Vec<usize>) = (0..held.len()).partition(|place| is_own(*place));
            used += mine.len();
            unused += others.len();
            let of = |places: &[usize]| {
                let held: Vec<_> = places.iter().map(|place| &held[*place]).collect();
                decisions(policy, &held, cell, epoch)
            };
            let all: Vec<usize> = (0..held.len()).collect();
            assert_eq!(of(&mine), of(&all), "{text}\n{held:?}\n{cell}");
            for place in others {
                let some: Vec<usize> =
                    all.iter().copied().filter(|one| *one != place && rng.random()).collect();
                let with: Vec<usize> = some.iter().copied().chain([place]).collect();
                assert_eq!(of(&some), of(&with), "{text}\n{:?} turns a decision about {cell}", held[place]);
            }
            turned += usize::from(of(&[]) != of(&mine));
        }
    }
    assert!(
        used > 200 && unused > 1_000 && turned > 50,
        "{used} used, {unused} not, {turned} decisions turned"
    );
}
