//! `dreggc test --prove`: what the tests expect to be provable.

use super::*;
use serde_json::Value;

/// Three cells whose bytes are nobody's keys, a council of two of them, and one of everything a rule can rest on.
const POLICY: &str = r#"policy t version 1;
use std.capability;
cell @a = 0x1111111111111111111111111111111111111111111111111111111111111111;
cell @b = 0x2222222222222222222222222222222222222222222222222222222222222222;
cell @c = 0x3333333333333333333333333333333333333333333333333333333333333333;
cellset two = { @a, @b };
relation owns(who: cell, what: text) public by cells two;
fact granted(@a, "tier2");
route /s/** {
    require not revoked("s");
    require invoke: proof;
    allow read: cells two;
    allow invoke: capability("tier2") and stake >= 10;
    route {name} allow read: owns(name);
}
route /none allow read: open;
redirect /latest -> /s/x/y;
governance { council { @a, @b }; threshold 2 of 2; }
"#;

fn tested(body: &str) -> (Place, String) {
    let place = Place::new(&[("t.dregg", &format!("{POLICY}\ntest \"t\" {{ {body} }}\n"))]);
    (place, "t.dregg".to_owned())
}

#[track_caller]
fn fails(body: &str, why: &str) {
    let (place, file) = tested(body);
    let ran = place.run(&["test", "--prove", &file]).exits(3);
    let failure = ran.data().lines().nth(1).expect("a failure").trim_start();
    let message = failure.split_once(": ").map(|(_, message)| message);
    assert_eq!(message, Some(why), "{}", ran.data());
    assert!(ran.data().ends_with("0 passed, 1 failed, 0 proofs made and verified\n"), "{}", ran.data());
}

#[test]
fn what_is_allowed_is_proved_for_cells_that_stand_in() {
    // A held fact along a chain, a stake, a set, a segment of the path; a guard that asks for a proof holds by it.
    let body =
        "given delegated(@a, @b, \"tier2\", 10), stake(@b, 10), owns(@c, \"x\"), epoch 9; given unproved;
        expect deny invoke /s/x/y as @b;
        expect provable invoke /latest as @b;
        expect provable read /s/x/y as @a;
        expect provable read /s/x as @c;
        expect provable read /none as @c;";
    let (place, file) = tested(body);
    let ran = place.run(&["test", "--prove", &file]).exits(0);
    assert_eq!(ran.data(), "ok     t\n1 passed, 0 failed, 4 proofs made and verified\n");
    let ran = place.run(&["test", &file]).exits(0);
    assert_eq!(ran.data(), "ok     t\n1 passed, 0 failed, 4 expectations skipped (`--prove` runs them)\n");
}

#[test]
fn what_is_denied_is_not_provable_and_says_what_is_missing() {
    fails(
        "given granted(@b, \"tier2\"); expect provable invoke /s/x/y as @b;",
        "expected provable, got deny: Clause; needed: capability(\"tier2\") and stake >= 10; nearest missing facts: a large enough stake of the caller",
    );
    fails(
        "given granted(@b, \"tier2\"), stake(@b, 9); expect provable invoke /s/x/y as @b;",
        "expected provable, got deny: Clause; needed: capability(\"tier2\") and stake >= 10; nearest missing facts: a large enough stake of the caller, \
         delegated(some from, @b, \"tier2\", some until)",
    );
    fails(
        "given revoked(@a, \"s\"); expect provable read /s/x/y as @a;",
        "expected provable, got deny: Guard; needed: not revoked(\"s\"); nearest missing facts: not revoked(@a, \"s\")",
    );
    fails(
        "expect provable read /s/x as @b;",
        "expected provable, got deny: Clause; needed: owns(segment 2); nearest missing facts: owns(@b, \"x\")",
    );
    fails("expect provable mount /none as @a;", "expected provable, got deny: NoClause");
    fails(
        "expect provable read /nowhere as @a;",
        "expected provable, got NoRoute, no route matches the path",
    );
    fails(
        "expect provable mount /latest as @a;",
        "expected provable, got Redirect, the path is redirected: mount at /s/x/y",
    );
}

#[test]
fn a_derivation_may_be_too_large() {
    let policy = |links: usize| {
        let cell = |n: usize| format!("cell @c{n} = 0x{};\n", format!("{n:02x}").repeat(32));
        let cells: String = (0..=links).map(cell).collect();
        let chain: Vec<String> = (0..links).map(|n| format!("link(@c{n}, @c{})", n + 1)).collect();
        format!(
            "policy t version 1;\n{cells}relation link(from: cell, to: cell) held by column from;\n\
             rule reached(x) if link(@c0, x);\nrule reached(x) if reached(y), link(y, x);\n\
             route /a allow read: reached();\n\
             test \"t\" {{ given {}; expect allow read /a as @c{links}; expect provable read /a as @c{links}; }}\n",
            chain.join(", "),
        )
    };
    let place = Place::new(&[("short.dregg", &policy(3)), ("long.dregg", &policy(33))]);
    place.run(&["test", "--prove", "short.dregg"]).exits(0);
    let ran = place.run(&["test", "--prove", "long.dregg"]).exits(3);
    let why = "expected provable, got TooLarge, the derivation is too large for a proof\n";
    assert!(ran.data().contains(why), "{}", ran.data());
}

#[test]
fn programs_read_what_was_proved() {
    let (place, file) = tested("expect provable read /s/x/y as @a; expect provable read /s/x/y as @c;");
    let run = |arguments: &[&str], code: i32| -> Value {
        let ran = place.run(&[&["test", "--format", "json"], arguments, &[&file]].concat()).exits(code);
        serde_json::from_str(ran.data()).unwrap()
    };
    let skipped = run(&[], 0);
    assert_eq!(
        (&skipped["passed"], &skipped["skipped"], &skipped["proofs"]),
        (&true.into(), &2.into(), &Value::Null)
    );
    let proved = run(&["--prove"], 3);
    assert_eq!((&proved["passed"], &proved["skipped"]), (&false.into(), &0.into()));
    let [proof] = &proved["proofs"].as_array().unwrap()[..] else { panic!("{proved}") };
    assert_eq!((&proof["place"], &proof["rows"]), (&"t.dregg:20:12".into(), &1024.into()));
    assert!(proof["bytes"].as_u64().unwrap() > 100_000, "{proof}");
    let [failure] = &proved["failures"].as_array().unwrap()[..] else { panic!("{proved}") };
    assert_eq!(failure["place"], "t.dregg:20:47");
    assert_eq!(failure["message"], "expected provable, got deny: Clause; needed: cells { @b, @a }");
}
