//! The two ends of a stream.
//!
//! Everything is of one thread: both ends are driven by a future that is spawned with `tokio::task::spawn_local`.

use crate::dregg_capnp::door;
use crate::limits::Limits;
use capnp_rpc::rpc_twoparty_capnp::Side;
use capnp_rpc::twoparty::VatNetwork;
use capnp_rpc::{Disconnector, RpcSystem};
use futures::AsyncReadExt;
use futures::io::{BufReader, BufWriter};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::compat::TokioAsyncReadCompatExt;

/// Serves `door` to whoever is at the other end. Nothing happens unless the future is polled; it is done when the
/// connection is.
pub fn serve<S>(stream: S, door: door::Client, limits: &Limits) -> RpcSystem<Side>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    RpcSystem::new(Box::new(network(stream, Side::Server, limits)), Some(door.client))
}

/// The door at the other end, the future that drives the connection, and what ends it in good order.
pub fn connect<S>(stream: S, limits: &Limits) -> (door::Client, RpcSystem<Side>, Disconnector<Side>)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let mut system = RpcSystem::new(Box::new(network(stream, Side::Client, limits)), None);
    let door = system.bootstrap(Side::Server);
    let disconnector = system.get_disconnector();
    (door, system, disconnector)
}

fn network<S>(stream: S, side: Side, limits: &Limits) -> VatNetwork<impl futures::AsyncRead + Unpin + 'static>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let (reader, writer) = stream.compat().split();
    VatNetwork::new(BufReader::new(reader), BufWriter::new(writer), side, limits.reader())
}
