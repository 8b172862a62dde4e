//! Derivations whose shape is known.

use super::*;

#[test]
fn open_needs_nothing() {
    let program = program(&["g9(c) :- g0(c)", "g0(c) :- "]);
    let public = public(&[]);
    for depth in [0, 1, 64] {
        let derivation = found(&program, &known(&public, &[]), depth);
        assert_eq!(shape(&derivation), (vec![0, 1, 2], 0));
    }
    assert_eq!(unmet(&super::program(&[]), &known(&public, &[]), 9).goals, [9]);
}

#[test]
fn a_hidden_caller_is_known_to_the_prover() {
    let mut program = program(&["g9(c) :- mark@2(c, 1)"]);
    // Without the constant that names the caller.
    program.rules.remove(0);
    let hidden = rule("goal() :- self@10(c); g9(c)");
    let length = program.atoms.len();
    program.atoms.extend(hidden);
    program.rules.insert(0, length..program.atoms.len());
    let facts = public(&[("mark", &[7, 1]), ("mark", &[8, 1])]);
    assert_eq!(found(&program, &known(&facts, &[]), 1).instances[0].values[&1], value(7));
    let facts = public(&[("mark", &[8, 1])]);
    assert_eq!(unmet(&program, &known(&facts, &[]), 1).goals, [9]);
}

const CHAIN: [&str; 4] = [
    "g9(c) :- p0(c, 40)",
    "p0(x, w) :- p1(x, w); revoked@6(w)",
    "p1(x, w) :- granted@2(x, w)",
    "p1(x, w) :- p1(y, w); delegated@11(y, x, w, until); 5 < until",
];

/// A chain to the caller over so many delegations.
fn chain(public: &PublicFacts, delegations: u64) -> Known<'_> {
    let mut known = known(public, &[]);
    for at in 0..delegations {
        let from = 100 + delegations - 1 - at;
        let to = if at == 0 { CALLER } else { from + 1 };
        known.hold(&fact("delegated", &[from, to, 40, 9]), Some(0));
    }
    known
}

#[test]
fn a_chain_of_delegations_at_every_depth() {
    let program = program(&CHAIN);
    let facts = public(&[("granted", &[100, 40]), ("granted", &[100, 41])]);
    let known = chain(&facts, 4);
    // One grant, four delegations, one step more.
    for depth in [6, 7, 64] {
        let derivation = found(&program, &known, depth);
        assert_eq!(shape(&derivation), (vec![0, 1, 2, 4, 4, 4, 4, 3], 6));
        let heights: Vec<u8> = derivation.instances.iter().map(|instance| instance.height).collect();
        assert_eq!(heights, [1, 1, 6, 5, 4, 3, 2, 1]);
        assert!(derivation.records.iter().filter(|record| record.is_held()).count() == 4);
    }
    assert_eq!(unmet(&program, &known, 5).goals, [9]);
    assert_eq!(unmet(&program, &chain(&facts, 0), 64).goals, [9]);

    let revoked = public(&[("granted", &[100, 40]), ("revoked", &[40])]);
    let missing = unmet(&program, &chain(&revoked, 4), 64);
    let absent = missing.facts.iter().find(|fact| fact.source == source::ABSENT).unwrap();
    assert_eq!((absent.predicate, absent.arguments[0]), (predicate("revoked"), Some(value(40))));
}

#[test]
fn an_expired_delegation_is_none() {
    let program = program(&CHAIN);
    let facts = public(&[("granted", &[100, 40])]);
    for (until, holds) in [(5, false), (6, true), (1 << 56, false), ((1 << 56) - 1, true)] {
        let mut known = known(&facts, &[]);
        known.hold(&fact("delegated", &[100, 7, 40, until]), Some(0));
        assert_eq!(derive(&program, &known, 9).is_ok(), holds, "{until}");
    }
    // A delegation of another source is none of these.
    let mut known = known(&facts, &[]);
    known.hold(&fact("delegated", &[100, 7, 40, 9]), Some(1));
    assert_eq!(unmet(&program, &known, 9).goals, [9]);
}

#[test]
fn stakes_at_the_bound() {
    let program = program(&["g9(c) :- stake@4(c, a); 1000 <= a; 0 <= a"]);
    let public = public(&[]);
    for (amount, holds) in [(999, false), (1000, true), (1001, true), ((1 << 56) - 1, true), (1 << 56, false)]
    {
        let mut known = known(&public, &[]);
        known.stake(value(CALLER), amount);
        assert_eq!(derive(&program, &known, 1).is_ok(), holds, "{amount}");
    }
    let mut other = known(&public, &[]);
    other.stake(value(8), 5000);
    assert_eq!(unmet(&program, &other, 1).goals, [9]);
}

#[test]
fn of_two_ways_the_one_with_fewer_facts() {
    let program = program(&[
        "g9(c) :- g0(c)",
        "g0(c) :- a@2(c); b@2(c); c@2(c)",
        "g0(c) :- p0(c)",
        "p0(c) :- p1(c)",
        "p1(c) :- p2(c)",
        "p2(c) :- d@2(c); e@2(c)",
    ]);
    let three: [(&str, &[u64]); 3] = [("a", &[7]), ("b", &[7]), ("c", &[7])];
    let two: [(&str, &[u64]); 2] = [("d", &[7]), ("e", &[7])];
    let all: Vec<_> = three.iter().chain(&two).copied().collect();
    let (all, three, two) = (public(&all), public(&three), public(&two));
    assert_eq!(shape(&found(&program, &known(&all, &[]), 9)), (vec![0, 1, 3, 4, 5, 6], 2));
    assert_eq!(shape(&found(&program, &known(&three, &[]), 9)), (vec![0, 1, 2], 3));
    assert_eq!(shape(&found(&program, &known(&two, &[]), 9)), (vec![0, 1, 3, 4, 5, 6], 2));
    // The cheaper way is too high.
    assert_eq!(shape(&found(&program, &known(&all, &[]), 2)), (vec![0, 1, 2], 3));
}

