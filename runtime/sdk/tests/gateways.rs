//! Mounting below a gateway: by its owner, by who holds a delegation, and what each shows for it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_sdk::StatedFact;
use world::{World, cell, descriptor, fact, failed, run, world};

const RULES: &str = r#"
relation works(employer: cell, who: cell) held by column employer;
rule staff(who) if works(@k1, who);
route /services/** { allow read: open; }
gateway /services/acme/** owner @k1 {
    delegate mount to staff() depth 2 max_routes 8;
    allow read, invoke: open;
}
"#;

/// `@k1` owns the gateway, `@k2` and `@k3` work for it, and every wallet has something in it.
async fn employed(world: &World) {
    let owner = world.clerk(1);
    for number in 1..=4 {
        let employer = if number == 4 { 5 } else { 1 };
        let stated: StatedFact = fact("works", &[employer, number]);
        let (credential, _) = world.clerk(employer).issue(stated, 100).await.unwrap();
        world.clerk(number).import(&credential).unwrap();
    }
    owner.advance_epoch().await.unwrap();
}

#[test]
fn a_mount_at_the_prefix_may_end_in_a_slash_whatever_the_wallet_holds() {
    let world = world(RULES);
    let _node = world.node();
    run(async {
        employed(&world).await;
        let mut owner = world.clerk(1);
        owner.mount_service("/services/acme/", descriptor("gateway")).await.unwrap();
        owner.delegate_mount("/services/acme/", cell(2), 1).await.unwrap();
        let mut partner = world.clerk(2);
        partner.mount_service("/services/acme/orders/", descriptor("orders")).await.unwrap();
        partner.delegate_mount("/services/acme", cell(3), 0).await.unwrap();
        world.clerk(3).mount_service("/services/acme/bills", descriptor("bills")).await.unwrap();
        let paths: Vec<String> =
            owner.list("/services/acme/").await.unwrap().into_iter().map(|one| one.path).collect();
        assert_eq!(paths, ["/services/acme", "/services/acme/bills", "/services/acme/orders"]);
        owner.unmount("/services/acme/").await.unwrap();
        // Changed, not mounted a second time.
        partner.mount_service("/services/acme/orders/", descriptor("orders")).await.unwrap();
        assert_eq!(owner.list("/services").await.unwrap().len(), 2);
    });
}

#[test]
fn a_slash_is_dropped_nowhere_else_and_opens_nothing() {
    let world = world(RULES);
    let _node = world.node();
    run(async {
        employed(&world).await;
        let mut owner = world.clerk(1);
        assert_eq!(failed(owner.mount_service("/services/acmex/", descriptor("x")).await), "BadPath");
        assert_eq!(failed(owner.mount_service("/services/acme//", descriptor("x")).await), "BadPath");
        // A delegation without the ACL, and the ACL without a delegation.
        owner.delegate_mount("/services/acme", cell(4), 0).await.unwrap();
        for number in [2, 4] {
            let mounted = world.clerk(number).mount_service("/services/acme/x/", descriptor("x")).await;
            assert_eq!(failed(mounted), "Clause", "{number}");
        }
        assert!(owner.list("/services").await.unwrap().is_empty());
    });
}

/// The whole store, as whoever keeps the log has it.
fn log(world: &World) -> String {
    String::from_utf8_lossy(&std::fs::read(world.home.store_file()).unwrap()).into_owned()
}

/// What a mount or a delegation shows is in the log for ever, so of a wallet it shows no more than it rests on.
#[test]
fn the_log_gets_no_fact_that_a_mount_does_not_rest_on() {
    let rules = r#"
relation works(employer: cell, who: cell, role: text) held by column employer;
rule staff(who, role) if works(@k1, who, role);
route /services/** { allow read: open; }
gateway /services/acme/** owner @k1 {
    delegate mount to staff("partner") depth 2 max_routes 8;
    allow read: open;
    allow invoke: staff("customer");
}
"#;
    let world = world(rules);
    let _node = world.node();
    run(async {
        let mut owner = world.clerk(1);
        let mut partner = world.clerk(2);
        // One wallet for several cells, with more in it than any mount needs.
        for (who, role) in [(2, "partner"), (2, "patient"), (3, "prisoner"), (2, "customer")] {
            let args = [cell(1).to_hex(), cell(who).to_hex(), role.to_owned()];
            let args = args.into_iter().map(dregg_sdk::Argument::Text).collect();
            let stated = StatedFact { relation: "works".to_owned(), args };
            let (credential, _) = owner.issue(stated, 100).await.unwrap();
            partner.import(&credential).unwrap();
        }
        owner.advance_epoch().await.unwrap();
        owner.delegate_mount("/services/acme", cell(2), 1).await.unwrap();
        partner.mount_service("/services/acme/x", descriptor("x")).await.unwrap();
        partner.delegate_mount("/services/acme", cell(3), 0).await.unwrap();
        // Nor what does not help.
        assert_eq!(failed(partner.mount_service("/services/other", descriptor("x")).await), "NoClause");
        let log = log(&world);
        assert!(log.contains(r#""partner""#), "what it rests on is there");
        for hidden in ["patient", "prisoner"] {
            assert!(!log.contains(hidden), "{hidden}");
        }
        // The least for another right is another fact.
        let _serving = partner.serve(world::counting("x")).await.unwrap();
        assert_eq!(partner.call("/services/acme/x", "name", b"").await.unwrap().output(), b"x");
        assert_eq!(failed(world.clerk(3).call("/services/acme/x", "name", b"").await), "Clause");
    });
}

/// Only the node can decide by a gateway's table; there everything is shown that may be needed.
#[test]
fn a_table_may_ask_for_more_than_the_envelope() {
    let relations = r#"
relation works(employer: cell, who: cell) held by column employer;
relation knows(who: cell, whom: cell) held by column who;
rule staff(who) if works(@k1, who);
rule friend(who) if knows(@k1, who);
"#;
    let routes = "gateway /acme/** owner @k1 { allow read: open; allow invoke: staff(); }";
    let world = world(&format!("{relations}{routes}"));
    let _node = world.node();
    run(async {
        let mut owner = world.clerk(1);
        let caller = world.clerk(2);
        for relation in ["works", "knows"] {
            let (credential, _) = owner.issue(fact(relation, &[1, 2]), 100).await.unwrap();
            caller.import(&credential).unwrap();
        }
        let table =
            format!("{relations}route /acme/** {{ allow read, mount: open; allow invoke: friend(); }}");
        owner.mount_gateway("/acme", world::compiled(&table)).await.unwrap();
        owner.mount_service("/acme/x", descriptor("x")).await.unwrap();
        owner.advance_epoch().await.unwrap();
        let _serving = owner.serve(world::counting("x")).await.unwrap();
        assert_eq!(caller.call("/acme/x", "name", b"").await.unwrap().output(), b"x");
        assert_eq!(failed(world.clerk(3).call("/acme/x", "name", b"").await), "Clause");
    });
}
