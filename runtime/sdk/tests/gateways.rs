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
