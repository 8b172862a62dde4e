//! Both ends together: logging in, round trips, denials.

use super::{client, greeting, keys, local, node, pipe};
use crate::dregg_capnp::{service, session};
use crate::failure::{Failure, Fault};
use crate::limits::Limits;
use crate::login::{Login, Transport};
use crate::tls::{Acceptor, Connector};
use crate::{log_in, serve_cell};
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf, split};
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::spawn_local;
use tokio::time::{Instant, sleep_until};

/// How long a byte is on its way.
const DELAY: Duration = Duration::from_millis(20);

/// Passes bytes on in one direction, each a delay after it came.
fn delay(mut from: ReadHalf<DuplexStream>, mut to: WriteHalf<DuplexStream>) {
    let (sender, mut receiver) = unbounded_channel::<(Instant, Vec<u8>)>();
    spawn_local(async move {
        while let Some((due, bytes)) = receiver.recv().await {
            sleep_until(due).await;
            to.write_all(&bytes).await.unwrap();
        }
    });
    spawn_local(async move {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            sender.send((Instant::now() + DELAY, bytes[..count].to_vec())).unwrap();
        }
    });
}

fn far_apart() -> (DuplexStream, DuplexStream) {
    let ((near, here), (there, far)) = (pipe(), pipe());
    let ((here_in, here_out), (there_in, there_out)) = (split(here), split(there));
    delay(here_in, there_out);
    delay(there_in, here_out);
    (near, far)
}

/// The session of a client that is a delay away from its node.
async fn distant() -> (session::Client, Rc<super::Asked>) {
    let (near, far) = far_apart();
    let (_, asked) = node(near, &Limits::default());
    let (session, _) = log_in(&client(far), &keys(2), &Transport::Plain, None).await.unwrap();
    (session, asked)
}

fn resolve(
    session: &session::Client,
    path: &str,
) -> capnp::capability::RemotePromise<session::resolve_results::Owned> {
    let mut request = session.resolve_request();
    request.get().init_ask().set_path(path);
    request.send()
}

/// Invokes and takes the result, all at once.
async fn invoke(service: &service::Client, payload: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut request = service.invoke_request();
    request.get().init_call().set_payload(payload);
    let answer = request.send().pipeline.get_job().result_request().send().promise.await?;
    Ok(answer.get()?.get_response()?.get_output()?.to_vec())
}

fn round_trips(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() / (2 * DELAY).as_secs_f64()
}

#[tokio::test(start_paused = true)]
async fn resolving_invoking_and_the_result_take_one_round_trip() {
    let (together, apart) = local(async {
        let (session, _) = distant().await;
        let since = Instant::now();
        let service = resolve(&session, "/open").pipeline.get_service();
        assert_eq!(invoke(&service, &[8; 40_000]).await, Ok(vec![8; 40_000]));
        let together = round_trips(since);

        let since = Instant::now();
        let answer = resolve(&session, "/open").promise.await.unwrap();
        let service = answer.get().unwrap().get_service().unwrap();
        let mut request = service.invoke_request();
        request.get().init_call().set_payload(b"again");
        let answer = request.send().promise.await.unwrap();
        let job = answer.get().unwrap().get_job().unwrap();
        job.result_request().send().promise.await.unwrap();
        (together, round_trips(since))
    })
    .await;
    assert!((1.0..=1.1).contains(&together), "{together}");
    assert!((3.0..=3.3).contains(&apart), "{apart}");
}

#[tokio::test(start_paused = true)]
async fn a_denial_breaks_the_chain_in_one_round_trip() {
    local(async {
        let (session, asked) = distant().await;
        let since = Instant::now();
        let service = resolve(&session, "/closed").pipeline.get_service();
        let denied = invoke(&service, b"").await.unwrap_err();
        assert!((1.0..=1.1).contains(&round_trips(since)));
        let Failure::Denied(denial) = denied else { panic!("{denied}") };
        assert_eq!((denial.denied.as_str(), denial.path.as_str()), ("NoRoute", "/closed"));
        assert_eq!(asked.results.get(), 0);
        // The session is as good as before.
        let service = resolve(&session, "/open").pipeline.get_service();
        assert_eq!(invoke(&service, b"on").await, Ok(b"on".to_vec()));
    })
    .await;
}

#[tokio::test]
async fn a_session_is_given_to_whoever_signs_and_once() {
    local(async {
        let (near, far) = pipe();
        let (_node, _) = node(near, &Limits::default());
        let door = client(far);
        let (_session, greeted) = log_in(&door, &keys(2), &Transport::Plain, None).await.unwrap();
        assert_eq!(greeted, greeting(&keys(1), 5));
        let again = log_in(&door, &keys(2), &Transport::Plain, None).await.err().unwrap();
        assert!(matches!(again, Failure::Refused(refused) if refused.refused == "LoggedIn"));
    })
    .await;
}

