//! What a peer can make a node reserve. Alone in its process, so that the count is of nothing else.

#![expect(clippy::unwrap_used, reason = "what is unwrapped here is the test's own")]

use capnp::Error;
use capnp_rpc::new_client;
use dregg_attest::Keys;
use dregg_rpc::dregg_capnp::session;
use dregg_rpc::{Greeting, Limits, Transport, connect, log_in, serve_cell};
use peak_alloc::PeakAlloc;
use std::rc::Rc;
use tokio::io::{AsyncWriteExt, DuplexStream, copy, duplex, split};
use tokio::task::{JoinHandle, LocalSet, spawn_local};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Answers every question about its state with a mebibyte.
struct Generous;

impl session::Server for Generous {
    async fn state(
        self: Rc<Self>,
        _: session::StateParams,
        mut results: session::StateResults,
    ) -> Result<(), Error> {
        results.get().init_state().init_artifact(1 << 20).fill(9);
        Ok(())
    }
}

fn keys(number: u8) -> Keys {
    Keys::new("cell", &[number; 32], &[number; 32]).unwrap()
}

fn serve(stream: DuplexStream, limits: &Limits) -> JoinHandle<Result<(), Error>> {
    let node = keys(1);
    let greeting = Greeting {
        instance: [7; 32],
        node: node.cell(),
        proving_key: node.proving_key(),
        challenge: [5; 32],
    };
    spawn_local(serve_cell(stream, Transport::Plain, greeting, limits, |_| Ok(new_client(Generous))))
}

/// The bytes reserved at most since the last call, beyond what is reserved now.
fn peak() -> usize {
    let peak = MEMORY.peak_usage().saturating_sub(MEMORY.current_usage());
    MEMORY.reset_peak_usage();
    peak
}

#[tokio::test(start_paused = true)]
async fn nothing_is_reserved_on_a_promise() {
    LocalSet::new().run_until(promises()).await;
}

async fn promises() {
    // A header for four gigabytes, then for as much as a cell may send, from a stranger: refused, and nothing reserved.
    for words in [u32::MAX / 8, 1 << 20] {
        let (near, mut far) = duplex(1 << 16);
        let node = serve(near, &Limits::default());
        peak();
        far.write_all(&[[0; 4], words.to_le_bytes()].concat()).await.unwrap();
        assert!(node.await.unwrap().is_err());
        assert!(peak() < 256 << 10);
    }

    // A cell that has logged in, and to which nothing comes through from then on.
    let (near, far) = duplex(1 << 16);
    let (relay, held) = duplex(1 << 16);
    let _node = serve(near, &Limits { queued_bytes: 4 << 20, ..Limits::default() });
    let (mut far_in, mut far_out) = split(far);
    let (mut held_in, mut held_out) = split(held);
    let back = spawn_local(async move { copy(&mut far_in, &mut held_out).await });
    spawn_local(async move { copy(&mut held_in, &mut far_out).await });
    let (door, driver, _) = connect(relay, &Limits::client());
    spawn_local(driver);
    let (session, _) = log_in(&door, &keys(2), &Transport::Plain, None).await.unwrap();
    back.abort();
    peak();

    // A hundred mebibytes are asked for and never taken.
    let asked: Vec<_> = (0..100).map(|_| session.state_request().send().promise).collect();
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    let reserved = MEMORY.peak_usage();
    assert!(reserved < 16 << 20, "{reserved}");
    drop(asked);
}
