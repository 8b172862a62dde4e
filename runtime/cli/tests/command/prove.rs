//! `dregg prove`, `verify` and `proof`.

use super::{Place, Ran};
use dregg_attest::Keys;
use serde_json::Value;

const RULES: &str = r#"
use std.capability;
fact granted(@owner, "search");
route /api/** { allow read: open; allow invoke: capability("search") and stake >= 100; }
route /open/{name} allow read: open;
redirect /latest -> /api/v2;
"#;

const FACTS: &str = r#"{ "facts": [{ "relation": "delegated", "args": ["@owner", "@alice", "search", 30] },
    { "relation": "granted", "args": ["@bob", "search"] }],
    "stakes": { "@alice": 250, "@bob": 99 } }"#;

const NONCE: &str = "00112233445566778899aabbccddeeff";

/// Keys, a policy, and an attested root of epoch 7 with its bundles.
fn place() -> Place {
    let place = Place::new();
    let cells: String = ["owner", "alice", "bob"].map(|name| place.keys(name)).concat();
    place.compile(&format!("policy t version 1;\n{cells}{RULES}"), "t.dga");
    place.write("facts.json", FACTS);
    let attest = "attest t.dga --facts facts.json --key owner.json --bundles bundles";
    place.run(&format!("{attest} --epoch 7 -o root.json")).exits(0);
    place
}

fn cell(place: &Place, name: &str) -> String {
    Keys::from_json(&place.read(&format!("{name}.json"))).unwrap().cell().to_hex()
}

/// Asks for a proof of somebody's, with the bundle that belongs to it.
fn prove(place: &Place, who: &str, request: &str) -> Ran {
    let common = "--root root.json --bundle bundles --verifier gate";
    place.run(&format!("prove t.dga {request} --key {who}.json {common} --nonce {NONCE} --format json"))
}

fn verify(place: &Place, request: &str) -> Ran {
    place.run(&format!("verify {request} --format json"))
}

#[track_caller]
fn rejected(place: &Place, request: &str, reason: &str) {
    let printed = verify(place, request).exits(3).json();
    assert_eq!((&printed["valid"], &printed["reason"]), (&false.into(), &reason.into()), "{request}");
}

#[test]
fn a_proof_is_good_for_one_request_and_for_nothing_else() {
    let place = place();
    let made = prove(&place, "alice", "invoke /latest -o a.proof").exits(0).json();
    assert_eq!(made["target"], "/api/v2");
    assert_eq!(made["bytes"], place.bytes("a.proof").len());
    let (alice, bob) = (cell(&place, "alice"), cell(&place, "bob"));
    let request = |perm: &str, path: &str, verifier: &str, nonce: &str| {
        format!("a.proof --root root.json --perm {perm} {path} --verifier {verifier} --nonce {nonce}")
    };
    let right = request("invoke", "--path /api/v2", "gate", NONCE);
    let valid = verify(&place, &format!("{right} --as {alice}")).exits(0).json();
    assert_eq!((&valid["form"], &valid["caller"]), (&"proof".into(), &alice.clone().into()));
    assert_eq!(valid["statement"], made["statement"]);
    let other_nonce = NONCE.replace("00", "01");
    for (request, reason) in [
        (request("invoke", "--path /latest", "gate", NONCE), "Redirect"),
        (request("invoke", "--path /api", "gate", NONCE), "Path"),
        (request("invoke", "--path /api/../v2", "gate", NONCE), "Path"),
        (request("invoke", "", "gate", NONCE), "Path"),
        (request("read", "--path /api/v2", "gate", NONCE), "Permission"),
        (request("invoke", "--path /api/v2", "gates", NONCE), "Verifier"),
        (request("invoke", "--path /api/v2", "gate", &other_nonce), "Nonce"),
        (request("invoke", "--path /api/v2", "gate", "0011"), "NonceLength"),
        (format!("{right} --as {bob}"), "Caller"),
        (format!("{right} --bind {bob}"), "Caller"),
    ] {
        rejected(&place, &request, reason);
    }
    // Under the root of the next epoch, and of another instance.
    let attest = "attest t.dga --facts facts.json --key owner.json --bundles";
    place.run(&format!("{attest} later --prev root.json --epoch 8 -o later.json")).exits(0);
    place.run(&format!("{attest} other --epoch 7 -o other.json")).exits(0);
    rejected(&place, &right.replace("root.json", "later.json"), "Epoch");
    rejected(&place, &right.replace("root.json", "other.json"), "Root");
    verify(&place, &format!("{right} --trust root.json")).exits(0);
    verify(&place, &format!("{right} --trust other.json")).fails("NotContinued");
    // Bytes that are none, or one changed.
    let mut bytes = place.bytes("a.proof");
    place.write("a.proof", &bytes[..bytes.len() - 1]);
    rejected(&place, &right, "Truncated");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    place.write("a.proof", &bytes);
    verify(&place, &right).exits(3);
    place.write("a.proof", "");
    rejected(&place, &right, "NotAProof");
    verify(&place, &right.replace("a.proof", "none.proof")).fails("none.proof");
}

#[test]
fn what_is_hidden_is_in_no_output() {
    let place = place();
    let made =
        prove(&place, "alice", "invoke /api/secret-name -o h.proof --hide-path --hide-caller").exits(0);
    // A name of the same number of blocks takes as long.
    for path in ["/api/secret-name", "/api/other-names"] {
        let plan = format!("invoke {path} --dry-run --hide-path --hide-caller");
        let plan = prove(&place, "alice", &plan).exits(0).json();
        assert_eq!(plan["rows"], made.json()["rows"]);
    }
    let inspected = place.run("proof inspect h.proof --format json").exits(0);
    let alice = cell(&place, "alice");
    for text in [made.data(), inspected.data(), &String::from_utf8_lossy(&place.bytes("h.proof"))] {
        assert!(!text.contains("secret-name") && !text.contains(&alice), "{text}");
    }
    #[cfg(unix)]
    assert_eq!(place.mode("h.proof.connection.json"), 0o600);
    let bind = place.json("h.proof.connection.json")["ed25519"].as_str().unwrap().to_owned();
    let commitment = inspected.json()["path_commitment"].as_str().unwrap().to_owned();
    let right = format!("h.proof --root root.json --perm invoke --verifier gate --nonce {NONCE}");
    verify(&place, &format!("{right} --bind {bind}")).exits(0);
    verify(&place, &format!("{right} --bind {bind} --path-commitment {commitment}")).exits(0);
    rejected(&place, &format!("{right} --bind {NONCE}{NONCE}"), "Bind");
    rejected(&place, &format!("{right} --bind {bind} --path /api/secret-name"), "Path");
    rejected(&place, &right, "Caller");
}

#[test]
fn less_is_hidden_where_that_is_asked_for() {
    let place = place();
    let right = |file: &str, request: &str| {
        format!("{file} --root root.json {request} --verifier gate --nonce {NONCE}")
    };
    prove(&place, "bob", "read /open/x -o o.proof --open").exits(0);
    let opening = right("o.proof", "--perm read --path /open/x");
    rejected(&place, &opening, "OpeningOnly");
    let valid = verify(&place, &format!("{opening} --accept-opening")).exits(0).json();
    assert_eq!(valid["form"], "opening");
    let made = prove(&place, "alice", "invoke /api/x -o r.proof --open-route").exits(0).json();
    let valid = verify(&place, &right("r.proof", "--perm invoke --path /api/x")).exits(0).json();
    assert_eq!(valid["form"], "proof, route opened");
    let plan = prove(&place, "alice", "invoke /api/x --dry-run --open-route").exits(0).json();
    assert_eq!(plan["rows"], made["rows"]);
    // A held fact is not opened.
    prove(&place, "alice", "invoke /api/x -o p.proof --open").fails("public facts alone");
    assert!(!place.path("p.proof").exists());
}

#[test]
fn what_is_denied_is_refused_with_what_is_missing() {
    let place = place();
    let denied = |ran: Ran| -> Value { ran.exits(3).json() };
    let poor = denied(prove(&place, "bob", "invoke /api/x -o d.proof --denial d.requirement"));
    assert_eq!(
        (&poor["denied"], &poor["needed"][0]),
        (&"Clause".into(), &"capability(\"search\") and stake >= 100".into())
    );
    let stake = Value::from("a large enough stake of the caller");
    assert!(poor["missing"].as_array().unwrap().contains(&stake), "{poor}");
    let nobody = denied(prove(&place, "alice", "mount /api/x -o d.proof"));
    assert_eq!((&nobody["denied"], &nobody["missing"]), (&"NoClause".into(), &Value::Array(Vec::new())));
    assert!(!place.path("d.proof").exists());
    let requirement = "proof requirement d.requirement --root root.json --path /api/x --perm";
    place.run(&format!("{requirement} invoke")).exits(0);
    place.run(&format!("{requirement} read")).exits(3);
    let nowhere = denied(prove(&place, "alice", "read /nowhere -o d.proof"));
    assert_eq!(nowhere["denied"], "NoRoute");
    let moved = denied(prove(&place, "alice", "mount /latest -o d.proof"));
    assert_eq!(moved["denied"], "Redirect");
    assert!(moved["message"].as_str().unwrap().ends_with("mount at /api/v2"), "{moved}");
    // Somebody else's bundle, and one of another root.
    let (alice, rest) = (cell(&place, "alice"), format!("--verifier gate --nonce {NONCE} -o d.proof"));
    let with = |key: &str, root: &str| {
        place.run(&format!(
            "prove t.dga read /api/x --key {key}.json --root {root} --bundle bundles/{alice}.json {rest}"
        ))
    };
    with("bob", "root.json").fails("another cell");
    let attest = "attest t.dga --facts facts.json --key owner.json --epoch 7 --bundles other -o other.json";
    place.run(attest).exits(0);
    with("alice", "other.json").exits(1);
    assert!(!place.path("d.proof").exists());
}
