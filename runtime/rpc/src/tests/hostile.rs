//! Bytes and messages that no client of ours sends. Each ends its own connection, in good order, and no other.

use super::{keys, local, node, pipe};
use crate::connect;
use crate::dregg_capnp::{door, service, session};
use crate::limits::Limits;
use crate::log_in;
use crate::login::{Login, Transport};
use capnp::message::Builder;
use capnp::serialize::write_message_to_words;
use capnp::traits::HasTypeId;
use capnp_rpc::rpc_capnp::{cap_descriptor, message};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

/// A message of the library's protocol.
fn spoken(make: impl FnOnce(message::Builder<'_>)) -> Vec<u8> {
    let mut builder = Builder::new_default();
    make(builder.init_root());
    write_message_to_words(&builder)
}

fn bootstrap(id: u32) -> Vec<u8> {
    spoken(|message| message.init_bootstrap().set_question_id(id))
}

/// A call of the door that the call of number `on` answers with.
fn greet(id: u32, on: u32) -> Vec<u8> {
    spoken(|message| {
        let mut call = message.init_call();
        call.set_question_id(id);
        call.set_interface_id(door::Client::TYPE_ID);
        call.init_target().init_promised_answer().set_question_id(on);
    })
}

/// A call of the first method, on the first capability in what the call of number `on` will answer.
fn on_promise(id: u32, on: u32, interface: u64) -> Vec<u8> {
    spoken(|message| {
        let mut call = message.init_call();
        call.set_question_id(id);
        call.set_interface_id(interface);
        let answer = call.init_target().init_promised_answer();
        let mut answer = answer;
        answer.set_question_id(on);
        answer.init_transform(1).get(0).set_get_pointer_field(0);
    })
}

/// A greeting that carries capabilities.
fn carrying(count: u32, make: impl Fn(cap_descriptor::Builder<'_>)) -> Vec<u8> {
    spoken(|message| {
        let mut call = message.init_call();
        call.set_question_id(1);
        call.set_interface_id(door::Client::TYPE_ID);
        call.reborrow().init_target().init_promised_answer().set_question_id(0);
        let mut table = call.init_params().init_cap_table(count);
        (0..count).for_each(|at| make(table.reborrow().get(at)));
    })
}

/// What a node does about these bytes of a stranger: how the connection ends, and what it said before.
async fn said(bytes: &[u8], limits: &Limits) -> (Result<(), String>, Vec<u8>) {
    let (near, far) = pipe();
    let (node, _) = node(near, limits);
    let (mut reader, mut writer) = tokio::io::split(far);
    let mut heard = Vec::new();
    let write = async {
        let _ = writer.write_all(bytes).await;
        let _ = writer.shutdown().await;
    };
    let (_, read) = tokio::join!(write, reader.read_to_end(&mut heard));
    read.unwrap();
    let ended = timeout(Duration::from_secs(60), node).await.expect("the connection ends");
    (ended.expect("no panic").map_err(|error| error.extra), heard)
}

async fn ends_by(bytes: &[u8], why: &str) {
    let (ended, _) = said(bytes, &Limits::default()).await;
    let ended = ended.expect_err(why);
    assert!(ended.contains(why), "{ended}, not {why}");
}

#[tokio::test(start_paused = true)]
async fn what_is_spoken_here_is_answered() {
    local(async {
        let bytes = [bootstrap(0), greet(1, 0)].concat();
        let (ended, heard) = said(&bytes, &Limits::default()).await;
        assert_eq!(ended, Ok(()));
        let challenge = [5; 32];
        assert!(heard.windows(32).any(|window| window == challenge));
        let allowed = carrying(16, |mut descriptor| descriptor.set_sender_hosted(7));
        let (ended, heard) = said(&[bootstrap(0), allowed].concat(), &Limits::default()).await;
        assert_eq!(ended, Ok(()));
        assert!(heard.windows(32).any(|window| window == challenge));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_header_that_promises_too_much_is_refused() {
    local(async {
        let words = |segments: u32, lengths: &[u32]| {
            let numbers = [&[segments.wrapping_sub(1)], lengths].concat();
            numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>()
        };
        ends_by(&words(1, &[u32::MAX]), "too large").await;
        ends_by(&words(1, &[(64 << 10) / 8 + 1]), "too large").await;
        ends_by(&words(3, &[4096, 4096, 4096]), "too large").await;
        ends_by(&words(511, &[u32::MAX; 511]), "too large").await;
        ends_by(&words(512, &[0; 512]), "Too many segments").await;
        ends_by(&words(u32::MAX, &[0]), "Too many segments").await;
        ends_by(&words(0, &[0]), "Too few segments").await;
        let admitted = Limits { stranger_bytes: 1 << 40, ..Limits::default() };
        let (ended, _) = said(&words(1, &[(8 << 20) / 8 + 1]), &admitted).await;
        assert!(ended.unwrap_err().contains("too large"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_ends_too_early_or_says_nothing_is_refused() {
    local(async {
        let message = greet(1, 0);
        for length in 1..message.len() {
            let (ended, _) = said(&[&bootstrap(0), &message[..length]].concat(), &Limits::default()).await;
            assert!(ended.is_err(), "{length}");
        }
        assert_eq!(said(&[], &Limits::default()).await.0, Ok(()));
        // An empty segment, a null root, a root that is a list, one out of bounds, a far pointer to nowhere.
        for root in [0, 1, 0xffff_fffc_u64, 0x0000_0001_ffff_fffe] {
            let bytes = [[0, 0, 0, 0, 1, 0, 0, 0], root.to_le_bytes()].concat();
            let _ = said(&bytes, &Limits::default()).await;
        }
        assert!(said(&[0; 8], &Limits::default()).await.0.is_err());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn no_promise_of_a_peer_enters() {
    local(async {
        let itself = spoken(|message| {
            let mut resolve = message.init_resolve();
            resolve.set_promise_id(5);
            resolve.init_cap().set_sender_promise(5);
        });
        ends_by(&itself, "a promise is not spoken").await;
        let disembargo = spoken(|message| message.init_disembargo().init_context().set_sender_loopback(0));
        ends_by(&disembargo, "a promise is not spoken").await;
        for make in [
            (|mut descriptor| descriptor.set_sender_promise(5)) as fn(cap_descriptor::Builder<'_>),
            |descriptor| descriptor.init_receiver_answer().set_question_id(0),
        ] {
            ends_by(&[bootstrap(0), carrying(1, make)].concat(), "a promise is not spoken").await;
        }
        let third = carrying(1, |descriptor| descriptor.init_third_party_hosted().set_vine_id(1));
        ends_by(&[bootstrap(0), third].concat(), "a third party is not spoken").await;
        let provide = spoken(|message| message.init_provide().set_question_id(3));
        ends_by(&provide, "a third party is not spoken").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn answers_are_not_redirected() {
    local(async {
        let elsewhere = spoken(|message| {
            let mut call = message.init_call();
            call.set_question_id(1);
            call.reborrow().init_target().init_promised_answer().set_question_id(0);
            call.init_send_results_to().set_yourself(());
        });
        ends_by(&[bootstrap(0), elsewhere].concat(), "a redirected answer").await;
        let taken = spoken(|message| {
            let mut answer = message.init_return();
            answer.set_answer_id(1);
            answer.set_take_from_other_question(0);
        });
        ends_by(&taken, "a redirected answer").await;
        let unasked = spoken(|message| message.init_return().set_canceled(()));
        ends_by(&unasked, "Invalid question ID").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_number_is_of_one_call() {
    local(async {
        ends_by(&[bootstrap(0), bootstrap(0)].concat(), "is in use").await;
        ends_by(&[bootstrap(0), greet(0, 0)].concat(), "is in use").await;
        let finish = spoken(|message| message.init_finish().set_question_id(0));
        let again = [bootstrap(0), finish.clone(), finish, bootstrap(0), greet(1, 0)].concat();
        assert_eq!(said(&again, &Limits::default()).await.0, Ok(()));
        let release = spoken(|message| message.init_release().set_id(77));
        ends_by(&release, "invalid export ID").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn calls_capabilities_and_ways_are_counted() {
    local(async {
        let limits = Limits { questions: 8, ..Limits::default() };
        let eight: Vec<u8> = (0..8).flat_map(bootstrap).collect();
        assert_eq!(said(&eight, &limits).await.0, Ok(()));
        let (ended, heard) = said(&[eight, bootstrap(8)].concat(), &limits).await;
        assert!(ended.unwrap_err().contains("Overloaded"));
        // The peer is told.
        assert!(String::from_utf8_lossy(&heard).contains("Overloaded"));
        // Finished calls do not count.
        let finished = |id| {
            let finish = spoken(|message| message.init_finish().set_question_id(id));
            [bootstrap(id), finish].concat()
        };
        let many: Vec<u8> = (0..100).flat_map(finished).collect();
        assert_eq!(said(&many, &limits).await.0, Ok(()));

        let many = carrying(17, |mut descriptor| descriptor.set_sender_hosted(7));
        ends_by(&[bootstrap(0), many].concat(), "17 capabilities").await;
        let winding = spoken(|message| {
            let mut call = message.init_call();
            call.set_question_id(1);
            call.init_target().init_promised_answer().init_transform(9);
        });
        ends_by(&[bootstrap(0), winding].concat(), "a long way").await;
    })
    .await;
}

/// A chain of calls, each on what the one before will answer: nobody ever answers the first.
fn chain(length: u32) -> Vec<u8> {
    // An hour passes before a question is answered.
    let question = spoken(|message| {
        let mut call = message.init_call();
        call.set_question_id(10);
        call.set_interface_id(session::Client::TYPE_ID);
        call.set_method_id(12);
        let mut answer = call.init_target().init_promised_answer();
        answer.set_question_id(2);
        answer.init_transform(1).get(0).set_get_pointer_field(0);
    });
    let calls = (0..length).map(|at| on_promise(11 + at, 10 + at, service::Client::TYPE_ID));
    [question, calls.flatten().collect()].concat()
}

/// Logs in by hand and sends a chain after it.
async fn chained(length: u32) -> Result<(), String> {
    let greeting = super::greeting(&keys(1), 5);
    let login = Login::new(&greeting, &keys(2), &Transport::Plain);
    let enter = spoken(|message| {
        let mut call = message.init_call();
        call.set_question_id(2);
        call.set_interface_id(door::Client::TYPE_ID);
        call.set_method_id(1);
        call.reborrow().init_target().init_promised_answer().set_question_id(0);
        let content = call.init_params().get_content();
        let params: door::enter_params::Builder<'_> = content.init_as();
        login.write(params.init_login());
    });
    let (near, mut far) = pipe();
    let (node, _) = node(near, &Limits::default());
    far.write_all(&[bootstrap(0), enter, chain(length)].concat()).await.unwrap();
    match timeout(Duration::from_secs(1000), node).await {
        // It waits for the first of them.
        Err(_) => Ok(()),
        Ok(ended) => ended.expect("no panic").map_err(|error| error.extra),
    }
}

#[tokio::test(start_paused = true)]
async fn calls_wait_for_each_other_in_a_short_row_only() {
    local(async {
        // The question waits for the login, which is answered before the chain is read, or not.
        assert_eq!(chained(15).await, Ok(()));
        let long = chained(18).await.unwrap_err();
        assert!(long.contains("wait for each other"), "{long}");
    })
    .await;
}

/// Whatever is changed in what a good client sends, the node sees a connection end, and serves the next.
#[tokio::test(start_paused = true)]
async fn no_change_of_a_byte_brings_a_node_down() {
    local(async {
        let good = [bootstrap(0), greet(1, 0), carrying(2, |mut it| it.set_sender_hosted(1))].concat();
        let good = [good, spoken(|message| message.init_finish().set_question_id(1))].concat();
        for at in 0..good.len() {
            for change in [1, 0x80, 0xff] {
                let mut bytes = good.clone();
                bytes[at] ^= change;
                let _ = said(&bytes, &Limits::default()).await;
            }
        }
        let (near, far) = pipe();
        let (_node, _) = node(near, &Limits::default());
        assert!(log_in(&super::client(far), &keys(2), &Transport::Plain, None).await.is_ok());
    })
    .await;
}

/// The other way round: what a node says is checked by its client.
#[tokio::test(start_paused = true)]
async fn a_hostile_node_ends_the_connection_of_its_client_in_good_order() {
    local(async {
        let promise = spoken(|message| {
            let mut results = message.init_return().init_results();
            results.reborrow().init_cap_table(1).get(0).set_sender_promise(5);
        });
        let gigabytes = [[0_u8; 4], [0xff; 4]].concat();
        for (bytes, why) in [(promise, "a promise is not spoken"), (gigabytes, "too large")] {
            let (mut near, far) = pipe();
            let (door, driver, _) = connect(far, &Limits::client());
            let driver = tokio::task::spawn_local(driver);
            near.write_all(&bytes).await.unwrap();
            let lost = door.greet_request().send().promise.await.err().unwrap();
            assert!(lost.extra.contains(why), "{lost}");
            assert!(driver.await.unwrap().is_err());
        }
    })
    .await;
}
