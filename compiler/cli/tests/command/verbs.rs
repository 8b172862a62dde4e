//! Each verb on a policy that gives it something to do.

use super::*;
use serde_json::Value;

#[test]
fn a_new_policy_checks_passes_its_tests_and_is_formatted() {
    let place = Place::new(&[]);
    place.run(&["new", "mesh"]).exits(0);
    for arguments in [
        &["check", "--deny", "warnings", "mesh/policy.dregg"][..],
        &["fmt", "--check", "mesh/policy.dregg"],
        &["compile", "mesh/policy.dregg", "-o", "mesh/policy.dga"],
        &["inspect", "mesh/policy.dga", "--verify"],
    ] {
        place.run(arguments).exits(0);
    }
    let tested = place.run(&["test", "mesh/policy.dregg"]).exits(0);
    assert!(tested.data().ends_with("1 passed, 0 failed\n"), "{}", tested.data());
    let written = place.read("mesh/policy.dregg");
    place.run(&["new", "mesh"]).exits(1);
    assert_eq!(place.read("mesh/policy.dregg"), written);
}

#[test]
fn the_standard_modules_pass_their_tests_and_are_formatted() {
    let place = Place::new(&[]);
    for module in ["capability", "governance", "limits", "roles"] {
        let tests = repository(&format!("stdlib/tests/{module}.dregg"));
        let ran = place.run(&["test", tests.to_str().unwrap()]).exits(0);
        assert!(ran.data().contains(" passed, 0 failed\n"), "{}", ran.data());
        let source = repository(&format!("stdlib/{module}.dregg"));
        place.run(&["check", source.to_str().unwrap()]).exits(0);
        place.run(&["fmt", "--check", source.to_str().unwrap(), tests.to_str().unwrap()]).exits(0);
    }
}

#[test]
fn formatting_writes_what_the_check_accepts_and_leaves_errors_alone() {
    let broken = "policy t version 1\nroute   /a allow read: open;\n";
    let place = Place::new(&[("ugly.dregg", UGLY), ("broken.dregg", broken)]);
    let check = place.run(&["fmt", "--check", "ugly.dregg"]).exits(4);
    assert_eq!(check.data(), "ugly.dregg\n");
    assert_eq!(place.read("ugly.dregg"), UGLY.as_bytes());
    // What is wrong with one file does not keep the others from being formatted.
    place.run(&["fmt", "missing.dregg", "broken.dregg", "ugly.dregg"]).exits(1);
    assert_eq!(place.read("broken.dregg"), broken.as_bytes());
    assert_eq!(place.read("ugly.dregg"), GOOD.as_bytes());
    place.run(&["fmt", "--check", "ugly.dregg"]).exits(0);
}

#[test]
fn tests_say_what_failed_and_what_they_did_not_reach() {
    let place = Place::new(&[]);
    place.write("t.dregg", with_test("expect deny read /a as @a;\n    expect no_route /b;"));
    let ran = place.run(&["test", "t.dregg"]).exits(3);
    assert!(ran.data().starts_with("FAILED t\n       t.dregg:8:5: "), "{}", ran.data());
    assert!(ran.data().ends_with("0 passed, 1 failed\n"), "{}", ran.data());
    let ran = place.run(&["test", "--format", "json", "t.dregg"]).exits(3);
    let object: Value = serde_json::from_str(ran.data()).unwrap();
    assert_eq!((&object["test"], &object["passed"]), (&"t".into(), &false.into()));
    assert_eq!(object["failures"][0]["place"], "t.dregg:8:5");

    place.write("c.dregg", with_test("expect no_route /b;"));
    let ran = place.run(&["test", "--coverage", "c.dregg"]).exits(0);
    assert!(ran.data().contains("routes   0 of 1 reached\n         not reached: /a\n"), "{}", ran.data());
    let ran = place.run(&["test", "--coverage", "--format", "json", "c.dregg"]).exits(0);
    let coverage: Value = serde_json::from_str(ran.data().lines().last().unwrap()).unwrap();
    assert_eq!(coverage["coverage"]["routes"]["missed"][0], "/a");
}