#[test]
fn of_two_ways_with_as_many_facts_the_one_with_fewer_instances() {
    let program = program(&[
        "g9(c) :- p0(c)",
        "g9(c) :- p1(c)",
        "p0(c) :- p1(c)",
        "p1(c) :- a@2(c)",
        "p0(c) :- b@2(c)",
    ]);
    let facts = public(&[("a", &[7]), ("b", &[7])]);
    let derivation = found(&program, &known(&facts, &[]), 9);
    assert_eq!((derivation.instances.len(), derivation.records.len()), (3, 1));
}

#[test]
fn a_fact_found_later_replaces_dearer_ways_above_it() {
    // p0 is first derived in one step from two facts, then in two steps from one.
    let program = program(&[
        "g9(c) :- p2(c)",
        "p2(c) :- p0(c)",
        "p0(c) :- a@2(c); b@2(c)",
        "p0(c) :- p1(c)",
        "p1(c) :- d@2(c)",
    ]);
    let facts = public(&[("a", &[7]), ("b", &[7]), ("d", &[7])]);
    assert_eq!(shape(&found(&program, &known(&facts, &[]), 3)), (vec![0, 1, 2, 4, 5], 1));
    assert_eq!(shape(&found(&program, &known(&facts, &[]), 2)), (vec![0, 1, 2, 3], 2));
    assert_eq!(unmet(&program, &known(&facts, &[]), 1).goals, [9]);
}

#[test]
fn what_is_used_often_is_derived_once() {
    let program = program(&[
        "g9(c) :- p0(c); p1(c); p2(c)",
        "p0(c) :- p2(c); p3(c)",
        "p1(c) :- p2(c); p3(c)",
        "p2(c) :- p3(c)",
        "p3(c) :- a@2(c, x); a@2(c, x)",
    ]);
    let facts = public(&[("a", &[7, 1])]);
    let derivation = found(&program, &known(&facts, &[]), 9);
    assert_eq!((derivation.instances.len(), derivation.records.len()), (6, 1));
}

#[test]
fn cycles_end() {
    let program = program(&[
        "g9(c) :- p0(c)",
        "p0(x) :- edge@2(x, y); p0(y)",
        "p0(x) :- p1(x)",
        "p1(x) :- p0(x); end@2(x)",
        "p1(x) :- end@2(x); key@3(x)",
    ]);
    let facts =
        public(&[("edge", &[7, 8]), ("edge", &[8, 9]), ("edge", &[9, 7]), ("edge", &[9, 9]), ("end", &[9])]);
    assert_eq!(unmet(&program, &known(&facts, &[]), 64).goals, [9]);
    let derivation = found(&program, &known(&facts, &[("key", &[9])]), 64);
    assert_eq!(shape(&derivation), (vec![0, 1, 2, 2, 3, 5], 4));
    assert_eq!(unmet(&program, &known(&facts, &[("key", &[9])]), 3).goals, [9]);
}

#[test]
fn input_columns_take_what_calls_pass() {
    let mut program = program(&["g9(c) :- limit@2(m); p0(c, m)", "p0(x, m) :- spent@2(x, n); n <= m"]);
    program.inputs.insert(predicate("p0"), [false, true, false, false]);
    for (limit, holds) in [(4, false), (5, true)] {
        let facts = public(&[("spent", &[7, 5]), ("limit", &[limit]), ("limit", &[3])]);
        assert_eq!(derive(&program, &known(&facts, &[]), 9).is_ok(), holds);
    }
    // One premise binds what the other needs, whatever their order.
    let mut turned = super::program(&[
        "g9(c) :- p0(c, m); p1(c, m)",
        "p0(x, m) :- spent@2(x, n); n <= m",
        "p1(x, m) :- limit@2(m)",
    ]);
    turned.inputs.insert(predicate("p0"), [false, true, false, false]);
    turned.inputs.insert(predicate("p1"), [true, false, false, false]);
    let facts = public(&[("spent", &[7, 5]), ("limit", &[5])]);
    assert_eq!(found(&turned, &known(&facts, &[]), 9).instances.len(), 4);
}

#[test]
fn absence_is_of_whole_tuples() {
    let program = program(&["g9(c) :- mark@2(c, x); banned@6(c, x); x != 3"]);
    let facts = public(&[("mark", &[7, 1]), ("mark", &[7, 2]), ("mark", &[7, 3]), ("banned", &[7, 1])]);
    let derivation = found(&program, &known(&facts, &[]), 1);
    assert_eq!(derivation.records[0].arguments[1], value(2));
    assert_eq!(derivation.records[1].source, source::ABSENT);
    let facts = public(&[("mark", &[7, 1]), ("mark", &[7, 3]), ("banned", &[7, 1])]);
    assert_eq!(unmet(&program, &known(&facts, &[]), 1).goals, [9]);
}

#[test]
fn the_order_of_facts_makes_no_difference() {
    let program = program(&["g9(c) :- p0(c)", "p0(x) :- edge@2(x, y); p0(y)", "p0(x) :- end@2(x)"]);
    let mut facts: Vec<FactElements> = (1..40).map(|to| fact("edge", &[7, 100 + to])).collect();
    facts.extend((1..40).map(|to| fact("end", &[100 + to])));
    let forwards = PublicFacts::new(facts.clone());
    facts.reverse();
    let backwards = PublicFacts::new(facts.iter().chain(&facts).copied());
    let found = |public| derive(&program, &known(public, &[]), 9).unwrap();
    assert_eq!(found(&forwards), found(&backwards));
}
