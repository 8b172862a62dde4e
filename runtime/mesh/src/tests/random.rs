//! Random logs: two meshes agree, refusals change nothing, and what is mounted keeps its order and its bounds.

use super::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeMap;

const POLICY: &str = r#"
relation listed(who: cell) public by cells { @k1, @k2 };
relation noted(by: cell, what: text) public by column by;
rule may(who) if listed(who);
route /open/** { allow read, mount: open; service @k3 priority 1; }
route /club/** { allow read: may(); allow mount: may(); }
gateway /g/** owner @k1 { delegate mount to may() depth 2 max_routes 4; allow read: open; }
redirect /r -> /open/a;
"#;

/// Mostly one that is taken.
fn action(world: &World, by: u8, random: &mut ChaCha20Rng) -> Action {
    let paths = ["/open/a", "/open/b", "/club/a", "/g", "/g/a", "/g/b", "/g/b/", "/r", "/no", "/open/../a"];
    let path = paths[random.random_range(0..paths.len())];
    let to = random.random_range(1..=5u8);
    let there = world.mesh.mounts(path).iter().find(|entry| entry.cell == cell(by));
    let there = there.map_or(0, |entry| entry.version);
    let version = if random.random_range(0..4) == 0 { random.random_range(0..3) } else { there };
    let who = format!("@k{to}");
    let gateway = "/g".to_owned();
    match random.random_range(0..14) {
        0 => assert_fact("listed", &[&who]),
        1 => retract("listed", &[&who]),
        2 => assert_fact("noted", &[&format!("@k{by}"), "x"]),
        3..=6 => mount(path, [0, 1, 1, 2, 7, 60, 61][random.random_range(0..7)], version),
        7 => unmount(path, version),
        8 => transfer(path, to, version),
        9 => Action::Delegate { gateway, to: cell(to), depth: random.random_range(0..2), witness: None },
        10 => Action::RevokeDelegation { gateway, to: cell(to) },
        // Rarely, or nothing can be mounted below.
        11 if random.random_range(0..4) == 0 => {
            let text = [
                "route /g/a allow mount: open;",
                "route /g/** allow mount: open;",
                "route /h allow read: open;",
            ];
            let table = policy(text[random.random_range(0..3)]).encode();
            Action::Publish { gateway, table }
        }
        11 => assert_fact("listed", &[&who]),
        12 => mount("/open/c", 60 + u16::from(by), version),
        _ => world.mesh.sign_next(world.mesh.height() + random.random_range(0..2), &[&keys(1)]),
    }
}

/// What must hold of every registry.
fn check(world: &World, versions: &mut BTreeMap<(String, CellId), u64>) {
    let mut below = 0;
    let paths: Vec<String> = world.mesh.under("/").map(|entry| entry.path.clone()).collect();
    for path in &paths {
        let entries = world.mesh.mounts(path);
        assert!(entries.is_sorted_by_key(|entry| (entry.priority, entry.cell)), "{entries:?}");
        let mut cells: Vec<CellId> = entries.iter().map(|entry| entry.cell).collect();
        cells.sort();
        cells.dedup();
        assert_eq!(cells.len(), entries.len());
        for entry in entries {
            let last = versions.entry((path.clone(), entry.cell)).or_default();
            assert!(entry.version >= *last && entry.version > 0);
            *last = entry.version;
            if let Some(gateway) = entry.delegated {
                let prefix = &world.mesh.policy().artifact().gateways[gateway as usize].prefix;
                assert!(world.mesh.delegations(prefix).any(|(to, _)| *to == entry.cell));
            }
        }
        below += usize::from(path == "/g" || path.starts_with("/g/"));
    }
    assert!(below <= 4, "{paths:?}");
    let held: BTreeMap<CellId, crate::Delegation> =
        world.mesh.delegations("/g").map(|(to, delegation)| (*to, *delegation)).collect();
    for delegation in held.values() {
        let from = held.get(&delegation.from);
        assert!(from.map_or(delegation.from == cell(1), |from| from.depth > delegation.depth));
    }
}

#[test]
fn meshes_fed_the_same_log_agree_and_refusals_change_nothing() {
    let mut applied = BTreeMap::new();
    for seed in 0..3 {
        let mut random = ChaCha20Rng::from_seed([seed; 32]);
        let (mut one, mut other) = (world(POLICY), world(POLICY));
        let mut versions = BTreeMap::new();
        for _ in 0..300 {
            let by = random.random_range(1..=5);
            let action = action(&one, by, &mut random);
            let transaction = one.transaction(action);
            let signed = transaction.sign(&[&keys(by)]);
            // `apply` compares the state before and after a refusal; the other mesh gets only what was taken.
            match one.apply(&signed) {
                Ok(events) => {
                    let first = format!("{:?}", events.first());
                    let name = first.trim_start_matches("Some(").split([' ', ')']).next();
                    *applied.entry(name.unwrap_or_default().to_owned()).or_insert(0) += 1;
                    assert_eq!(other.apply(&signed), Ok(events));
                    check(&one, &mut versions);
                }
                Err(refusal) => assert!(!refusal.name().is_empty()),
            }
        }
        assert_eq!(one.mesh.state_digest(), other.mesh.state_digest());
        assert_eq!(one.mesh.root(), other.mesh.root());
        assert_eq!(one.mesh.root().check(), Ok(()));
    }
    assert!(applied.len() >= 7, "{applied:?}");
}
