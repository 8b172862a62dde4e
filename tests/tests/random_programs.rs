//! Random rule programs: plans, datafrog by rounds of height and the naive evaluation agree, at every depth around the
//! bound.
//! `DREGG_PROGRAMS` and `DREGG_SEED` run more.

use dregg_artifact::{Permission, Value};
use dregg_compiler::hir::Fact;
use dregg_tests::engines::{self, Given};
use dregg_tests::{compile, programs};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn plans_datafrog_and_naive_agree() {
    let count = number("DREGG_PROGRAMS", 150);
    let mut rng = ChaCha8Rng::seed_from_u64(number("DREGG_SEED", 1));
    let (mut decided, mut allowed, mut at_the_bound) = (0u64, 0u64, 0u64);
    for _ in 0..count {
        let program = programs::program(&mut rng);
        let levels = programs::levels(&mut rng);
        let epoch = rng.random_range(0..6);
        let mut by_depth: Vec<Vec<String>> = Vec::new();
        for depth in [program.depth.saturating_sub(1).max(1), program.depth, program.depth + 1] {
            let limit = format!("derivation_depth {};", program.depth);
            let text = program.text.replace(&limit, &format!("derivation_depth {depth};"));
            let compiled = compile(&text).unwrap_or_else(|reports| panic!("{reports:#?}\n{text}"));
            let level = compiled.hir.relations.iter().position(|relation| relation.name == "level").unwrap();
            let facts = levels.iter().map(|(cell, height)| Fact {
                relation: u32::try_from(level).unwrap(),
                arguments: vec![Value::Cell(compiled.hir.cells[*cell].id), Value::Int(*height)],
            });
            let given = Given { facts: facts.collect(), epoch, ..Given::default() };
            let facts = engines::runtime_facts(&compiled, &given);
            let mut answers = Vec::new();
            for cell in &compiled.hir.cells {
                for permission in Permission::ALL {
                    let expected = engines::by_reference(&compiled.hir, &given, permission, "/goal", cell.id);
                    let found = engines::by_runtime(&compiled, &facts, &given, permission, "/goal", cell.id);
                    assert_eq!(
                        found, expected,
                        "{permission:?} as @{} at depth {depth}, {given:?}\n{text}",
                        cell.name
                    );
                    decided += 1;
                    allowed += u64::from(expected == "allow");
                    answers.push(expected);
                }
            }
            by_depth.push(answers);
        }
        at_the_bound += u64::from(by_depth[0] != by_depth[1] || by_depth[1] != by_depth[2]);
    }
    eprintln!(
        "{count} programs, {decided} decisions, {allowed} allowed, {at_the_bound} where the bound decides"
    );
    assert!(allowed > decided / 20 && at_the_bound > count / 20, "{allowed} of {decided}, {at_the_bound}");
}
