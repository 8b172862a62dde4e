//! `dregg attest`.

use super::Place;
use dregg_attest::{Bundle, Keys, SignedRoot};

const RULES: &str = "
use std.capability;
relation badge(who: cell, level: int) held;
fact granted(@a, \"tier2\");
route /s allow invoke: capability(\"tier2\") and stake >= 10;
route /b allow read: badge(7);
";

const FACTS: &str = r#"{"facts": [
    {"relation": "delegated", "args": ["@a", "@b", "tier2", 30]},
    {"relation": "badge", "args": ["@c", 7]},
    {"relation": "granted", "args": ["@d", "tier1"]}
], "stakes": {"@b": 12000, "@d": 3}}"#;

/// Keys of `@a` to `@d`, a policy with a council of the first three, and facts.
fn place(governance: &str) -> Place {
    let place = Place::new();
    let cells: String = ["a", "b", "c", "d"].iter().map(|name| place.keys(name)).collect();
    place.compile(&format!("policy t version 1;\n{cells}{RULES}{governance}"), "t.dga");
    place.write("facts.json", FACTS);
    place
}

const COUNCIL: &str = "governance { council { @a, @b, @c }; threshold 2 of 3; }\n";

fn cell(place: &Place, name: &str) -> String {
    Keys::from_json(&place.read(&format!("{name}.json"))).unwrap().cell().to_hex()
}

fn signed(place: &Place, name: &str) -> SignedRoot {
    SignedRoot::from_json(&place.read(name)).unwrap()
}

#[test]
fn a_root_and_a_private_bundle_for_each_cell() {
    let place = place(COUNCIL);
    let signers = "--key a.json --key b.json --key c.json";
    let ran = place.run(&format!(
        "attest t.dga --facts facts.json --epoch 7 {signers} -o root.json --bundles bundles --format json"
    ));
    let printed = ran.exits(0).json();
    let root = signed(&place, "root.json");
    assert_eq!(root.check(), Ok(()));
    assert_eq!(printed["root"], dregg_runtime::CellId(root.root().digest()).to_hex());
    assert_eq!(
        (&printed["epoch"], &printed["held_facts"], &printed["stakes"]),
        (&7.into(), &2.into(), &2.into())
    );
    assert_eq!(printed["signers"].as_array().unwrap().len(), 3);

    let policy = dregg_runtime::Policy::load(&std::fs::read(place.path("t.dga")).unwrap()).unwrap();
    let artifact = policy.artifact();
    assert_eq!(root.public_facts(artifact).unwrap().len(), 1);
    let held = |name: &str| {
        let file = format!("bundles/{}.json", cell(&place, name));
        #[cfg(unix)]
        assert_eq!(place.mode(&file), 0o600);
        let bundle = Bundle::from_json(&place.read(&file)).unwrap();
        assert_eq!(bundle.check(artifact, root.root()), Ok(()));
        let relations: Vec<String> = bundle.facts.iter().map(|fact| fact.relation.clone()).collect();
        (bundle.stake.map(|stake| stake.amount), relations)
    };
    assert_eq!(held("a"), (None, vec![]));
    assert_eq!(held("b"), (Some(12_000), vec!["delegated".to_owned()]));
    assert_eq!(held("c"), (None, vec!["badge".to_owned()]));
    assert_eq!(held("d"), (Some(3), vec![]));
    // No secret of anyone is in the root.
    let text = place.read("root.json");
    assert!(!text.contains("delegated") && !text.contains("12000") && !text.contains("badge"));
}

