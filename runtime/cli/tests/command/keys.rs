//! `dregg keys`.

use super::Place;
use dregg_attest::Keys;

#[test]
fn new_keys_are_a_line_for_a_policy_and_a_private_file() {
    let place = Place::new();
    let line = place.keys("alice");
    let file = place.json("alice.json");
    assert_eq!(line, format!("cell @alice = 0x{};\n", file["cell"].as_str().unwrap()));
    assert_eq!(file["name"], "alice");
    assert_eq!(file["ed25519_secret"].as_str().unwrap().len(), 64);
    assert_eq!(file["proving_secret"].as_str().unwrap().len(), 64);
    assert_ne!(file["ed25519_secret"], file["proving_secret"]);
    #[cfg(unix)]
    assert_eq!(place.mode("alice.json"), 0o600);
    place.compile(&format!("policy t version 1;\n{line}route /a allow read: cells {{ @alice }};\n"), "t.dga");
    place.run("decide t.dga read /a --as @alice").exits(0);

    let json = place.run("keys new --name @bob -o bob.json --format json").exits(0).json();
    assert_eq!(json["declaration"], format!("cell @bob = 0x{};", json["cell"].as_str().unwrap()));
    assert_ne!(json["cell"], file["cell"]);
}

#[test]
fn keys_are_never_overwritten() {
    let place = Place::new();
    place.keys("alice");
    let before = place.read("alice.json");
    place.run("keys new --name alice -o alice.json").fails("alice.json: there is a file of that name");
    assert_eq!(place.read("alice.json"), before);
    place.run("keys new --name Alice -o other.json").fails("`Alice` is no name of a cell");
    place.run("keys new --name alice -o no/such/directory.json").fails("cannot write");
    let left: Vec<_> = std::fs::read_dir(place.path(".")).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing else is left");
    place.run("keys new --name alice").exits(1);
    place.run("keys").exits(1);
}

#[test]
fn what_others_may_know_of_keys_is_shown_and_no_secret() {
    let place = Place::new();
    place.keys("alice");
    let file = place.json("alice.json");
    let shown = place.run("keys show alice.json --format json").exits(0).json();
    assert_eq!(shown.as_object().unwrap().len(), 4);
    assert_eq!((&shown["name"], &shown["cell"]), (&"alice".into(), &file["cell"]));
    let keys = Keys::from_json(&place.read("alice.json")).unwrap();
    assert_eq!(shown["key"], hexadecimal(&keys.public_key()));
    assert_eq!(shown["proving_key"], hexadecimal(&keys.proving_key().to_bytes()));
    let human = place.run("keys show alice.json").exits(0);
    for name in ["name", "cell", "key", "proving_key"] {
        assert!(human.data().contains(&format!("{name}: {}\n", shown[name].as_str().unwrap())));
    }
    for secret in ["ed25519_secret", "proving_secret"] {
        assert!(!human.data().contains(file[secret].as_str().unwrap()));
    }
    place.write("other.json", "{}");
    place.run("keys show other.json").fails("other.json");
    place.run("keys show none.json").fails("none.json");
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
