//! Roots, signatures, chains, keys and bundles, in pairs of what is accepted and what is not.

mod bundles;
mod chain;
mod derivations;
mod keys;
mod roots;

use crate::{Attestation, Council, Genesis, Keys, Position, SignedRoot, attest};
use dregg_artifact::{Artifact, CellId, Fact, Value};
use dregg_compiler::load::{Memory, load};
use std::collections::BTreeMap;

/// The keys of a small number, and the name that tests call its cell by.
fn keys(number: u8) -> Keys {
    Keys::new(&format!("k{number}"), &[number; 32], &[number; 32]).unwrap()
}

fn cell(number: u8) -> CellId {
    keys(number).cell()
}

/// Compiles a policy in which `@k1` to `@k9` are the cells of [`keys`].
fn policy(text: &str) -> Artifact {
    let cells: String = (1..=9).map(|number| keys(number).declaration() + "\n").collect();
    let mut memory = Memory::default();
    memory.add("policy.dregg", format!("policy t version 1;\n{cells}{text}"));
    let loaded = load(&mut memory, "policy.dregg");
    let lowered = dregg_compiler::lower::lower(&loaded);
    let diagnostics = loaded.diagnostics.iter().chain(&lowered.diagnostics);
    let errors: Vec<String> =
        diagnostics.filter(|one| one.is_error()).map(|one| one.message.clone()).collect();
    assert_eq!(errors, [] as [String; 0]);
    match dregg_compiler::generate::compile(&lowered.hir) {
        Ok(artifact) => artifact,
        Err(_) => panic!("not compiled"),
    }
}

/// A fact by name; a number below 10 stands for a cell where the column is one.
fn fact(artifact: &Artifact, relation: &str, arguments: &[Value]) -> Fact {
    let number = artifact.relations.iter().position(|one| one.name == relation).unwrap();
    Fact { relation: number as u32, arguments: arguments.to_vec() }
}

fn who(number: u8) -> Value {
    Value::Cell(cell(number))
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Salts that differ.
fn salts() -> impl FnMut() -> [u8; 32] {
    let mut number = 0u64;
    move || {
        number += 1;
        *blake3::hash(&number.to_le_bytes()).as_bytes()
    }
}

fn position(epoch: u64) -> Position {
    Position { instance: [1; 32], epoch, previous: [0; 32], height: 0, council: cell(1) }
}

fn attested(artifact: &Artifact, facts: &[Fact], stakes: &[(u8, u64)], epoch: u64) -> Attestation {
    let stakes: BTreeMap<CellId, u64> =
        stakes.iter().map(|(number, amount)| (cell(*number), *amount)).collect();
    attest(artifact, facts, &stakes, &position(epoch), salts()).unwrap()
}

/// A root of no facts after `previous`, signed by these.
fn signed(artifact: &Artifact, previous: Option<&SignedRoot>, epoch: u64, signers: &[u8]) -> SignedRoot {
    let policy = artifact.policy_root();
    let council = Council::founding(artifact, cell(signers[0]));
    let genesis = previous.map_or(Genesis { policy, council, random: [9; 32] }, |one| one.genesis.clone());
    let position = Position {
        instance: genesis.instance(),
        epoch,
        previous: previous.map_or([0; 32], |one| one.root().digest()),
        height: 0,
        council: cell(1),
    };
    let attestation = attest(artifact, &[], &BTreeMap::new(), &position, salts()).unwrap();
    let root = attestation.root().clone();
    let part = crate::PolicyPart::of(artifact);
    let mut signed = SignedRoot::new(root, part, genesis, previous, Vec::new());
    for signer in signers {
        signed.sign(&keys(*signer));
    }
    signed
}
