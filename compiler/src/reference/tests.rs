//! Each reason once, depth at its bound, and what `why` says.

use super::{Decision, Request, decide, run_tests, why};
use crate::hir::Hir;
use crate::load::load_text;
use crate::lower::lower;
use dregg_artifact::{CellId, Permission};
use std::collections::BTreeMap;

const POLICY: &str = "policy t version 1; use std.capability; limits { derivation_depth 3; segments 4; }
cell @a = 0x1111111111111111111111111111111111111111111111111111111111111111;
cell @b = 0x2222222222222222222222222222222222222222222222222222222222222222;
segment version = re\"v[0-9]+\";
relation spent(who: cell, amount: int) public by cells { @a };
relation next(from: cell, to: cell) public;
relation owns(who: cell, what: text) public;
rule within(who, in max) if spent(who, amount), amount <= max;
rule chain(x) if owns(x, \"root\");
rule chain(y) if chain(x), next(x, y);
fact spent(@a, 5); fact owns(@b, \"v1\");
route /s/** { require not revoked(\"s\"); require invoke: proof; allow read: open;
    route {v: version} { allow read: owns(v); allow invoke: within(5) and stake >= 2; } }
route /s/v9 { service @b priority 4; }
route /c allow read: chain();
gateway /g/** owner @a { allow read: open; }
redirect /r -> /s/v1;
";

fn hir(text: &str) -> Hir {
    let loaded = load_text("t.dregg", text);
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    let lowered = lower(&loaded);
    assert_eq!(lowered.diagnostics, []);
    lowered.hir
}

fn asked(hir: &Hir, permission: Permission, path: &str, cell: &str, proved: bool) -> (String, String) {
    let caller = hir.cells.iter().find(|known| known.name == cell).unwrap().id;
    let stakes: BTreeMap<CellId, u64> = [(caller, 2)].into();
    let request = Request { permission, path, caller, epoch: 0, proved, facts: &[], stakes: &stakes };
    let answer = match decide(hir, &request) {
        Decision::Allow { .. } => "allow".to_owned(),
        Decision::Deny(reason) => reason.name().to_owned(),
    };
    (answer, why(hir, &request).render())
}

#[test]
fn each_reason() {
    use Permission::{Invoke, Mount, Read};
    let hir = hir(POLICY);
    let cases = [
        (Read, "/s//x", "a", true, "BadPath"),
        (Read, "/1/2/3/4/5", "a", true, "BadPath"),
        (Read, "/none", "a", true, "NoRoute"),
        (Mount, "/r", "a", true, "Redirect"),
        (Invoke, "/s/v1", "a", false, "ProofRequired"),
        (Invoke, "/s/v1", "a", true, "allow"),
        (Invoke, "/s/v1", "b", true, "Clause"),
        (Invoke, "/s/x", "b", true, "NoClause"),
        (Read, "/s/v1", "b", false, "allow"),
        (Read, "/s/v1", "a", false, "Clause"),
        (Read, "/r", "b", false, "allow"),
        (Mount, "/s/v9", "b", false, "allow"),
        (Mount, "/s/v9", "a", false, "NoClause"),
        (Mount, "/g/x", "a", false, "allow"),
        (Mount, "/g/x", "b", false, "Clause"),
    ];
    for (permission, path, cell, proved, expected) in cases {
        let (found, why) = asked(&hir, permission, path, cell, proved);
        assert_eq!(found, expected, "{permission:?} {path} as {cell}\n{why}");
        assert!(why.starts_with(if expected == "allow" { "allow" } else { "deny" }), "{why}");
    }
}

#[test]
fn a_guard_holds_everybody_back() {
    let hir = hir(&format!("{POLICY} fact revoked(@b, \"s\");"));
    assert_eq!(asked(&hir, Permission::Read, "/s/v1", "b", true).0, "Guard");
}

#[test]
fn depth_is_the_height_of_the_derivation() {
    let cells: String = (0..5).map(|n| format!("cell @n{n} = 0x{};\n", format!("{n}7").repeat(32))).collect();
    let links: String = (0..4).map(|n| format!("fact next(@n{n}, @n{});\n", n + 1)).collect();
    let hir = hir(&format!("{POLICY}{cells}{links} fact owns(@n0, \"root\");"));
    let allowed: Vec<bool> =
        (0..5).map(|n| asked(&hir, Permission::Read, "/c", &format!("n{n}"), true).0 == "allow").collect();
    assert_eq!(allowed, [true, true, true, false, false]);
}

#[test]
fn why_names_the_missing_fact_and_its_writer() {
    let hir = hir(POLICY);
    let (_, text) = asked(&hir, Permission::Invoke, "/s/v1", "b", true);
    insta::assert_snapshot!(text, @r#"
    deny (Clause): invoke /s/v1 as @b
    ├─ route /s/{v: version}
    │  └─ also matches /s/**, less specific
    ├─ yes  guard: not
    │  └─ no   revoked(@b, "s")
    ├─ yes  guard: proof
    └─ no   clause: all of
       ├─ no   within(@b, 5)
       │  └─ no   missing: spent(@b, _)
       │     └─ @a may state it
       └─ yes  stake >= 2 (the caller has 2)
    "#);
}

#[test]
fn test_blocks_pass_and_fail() {
    let hir = hir(&format!(
        "{POLICY} test \"t\" {{ given spent(@b, 1), stake(@b, 2); expect allow invoke /s/v1 as @b; expect deny read /s/v1 as @b;
         expect resolve /r to /s/v1; expect order /s/v9 is @b; expect no_route /x; expect no_route /c; }}"
    ));
    let results = run_tests(&hir);
    let failed: Vec<bool> =
        results[0].outcomes.iter().map(|(_, one)| matches!(one, super::Outcome::Failed(_))).collect();
    assert_eq!(failed, [false, true, false, false, false, true]);
}

/// The policy of chains, with `count` cells in a row and `depth` as its bound.
fn row(count: usize, depth: usize, rules: &str) -> Hir {
    let cells: String = (0..=count).map(|n| format!("cell @n{n} = 0x{:064x};\n", n + 1)).collect();
    let links: String = (0..count).map(|n| format!("fact next(@n{n}, @n{});\n", n + 1)).collect();
    hir(&format!(
        "policy t version 1; limits {{ derivation_depth {depth}; }} {cells}
         relation next(from: cell, to: cell) public; relation first(who: cell) public; fact first(@n0);
         {links} {rules} route /c allow read: p();"
    ))
}

#[test]
fn why_tells_a_shared_derivation_once() {
    let rules = "rule p(x) if first(x); rule q(x) if first(x);
                 rule p(y) if next(x, y), p(x), q(x); rule q(y) if next(x, y), p(x), q(x);";
    let (found, text) = asked(&row(40, 64, rules), Permission::Read, "/c", "n40", true);
    assert_eq!(found, "allow");
    assert!(text.contains("(derived above)"), "{text}");
    assert!(text.lines().count() < 400, "{} lines", text.lines().count());
}

#[test]
fn why_says_that_the_depth_is_what_is_missing() {
    let rules = "rule p(x) if first(x); rule p(y) if p(x), next(x, y);";
    assert_eq!(asked(&row(4, 3, rules), Permission::Read, "/c", "n2", true).0, "allow");
    let (found, text) = asked(&row(4, 3, rules), Permission::Read, "/c", "n3", true);
    assert_eq!(found, "Clause");
    assert!(text.contains("derivable, but not within derivation_depth 3"), "{text}");
    assert!(!text.contains("missing"), "{text}");
}

const NEAREST: &str = "policy t version 1;
cell @a = 0x1111111111111111111111111111111111111111111111111111111111111111;
cell @b = 0x2222222222222222222222222222222222222222222222222222222222222222;
cell @c = 0x3333333333333333333333333333333333333333333333333333333333333333;
relation link(from: cell, to: cell) public; relation known(who: cell) public; relation paid(who: cell, n: int) public;
fact link(@a, @b); fact link(@a, @c); fact known(@c);
rule p(x) if n <= 5, link(x, y), known(y), paid(y, n), not known(x);
route /c allow read: p();
";

#[test]
fn why_takes_the_match_that_lacks_least() {
    let lines = |facts: &str| {
        let (found, text) = asked(&hir(&format!("{NEAREST}{facts}")), Permission::Read, "/c", "a", true);
        let missing =
            text.lines().filter_map(|line| line.split_once("missing: ")).map(|(_, atom)| atom.to_owned());
        (found, missing.collect::<Vec<String>>())
    };
    assert_eq!(lines("").1, ["paid(@c, _)"], "@b would lack two");
    assert_eq!(
        lines("fact paid(@c, 6);").1,
        ["paid(@c, _)"],
        "six is too much, though the bound is written first"
    );
    assert_eq!(lines("fact paid(@c, 5);").0, "allow");
    assert_eq!(lines("fact paid(@c, 5); fact known(@a);").1, ["not known(@a)"]);
}

#[test]
fn why_asks_for_nothing_below_a_negation() {
    let (found, text) = asked(&hir(POLICY), Permission::Read, "/s/v1", "b", true);
    assert_eq!(found, "allow");
    assert!(!text.contains("may state it"), "{text}");
}

#[test]
fn negation_and_input_columns() {
    let policy = |rules: &str, facts: &str| {
        hir(&format!(
            "policy t version 1;
             cell @a = 0x1111111111111111111111111111111111111111111111111111111111111111;
             relation has(who: cell, n: int) public; relation out(who: cell) public; relation cap(n: int) public;
             {rules} {facts} route /c allow read: p();"
        ))
    };
    let found = |rules: &str, facts: &str| asked(&policy(rules, facts), Permission::Read, "/c", "a", true).0;
    let negated = "rule p(x) if not out(x), has(x, n);";
    assert_eq!(found(negated, "fact has(@a, 1);"), "allow");
    assert_eq!(found(negated, "fact has(@a, 1); fact out(@a);"), "Clause");
    let passed =
        "rule under(x, in m) if has(x, n), n <= m; rule p(x) if has(x, k), cap(m), under(x, m), k > 0;";
    assert_eq!(found(passed, "fact has(@a, 3); fact cap(3);"), "allow");
    assert_eq!(found(passed, "fact has(@a, 3); fact cap(2);"), "Clause");
    let constant = "rule under(x, in m) if has(x, n), n <= m; rule p(x) if under(x, 7);";
    assert_eq!(found(constant, "fact has(@a, 7);"), "allow");
    assert_eq!(found(constant, "fact has(@a, 8);"), "Clause");
}

#[test]
fn a_set_inside_another_is_more_specific() {
    let policy = |extra: &str| {
        hir(&format!(
            "policy t version 1; segment word = re\"[a-z]+\"; segment ab = re\"[ab]+\"; segment bc = re\"[bc]+\";
             route /x/{{w: word}} allow read: open; route /x/{{w: ab}} allow invoke: open; {extra}
             cell @a = 0x1111111111111111111111111111111111111111111111111111111111111111;"
        ))
    };
    let one = policy("");
    assert_eq!(asked(&one, Permission::Invoke, "/x/abba", "a", true).0, "allow");
    assert_eq!(asked(&one, Permission::Read, "/x/abba", "a", true).0, "NoClause");
    assert_eq!(asked(&one, Permission::Read, "/x/zebra", "a", true).0, "allow");
    let two = policy("route /x/{w: bc} allow read: open;");
    assert_eq!(asked(&two, Permission::Read, "/x/bb", "a", true).0, "NoRoute", "ambiguous: nobody gets in");
    assert_eq!(asked(&two, Permission::Read, "/x/bc", "a", true).0, "allow");
}
