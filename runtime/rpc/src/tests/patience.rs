//! Peers that are silent, slow, or take no answers. The clock is the test's.

use super::{Asked, client, keys, local, node, pipe};
use crate::limits::Limits;
use crate::login::Transport;
use crate::{keep_alive, log_in};
use capnp::Error;
use capnp::message::Builder;
use capnp::serialize::write_message_to_words;
use capnp_rpc::rpc_capnp::message;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, sleep};

fn seconds(since: Instant) -> u64 {
    since.elapsed().as_secs()
}

fn bootstrap(id: u32) -> Vec<u8> {
    let mut builder = Builder::new_default();
    builder.init_root::<message::Builder<'_>>().init_bootstrap().set_question_id(id);
    write_message_to_words(&builder)
}

#[tokio::test(start_paused = true)]
async fn a_stranger_has_ten_seconds_however_busy() {
    local(async {
        let (near, mut far) = pipe();
        let since = Instant::now();
        let (node, _) = node(near, &Limits::default());
        for id in 0..20 {
            if far.write_all(&bootstrap(id)).await.is_err() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
        assert!(node.is_finished() && (10..=11).contains(&seconds(since)));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stranger_who_says_nothing_has_no_longer() {
    local(async {
        let (near, _far) = pipe();
        let since = Instant::now();
        node(near, &Limits::default()).0.await.unwrap().unwrap();
        assert_eq!(seconds(since), 10);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_cell_may_be_silent_for_a_while() {
    local(async {
        let (session, node, _) = super::entered(&Limits::default()).await;
        sleep(Duration::from_secs(290)).await;
        session.state_request().send().promise.await.unwrap();
        let since = Instant::now();
        node.await.unwrap().unwrap();
        assert_eq!(seconds(since), 300);
        assert!(session.state_request().send().promise.await.is_err());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_cell_that_says_so_is_still_there() {
    local(async {
        let (near, far) = pipe();
        let (node, _) = node(near, &Limits::default());
        let door = client(far);
        let (session, _) = log_in(&door, &keys(2), &Transport::Plain, None).await.unwrap();
        let kept = tokio::task::spawn_local(keep_alive(door));
        sleep(Duration::from_secs(3600)).await;
        session.state_request().send().promise.await.unwrap();
        node.abort();
        kept.await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn silence_is_no_fault_while_an_answer_is_awaited() {
    local(async {
        let (session, node, _) = super::entered(&Limits::default()).await;
        let since = Instant::now();
        let mut request = session.question_request();
        request.get().set_json("{}");
        let answer = request.send().promise.await.unwrap();
        assert_eq!(
            (answer.get().unwrap().get_json().unwrap().to_str().unwrap(), seconds(since)),
            ("{}", 3600)
        );
        node.await.unwrap().unwrap();
        assert_eq!(seconds(since), 3600 + 300);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_message_must_come_to_its_end() {
    local(async {
        let (near, mut far) = pipe();
        let (node, _) = node(near, &Limits::default());
        // Half a message of a stranger, byte by byte.
        let since = Instant::now();
        for byte in &bootstrap(0)[..20] {
            far.write_u8(*byte).await.unwrap();
            sleep(Duration::from_millis(100)).await;
        }
        node.await.unwrap().unwrap();
        assert_eq!(seconds(since), 10);
    })
    .await;
}

/// Asks for states of a mebibyte, many at once, over a pipe that holds less than one and is never read.
async fn flood(count: u32, limits: &Limits) -> (Result<(), Error>, usize, u64) {
    let (near, far) = pipe();
    let (node, asked): (_, std::rc::Rc<Asked>) = node(near, limits);
    let (gate, held) = tokio::io::duplex(1 << 16);
    // What goes to the node passes; what comes back stops passing after the login.
    let (mut far_in, mut far_out) = tokio::io::split(far);
    let (mut held_in, mut held_out) = tokio::io::split(held);
    let back = tokio::task::spawn_local(async move { tokio::io::copy(&mut far_in, &mut held_out).await });
    tokio::task::spawn_local(async move { tokio::io::copy(&mut held_in, &mut far_out).await });
    let door = client(gate);
    let (session, _) = log_in(&door, &keys(2), &Transport::Plain, None).await.unwrap();
    back.abort();
    let since = Instant::now();
    let mut waiting = Vec::new();
    for _ in 0..count {
        let mut request = session.state_request();
        request.get().set_known(&(1_u32 << 20).to_le_bytes());
        waiting.push(request.send().promise);
    }
    let ended = node.await.unwrap();
    (ended, asked.states.get(), seconds(since))
}

#[tokio::test(start_paused = true)]
async fn whoever_takes_no_answers_is_not_read_any_further() {
    local(async {
        let limits = Limits { queued_bytes: 4 << 20, ..Limits::default() };
        let (ended, served, after) = flood(200, &limits).await;
        ended.unwrap();
        // What had been read when four were waiting is answered, the rest never read.
        assert!((4..=8).contains(&served), "{served}");
        assert!(after <= 120, "{after}");
    })
    .await;
}
