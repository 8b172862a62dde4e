//! Access proofs as witnesses of transactions.

use super::*;
use crate::{Witness, verifier_name};
use dregg_artifact::Permission;
use dregg_prove::{Ask, AskCaller, Prover};
use dregg_verify::Reject;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

const POLICY: &str = r#"
relation listed(who: cell) public by cells { @k1 };
fact listed(@k2);
route /proved/** { require mount: proof; allow read: open; allow mount: listed(); }
gateway /g/** owner @k1 { require mount: proof; allow read: open; }
"#;

/// The transaction with a proof for it, or an opening in its place.
fn with_proof(world: &World, transaction: &Transaction, by: u8, path: &str, open: bool) -> Transaction {
    let prover = Prover::new(world.mesh.policy().artifact(), world.mesh.root()).unwrap();
    let ask = Ask {
        permission: Permission::Mount,
        path,
        hide_path: false,
        caller: AskCaller::Shown,
        open_route: true,
        open,
        verifier: &verifier_name(&world.mesh.instance()),
        nonce: &transaction.proof_nonce(),
    };
    let made = prover.prove(&ask, &keys(by), None, &mut ChaCha20Rng::from_seed([3; 32])).unwrap();
    with_bytes(transaction, made.bytes)
}

fn with_bytes(transaction: &Transaction, bytes: Vec<u8>) -> Transaction {
    let mut shown = transaction.clone();
    if let Action::Mount { witness, .. } = &mut shown.action {
        *witness = Some(Witness::Proof(bytes));
    }
    assert_eq!(shown.proof_nonce(), transaction.proof_nonce());
    shown
}

fn proof(transaction: &Transaction) -> Vec<u8> {
    match &transaction.action {
        Action::Mount { witness: Some(Witness::Proof(bytes)), .. } => bytes.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_proof_is_of_its_transaction_cell_path_and_epoch() {
    let mut world = world(POLICY);
    let path = "/proved/x";
    let bare = world.transaction(mount(path, 0, 0));
    let shown = with_proof(&world, &bare, 2, path, false);
    let bytes = proof(&shown);
    let says = |world: &mut World, transaction: &Transaction, by: u8| {
        world.apply(&transaction.sign(&[&keys(by)])).map(|_| ())
    };
    assert_eq!(says(&mut world, &bare, 2).unwrap_err().name(), "ProofRequired");
    assert_eq!(says(&mut world, &shown, 3), Err(Refusal::Proof(Reject::Caller)));
    // The same proof with another transaction: its nonce is another.
    let again = world.transaction(mount(path, 0, 0));
    let again = with_bytes(&again, bytes.clone());
    assert_eq!(says(&mut world, &again, 2), Err(Refusal::Proof(Reject::Nonce)));
    let other = world.transaction(mount("/proved/y", 0, 0));
    let other = with_bytes(&other, bytes.clone());
    assert_eq!(says(&mut world, &other, 2), Err(Refusal::Proof(Reject::Path)));
    let mut bent = bytes.clone();
    let last = bent.len() - 1;
    bent[last] ^= 1;
    let bent = with_bytes(&bare, bent);
    assert!(matches!(says(&mut world, &bent, 2), Err(Refusal::Proof(_))));
    let nothing = with_bytes(&bare, Vec::new());
    assert_eq!(says(&mut world, &nothing, 2), Err(Refusal::Proof(Reject::NotAProof)));
    assert_eq!(says(&mut world, &shown, 2), Ok(()));
    assert_eq!(world.mesh.mounts(path).len(), 1);
    // A mount keeps no proof.
    assert!(world.mesh.mounts(path)[0].transaction.len() < 1000);
    world.act(&[2], unmount(path, 1)).unwrap();
    world.close(&[1]).unwrap();
    let late = Transaction { epoch: 1, ..shown };
    assert_eq!(says(&mut world, &late, 2), Err(Refusal::Proof(Reject::Epoch)));
}

#[test]
fn at_a_gateway_a_proof_counts_until_a_table_is_published() {
    let mut world = world(POLICY);
    let path = "/g/x";
    let mounts = |world: &mut World, version: u64| {
        let bare = world.transaction(mount(path, 0, version));
        let shown = with_proof(world, &bare, 1, path, false);
        world.apply(&shown.sign(&[&keys(1)])).map(|_| ())
    };
    assert_eq!(mounts(&mut world, 0), Ok(()));
    let table = policy("route /g/x allow read, mount: open;").encode();
    world.act(&[1], Action::Publish { gateway: "/g".to_owned(), table: table.clone() }).unwrap();
    world.act(&[1], unmount(path, 1)).unwrap();
    world.close(&[1]).unwrap();
    assert_eq!(mounts(&mut world, 0), Err(Refusal::Proof(Reject::Gateway)));
}

#[test]
fn an_opening_is_no_proof_of_a_right_to_mount() {
    let mut world =
        world("fact listed(@k2); relation listed(who: cell) public; route /x allow mount: listed();");
    let bare = world.transaction(mount("/x", 0, 0));
    let opened = with_proof(&world, &bare, 2, "/x", true);
    let refused = world.apply(&opened.sign(&[&keys(2)]));
    assert_eq!(refused, Err(Refusal::Proof(Reject::OpeningOnly)));
    let delegate = Action::Delegate {
        gateway: "/x".to_owned(),
        to: cell(3),
        depth: 0,
        witness: Some(Witness::Proof(proof(&opened))),
    };
    assert_eq!(world.act(&[2], delegate), Err("NoGateway"));
}

#[test]
fn a_registry_with_mounts_and_no_table_lets_proofs_at_gateways_count() {
    let mut world = world(POLICY);
    let path = "/g/y";
    let bare = world.transaction(mount(path, 0, 0));
    let shown = with_proof(&world, &bare, 1, path, false);
    world.apply(&shown.sign(&[&keys(1)])).unwrap();
    world.close(&[1]).unwrap();
    let empty = dregg_commit::Tree::new(Vec::new()).root();
    assert_ne!(world.mesh.root().root().registry, empty);
    let bare = world.transaction(mount(path, 0, 1));
    let shown = with_proof(&world, &bare, 1, path, false);
    world.apply(&shown.sign(&[&keys(1)])).unwrap();
    assert_eq!(world.mesh.mounts(path)[0].version, 2);
}
