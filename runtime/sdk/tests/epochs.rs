//! What a program notices of the end of an epoch: nothing, as long as it keeps its rights.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use world::{cell, counting, descriptor, fact, failed, run, world};

const RULES: &str = "
relation guest(who: cell) public by cells { @k1 };
relation member(who: cell) held by cells { @k1 };
route /open/** { allow read, invoke: open; allow mount: cells { @k2, @k6 }; }
route /guests/** { allow read, invoke: guest() or member(); allow mount: cells { @k2 }; }
";

const PATH: &str = "/guests/service";

#[test]
fn a_call_goes_out_once_and_a_right_that_is_gone_is_denied() {
    let world = world(RULES);
    run(async {
        let _node = world.node();
        let (founder, server, guest) = (world.clerk(1), world.clerk(2), world.clerk(3));
        founder.assert_facts(vec![fact("guest", &[3])]).await.unwrap();
        founder.advance_epoch().await.unwrap();
        server.mount(PATH, descriptor("service"), None).await.unwrap();
        let counted = counting("service");
        let _serving = server.serve(counted.clone()).await.unwrap();
        let service = guest.resolve(PATH).await.unwrap();
        assert_eq!(service.bindings()[0].epoch, 1);
        service.invoke("echo", b"").await.unwrap();
        founder.advance_epoch().await.unwrap();
        service.invoke("echo", b"").await.unwrap();
        assert_eq!((counted.calls(), service.bindings()[0].epoch), (2, 2));
        founder.retract_facts(vec![fact("guest", &[3])]).await.unwrap();
        service.invoke("echo", b"").await.unwrap();
        founder.advance_epoch().await.unwrap();
        assert_eq!(failed(service.invoke("echo", b"").await), "Clause");
        assert_eq!(failed(guest.call(PATH, "echo", b"").await), "Clause");
        assert_eq!(failed(guest.list("/guests/service").await), "Clause");
        assert_eq!(counted.calls(), 3);
    });
}

#[test]
fn what_was_known_of_an_earlier_epoch_denies_nothing() {
    let world = world(RULES);
    run(async {
        let _node = world.node();
        let (founder, server, guest) = (world.clerk(1), world.clerk(2), world.clerk(3));
        server.mount(PATH, descriptor("service"), None).await.unwrap();
        let counted = counting("service");
        let _serving = server.serve(counted.clone()).await.unwrap();
        // It holds the credential already, and knows that it does not count yet.
        let (credential, _) = founder.issue(fact("member", &[3]), 3).await.unwrap();
        guest.import(&credential).unwrap();
        assert_eq!(failed(guest.call(PATH, "echo", b"").await), "Clause");
        founder.advance_epoch().await.unwrap();
        guest.call(PATH, "echo", b"").await.unwrap();
        // Public facts come, so that nothing need be shown, and go again.
        founder.assert_facts(vec![fact("guest", &[3])]).await.unwrap();
        founder.advance_epoch().await.unwrap();
        guest.call(PATH, "echo", b"").await.unwrap();
        assert_eq!(guest.list(PATH).await.unwrap().len(), 1);
        founder.retract_facts(vec![fact("guest", &[3])]).await.unwrap();
        let (again, _) = founder.issue(fact("member", &[3]), 9).await.unwrap();
        guest.import(&again).unwrap();
        founder.advance_epoch().await.unwrap();
        guest.call(PATH, "echo", b"").await.unwrap();
        assert_eq!(guest.describe(PATH).await.unwrap().len(), 1);
        assert_eq!(counted.calls(), 3);
    });
}

#[test]
fn a_kept_reference_stays_with_its_service() {
    let world = world(RULES);
    run(async {
        let node = world.node();
        let (founder, first, second) = (world.clerk(1), world.clerk(2), world.clerk(6));
        let (counted, other) = (counting("first"), counting("second"));
        let path = "/open/pair";
        first.mount(path, descriptor("first"), Some(0)).await.unwrap();
        second.mount(path, descriptor("second"), Some(1)).await.unwrap();
        let serving =
            (first.serve(counted.clone()).await.unwrap(), second.serve(other.clone()).await.unwrap());
        let caller = world.clerk(3);
        let both = caller.resolve(path).await.unwrap();
        assert_eq!(both.bindings().len(), 2);
        // What is kept is the reference that is tried first: here the second alone.
        let saved = both.only(cell(6)).save().await.unwrap().to_string();
        assert!(saved.starts_with("dregg://"));
        let service = caller.restore(&saved.parse().unwrap()).await.unwrap();
        assert_eq!(service.invoke("name", b"").await.unwrap().output(), b"second");
        // Resolved again in the next epoch, it is still about that cell.
        founder.advance_epoch().await.unwrap();
        assert_eq!(service.invoke("name", b"").await.unwrap().output(), b"second");
        let mine = both.only(cell(6));
        assert_eq!(mine.invoke("name", b"").await.unwrap().output(), b"second");
        assert_eq!(both.invoke("name", b"").await.unwrap().output(), b"first");
        let certificate = mine.hand_off(cell(4), 5).await.unwrap();
        let taken = world.clerk(4).accept(&certificate).await.unwrap();
        assert_eq!(taken.invoke("name", b"").await.unwrap().output(), b"second");
        assert_eq!(failed(world.clerk(4).accept(&certificate).await), "Taken");
        // The node comes back, the services after it; whoever holds a reference notices nothing else.
        drop(serving);
        drop(node);
        let _node = world.node();
        let _serving =
            (first.serve(counted.clone()).await.unwrap(), second.serve(other.clone()).await.unwrap());
        assert_eq!(service.invoke("name", b"").await.unwrap().output(), b"second");
        let restored = caller.restore(&saved.parse().unwrap()).await.unwrap();
        assert_eq!(restored.invoke("name", b"").await.unwrap().output(), b"second");
        assert_eq!(failed(world.clerk(5).restore(&saved.parse().unwrap()).await), "UnknownReference");
        assert_eq!((counted.calls(), other.calls()), (1, 6));
    });
}
