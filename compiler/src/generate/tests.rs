//! Canonical bytes, merged classes, and what the loader says of what is written.

use super::normal::Normal;
use super::program::{GOALS, access};
use super::{CompileError, compile};
use crate::load::load_text;
use crate::lower::lower;
use dregg_artifact::{Artifact, ClassKind, Literal, Path};

const CELLS: &str = "policy t version 1; use std.capability;
cell @a = 0x1111111111111111111111111111111111111111111111111111111111111111;
cell @b = 0x2222222222222222222222222222222222222222222222222222222222222222;
";

fn compiled(text: &str) -> Result<Artifact, CompileError> {
    let loaded = load_text("t.dregg", &format!("{CELLS}{text}"));
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    let lowered = lower(&loaded);
    assert_eq!(lowered.diagnostics, [], "{text}");
    compile(&lowered.hir)
}

fn artifact(text: &str) -> Artifact {
    let artifact = compiled(text).unwrap();
    assert_eq!(Artifact::decode(&artifact.encode()).as_ref(), Ok(&artifact), "{text}");
    artifact
}

fn class(artifact: &Artifact, path: &str) -> Option<u32> {
    artifact.dfa.classify(Path::parse(path, &artifact.limits).unwrap())
}

#[test]
fn order_layout_and_variables_do_not_change_the_bytes() {
    let one = artifact(
        "relation s(w: cell, n: int) public; rule p(w, in m) if s(w, n), n <= m; rule p(w, in m) if granted(w, \"x\"), m > 0;
         route /a/** { allow read: open; require not revoked(\"m\"); route b { allow invoke: p(3) or (cells { @a, @b } and open); } }
         fact s(@a, 3); fact s(@b, 4);",
    );
    let other = artifact(
        "# comment
         fact s(@b, 4); fact s(@a, 3);
         route /a/b { allow invoke: cells { @b, @a } or p(3); }
         route /a/** { require not (revoked(\"m\")); allow read: open; }
         rule p(x, in most) if granted(x, \"x\"), most > 0; rule p(x, in most) if s(x, k), k <= most;
         relation s(w: cell, n: int) public;",
    );
    assert_eq!(one.encode(), other.encode());
    let third = artifact("route /a/b allow read: open;");
    assert_ne!(one.policy_root(), third.policy_root());
}

#[test]
fn order_inside_a_block_does_not_change_the_bytes() {
    let one = artifact(
        "route /a { require not revoked(\"m\"); require cells { @a, @b }; allow read: cells { @b }; allow read: stake >= 3; service @b priority 2; service @a priority 2; }",
    );
    let other = artifact(
        "route /a { service @a priority 2; allow read: stake >= 3; require cells { @b, @a }; allow read: cells { @b }; require not revoked(\"m\"); service @b priority 2; allow read: cells { @b } or cells { @b }; }",
    );
    assert_eq!(one.encode(), other.encode());
    let less = artifact(
        "route /a { require not revoked(\"m\"); allow read: cells { @b }; allow read: stake >= 3; service @b priority 2; service @a priority 2; }",
    );
    assert_ne!(one.policy_root(), less.policy_root());
}

/// The text of the only clause that reads `/x/..` by this ACL.
fn shown(acl: &str) -> String {
    let artifact = artifact(&format!("route /x/{{name}} allow read: {acl};"));
    let class = class(&artifact, "/x/any").unwrap();
    artifact.texts.classes[class as usize][0].join("; ")
}

#[test]
fn normal_forms() {
    // Flat, sorted, without duplicates, whatever the grouping.
    let flat = "cells { @a } or stake >= 3 or (not cells { @b } and stake >= 5)";
    for same in [
        "stake >= 3 or ((stake >= 5 and not cells { @b }) or cells { @a })",
        "(cells { @a } or stake >= 3) or (not cells { @b } and (stake >= 5 and stake >= 5)) or cells { @a }",
    ] {
        assert_eq!(shown(same), flat);
    }
    // Negations inwards.
    assert_eq!(shown("not (cells { @a } or not revoked(\"m\"))"), "revoked(\"m\") and not cells { @a }");
    assert_eq!(
        shown("not (revoked(\"m\") and revoked(name))"),
        shown("not revoked(name) or not revoked(\"m\")")
    );
    assert_eq!(shown("not (not cells { @a })"), "cells { @a }");
    // What always holds is left out of an `and` and is all that is left of an `or`.
    assert_eq!(shown("open and capability(name)"), "capability(segment 2)");
    assert_eq!(shown("open or capability(name)"), "open");
    assert_eq!(shown("open and (open or stake >= 1)"), "open");
    assert_ne!(shown("stake >= 1"), shown("stake >= 2"));
}

#[test]
fn an_or_is_several_rules_and_inside_an_and_a_goal_of_its_own() {
    let program = artifact(
        "route /x { require not revoked(\"m\"); allow read: cells { @a } or stake >= 3; allow read: capability(\"t\") and (cells { @a } or stake >= 3); }",
    );
    let read = &program.classes[0].access[0];
    let bodies = |goal: u16| -> Vec<usize> {
        read.goals[usize::from(goal)].rules.iter().map(|rule| rule.body.len()).collect()
    };
    assert_eq!((read.guards.len(), read.clauses.len()), (1, 2));
    assert_eq!(bodies(read.guards[0]), [1]);
    // The alternatives are one goal, shared by both clauses.
    let alternatives = read.clauses.iter().find(|clause| bodies(**clause) == [1, 1]).unwrap();
    let both = read.clauses.iter().find(|clause| bodies(**clause) == [2]).unwrap();
    let called = Literal::Goal { goal: *alternatives };
    assert!(read.goals[usize::from(*both)].rules[0].body.contains(&called));
    // guard, alternatives, both, allow: nothing twice.
    assert_eq!(read.goals.len(), 4);
    assert_eq!(bodies(3), [2, 2]);
    // What nobody is granted has a program without a rule.
    assert_eq!(program.classes[0].access[1].clauses, []);
    assert_eq!(program.classes[0].access[1].goals.last().map(|allow| allow.rules.len()), Some(0));
}

#[test]
fn a_segment_beyond_the_limits_is_idle() {
    let route = "route /a/b/{name} { allow read: granted(name) or cells { @a }; allow invoke: not revoked(name) and open; }";
    let within = artifact(&format!("limits {{ segments 3; }} {route}"));
    assert_eq!(within.texts.classes[0][0], ["granted(segment 3) or cells { @a }"]);
    let beyond = artifact(&format!("limits {{ segments 2; }} {route}"));
    assert_eq!(beyond.texts.classes[0][0], ["cells { @a }"]);
    assert_eq!(beyond.classes[0].access[1].goals[0].rules, []);
}

#[test]
fn a_program_has_as_many_goals_as_have_numbers() {
    let stakes = |count: u64| -> Vec<Normal> {
        (0..count).map(|at_least| Normal::Atom(Literal::Stake { at_least })).collect()
    };
    let program = |clauses: &[Normal]| access(false, &[], &clauses.iter().collect::<Vec<_>>());
    let most = program(&stakes(GOALS as u64 - 1)).unwrap();
    assert_eq!((most.goals.len(), most.clauses.last()), (GOALS, Some(&(u16::MAX - 1))));
    assert_eq!(program(&stakes(GOALS as u64)), None);
}

#[test]
fn guards_repeated_by_many_clauses_are_refused_before_they_are_written() {
    let guards: String = (0..3_000).map(|number| format!("require granted(\"{number}\");")).collect();
    let routes = |count: usize| -> String {
        (0..count).map(|number| format!("route /a/r{number} allow read: capability(\"{number}\");")).collect()
    };
    assert!(compiled(&format!("route /a/** {{{guards}}} {}", routes(3))).is_ok());
    let Err(CompileError::Reports(reports)) = compiled(&format!("route /a/** {{{guards}}} {}", routes(900)))
    else {
        panic!("compiled")
    };
    assert_eq!((reports.len(), reports[0].code.0), (1, "E0208"));
}

#[test]
fn capture_names_are_no_part_of_the_root() {
    let one = artifact("segment v = re\"v[0-9]+\"; route /a/{x}/{n: v} allow read: granted(x);");
    let other = artifact("segment w = re\"v[0-9]+\"; route /a/{y}/{m: w} allow read: granted(y);");
    assert_eq!(one.policy_root(), other.policy_root());
}

#[test]
fn routes_with_the_same_rules_share_a_class() {
    let merged =
        artifact("route /a allow read: open; route /b allow read: open; route /c allow read: cells { @a };");
    assert_eq!(class(&merged, "/a"), class(&merged, "/b"));
    assert_ne!(class(&merged, "/a"), class(&merged, "/c"));
    assert_eq!(merged.classes.len(), 2);
}

#[test]
fn a_class_holds_the_guards_of_every_matching_route() {
    let guarded = artifact(
        "route /** require not revoked(\"all\"); route /a/** require read: proof; route /a/b { allow read: open; require cells { @a }; }",
    );
    let class = class(&guarded, "/a/b").unwrap();
    let read = &guarded.classes[class as usize].access[0];
    assert!(read.proof);
    assert_eq!(read.guards.len(), 2);
    assert_eq!(guarded.texts.classes[class as usize][0], ["not revoked(\"all\")", "cells { @a }", "open"]);
    assert!(!guarded.classes[class as usize].access[1].proof);
}

#[test]
fn gateways_and_redirects_have_classes_of_their_own() {
    let both = artifact(
        "gateway /g/** owner @a { delegate mount to cells { @b } depth 2 max_routes 3; allow read: open; } redirect /r -> /g/x;",
    );
    let gateway = class(&both, "/g/any/thing").unwrap();
    assert_eq!(both.classes[gateway as usize].kind, ClassKind::Gateway(0));
    assert_eq!(both.texts.classes[gateway as usize][2], ["cells { @a }"]);
    let redirect = class(&both, "/r").unwrap();
    assert_eq!(both.classes[redirect as usize].kind, ClassKind::Redirect(0));
    assert_eq!(both.gateways[0].delegation.as_ref().map(|delegation| delegation.depth), Some(2));
}

#[test]
fn ambiguous_routes_name_the_route_that_would_decide() {
    let text = "segment version = re\"v[0-9]+\"; route /s/ai/{name}/v2 allow read: open; route /s/ai/inference/{rev: version} allow read: open;";
    let CompileError::Reports(reports) = compiled(text).unwrap_err() else { panic!("not a report") };
    assert_eq!(reports.len(), 1);
    let report = &reports[0];
    assert_eq!(report.code.0, "E0301");
    assert_eq!(report.notes, ["both match /s/ai/inference/v2 (shortest such path)"]);
    assert_eq!(report.primary.text, "`{name}` matches any segment");
    assert_eq!(report.secondary[0].text, "`{rev: version}` matches a whole set of segments");
    assert_eq!(
        report.help.as_deref(),
        Some("add `route /s/ai/inference/v2 { ... }` to say which one you mean")
    );
    let decided = format!("{text} route /s/ai/inference/v2 allow read: open;");
    assert!(compiled(&decided).is_ok());
}

#[test]
fn equal_routes_are_ambiguous() {
    let CompileError::Reports(reports) =
        compiled("route /a/{x} allow read: open; route /a/* allow read: open;").unwrap_err()
    else {
        panic!("not a report")
    };
    assert_eq!(reports[0].message, "two routes match exactly the same paths");
}

#[test]
fn a_redirect_and_a_route_at_one_path_are_ambiguous() {
    let Err(CompileError::Reports(reports)) =
        compiled("route /a allow read: open; route /b allow read: open; redirect /b -> /a;")
    else {
        panic!("compiled")
    };
    assert_eq!((reports.len(), reports[0].code.0), (1, "E0301"));
    assert_eq!(reports[0].message, "a redirect and something else stand for the same path");
    assert!(compiled("route /a allow read: open; route /* allow read: open; redirect /b -> /a;").is_ok());
}

#[test]
fn the_help_is_a_route_one_can_write() {
    let help = |text: &str| {
        let text = format!("segment v = re\"v[0-9]+\"; segment w = re\"[a-v]1\"; {text}");
        let Err(CompileError::Reports(reports)) = compiled(&text) else { panic!("compiled") };
        reports[0].help.clone().unwrap()
    };
    let overlap = help("route /x/\"a:b\"/{n: v} allow read: open; route /x/*/{m: w} allow read: open;");
    assert!(!overlap.contains("{n"), "{overlap}");
    assert!(overlap.contains("/x/\"a:b\"/v1"), "{overlap}");
    let twice = help("route /{x: v}/{y} allow read: open; route /{z}/{x: v} allow read: open;");
    assert_eq!(twice.matches("{x: v}").count(), 0, "{twice}");
}

#[test]
fn an_explosion_names_its_routes() {
    let stars =
        (0..24).map(|k| format!("route /{}a{}/z{k} allow read: open;", "*/".repeat(k), "/*".repeat(24 - k)));
    let text: String = stars.collect();
    let found = compiled(&text);
    let Err(CompileError::Reports(reports)) = found else { panic!("compiled") };
    assert_eq!(reports[0].code.0, "E0311");
    assert!(!reports[0].secondary.is_empty());
    assert!(reports[0].notes[0].contains("states"), "{reports:?}");
}

#[test]
fn an_empty_policy_denies_everything() {
    let empty = artifact("");
    assert_eq!(class(&empty, "/"), None);
    assert_eq!(class(&empty, "/a"), None);
}
