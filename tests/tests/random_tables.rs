//! Random route tables: the reference over the HIR, the DFA, the trie and the loaded artifact agree on route and
//! decision, and on which tables are ambiguous. `DREGG_TABLES` and `DREGG_SEED` run more.

use dregg_artifact::{Path, Permission, Value};
use dregg_compiler::hir::Fact;
use dregg_compiler::load::load_text;
use dregg_compiler::reference::{self, Matched};
use dregg_grammar::Diagnostic;
use dregg_tests::engines::{self, Given};
use dregg_tests::{compile, tables};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn engines_agree() {
    let count = number("DREGG_TABLES", 150);
    let mut rng = ChaCha8Rng::seed_from_u64(number("DREGG_SEED", 1));
    let (mut decided, mut allowed, mut ambiguous) = (0u64, 0u64, 0u64);
    for table in 0..count {
        let most = if table % 4 == 0 { 60 } else { 12 };
        let mut items = tables::table(&mut rng, most);
        // An ambiguous table is checked as such, then loses one of the two routes, until it is none.
        let compiled = loop {
            let text = tables::policy(&items);
            match compile(&text) {
                Ok(compiled) => break compiled,
                Err(reports) => {
                    ambiguous += 1;
                    let report = &reports[0];
                    assert_eq!(report.code.0, "E0301", "{report:?}\n{text}");
                    check_witness(&text, report);
                    let span = report.secondary[0].span;
                    let line = text[..span.start as usize].lines().count() - 1;
                    let written = text.lines().nth(line).unwrap();
                    let place = items
                        .iter()
                        .position(|item| item == written)
                        .expect("the second route of the report");
                    items.remove(place);
                }
            }
        };
        let given = given(&mut rng, &compiled.hir);
        let facts = engines::runtime_facts(&compiled, &given);
        for _ in 0..100 {
            let path = if items.is_empty() { "/a".to_owned() } else { tables::path(&mut rng, &items) };
            let text = || tables::policy(&items);
            let route = engines::route_by_reference(&compiled.hir, &path);
            assert_eq!(engines::route_by_runtime(&compiled, &path), route, "{path}\n{}", text());
            let permission = Permission::ALL[rng.random_range(0..3)];
            let caller = compiled.hir.cells[rng.random_range(0..compiled.hir.cells.len())].id;
            let expected = engines::by_reference(&compiled.hir, &given, permission, &path, caller);
            let found = engines::by_runtime(&compiled, &facts, &given, permission, &path, caller);
            assert_eq!(found, expected, "{permission:?} {path} {caller} {given:?}\n{}", text());
            decided += 1;
            allowed += u64::from(expected == "allow");
        }
    }
    eprintln!("{count} tables, {decided} decisions, {allowed} allowed, {ambiguous} ambiguous tables");
    assert!(allowed > decided / 50, "too few are allowed to say much");
}

/// What an E0301 says is so: its witness has no least route, or two routes that match it have the same pattern (such
/// routes are refused even where a third decides every path they share).
fn check_witness(text: &str, report: &Diagnostic) {
    let note = &report.notes[0];
    let path = note.strip_prefix("both match ").and_then(|rest| rest.split(' ').next()).unwrap();
    let hir = dregg_compiler::lower::lower(&load_text("t.dregg", text)).hir;
    let path = Path::parse(path, &hir.limits).unwrap();
    if report.message == "two routes match exactly the same paths" {
        // Sets are numbered by content and a set of one segment is that literal, so equal languages are equal patterns.
        let matching = reference::matching_routes(&hir, path);
        let patterns: BTreeSet<_> = matching.iter().map(|route| &hir.routes[*route].pattern).collect();
        assert!(patterns.len() < matching.len(), "{note}\n{text}");
    } else {
        assert_eq!(reference::classify(&hir, path), Matched::Ambiguous, "{note}\n{text}");
    }
}

fn given(rng: &mut ChaCha8Rng, hir: &dregg_compiler::hir::Hir) -> Given {
    let cell = |rng: &mut ChaCha8Rng| hir.cells[rng.random_range(0..hir.cells.len())].id;
    let relation = |name: &str| {
        u32::try_from(hir.relations.iter().position(|relation| relation.name == name).unwrap()).unwrap()
    };
    let mut given = Given { proved: rng.random_range(0..2) == 0, ..Given::default() };
    for name in ["banned", "badge", "badge", "badge"] {
        for _ in 0..rng.random_range(0..4) {
            let what = ["a", "b", "v1", "7"][rng.random_range(0..4)].to_owned();
            given.facts.push(Fact {
                relation: relation(name),
                arguments: vec![Value::Cell(cell(rng)), Value::Text(what)],
            });
        }
    }
    for _ in 0..3 {
        given.stakes.insert(cell(rng), rng.random_range(0..4));
    }
    given
}
