//! The mesh in pairs of what is accepted and what is refused by name.

mod bytes;
mod epochs;
mod first;
mod gateways;
mod mounts;
mod proofs;
mod random;
mod written;

use crate::{Action, Descriptor, Effect, Event, Mesh, Pricing, Refusal, SignedTransaction, Transaction};
use dregg_artifact::{Artifact, CellId};
use dregg_attest::{Argument, Council, Genesis, Keys, PolicyPart, Position, SignedRoot, StatedFact, attest};
use dregg_compiler::load::{Memory, load};
use std::collections::BTreeMap;

/// The keys of a small number; `@k1` to `@k9` are their cells in every policy of these tests.
pub(super) fn keys(number: u8) -> Keys {
    Keys::new(&format!("k{number}"), &[number; 32], &[number; 32]).unwrap()
}

pub(super) fn cell(number: u8) -> CellId {
    keys(number).cell()
}

pub(super) fn policy(text: &str) -> Artifact {
    let cells: String = (1..=9).map(|number| keys(number).declaration() + "\n").collect();
    let (uses, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with("use "));
    let mut memory = Memory::default();
    let text = format!("policy t version 1;\n{}\n{cells}{}", uses.join("\n"), rest.join("\n"));
    memory.add("policy.dregg", text);
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

/// A mesh that has just begun, with what tests sign for it.
pub(super) struct World {
    pub(super) mesh: Mesh,
    nonce: u128,
}

/// The mesh of a policy; without a council of its own, `@k1` is one.
pub(super) fn world(text: &str) -> World {
    let artifact = policy(text);
    let genesis = Genesis {
        policy: artifact.policy_root(),
        council: Council::founding(&artifact, cell(1)),
        random: [9; 32],
    };
    let mut salt = 0;
    let salts = || {
        salt += 1;
        [salt; 32]
    };
    let position =
        Position { instance: genesis.instance(), epoch: 0, previous: [0; 32], height: 0, council: cell(1) };
    let attestation = attest(&artifact, &[], &BTreeMap::new(), &position, salts).unwrap();
    let root = attestation.root().clone();
    let mut signed = SignedRoot::new(root, PolicyPart::of(&artifact), genesis.clone(), None, Vec::new());
    (1..=9)
        .map(keys)
        .filter(|keys| genesis.council.members.contains(&keys.cell()))
        .for_each(|keys| signed.sign(&keys));
    World { mesh: Mesh::new(artifact.encode(), signed).unwrap(), nonce: 0 }
}

impl World {
    /// A transaction of the current epoch.
    pub(super) fn transaction(&mut self, action: Action) -> Transaction {
        self.nonce += 1;
        let (instance, epoch) = (self.mesh.instance(), self.mesh.epoch());
        Transaction { instance, epoch, nonce: self.nonce.to_le_bytes(), action }
    }

    pub(super) fn signed(&mut self, signers: &[u8], action: Action) -> SignedTransaction {
        let all: Vec<Keys> = signers.iter().map(|number| keys(*number)).collect();
        self.transaction(action).sign(&all.iter().collect::<Vec<_>>())
    }

    /// A transaction of its own, without counting it.
    pub(super) fn mesh_signed(&self, signer: u8, action: Action) -> SignedTransaction {
        let (instance, epoch) = (self.mesh.instance(), self.mesh.epoch());
        Transaction { instance, epoch, nonce: [255; 16], action }.sign(&[&keys(signer)])
    }

    /// Applies at the next height; a refusal changes nothing.
    pub(super) fn apply(&mut self, signed: &SignedTransaction) -> Result<Vec<Event>, Refusal> {
        let before = self.mesh.state_digest();
        let applied = self.mesh.apply(self.mesh.height(), signed);
        assert_eq!(applied.is_err(), before == self.mesh.state_digest());
        applied
    }

    /// Signs and applies; the name of the refusal.
    pub(super) fn act(&mut self, signers: &[u8], action: Action) -> Result<Vec<Event>, &'static str> {
        let signed = self.signed(signers, action);
        self.apply(&signed).map_err(|refusal| refusal.name())
    }

    pub(super) fn close(&mut self, signers: &[u8]) -> Result<Vec<Event>, &'static str> {
        let all: Vec<Keys> = signers.iter().map(|number| keys(*number)).collect();
        let action = self.mesh.sign_next(self.mesh.height(), &all.iter().collect::<Vec<_>>());
        self.act(&[9], action)
    }
}

pub(super) fn descriptor(name: &str) -> Descriptor {
    Descriptor {
        name: name.to_owned(),
        description: "a service".to_owned(),
        effects: vec![Effect::Invoke],
        pricing: Pricing { per_call: 1, budget_required: false },
        verification_key: None,
        offers: BTreeMap::new(),
    }
}

pub(super) fn mount(path: &str, priority: u16, expected_version: u64) -> Action {
    let path = path.to_owned();
    Action::Mount { path, descriptor: descriptor("s"), priority, expected_version, witness: None }
}

pub(super) fn unmount(path: &str, expected_version: u64) -> Action {
    Action::Unmount { path: path.to_owned(), expected_version }
}

pub(super) fn transfer(path: &str, to: u8, expected_version: u64) -> Action {
    Action::Transfer { path: path.to_owned(), to: cell(to), expected_version }
}

/// A fact; a number of at most 9 is a cell, a text is one, a greater number an integer.
pub(super) fn fact(relation: &str, arguments: &[&str]) -> StatedFact {
    let argument = |text: &&str| match text.strip_prefix("@k") {
        Some(number) => Argument::Text(cell(number.parse().unwrap()).to_hex()),
        None => text.parse().map_or_else(|_| Argument::Text((*text).to_owned()), Argument::Int),
    };
    StatedFact { relation: relation.to_owned(), args: arguments.iter().map(argument).collect() }
}

pub(super) fn assert_fact(relation: &str, arguments: &[&str]) -> Action {
    Action::Assert { facts: vec![fact(relation, arguments)] }
}

pub(super) fn retract(relation: &str, arguments: &[&str]) -> Action {
    Action::Retract { facts: vec![fact(relation, arguments)] }
}