#[test]
fn a_decision_is_explained() {
    let place = Place::new(&[]);
    place.run(&["new", "mesh"]).exits(0);
    let why = ["why", "invoke", "/api/search", "--as", "@alice", "mesh/policy.dregg"];
    let denied = place.run(&why).exits(0);
    assert!(denied.data().starts_with("deny (Clause): invoke /api/search as @alice\n"), "{}", denied.data());
    assert!(denied.data().contains("granted"), "{}", denied.data());
    let alice = "2102030405060708090a0b0c0d0e0f10111213141516171819202122232425ab";
    place.write("facts.json", r#"{"facts": [{"relation": "granted", "args": ["@alice", "search"]}]}"#);
    let with_facts = [&why[..], &["--facts", "facts.json"]].concat();
    let allowed = place.run(&with_facts).exits(0);
    assert!(allowed.data().starts_with("allow: invoke /api/search as @alice\n"), "{}", allowed.data());
    let by_digits = ["why", "invoke", "/api/search", "--as", alice, "mesh/policy.dregg", "--format", "json"];
    let object: Value = serde_json::from_str(place.run(&by_digits).exits(0).data()).unwrap();
    assert_eq!(object["text"], "deny (Clause): invoke /api/search as @alice");
    assert!(!object["because"].as_array().unwrap().is_empty());
    place.run(&["why", "invoke", "/api/search", "--as", "@nobody", "mesh/policy.dregg"]).exits(1);
    place.write("facts.json", "{\"facts\": 7}");
    place.run(&with_facts).exits(1);
}

#[test]
fn an_artifact_shows_what_it_holds() {
    let place = Place::new(&[("good.dregg", GOOD)]);
    let said = place.run(&["compile", "good.dregg", "-o", "out.dga"]).exits(0);
    assert_eq!(said.data(), "");
    let object: Value = serde_json::from_str(
        place.run(&["inspect", "out.dga", "--verify", "--format", "json"]).exits(0).data(),
    )
    .unwrap();
    for key in ["states", "routes", "policy_classes", "table_rows", "bytes"] {
        assert!(object[key].as_u64().is_some_and(|number| number > 0), "{key} in {object}");
    }
    assert!(said.errors().contains(object["policy_root"].as_str().unwrap()));
    assert_eq!(object["table_root_verified"], true);
    let human = place.run(&["inspect", "out.dga"]).exits(0);
    assert!(human.data().contains(object["policy_root"].as_str().unwrap()), "{}", human.data());
    let written = place.read("out.dga");
    place.write("cut.dga", &written[..100]);
    assert!(place.run(&["inspect", "cut.dga"]).exits(1).errors().contains("[E0803]"));
    assert!(place.run(&["inspect", "good.dregg"]).exits(1).errors().contains("[E0801]"));
}

#[test]
fn a_root_of_rows_that_is_not_theirs_is_found() {
    let place = Place::new(&[("good.dregg", GOOD)]);
    place.run(&["compile", "good.dregg", "-o", "out.dga"]).exits(0);
    let mut artifact = dregg_artifact::Artifact::decode(&place.read("out.dga")).unwrap();
    artifact.table_root[0] ^= 1;
    place.write("lying.dga", artifact.encode());
    place.run(&["inspect", "lying.dga"]).exits(0);
    assert!(place.run(&["inspect", "lying.dga", "--verify"]).exits(1).errors().contains("[E0804]"));
}

#[test]
fn routes_and_drawings_of_an_example() {
    let place = Place::new(&[]);
    let mesh = repository("examples/service-mesh/mesh.dregg");
    let mesh = mesh.to_str().unwrap();
    let routes = place.run(&["routes", mesh]).exits(0);
    assert!(routes.data().lines().any(|line| line == "/services/ai/inference"), "{}", routes.data());
    assert!(routes.data().lines().any(|line| line.contains(" -> ")), "{}", routes.data());
    for line in place.run(&["routes", "--format", "json", mesh]).exits(0).data().lines() {
        assert!(serde_json::from_str::<Value>(line).unwrap().is_object());
    }
    assert!(place.run(&["graph", mesh]).exits(0).data().starts_with("digraph policy {"));
    assert!(place.run(&["graph", "--format", "mermaid", mesh]).exits(0).data().starts_with("flowchart LR\n"));
    place.write("bad.dregg", BAD);
    place.run(&["graph", "bad.dregg"]).exits(1);
}

#[test]
fn routes_that_overlap_are_found_by_check_and_compile() {
    let text = "policy t version 1;\nroute /{a}/x allow read: open;\nroute /x/{b} allow read: open;\n";
    let place = Place::new(&[("t.dregg", text)]);
    assert!(place.run(&["check", "t.dregg"]).refused("E0301").errors().contains("/x/x"));
    place.run(&["compile", "t.dregg", "-o", "t.dga"]).refused("E0301");
    assert!(!place.path("t.dga").exists());
}

const DOCUMENT: &str = r#"{"openapi": "3.0.0", "info": {"title": "Pets", "version": "1"}, "paths": {
    "/pets/{id}": {"get": {"security": [{"key": ["read"]}], "responses": {}}},
    "/pets/a b": {"get": {"responses": {}}}}}"#;

#[test]
fn an_imported_policy_compiles_and_a_refused_document_writes_nothing() {
    let place = Place::new(&[("api.json", DOCUMENT), ("none.json", "[]")]);
    place.run(&["import", "openapi", "api.json", "-o", "api.dregg"]).exits(1);
    assert!(!place.path("api.dregg").exists());
    let ran = place.run(&["import", "openapi", "api.json", "-o", "api.dregg", "--skip-refused"]).exits(0);
    assert!(ran.errors().contains("left out: "), "{}", ran.errors());
    place.run(&["check", "api.dregg"]).exits(0);
    assert!(place.run(&["routes", "api.dregg"]).exits(0).data().contains("/pets/{id}"));
    let printed = place.run(&["import", "openapi", "api.json", "--skip-refused"]).exits(0);
    assert_eq!(printed.data().as_bytes(), place.read("api.dregg"));
    place.run(&["import", "openapi", "none.json"]).exits(1);
    place.run(&["import", "openapi", "missing.json"]).exits(1);
}
