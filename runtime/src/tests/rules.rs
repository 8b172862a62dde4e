//! What rules derive: heights at the bound, negation, input columns, comparisons, stakes, epochs, cycles, bounds.

use super::build::{asking, call, cell, compare, fact, goal, int, k, no_fact, predicate, relation, rule};
use super::build::{state, text, v, who};
use crate::{Decision, Facts, Needed, Permission, Policy, Reason, Request};
use dregg_artifact::Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
use dregg_artifact::{Artifact, Goal, Literal, Term, Type};

fn decide(artifact: &Artifact, caller: u8, epoch: u64) -> Decision {
    let policy = Policy::from_artifact(artifact.clone());
    let request =
        Request { permission: Permission::Read, path: "/x", caller: cell(caller), epoch, proved: false };
    policy.decide(&request, &Facts::new(&policy))
}

fn allows(artifact: &Artifact, caller: u8) -> bool {
    decide(artifact, caller, 0).is_allow()
}

/// `holds` for cells by delegation: cell 0 is granted, and cell n delegates to n+1.
fn chain(cells: u8, depth: u8) -> Artifact {
    let mut artifact = asking(goal(&[call(0, &[v(0), k(text("t"))])]));
    artifact.limits.derivation_depth = depth;
    artifact.relations.push(relation("granted", &[Type::Cell, Type::Text]));
    artifact.relations.push(relation("delegated", &[Type::Cell, Type::Cell, Type::Text]));
    let rules = [
        rule(&[v(0), v(1)], &[fact(0, &[v(0), v(1)])]),
        rule(&[v(0), v(1)], &[fact(1, &[v(2), v(0), v(1)]), call(0, &[v(2), v(1)])]),
    ];
    artifact.predicates.push(predicate("holds", &[Type::Cell, Type::Text], &[], &rules));
    state(&mut artifact, 0, &[who(0), text("t")]);
    for from in 0..cells {
        state(&mut artifact, 1, &[who(from), who(from + 1), text("t")]);
    }
    artifact
}

#[test]
fn a_chain_holds_up_to_the_bound_of_height() {
    for depth in [1, 2, 5, 64] {
        let artifact = chain(80, depth);
        // Cell n holds with a tree of height n + 1.
        for height in [depth - 1, depth, depth + 1] {
            let Some(caller) = height.checked_sub(1) else { continue };
            assert_eq!(allows(&artifact, caller), height <= depth, "height {height} of {depth}");
        }
    }
}

#[test]
fn the_least_height_counts() {
    let mut artifact = chain(10, 4);
    assert!(!allows(&artifact, 8));
    state(&mut artifact, 1, &[who(1), who(7), text("t")]);
    assert!(allows(&artifact, 8), "0, 1, 7, 8");
    assert!(!allows(&artifact, 9));
}

#[test]
fn the_height_of_a_tree_is_that_of_its_highest_branch() {
    // both(x, y) if holds(x, t), holds(y, t)
    let both = rule(&[v(0), v(1)], &[call(0, &[v(0), k(text("t"))]), call(0, &[v(1), k(text("t"))])]);
    let mut artifact = chain(10, 5);
    artifact.predicates.push(predicate("both", &[Type::Cell, Type::Cell], &[], &[both]));
    let ask = |artifact: &mut Artifact, other: u8| {
        artifact.classes[0].access[0].goals[0] = goal(&[call(1, &[v(0), k(who(other))])]);
        allows(artifact, 3)
    };
    assert!(ask(&mut artifact, 0));
    assert!(ask(&mut artifact, 3));
    assert!(!ask(&mut artifact, 4));
}

#[test]
fn each_call_of_a_goal_may_have_the_full_height() {
    let mut artifact = chain(10, 4);
    let twice = goal(&[call(0, &[v(0), k(text("t"))]), call(0, &[k(who(3)), k(text("t"))])]);
    artifact.classes[0].access[0].goals[0] = twice;
    assert!(allows(&artifact, 3));
    assert!(!allows(&artifact, 4));
}

#[test]
fn cycles_end() {
    let mut artifact = chain(5, 64);
    state(&mut artifact, 1, &[who(5), who(0), text("t")]);
    state(&mut artifact, 1, &[who(3), who(3), text("t")]);
    state(&mut artifact, 1, &[who(8), who(9), text("t")]);
    state(&mut artifact, 1, &[who(9), who(8), text("t")]);
    assert!(allows(&artifact, 5));
    assert!(!allows(&artifact, 8), "a cycle supports nobody");
}

