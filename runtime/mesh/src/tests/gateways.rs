//! Gateways: prefixes, delegations, tables.

use super::*;
use crate::{Asked, TableFault};
use dregg_artifact::Permission;
use dregg_runtime::{Admission, Decision, Reason};

const POLICY: &str = r#"
relation partner(who: cell) public by cells { @k1 };
relation stopped(what: text) public by cells { @k1 };
rule may(who) if partner(who);
route /services/** { require not stopped("services"); allow read: open; }
gateway /services/acme/** owner @k1 {
    delegate mount to may() depth 2 max_routes 3;
    allow read, invoke: open;
    route voted { allow invoke: cells { @k1 }; allow mount: cells { @k2 }; }
}
gateway /services/own/** owner @k1 {
    delegate mount to may() depth 1 max_routes 9;
    allow read: cells { @k9 };
}
gateway /services/none/** owner @k1 { allow read: open; }
"#;

const ACME: &str = "/services/acme";

fn delegate(to: u8, depth: u8) -> Action {
    Action::Delegate { gateway: ACME.to_owned(), to: cell(to), depth, witness: None }
}

fn at(prefix: &str, action: Action) -> Action {
    match action {
        Action::Delegate { to, depth, witness, .. } => {
            Action::Delegate { gateway: prefix.to_owned(), to, depth, witness }
        }
        other => other,
    }
}

fn revoke(to: u8) -> Action {
    Action::RevokeDelegation { gateway: ACME.to_owned(), to: cell(to) }
}

fn publish(text: &str) -> Action {
    Action::Publish { gateway: ACME.to_owned(), table: policy(text).encode() }
}

/// `@k2` to `@k6` are partners.
fn gateway() -> World {
    let mut world = world(POLICY);
    for partner in ["@k2", "@k3", "@k4", "@k5", "@k6"] {
        world.act(&[1], assert_fact("partner", &[partner])).unwrap();
    }
    world.close(&[1]).unwrap();
    world
}

fn decided(world: &World, permission: Permission, path: &str, caller: u8) -> Decision {
    let asked = Asked { permission, path, caller: cell(caller), proved: false, bundle: None };
    world.mesh.decide(&asked).unwrap()
}

fn reason(world: &World, permission: Permission, path: &str, caller: u8) -> &'static str {
    match decided(world, permission, path, caller) {
        Decision::Allow { .. } => "allow",
        Decision::Deny { reason, .. } => reason.name(),
    }
}

/// M1.
#[test]
fn the_owner_mounts_below_its_prefix_by_whole_segments_only() {
    let mut world = gateway();
    world.act(&[1], mount("/services/acme/billing", 0, 0)).unwrap();
    assert_eq!(world.act(&[1], mount("/services/acmex", 0, 0)), Err("NoClause"));
    assert_eq!(world.act(&[1], mount("/services/acme/../x", 0, 0)), Err("BadPath"));
    assert_eq!(world.act(&[1], mount("/services/acme//x", 0, 0)), Err("BadPath"));
    assert_eq!(world.act(&[1], mount("/services", 0, 0)), Err("NoClause"));
    assert_eq!(world.act(&[2], mount("/services/acme/billing", 1, 0)), Err("Clause"));
    // One `/` at the end is dropped at a gateway, and nowhere else.
    world.act(&[1], mount("/services/acme/", 0, 0)).unwrap();
    assert_eq!(world.mesh.mounts(ACME).len(), 1);
    assert_eq!(world.act(&[1], unmount("/services/acme/", 2)), Err("Version"));
    world.act(&[1], unmount("/services/acme/", 1)).unwrap();
    assert_eq!(world.act(&[1], mount("/services/", 0, 0)), Err("BadPath"));
    assert_eq!(world.act(&[1], mount("/services/acme//", 0, 0)), Err("BadPath"));
}

#[test]
fn a_delegate_mounts_while_its_delegation_and_the_acl_stand() {
    let mut world = gateway();
    let path = "/services/acme/x";
    assert_eq!(reason(&world, Permission::Mount, path, 2), "Clause");
    world.act(&[1], delegate(2, 0)).unwrap();
    let Decision::Allow { clause, .. } = decided(&world, Permission::Mount, path, 2) else { panic!() };
    assert_eq!(clause, Admission::Delegate);
    world.act(&[2], mount(path, 0, 0)).unwrap();
    assert_eq!(world.mesh.mounts(path)[0].delegated, Some(0));
    // A delegation to a cell that the ACL does not admit is of no use.
    world.act(&[1], delegate(9, 0)).unwrap();
    assert_eq!(world.act(&[9], mount("/services/acme/y", 0, 0)), Err("Clause"));
    // A guard of the envelope holds for delegates too.
    world.act(&[1], assert_fact("stopped", &["services"])).unwrap();
    world.close(&[1]).unwrap();
    assert_eq!(world.act(&[2], mount(path, 0, 1)), Err("Guard"));
    assert_eq!(world.act(&[1], mount(path, 1, 0)), Err("Guard"));
}

#[test]
fn a_delegation_is_of_the_right_to_mount_at_one_gateway_and_of_nothing_else() {
    let mut world = gateway();
    world.act(&[1], at("/services/own", delegate(2, 0))).unwrap();
    assert_eq!(reason(&world, Permission::Mount, "/services/own/x", 2), "allow");
    assert_eq!(reason(&world, Permission::Mount, "/services/acme/x", 2), "Clause");
    assert_eq!(reason(&world, Permission::Read, "/services/own/x", 2), "Clause");
    assert_eq!(reason(&world, Permission::Invoke, "/services/own/x", 2), "NoClause");
    assert_eq!(reason(&world, Permission::Read, "/services/own/x", 9), "allow");
}

#[test]
fn what_a_delegate_mounts_by_its_own_right_outlives_its_delegation() {
    let mut world = gateway();
    world.act(&[1], delegate(2, 0)).unwrap();
    world.act(&[1], at("/services/own", delegate(2, 0))).unwrap();
    for path in ["/services/acme/x", "/services/acme/voted", "/services/own/x"] {
        world.act(&[2], mount(path, 0, 0)).unwrap();
    }
    world.act(&[1], revoke(2)).unwrap();
    let left: Vec<&str> = world.mesh.under("/").map(|entry| entry.path.as_str()).collect();
    assert_eq!(left, ["/services/acme/voted", "/services/own/x"]);
}

/// M2.
#[test]
fn a_delegation_is_never_wider_than_its_givers() {
    let mut world = gateway();
    assert_eq!(world.act(&[2], delegate(3, 0)), Err("NoDelegation"));
    assert_eq!(world.act(&[1], delegate(2, 2)), Err("Depth"));
    world.act(&[1], delegate(2, 1)).unwrap();
    assert_eq!(world.act(&[2], delegate(3, 1)), Err("Depth"));
    world.act(&[2], delegate(3, 0)).unwrap();
    assert_eq!(world.act(&[3], delegate(4, 0)), Err("Depth"));
    assert_eq!(world.act(&[1], delegate(3, 1)), Err("AlreadyDelegated"));
    assert_eq!(world.act(&[1], delegate(1, 0)), Err("OwnRight"));
    assert_eq!(world.act(&[2], delegate(1, 0)), Err("OwnRight"));
    assert_eq!(world.act(&[2], delegate(2, 0)), Err("OwnRight"));
    // A holder that the ACL does not admit passes nothing on.
    world.act(&[1], delegate(9, 1)).unwrap();
    assert_eq!(world.act(&[9], delegate(5, 0)), Err("Clause"));
    assert_eq!(world.act(&[1], at("/services/own", delegate(2, 1))), Err("Depth"));
    assert_eq!(world.act(&[1], at("/services/none", delegate(2, 0))), Err("Depth"));
    let nowhere = Action::RevokeDelegation { gateway: "/services/acmex".to_owned(), to: cell(2) };
    assert_eq!(world.act(&[1], nowhere), Err("NoGateway"));
}

#[test]
fn a_revoked_delegation_takes_what_hangs_on_it_at_once() {
    let mut world = gateway();
    world.act(&[1], delegate(2, 1)).unwrap();
    world.act(&[2], delegate(3, 0)).unwrap();
    world.act(&[1], delegate(4, 0)).unwrap();
    for by in [2, 3, 4] {
        world.act(&[by], mount(&format!("/services/acme/s{by}"), 0, 0)).unwrap();
    }
    assert_eq!(world.act(&[4], revoke(3)), Err("NoDelegation"));
    assert_eq!(world.act(&[3], revoke(2)), Err("NoDelegation"));
    let events = world.act(&[1], revoke(2)).unwrap();
    let unmounted = |event: &&Event| matches!(event, Event::Unmounted { .. });
    let revoked = |event: &&Event| matches!(event, Event::DelegationRevoked { .. });
    assert_eq!(events.iter().filter(revoked).count(), 2);
    assert_eq!(events.iter().filter(unmounted).count(), 2);
    let left: Vec<&str> = world.mesh.under(ACME).map(|entry| entry.path.as_str()).collect();
    assert_eq!(left, ["/services/acme/s4"]);
    assert_eq!(world.act(&[3], mount("/services/acme/s3", 0, 0)), Err("Clause"));
    assert_eq!(world.mesh.delegations(ACME).count(), 1);
    // Given again, it does not bring back what fell, and versions go on.
    world.act(&[1], delegate(3, 0)).unwrap();
    assert!(world.mesh.mounts("/services/acme/s3").is_empty());
    let events = world.act(&[3], mount("/services/acme/s3", 0, 0)).unwrap();
    let path = "/services/acme/s3".to_owned();
    assert_eq!(events, [Event::Mounted { path, cell: cell(3), version: 2 }]);
}

#[test]
fn there_are_only_so_many_mounts_below_a_gateway() {
    let mut world = gateway();
    world.act(&[1], delegate(2, 0)).unwrap();
    world.act(&[1], mount("/services/acme", 0, 0)).unwrap();
    world.act(&[1], mount("/services/acme/b", 0, 0)).unwrap();
    world.act(&[2], mount("/services/acme/b", 1, 0)).unwrap();
    assert_eq!(world.act(&[2], mount("/services/acme/c", 0, 0)), Err("MaxRoutes"));
    assert_eq!(world.act(&[1], mount("/services/acme/c", 0, 0)), Err("MaxRoutes"));
    world.act(&[2], mount("/services/acme/b", 1, 1)).unwrap();
    world.act(&[2], unmount("/services/acme/b", 2)).unwrap();
    world.act(&[1], mount("/services/acme/c", 0, 0)).unwrap();
    // A gateway that nothing is delegated at has no such bound.
    for number in 0..5 {
        world.act(&[1], mount(&format!("/services/none/{number}"), 0, 0)).unwrap();
    }
}

const TABLE: &str = r#"
relation partner(who: cell) public by cells { @k1 };
rule may(who) if partner(who);
route /services/acme/billing/** { allow read: open; allow invoke: may(); allow mount: open; service @k2 priority 5; }
"#;

#[test]
fn a_table_only_takes_away_and_counts_from_the_next_epoch() {
    let mut world = gateway();
    let (billing, other) = ("/services/acme/billing/v1", "/services/acme/other");
    assert_eq!(world.act(&[2], publish(TABLE)), Err("NotOwner"));
    world.act(&[1], publish(TABLE)).unwrap();
    assert_eq!(reason(&world, Permission::Invoke, other, 9), "allow");
    assert!(world.mesh.table(0).is_none());
    world.close(&[1]).unwrap();
    assert!(world.mesh.table(0).is_some() && world.mesh.table(1).is_none());
    assert_eq!(reason(&world, Permission::Invoke, billing, 7), "Clause");
    assert_eq!(reason(&world, Permission::Invoke, other, 2), "NoRoute");
    assert_eq!(reason(&world, Permission::Invoke, billing, 2), "allow");
    assert_eq!(reason(&world, Permission::Invoke, billing, 9), "Clause");
    // The table lets anyone mount, the envelope does not.
    assert_eq!(reason(&world, Permission::Mount, billing, 2), "Clause");
    world.act(&[1], mount(billing, 6, 0)).unwrap();
    assert_eq!(world.act(&[1], mount(other, 0, 0)), Err("NoRoute"));
    // Whom the table lists has its priority there, and others come after.
    world.act(&[1], delegate(2, 0)).unwrap();
    world.act(&[1], delegate(3, 0)).unwrap();
    assert_eq!(world.act(&[2], mount(billing, 7, 0)), Err("Priority"));
    world.act(&[2], mount(billing, 5, 0)).unwrap();
    assert_eq!(world.act(&[3], mount(billing, 5, 0)), Err("Priority"));
    world.act(&[3], mount(billing, 7, 0)).unwrap();
    // The facts of a later epoch count in the table too, and the envelope's guards still hold.
    world.act(&[1], assert_fact("partner", &["@k7"])).unwrap();
    world.close(&[1]).unwrap();
    assert_eq!(reason(&world, Permission::Invoke, billing, 7), "allow");
    world.act(&[1], assert_fact("stopped", &["services"])).unwrap();
    world.close(&[1]).unwrap();
    assert_eq!(reason(&world, Permission::Invoke, billing, 2), "Guard");
}

#[test]
fn what_a_table_may_not_say() {
    let mut world = gateway();
    let mut refused = |table: &str| world.act(&[1], publish(table)).unwrap_err();
    let route = "route /services/acme/x allow read: open;";
    assert_eq!(refused("route /services/acmex/** allow read: open;"), "TableOutside");
    assert_eq!(refused("route /services allow read: open;"), "TableOutside");
    assert_eq!(refused("route /services/{any}/** allow read: open;"), "TableOutside");
    assert_eq!(refused("gateway /services/acme/x/** owner @k2 { allow read: open; }"), "TableGoverns");
    let redirect = format!("{route} redirect /services/acme/y -> /services/acme/x;");
    assert_eq!(refused(&redirect), "TableGoverns");
    let council = format!("{route} governance {{ council {{ @k2 }}; threshold 1 of 1; }}");
    assert_eq!(refused(&council), "TableGoverns");
    let relation = "relation own(who: cell) public; route /services/acme/x allow read: own();";
    assert_eq!(refused(relation), "TableRelation");
    let writer =
        "relation partner(who: cell) public by cells { @k2 }; route /services/acme/x allow read: partner();";
    assert_eq!(refused(writer), "TableRelation");
    let rule = r#"relation partner(who: cell) public by cells { @k1 };
        rule may(who) if partner(who), who != @k2; route /services/acme/x allow read: may();"#;
    assert_eq!(refused(rule), "TablePredicate");
    let fact = r#"relation partner(who: cell) public by cells { @k1 };
        fact partner(@k9); route /services/acme/x allow read: partner();"#;
    assert_eq!(refused(fact), "TableStates");
    let garbage = Action::Publish { gateway: ACME.to_owned(), table: vec![7; 100] };
    let signed = world.signed(&[1], garbage);
    let refusal = world.apply(&signed).unwrap_err();
    assert!(matches!(refusal, Refusal::Table(TableFault::Unreadable(_))), "{refusal}");
    world.act(&[1], publish(route)).unwrap();
}

#[test]
fn the_registry_root_shows_which_gateways_have_tables() {
    let mut world = gateway();
    let empty = dregg_commit::Tree::new(Vec::new()).root();
    let registry = |world: &World| world.mesh.root().root().registry;
    assert_eq!(registry(&world), empty);
    world.act(&[1], mount("/services/own/x", 0, 0)).unwrap();
    world.close(&[1]).unwrap();
    assert_ne!(registry(&world), empty);
    let decides = |world: &World, gateway: u32, with: u32| {
        let opening = world.mesh.gateway_opening(with).unwrap();
        dregg_verify::envelope_decides(gateway, &registry(world), Some(&opening))
    };
    assert!(decides(&world, 0, 0) && decides(&world, 1, 1));
    world.act(&[1], publish("route /services/acme/x allow read: open;")).unwrap();
    assert!(decides(&world, 0, 0));
    world.close(&[1]).unwrap();
    assert!(!decides(&world, 0, 0) && decides(&world, 1, 1) && !decides(&world, 0, 1));
    assert!(world.mesh.gateway_opening(3).is_none());
    world.act(&[1], unmount("/services/own/x", 1)).unwrap();
    let refused = Refusal::Denied { reason: Reason::NoRoute, needed: dregg_runtime::Needed::Nothing };
    let signed = world.signed(&[1], mount("/services/acme/z", 0, 0));
    assert_eq!(world.apply(&signed), Err(refused));
}
