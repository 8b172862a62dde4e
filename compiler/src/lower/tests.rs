//! Wrong policies as a table: source, then the codes and the marked text of each report. Every accept has its reject.

use super::lower;
use crate::load::{Memory, load, load_text};

const CELLS: &str = "policy t version 1; use std.capability;
cell @a = 0x1111111111111111111111111111111111111111111111111111111111111111;
cell @b = 0x2222222222222222222222222222222222222222222222222222222222222222;
cellset ops = { @a, @b }; segment version = re\"v[0-9]+\";
";

/// The code and the marked text of every report on `CELLS` followed by `text`.
fn reports(text: &str) -> Vec<(String, String)> {
    let loaded = load_text("t.dregg", &format!("{CELLS}{text}"));
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    let lowered = lower(&loaded);
    let shown = |report: &dregg_grammar::Diagnostic| {
        (report.code.0.to_owned(), loaded.sources.text(report.primary.span).to_owned())
    };
    lowered.diagnostics.iter().map(shown).collect()
}

#[track_caller]
fn rejects(text: &str, expected: &[(&str, &str)]) {
    let found = reports(text);
    let found: Vec<(&str, &str)> = found.iter().map(|(code, text)| (code.as_str(), text.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn accepts(text: &str) {
    rejects(text, &[]);
}

#[test]
fn names() {
    accepts("route /x { allow read: capability(\"t\") and cells ops; allow invoke: cells { @a }; }");
    rejects("route /x allow read: capabilty(\"t\");", &[("E0401", "capabilty")]);
    rejects("route /x allow read: cells opps;", &[("E0401", "opps")]);
    rejects("route /x allow read: cells { @c };", &[("E0401", "@c")]);
    rejects("route /x/{v: versoin} allow read: open;", &[("E0401", "versoin")]);
    rejects("route /x/{name} allow read: capability(nam);", &[("E0401", "nam")]);
    rejects("relation r(a: cell) public by column b;", &[("E0401", "b")]);
    rejects("relation granted(a: cell) public;", &[("E0406", "granted")]);
    rejects("relation r() public; relation r() held;", &[("E0406", "r")]);
    rejects("relation r(a: cell, a: text) public;", &[("E0406", "a")]);
    rejects("relation open(a: cell) public;", &[("E0406", "open")]);
    rejects(
        "cell @a = 0x3333333333333333333333333333333333333333333333333333333333333333;",
        &[("E0406", "@a")],
    );
    rejects("relation r(a: sell) public;", &[("E0209", "sell")]);
    rejects(
        "cell @z = 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff;",
        &[("E0204", "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")],
    );
}

#[test]
fn relations_with_one_element() {
    let loaded = load_text(
        "t.dregg",
        "policy t version 1; relation a(x: cell) public;
        relation b(x: cell) held; relation c(x: cell) public; relation a2(x: text) public;",
    );
    let hir = lower(&loaded).hir;
    let found = |element: &dyn Fn(&crate::hir::Relation) -> u64| -> Vec<(String, usize)> {
        let reports = super::alike(&hir.relations, element);
        let place = |report: &dregg_grammar::Diagnostic| {
            assert_eq!(report.code.0, "E0213");
            (loaded.sources.text(report.primary.span).to_owned(), report.secondary.len())
        };
        reports.iter().map(place).collect()
    };
    // No two collide as they are, and their elements are those of the artifact.
    assert_eq!(found(&super::relation_element), []);
    let artifact = crate::generate::compile(&hir).unwrap();
    for (relation, compiled) in hir.relations.iter().zip(&artifact.relations) {
        assert_eq!(super::relation_element(relation), dregg_commit::relation_element(compiled));
    }
    // All alike: each but the first is reported, with the first beside it.
    let all = ["a2", "b", "c"].map(|name| (name.to_owned(), 1));
    assert_eq!(found(&|_| 1), all);
    let visibility = |relation: &crate::hir::Relation| u64::from(relation.name == "b");
    assert_eq!(found(&visibility), [("a2".to_owned(), 1), ("c".to_owned(), 1)]);
    let reserved = dregg_commit::record::member_relation();
    let b_reserved = |relation: &crate::hir::Relation| {
        if relation.name == "b" { reserved } else { super::relation_element(relation) }
    };
    assert_eq!(found(&b_reserved), [("b".to_owned(), 0)]);
}

#[test]
fn types_and_arity() {
    accepts(
        "relation r(n: int, t: text) public; rule p(n) if r(n, t), n >= 3, t == \"x\"; route /x allow read: p(4);",
    );
    rejects("route /x allow read: capability();", &[("E0207", "capability()")]);
    rejects("route /x allow read: capability(@a, \"t\");", &[("E0207", "capability(@a, \"t\")")]);
    rejects("route /x allow read: capability(3);", &[("E0206", "3")]);
    rejects(
        "route /x/{n} allow read: granted(n); route /y allow read: granted(epoch);",
        &[("E0206", "epoch")],
    );
    rejects("fact granted(@a, 3);", &[("E0206", "3")]);
    rejects("fact granted(@a);", &[("E0207", "granted(@a)")]);
    rejects("rule p(x) if granted(x, y), y >= 3;", &[("E0206", "y")]);
    rejects("rule p(x) if granted(x, epoch);", &[("E0206", "epoch")]);
    rejects("relation r(a: text) public by column a;", &[("E0206", "a")]);
    rejects("rule p(x) if p(x);", &[("E0206", "p")]);
    rejects("relation r(a: int, b: int, c: int, d: int, e: int) public;", &[("E0208", "r")]);
    let body = "granted(x, \"t\"), ".repeat(7);
    rejects(&format!("rule p(x) if {body};"), &[("E0208", format!("rule p(x) if {body};").as_str())]);
    let deep = format!("{}open{}", "(open and (open or ".repeat(9), "))".repeat(9));
    assert_eq!(
        reports(&format!("route /x allow read: {deep};")).first().map(|one| one.0.as_str()),
        Some("E0208")
    );
}

#[test]
fn safety_and_negation() {
    accepts("relation s(w: cell, n: int) public; rule p(w, in m) if s(w, n), n <= m; rule q(w) if p(w, 3);");
    rejects("relation s(w: cell, n: int) public; rule p(w, m) if s(w, n), n <= m;", &[("E0402", "m")]);
    rejects("rule p(w, x) if granted(w, \"t\"), not revoked(w, x);", &[("E0402", "x")]);
    rejects("rule p(w) if granted(w, \"t\"), n >= 3;", &[("E0402", "n")]);
    rejects(
        "relation s(w: cell, n: int) public; rule p(w, in m) if s(w, n), n <= m; rule q(w) if p(w, z), z > 0;",
        &[("E0402", "z")],
    );
    let forward = "relation e(x: cell, y: cell) public; rule fwd(in a, b) if e(a, b);";
    accepts(&format!("{forward} rule ok(c) if granted(c, \"t\"), fwd(c, x), fwd(x, y);"));
    rejects(&format!("{forward} rule ok(c) if granted(c, \"t\"), fwd(x, y), fwd(y, x);"), &[("E0402", "x")]);
    accepts("route /x allow read: not revoked(\"t\") and not (cells ops or revoked(\"u\"));");
    rejects("route /x allow read: not capability(\"t\");", &[("E0403", "capability(\"t\")")]);
    rejects("rule p(w) if granted(w, \"t\"), not holds(w, \"t\");", &[("E0403", "not holds(w, \"t\")")]);
    rejects("relation h(w: cell) held; route /x allow read: not h();", &[("E0404", "h()")]);
    rejects("route /x allow read: not (open and cells ops);", &[("E0404", "open")]);
    rejects("route /x require not stake >= 3;", &[("E0404", "stake >= 3")]);
    rejects("fact capability(@a, \"t\");", &[("E0412", "capability(@a, \"t\")")]);
    rejects("relation h(w: cell) held; fact h(@a);", &[("E0412", "h(@a)")]);
}

#[test]
fn routes() {
    accepts(
        "route /a/** { allow read: open; route b { inherit read; } route c/{x}/** { allow read: granted(x); } }",
    );
    rejects("route a/b allow read: open;", &[("E0309", "a/b")]);
    rejects("route /a/** { route /a/b allow read: open; }", &[("E0309", "/a/b")]);
    rejects("route /a/** { route /b allow read: open; }", &[("E0314", "/b")]);
    rejects("route /a { route b allow read: open; }", &[("E0314", "b")]);
    rejects("route /a inherit read;", &[("E0315", "read")]);
    rejects("route /a/** { allow read: open; route b { inherit read, mount; } }", &[("E0315", "mount")]);
    rejects("route /a/{x}/{x} allow read: open;", &[("E0406", "x")]);
    rejects("route /a/{x}/** { route b/{x} allow read: open; }", &[("E0406", "x")]);
    rejects("segment s = re\"a/b\"; route /a/{x: s} allow read: open;", &[("E0212", "a/b")]);
    rejects("segment s = re\"[\"; route /a/{x: s} allow read: open;", &[("E0212", "[")]);
    rejects("route /a/{x} { versions { v1: @a; } }", &[("E0316", "versions { v1: @a; }")]);
    rejects("route /a { versions { v1: @a; v1: @b; } }", &[("E0406", "v1")]);
    rejects("route /a { versions { v1: @a; latest -> v2; } }", &[("E0313", "v2")]);
    rejects("gateway /a owner @a { allow read: open; }", &[("E0317", "/a")]);
    rejects("gateway /a/{x}/** owner @a { allow read: open; }", &[("E0317", "/a/{x}/**")]);
    rejects("route /a { delegate mount to open; }", &[("E0319", "delegate mount to open;")]);
    rejects("gateway /a/** owner @a { delegate read to open; }", &[("E0319", "read")]);
    rejects("gateway /a/** owner @a { delegate mount to open depth 17; }", &[("E0324", "17")]);
    rejects("route /a { service @a priority 65536; }", &[("E0324", "65536")]);
    rejects("route /a { service @a priority 1; service @a priority 2; }", &[("E0406", "@a")]);
    rejects("limits { path_byts 3; }", &[("E0211", "path_byts")]);
    rejects("limits { segments 33; }", &[("E0211", "33")]);
    rejects("limits { segments 3; segments 4; }", &[("E0406", "segments")]);
}

#[test]
fn redirects() {
    accepts(
        "route /a allow read: open; redirect /b -> /a; route /c/{x} allow read: open; redirect /d -> /c/e;",
    );
    rejects("route /a allow read: open; redirect /b -> /c;", &[("E0313", "/c")]);
    rejects("route /a allow read: open; redirect /b -> /c; redirect /c -> /a;", &[("E0313", "/c")]);
    // A target beyond the policy's own limits is no path, so no route takes it.
    rejects(
        "limits { path_bytes 4; } route /** allow read: open; redirect /b -> /c/d/e;",
        &[("E0313", "/c/d/e")],
    );
    rejects("redirect /b -> /c; redirect /c -> /b;", &[("E0312", "/b")]);
    rejects("redirect /b -> /b;", &[("E0312", "/b")]);
    rejects("redirect /a/{x} -> /b; route /b allow read: open;", &[("E0325", "/a/{x}")]);
    rejects("redirect a -> /b; route /b allow read: open;", &[("E0309", "a")]);
}

#[test]
fn governance_and_tests() {
    accepts("governance { council { @a, @b }; threshold 2 of 2; }");
    rejects("governance { council { @a, @b }; threshold 1 of 2; }", &[("E0501", "threshold 1 of 2;")]);
    rejects("governance { council { @a, @b }; threshold 3 of 2; }", &[("E0501", "threshold 3 of 2;")]);
    rejects("governance { council { @a, @b }; threshold 2 of 3; }", &[("E0503", "threshold 2 of 3;")]);
    rejects("governance { council { @a, @a }; threshold 2 of 2; }", &[("E0503", "@a")]);
    rejects("governance { threshold 2 of 2; }", &[("E0503", "governance")]);
    rejects(
        "governance { council { @a }; threshold 1 of 1; } governance { }",
        &[("E0406", "governance { }")],
    );
    rejects("test \"t\" { given capability(@a, \"t\"); }", &[("E0701", "capability(@a, \"t\")")]);
    rejects("test \"t\" { expect no_route /a/{x}; }", &[("E0325", "/a/{x}")]);
    rejects("test \"t\" { } test \"t\" { }", &[("E0406", "\"t\"")]);
}

#[test]
fn modules_share_names_as_the_imports_say() {
    let mut files = Memory::default();
    files.add(
        "m.dregg",
        "policy m version 1; use \"x.dregg\" as x; use \"x.dregg\"; route /a allow read: x.p() and p();",
    );
    files.add("x.dregg", "relation r(w: cell) public; rule p(w) if r(w);");
    let loaded = load(&mut files, "m.dregg");
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    let lowered = lower(&loaded);
    assert_eq!(lowered.diagnostics, []);
    assert_eq!(
        lowered.hir.relations.iter().map(|relation| relation.name.as_str()).collect::<Vec<_>>(),
        ["r"]
    );

    let mut files = Memory::default();
    files.add(
        "m.dregg",
        "policy m version 1; use \"x.dregg\" as x; use \"y.dregg\"; relation r() public; fact x.r();",
    );
    files.add("x.dregg", "relation r() public;");
    files.add("y.dregg", "relation r() public;");
    let loaded = load(&mut files, "m.dregg");
    let codes: Vec<&str> = lower(&loaded).diagnostics.iter().map(|report| report.code.0).collect();
    assert_eq!(codes, ["E0406"]);
}

#[test]
fn at_most_twenty_reports_a_file() {
    let many = "route /x allow read: nothing();\n".repeat(100);
    assert_eq!(reports(&many).len(), dregg_grammar::ERROR_LIMIT);
}
