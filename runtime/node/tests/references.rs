//! References that are kept and handed on: who gets what for them, also after a restart.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_mesh::Action;
use world::{
    Client, Counting, Saved, call, cell, denied, descriptor, fact, failed, hand_off, run, save, world,
};

const RULES: &str = "
relation guest(who: cell) public by cells { @k1 };
fact guest(@k3);
route /open/** { allow read, invoke: open; allow mount: cells { @k2, @k6 }; }
route /guests/** { allow read: open; allow invoke: guest(); allow mount: cells { @k2 }; }
";

const PATH: &str = "/guests/service";

#[test]
fn a_sturdy_reference_survives_the_node_and_is_decided_again() {
    let world = world(RULES);
    let (saved, asserted) = run(async {
        let vat = world.vat();
        let (founder, server) = (Client::new(&vat, 1), Client::new(&vat, 2));
        server.mount(PATH, descriptor("service"), 0).await.unwrap();
        let _attachment = server.attach(Counting::default()).await.unwrap();
        founder.act(Action::Assert { facts: vec![fact("guest", &[4])] }).await.unwrap();
        founder.close().await.unwrap();
        let (third, fourth) = (Client::new(&vat, 3), Client::new(&vat, 4));
        let saved = save(&third.resolve(PATH, None).await.unwrap()).await.unwrap();
        let asserted = save(&fourth.resolve(PATH, None).await.unwrap()).await.unwrap();
        // The store has no swiss number in it.
        (saved, asserted)
    });
    let bytes = std::fs::read(world.home.store_file()).unwrap();
    assert!(!bytes.windows(32).any(|window| window == saved.swiss));
    run(async {
        let vat = world.vat();
        let (founder, server) = (Client::new(&vat, 1), Client::new(&vat, 2));
        let (third, fourth) = (Client::new(&vat, 3), Client::new(&vat, 4));
        // Nothing is attached yet: the reference is known, the service is not there.
        assert_eq!(failed(third.restore(&saved, None).await), "Unreachable");
        let service = Counting::default();
        let _attachment = server.attach(service.clone()).await.unwrap();
        for _ in 0..2 {
            let live = third.restore(&saved, None).await.unwrap();
            assert_eq!(call(&live, "echo", b"hello").await.unwrap(), b"hello");
        }
        assert_eq!(*service.seen.borrow(), vec![(PATH.to_owned(), cell(3)); 2]);
        // What is no longer allowed is denied, whoever knows the swiss number.
        fourth.restore(&asserted, None).await.unwrap();
        founder.act(Action::Retract { facts: vec![fact("guest", &[4])] }).await.unwrap();
        founder.close().await.unwrap();
        assert_eq!(denied(fourth.restore(&asserted, None).await).denied, "Clause");
        third.restore(&saved, None).await.unwrap();
        // What is no longer mounted is not found.
        let unmount = Action::Unmount { path: PATH.to_owned(), expected_version: 1 };
        server.act(unmount).await.unwrap();
        assert_eq!(failed(third.restore(&saved, None).await), "NothingMounted");
        assert_eq!(service.calls.get(), 2);
    });
}

#[test]
fn a_sturdy_reference_is_good_as_it_was_given_and_to_whom() {
    let world = world(RULES);
    run(async {
        let vat = world.vat();
        let (second, sixth) = (Client::new(&vat, 2), Client::new(&vat, 6));
        let service = Counting::default();
        let _held =
            [second.attach(service.clone()).await.unwrap(), sixth.attach(service.clone()).await.unwrap()];
        second.mount("/open/one", descriptor("one"), 0).await.unwrap();
        sixth.mount("/open/two", descriptor("two"), 0).await.unwrap();
        let (third, fourth) = (Client::new(&vat, 3), Client::new(&vat, 4));
        let one = save(&third.resolve("/open/one", None).await.unwrap()).await.unwrap();
        let two = save(&third.resolve("/open/two", None).await.unwrap()).await.unwrap();
        third.restore(&one, None).await.unwrap();
        third.restore(&two, None).await.unwrap();
        let unknown = [
            // The swiss number of one service with the cell of the other.
            Saved { cell: two.cell.clone(), ..one.clone() },
            Saved { swiss: two.swiss.clone(), ..one.clone() },
            // Of another instance.
            Saved { instance: vec![1; 32], ..one.clone() },
            // Guessed, short, long, none.
            Saved { swiss: vec![0; 32], ..one.clone() },
            Saved { swiss: one.swiss[..31].to_vec(), ..one.clone() },
            Saved { swiss: [&one.swiss[..], &[0]].concat(), ..one.clone() },
            Saved { swiss: Vec::new(), ..one.clone() },
            Saved { cell: Vec::new(), ..one.clone() },
        ];
        for reference in &unknown {
            assert_eq!(failed(third.restore(reference, None).await), "UnknownReference", "{reference:?}");
        }
        // Another cell, although it could resolve the path itself.
        fourth.resolve("/open/one", None).await.unwrap();
        assert_eq!(failed(fourth.restore(&one, None).await), "UnknownReference");
        assert_eq!(service.calls.get(), 0);
    });
}

#[test]
fn a_handoff_is_for_one_cell_once_and_gives_no_right() {
    let world = world(RULES);
    let (taken, open) = run(async {
        let vat = world.vat();
        let (founder, server, third) = (Client::new(&vat, 1), Client::new(&vat, 2), Client::new(&vat, 3));
        let service = Counting::default();
        let _attachment = server.attach(service.clone()).await.unwrap();
        server.mount(PATH, descriptor("service"), 0).await.unwrap();
        founder.act(Action::Assert { facts: vec![fact("guest", &[4])] }).await.unwrap();
        founder.close().await.unwrap();
        let live = third.resolve(PATH, None).await.unwrap();
        let (fourth, fifth) = (Client::new(&vat, 4), Client::new(&vat, 5));
        let certificate = hand_off(&live, cell(4), 2).await.unwrap();
        assert_eq!(failed(fifth.accept(&certificate).await), "OtherRecipient");
        assert_eq!(failed(third.accept(&certificate).await), "OtherRecipient");
        let got = fourth.accept(&certificate).await.unwrap();
        call(&got, "echo", b"hello").await.unwrap();
        // The service is told who calls, not who introduced it.
        assert_eq!(*service.seen.borrow(), [(PATH.to_owned(), cell(4))]);
        assert_eq!(failed(fourth.accept(&certificate).await), "Taken");
        // Whoever has no right gets none by it, and it is not spent thereby.
        let amplified = hand_off(&live, cell(5), 2).await.unwrap();
        for _ in 0..2 {
            assert_eq!(denied(fifth.accept(&amplified).await).denied, "Clause");
        }
        // A spoilt or shortened certificate.
        let fresh = hand_off(&live, cell(4), 2).await.unwrap();
        for spoilt in (0..fresh.len()).step_by(7) {
            let mut bytes = fresh.clone();
            bytes[spoilt] ^= 1;
            assert_eq!(failed(fourth.accept(&bytes).await), "Certificate", "byte {spoilt}");
        }
        assert_eq!(failed(fourth.accept(&fresh[..fresh.len() - 1]).await), "Certificate");
        assert_eq!(failed(fourth.accept(&[fresh.as_slice(), &[0]].concat()).await), "Certificate");
        assert_eq!(failed(fourth.accept(&[]).await), "Certificate");
        // No cell at all, and an epoch that is over already.
        let nobody = dregg_artifact::CellId([0xff; 32]);
        assert_eq!(failed(hand_off(&live, nobody, 2).await), "Recipient");
        assert_eq!(failed(hand_off(&live, cell(4), 0).await), "Expired");
        (certificate, fresh)
    });
    run(async {
        let vat = world.vat();
        let (founder, server) = (Client::new(&vat, 1), Client::new(&vat, 2));
        let _attachment = server.attach(Counting::default()).await.unwrap();
        let fourth = Client::new(&vat, 4);
        // What was taken stays taken, what was not is there.
        assert_eq!(failed(fourth.accept(&taken).await), "Taken");
        let live = fourth.accept(&open).await.unwrap();
        assert_eq!(failed(fourth.accept(&open).await), "Taken");
        // Up to and with the epoch that it names; then the node keeps nothing of it.
        let late = hand_off(&live, cell(4), 2).await.unwrap();
        let later = hand_off(&live, cell(4), 2).await.unwrap();
        let count = || vat.with_node(|node| node.store().kept_count().unwrap());
        assert_eq!(count(), 3);
        founder.close().await.unwrap();
        fourth.accept(&late).await.unwrap();
        assert_eq!(count(), 2);
        founder.close().await.unwrap();
        assert_eq!(failed(fourth.accept(&later).await), "Expired");
        assert_eq!(count(), 0);
    });
}

#[test]
fn another_nodes_certificate_is_none() {
    let (here, there) = (world(RULES), world(RULES));
    run(async {
        let mut certificates = Vec::new();
        for world in [&here, &there] {
            let vat = world.vat();
            let (server, third) = (Client::new(&vat, 2), Client::new(&vat, 3));
            server.mount("/open/one", descriptor("one"), 0).await.unwrap();
            let _attachment = server.attach(Counting::default()).await.unwrap();
            let live = third.resolve("/open/one", None).await.unwrap();
            certificates.push(hand_off(&live, cell(4), 5).await.unwrap());
            drop(live);
        }
        let vat = here.vat();
        let (server, fourth) = (Client::new(&vat, 2), Client::new(&vat, 4));
        let _attachment = server.attach(Counting::default()).await.unwrap();
        assert_eq!(failed(fourth.accept(&certificates[1]).await), "Certificate");
        fourth.accept(&certificates[0]).await.unwrap();
    });
}
