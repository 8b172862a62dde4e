//! A store that was put back to an earlier state, and a mesh that only looks like the one before: a program that has seen
//! more notices.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_node::Node;
use world::{failed, run, world};

const RULES: &str = "
relation guest(who: cell) public by cells { @k1 };
route /open/** { allow read, invoke: open; allow mount: cells { @k2, @k6, @k7 }; }
";

#[test]
fn a_root_that_goes_back_is_not_believed() {
    let world = world(RULES);
    let file = world.home.store_file();
    let put_aside = world.directory.path().join("backup.redb");
    run(async {
        let caller = world.clerk(3);
        let before = {
            let _node = world.node();
            world.clerk(1).advance_epoch().await.unwrap();
            caller.root().await.unwrap().0
        };
        std::fs::copy(&file, &put_aside).unwrap();
        {
            let _node = world.node();
            world.clerk(1).advance_epoch().await.unwrap();
            // What goes on from what is known is believed, over another connection too.
            assert_eq!(caller.root().await.unwrap().0.root().epoch, 2);
        }
        std::fs::copy(&put_aside, &file).unwrap();
        let _node = world.node();
        assert_eq!(failed(caller.root().await), "NotContinued");
        assert_eq!(failed(caller.call("/open/x", "echo", b"").await), "NotContinued");
        // Nor is another epoch 2 the same.
        world.clerk(1).assert_facts(vec![world::fact("guest", &[3])]).await.unwrap();
        world.clerk(1).advance_epoch().await.unwrap();
        assert_eq!(failed(caller.root().await), "NotContinued");
        // Who has seen less, or names what it believes, goes on from there.
        let digest = before.root().digest();
        assert_eq!(world.clerk(3).with_root(digest).root().await.unwrap().0.root().epoch, 2);
        assert_eq!(failed(world.clerk(3).with_root([7; 32]).root().await), "NotContinued");
    });
}

#[test]
fn cells_that_mount_at_one_path_at_once_all_get_a_place() {
    let world = world(RULES);
    run(async {
        let _node = world.node();
        let path = "/open/race";
        let clerks = [2, 6, 7].map(|number| world.clerk(number));
        let mount = |place: usize, name: &'static str| {
            let clerk = clerks[place].clone();
            async move { clerk.mount(path, world::descriptor(name), None).await }
        };
        let (one, two, three) = tokio::join!(mount(0, "a"), mount(1, "b"), mount(2, "c"));
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        let found = world.clerk(3).describe(path).await.unwrap();
        let priorities: Vec<u16> = found.iter().map(|one| one.priority).collect();
        assert_eq!(priorities, [0, 1, 2]);
        assert!(found.iter().all(|one| one.signed && one.version == 1));
        // One cell that changes its mount twice at once: each change is of the version that it has seen.
        let (one, two) = tokio::join!(mount(0, "d"), mount(0, "e"));
        let refused = [one, two].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert!(refused.iter().all(|error| error.name() == "Version"));
        let mine = world
            .clerk(3)
            .describe(path)
            .await
            .unwrap()
            .into_iter()
            .find(|one| one.cell == world::cell(2))
            .unwrap();
        assert_eq!(mine.version, 3 - refused.len() as u64);
        assert!(["d", "e"].contains(&mine.descriptor.name.as_str()));
        // What is in the log says the same after a restart.
        drop(_node);
        let node = Node::open(&world.home).unwrap();
        assert_eq!(node.mesh().mounts(path).len(), 3);
    });
}
