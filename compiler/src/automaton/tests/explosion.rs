//! Tables whose automaton explodes are given up, and the patterns that collide are named.

use super::super::{Budget, BuildError, COLLIDING, SegmentLanguage, build, regular_set};
use super::naive::*;
use dregg_artifact::{Pattern, Segment, SegmentSet};

const SMALL: Budget = Budget { states: 5_000, items: 100_000 };

/// One literal at each place among wildcards.
fn deep(count: usize) -> Vec<Pattern> {
    (0..count).map(|at| pattern(&("/*".repeat(at) + "/a" + &"/*".repeat(count - 1 - at)))).collect()
}

fn exploded(patterns: &[Pattern], sets: &[SegmentSet], budget: &Budget) -> Vec<usize> {
    match build(patterns, sets, budget) {
        Err(BuildError::Explosion { patterns, states }) => {
            assert!(states <= budget.states + 100, "{states} states were made");
            assert!((2..=COLLIDING).contains(&patterns.len()), "{patterns:?}");
            assert!(patterns.is_sorted());
            patterns
        }
        other => panic!("{:?}", other.map(|product| product.states())),
    }
}

#[test]
fn wildcards_among_literals_explode() {
    assert_eq!(exploded(&deep(20), &[], &SMALL).len(), COLLIDING);
    // The same shape small enough fits, and is ambiguous instead.
    assert!(matches!(build(&deep(8), &[], &SMALL), Err(BuildError::Ambiguous(_))));
}

#[test]
fn the_colliding_patterns_are_named_among_many_harmless_ones() {
    let mut table: Vec<Pattern> = (0..400).map(|at| pattern(&format!("/services/s{at}/*"))).collect();
    table.extend([pattern("/**"), pattern("/services/**")]);
    let harmless = table.len();
    table.extend(deep(16));
    table.extend((0..400).map(|at| pattern(&format!("/gateways/g{at}/**"))));
    let budget = Budget { states: 30_000, items: 600_000 };
    for named in exploded(&table, &[], &budget) {
        assert!((harmless..harmless + 16).contains(&named), "pattern {named} is harmless");
    }
    // Without the family the rest is small.
    table.drain(harmless..harmless + 16);
    assert!(build(&table, &[], &budget).is_ok());
}

#[test]
fn tails_that_start_everywhere_explode() {
    let table: Vec<Pattern> = (0..16).map(|at| pattern(&("/*".repeat(at) + "/a/**"))).collect();
    assert!(exploded(&table, &[], &SMALL).len() > 1);
}

#[test]
fn regular_sets_that_multiply_explode() {
    let sets: Vec<SegmentSet> = ["a", "b", "c", "d"]
        .iter()
        .map(|letter| match regular_set(&format!(".*{letter}.{{5}}")) {
            Ok(SegmentLanguage::Set(set)) => set,
            other => panic!("{other:?}"),
        })
        .collect();
    let mut table = vec![pattern("/x/y"), pattern("/**")];
    table.extend((0u32..4).map(|set| {
        let literal = Segment::Literal(format!("l{set}"));
        Pattern { segments: vec![Segment::Set(set), literal], tail: false }
    }));
    for named in exploded(&table, &sets, &SMALL) {
        assert!(named >= 2, "pattern {named} is harmless");
    }
    assert!(build(&table[..3], &sets, &SMALL).is_ok());
}

#[test]
fn items_are_bounded_as_well_as_states() {
    // Few states, each with very many tails.
    let table: Vec<Pattern> = (0..12)
        .flat_map(|bits| (0..1 << 6).map(move |_| bits))
        .enumerate()
        .map(|(at, _)| {
            let segments = (0..10).map(|bit| if at >> bit & 1 == 1 { "/a" } else { "/*" });
            pattern(&(segments.collect::<String>() + "/**"))
        })
        .collect();
    let few = Budget { states: usize::MAX, items: 20_000 };
    assert!(matches!(build(&table, &[], &few), Err(BuildError::Explosion { .. })));
}

#[test]
fn many_tenants_with_generic_routes_do_not_explode() {
    let mut table: Vec<Pattern> = (0..500).map(|at| pattern(&format!("/t/tenant{at}/own"))).collect();
    table.extend((0..60).map(|at| pattern(&format!("/t/*/generic{at}"))));
    let product = build(&table, &[], &Budget::DEFAULT).expect("linear in the table");
    assert!(product.states() < 20 * table.len(), "{} states", product.states());
}

#[test]
fn a_large_table_has_a_larger_budget() {
    assert_eq!(Budget::for_patterns(&deep(3)), Budget::DEFAULT);
    let long = Pattern { segments: vec![Segment::Literal("x".repeat(1_000_000))], tail: false };
    assert!(Budget::for_patterns(&[long]).states > 4_000_000);
}
