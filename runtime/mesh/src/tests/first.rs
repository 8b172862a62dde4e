//! A mesh from its first transaction through an epoch.

use super::*;
use crate::{Asked, TreeName};
use dregg_artifact::Permission;

const POLICY: &str = r#"
relation member(who: cell) public by cells { @k1 };
route /open/** allow read, invoke, mount: open;
route /club/** { allow read: member(); allow mount: cells { @k2 }; }
"#;

#[test]
fn facts_count_from_the_next_epoch_and_mounts_at_once() {
    let mut world = world(POLICY);
    assert_eq!(world.act(&[2], assert_fact("member", &["@k2"])), Err("NotWriter"));
    let events = world.act(&[1], assert_fact("member", &["@k2"])).unwrap();
    assert_eq!(events, [Event::FactsPending { asserted: 1, retracted: 0 }]);
    let ask = |world: &World, path: &str| {
        let asked =
            Asked { permission: Permission::Read, path, caller: cell(2), proved: false, bundle: None };
        world.mesh.decide(&asked).unwrap().is_allow()
    };
    assert!(!ask(&world, "/club/x"));
    assert_eq!(world.act(&[3], mount("/club/x", 0, 0)), Err("Clause"));
    world.act(&[2], mount("/club/x", 0, 0)).unwrap();
    let mounted: Vec<CellId> = world.mesh.mounts("/club/x").iter().map(|entry| entry.cell).collect();
    assert_eq!(mounted, [cell(2)]);
    assert_eq!(world.close(&[2]), Err("NotAMember"));
    assert!(matches!(&world.close(&[1]).unwrap()[..], [Event::EpochClosed { epoch: 1, .. }]));
    assert!(ask(&world, "/club/x"));
    assert_eq!(world.mesh.root().check(), Ok(()));
    assert_eq!(world.mesh.open(TreeName::Stakes, &dregg_commit::Digest::ZERO), None);
    let asked =
        Asked { permission: Permission::Read, path: "/club", caller: cell(2), proved: false, bundle: None };
    assert_eq!(world.mesh.list("/club/", &asked).unwrap().len(), 1);
}
