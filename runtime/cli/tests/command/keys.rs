//! `dregg keys new`.

use super::Place;

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
