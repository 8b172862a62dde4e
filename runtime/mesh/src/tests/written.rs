//! Who writes facts, credentials and stakes, and when they count.

use super::*;
use crate::{Asked, TreeName};
use dregg_artifact::Permission;
use dregg_attest::{Bundle, HeldFact, StakeOpening};
use dregg_commit::{Digest, FactElements, record, salt_elements};

const POLICY: &str = r#"
relation listed(who: cell) public;
relation noted(by: cell, what: text) public by column by;
relation posted(what: text) public by cells { @k2, @k3 };
relation employs(employer: cell, who: cell) held by column employer;
relation vetted(who: cell) held;
relation trusted(who: cell) held by cells { @k4 };
fact listed(@k9);
rule staff(who) if employs(@k1, who);
route /listed allow read: listed();
route /staff allow read, mount: staff();
route /vetted allow read: vetted();
route /rich allow read, mount: stake >= 100;
governance { council { @k1, @k2, @k3 }; threshold 2 of 3; stakes by cells { @k5 }; }
"#;

fn allows(world: &World, path: &str, caller: u8, bundle: Option<&Bundle>) -> Result<bool, &'static str> {
    let asked = Asked { permission: Permission::Read, path, caller: cell(caller), proved: false, bundle };
    world.mesh.decide(&asked).map(|decision| decision.is_allow()).map_err(|refusal| refusal.name())
}

/// A held fact with what hides it; its opening is filled in by [`bundle`].
fn held(world: &World, signer: u8, relation: &str, arguments: &[&str], expiry: u64) -> (HeldFact, Action) {
    let stated = fact(relation, arguments);
    let artifact = world.mesh.policy().artifact();
    let typed = stated.typed(artifact).unwrap();
    let elements = FactElements::new(&artifact.relations[typed.relation as usize], &typed.arguments).unwrap();
    let salt = [7; 32];
    let commitment = elements.held(salt_elements(&salt)).digest();
    let (relation, args) = (relation.to_owned(), stated.args);
    let (leaf, siblings, signer) = (0, Vec::new(), cell(signer));
    let one = HeldFact { relation: relation.clone(), args, salt, signer, expiry, leaf, siblings };
    (one, Action::Credential { relation, commitment, expiry })
}

/// What a cell shows under the current root.
fn bundle(world: &World, caller: u8, held: &[HeldFact], stake: Option<(u64, [u8; 32])>) -> Bundle {
    let artifact = world.mesh.policy().artifact();
    let open = |tree, leaf: Digest| world.mesh.open(tree, &leaf).unwrap_or((0, vec![Digest::ZERO]));
    let facts = held.iter().cloned().map(|mut one| {
        let (_, elements) = one.fact(artifact).unwrap();
        let (_, leaf) = one.preimages(&elements).unwrap();
        (one.leaf, one.siblings) = open(TreeName::Credentials, leaf.digest());
        one
    });
    let stake = stake.map(|(amount, salt)| {
        let (leaf, siblings) = open(TreeName::Stakes, stake_leaf(caller, amount, salt));
        StakeOpening { amount, salt, leaf, siblings }
    });
    let root = world.mesh.root().root();
    let facts = facts.collect();
    Bundle { cell: cell(caller), epoch: root.epoch, root: root.digest(), stake, facts }
}

fn stake_leaf(number: u8, amount: u64, salt: [u8; 32]) -> Digest {
    record::stake(Digest::from_bytes(&cell(number).0).unwrap(), amount, salt_elements(&salt)).digest()
}

fn set_stake(number: u8, leaf: Digest) -> Action {
    Action::SetStake { cell: cell(number), leaf }
}

#[test]
fn public_facts_are_written_by_their_writers() {
    let mut world = world(POLICY);
    world.act(&[4], assert_fact("noted", &["@k4", "x"])).unwrap();
    assert_eq!(world.act(&[4], assert_fact("noted", &["@k5", "x"])), Err("NotWriter"));
    world.act(&[3], assert_fact("posted", &["x"])).unwrap();
    assert_eq!(world.act(&[1], assert_fact("posted", &["x"])), Err("NotWriter"));
    // One who only signs along is no writer.
    assert_eq!(world.act(&[1, 3], assert_fact("posted", &["x"])), Err("NotWriter"));
    assert_eq!(world.act(&[4], retract("noted", &["@k5", "x"])), Err("NotWriter"));
    assert_eq!(world.act(&[4], assert_fact("staff", &["@k4"])), Err("UnknownRelation"));
    assert_eq!(world.act(&[4], assert_fact("noted", &["@k4"])), Err("FactColumns"));
    assert_eq!(world.act(&[1, 2], assert_fact("vetted", &["@k4"])), Err("HeldRelation"));
    assert_eq!(world.act(&[4], Action::Assert { facts: Vec::new() }), Err("NoFacts"));
    // One fact that is not the signer's refuses all.
    let facts = vec![fact("noted", &["@k4", "y"]), fact("noted", &["@k5", "y"])];
    assert_eq!(world.act(&[4], Action::Assert { facts }), Err("NotWriter"));
}

