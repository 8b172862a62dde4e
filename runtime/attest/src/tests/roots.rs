//! Digests of roots and instances, and signatures under them.

use super::*;
use crate::{AttestedRoot, Signature, SignatureError, check_signatures};
use dregg_artifact::PolicyRoot;
use dregg_commit::Digest;

fn root() -> AttestedRoot {
    let digest = |number| Digest([number; 4]);
    AttestedRoot {
        instance: [1; 32],
        epoch: 2,
        previous: [3; 32],
        policy: PolicyRoot([4; 32]),
        facts: digest(5),
        credentials: digest(6),
        stakes: digest(7),
        registry: digest(8),
        height: 9,
    }
}

fn council(members: &[u8], threshold: u32) -> Council {
    let mut members: Vec<CellId> = members.iter().map(|number| cell(*number)).collect();
    members.sort();
    Council { members, threshold }
}

fn genesis() -> Genesis {
    Genesis { policy: PolicyRoot([1; 32]), council: council(&[1, 2], 2), random: [2; 32] }
}

#[test]
fn digests_are_frozen() {
    let hex = |bytes: [u8; 32]| crate::hexadecimal::write(&bytes);
    assert_eq!(hex(root().digest()), "f5dde4878d5427089badb2e2957887f3840231caf7fecb957f4f8b05aab0620b");
    assert_eq!(hex(genesis().instance()), "c0c36883f04c3fdafa0357220a2f4ee84bb916030f8a3b6916b2b5ad024e8216");
    assert_eq!(keys(1).cell().to_hex(), "90151f91a55176fdbe3918276c06d8d09f80da0f4bc3c9a0d57d15ecf1e86c21");
}

#[test]
fn every_field_is_signed() {
    let changes: [fn(&mut AttestedRoot); 9] = [
        |root| root.instance[0] ^= 1,
        |root| root.epoch += 1,
        |root| root.previous[31] ^= 1,
        |root| root.policy.0[0] ^= 1,
        |root| root.facts.0[0] += 1,
        |root| root.credentials.0[3] += 1,
        |root| root.stakes.0[1] += 1,
        |root| root.registry.0[2] += 1,
        |root| root.height += 1,
    ];
    let signature = Signature::new(&root().digest(), &keys(1));
    assert!(signature.holds(&root().digest()));
    for change in changes {
        let mut other = root();
        change(&mut other);
        assert_ne!(other.digest(), root().digest());
        assert!(!signature.holds(&other.digest()));
    }
    let mut swapped = root();
    (swapped.facts, swapped.credentials) = (swapped.credentials, swapped.facts);
    assert_ne!(swapped.digest(), root().digest());
}

#[test]
fn an_instance_is_of_policy_council_and_chance() {
    let changes: [fn(&mut Genesis); 4] = [
        |genesis| genesis.policy.0[0] ^= 1,
        |genesis| genesis.council.threshold += 1,
        |genesis| _ = genesis.council.members.pop(),
        |genesis| genesis.random[0] ^= 1,
    ];
    for change in changes {
        let mut other = genesis();
        change(&mut other);
        assert_ne!(other.instance(), genesis().instance());
    }
}

#[test]
fn a_quorum_is_the_threshold_and_more_than_two_thirds() {
    let quorum = |members: u8, threshold| council(&(1..=members).collect::<Vec<u8>>(), threshold).quorum();
    let found: Vec<usize> = (1..=7).map(|members| quorum(members, 1)).collect();
    assert_eq!(found, [1, 2, 3, 3, 4, 5, 5]);
    assert_eq!((quorum(5, 4), quorum(5, 5), quorum(3, 9)), (4, 5, 9));
    assert_eq!(council(&[], 0).quorum(), 1, "nobody is not enough");
}

#[test]
fn only_enough_members_attest() {
    let digest = root().digest();
    let council = council(&[1, 2, 3, 4], 2);
    let by = |signers: &[u8]| -> Vec<Signature> {
        signers.iter().map(|number| Signature::new(&digest, &keys(*number))).collect()
    };
    let check = |signatures: &[Signature]| check_signatures(&digest, signatures, &council);
    assert_eq!(check(&by(&[1, 2, 3])), Ok(()));
    assert_eq!(check(&by(&[4, 2, 1, 3])), Ok(()));
    assert_eq!(check(&by(&[1, 2])), Err(SignatureError::BelowThreshold { needed: 3, have: 2 }));
    assert_eq!(check(&[]), Err(SignatureError::BelowThreshold { needed: 3, have: 0 }));
    assert_eq!(check(&by(&[1, 2, 2])), Err(SignatureError::SignedTwice { cell: cell(2) }));
    assert_eq!(check(&by(&[1, 2, 3, 5])), Err(SignatureError::NotAMember { cell: cell(5) }));

    // One bit of a signature; a signature of another key; another member's keys beside it.
    let mut bent = by(&[1, 2, 3]);
    bent[2].signature[0] ^= 1;
    assert_eq!(check(&bent), Err(SignatureError::Forged { cell: cell(3) }));
    let mut other = by(&[1, 2, 5]);
    (other[2].key, other[2].proving_key) = (keys(3).public_key(), keys(3).proving_key());
    assert_eq!(check(&other), Err(SignatureError::Forged { cell: cell(3) }));
    // The key alone is no cell.
    let mut mixed = by(&[1, 2, 3]);
    mixed[2].proving_key = keys(4).proving_key();
    assert!(matches!(check(&mixed), Err(SignatureError::NotAMember { .. })));
}

#[test]
fn a_key_of_small_order_signs_nothing() {
    // The neutral point verifies anything under a lenient check, with the neutral point as R and 0 as s.
    let mut point = [0; 32];
    point[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    let forged = Signature { key: point, proving_key: keys(1).proving_key(), signature };
    assert!(!forged.holds(&root().digest()));
}
