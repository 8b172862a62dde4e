//! Exit codes, usage, and readers that go away.

use super::*;
use std::process::Stdio;

#[test]
fn each_outcome_has_its_code() {
    let place = Place::new(&[("good.dregg", GOOD), ("bad.dregg", BAD), ("ugly.dregg", UGLY)]);
    place.write("passing.dregg", with_test("expect allow read /a as @a;"));
    place.write("failing.dregg", with_test("expect deny read /a as @a;"));
    for (code, arguments) in [
        (0, &["check", "good.dregg"][..]),
        (1, &["check", "good.dregg", "bad.dregg"]),
        (1, &["check", "missing.dregg"]),
        (0, &["check", "--deny", "warnings", "good.dregg"]),
        (0, &["test", "passing.dregg"]),
        (3, &["test", "failing.dregg", "passing.dregg"]),
        (1, &["test", "failing.dregg", "bad.dregg"]),
        (0, &["fmt", "--check", "good.dregg"]),
        (4, &["fmt", "--check", "good.dregg", "ugly.dregg"]),
        (0, &["explain", "E0301"]),
        (1, &["explain", "E9999"]),
        (0, &["--version"]),
        (0, &["--help"]),
        (0, &["check", "--help"]),
    ] {
        place.run(arguments).exits(code);
    }
}

#[test]
fn a_wrong_command_line_is_usage_and_changes_nothing() {
    let place = Place::new(&[("good.dregg", GOOD)]);
    for arguments in [
        &[][..],
        &["no-such-verb"],
        &["check"],
        &["check", "--no-such-option", "good.dregg"],
        &["check", "--format", "dot", "good.dregg"],
        &["check", "--format", "xml", "good.dregg"],
        &["check", "--deny", "everything", "good.dregg"],
        &["graph", "--format", "json", "good.dregg"],
        &["compile", "good.dregg"],
        &["compile", "good.dregg", "-o", "good.dregg"],
        &["compile", "good.dregg", "-o", "./x/../good.dregg"],
        &["why", "own", "/a", "--as", "@a", "good.dregg"],
        &["why", "read", "/a", "good.dregg"],
        &["import", "openapi", "x.json", "--default-acl", "open open"],
        &["completions", "no-such-shell"],
    ] {
        std::fs::create_dir_all(place.path("x")).unwrap();
        let ran = place.run(arguments).exits(64);
        assert!(ran.data().is_empty() && !ran.errors().is_empty(), "{arguments:?}");
        assert_eq!(place.read("good.dregg"), GOOD.as_bytes());
    }
}

#[test]
fn explanations_are_found_in_either_case() {
    let place = Place::new(&[]);
    let page = place.run(&["explain", "e0301"]).exits(0);
    assert!(page.data().starts_with("# E0301: "), "{}", page.data());
    let none = place.run(&["explain", "E03\u{1b}01"]).exits(1);
    assert!(none.errors().contains("there is no code `E03\u{fffd}01`"), "{}", none.errors());
    assert!(none.errors().contains("E0301, "), "{}", none.errors());
}

#[test]
fn completions_know_the_verbs() {
    let place = Place::new(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = place.run(&["completions", shell]).exits(0);
        assert!(script.data().contains("dreggc") && script.data().contains("explain"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    // Two pages more than a pipe holds, so that the write meets the closed end.
    let mut policy = String::from(GOOD);
    for number in 0..6000 {
        policy.push_str(&format!("route /many/route-number-{number} allow read: open;\n"));
    }
    let place = Place::new(&[("many.dregg", &policy)]);
    let mut child = command(place.directory.path(), &["routes", "many.dregg"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = Ran(child.wait_with_output().unwrap()).exits(0);
    assert_eq!(ran.errors(), "");
}
