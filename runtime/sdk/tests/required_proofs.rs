//! Where the policy requires a proof a program says nothing of it: it is made, for each epoch again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_sdk::{Error, Permission};
use dregg_verify::requirement;
use world::{cell, counting, descriptor, fact, failed, run, world};

const RULES: &str = "
relation member(who: cell) held by cells { @k1 };
relation builder(who: cell) held by cells { @k1 };
route /proved/** {
    require invoke: proof;
    allow read: open; allow invoke: member(); allow mount: builder();
}
";

const PATH: &str = "/proved/service";

#[test]
fn a_held_credential_proves_access_in_each_epoch_without_being_asked() {
    let world = world(RULES);
    run(async {
        let _node = world.node();
        let (founder, server) = (world.clerk(1), world.clerk(2));
        let (member, stranger) = (world.clerk(3), world.clerk(4));
        for (clerk, number, relation) in [(&server, 2, "builder"), (&member, 3, "member")] {
            let (credential, _) = founder.issue(fact(relation, &[number]), 9).await.unwrap();
            clerk.import(&credential).unwrap();
        }
        // Not before the epoch ends; and the right to mount rests on a held fact too, which is proved in the transaction.
        assert_eq!(failed(server.mount(PATH, descriptor("service"), None).await), "Clause");
        founder.advance_epoch().await.unwrap();
        assert_eq!(failed(member.mount(PATH, descriptor("service"), None).await), "Clause");
        server.mount(PATH, descriptor("service"), None).await.unwrap();
        let counted = counting("service");
        let _serving = server.serve(counted.clone()).await.unwrap();

        let service = member.resolve(PATH).await.unwrap();
        assert_eq!(service.invoke("echo", b"1").await.unwrap().output(), b"1");
        assert_eq!(member.call(PATH, "echo", b"2").await.unwrap().output(), b"2");
        // In the next epoch another proof is made, and the service sees the call once.
        founder.advance_epoch().await.unwrap();
        assert_eq!(service.invoke("echo", b"3").await.unwrap().output(), b"3");
        founder.advance_epoch().await.unwrap();
        assert_eq!(member.call(PATH, "echo", b"4").await.unwrap().output(), b"4");
        assert_eq!(counted.calls(), 4);

        // Who cannot prove it is told what is missing, with an opening that anybody can check.
        let Err(Error::Denied(denial)) = stranger.resolve(PATH).await else { panic!("not denied") };
        assert_eq!((denial.denied.as_str(), denial.path.as_str()), ("Clause", PATH));
        let root = stranger.root().await.unwrap().0;
        let opening = stranger.requirement(Permission::Invoke, PATH).await.unwrap();
        assert_eq!(denial.opening, opening.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let required = requirement(root.root(), Permission::Invoke, PATH, &opening).unwrap();
        assert!(required.proof() && required.clauses() == ["member()"]);
        // Another's credential is of no use.
        for credential in member.credentials().unwrap() {
            stranger.import(&credential).unwrap();
        }
        assert_eq!(failed(stranger.resolve(PATH).await), "Clause");
        assert_eq!(counted.calls(), 4);
    });
}

#[test]
fn nonces_last_however_often_something_is_asked() {
    let world = world(RULES);
    run(async {
        let _node = world.node();
        let (founder, member) = (world.clerk(1), world.clerk(3));
        let (credential, _) = founder.issue(fact("member", &[3]), 9).await.unwrap();
        member.import(&credential).unwrap();
        // More than a session may have out, each kind of ending: denied here, refused by the node, state asked anew.
        for _ in 0..70 {
            assert_eq!(failed(member.resolve(PATH).await), "Clause");
            member.root().await.unwrap();
        }
        founder.advance_epoch().await.unwrap();
        for _ in 0..2 {
            assert_eq!(failed(member.resolve(PATH).await), "NothingMounted");
            member.root().await.unwrap();
        }
        assert_eq!(member.cell().unwrap(), cell(3));
    });
}
