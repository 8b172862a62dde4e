//! `require proof` at the node, with whatever a cell may come with: its own proof, somebody else's, an old one, none.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_artifact::Permission;
use dregg_attest::HeldFact;
use dregg_mesh::Witness;
use dregg_node::Vat;
use dregg_rpc::dregg_capnp::attachment;
use dregg_verify::{Reject, requirement};
use std::rc::Rc;
use world::{Client, Counting, Proof, World, bundle, call, denied, descriptor, failed, held, run, world};

const RULES: &str = "
relation member(who: cell) held by cells { @k1 };
route /open/** { allow read, invoke: open; allow mount: cells { @k2 }; }
route /held/** { allow read: open; allow invoke: member(); allow mount: cells { @k2 }; }
route /proved/** {
    require invoke: proof;
    allow read: open; allow invoke: member(); allow mount: cells { @k2 };
}
";

const PATH: &str = "/proved/service";

/// A node whose `@k2` serves [`PATH`] and two more, and where `@k3` and `@k4` hold `member`.
struct Served {
    vat: Rc<Vat>,
    service: Counting,
    _attachment: attachment::Client,
    members: [Vec<HeldFact>; 2],
}

async fn served(world: &World) -> Served {
    let vat = world.vat();
    let (founder, server) = (Client::new(&vat, 1), Client::new(&vat, 2));
    for path in [PATH, "/held/service", "/open/service"] {
        server.mount(path, descriptor("service"), 0).await.unwrap();
    }
    let service = Counting::default();
    let attachment = server.attach(service.clone()).await.unwrap();
    let mut members = [Vec::new(), Vec::new()];
    for (number, facts) in [3, 4].into_iter().zip(&mut members) {
        let (fact, action) = held(&vat, 1, "member", &[number], 9);
        founder.act(action).await.unwrap();
        facts.push(fact);
    }
    founder.close().await.unwrap();
    Served { vat, service, _attachment: attachment, members }
}

#[test]
fn a_proof_opens_the_way_and_nothing_else_does() {
    let world = world(RULES);
    run(async {
        let Served { vat, service, members, _attachment } = served(&world).await;
        let member = Client::new(&vat, 3);
        let nonces = member.nonces(8).await.unwrap();
        // Without a witness the denial says why, and anybody can check that it is the policy that says so.
        let denial = denied(member.resolve(PATH, None).await);
        assert_eq!((denial.denied.as_str(), denial.path.as_str()), ("ProofRequired", PATH));
        let opening = world::bytes(&denial.opening);
        let root = vat.with_node(|node| node.mesh().root().root().clone());
        let required = requirement(&root, Permission::Invoke, PATH, &opening).unwrap();
        assert!(required.proof());
        assert_eq!(required.clauses(), ["member()"]);
        let other = requirement(&root, Permission::Invoke, "/proved/other", &opening);
        assert_eq!(other, Err(Reject::Path));
        assert_eq!(requirement(&root, Permission::Read, PATH, &opening), Err(Reject::Permission));
        // Openings are enough where no proof is required, and only there.
        let openings = Witness::Openings(Box::new(bundle(&vat, 3, &members[0])));
        member.resolve("/held/service", Some(&openings)).await.unwrap();
        assert_eq!(denied(member.resolve(PATH, Some(&openings)).await).denied, "ProofRequired");
        // Openings in the form of a proof.
        let proof = |nonce| Proof::new(&vat, PATH, 3, &[], nonce);
        let open = Proof { bundle: None, open: true, path: "/open/service", ..proof(&nonces[0]) };
        let open = open.make(&vat);
        assert_eq!(failed(member.resolve("/open/service", Some(&open)).await), "OpeningOnly");
        // Nor is a denial about a call.
        assert_eq!(service.calls.get(), 0);
        let proof = Proof::new(&vat, PATH, 3, &members[0], &nonces[1]).make(&vat);
        let live = member.resolve(PATH, Some(&proof)).await.unwrap();
        assert_eq!(call(&live, "echo", b"hello").await.unwrap(), b"hello");
        assert_eq!(*service.seen.borrow(), [(PATH.to_owned(), world::cell(3))]);
        // The same bytes are not good twice.
        assert_eq!(failed(member.resolve(PATH, Some(&proof)).await), "NonceUnknown");
        // A proof that is spoilt has spent its nonce too.
        let good = Proof::new(&vat, PATH, 3, &members[0], &nonces[2]).make(&vat);
        let Witness::Proof(mut bytes) = good.clone() else { panic!("no proof") };
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        assert!(member.resolve(PATH, Some(&Witness::Proof(bytes))).await.is_err());
        assert_eq!(failed(member.resolve(PATH, Some(&good)).await), "NonceUnknown");
        let nothing = Witness::Proof(b"nothing".to_vec());
        assert_eq!(failed(member.resolve(PATH, Some(&nothing)).await), "NotAProof");
        assert_eq!(service.calls.get(), 1);
    });
}

#[test]
fn a_relayed_proof_is_refused_by_name() {
    let world = world(RULES);
    run(async {
        let Served { vat, service, members, _attachment } = served(&world).await;
        let (member, other) = (Client::new(&vat, 3), Client::new(&vat, 4));
        let (own, others) = (member.nonces(8).await.unwrap(), other.nonces(8).await.unwrap());
        let made = |proof: Proof<'_>| proof.make(&vat);
        let proof = |nonce| Proof::new(&vat, PATH, 3, &members[0], nonce);
        // By another cell: with the nonce of whom it was taken from, and with one of its own.
        let taken = made(proof(&own[0]));
        assert_eq!(failed(other.resolve(PATH, Some(&taken)).await), "NonceUnknown");
        let taken = made(proof(&others[0]));
        assert_eq!(failed(other.resolve(PATH, Some(&taken)).await), "Caller");
        // By the same cell, in another session of its own.
        let again = Client::new(&vat, 3);
        assert_eq!(failed(again.resolve(PATH, Some(&made(proof(&own[1])))).await), "NonceUnknown");
        // Made for another node, where the member was asked for it.
        let elsewhere = Proof { verifier: world::cell(5).to_hex(), ..proof(&own[2]) };
        assert_eq!(failed(member.resolve(PATH, Some(&made(elsewhere))).await), "Verifier");
        // Of another path, for another permission.
        let path = Proof { path: "/proved/other", ..proof(&own[3]) };
        assert_eq!(failed(member.resolve(PATH, Some(&made(path))).await), "Path");
        let read = Proof { permission: Permission::Read, ..proof(&own[4]) };
        assert_eq!(failed(member.resolve(PATH, Some(&made(read))).await), "Permission");
        // Of a nonce that nobody gave out.
        assert_eq!(failed(member.resolve(PATH, Some(&made(proof(&[5; 32])))).await), "NonceUnknown");
        // Of the epoch before, with a nonce that was good in it.
        let late = made(proof(&own[5]));
        member.resolve(PATH, Some(&made(proof(&own[6])))).await.unwrap();
        Client::new(&vat, 1).close().await.unwrap();
        assert_eq!(failed(member.resolve(PATH, Some(&late)).await), "Epoch");
        // Nor is an old nonce good in a new proof.
        assert_eq!(failed(member.resolve(PATH, Some(&made(proof(&own[7])))).await), "NonceUnknown");
        let fresh = member.nonces(1).await.unwrap();
        member.resolve(PATH, Some(&made(proof(&fresh[0])))).await.unwrap();
        assert_eq!(service.calls.get(), 0);
    });
}

#[test]
fn who_holds_nothing_is_not_let_in_by_a_proof_of_others_facts() {
    let world = world(RULES);
    run(async {
        let Served { vat, members, _attachment, .. } = served(&world).await;
        let stranger = Client::new(&vat, 5);
        assert_eq!(denied(stranger.resolve("/held/service", None).await).denied, "Clause");
        // Openings of a fact about another cell, as one's own bundle and as the other's.
        let mut own = bundle(&vat, 3, &members[0]);
        let others = Witness::Openings(Box::new(own.clone()));
        assert_eq!(failed(stranger.resolve("/held/service", Some(&others)).await), "OtherBundle");
        own.cell = world::cell(5);
        let claimed = Witness::Openings(Box::new(own));
        assert_eq!(denied(stranger.resolve("/held/service", Some(&claimed)).await).denied, "Clause");
        // Proofs are taken where openings would do.
        let member = Client::new(&vat, 3);
        let nonces = member.nonces(1).await.unwrap();
        let proof = Proof::new(&vat, "/held/service", 3, &members[0], &nonces[0]).make(&vat);
        member.resolve("/held/service", Some(&proof)).await.unwrap();
    });
}
