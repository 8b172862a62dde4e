//! The atoms that leaves become, and where constants decide before.

use super::*;

#[test]
fn the_goal_names_the_caller_or_hides_it() {
    let leaf = clause(&[]);
    let shown = "goal() if []
        |  self(v1) @9 in goal [2]
        |  v1 = @7 [-1]
        |  g1(v1) @0 in goal [-1]
        |g0(v1) if [0]
        |g1(v1) if [1]
        |  g0(v1) @0 in goal [-1]";
    let left = |text: &str| text.lines().map(str::trim_start).collect::<Vec<_>>().join("\n");
    assert_listing(&query(&leaf), &left(shown));
    let hidden = left(shown).replace("@9", "@10").replace("[2]", "[1]").replace("|  v1 = @7 [-1]\n", "");
    assert_listing(&Query { caller: None, ..query(&leaf) }, &hidden);
}

#[test]
fn a_body_of_facts_and_constants() {
    let body = [
        holds(MARK, &[variable(0), text("a")]),
        holds(MARK, &[Term::Value(Value::Cell(cell(3))), text("a")]),
        not(MARK, &[variable(0), text("b")]),
    ];
    assert_clause(
        &body,
        "g0(v1) if [2]
|  mark(v1, v2) @2 in goal [-1 2]
|  mark(v3, v2) @2 in goal [1 -1]
|  mark(v1, v4) @6 in goal [-1 1]
|  v2 = \"a\" [-1]
|  v3 = @3 [-1]
|  v4 = \"b\" [-1]",
    );
}

#[test]
fn held_integers_are_ranged_and_signers_are_columns() {
    let signed = holds(SIGNED, &[variable(1), variable(0), text("a"), variable(2)]);
    let body = [
        holds(HELD, &[variable(0), variable(3)]),
        signed.clone(),
        compare(variable(2), Comparison::Greater, Term::Epoch),
    ];
    assert_clause(
        &body,
        "g0(v1) if [2]
|  held(v1, v2) @3 in goal [-1 1]
|  signed(v3, v1, v4, v5) @11 in goal [0 -1 1 2]
|  v4 = \"a\" [-1]
|  v6 = 5 [1]
|  v7 = 0 [2]
|  v6 < v5 [-1 -1]
|  v7 <= v2 [-1 -1]
|  v7 <= v5 [-1 -1]",
    );
    // A constant needs no range.
    assert_clause(
        &[holds(HELD, &[variable(0), int(3)])],
        "g0(v1) if [1]\n|  held(v1, v2) @3 in goal [-1 1]\n|  v2 = 3 [-1]",
    );
}

#[test]
fn equal_terms_are_one_variable() {
    let body = [
        holds(HELD, &[variable(0), variable(1)]),
        holds(HELD, &[variable(2), variable(3)]),
        compare(variable(3), Comparison::Equal, variable(1)),
        compare(variable(2), Comparison::Equal, variable(0)),
        compare(variable(1), Comparison::LessOrEqual, variable(3)),
    ];
    assert_clause(
        &body,
        "g0(v1) if [2]
|  held(v1, v2) @3 in goal [-1 2]
|  held(v1, v2) @3 in goal [-1 -1]
|  v3 = 0 [1]
|  v3 <= v2 [-1 -1]",
    );
    let body = [
        holds(HELD, &[variable(0), variable(1)]),
        compare(int(4), Comparison::Equal, variable(1)),
        compare(variable(1), Comparison::Less, int(9)),
    ];
    assert_clause(&body, "g0(v1) if [1]\n|  held(v1, v2) @3 in goal [-1 1]\n|  v2 = 4 [-1]");
    assert_clause(
        &[holds(MARK, &[variable(1), variable(2)])],
        "g0(v1) if [0]\n|  mark(v2, v3) @2 in goal [0 0]",
    );
    assert_clause(
        &[holds(SIGNED, &[variable(0), variable(0), variable(1), int(0)])],
        "g0(v1) if [2]\n|  signed(v1, v1, v2, v3) @11 in goal [-1 -1 0 1]\n|  v3 = 0 [-1]",
    );
}

