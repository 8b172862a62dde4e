//! Many facts: what a search looks at does not grow with them.

use super::ground::Ground;
use super::*;

const PROGRAM: [&str; 4] = [
    "g9(c) :- p0(c, 40)",
    "p0(x, w) :- granted@2(x, w); revoked@6(w, x)",
    "p0(x, w) :- trusts@2(y, x); p0(y, w)",
    "p0(x, w) :- member@2(g, x); group@2(g, w)",
];

/// A hundred thousand facts, of which few are about the caller.
fn facts(about: &[(&str, &[u64])]) -> PublicFacts {
    let many = (0..25_000u64).flat_map(|at| {
        let cell = 1_000 + at;
        [
            fact("granted", &[cell, 40 + at % 7]),
            fact("trusts", &[cell, cell + 1]),
            fact("member", &[500 + at % 100, cell]),
            fact("revoked", &[40, cell]),
        ]
    });
    PublicFacts::new(many.chain(about.iter().map(|(relation, arguments)| fact(relation, arguments))))
}

/// Whether a search gets by with so many steps.
fn within(steps: usize, program: &Program, known: &Known<'_>, depth: u8) -> bool {
    let mut world = World::new(known);
    let rules = Rules::new(program, &mut world);
    Ground::new(&rules, &world, depth, steps).is_ok()
}

#[test]
fn bound_lookups_look_at_few_facts() {
    let program = program(&PROGRAM);
    let nothing = facts(&[]);
    assert!(within(60, &program, &known(&nothing, &[]), 64));
    assert_eq!(unmet(&program, &known(&nothing, &[]), 64).goals, [9]);
    let granted = facts(&[("granted", &[7, 40])]);
    assert!(within(60, &program, &known(&granted, &[]), 64));
    assert_eq!(found(&program, &known(&granted, &[]), 64).records.len(), 2);
    let member = facts(&[("member", &[599, 7]), ("group", &[599, 40])]);
    assert!(within(60, &program, &known(&member, &[]), 64));
    assert_eq!(found(&program, &known(&member, &[]), 64).records.len(), 2);
}

#[test]
fn a_long_chain_is_followed_as_far_as_the_depth() {
    let program = program(&PROGRAM);
    let about: [(&str, &[u64]); 2] = [("trusts", &[20_000, 7]), ("granted", &[19_990, 40])];
    let facts = facts(&about);
    // The nearest grant that is not revoked would be ten steps away, were it not revoked like all others.
    for (depth, steps) in [(8, 300), (64, 2_000)] {
        assert!(within(steps, &program, &known(&facts, &[]), depth));
        assert_eq!(unmet(&program, &known(&facts, &[]), depth).goals, [9]);
    }
    let spared = super::program(&["g9(c) :- p0(c, 40)", "p0(x, w) :- granted@2(x, w)", PROGRAM[2]]);
    // 20_000 is granted 42; the nearest with 40 is three back, at height 5.
    assert_eq!(19_998 % 7, (1_000 + (19_998 - 1_000)) % 7);
    let nearest = (0..7).find(|back| (20_000 - back - 1_000) % 7 == 0).unwrap();
    let height = u8::try_from(nearest).unwrap() + 2;
    assert!(derive(&spared, &known(&facts, &[]), height - 1).is_err());
    assert_eq!(found(&spared, &known(&facts, &[]), height).instances.len(), usize::from(height) + 2);
}

#[test]
fn beyond_the_first_budget_the_lowest_is_taken() {
    // Everybody trusts everybody in a crowd: far too many ways to look at all of them.
    let program = program(&["g9(c) :- p0(c)", "p0(x) :- trusts@2(y, x); p0(y)", "p0(x) :- granted@2(x)"]);
    let facts = PublicFacts::new(facts_of_a_crowd().chain([fact("granted", &[115])]));
    let known = known(&facts, &[]);
    for budget in [2_000, 200_000] {
        assert_eq!(within(budget, &program, &known, 9), budget > 2_000);
        let derivation = derive_within(&program, &known, 9, [budget, STEPS]).unwrap();
        assert_eq!(shape(&derivation), (vec![0, 1, 2, 2, 3], 3));
        assert_eq!(derivation.holds(&program, &known, 9), Ok(()));
    }
    // What no budget suffices for is not known.
    let nobody = PublicFacts::new(facts_of_a_crowd());
    let known = super::known(&nobody, &[]);
    assert_eq!(derive_within(&program, &known, 9, [500, 1_000]), Err(NoDerivation::Exhausted));
    assert!(matches!(derive(&program, &known, 9), Err(NoDerivation::Missing(_))));
}

fn facts_of_a_crowd() -> impl Iterator<Item = FactElements> {
    let crowd =
        (0..30u64).flat_map(|one| (0..30).map(move |other| fact("trusts", &[100 + one, 100 + other])));
    crowd.chain([fact("trusts", &[100, CALLER])])
}
