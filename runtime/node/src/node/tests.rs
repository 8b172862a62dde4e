//! A node on a disk that breaks at any operation of a run is, when it is opened again, exactly where it was before or after.

use super::*;
use crate::breaking::{Breaking, LOSSES};
use crate::kept::Kept;
use crate::settings::Settings;
use crate::store::Beginning;
use crate::{BeginError, genesis};
use dregg_artifact::Artifact;
use dregg_attest::{Argument, StatedFact};
use dregg_commit::Digest;
use dregg_compiler::{generate::compile, load::load_text, lower::lower};
use dregg_mesh::{Descriptor, Effect, Pricing};
use std::collections::{BTreeMap, BTreeSet};

fn keys(number: u8) -> Keys {
    Keys::new(&format!("k{number}"), &[number; 32], &[number + 100; 32]).unwrap()
}

fn artifact(governance: &str) -> Artifact {
    let cells: String = (1..=4).map(|number| keys(number).declaration() + "\n").collect();
    let text = format!(
        "policy mesh.sample version 1;\n{cells}{governance}
        relation noted(by: cell) public by column by;
        relation member(who: cell) held by cells {{ @k1 }};
        route /open/** {{ allow read, invoke: open; allow mount: noted(); }}
        route /members/** {{ allow invoke: member() or stake >= 5; allow mount: cells {{ @k1, @k2 }}; }}\n"
    );
    let loaded = load_text("policy.dregg", &text);
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    match compile(&lower(&loaded).hir) {
        Ok(artifact) => artifact,
        Err(_) => panic!("not compiled"),
    }
}

fn beginning() -> Beginning {
    let artifact = artifact("");
    let root = genesis(&artifact, &[keys(1)]).unwrap();
    Beginning { artifact: artifact.encode(), root: root.to_json() }
}

fn open(disk: Breaking) -> Result<Node, NodeError> {
    Node::new(Store::on(disk, None)?, keys(4), vec![keys(1)])
}

fn mount(path: &str, expected_version: u64) -> Action {
    let descriptor = Descriptor {
        name: "s".to_owned(),
        description: "a service".to_owned(),
        effects: vec![Effect::Invoke],
        pricing: Pricing { per_call: 1, budget_required: false },
        verification_key: None,
        offers: BTreeMap::new(),
    };
    Action::Mount { path: path.to_owned(), descriptor, priority: 0, expected_version, witness: None }
}

/// What the run does.
enum Step {
    Act(Action),
    Advance,
    Keep(u8, Kept),
    Spend(u8),
}

fn script() -> Vec<Step> {
    let noted =
        StatedFact { relation: "noted".to_owned(), args: vec![Argument::Text(keys(1).cell().to_hex())] };
    let (relation, commitment) = ("member".to_owned(), Digest([1, 2, 3, 4]));
    let (holder, cell, path) = ([1; 32], keys(1).cell().0, "/open/one".to_owned());
    let sturdy = Kept::Sturdy { holder, cell, path: path.clone() };
    let hand_off = |expiry| {
        let (introducer, recipient, path) = ([1; 32], [2; 32], path.clone());
        Kept::HandOff { introducer, recipient, cell, path, expiry }
    };
    let path = || "/members/one".to_owned();
    vec![
        Step::Act(Action::Assert { facts: vec![noted.clone()] }),
        Step::Act(mount("/members/one", 0)),
        Step::Act(Action::Credential { relation, commitment, expiry: 9 }),
        Step::Act(Action::SetStake { cell: keys(2).cell(), leaf: Digest([5, 6, 7, 8]) }),
        Step::Keep(1, sturdy),
        Step::Keep(2, hand_off(0)),
        Step::Keep(3, hand_off(9)),
        Step::Advance,
        Step::Act(mount("/open/one", 0)),
        Step::Spend(3),
        Step::Act(mount("/members/one", 1)),
        Step::Act(Action::Transfer { path: path(), to: keys(2).cell(), expected_version: 2 }),
        Step::Act(Action::Retract { facts: vec![noted] }),
        Step::Advance,
        Step::Act(Action::Unmount { path: "/open/one".to_owned(), expected_version: 1 }),
    ]
}

/// What of a run was acknowledged.
#[derive(Default)]
struct Acknowledged {
    transactions: usize,
    kept: BTreeSet<u8>,
    spent: BTreeSet<u8>,
    all: bool,
}

/// Runs until the first thing that is not acknowledged. After it the node says no more, and stands where it stood.
fn go(disk: Breaking, mut after: impl FnMut(&Node)) -> Acknowledged {
    let mut done = Acknowledged::default();
    let Ok(mut node) = open(disk) else { return done };
    after(&node);
    for (number, step) in (0u8..).zip(script()) {
        let stood = node.mesh().state_digest();
        let result = match step {
            Step::Act(action) => {
                let (instance, epoch) = (node.mesh().instance(), node.mesh().epoch());
                let transaction = Transaction { instance, epoch, nonce: [number; 16], action };
                let taken = node.submit(&transaction.sign(&[&keys(1)]).to_bytes());
                taken.map(|_| done.transactions += 1)
            }
            Step::Advance => node.advance().map(|_| done.transactions += 1),
            Step::Keep(secret, kept) => {
                let keeping = node.keep(&kept, &[secret; 32], &Settings::default());
                keeping.map(|()| _ = done.kept.insert(secret))
            }
            Step::Spend(secret) => {
                node.spend(&[secret; 32]).map(|found| assert!(found && done.spent.insert(secret)))
            }
        };
        if let Err(failure) = result {
            assert!(matches!(&failure, Failure::Refused(refused) if refused.refused == "Store"), "{failure}");
            assert!(!node.ready() && node.mesh().state_digest() == stood);
            let again = node.advance().unwrap_err();
            assert!(matches!(again, Failure::Refused(refused) if refused.refused == "Store"));
            return done;
        }
        after(&node);
    }
    done.all = true;
    done
}

#[test]
fn a_disk_that_breaks_at_any_operation_loses_nothing_acknowledged() {
    let fresh = Breaking::new(Vec::new(), u64::MAX);
    drop(Store::on(fresh.clone(), Some(&beginning())).unwrap());
    let start = fresh.after(|_| true);

    let disk = Breaking::new(start.clone(), u64::MAX);
    let mut digests = BTreeMap::new();
    let whole = go(disk.clone(), |node| {
        digests.insert(node.store().next_height(), node.mesh().state_digest());
    });
    assert!(whole.all);
    let distinct: BTreeSet<_> = digests.values().collect();
    assert_eq!((digests.len(), distinct.len()), (12, 12), "each transaction changes the state");

    let (mut heights, mut either) = (BTreeSet::new(), 0);
    for n in 0..disk.operations() {
        let disk = Breaking::new(start.clone(), n);
        let done = go(disk.clone(), |_| {});
        for loss in LOSSES {
            let node = open(Breaking::new(disk.after(loss), u64::MAX));
            let node = node.unwrap_or_else(|error| panic!("after {n}: {error}"));
            let height = node.store().next_height();
            let least = done.transactions as u64;
            assert!((least..=least + 1).contains(&height), "after {n}: {height} of {least}");
            assert_eq!(Some(&node.mesh().state_digest()), digests.get(&height), "after {n}");
            assert_eq!(node.mesh().height(), height);
            let there = |secret: u8| node.find(&[secret; 32]).unwrap().is_some();
            // The second one ends with the first epoch; from then on it may be there or not.
            assert!(done.kept.iter().all(|&secret| {
                there(secret) || done.spent.contains(&secret) || height > 4 && [2, 3].contains(&secret)
            }));
            assert!(done.spent.iter().all(|&secret| !there(secret)));
            heights.insert(height);
            either += usize::from(height > least);
        }
    }
    assert_eq!(heights, digests.keys().copied().collect());
    assert!(either > 0, "a write that was not acknowledged was there all the same");
}

#[test]
fn a_genesis_that_is_none_and_keys_that_are_too_few_are_said() {
    let council = "governance { council { @k1, @k2, @k3 }; threshold 3 of 3; }";
    let artifact = artifact(council);
    assert!(matches!(genesis(&artifact, &[]), Err(BeginError::NoKeys)));
    assert!(matches!(genesis(&artifact, &[keys(1), keys(2)]), Err(BeginError::Signers(_))));
    let all = [keys(1), keys(2), keys(3)];
    let root = genesis(&artifact, &all).unwrap();
    let other = Beginning { artifact: artifact.encode(), root: beginning().root };
    let on = |beginning: &Beginning| {
        let store = Store::on(redb::backends::InMemoryBackend::new(), Some(beginning)).unwrap();
        Node::new(store, keys(4), all[..2].to_vec())
    };
    assert!(matches!(on(&other), Err(NodeError::Genesis(_))));
    let none = Beginning { root: "{}".to_owned(), ..other.clone() };
    assert!(matches!(on(&none), Err(NodeError::Root(_))));
    let good = Beginning { root: root.to_json(), ..other };
    let mut node = on(&good).unwrap();
    let before = node.mesh().state_digest();
    let Err(Failure::Refused(refused)) = node.advance() else { panic!("two closed the epoch of three") };
    assert_eq!((refused.refused.as_str(), node.mesh().state_digest()), ("BelowThreshold", before));
}
