//! Over a line of a tenth of a second each way: a call takes one round trip, and so does a denial.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_node::Home;
use dregg_sdk::{AgentCipherclerk, Error};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::sleep_until;
use world::{counting, descriptor, fact, failed, run, world};

const RULES: &str = "
relation member(who: cell) held by cells { @k1 };
route /open/** { allow read, invoke: open; allow mount: cells { @k2 }; }
route /members/** { allow read: open; allow invoke: member(); allow mount: cells { @k2 }; }
";

/// One way.
const DELAY: Duration = Duration::from_millis(100);

/// Passes everything on, later.
async fn later(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
    let (sender, mut receiver) = unbounded_channel::<(tokio::time::Instant, Vec<u8>)>();
    let reading = async move {
        let mut bytes = vec![0; 64 << 10];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            let _ = sender.send((tokio::time::Instant::now() + DELAY, bytes[..count].to_vec()));
        }
    };
    let writing = async move {
        while let Some((when, bytes)) = receiver.recv().await {
            sleep_until(when).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
    };
    tokio::join!(reading, writing);
}

/// A socket in a directory of its own, which leads to another with a delay.
fn line(directory: &Path, to: PathBuf) -> Home {
    std::fs::create_dir(directory).unwrap();
    let far = Home::at(directory);
    let listener = std::os::unix::net::UnixListener::bind(far.socket()).unwrap();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        run(async move {
            let listener = UnixListener::from_std(listener).unwrap();
            while let Ok((near, _)) = listener.accept().await {
                let (near_out, near_in) = near.into_split();
                let (far_out, far_in) = UnixStream::connect(&to).await.unwrap().into_split();
                tokio::spawn(later(near_out, far_in));
                tokio::spawn(later(far_out, near_in));
            }
        });
    });
    far
}

/// The shortest of a few runs, in round trips.
async fn round_trips<F: Future<Output = ()>>(work: impl Fn() -> F) -> f64 {
    let mut shortest = f64::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        work().await;
        shortest = shortest.min(begun.elapsed().as_secs_f64() / (2.0 * DELAY.as_secs_f64()));
    }
    shortest
}

#[test]
fn resolve_invoke_and_result_are_one_round_trip_and_a_denial_too() {
    let world = world(RULES);
    run(async {
        let _node = world.node();
        let (founder, server) = (world.clerk(1), world.clerk(2));
        for path in ["/open/service", "/members/service"] {
            server.mount(path, descriptor("service"), None).await.unwrap();
        }
        let counted = counting("service");
        let _serving = server.serve(counted.clone()).await.unwrap();
        let (credential, _) = founder.issue(fact("member", &[3]), 9).await.unwrap();
        world.clerk(3).import(&credential).unwrap();
        founder.advance_epoch().await.unwrap();

        let home = line(&world.directory.path().join("far"), world.home.socket());
        let (member, stranger) = (world.clerk_at(&home, 3), world.clerk_at(&home, 4));
        let call = |clerk: &AgentCipherclerk, path: &'static str| {
            let clerk = clerk.clone();
            async move { clerk.call(path, "echo", b"hello").await }
        };
        let allowed = |clerk: &AgentCipherclerk, path: &'static str| {
            let call = call(clerk, path);
            async move { assert_eq!(call.await.unwrap().output(), b"hello") }
        };
        let denied = |clerk: &AgentCipherclerk, path: &'static str, reason: &'static str| {
            let call = call(clerk, path);
            async move { assert_eq!(failed(call.await), reason) }
        };
        // Connecting, and learning of the epoch.
        let (one, two) = tokio::join!(call(&member, "/members/service"), call(&stranger, "/open/service"));
        assert!(one.is_ok() && two.is_ok());

        let open = round_trips(|| allowed(&member, "/open/service")).await;
        let shown = round_trips(|| allowed(&member, "/members/service")).await;
        let clause = round_trips(|| denied(&stranger, "/members/service", "Clause")).await;
        let nowhere = round_trips(|| denied(&stranger, "/nowhere", "NoRoute")).await;
        // The line is as long as it is said to be: in two steps it is two round trips.
        let steps = round_trips(|| async {
            let service = member.resolve("/open/service").await.unwrap();
            assert_eq!(service.invoke("echo", b"hello").await.unwrap().output(), b"hello");
        });
        let steps = steps.await;
        println!(
            "round trips: open {open:.3}, with openings {shown:.3}, denied {clause:.3} and {nowhere:.3}, in steps {steps:.3}"
        );
        assert!(steps >= 2.0);
        for measured in [open, shown, clause, nowhere] {
            assert!((1.0..=1.1).contains(&measured), "{measured}");
        }
        let Err(Error::Denied(denial)) = stranger.resolve("/members/service").await else { panic!() };
        assert!(!denial.opening.is_empty());
    });
}
