//! A policy that is opened answers as one that is loaded, and damage is found when it is read.

use dregg_runtime::Policy;
use dregg_tests::compile;

const TEXT: &str = "policy opening version 1;
cell @a = 0x1111111111111111111111111111111111111111111111111111111111111111;
segment version = re\"v[0-9]+\";
route /services/{name} { allow read: open; allow invoke: cells { @a }; }
route /services/{name}/{rev: version} allow read: open;
route /public/** allow read: open;
redirect /latest -> /services/latest;
";

const PATHS: [&str; 8] =
    ["/services/x", "/services/x/v1", "/services/x/y", "/public/a/b", "/latest", "/no", "", "/services//v1"];

fn file() -> Vec<u8> {
    compile(TEXT).unwrap().bytes
}

#[test]
fn what_is_opened_answers_as_what_is_loaded() {
    let (opened, loaded) = (Policy::open(file()).unwrap(), Policy::load(&file()).unwrap());
    for path in PATHS {
        assert_eq!(opened.classify(path), loaded.classify(path), "{path}");
    }
    let route = opened.classify("/services/x/v1").unwrap().unwrap().route.unwrap();
    let captures: Vec<(&str, &str)> = opened.captures(route, "/services/x/v1").collect();
    assert_eq!(captures, [("name", "x"), ("rev", "v1")]);
    assert_eq!(opened.check(), Ok(()));
    assert_eq!(opened.artifact(), loaded.artifact());
}

#[test]
fn damage_is_found_when_it_is_read() {
    let file = file();
    let right = Policy::load(&file).unwrap();
    let (mut early, mut late) = (0, 0);
    for at in 0..file.len() {
        let mut bytes = file.clone();
        bytes[at] ^= 1;
        assert!(Policy::load(&bytes).is_err(), "byte {at}");
        match Policy::open(bytes) {
            Err(_) => early += 1,
            Ok(policy) => {
                late += 1;
                assert!(policy.check().is_err(), "byte {at}");
                assert!(policy.artifact().texts.routes.is_empty(), "byte {at}");
                for path in PATHS {
                    assert_eq!(policy.classify(path), right.classify(path), "byte {at}: {path}");
                }
            }
        }
    }
    assert!(early > 1000 && late > 100, "{early} {late}");
}

#[test]
fn resealed_damage_never_panics() {
    let file = file();
    let mut opened = 0;
    for at in 64..file.len() {
        for flip in [1, 0x10, 0x80] {
            let mut bytes = file.clone();
            bytes[at] ^= flip;
            dregg_artifact::wire::reseal(&mut bytes);
            let whole = Policy::load(&bytes).is_ok();
            let policy = Policy::open(bytes);
            assert!(policy.is_ok() || !whole, "byte {at}: loaded but not opened");
            if let Ok(policy) = policy {
                opened += 1;
                let _ = PATHS.map(|path| policy.classify(path));
                assert_eq!(policy.check().is_ok(), whole, "byte {at}");
            }
        }
    }
    assert!(opened > 100, "{opened}");
}
