//! What is computed, without proofs.

use crate::answer::{Answer, LABELS, Label, MAX_PAYLOAD, Scores, weights};

#[test]
fn payloads_are_what_they_look_like() {
    for (payload, label) in [
        (&b"hello, world"[..], Label::Text),
        (b"LOOK OUT", Label::Shouting),
        (b"2024-11-25 3.14159", Label::Figures),
        (&[0, 1, 2, 0xff, 0xfe], Label::Binary),
        (b"", Label::Text),
    ] {
        assert_eq!(Answer::to(payload).label, label, "{payload:?}");
    }
    assert_eq!(Answer::to(b"hello").scores, Scores { text: 20, shouting: -5, figures: -5, binary: -10 });
}

#[test]
fn the_first_of_the_highest_counts() {
    let scores = |scores: [i32; 4]| {
        let [text, shouting, figures, binary] = scores;
        Scores { text, shouting, figures, binary }.highest()
    };
    for (place, label) in LABELS.into_iter().enumerate() {
        let mut alone = [-5; 4];
        alone[place] = -4;
        assert_eq!(scores(alone), label);
        let mut rest = [i32::MIN; 4];
        rest[place..].fill(i32::MAX);
        assert_eq!(scores(rest), label);
    }
}

#[test]
fn no_score_comes_near_what_does_not_fit() {
    let greatest = (0..=u8::MAX).flat_map(weights).map(i32::abs).max().unwrap();
    assert_eq!(greatest, 6);
    assert!(greatest * (MAX_PAYLOAD as i32 + 1) < 1 << 13);
}

#[test]
fn an_answer_has_one_form() {
    let answer = Answer::to(b"hello");
    let json = r#"{"label":"text","scores":{"text":20,"shouting":-5,"figures":-5,"binary":-10}}"#;
    assert_eq!(answer.to_json(), json.as_bytes());
    assert_eq!(Answer::from_json(json.as_bytes()), Some(answer));
    for (from, to) in [
        (",", ", "),
        ("20", "20.0"),
        ("20", "+20"),
        ("20", "2147483648"),
        ("20", "18446744069414584341"),
        ("text\":", "Text\":"),
        ("\"text\",", "\"other\","),
        ("\"text\",", "\"binary\","),
        ("}}", "},\"more\":1}"),
        ("}}", "}} "),
        ("}}", "}"),
        ("\"binary\":-10", "\"binary\":-10,\"binary\":-10"),
    ] {
        let changed = json.replacen(from, to, 1);
        assert_ne!(changed, json);
        assert_eq!(Answer::from_json(changed.as_bytes()), None, "{changed}");
    }
    assert_eq!(Answer::from_json(b""), None);
    assert_eq!(Answer::from_json(&[b'['; 1 << 20]), None);
    assert_eq!(Answer::from_json(&[b'['; 200]), None);
}
