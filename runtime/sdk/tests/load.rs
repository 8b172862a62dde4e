//! Many mounts and many resolves on one node, through its socket: how fast, and that memory stays as it is.
//!
//! `DREGG_MOUNTS` and `DREGG_RESOLVES` say how many; a few by default. `cargo test --release -p dregg-sdk --test load --
//! --nocapture` shows the figures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_node::{Background, Home, Settings};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use world::{counting, descriptor, run, world};

const RULES: &str = "
route /open/** { allow read, invoke: open; allow mount: cells { @k2 }; }
";

/// Tells the child where the home is.
const HOME: &str = "DREGG_LOAD_HOME";

/// How many clerks resolve at a time, each over a connection of its own.
const CLERKS: usize = 4;

/// The process of the node. It ends when its input does.
#[test]
fn the_child() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let node = Background::start(Home::at(home), Settings::default()).unwrap();
    println!("\nlistening");
    std::io::stdout().flush().unwrap();
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    drop(node);
}

fn child(home: &Home) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_child", "--nocapture"])
        .env(HOME, home.directory())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.as_mut().unwrap());
    assert!(out.lines().any(|line| line.unwrap() == "listening"));
    child
}

/// The resident memory of a process, in KiB.
fn resident(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn wanted(name: &str, usual: usize) -> usize {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

#[test]
fn mounts_and_resolves_by_the_thousand() {
    let (mounts, resolves) = (wanted("DREGG_MOUNTS", 100), wanted("DREGG_RESOLVES", 1000));
    let world = world(RULES);
    let mut child = child(&world.home);
    let process = child.id().to_string();
    let path = |number: usize| format!("/open/group{}/service{number}", number % 100);
    run(async {
        let server = world.clerk(2);
        let _serving = server.serve(counting("service")).await.unwrap();
        println!("resident at the start: {} KiB", resident(&process));
        let begun = Instant::now();
        for number in 0..mounts {
            server.mount(&path(number), descriptor("service"), None).await.unwrap();
        }
        let rate = mounts as f64 / begun.elapsed().as_secs_f64();
        println!("{mounts} mounts: {rate:.0} a second; resident {} KiB", resident(&process));
        let begun = Instant::now();
        let listed = world.clerk(3).list("/open").await.unwrap();
        assert_eq!(listed.len(), mounts);
        println!("listed in {:?}", begun.elapsed());
        let begun = Instant::now();
        world.clerk(1).advance_epoch().await.unwrap();
        println!("epoch closed in {:?}", begun.elapsed());

        let clerks: Vec<_> = (0..CLERKS).map(|_| world.clerk(3)).collect();
        let mut sizes = Vec::new();
        for tenth in 0..10 {
            let begun = Instant::now();
            let runs = clerks.iter().enumerate().map(|(place, clerk)| async move {
                for number in (place..resolves / 10).step_by(CLERKS) {
                    let service = clerk.resolve(&path((number * 7919 + tenth) % mounts)).await.unwrap();
                    assert_eq!(service.bindings().len(), 1);
                }
            });
            futures::future::join_all(runs).await;
            let rate = (resolves / 10) as f64 / begun.elapsed().as_secs_f64();
            sizes.push((resident(&process), resident("self")));
            println!(
                "{rate:.0} resolves a second; resident {} KiB, here {} KiB",
                sizes[tenth].0, sizes[tenth].1
            );
        }
        let calls = Instant::now();
        for number in 0..resolves / 10 {
            clerks[0].call(&path(number % mounts), "echo", b"hello").await.unwrap();
        }
        println!(
            "{:.0} calls a second, one after the other",
            (resolves / 10) as f64 / calls.elapsed().as_secs_f64()
        );
        // The first tenth may still fill caches.
        let growth = |first: u64, last: u64| last.saturating_sub(first);
        let (node, here) = (growth(sizes[0].0, sizes[9].0), growth(sizes[0].1, sizes[9].1));
        println!("growth over nine tenths: {node} KiB, here {here} KiB");
        assert!(node < 8192 && here < 8192);
    });
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}