#[test]
fn the_council_writes_by_its_threshold() {
    let mut world = world(POLICY);
    let (listed, by) = (assert_fact("listed", &["@k4"]), Err("BelowThreshold"));
    assert_eq!(world.act(&[1], listed.clone()), by);
    assert_eq!(world.act(&[1, 4], listed.clone()), by);
    assert_eq!(world.act(&[1, 1], listed.clone()), Err("SignedTwice"));
    assert_eq!(world.act(&[4, 1, 2], listed.clone()), Err("NotWriter"));
    world.act(&[2, 1], listed).unwrap();
    let (_, vetted) = held(&world, 1, "vetted", &["@k4"], 9);
    assert_eq!(world.act(&[1], vetted.clone()), by);
    world.act(&[1, 2], vetted).unwrap();
}

#[test]
fn without_a_council_the_founder_is_one() {
    let mut world = world("relation listed(who: cell) public; route /l allow read: listed();");
    assert_eq!(world.act(&[2], assert_fact("listed", &["@k2"])), Err("NotWriter"));
    world.act(&[1], assert_fact("listed", &["@k2"])).unwrap();
    assert_eq!(world.act(&[2], set_stake(2, Digest([1; 4]))), Err("NotWriter"));
    world.act(&[1], set_stake(2, Digest([1; 4]))).unwrap();
}

#[test]
fn facts_come_and_go_with_epochs_and_the_policys_own_stay() {
    let mut world = world(POLICY);
    world.act(&[1, 2], assert_fact("listed", &["@k4"])).unwrap();
    assert_eq!(allows(&world, "/listed", 4, None), Ok(false));
    assert_eq!(world.mesh.facts().asserted, [fact("listed", &["@k4"])]);
    world.close(&[1, 2, 3]).unwrap();
    assert_eq!(allows(&world, "/listed", 4, None), Ok(true));
    let facts = world.mesh.facts();
    assert_eq!((facts.current, facts.asserted), (&[fact("listed", &["@k4"])][..], Vec::new()));
    assert_eq!(world.act(&[1, 2], retract("listed", &["@k9"])), Err("PolicyFact"));
    assert_eq!(world.act(&[1, 2], retract("listed", &["@k5"])), Err("UnknownFact"));
    world.act(&[1, 2], retract("listed", &["@k4"])).unwrap();
    assert_eq!(world.act(&[1, 2], retract("listed", &["@k4"])), Err("UnknownFact"));
    assert_eq!(allows(&world, "/listed", 4, None), Ok(true));
    assert_eq!(world.mesh.facts().retracted, [fact("listed", &["@k4"])]);
    world.close(&[1, 2, 3]).unwrap();
    assert_eq!(allows(&world, "/listed", 4, None), Ok(false));
    assert_eq!(allows(&world, "/listed", 9, None), Ok(true));
}

#[test]
fn a_credential_counts_from_the_next_epoch_until_it_ends() {
    let mut world = world(POLICY);
    let (one, action) = held(&world, 1, "employs", &["@k1", "@k6"], 3);
    assert_eq!(world.act(&[1], held(&world, 1, "employs", &["@k1", "@k6"], 1).1), Err("Expired"));
    assert_eq!(world.act(&[1], held(&world, 1, "employs", &["@k1", "@k6"], 1 << 56).1), Err("Expired"));
    world.act(&[1], action.clone()).unwrap();
    assert_eq!(world.act(&[1], action), Err("KnownLeaf"));
    let shows =
        |world: &World| allows(world, "/staff", 6, Some(&bundle(world, 6, std::slice::from_ref(&one), None)));
    assert_eq!(shows(&world), Err("Bundle"));
    for _ in 0..2 {
        world.close(&[1, 2, 3]).unwrap();
        assert_eq!(shows(&world), Ok(true));
        assert_eq!(allows(&world, "/staff", 6, None), Ok(false));
    }
    let old = bundle(&world, 6, std::slice::from_ref(&one), None);
    world.close(&[1, 2, 3]).unwrap();
    assert_eq!(shows(&world), Err("Bundle"));
    assert_eq!(allows(&world, "/staff", 6, Some(&old)), Err("Bundle"));
    let public = Action::Credential { relation: "listed".to_owned(), commitment: Digest::ZERO, expiry: 9 };
    assert_eq!(world.act(&[1, 2], public), Err("PublicRelation"));
    let trusted = held(&world, 5, "trusted", &["@k6"], 9).1;
    assert_eq!(world.act(&[5], trusted.clone()), Err("NotWriter"));
    world.act(&[4], trusted).unwrap();
}

