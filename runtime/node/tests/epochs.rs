//! What happens to live references and rights when an epoch ends: the service sees no call that the new epoch denies.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_mesh::{Action, Witness};
use world::{Client, Counting, bundle, call, cell, denied, descriptor, fact, failed, held, run, save, world};

const RULES: &str = "
relation guest(who: cell) public by cells { @k1 };
relation member(who: cell) held by cells { @k1 };
route /open/** { allow read, invoke: open; allow mount: cells { @k2 }; }
route /guests/** { allow read: open; allow invoke: guest(); allow mount: cells { @k2 }; }
route /members/** { allow read: open; allow invoke: member(); allow mount: cells { @k2 }; }
";

#[test]
fn a_reference_of_a_closed_epoch_never_reaches_the_service() {
    let world = world(RULES);
    run(async {
        let vat = world.vat();
        let (founder, server, caller) = (Client::new(&vat, 1), Client::new(&vat, 2), Client::new(&vat, 3));
        server.mount("/open/service", descriptor("service"), 0).await.unwrap();
        let service = Counting::default();
        let _attachment = server.attach(service.clone()).await.unwrap();
        let live = caller.resolve("/open/service", None).await.unwrap();
        call(&live, "echo", b"1").await.unwrap();
        // A call that is under way when the epoch ends is answered.
        let under_way = call(&live, "wait", b"50");
        let closed = async {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            founder.close().await.unwrap();
        };
        let (answer, ()) = tokio::join!(under_way, closed);
        assert_eq!(answer.unwrap(), b"waited");
        assert_eq!(service.calls.get(), 2);
        // Nothing is called, saved or handed on by the old reference.
        assert_eq!(failed(call(&live, "echo", b"2").await), "EpochOver");
        assert_eq!(failed(save(&live).await), "EpochOver");
        assert_eq!(failed(world::hand_off(&live, cell(4), 9).await), "EpochOver");
        assert_eq!(service.calls.get(), 2);
        let again = caller.resolve("/open/service", None).await.unwrap();
        assert_eq!(call(&again, "echo", b"3").await.unwrap(), b"3");
        assert_eq!(service.calls.get(), 3);
    });
}

#[test]
fn a_fact_taken_back_denies_from_the_next_epoch_on() {
    let world = world(RULES);
    run(async {
        let vat = world.vat();
        let (founder, server, guest) = (Client::new(&vat, 1), Client::new(&vat, 2), Client::new(&vat, 3));
        let path = "/guests/service";
        server.mount(path, descriptor("service"), 0).await.unwrap();
        let service = Counting::default();
        let _attachment = server.attach(service.clone()).await.unwrap();
        assert_eq!(denied(guest.resolve(path, None).await).denied, "Clause");
        founder.act(Action::Assert { facts: vec![fact("guest", &[3])] }).await.unwrap();
        // Not before the epoch ends.
        assert_eq!(denied(guest.resolve(path, None).await).denied, "Clause");
        founder.close().await.unwrap();
        let live = guest.resolve(path, None).await.unwrap();
        call(&live, "echo", b"1").await.unwrap();
        founder.act(Action::Retract { facts: vec![fact("guest", &[3])] }).await.unwrap();
        call(&live, "echo", b"2").await.unwrap();
        founder.close().await.unwrap();
        assert_eq!(failed(call(&live, "echo", b"3").await), "EpochOver");
        let denial = denied(guest.resolve(path, None).await);
        assert_eq!((denial.denied.as_str(), denial.needed), ("Clause", vec!["guest()".to_owned()]));
        assert_eq!(service.calls.get(), 2);
    });
}

#[test]
fn a_credential_is_good_until_the_epoch_it_ends_in() {
    let world = world(RULES);
    run(async {
        let vat = world.vat();
        let (founder, server, member) = (Client::new(&vat, 1), Client::new(&vat, 2), Client::new(&vat, 3));
        let path = "/members/service";
        server.mount(path, descriptor("service"), 0).await.unwrap();
        let _attachment = server.attach(Counting::default()).await.unwrap();
        let (fact, action) = held(&vat, 1, "member", &[3], 3);
        founder.act(action).await.unwrap();
        let shown = |vat| Witness::Openings(Box::new(bundle(vat, 3, std::slice::from_ref(&fact))));
        for (epoch, outcome) in [(1, Ok(())), (2, Ok(())), (3, Err("Bundle".to_owned()))] {
            founder.close().await.unwrap();
            assert_eq!(vat.with_node(|node| node.mesh().epoch()), epoch);
            let resolved = member.resolve(path, Some(&shown(&vat))).await.map(|_| ());
            assert_eq!(resolved.map_err(|failure| world::name(&failure)), outcome, "in {epoch}");
        }
        assert_eq!(denied(member.resolve(path, None).await).denied, "Clause");
        // Openings of an epoch that is over.
        let old = shown(&vat);
        founder.close().await.unwrap();
        assert_eq!(failed(member.resolve(path, Some(&old)).await), "Bundle");
    });
}
