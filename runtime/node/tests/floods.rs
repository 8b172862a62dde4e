//! A cell that takes as much as it can: it is told so by name, and the others do not notice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_mesh::Action;
use dregg_node::{Settings, Vat, serve_unix};
use dregg_rpc::{Limits, Transport, connect, log_in};
use futures::future::join_all;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;
use world::{Client, Counting, World, call, cell, descriptor, failed, hand_off, keys, run, save, world};

const RULES: &str = "
relation noted(by: cell) public by column by;
route /open/** { allow read, invoke: open; allow mount: cells { @k2 }; }
";

const PATH: &str = "/open/service";

async fn serve(vat: &Rc<Vat>) -> (Counting, dregg_rpc::dregg_capnp::attachment::Client) {
    let (server, service) = (Client::new(vat, 2), Counting::default());
    server.mount(PATH, descriptor("service"), 0).await.unwrap();
    let attachment = server.attach(service.clone()).await.unwrap();
    (service, attachment)
}

#[test]
fn nonces_are_counted_by_session_and_epoch() {
    let world = world(RULES);
    run(async {
        let vat = world.vat_with(Settings { nonces: 4, ..Settings::default() });
        let client = Client::new(&vat, 3);
        assert_eq!(client.nonces(3).await.unwrap().len(), 3);
        assert_eq!(client.nonces(3).await.unwrap().len(), 1);
        assert_eq!(failed(client.nonces(1).await), "Overloaded");
        assert!(client.nonces(0).await.unwrap().is_empty());
        assert_eq!(Client::new(&vat, 4).nonces(u16::MAX).await.unwrap().len(), 4);
        Client::new(&vat, 1).close().await.unwrap();
        assert_eq!(client.nonces(9).await.unwrap().len(), 4);
    });
}

#[test]
fn attachments_and_references_come_free_when_they_are_let_go() {
    let world = world(RULES);
    run(async {
        let vat = world.vat_with(Settings { attachments: 3, references: 4, ..Settings::default() });
        let (service, _attachment) = serve(&vat).await;
        let other = Client::new(&vat, 4);
        let mut attached = Vec::new();
        for _ in 0..3 {
            attached.push(other.attach(service.clone()).await.unwrap());
        }
        assert_eq!(failed(other.attach(service.clone()).await), "Overloaded");
        assert_eq!(vat.attached(), 4);
        attached.pop();
        tokio::task::yield_now().await;
        attached.push(other.attach(service.clone()).await.unwrap());

        let caller = Client::new(&vat, 3);
        let mut live = Vec::new();
        for _ in 0..4 {
            live.push(caller.resolve(PATH, None).await.unwrap());
        }
        let saved = save(&live[0]).await.unwrap();
        let others = Client::new(&vat, 4).resolve(PATH, None).await.unwrap();
        let certificate = hand_off(&others, cell(3), 9).await.unwrap();
        assert_eq!(failed(caller.resolve(PATH, None).await), "Overloaded");
        assert_eq!(failed(caller.restore(&saved, None).await), "Overloaded");
        assert_eq!(failed(caller.accept(&certificate).await), "Overloaded");
        // What there was not room for is not spent.
        live.clear();
        tokio::task::yield_now().await;
        caller.accept(&certificate).await.unwrap();
        for _ in 0..100 {
            caller.resolve(PATH, None).await.unwrap();
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn what_is_kept_is_counted_by_cell_and_for_all() {
    let world = world(RULES);
    run(async {
        let vat = world.vat_with(Settings { kept: 5, kept_each: 3, ..Settings::default() });
        let (_service, _attachment) = serve(&vat).await;
        let resolved = |number| {
            let client = Client::new(&vat, number);
            async move { client.resolve(PATH, None).await.unwrap() }
        };
        let (third, fourth) = (resolved(3).await, resolved(4).await);
        save(&third).await.unwrap();
        save(&third).await.unwrap();
        let certificate = hand_off(&third, cell(4), 0).await.unwrap();
        assert_eq!(failed(save(&third).await), "Overloaded");
        assert_eq!(failed(hand_off(&third, cell(4), 9).await), "Overloaded");
        // Another session of the same cell is the same cell.
        assert_eq!(failed(save(&resolved(3).await).await), "Overloaded");
        save(&fourth).await.unwrap();
        save(&fourth).await.unwrap();
        assert_eq!(failed(save(&fourth).await), "Overloaded");
        // A handoff that is taken makes room.
        Client::new(&vat, 4).accept(&certificate).await.unwrap();
        save(&third).await.unwrap();
    });
}

#[test]
fn calls_in_flight_are_counted_by_session() {
    let world = world(RULES);
    run(async {
        let vat = world.vat_with(Settings { calls: 4, ..Settings::default() });
        let (service, _attachment) = serve(&vat).await;
        let (caller, other) = (Client::new(&vat, 3), Client::new(&vat, 4));
        let live = caller.resolve(PATH, None).await.unwrap();
        let others = other.resolve(PATH, None).await.unwrap();
        let calls = join_all((0..10).map(|_| call(&live, "wait", b"30")));
        let (answers, answer) = tokio::join!(calls, call(&others, "echo", b"hello"));
        assert_eq!(answer.unwrap(), b"hello");
        let refused: Vec<String> =
            answers.into_iter().filter(Result::is_err).map(|answer| failed(answer)).collect();
        assert_eq!(refused, ["Overloaded"; 6]);
        assert_eq!(service.calls.get(), 5);
        assert_eq!(vat.flying(), 0);
        call(&live, "echo", b"").await.unwrap();
    });
}

#[test]
fn answers_that_are_not_taken_are_counted() {
    let world = world(RULES);
    run(async {
        let vat = world.vat_with(Settings { held_bytes: 10_000, ..Settings::default() });
        let (service, _attachment) = serve(&vat).await;
        let caller = Client::new(&vat, 3);
        let live = caller.resolve(PATH, None).await.unwrap();
        let invoke = |bytes: &str| {
            let mut request = live.invoke_request();
            let mut call = request.get().init_call();
            call.set_method("bytes");
            call.set_payload(bytes.as_bytes());
            request.send()
        };
        let mut jobs = Vec::new();
        for _ in 0..3 {
            let job = invoke("3000").promise.await.unwrap().get().unwrap().get_job().unwrap();
            job.result_request().send().promise.await.unwrap();
            jobs.push(job);
        }
        // It has run, so it is nothing to be tried elsewhere.
        assert_eq!(failed(call(&live, "bytes", b"3000").await), "Service");
        assert_eq!(service.calls.get(), 4);
        // This one has not.
        assert_eq!(failed(call(&live, "echo", &[7; 2000]).await), "Overloaded");
        assert_eq!(service.calls.get(), 4);
        jobs.clear();
        tokio::task::yield_now().await;
        assert_eq!(call(&live, "bytes", b"3000").await.unwrap().len(), 3000);
        call(&live, "echo", &[7; 2000]).await.unwrap();
    });
}

#[test]
fn a_transaction_is_taken_once_and_a_broken_one_not_at_all() {
    let world = world(RULES);
    run(async {
        let vat = world.vat();
        let client = Client::new(&vat, 3);
        let action = Action::Assert { facts: vec![world::fact("noted", &[3])] };
        let height = client.act(action.clone()).await.unwrap();
        // Another nonce is another transaction.
        assert_eq!(client.act(action).await.unwrap(), height + 1);
        let mut first = Vec::new();
        vat.with_node(|node| {
            node.store()
                .each(|_, bytes| {
                    first = bytes.to_vec();
                    Ok(())
                })
                .unwrap();
        });
        let submit = |bytes: Vec<u8>| {
            let mut request = client.session.submit_request();
            request.get().set_transaction(&bytes);
            let promise = request.send().promise;
            async move { promise.await.map(|_| ()).map_err(dregg_rpc::Failure::from) }
        };
        assert_eq!(failed(submit(first.clone()).await), "Repeated");
        assert_eq!(failed(submit(first[..first.len() - 1].to_vec()).await), "Malformed");
        assert_eq!(failed(submit(vec![0; (1 << 20) + 1]).await), "TooLong");
        assert_eq!(vat.with_node(|node| node.store().next_height()), height + 2);
        assert_eq!((vat.counts.transactions.get(), vat.counts.refused.get()), (2, 3));
    });
}

/// A node that listens on the socket of its home.
fn listening(world: &World, settings: Settings) -> Rc<Vat> {
    let vat = world.vat_with(settings);
    let listener = dregg_rpc::listen_unix(&world.home.socket()).unwrap();
    tokio::task::spawn_local(serve_unix(Rc::clone(&vat), listener));
    vat
}

#[test]
fn connections_are_counted_and_strangers_do_not_stay() {
    let world = world(RULES);
    run(async {
        let limits = Limits { login_time: Duration::from_millis(200), ..Limits::default() };
        let vat = listening(&world, Settings { connections: 3, limits, ..Settings::default() });
        let socket = world.home.socket();
        let enter = || async {
            let stream = UnixStream::connect(&socket).await.unwrap();
            let (door, driver, end) = connect(stream, &Limits::client());
            tokio::task::spawn_local(driver);
            let (session, _) = log_in(&door, &keys(3), &Transport::Plain, None).await?;
            Ok::<_, dregg_rpc::Failure>((session, end))
        };
        let inside = enter().await.unwrap();
        // Two that say nothing take the other places, for as long as a login may take.
        let begun = Instant::now();
        let mut silent = UnixStream::connect(&socket).await.unwrap();
        let _second = UnixStream::connect(&socket).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(failed(enter().await), "Disconnected");
        let mut rest = Vec::new();
        silent.read_to_end(&mut rest).await.unwrap();
        assert!(begun.elapsed() >= Duration::from_millis(190), "{:?}", begun.elapsed());
        // Whoever has logged in stays.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut request = inside.0.nonces_request();
        request.get().set_count(1);
        request.send().promise.await.unwrap();
        let (second, third) = (enter().await.unwrap(), enter().await.unwrap());
        assert_eq!(failed(enter().await), "Disconnected");
        let (session, end) = second;
        drop(session);
        end.await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        enter().await.unwrap();
        assert_eq!(vat.counts.logins.get(), 4);
        drop(third);
    });
}
