//! One store, one node: whoever comes second waits for a while, and then says why not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_node::{Background, HomeError, Node, NodeError, Settings, StoreError};
use std::time::{Duration, Instant};
use world::{failed, run, world};

const RULES: &str = "route /open/** { allow read, invoke: open; }";

#[test]
fn the_second_node_is_refused_and_the_clerk_waits_for_the_first() {
    let world = world(RULES);
    let first = Node::open(&world.home).unwrap();
    for second in
        [Node::open(&world.home).err(), Background::start(world.home.clone(), Settings::default()).err()]
    {
        assert!(matches!(second, Some(NodeError::Home(HomeError::Store(StoreError::InUse)))));
    }
    run(async {
        let patient = world.clerk(3).with_patience(Duration::from_millis(150));
        let begun = Instant::now();
        let error = patient.list("/open").await.unwrap_err();
        assert_eq!(
            (error.name(), error.to_string().as_str()),
            ("InUse", "another process has the store open")
        );
        assert!(begun.elapsed() >= Duration::from_millis(150));
        // It ends while somebody waits.
        let patient = patient.with_patience(Duration::from_secs(30));
        let ends = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            drop(first);
        };
        let (listed, ()) = tokio::join!(patient.list("/open"), ends);
        assert!(listed.unwrap().is_empty());
        // Now it is embedded here, and in nobody else's way once it is let go.
        let other = world.clerk(4).with_patience(Duration::ZERO);
        assert_eq!(failed(other.list("/open").await), "InUse");
        drop(patient);
        let other = other.with_patience(Duration::from_secs(30));
        assert!(other.list("/open").await.unwrap().is_empty());
        drop(other);
    });
}

#[test]
fn a_running_node_is_shared_and_one_that_starts_is_found() {
    let world = world(RULES);
    run(async {
        let node = world.node();
        let (one, two) = (world.clerk(3), world.clerk(4));
        one.list("/open").await.unwrap();
        two.list("/open").await.unwrap();
        let second = Background::start(world.home.clone(), Settings::default());
        assert!(matches!(second, Err(NodeError::Home(HomeError::Store(StoreError::InUse)))));
        // The one that runs has kept its socket.
        world.clerk(5).list("/open").await.unwrap();
        drop(node);
        // A clerk whose node has gone embeds one.
        one.list("/open").await.unwrap();
        drop(one);
    });
}