#[test]
fn a_rule_without_a_body_has_height_one() {
    let mut artifact = asking(goal(&[call(0, &[v(0)])]));
    artifact.limits.derivation_depth = 1;
    artifact.predicates.push(predicate("root", &[Type::Cell], &[], &[rule(&[k(who(1))], &[])]));
    assert!(allows(&artifact, 1));
    assert!(!allows(&artifact, 2));
    artifact.limits.derivation_depth = 0;
    assert!(!allows(&artifact, 1));
}

#[test]
fn negation_looks_at_facts() {
    // good(x) if member(x), not banned(x, "t")
    let body = [fact(0, &[v(0)]), no_fact(1, &[v(0), k(text("t"))])];
    let mut artifact = asking(goal(&[call(0, &[v(0)])]));
    artifact.relations.push(relation("member", &[Type::Cell]));
    artifact.relations.push(relation("banned", &[Type::Cell, Type::Text]));
    artifact.predicates.push(predicate("good", &[Type::Cell], &[], &[rule(&[v(0)], &body)]));
    state(&mut artifact, 0, &[who(1)]);
    state(&mut artifact, 0, &[who(2)]);
    state(&mut artifact, 1, &[who(2), text("t")]);
    state(&mut artifact, 1, &[who(1), text("other")]);
    assert!(allows(&artifact, 1));
    assert!(!allows(&artifact, 2));
    assert!(!allows(&artifact, 3));
}

#[test]
fn negation_of_constants_alone_and_in_a_goal() {
    let mut artifact = asking(goal(&[call(0, &[v(0)]), no_fact(1, &[k(text("t"))])]));
    artifact.relations.push(relation("member", &[Type::Cell]));
    artifact.relations.push(relation("stopped", &[Type::Text]));
    let body = [no_fact(1, &[k(text("u"))]), fact(0, &[v(0)])];
    artifact.predicates.push(predicate("good", &[Type::Cell], &[], &[rule(&[v(0)], &body)]));
    state(&mut artifact, 0, &[who(1)]);
    assert!(allows(&artifact, 1));
    for stop in ["t", "u"] {
        let mut stopped = artifact.clone();
        state(&mut stopped, 1, &[text(stop)]);
        assert!(!allows(&stopped, 1), "{stop}");
    }
}

/// `within(who, in max) if spent(who, amount), amount <= max`, and whatever asks for it.
fn within(goal: Goal) -> Artifact {
    let body = [fact(0, &[v(0), v(2)]), compare(v(2), LessOrEqual, v(1))];
    let mut artifact = asking(goal);
    artifact.relations.push(relation("spent", &[Type::Cell, Type::Int]));
    artifact.relations.push(relation("budget", &[Type::Text, Type::Int]));
    let within = rule(&[v(0), v(1)], &body);
    artifact.predicates.push(predicate("within", &[Type::Cell, Type::Int], &[1], &[within]));
    state(&mut artifact, 0, &[who(1), int(500)]);
    state(&mut artifact, 0, &[who(2), int(501)]);
    artifact
}

#[test]
fn an_input_takes_a_constant_of_a_goal() {
    let artifact = within(goal(&[call(0, &[v(0), k(int(500))])]));
    assert!(allows(&artifact, 1));
    assert!(!allows(&artifact, 2));
    assert!(!allows(&artifact, 3));
}

#[test]
fn an_input_takes_the_epoch() {
    let artifact = within(goal(&[call(0, &[v(0), Term::Epoch])]));
    assert!(!decide(&artifact, 1, 499).is_allow());
    assert!(decide(&artifact, 1, 500).is_allow());
}

#[test]
fn an_input_takes_a_value_that_a_fact_binds() {
    // poor(who, what) if budget(what, max), within(who, max)
    let body = [fact(1, &[v(1), v(2)]), call(0, &[v(0), v(2)])];
    let mut artifact = within(goal(&[call(1, &[v(0), k(text("small"))])]));
    let poor = rule(&[v(0), v(1)], &body);
    artifact.predicates.push(predicate("poor", &[Type::Cell, Type::Text], &[], &[poor]));
    state(&mut artifact, 1, &[text("small"), int(500)]);
    state(&mut artifact, 1, &[text("large"), int(9_000)]);
    assert!(allows(&artifact, 1));
    assert!(!allows(&artifact, 2));
}

