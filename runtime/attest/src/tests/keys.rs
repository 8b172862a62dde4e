//! Key files.

use super::*;
use crate::KeysError;

#[test]
fn a_file_gives_its_keys_back() {
    let keys = keys(7);
    let read = Keys::from_json(&keys.to_json()).unwrap();
    assert_eq!((read.name(), read.cell(), read.secret()), ("k7", keys.cell(), &[7; 32]));
    assert_eq!(read.public_key(), keys.public_key());
    assert_eq!(read.declaration(), format!("cell @k7 = 0x{};", keys.cell()));
}

#[test]
fn what_is_no_key_file_is_refused_without_showing_it() {
    let good = keys(7).to_json();
    let secret = "07".repeat(32);
    assert_eq!(good.matches(&secret).count(), 2);
    let refused = |text: String| {
        let error = Keys::from_json(&text).expect_err("refused");
        assert!(!format!("{error} {error:?}").contains(secret.get(..16).unwrap()), "{error:?}");
        error
    };
    let other = keys(8).to_json();
    assert_eq!(
        refused(good.replace(&cell(7).to_hex(), &cell(8).to_hex())),
        KeysError::OtherCell { cell: cell(7) }
    );
    assert!(matches!(refused(other.replace("\"k8\"", "\"K8\"")), KeysError::Name { .. }));
    assert_eq!(refused(good.replace(&secret, secret.get(2..).unwrap())), KeysError::Secret);
    assert_eq!(refused(good.replace(&secret, &"zz".repeat(32))), KeysError::Secret);
    assert!(matches!(refused(good.replace("{", "{\"more\": 1,")), KeysError::Json { .. }));
    assert!(matches!(refused(good.replace("\"name\"", "\"title\"")), KeysError::Json { .. }));
    assert!(matches!(refused(format!("[\"{secret}\"]")), KeysError::Json { .. }));
    assert!(matches!(refused(String::new()), KeysError::Json { .. }));
}

#[test]
fn names_are_those_a_policy_can_declare() {
    let named = |name: &str| Keys::new(name, &[1; 32], &[2; 32]).is_ok();
    for name in ["a", "gpu-1", "gpu--1", "_x", "9lives"] {
        assert!(named(name), "{name}");
        let text =
            format!("policy t version 1;\n{}\n", Keys::new(name, &[1; 32], &[2; 32]).unwrap().declaration());
        let mut memory = Memory::default();
        memory.add("t.dregg", text);
        assert!(!load(&mut memory, "t.dregg").diagnostics.iter().any(|one| one.is_error()), "{name}");
    }
    for name in ["", "-a", "a-", "A", "a b", "a.b", "@a", "a\n", "é", &"a".repeat(65)] {
        assert!(!named(name), "{name}");
    }
}

#[test]
fn nothing_prints_a_secret() {
    let keys = Keys::new("alice", &[0xab; 32], &[0xcd; 32]).unwrap();
    for shown in [format!("{keys:?}"), format!("{keys:#?}")] {
        assert!(shown.contains("alice") && shown.contains(&keys.cell().to_hex()));
        for secret in ["abab", "cdcd", "171, 171", "205, 205"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