/// Whoever issues a fact of a relation by column is not seen to be in that column until the fact is shown.
#[test]
fn a_credential_signed_by_another_than_its_column_names_shows_nothing() {
    let mut world = world(POLICY);
    let (forged, action) = held(&world, 6, "employs", &["@k1", "@k6"], 9);
    world.act(&[6], action).unwrap();
    let (good, action) = held(&world, 1, "employs", &["@k1", "@k6"], 9);
    world.act(&[1], action).unwrap();
    world.close(&[1, 2, 3]).unwrap();
    let shows = |one: &HeldFact| {
        allows(&world, "/staff", 6, Some(&bundle(&world, 6, std::slice::from_ref(one), None)))
    };
    assert_eq!(shows(&good), Ok(true));
    assert_eq!(shows(&forged), Err("NotIssued"));
    // Nor does it under another signer's name: that leaf is not there.
    let renamed = HeldFact { signer: cell(2), ..forged };
    assert_eq!(shows(&renamed), Err("Bundle"));
    // A bundle is its own cell's.
    let mine = bundle(&world, 6, &[good], None);
    assert_eq!(allows(&world, "/staff", 7, Some(&mine)), Err("OtherBundle"));
}

#[test]
fn stakes_are_set_by_their_writer_and_counted_in_clear_or_proved() {
    let mut world = world(POLICY);
    let (rich, poor) = (stake_leaf(6, 100, [1; 32]), stake_leaf(6, 99, [2; 32]));
    assert_eq!(world.act(&[1, 2, 3], set_stake(6, rich)), Err("NotWriter"));
    world.act(&[5], set_stake(6, rich)).unwrap();
    assert_eq!(world.mesh.stake_leaf(&cell(6)), None);
    world.close(&[1, 2, 3]).unwrap();
    assert_eq!(world.mesh.stake_leaf(&cell(6)), Some(rich));
    let shows = |world: &World, caller, amount, salt| {
        allows(world, "/rich", caller, Some(&bundle(world, caller, &[], Some((amount, [salt; 32])))))
    };
    assert_eq!(shows(&world, 6, 100, 1), Ok(true));
    assert_eq!(shows(&world, 6, 101, 1), Err("Bundle"));
    assert_eq!(shows(&world, 7, 100, 1), Err("Bundle"));
    assert_eq!(world.act(&[5], set_stake(7, rich)), Err("KnownLeaf"));
    world.act(&[5], set_stake(6, poor)).unwrap();
    world.close(&[1, 2, 3]).unwrap();
    assert_eq!(shows(&world, 6, 99, 2), Ok(false));
    assert_eq!(shows(&world, 6, 100, 1), Err("Bundle"));
    world.act(&[5], set_stake(6, Digest::ZERO)).unwrap();
    world.close(&[1, 2, 3]).unwrap();
    assert_eq!(world.mesh.stake_leaf(&cell(6)), None);
    assert_eq!(shows(&world, 6, 99, 2), Err("Bundle"));
}

#[test]
fn openings_in_a_transaction_show_a_right_to_mount() {
    let mut world = world(POLICY);
    world.act(&[5], set_stake(6, stake_leaf(6, 100, [1; 32]))).unwrap();
    world.close(&[1, 2, 3]).unwrap();
    let with = |bundle: Bundle| match mount("/rich", 0, 0) {
        Action::Mount { path, descriptor, priority, expected_version, .. } => {
            let witness = Some(crate::Witness::Openings(Box::new(bundle)));
            Action::Mount { path, descriptor, priority, expected_version, witness }
        }
        other => other,
    };
    let own = bundle(&world, 6, &[], Some((100, [1; 32])));
    assert_eq!(world.act(&[6], mount("/rich", 0, 0)), Err("Clause"));
    assert_eq!(world.act(&[7], with(own.clone())), Err("OtherBundle"));
    let stolen = Bundle { cell: cell(7), ..own.clone() };
    assert_eq!(world.act(&[7], with(stolen)), Err("Bundle"));
    // What was taken out cannot be put back by another.
    let whole = world.signed(&[6], with(own));
    let bare = whole.without_witness();
    assert_eq!(bare.digest(), whole.digest());
    assert_eq!(world.apply(&bare).unwrap_err().name(), "WitnessMissing");
    world.apply(&whole).unwrap();
    let entry = &world.mesh.mounts("/rich")[0];
    assert_eq!(SignedTransaction::from_bytes(&entry.transaction), Ok(bare.clone()));
    assert_eq!(bare.signers(), Ok(vec![cell(6)]));
    let Action::Mount { descriptor, witness, .. } = bare.transaction().unwrap().action else { panic!() };
    assert_eq!((descriptor, witness), (entry.descriptor.clone(), None));
}
