//! Mounts: who may register, change and see what.

use super::*;
use crate::{Asked, TreeName};
use dregg_artifact::Permission;
use dregg_commit::root_above;

const POLICY: &str = r#"
relation stopped(what: text) public by cells { @k1 };
route /open/** { allow read, mount: open; }
route /ai/** {
    require not stopped("ai");
    allow read: cells { @k1, @k2 };
    allow mount: cells { @k4, @k5 };
    service @k2 priority 10;
    service @k3 priority 20;
}
route /ai/inference/v1 { allow read: open; }
route /secret/** { allow read: cells { @k1 }; allow mount: cells { @k1 }; }
route /proved { require mount: proof; allow mount: cells { @k1 }; service @k2 priority 0; }
redirect /latest -> /ai/x;
redirect /hidden -> /secret/x;
"#;

fn mounted(world: &World, path: &str) -> Vec<(CellId, u16)> {
    world.mesh.mounts(path).iter().map(|entry| (entry.cell, entry.priority)).collect()
}

fn asked(path: &str, caller: u8) -> Asked<'_> {
    Asked { permission: Permission::Read, path, caller: cell(caller), proved: false, bundle: None }
}

#[test]
fn only_paths_of_routes_take_mounts_and_redirects_do_not() {
    let mut world = world(POLICY);
    world.act(&[4], mount("/ai/x", 30, 0)).unwrap();
    for (path, name) in [
        ("/ai/", "BadPath"),
        ("/open/", "BadPath"),
        ("ai", "BadPath"),
        ("/ai/%2e", "BadPath"),
        ("/elsewhere", "NoRoute"),
        ("/latest", "Redirect"),
        ("/proved", "ProofRequired"),
        ("/ai/inference/v1", "NoClause"),
    ] {
        assert_eq!(world.act(&[4], mount(path, 30, 0)), Err(name), "{path}");
    }
    assert_eq!(world.act(&[2], mount("/proved", 0, 0)), Err("ProofRequired"));
    assert_eq!(world.act(&[9], mount("/ai/x", 40, 0)), Err("Clause"));
    world.act(&[1], assert_fact("stopped", &["ai"])).unwrap();
    world.close(&[1]).unwrap();
    assert_eq!(world.act(&[4], mount("/ai/y", 30, 0)), Err("Guard"));
    assert_eq!(world.act(&[2], mount("/ai/y", 10, 0)), Err("Guard"));
}

/// M3.
#[test]
fn listed_services_have_their_place_and_others_come_after() {
    let mut world = world(POLICY);
    assert_eq!(world.act(&[4], mount("/ai/x", 0, 0)), Err("Priority"));
    assert_eq!(world.act(&[4], mount("/ai/x", 20, 0)), Err("Priority"));
    world.act(&[4], mount("/ai/x", 21, 0)).unwrap();
    assert_eq!(world.act(&[2], mount("/ai/x", 9, 0)), Err("Priority"));
    assert_eq!(world.act(&[2], mount("/ai/x", 11, 0)), Err("Priority"));
    world.act(&[2], mount("/ai/x", 10, 0)).unwrap();
    world.act(&[3], mount("/ai/x", 20, 0)).unwrap();
    assert_eq!(world.act(&[5], mount("/ai/x", 21, 0)), Err("Priority"));
    world.act(&[5], mount("/ai/x", 22, 0)).unwrap();
    assert_eq!(mounted(&world, "/ai/x"), [(cell(2), 10), (cell(3), 20), (cell(4), 21), (cell(5), 22)]);
    // A later change keeps the place or goes to the end.
    world.act(&[4], mount("/ai/x", 21, 1)).unwrap();
    assert_eq!(world.act(&[4], mount("/ai/x", 15, 2)), Err("Priority"));
    assert_eq!(world.act(&[4], mount("/ai/x", 22, 2)), Err("Priority"));
    world.act(&[4], mount("/ai/x", 23, 2)).unwrap();
    assert_eq!(world.act(&[2], mount("/ai/x", 11, 1)), Err("Priority"));
    world.act(&[5], mount("/ai/x", u16::MAX, 1)).unwrap();
    assert_eq!(world.act(&[4], mount("/ai/x", u16::MAX, 3)), Err("Priority"));
}

/// M3.
#[test]
fn nobody_changes_anothers_mount() {
    let mut world = world(POLICY);
    world.act(&[4], mount("/open/x", 0, 0)).unwrap();
    assert_eq!(world.act(&[5], mount("/open/x", 0, 1)), Err("Version"));
    assert_eq!(world.act(&[5], unmount("/open/x", 1)), Err("NotMounted"));
    assert_eq!(world.act(&[5], transfer("/open/x", 5, 1)), Err("NotMounted"));
    // The founder neither.
    assert_eq!(world.act(&[1], unmount("/open/x", 1)), Err("NotMounted"));
    assert_eq!(mounted(&world, "/open/x"), [(cell(4), 0)]);
    world.act(&[4], unmount("/open/x", 1)).unwrap();
    assert_eq!(mounted(&world, "/open/x"), []);
}

/// M10.
#[test]
fn a_listed_service_closes_an_open_mount_to_nobody() {
    let mut world = world("route /o { allow mount: open; service @k2 priority 3; }");
    world.act(&[7], mount("/o", 4, 0)).unwrap();
    world.act(&[2], mount("/o", 3, 0)).unwrap();
    assert_eq!(mounted(&world, "/o"), [(cell(2), 3), (cell(7), 4)]);
}

/// G07.
#[test]
fn of_two_that_mount_at_once_the_second_comes_after_or_is_refused() {
    let mut world = world(POLICY);
    let (one, other) =
        (world.signed(&[4], mount("/open/x", 0, 0)), world.signed(&[5], mount("/open/x", 0, 0)));
    assert!(world.mesh.prepare(0, &other).is_ok());
    world.apply(&one).unwrap();
    assert_eq!(world.apply(&other).unwrap_err(), Refusal::Priority { expected: Some(1) });
    assert_eq!(mounted(&world, "/open/x"), [(cell(4), 0)]);
    // Two changes of one version by one cell: one is applied.
    let (one, other) =
        (world.signed(&[4], mount("/open/x", 0, 1)), world.signed(&[4], mount("/open/x", 0, 1)));
    world.apply(&one).unwrap();
    assert_eq!(world.apply(&other).unwrap_err(), Refusal::Version { current: 2 });
    // A change prepared before another was made is let go.
    let stale = world.mesh.prepare(2, &world.mesh_signed(5, mount("/open/y", 0, 0))).unwrap();
    world.act(&[6], mount("/open/y", 0, 0)).unwrap();
    let before = world.mesh.state_digest();
    assert_eq!(world.mesh.commit(stale), []);
    assert_eq!(world.mesh.state_digest(), before);
}

#[test]
fn versions_never_begin_again() {
    let mut world = world(POLICY);
    let first = world.signed(&[4], mount("/open/x", 0, 0));
    world.apply(&first).unwrap();
    world.act(&[4], unmount("/open/x", 1)).unwrap();
    assert_eq!(world.apply(&first), Err(Refusal::Repeated));
    let events = world.act(&[4], mount("/open/x", 0, 0)).unwrap();
    let path = "/open/x".to_owned();
    assert_eq!(events, [Event::Mounted { path, cell: cell(4), version: 2 }]);
    assert_eq!(world.act(&[4], unmount("/open/x", 1)), Err("Version"));
    world.act(&[4], transfer("/open/x", 5, 2)).unwrap();
    world.act(&[5], transfer("/open/x", 4, 1)).unwrap();
    assert_eq!(world.mesh.mounts("/open/x")[0].version, 3);
    assert_eq!(world.act(&[4], mount("/open/x", 0, 0)), Err("Version"));
}

#[test]
fn a_mount_goes_only_to_a_cell_that_may_mount_there() {
    let mut world = world(POLICY);
    world.act(&[4], mount("/ai/x", 30, 0)).unwrap();
    world.act(&[2], mount("/ai/x", 10, 0)).unwrap();
    assert_eq!(world.act(&[4], transfer("/ai/x", 9, 1)), Err("Clause"));
    assert_eq!(world.act(&[4], transfer("/ai/x", 2, 1)), Err("Taken"));
    assert_eq!(world.act(&[4], transfer("/ai/x", 5, 2)), Err("Version"));
    // Neither does a listed place go to another, nor a listed cell elsewhere.
    assert_eq!(world.act(&[2], transfer("/ai/x", 5, 1)), Err("Priority"));
    assert_eq!(world.act(&[4], transfer("/ai/x", 3, 1)), Err("Priority"));
    world.act(&[4], transfer("/ai/x", 5, 1)).unwrap();
    assert_eq!(mounted(&world, "/ai/x"), [(cell(2), 10), (cell(5), 30)]);
    assert_eq!(world.act(&[4], unmount("/ai/x", 1)), Err("NotMounted"));
    world.act(&[5], unmount("/ai/x", 1)).unwrap();
}

/// M9.
#[test]
fn a_list_shows_what_may_be_read_and_denies_the_same_whether_or_not_something_is_there() {
    let mut world = world(POLICY);
    let names = |world: &World, prefix: &str, caller: u8| -> Result<Vec<String>, Refusal> {
        let found = world.mesh.list(prefix, &asked(prefix, caller))?;
        Ok(found.into_iter().map(|entry| entry.path.clone()).collect())
    };
    let denied = names(&world, "/ai", 9);
    assert_eq!(denied.as_ref().map_err(Refusal::name), Err("Clause"));
    for (path, by, priority) in [("/ai", 4, 30), ("/ai/x", 4, 30), ("/ai/x/y", 5, 30), ("/open/z", 6, 0)] {
        world.act(&[by], mount(path, priority, 0)).unwrap();
    }
    assert_eq!(names(&world, "/ai", 9), denied);
    let question = asked("/secret/x", 9);
    let before = world.mesh.decide(&question);
    world.act(&[1], mount("/secret/x", 0, 0)).unwrap();
    assert_eq!(world.mesh.decide(&question), before);
    assert_eq!(names(&world, "/ai", 1).unwrap(), ["/ai", "/ai/x", "/ai/x/y"]);
    assert_eq!(names(&world, "/ai/x/", 1).unwrap(), ["/ai/x", "/ai/x/y"]);
    // By whole segments, and through a redirect.
    assert_eq!(names(&world, "/latest", 1).unwrap(), ["/ai/x", "/ai/x/y"]);
    assert_eq!(names(&world, "/hidden", 2).map_err(|refusal| refusal.name()), Err("Clause"));
    assert_eq!(names(&world, "/nowhere", 1).map_err(|refusal| refusal.name()), Err("NoRoute"));
    assert_eq!(names(&world, "/", 1).map_err(|refusal| refusal.name()), Err("NoRoute"));
    let all: Vec<&str> = world.mesh.under("/").map(|entry| entry.path.as_str()).collect();
    assert_eq!(all, ["/ai", "/ai/x", "/ai/x/y", "/open/z", "/secret/x"]);
}

#[test]
fn a_list_leaves_out_what_the_caller_may_not_read() {
    let mut world = world(
        "route /a/** { allow read, mount: open; } route /a/b/** { allow read: cells { @k1 }; allow mount: open; }",
    );
    for path in ["/a/a", "/a/b", "/a/b/c", "/a/b-c", "/a/bc"] {
        world.act(&[2], mount(path, 0, 0)).unwrap();
    }
    let list = |caller, prefix: &'static str| -> Vec<String> {
        let found = world.mesh.list(prefix, &asked(prefix, caller)).unwrap();
        found.into_iter().map(|entry| entry.path.clone()).collect()
    };
    assert_eq!(list(1, "/a"), ["/a/a", "/a/b", "/a/b-c", "/a/b/c", "/a/bc"]);
    assert_eq!(list(2, "/a"), ["/a/a", "/a/b-c", "/a/bc"]);
    assert_eq!(list(1, "/a/b"), ["/a/b", "/a/b/c"]);
}

/// M4.
#[test]
fn a_redirect_is_followed_once_and_its_target_decides() {
    let mut world = world(
        r#"route /a { allow read: cells { @k1 }; allow mount: cells { @k1 }; }
        route /v/{n} { allow read, mount: open; }
        route /s { allow read: open; versions { v1: @k1 deprecated "use v2"; v2: @k2; latest -> v2; } }
        redirect /r -> /a;"#,
    );
    assert_eq!(world.mesh.locate("/r").unwrap().path, "/a");
    assert_eq!(world.mesh.locate("/s/v1").unwrap().deprecated, Some("use v2"));
    let latest = world.mesh.locate("/s/latest").unwrap();
    assert_eq!((latest.path, latest.deprecated, latest.gateway), ("/s/v2", None, None));
    assert_eq!(world.mesh.locate("/x").map_err(|reason| reason.name()), Err("NoRoute"));
    assert_eq!(world.mesh.locate("/x/").map_err(|reason| reason.name()), Err("BadPath"));
    assert!(world.mesh.decide(&asked("/r", 1)).unwrap().is_allow());
    assert!(!world.mesh.decide(&asked("/r", 2)).unwrap().is_allow());
    assert_eq!(world.act(&[1], mount("/r", 0, 0)), Err("Redirect"));
    world.act(&[2], mount("/s/v2", 0, 0)).unwrap();
    assert_eq!(world.act(&[1], mount("/s/v2", 1, 0)), Err("NoClause"));
}

/// M5: permissions come from the policy, and a descriptor grants none.
#[test]
fn a_descriptor_is_checked_and_committed_to() {
    let mut world = world(POLICY);
    let with = |descriptor: Descriptor| Action::Mount {
        path: "/open/x".to_owned(),
        descriptor,
        priority: 0,
        expected_version: 0,
        witness: None,
    };
    let twice = Descriptor { effects: vec![Effect::Invoke, Effect::Invoke], ..descriptor("s") };
    assert_eq!(world.act(&[4], with(twice)), Err("Descriptor"));
    let nameless = Descriptor { name: String::new(), ..descriptor("s") };
    assert_eq!(world.act(&[4], with(nameless)), Err("Descriptor"));
    let bell = Descriptor { description: "\u{7}".to_owned(), ..descriptor("s") };
    assert_eq!(world.act(&[4], with(bell)), Err("Descriptor"));
    world.act(&[4], with(descriptor("s"))).unwrap();
    let entry = world.mesh.mounts("/open/x")[0].clone();
    assert_eq!(world.mesh.open(TreeName::Registry, &entry.leaf()), None);
    world.close(&[1]).unwrap();
    let (at, siblings) = world.mesh.open(TreeName::Registry, &entry.leaf()).unwrap();
    let registry = world.mesh.root().root().registry;
    assert_eq!(root_above(entry.leaf(), at, &siblings), Some(registry));
    let other = crate::MountEntry { descriptor: descriptor("t"), ..entry };
    assert_ne!(root_above(other.leaf(), at, &siblings), Some(registry));
}
