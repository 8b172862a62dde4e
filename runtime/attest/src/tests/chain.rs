//! From a trusted root to a later one.

use super::*;
use crate::{ChainError, SignatureError};

fn governed(members: &str, threshold: &str) -> Artifact {
    policy(&format!(
        "route /a allow read: open;\ngovernance {{ council {{ {members} }}; threshold {threshold}; }}\n"
    ))
}

fn first() -> Artifact {
    governed("@k1, @k2, @k3", "2 of 3")
}

/// Epochs 1, 2 and 5; the council changes with the second, and takes effect after it.
fn chain() -> [SignedRoot; 3] {
    let one = signed(&first(), None, 1, &[1, 2, 3]);
    let second = governed("@k4, @k5", "2 of 2");
    let two = signed(&second, Some(&one), 2, &[3, 2, 1]);
    let three = signed(&second, Some(&two), 5, &[4, 5]);
    [one, two, three]
}

#[test]
fn later_roots_follow_from_earlier_ones_by_signatures() {
    let chain = chain();
    for (place, root) in chain.iter().enumerate() {
        assert_eq!(root.check(), Ok(()));
        assert_eq!(root.chain.len(), place);
        for (earlier, trusted) in chain.iter().enumerate() {
            let expected = if earlier <= place { Ok(()) } else { Err(ChainError::NotContinued) };
            assert_eq!(root.check_from(&trusted.root().digest()), expected);
        }
        assert_eq!(SignedRoot::from_json(&root.to_json()).as_ref(), Ok(root));
    }
    let other = signed(&first(), None, 1, &[1, 2, 3]);
    assert_eq!(other.root(), chain[0].root(), "the same beginning");
    assert_eq!(chain[2].council(), chain[1].next_council());
    assert_eq!(chain[2].council().unwrap().members.len(), 2);
}

#[test]
fn the_council_of_the_epoch_before_signs() {
    let [one, two, _] = chain();
    let below = |needed, have| SignatureError::BelowThreshold { needed, have };
    let refused = |root: SignedRoot, epoch, error| {
        let expected = Err(ChainError::Signatures { epoch, error });
        assert_eq!(root.check(), expected);
        assert_eq!(root.check_from(&one.root().digest()), expected);
    };
    let second = governed("@k4, @k5", "2 of 2");
    let outside = |number| SignatureError::NotAMember { cell: cell(number) };
    refused(signed(&second, Some(&one), 2, &[1, 2]), 2, below(3, 2));
    refused(signed(&second, Some(&one), 2, &[4, 5]), 2, outside(4));
    refused(signed(&second, Some(&two), 3, &[1, 2, 3]), 3, outside(1));
    refused(signed(&second, Some(&two), 3, &[4]), 3, below(2, 1));
    let alone = signed(&first(), None, 1, &[1, 2]);
    assert_eq!(alone.check(), Err(ChainError::Signatures { epoch: 1, error: below(3, 2) }));
    // Whoever trusts a root does not ask who signed it.
    assert_eq!(alone.check_from(&alone.root().digest()), Ok(()));
}

#[test]
fn a_stated_council_is_no_council() {
    let [one, ..] = chain();
    let trusted = one.root().digest();
    // The governance of another policy beside the root of this one.
    let mut forged = signed(&first(), Some(&one), 2, &[7]);
    forged.chain[0].policy = crate::PolicyPart::of(&governed("@k7", "1 of 1"));
    assert_eq!(forged.check_from(&trusted), Err(ChainError::Policy { epoch: 1 }));
    // Another founding council, which then is of another instance.
    let mut forged = signed(&first(), Some(&one), 2, &[7]);
    forged.genesis.council = Council::one(cell(7));
    assert_eq!(forged.check_from(&trusted), Err(ChainError::Genesis));
    assert_eq!(forged.check(), Err(ChainError::Genesis));
}

#[test]
fn links_are_joined_in_order() {
    let [one, two, three] = chain();
    let mut skipped = three.clone();
    skipped.chain.remove(1);
    assert_eq!(skipped.check_from(&one.root().digest()), Err(ChainError::Broken { epoch: 5 }));
    let mut headless = three.clone();
    headless.chain.remove(0);
    assert_eq!(headless.check(), Err(ChainError::Genesis));
    assert_eq!(headless.check_from(&two.root().digest()), Ok(()));
    for epoch in [0, 1] {
        let back = signed(&first(), Some(&one), epoch, &[1, 2, 3]);
        assert_eq!(back.check(), Err(ChainError::Order { epoch }));
    }
    let mut bent = two.clone();
    bent.attested.root.facts.0[0] ^= 1;
    assert!(matches!(bent.check(), Err(ChainError::Signatures { error: SignatureError::Forged { .. }, .. })));
}

#[test]
fn without_governance_the_founder_is_the_council() {
    let plain = policy("route /a allow read: open;\n");
    let one = signed(&plain, None, 1, &[6]);
    assert_eq!(one.check(), Ok(()));
    let two = signed(&plain, Some(&one), 2, &[6]);
    assert_eq!(two.check_from(&one.root().digest()), Ok(()));
    let usurped = signed(&plain, Some(&one), 2, &[5]);
    assert!(matches!(usurped.check(), Err(ChainError::Signatures { epoch: 2, .. })));
}

#[test]
fn hostile_json_is_refused_by_name() {
    let text = chain()[1].to_json();
    let refused = |text: &str| matches!(SignedRoot::from_json(text), Err(ChainError::Json(_)));
    assert!(!refused(&text));
    assert!(refused(&text.replacen("\"epoch\"", "\"more\": 1, \"epoch\"", 1)));
    assert!(refused(text.get(..text.len() / 2).unwrap()));
    assert!(refused(""));
    assert!(refused(&"[".repeat(100_000)));
    let root = chain()[1].root().facts.to_bytes();
    let digits = crate::hexadecimal::write(&root);
    assert!(refused(&text.replace(&digits, &"ff".repeat(32))), "no elements");
    assert!(refused(&text.replace(&digits, digits.get(1..).unwrap())));
    // A policy of another number of parts is read, and opens nothing.
    let mut odd: serde_json::Value = serde_json::from_str(&text).unwrap();
    odd["attested"]["policy"]["parts"].as_array_mut().unwrap().pop();
    let odd = SignedRoot::from_json(&odd.to_string()).unwrap();
    assert_eq!(odd.check(), Err(ChainError::Policy { epoch: 2 }));
}