#[test]
fn an_input_is_passed_through_rules() {
    // outer(who, in max) if inner(who, max); inner(who, in max) if within(who, max)
    let mut artifact = within(goal(&[call(2, &[v(0), k(int(500))])]));
    for called in [0, 1] {
        let pass = rule(&[v(0), v(1)], &[call(called, &[v(0), v(1)])]);
        let name = if called == 0 { "inner" } else { "outer" };
        artifact.predicates.push(predicate(name, &[Type::Cell, Type::Int], &[1], &[pass]));
    }
    artifact.limits.derivation_depth = 3;
    assert!(allows(&artifact, 1));
    assert!(!allows(&artifact, 2));
    artifact.limits.derivation_depth = 2;
    assert!(!allows(&artifact, 1), "each rule adds one to the height, and the demand nothing");
}

#[test]
fn an_input_takes_what_a_predicate_puts_out() {
    // floor(n) if budget("small", n); poor(who) if floor(n), within(who, n)
    let mut artifact = within(goal(&[call(2, &[v(0)])]));
    let floor = rule(&[v(0)], &[fact(1, &[k(text("small")), v(0)])]);
    artifact.predicates.push(predicate("floor", &[Type::Int], &[], &[floor]));
    let poor = rule(&[v(0)], &[call(0, &[v(0), v(1)]), call(1, &[v(1)])]);
    artifact.predicates.push(predicate("poor", &[Type::Cell], &[], &[poor]));
    state(&mut artifact, 1, &[text("small"), int(500)]);
    assert!(allows(&artifact, 1));
    assert!(!allows(&artifact, 2));
}

#[test]
fn an_input_that_comes_out_again_may_go_in_again() {
    // same(in a, a) if on(x), a <= 9; asks(who, in y) if on(who), same(y, z), same(z, y)
    let mut artifact = asking(goal(&[call(1, &[v(0), k(int(5))])]));
    artifact.relations.push(relation("on", &[Type::Cell]));
    state(&mut artifact, 0, &[who(1)]);
    let same = rule(&[v(0), v(0)], &[fact(0, &[v(1)]), compare(v(0), LessOrEqual, k(int(9)))]);
    artifact.predicates.push(predicate("same", &[Type::Int, Type::Int], &[0], &[same]));
    let asks = rule(&[v(0), v(1)], &[fact(0, &[v(0)]), call(0, &[v(1), v(2)]), call(0, &[v(2), v(1)])]);
    artifact.predicates.push(predicate("asks", &[Type::Cell, Type::Int], &[1], &[asks]));
    assert!(allows(&artifact, 1));
    assert!(!allows(&artifact, 2));
    artifact.classes[0].access[0].goals[0] = goal(&[call(1, &[v(0), k(int(10))])]);
    assert!(!allows(&artifact, 1));
}

#[test]
fn inputs_of_one_fact_stay_together() {
    // valid(in first, in last) if first <= last; admitted(who) if window(who, first, last), valid(first, last)
    let mut artifact = asking(goal(&[call(1, &[v(0)])]));
    artifact.relations.push(relation("window", &[Type::Cell, Type::Int, Type::Int]));
    let valid = rule(&[v(0), v(1)], &[compare(v(0), LessOrEqual, v(1))]);
    artifact.predicates.push(predicate("valid", &[Type::Int, Type::Int], &[0, 1], &[valid]));
    let admitted = rule(&[v(0)], &[fact(0, &[v(0), v(1), v(2)]), call(0, &[v(1), v(2)])]);
    artifact.predicates.push(predicate("admitted", &[Type::Cell], &[], &[admitted]));
    for number in 0..3_000 {
        state(&mut artifact, 0, &[who((number % 2) as u8), int(number), int(3_000 + number % 2)]);
    }
    state(&mut artifact, 0, &[who(5), int(9), int(8)]);
    assert!(allows(&artifact, 1));
    assert!(!allows(&artifact, 5));
}

#[test]
fn an_input_that_no_use_binds_derives_nothing() {
    // The loader refuses such a policy; a hand-made one must only deny.
    let mut artifact = within(goal(&[call(1, &[v(0)])]));
    let poor = rule(&[v(0)], &[call(0, &[v(0), v(1)])]);
    artifact.predicates.push(predicate("poor", &[Type::Cell], &[], &[poor]));
    assert!(matches!(decide(&artifact, 1, 0), Decision::Deny { reason: Reason::Clause, .. }));
}

