//! What is under a root and in a bundle.

use super::*;
use crate::attest::NEVER;
use crate::{AttestError, Bundle, BundleError};
use dregg_commit::FactTree;

const POLICY: &str = "
relation granted(who: cell, what: text) public;
relation employs(employer: cell, who: cell, role: text) held by column employer;
relation badge(who: cell, level: int) held by cells { @k4, @k5 };
relation oath(who: cell) held;
fact granted(@k1, \"own\");
route /a allow read: employs(@k3, \"r\") and stake >= 5;
route /b allow read: badge(7) or oath() or granted(\"x\");
";

fn policy_of_all() -> Artifact {
    policy(
        &POLICY
            .replace("employs(@k3, \"r\")", "works(\"r\")")
            .replace("fact granted", "rule works(who, role) if employs(@k3, who, role);\nfact granted"),
    )
}

fn facts(artifact: &Artifact) -> Vec<Fact> {
    vec![
        fact(artifact, "employs", &[who(3), who(2), text("r")]),
        fact(artifact, "badge", &[who(2), Value::Int(7)]),
        fact(artifact, "oath", &[who(2)]),
        fact(artifact, "oath", &[who(9)]),
        fact(artifact, "granted", &[who(1), text("own")]),
        fact(artifact, "granted", &[who(2), text("x")]),
    ]
}

#[test]
fn a_bundle_opens_under_its_root_with_the_writer_as_signer() {
    let artifact = policy_of_all();
    let attestation = attested(&artifact, &facts(&artifact), &[(2, 12), (3, 4)], 6);
    let bundle = attestation.bundle(&cell(2));
    assert_eq!(bundle.check(&artifact, attestation.root()), Ok(()));
    assert_eq!(bundle.stake.as_ref().map(|stake| stake.amount), Some(12));
    let signers: BTreeMap<&str, CellId> =
        bundle.facts.iter().map(|held| (held.relation.as_str(), held.signer)).collect();
    let first = cell(4).min(cell(5));
    assert_eq!(signers, BTreeMap::from([("badge", first), ("employs", cell(3)), ("oath", cell(1))]));
    assert!(bundle.facts.iter().all(|held| held.expiry == NEVER));
    assert_eq!(attestation.credentials().leaves().len(), 4);
    assert_eq!(Bundle::from_json(&bundle.to_json()).as_ref(), Ok(&bundle));

    let others = attestation.bundle(&cell(3));
    assert_eq!((others.stake.map(|stake| stake.amount), others.facts.len()), (Some(4), 0));
    assert_eq!(attestation.bundle(&cell(9)).facts.len(), 1);
    let stranger = attestation.bundle(&CellId([0; 32]));
    assert_eq!((stranger.stake, stranger.facts), (None, Vec::new()));
}

#[test]
fn the_public_facts_rebuild_their_tree() {
    let artifact = policy_of_all();
    let attestation = attested(&artifact, &facts(&artifact), &[], 6);
    assert_eq!(attestation.public_facts().len(), 1, "the policy's own are not stated again");
    let typed: Vec<Fact> =
        attestation.public_facts().iter().map(|fact| fact.typed(&artifact).unwrap()).collect();
    let tree = FactTree::new(&artifact, &typed).unwrap();
    assert_eq!(tree.root(), attestation.root().facts);
    assert_eq!(tree.root(), attestation.facts().root());
    assert_eq!(attestation.root().policy, artifact.policy_root());
}

#[test]
fn a_changed_bundle_opens_nothing() {
    let artifact = policy_of_all();
    let attestation = attested(&artifact, &facts(&artifact), &[(2, 12), (3, 4)], 6);
    let good = attestation.bundle(&cell(2));
    let after = |change: &dyn Fn(&mut Bundle)| {
        let mut bundle = good.clone();
        change(&mut bundle);
        bundle.check(&artifact, attestation.root()).expect_err("refused")
    };
    let stake = |change: &dyn Fn(&mut crate::StakeOpening)| {
        assert_eq!(after(&|bundle| change(bundle.stake.as_mut().unwrap())), BundleError::Stake);
    };
    stake(&|stake| stake.amount += 1);
    stake(&|stake| stake.salt[0] ^= 1);
    stake(&|stake| stake.leaf ^= 1);
    stake(&|stake| _ = stake.siblings.pop());
    assert_eq!(after(&|bundle| bundle.cell = cell(3)), BundleError::Stake);
    assert_eq!(after(&|bundle| bundle.epoch += 1), BundleError::OtherRoot);
    assert_eq!(after(&|bundle| bundle.root[0] ^= 1), BundleError::OtherRoot);
    let held = |change: &dyn Fn(&mut crate::HeldFact)| after(&|bundle| change(&mut bundle.facts[1]));
    let closed = BundleError::Opening { place: 1 };
    assert_eq!(held(&|held| held.salt[31] ^= 1), closed);
    assert_eq!(held(&|held| held.signer = cell(8)), closed);
    assert_eq!(held(&|held| held.expiry -= 1), closed);
    assert_eq!(held(&|held| held.leaf ^= 1), closed);
    assert_eq!(held(&|held| held.siblings[0].0[0] ^= 1), closed);
    assert!(matches!(held(&|held| held.relation = "nothing".to_owned()), BundleError::Fact(_)));
    assert!(matches!(held(&|held| _ = held.args.pop()), BundleError::Fact(_)));
    let public = held(&|held| {
        held.relation = "granted".to_owned();
        held.args = vec![crate::Argument::Text(cell(2).to_hex()), crate::Argument::Text("x".to_owned())];
    });
    assert_eq!(public, BundleError::NotHeld { relation: "granted".to_owned() });
    assert!(matches!(Bundle::from_json("{}"), Err(BundleError::Json(_))));
}

#[test]
fn fresh_salts_hide_equal_facts() {
    let artifact = policy_of_all();
    let stakes = BTreeMap::from([(cell(2), 5)]);
    let root = |salt: u8| {
        let facts = facts(&artifact);
        attest(&artifact, &facts, &stakes, &position(1), || [salt; 32]).unwrap().root().clone()
    };
    let (one, same, other) = (root(1), root(1), root(2));
    assert_eq!(one, same);
    assert_ne!(one.credentials, other.credentials);
    assert_ne!(one.stakes, other.stakes);
    assert_eq!(one.facts, other.facts);
}

#[test]
fn nothing_prints_what_a_bundle_hides() {
    let artifact = policy_of_all();
    let bundle = attested(&artifact, &facts(&artifact), &[(2, 123_456_789)], 6).bundle(&cell(2));
    let shown = format!("{bundle:?} {:?} {:?}", bundle.stake, bundle.facts);
    assert!(!shown.contains("123456789") && !shown.contains(&cell(3).to_hex()) && !shown.contains("salt"));
}

#[test]
fn what_is_none_of_the_policy_is_refused() {
    let artifact = policy_of_all();
    let try_with = |facts: &[Fact], stakes: &[(CellId, u64)], epoch| {
        let stakes = stakes.iter().copied().collect();
        attest(&artifact, facts, &stakes, &position(epoch), salts()).map(|_| ())
    };
    let good = facts(&artifact);
    assert_eq!(try_with(&good, &[(cell(2), 7)], 1), Ok(()));
    let with = |bad: Fact| [good.clone(), vec![bad]].concat();
    let at_end = Err(AttestError::Fact { index: good.len() });
    assert_eq!(try_with(&with(Fact { relation: 99, arguments: Vec::new() }), &[], 1), at_end);
    assert_eq!(try_with(&with(fact(&artifact, "oath", &[Value::Int(1)])), &[], 1), at_end);
    assert_eq!(try_with(&with(fact(&artifact, "badge", &[who(1), Value::Int(1 << 56)])), &[], 1), at_end);
    assert_eq!(try_with(&good, &[(cell(2), 1 << 56)], 1), Err(AttestError::Stake { cell: cell(2) }));
    let none = CellId([0xff; 32]);
    assert_eq!(try_with(&good, &[(none, 1)], 1), Err(AttestError::Stake { cell: none }));
    assert_eq!(try_with(&good, &[], 1 << 56), Err(AttestError::Epoch));
}