#[test]
fn a_chain_goes_on_from_the_root_before() {
    let place = place(COUNCIL);
    let attest = |more: &str| {
        let signers = "--key a.json --key b.json --key c.json --bundles bundles";
        place.run(&format!("attest t.dga --facts facts.json {signers} {more}"))
    };
    attest("--epoch 1 -o one.json").exits(0);
    attest("--epoch 2 --prev one.json -o two.json").exits(0);
    attest("--epoch 4 --prev two.json -o two.json").exits(0);
    let (one, last) = (signed(&place, "one.json"), signed(&place, "two.json"));
    assert_eq!((last.root().instance, last.root().epoch), (one.root().instance, 4));
    assert_eq!(last.check_from(&one.root().digest()), Ok(()));

    attest("--epoch 1 --prev one.json -o three.json").fails("EpochOrder");
    attest("--epoch 2 --prev facts.json -o three.json").fails("facts.json: BadRoot");
    place.write("bent.json", place.read("one.json").replacen("\"epoch\": 1", "\"epoch\": 2", 1));
    attest("--epoch 3 --prev bent.json -o three.json").fails("bent.json: Forged");
    assert!(!place.path("three.json").exists());
    attest("--epoch 1 -o one.json").exits(0);
    assert_ne!(signed(&place, "one.json").root().instance, one.root().instance, "a new instance");
}

#[test]
fn too_few_or_foreign_keys_are_refused_by_name() {
    let place = place(COUNCIL);
    let attest = |keys: &str| {
        let keys: String = keys.split_whitespace().map(|key| format!(" --key {key}.json")).collect();
        place.run(&format!("attest t.dga --facts facts.json --epoch 1{keys} -o root.json --bundles bundles"))
    };
    attest("a b").fails("BelowThreshold: 3 members of the council must sign, 2 did");
    attest("a b b").fails("SignedTwice");
    let foreign = attest("a b d").fails("NotAMember");
    assert!(foreign.errors().contains("(@d)"), "{}", foreign.errors());
    attest("a b c d").fails("NotAMember");
    assert!(!place.path("root.json").exists() && !place.path("bundles").exists());
    attest("a b c").exits(0);
    attest("").exits(1);
}

#[test]
fn without_governance_one_key_is_the_council() {
    let place = place("");
    let attest = |more: &str| place.run(&format!("attest t.dga --epoch 0 -o root.json --bundles b {more}"));
    attest("--key d.json").exits(0);
    assert_eq!(signed(&place, "root.json").check(), Ok(()));
    attest("--key d.json --key a.json").fails("NotAMember");
    // It signs what the council would.
    attest("--key d.json --facts facts.json").exits(0);
    let bundle = place.json(&format!("b/{}.json", cell(&place, "c")));
    assert_eq!(bundle["facts"][0]["signer"], cell(&place, "d"));
    assert_eq!(bundle["facts"][0]["relation"], "badge");
}

#[test]
fn wrong_input_is_named_and_nothing_is_written() {
    let place = place("");
    let attest = |facts: &str, more: &str| {
        place.write("wrong.json", facts);
        place.run(&format!("attest t.dga --facts wrong.json --epoch 1 -o root.json --bundles b {more}"))
    };
    let fact = |text: &str| format!("{{\"facts\": [{text}]}}");
    let key = "--key a.json";
    attest(&fact(r#"{"relation": "badges", "args": ["@a", 1]}"#), key).fails("did you mean `badge`");
    attest(&fact(r#"{"relation": "holds", "args": ["@a", "x"]}"#), key).fails("cannot be stated");
    attest(&fact(r#"{"relation": "badge", "args": ["@nobody", 1]}"#), key).fails("fact 0: column `who`");
    attest("{", key).fails("wrong.json");
    let good = fact("");
    attest(&good, "--key wrong.json").fails("wrong.json: no key file");
    attest(&good, "--key missing.json").fails("missing.json");
    let same = place.run("attest t.dga --epoch 1 --key a.json -o a.json --bundles b");
    same.fails("a.json would replace a.json");
    attest(&good, "--key a.json --epoch 1").exits(1);
    assert!(!place.path("root.json").exists() && !place.path("b").exists());
    place.write("b", "a file");
    attest(&good, key).fails("cannot write b");
    assert!(!place.path("root.json").exists());
}