#[test]
fn comparisons_filter() {
    for (comparison, expected) in [
        (Equal, [false, true, false]),
        (NotEqual, [true, false, true]),
        (Less, [true, false, false]),
        (LessOrEqual, [true, true, false]),
        (Greater, [false, false, true]),
        (GreaterOrEqual, [false, true, true]),
    ] {
        let body = [fact(0, &[v(0), v(1)]), compare(v(1), comparison, k(int(5)))];
        let mut artifact = asking(goal(&[call(0, &[v(0)])]));
        artifact.relations.push(relation("level", &[Type::Cell, Type::Int]));
        artifact.predicates.push(predicate("fits", &[Type::Cell], &[], &[rule(&[v(0)], &body)]));
        for caller in 0..3 {
            state(&mut artifact, 0, &[who(caller), int(4 + u64::from(caller))]);
        }
        let found = [0, 1, 2].map(|caller| allows(&artifact, caller));
        assert_eq!(found, expected, "{comparison:?}");
    }
}

#[test]
fn values_of_different_types_are_never_equal_or_ordered() {
    let mut artifact = asking(goal(&[call(0, &[v(0)])]));
    artifact.relations.push(relation("level", &[Type::Cell, Type::Int]));
    state(&mut artifact, 0, &[who(1), int(5)]);
    for (comparison, expected) in [(Equal, false), (NotEqual, true), (Less, false), (GreaterOrEqual, false)] {
        let body = [fact(0, &[v(0), v(1)]), compare(v(1), comparison, k(text("5")))];
        artifact.predicates = vec![predicate("fits", &[Type::Cell], &[], &[rule(&[v(0)], &body)])];
        assert_eq!(allows(&artifact, 1), expected, "{comparison:?}");
    }
}

#[test]
fn a_variable_that_stands_twice_is_one_value() {
    let mut artifact = asking(goal(&[call(0, &[v(0)])]));
    artifact.relations.push(relation("pair", &[Type::Cell, Type::Cell]));
    artifact.predicates.push(predicate(
        "own",
        &[Type::Cell],
        &[],
        &[rule(&[v(0)], &[fact(0, &[v(0), v(0)])])],
    ));
    state(&mut artifact, 0, &[who(1), who(1)]);
    state(&mut artifact, 0, &[who(2), who(1)]);
    assert!(allows(&artifact, 1));
    assert!(!allows(&artifact, 2));
}

#[test]
fn until_is_the_first_epoch_in_which_it_no_longer_holds() {
    let body = [fact(0, &[v(0), v(1)]), compare(v(1), Greater, Term::Epoch)];
    let mut artifact = asking(goal(&[call(0, &[v(0)])]));
    artifact.relations.push(relation("lease", &[Type::Cell, Type::Int]));
    artifact.predicates.push(predicate("leased", &[Type::Cell], &[], &[rule(&[v(0)], &body)]));
    state(&mut artifact, 0, &[who(1), int(900)]);
    assert!(decide(&artifact, 1, 899).is_allow());
    assert!(!decide(&artifact, 1, 900).is_allow());
    assert!(!decide(&artifact, 1, u64::MAX).is_allow());
}

#[test]
fn a_stake_counts_from_its_bound_on() {
    let policy = Policy::from_artifact(asking(goal(&[Literal::Stake { at_least: 10 }])));
    let request =
        Request { permission: Permission::Read, path: "/x", caller: cell(1), epoch: 0, proved: false };
    for (stake, expected) in [(None, false), (Some(9), false), (Some(10), true), (Some(11), true)] {
        let mut facts = Facts::new(&policy);
        facts.stake(cell(2), 1_000).unwrap();
        if let Some(stake) = stake {
            facts.stake(cell(1), stake).unwrap();
        }
        assert_eq!(policy.decide(&request, &facts).is_allow(), expected, "{stake:?}");
    }
    let free = Policy::from_artifact(asking(goal(&[Literal::Stake { at_least: 0 }])));
    assert!(free.decide(&request, &Facts::new(&free)).is_allow());
}

#[test]
fn a_segment_is_a_text_and_a_missing_one_refutes() {
    for negated in [false, true] {
        let literal =
            |segment| Literal::Relation { relation: 0, terms: vec![Term::Segment(segment)], negated };
        let ask = |segment| {
            let mut artifact = asking(goal(&[literal(segment)]));
            artifact.relations.push(relation("known", &[Type::Text]));
            state(&mut artifact, 0, &[text("x")]);
            allows(&artifact, 1)
        };
        assert_eq!(ask(0), !negated);
        assert!(!ask(1), "there is no second segment");
    }
}

