//! A node that is killed at any moment, over and over: what it acknowledged is there when it comes back.
//!
//! `DREGG_RESTARTS` says how often; a few times by default.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_attest::{Argument, StatedFact};
use dregg_mesh::{Action, Transaction};
use dregg_node::{Home, Node};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;
use world::{keys, random, world};

const RULES: &str = "
relation noted(by: cell, what: text) public by column by;
route /open/** { allow read, invoke: open; allow mount: cells { @k2 }; }
";

/// Tells the child where the home is.
const HOME: &str = "DREGG_RESTART_HOME";

/// The process that is killed: it writes without end, and says what was acknowledged.
#[test]
fn the_child() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let mut node = Node::open(&Home::at(home)).unwrap();
    let mut out = std::io::stdout().lock();
    loop {
        let height = node.store().next_height();
        if height % 40 == 39 {
            let receipt = node.advance().unwrap();
            writeln!(out, "closed {} {}", receipt.height, receipt.epoch).unwrap();
        } else {
            let (instance, epoch) = (node.mesh().instance(), node.mesh().epoch());
            let args = vec![
                Argument::Text(keys(3).cell().to_hex()),
                Argument::Text(format!("{}{}", "x".repeat(height as usize % 200), height % 50)),
            ];
            let facts = vec![StatedFact { relation: "noted".to_owned(), args }];
            let mut nonce = [0; 16];
            nonce.copy_from_slice(&random()[..16]);
            let transaction = Transaction { instance, epoch, nonce, action: Action::Assert { facts } };
            let bytes = transaction.sign(&[&keys(3)]).to_bytes();
            let receipt = node.submit(&bytes).unwrap();
            writeln!(out, "wrote {} {}", receipt.height, blake3::hash(&bytes).to_hex()).unwrap();
        }
        if height % 10 == 5 {
            let secret = random();
            node.store().keep(&secret, &[3; 32], None, &secret).unwrap();
            writeln!(out, "kept {}", world::digits(&secret)).unwrap();
        }
        out.flush().unwrap();
    }
}

#[test]
fn nothing_acknowledged_is_lost_by_being_killed() {
    let restarts = std::env::var("DREGG_RESTARTS").map_or(20, |text| text.parse().unwrap());
    let world = world(RULES);
    let (mut wrote, mut kept, mut epoch) = (BTreeMap::new(), Vec::new(), 0u64);
    let (mut last, mut unsaid) = (0, 0);
    for restart in 0..restarts {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_child", "--nocapture"])
            .env(HOME, world.home.directory())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let (mut out, mut said) = (BufReader::new(child.stdout.take().unwrap()), String::new());
        // Once it writes, it is killed at some moment of the next twentieth of a second.
        while !said.contains("wrote") {
            assert_ne!(out.read_line(&mut said).unwrap(), 0, "{said}");
        }
        let wait = u64::from_le_bytes(random()[..8].try_into().unwrap()) % 50_000;
        std::thread::sleep(Duration::from_micros(wait));
        assert!(child.try_wait().unwrap().is_none(), "it has ended by itself");
        child.kill().unwrap();
        child.wait().unwrap();
        out.read_to_string(&mut said).unwrap();
        // What it said before it died counts; half a line does not.
        let (whole, _) = said.rsplit_once('\n').unwrap();
        for line in whole.lines() {
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["wrote", height, hash] => {
                    wrote.insert(height.parse::<u64>().unwrap(), (*hash).to_owned());
                    last = last.max(height.parse().unwrap());
                }
                ["closed", height, closed] => {
                    epoch = closed.parse().unwrap();
                    last = last.max(height.parse().unwrap());
                }
                ["kept", secret] => kept.push((*secret).to_owned()),
                _ => {}
            }
        }
        let node = Node::open(&world.home).unwrap();
        let next = node.store().next_height();
        assert!(next > last && next <= last + 3, "restart {restart}: {next} after {last}");
        unsaid += next - last - 1;
        assert!(node.mesh().epoch() >= epoch && node.mesh().height() == next);
        let mut there = BTreeMap::new();
        let each = node.store().each(|height, bytes| {
            there.insert(height, blake3::hash(bytes).to_hex().to_string());
            Ok(())
        });
        each.unwrap();
        assert_eq!(there.len() as u64, next);
        assert!(wrote.iter().all(|(height, hash)| there.get(height) == Some(hash)), "restart {restart}");
        let there =
            |secret: &str| node.store().kept(&world::bytes(secret).try_into().unwrap()).unwrap().is_some();
        assert!(kept.iter().all(|secret| there(secret)));
        last = next - 1;
    }
    println!(
        "{restarts} restarts: {} transactions acknowledged, {} references, epoch {epoch}, {unsaid} written and not said",
        wrote.len(),
        kept.len()
    );
    assert!(wrote.len() as u64 >= restarts);
}