#[test]
fn what_constants_refute_has_no_rule() {
    let held = holds(HELD, &[variable(0), variable(1)]);
    let call_other = Literal::Goal { goal: 0 };
    for refuted in [
        compare(int(3), Comparison::Less, int(3)),
        compare(Term::Epoch, Comparison::Greater, int(5)),
        compare(variable(1), Comparison::NotEqual, variable(1)),
        compare(variable(1), Comparison::Less, variable(1)),
        member([], false),
        holds(MARK, &[variable(0), Term::Segment(2)]),
        compare(Term::Segment(0), Comparison::Equal, text("ai")),
    ] {
        assert_clause(&[held.clone(), refuted.clone()], "");
        // What only such a body calls is not there.
        let goals: [&[&[Literal]]; 2] =
            [&[std::slice::from_ref(&held)], &[&[call_other.clone(), refuted], &[]]];
        let program = Program::of(&query(&leaf(access(&goals, &[], &[1]), vec![]))).unwrap();
        assert!(!listing(&program).contains("held"));
    }
    let contradiction = [
        held.clone(),
        compare(variable(1), Comparison::Equal, int(1)),
        compare(variable(1), Comparison::Equal, int(2)),
    ];
    assert_clause(&contradiction, "");
    // And what constants prove is not in the rule.
    for proved in [
        compare(int(3), Comparison::LessOrEqual, int(3)),
        compare(Term::Epoch, Comparison::GreaterOrEqual, int(5)),
        compare(variable(0), Comparison::Equal, variable(0)),
        compare(Term::Segment(1), Comparison::Equal, text("ai")),
        member([], true),
        Literal::Stake { at_least: 0 },
    ] {
        assert_clause(&[proved], "g0(v1) if [0]");
    }
}

#[test]
fn comparisons_turn_and_differ() {
    let (one, two) = (variable(1), variable(2));
    let body = [
        holds(MARK, &[one.clone(), text("a")]),
        holds(MARK, &[two.clone(), text("b")]),
        compare(one, Comparison::NotEqual, two.clone()),
        compare(variable(0), Comparison::NotEqual, Term::Value(Value::Cell(cell(2)))),
    ];
    assert_clause(
        &body,
        "g0(v1) if [1]
|  mark(v2, v3) @2 in goal [1 1]
|  mark(v4, v5) @2 in goal [1 1]
|  v3 = \"a\" [-1]
|  v5 = \"b\" [-1]
|  v6 = @2 [1]
|  v2 != v4 [-1 -1]
|  v1 != v6 [-1 -1]",
    );
}

#[test]
fn small_sets_are_rules_and_large_ones_facts() {
    assert_clause(&[member([1, 2], false)], "g0(v1) if [1]\n|  v1 = @1 [-1]\ng0(v1) if [1]\n|  v1 = @2 [-1]");
    assert_clause(
        &[member([1, 2], true)],
        "g0(v1) if [2]\n|  v2 = @1 [1]\n|  v3 = @2 [1]\n|  v1 != v2 [-1 -1]\n|  v1 != v3 [-1 -1]",
    );
    let large = "g0(v1) if [1]\n|  member(v2, v1) @2 in goal [1 -1]\n|  v2 = a set [-1]";
    assert_clause(&[member(1..10, false)], large);
    assert_clause(&[member(1..10, true)], &large.replace("@2", "@6"));
    assert_eq!(
        listing(&Program::of(&query(&clause(&[member(1..9, false)]))).unwrap()).matches("g0(v1) if").count(),
        8
    );
    // A small set decides every other one.
    assert_clause(
        &[member(1..10, false), member([2, 3, 20], false), member([3], true), member(20..30, true)],
        "g0(v1) if [1]\n|  v1 = @2 [-1]",
    );
    let program = Program::of(&query(&clause(&[member(1..10, false)]))).unwrap();
    let cells: Vec<CellId> = (1..10).map(cell).collect();
    assert!(program.atoms.iter().any(|atom| atom.constant == set_element(&cells)));
}

