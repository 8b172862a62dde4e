//! Keys, streams and a small session that the tests share.

mod calls;
mod connection;
mod failure;
mod hostile;
mod listen;
mod login;
mod patience;
mod tls;

use crate::dregg_capnp::{door, job, service, session};
use crate::failure::{Denial, Failure};
use crate::limits::Limits;
use crate::login::{Greeting, Transport};
use crate::{Driver, connect, serve_cell};
use capnp::Error;
use capnp_rpc::new_client;
use dregg_attest::Keys;
use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, duplex};
use tokio::task::{JoinHandle, LocalSet, spawn_local};

/// The keys of a cell by its number.
fn keys(number: u8) -> Keys {
    Keys::new("cell", &[number; 32], &[number; 32]).unwrap()
}

/// What the node of these keys says to a connection.
fn greeting(node: &Keys, challenge: u8) -> Greeting {
    Greeting {
        instance: [7; 32],
        node: node.cell(),
        proving_key: node.proving_key(),
        challenge: [challenge; 32],
    }
}

/// What was asked of a session.
#[derive(Default)]
struct Asked {
    states: Cell<usize>,
    results: Cell<usize>,
}

/// A session with one service, at `/open`, and nothing else. A state is as large as the first bytes of `known` say.
struct Fake(Rc<Asked>);

impl session::Server for Fake {
    async fn state(
        self: Rc<Self>,
        params: session::StateParams,
        mut results: session::StateResults,
    ) -> Result<(), Error> {
        let known = params.get()?.get_known()?;
        let size = known.first_chunk().map_or(0, |size| u32::from_le_bytes(*size));
        self.0.states.set(self.0.states.get() + 1);
        results.get().init_state().init_artifact(size).fill(9);
        Ok(())
    }

    async fn resolve(
        self: Rc<Self>,
        params: session::ResolveParams,
        mut results: session::ResolveResults,
    ) -> Result<(), Error> {
        let path = params.get()?.get_ask()?.get_path()?.to_string()?;
        if path != "/open" {
            let denied = Denial { denied: "NoRoute".to_owned(), path, ..Denial::default() };
            return Err(Failure::Denied(denied).to_capnp());
        }
        results.get().set_service(new_client(Echo(Rc::clone(&self.0))));
        Ok(())
    }

    /// Answers a question by itself, after an hour.
    async fn question(
        self: Rc<Self>,
        params: session::QuestionParams,
        mut results: session::QuestionResults,
    ) -> Result<(), Error> {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        results.get().set_json(params.get()?.get_json()?);
        Ok(())
    }
}

struct Echo(Rc<Asked>);

impl service::Server for Echo {
    async fn invoke(
        self: Rc<Self>,
        params: service::InvokeParams,
        mut results: service::InvokeResults,
    ) -> Result<(), Error> {
        let output = params.get()?.get_call()?.get_payload()?.to_vec();
        results.get().set_job(new_client(Answer { output, asked: Rc::clone(&self.0) }));
        Ok(())
    }
}

struct Answer {
    output: Vec<u8>,
    asked: Rc<Asked>,
}

impl job::Server for Answer {
    async fn result(
        self: Rc<Self>,
        _: job::ResultParams,
        mut results: job::ResultResults,
    ) -> Result<(), Error> {
        self.asked.results.set(self.asked.results.get() + 1);
        results.get().init_response().set_output(&self.output);
        Ok(())
    }
}

/// The node of the first keys, over a plain stream.
fn node<S>(stream: S, limits: &Limits) -> (JoinHandle<Result<(), Error>>, Rc<Asked>)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let asked = Rc::new(Asked::default());
    let session = Fake(Rc::clone(&asked));
    let greeting = greeting(&keys(1), 5);
    let driver = serve_cell(stream, Transport::Plain, greeting, limits, |_| Ok(new_client(session)));
    (spawn_local(driver), asked)
}

/// A client of the node, at its door.
fn client<S>(stream: S) -> door::Client
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let (door, driver, _): (_, Driver, _) = connect(stream, &Limits::client());
    spawn_local(driver);
    door
}

/// The cell of the second keys, logged in, and the node that it has logged in to.
async fn entered(limits: &Limits) -> (session::Client, JoinHandle<Result<(), Error>>, Rc<Asked>) {
    let (near, far) = pipe();
    let (node, asked) = node(near, limits);
    let (session, _) = crate::log_in(&client(far), &keys(2), &Transport::Plain, None).await.unwrap();
    (session, node, asked)
}

fn pipe() -> (DuplexStream, DuplexStream) {
    duplex(1 << 16)
}

/// Everything of a test is of one thread.
async fn local<T>(test: impl Future<Output = T>) -> T {
    LocalSet::new().run_until(test).await
}