#[test]
fn a_goal_may_have_variables_of_its_own() {
    // Some n with level(caller, n) and n >= 5 that is not lowered.
    let body = [fact(0, &[v(0), v(1)]), compare(v(1), GreaterOrEqual, k(int(5))), no_fact(1, &[v(1)])];
    let mut artifact = asking(goal(&body));
    artifact.relations.push(relation("level", &[Type::Cell, Type::Int]));
    artifact.relations.push(relation("lowered", &[Type::Int]));
    for (caller, level) in [(1, 5), (2, 4), (3, 6), (4, 6), (4, 7)] {
        state(&mut artifact, 0, &[who(caller), int(level)]);
    }
    state(&mut artifact, 1, &[int(6)]);
    assert_eq!([1, 2, 3, 4].map(|caller| allows(&artifact, caller)), [true, false, false, true]);
}

#[test]
fn the_order_of_rules_atoms_and_facts_changes_nothing() {
    let mut artifact = chain(6, 5);
    let expected: Vec<bool> = (0..7).map(|caller| allows(&artifact, caller)).collect();
    artifact.facts.reverse();
    artifact.predicates[0].rules.reverse();
    for rule in &mut artifact.predicates[0].rules {
        rule.body.reverse();
    }
    let found: Vec<bool> = (0..7).map(|caller| allows(&artifact, caller)).collect();
    assert_eq!(found, expected);
}

#[test]
fn atoms_that_share_nothing_are_not_multiplied_where_others_connect_them() {
    // r(x) if a(y, m), b(z, n), c(x, m), c(x, n): as written, the first two atoms are a product of nine million.
    let mut artifact = asking(goal(&[call(0, &[v(0)])]));
    for name in ["a", "b", "c"] {
        artifact.relations.push(relation(name, &[Type::Cell, Type::Int]));
    }
    let body =
        [fact(0, &[v(1), v(2)]), fact(1, &[v(3), v(4)]), fact(2, &[v(0), v(2)]), fact(2, &[v(0), v(4)])];
    artifact.predicates.push(predicate("r", &[Type::Cell], &[], &[rule(&[v(0)], &body)]));
    for number in 0..3_000 {
        for relation in 0..3 {
            state(&mut artifact, relation, &[who(number as u8), int(number)]);
        }
    }
    assert!(allows(&artifact, 1));
}

#[test]
fn many_facts_and_a_recursive_rule_are_decided() {
    // A tree of 20,000 delegations, held by 20,000 cells, of height 15.
    let cells: Vec<_> = (0..20_000u32)
        .map(|number| {
            let mut bytes = [0; 32];
            bytes[..4].copy_from_slice(&number.to_le_bytes());
            crate::CellId(bytes)
        })
        .collect();
    let policy = Policy::from_artifact(chain(0, 16));
    let mut facts = Facts::new(&policy);
    let value = |number: usize| crate::Value::Cell(cells[number]);
    for number in 1..cells.len() {
        facts.assert("delegated", vec![value((number - 1) / 2), value(number), text("t")]).unwrap();
    }
    let ask = |caller, facts: &Facts| {
        let request = Request { permission: Permission::Read, path: "/x", caller, epoch: 0, proved: false };
        policy.decide(&request, facts).is_allow()
    };
    assert!(ask(cells[19_999], &facts));
    assert!(!ask(cell(77), &facts));
}

#[test]
fn a_product_is_made_only_as_far_as_it_is_asked_for() {
    // triple(x, y, z) if n(x), n(y), n(z)
    let triple = rule(&[v(0), v(1), v(2)], &[fact(0, &[v(0)]), fact(0, &[v(1)]), fact(0, &[v(2)])]);
    let mut artifact = asking(goal(&[call(0, &[k(int(1)), k(int(2)), k(int(3))])]));
    artifact.relations.push(relation("n", &[Type::Int]));
    artifact.predicates.push(predicate("triple", &[Type::Int; 3], &[], &[triple]));
    for number in 0..2_000 {
        state(&mut artifact, 0, &[int(number)]);
    }
    assert!(allows(&artifact, 1));
    // All y and z, to find none that fits: too many.
    let none = compare(v(1), Greater, k(int(5_000)));
    artifact.classes[0].access[0].goals[0] = goal(&[call(0, &[k(int(1)), v(1), v(2)]), none]);
    let limit = Decision::Deny { reason: Reason::Limit, needed: Needed::Nothing };
    assert_eq!(decide(&artifact, 1, 0), limit);
    artifact.facts.truncate(100);
    assert!(matches!(decide(&artifact, 1, 0), Decision::Deny { reason: Reason::Clause, .. }));
}
