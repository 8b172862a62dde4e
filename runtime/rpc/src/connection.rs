//! The two ends of a stream.
//!
//! Everything is of one thread: each end is driven by a future that is spawned with `tokio::task::spawn_local`, on a
//! runtime with a clock. A panic of one does not reach another.

use crate::door::Door;
use crate::dregg_capnp::{door, session};
use crate::failure::Failure;
use crate::limits::Limits;
use crate::login::{Greeting, Login, LoginError, Transport};
use crate::network::{Network, Standing};
use capnp_rpc::rpc_twoparty_capnp::Side;
use capnp_rpc::{Disconnector, RpcSystem, new_client};
use dregg_artifact::CellId;
use dregg_attest::Keys;
use futures::io::{BufReader, BufWriter};
use futures::{AsyncBufRead, AsyncReadExt};
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::compat::TokioAsyncReadCompatExt;

/// How long a client says nothing: well below what a node allows ([`Limits::idle`]).
const SILENCE: Duration = Duration::from_secs(60);

/// What drives one end: done when the connection is over. Nothing happens unless it is polled.
pub type Driver = RpcSystem<Side>;

/// Greets whoever is at the other end of a stream, and serves what `enter` makes of the cell that logs in: once, and within
/// [`Limits::login_time`].
pub fn serve_cell<S, E>(
    stream: S,
    transport: Transport,
    greeting: Greeting,
    limits: &Limits,
    enter: E,
) -> Driver
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
    E: FnOnce(CellId) -> Result<session::Client, Failure> + 'static,
{
    let standing = Rc::new(Standing::default());
    let door: door::Client = new_client(Door::new(greeting, transport, enter, Rc::clone(&standing)));
    RpcSystem::new(Box::new(network(stream, Side::Server, limits, standing)), Some(door.client))
}

/// Serves a door of one's own. Of the limits all hold but those for strangers, since nobody says who is one.
pub fn serve<S>(stream: S, door: door::Client, limits: &Limits) -> Driver
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let standing = Rc::new(Standing::admitted());
    RpcSystem::new(Box::new(network(stream, Side::Server, limits, standing)), Some(door.client))
}

/// The door at the other end, what drives the connection, and what ends it in good order.
pub fn connect<S>(stream: S, limits: &Limits) -> (door::Client, Driver, Disconnector<Side>)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let standing = Rc::new(Standing::admitted());
    let mut system = RpcSystem::new(Box::new(network(stream, Side::Client, limits, standing)), None);
    let door = system.bootstrap(Side::Server);
    let disconnector = system.get_disconnector();
    (door, system, disconnector)
}

/// Logs a cell in at a door: the session, and what the node has said of itself.
///
/// `expected` is the node's cell, if it is known. Over TLS the node is checked to be the cell that it says it is; over a
/// plain socket it is whoever owns the socket.
///
/// # Errors
/// [`Failure`]: the connection is lost, the greeting is not that of the node, or it refuses the login.
pub async fn log_in(
    door: &door::Client,
    keys: &Keys,
    transport: &Transport,
    expected: Option<CellId>,
) -> Result<(session::Client, Greeting), Failure> {
    let answer = door.greet_request().send().promise.await?;
    let greeting = Greeting::read(answer.get()?.get_greeting()?)?;
    match (transport, expected) {
        (Transport::Tls { peer }, _) => greeting.check_node(peer, expected)?,
        (Transport::Plain, Some(expected)) if expected != greeting.node => {
            return Err(LoginError::OtherNode { node: greeting.node }.into());
        }
        (Transport::Plain, _) => {}
    }
    let mut request = door.enter_request();
    Login::new(&greeting, keys, transport).write(request.get().init_login());
    // A session that is not there yet would take small messages only.
    let answer = request.send().promise.await?;
    Ok((answer.get()?.get_session()?, greeting))
}

/// Says something now and then, so that a node does not take a client that waits for one that is gone. Ends with the
/// connection; to be spawned beside its driver.
pub async fn keep_alive(door: door::Client) {
    loop {
        tokio::time::sleep(SILENCE).await;
        if door.greet_request().send().promise.await.is_err() {
            return;
        }
    }
}

fn network<S>(
    stream: S,
    side: Side,
    limits: &Limits,
    standing: Rc<Standing>,
) -> Network<impl AsyncBufRead + Unpin + 'static>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let (reader, writer) = stream.compat().split();
    Network::new(BufReader::new(reader), BufWriter::new(writer), side, limits, standing)
}