#[test]
fn stakes_segments_and_the_epoch() {
    assert_clause(
        &[Literal::Stake { at_least: 1000 }],
        "g0(v1) if [1]
|  stake(v1, v2) @4 in goal [-1 2]
|  v3 = 1000 [1]
|  v4 = 0 [1]
|  v3 <= v2 [-1 -1]
|  v4 <= v2 [-1 -1]",
    );
    assert_clause(
        &[holds(MARK, &[variable(0), Term::Segment(1)]), holds(HELD, &[variable(0), Term::Epoch])],
        "g0(v1) if [2]
|  mark(v1, v2) @2 in goal [-1 1]
|  held(v1, v3) @3 in goal [-1 1]
|  v2 = \"ai\" [-1]
|  v3 = 5 [-1]",
    );
    let leaf = clause(&[holds(MARK, &[variable(0), Term::Segment(1)])]);
    let hidden = Query { segments: None, ..query(&leaf) };
    assert_eq!(Program::of(&hidden), Err(ProgramError::SegmentsHidden));
    let elsewhere = clause(&[holds(MARK, &[variable(0), text("a")])]);
    assert!(Program::of(&Query { segments: None, ..query(&elsewhere) }).is_ok());
    assert!(Program::of(&query(&leaf)).unwrap().atoms.iter().any(|atom| atom.constant == text_digest("ai")));
}

#[test]
fn guards_clauses_and_alternatives() {
    let staked = Literal::Stake { at_least: 0 };
    let goals: [&[&[Literal]]; 4] = [
        &[&[not(MARK, &[variable(0), text("b")])]],
        &[&[member([3], false)]],
        &[&[holds(MARK, &[variable(0), text("a")])], &[Literal::Goal { goal: 1 }, staked]],
        &[&[]],
    ];
    let leaf = leaf(access(&goals, &[0], &[2]), vec![]);
    assert_listing(
        &query(&leaf),
        "goal() if []
|  self(v1) @9 in goal [2]
|  v1 = @7 [-1]
|  g4(v1) @0 in goal [-1]
g0(v1) if [1]
|  mark(v1, v2) @6 in goal [-1 1]
|  v2 = \"b\" [-1]
g1(v1) if [1]
|  v1 = @3 [-1]
g2(v1) if [1]
|  mark(v1, v2) @2 in goal [-1 1]
|  v2 = \"a\" [-1]
g2(v1) if [1]
|  g1(v1) @0 in goal [-1]
g4(v1) if [2]
|  g0(v1) @0 in goal [-1]
|  g2(v1) @0 in goal [-1]",
    );
}

#[test]
fn services_may_mount_guards_permitting() {
    let goals: [&[&[Literal]]; 1] = [&[&[not(MARK, &[variable(0), text("b")])]]];
    let mut leaf = leaf(access(&goals, &[0], &[]), vec![]);
    let service = |priority, number| Service { priority, cell: cell(number), coordinator: false };
    leaf.content.services = vec![service(1, 9), service(2, 8), service(3, 9)];
    let nobody = "goal() if []\n|  self(v1) @9 in goal [2]\n|  v1 = @7 [-1]\n|  g1(v1) @0 in goal [-1]\n";
    assert_listing(&query(&leaf), nobody);
    let services = "g0(v1) if [1]
|  mark(v1, v2) @6 in goal [-1 1]
|  v2 = \"b\" [-1]
g1(v1) if [2]
|  g0(v1) @0 in goal [-1]
|  v1 = @8 [-1]
g1(v1) if [2]
|  g0(v1) @0 in goal [-1]
|  v1 = @9 [-1]";
    let mount = Query { permission: Permission::Mount, ..query(&leaf) };
    assert_listing(&mount, &format!("{nobody}{services}"));
}