#[tokio::test]
async fn a_login_that_does_not_hold_gets_no_session_and_no_second_try() {
    local(async {
        let (near, far) = pipe();
        let (_node, asked) = node(near, &Limits::default());
        let door = client(far);
        // The signature answers the challenge of another connection.
        let login = Login::new(&greeting(&keys(1), 6), &keys(2), &Transport::Plain);
        let mut request = door.enter_request();
        login.write(request.get().init_login());
        let session = request.send().pipeline.get_session();
        let refused = Failure::from(session.state_request().send().promise.await.err().unwrap());
        assert!(matches!(refused, Failure::Refused(refused) if refused.refused == "Signature"));
        assert_eq!(asked.states.get(), 0);
        assert!(log_in(&door, &keys(2), &Transport::Plain, None).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_client_that_wants_another_node_does_not_log_in() {
    local(async {
        let (near, far) = pipe();
        let (_node, _) = node(near, &Limits::default());
        let door = client(far);
        let other = log_in(&door, &keys(2), &Transport::Plain, Some(keys(3).cell())).await.err().unwrap();
        assert!(matches!(other, Failure::Refused(refused) if refused.refused == "OtherNode"));
        assert!(log_in(&door, &keys(2), &Transport::Plain, Some(keys(1).cell())).await.is_ok());
    })
    .await;
}

/// Logs in over TLS to a node of `own` keys that says it is the node of `said`.
async fn over_tls(own: u8, said: u8, expected: Option<u8>) -> Result<Vec<u8>, Failure> {
    let (near, far) = pipe();
    let acceptor = Acceptor::new(&keys(own)).unwrap();
    let connector = Connector::new(&keys(2), None).unwrap();
    let (near, far) = tokio::join!(acceptor.accept(near), connector.connect(far));
    let ((near, cell), (far, node)) = (near.unwrap(), far.unwrap());
    let enter = move |entered| {
        assert_eq!(entered, keys(2).cell());
        Ok(capnp_rpc::new_client(super::Fake(Rc::default())))
    };
    let transport = Transport::Tls { peer: cell };
    spawn_local(serve_cell(near, transport, greeting(&keys(said), 5), &Limits::default(), enter));
    let transport = Transport::Tls { peer: node };
    let expected = expected.map(|expected| keys(expected).cell());
    let (session, _) = log_in(&client(far), &keys(2), &transport, expected).await?;
    invoke(&resolve(&session, "/open").pipeline.get_service(), b"through").await
}

#[tokio::test]
async fn over_tls_both_are_who_they_say_they_are() {
    local(async {
        assert_eq!(over_tls(1, 1, None).await, Ok(b"through".to_vec()));
        assert_eq!(over_tls(1, 1, Some(1)).await, Ok(b"through".to_vec()));
        for (own, said, expected) in [(1, 1, Some(3)), (1, 3, None), (1, 3, Some(3)), (1, 3, Some(1))] {
            let other = over_tls(own, said, expected).await.unwrap_err();
            assert!(matches!(other, Failure::Refused(refused) if refused.refused == "OtherNode"));
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_waits_is_told_when_the_connection_is_lost() {
    local(async {
        let (session, node, _) = super::entered(&Limits::default()).await;
        let waiting = session.question_request().send().promise;
        tokio::task::yield_now().await;
        node.abort();
        let lost = Failure::from(waiting.await.err().unwrap());
        assert_eq!(lost.fault(), Some(Fault::Disconnected), "{lost}");
        let later = Failure::from(session.state_request().send().promise.await.err().unwrap());
        assert_eq!(later.fault(), Some(Fault::Disconnected), "{later}");
    })
    .await;
}

#[tokio::test]
async fn large_messages_pass_both_ways() {
    local(async {
        let (session, node, _) = super::entered(&Limits::default()).await;
        let mut request = session.state_request();
        request.get().set_known(&(20_u32 << 20).to_le_bytes());
        let answer = request.send().promise.await.unwrap();
        let artifact = answer.get().unwrap().get_state().unwrap().get_artifact().unwrap();
        assert_eq!(artifact.len(), 20 << 20);

        let service = resolve(&session, "/open").pipeline.get_service();
        assert_eq!(invoke(&service, &vec![1; 7 << 20]).await.unwrap().len(), 7 << 20);
        let over = invoke(&service, &vec![1; 8 << 20]).await.unwrap_err();
        assert!(over.to_string().contains("too large"), "{over}");
        assert!(node.await.unwrap().is_err());
    })
    .await;
}
