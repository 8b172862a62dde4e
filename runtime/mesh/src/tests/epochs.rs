//! Transactions and roots: whose they are, when they are good, and who closes an epoch.

use super::*;
use crate::GenesisError;
use dregg_attest::Signature;
use dregg_commit::Digest;

const POLICY: &str = r#"
relation listed(who: cell) public by cells { @k1 };
fact listed(@k9);
route /open/** allow read, mount: open;
governance { council { @k1, @k2, @k3 }; threshold 2 of 3; }
"#;

#[test]
fn a_transaction_is_good_once_in_its_epoch_of_its_instance() {
    let mut world = world(POLICY);
    let signed = world.signed(&[1], assert_fact("listed", &["@k1"]));
    assert_eq!(world.mesh.prepare(1, &signed).unwrap_err(), Refusal::OtherHeight { next: 0 });
    world.apply(&signed).unwrap();
    assert_eq!(world.apply(&signed), Err(Refusal::Repeated));
    let kept = world.signed(&[1], assert_fact("listed", &["@k2"]));
    let mut early = world.transaction(assert_fact("listed", &["@k2"]));
    early.epoch += 1;
    let early = early.sign(&[&keys(1)]);
    assert_eq!(world.apply(&early), Err(Refusal::OtherEpoch { current: 0 }));
    world.close(&[1, 2, 3]).unwrap();
    assert_eq!(world.apply(&signed), Err(Refusal::OtherEpoch { current: 1 }));
    assert_eq!(world.apply(&kept), Err(Refusal::OtherEpoch { current: 1 }));
    world.apply(&early).unwrap();
    let mut foreign = world.transaction(assert_fact("listed", &["@k3"]));
    foreign.instance = [7; 32];
    let foreign = foreign.sign(&[&keys(1)]);
    assert_eq!(world.apply(&foreign), Err(Refusal::OtherInstance));
}

#[test]
fn a_signature_is_of_one_transaction_and_one_acting_cell() {
    let mut world = world(POLICY);
    let good = world.signed(&[4, 5], mount("/open/x", 0, 0));
    let mut unsigned = good.clone();
    unsigned.signatures.clear();
    assert_eq!(world.apply(&unsigned), Err(Refusal::Unsigned));
    let mut swapped = good.clone();
    swapped.signatures.swap(0, 1);
    assert_eq!(world.apply(&swapped), Err(Refusal::Forged { cell: cell(5) }));
    let mut second = good.clone();
    second.signatures.remove(0);
    assert_eq!(world.apply(&second), Err(Refusal::Forged { cell: cell(5) }));
    let mut twice = good.clone();
    twice.signatures.push(good.signatures[0].clone());
    assert_eq!(world.apply(&twice), Err(Refusal::SignedTwice { cell: cell(4) }));
    let other = world.signed(&[4], mount("/open/y", 0, 0));
    let mut forged = good.clone();
    forged.signatures = other.signatures;
    assert_eq!(world.apply(&forged), Err(Refusal::Forged { cell: cell(4) }));
    // Another proving key makes another cell.
    let mut claimed = good.clone();
    claimed.signatures[0].proving_key = Digest([1, 2, 3, 4]);
    assert!(matches!(world.apply(&claimed), Err(Refusal::Forged { .. })));
    // A key of small order signs nothing.
    let mut small = good.clone();
    small.signatures.truncate(1);
    (small.signatures[0].key, small.signatures[0].signature) = ([0; 32], [0; 64]);
    small.signatures[0].key[0] = 1;
    assert!(matches!(world.apply(&small), Err(Refusal::Forged { .. })));
    world.apply(&good).unwrap();
    assert_eq!(world.mesh.mounts("/open/x")[0].cell, cell(4));
}

#[test]
fn an_epoch_is_closed_by_the_council_over_the_root_that_follows() {
    let mut world = world(POLICY);
    assert_eq!(world.close(&[1, 2]), Err("BelowThreshold"));
    assert_eq!(world.close(&[1, 2, 4]), Err("NotAMember"));
    assert_eq!(world.close(&[1, 2, 2]), Err("SignedTwice"));
    assert_eq!(world.close(&[]), Err("BelowThreshold"));
    let all = [keys(1), keys(2), keys(3)];
    let all: Vec<&Keys> = all.iter().collect();
    let Action::CloseEpoch { signatures } = world.mesh.sign_next(0, &all) else { panic!() };
    let mut forged = signatures.clone();
    forged[2].signature[0] ^= 1;
    assert_eq!(world.act(&[9], Action::CloseEpoch { signatures: forged }), Err("Forged"));
    let other = Signature::new(&[3; 32], &keys(3));
    let mixed = [&signatures[..2], &[other]].concat();
    assert_eq!(world.act(&[9], Action::CloseEpoch { signatures: mixed }), Err("Forged"));
    let many = [&signatures[..], &signatures[..]].concat();
    assert_eq!(world.act(&[9], Action::CloseEpoch { signatures: many }), Err("TooLong"));
    // The root that was signed is no longer the next one once something has come between.
    world.act(&[1], assert_fact("listed", &["@k1"])).unwrap();
    assert_eq!(world.act(&[9], Action::CloseEpoch { signatures }), Err("Forged"));
    let stale = world.mesh.sign_next(world.mesh.height() + 1, &all);
    assert_eq!(world.act(&[9], stale), Err("Forged"));
    let next = world.mesh.next_root(1);
    let before = world.mesh.root().clone();
    world.close(&[3, 1, 2]).unwrap();
    let root = world.mesh.root();
    assert_eq!((root.root(), root.check()), (&next, Ok(())));
    assert_eq!(root.check_from(&before.root().digest()), Ok(()));
    assert_eq!((next.epoch, next.height, next.previous), (1, 1, before.root().digest()));
    assert_eq!((world.mesh.height(), world.mesh.epoch()), (2, 1));
    for _ in 0..3 {
        world.close(&[1, 2, 3]).unwrap();
    }
    assert_eq!((world.mesh.root().chain.len(), world.mesh.root().check()), (4, Ok(())));
}

#[test]
fn two_meshes_of_one_log_agree_and_a_mesh_begun_again_is_the_same() {
    let mut one = world(POLICY);
    let mut log = Vec::new();
    for number in 0..4 {
        let signed = one.signed(&[4], mount(&format!("/open/{number}"), 0, 0));
        one.apply(&signed).unwrap();
        log.push(signed);
        let signatures = one.mesh.sign_next(one.mesh.height(), &[&keys(1), &keys(2), &keys(3)]);
        let signed = one.signed(&[9], signatures);
        one.apply(&signed).unwrap();
        log.push(signed);
    }
    let mut other = world(POLICY);
    for signed in &log {
        let bytes = signed.to_bytes();
        other.apply(&SignedTransaction::from_bytes(&bytes).unwrap()).unwrap();
    }
    assert_eq!(one.mesh.state_digest(), other.mesh.state_digest());
    assert_eq!(one.mesh.root(), other.mesh.root());
}

#[test]
fn a_mesh_begins_with_a_signed_root_of_its_policy_and_nothing_private() {
    let world = world(POLICY);
    let (artifact, root) = (world.mesh.artifact_bytes().to_vec(), world.mesh.root().clone());
    let begin = |artifact: &[u8], root: &SignedRoot| {
        Mesh::new(artifact.to_vec(), root.clone()).map(|_| ()).map_err(|error| error.name())
    };
    assert_eq!(begin(&artifact, &root), Ok(()));
    assert_eq!(begin(&artifact[1..], &root), Err("Artifact"));
    let mut unsigned = root.clone();
    unsigned.attested.signatures.truncate(2);
    assert_eq!(begin(&artifact, &unsigned), Err("BelowThreshold"));
    let mut more = root.clone();
    more.facts.push(fact("listed", &["@k1"]));
    assert_eq!(begin(&artifact, &more), Err("OtherFacts"));
    more.facts[0].relation = "unheard".to_owned();
    assert_eq!(begin(&artifact, &more), Err("UnknownFact"));
    assert_eq!(begin(&policy("route /x allow read: open;").encode(), &root), Err("OtherPolicy"));
    let mut staked = root.clone();
    staked.attested.root.stakes = Digest([1; 4]);
    staked.attested.signatures.clear();
    (1..=3).for_each(|number| staked.sign(&keys(number)));
    assert_eq!(Mesh::new(artifact.clone(), staked).unwrap_err(), GenesisError::NotEmpty);
}