#[test]
fn recursion_inputs_and_constant_heads() {
    let (x, y, z) = (variable(0), variable(1), variable(2));
    let pair = [(Type::Cell, false), (Type::Text, false)];
    let holds_all: [(&[Term], &[Literal]); 3] = [
        (&[x.clone(), y.clone()], &[holds(MARK, &[x.clone(), y.clone()])]),
        (
            &[x.clone(), y.clone()],
            &[
                call(4, &[z.clone(), y.clone()]),
                holds(SIGNED, &[z.clone(), x.clone(), y.clone(), variable(3)]),
                compare(variable(3), Comparison::Greater, Term::Epoch),
            ],
        ),
        (&[x.clone(), text("a")], &[call(6, &[x.clone(), int(3)])]),
    ];
    let within: [(&[Term], &[Literal]); 1] = [(
        &[x.clone(), y.clone()],
        &[holds(HELD, &[x.clone(), z.clone()]), compare(z, Comparison::LessOrEqual, y)],
    )];
    let predicates = vec![
        (4, predicate("holds", &pair, &holds_all)),
        (5, predicate("unused", &pair, &[])),
        (6, predicate("within", &[(Type::Cell, false), (Type::Int, true)], &within)),
    ];
    let body: &[Literal] = &[call(4, &[x, text("a")])];
    let leaf = leaf(access(&[&[body]], &[], &[0]), predicates);
    assert_listing(
        &query(&leaf),
        "goal() if []
|  self(v1) @9 in goal [2]
|  v1 = @7 [-1]
|  g1(v1) @0 in goal [-1]
g0(v1) if [1]
|  p4(v1, v2) @0 in goal [-1 1]
|  v2 = \"a\" [-1]
g1(v1) if [1]
|  g0(v1) @0 in goal [-1]
p4(v1, v2) if [1 1]
|  mark(v1, v2) @2 [-1 -1]
p4(v1, v2) if [1 2]
|  p4(v3, v2) @0 [1 -1]
|  signed(v3, v1, v2, v4) @11 [-1 -1 -1 2]
|  v5 = 5 [1]
|  v6 = 0 [1]
|  v5 < v4 [-1 -1]
|  v6 <= v4 [-1 -1]
p4(v1, v2) if [1 1]
|  p6(v1, v3) @0 [-1 1]
|  v2 = \"a\" [-1]
|  v3 = 3 [-1]
p6(v1, v2) if [1 1]
|  held(v1, v3) @3 [-1 2]
|  v4 = 0 [1]
|  v3 <= v2 [-1 -1]
|  v4 <= v3 [-1 -1]",
    );
    let program = Program::of(&query(&leaf)).unwrap();
    let inputs = [(PREDICATES + 6, [false, true, false, false])];
    assert_eq!(program.inputs.into_iter().collect::<Vec<_>>(), inputs);
}

#[test]
fn without_depth_nothing_is_derived() {
    let head: &[Term] = &[variable(0)];
    let rules = predicate("p", &[(Type::Cell, false)], &[(head, &[holds(MARK, &[variable(0), text("a")])])]);
    let calls: &[Literal] = &[call(0, &[variable(0)])];
    let mut leaf = leaf(access(&[&[calls, &[member([3], false)]]], &[], &[0]), vec![(0, rules)]);
    assert!(listing(&Program::of(&query(&leaf)).unwrap()).contains("p0"));
    leaf.limits.derivation_depth = 0;
    let without = listing(&Program::of(&query(&leaf)).unwrap());
    assert!(!without.contains("p0") && without.contains("g0(v1) if [1]"));
}

#[test]
fn absent_tuples_of_four_columns_have_a_source_of_their_own() {
    let mut leaf = clause(&[not(SIGNED, &[variable(0), variable(0), text("a"), int(1)])]);
    leaf.relations[2].1.visibility = Visibility::Public;
    let program = Program::of(&query(&leaf)).unwrap();
    assert!(program.atoms.iter().any(|atom| atom.source == source::ABSENT_LONG));
    assert!(program.atoms.iter().all(|atom| atom.source != source::ABSENT));
}
