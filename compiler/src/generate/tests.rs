//! Canonical bytes, merged classes, and what the loader says of what is written.

use super::{CompileError, compile};
use crate::load::load_text;
use crate::lower::lower;
use dregg_artifact::{Artifact, ClassKind, Path};

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
fn an_explosion_names_its_routes() {
    let stars =
        (0..24).map(|k| format!("route /{}a{}/z{k} allow read: open;", "*/".repeat(k), "/*".repeat(24 - k)));
    let text: String = stars.collect();
    let found = compiled(&text);
    let Err(CompileError::Reports(reports)) = found else { panic!("compiled") };
    assert!(matches!(reports[0].code.0, "E0311" | "E0301"), "{reports:?}");
}

#[test]
fn an_empty_policy_denies_everything() {
    let empty = artifact("");
    assert_eq!(class(&empty, "/"), None);
    assert_eq!(class(&empty, "/a"), None);
}
