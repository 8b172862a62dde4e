//! Live references over Cap'n Proto, between cells that authenticate by key: schema, connections, limits.
//!
//! [`serve`] and [`connect`] put the two ends of a stream together; what is spoken is [`dregg_capnp`].
//!
//! Not here: what a node answers (`dregg-node`), what a program asks (`dregg-sdk`).

pub mod calls;
pub mod connection;
mod door;
mod envelope;
pub mod failure;
pub mod limits;
pub mod listen;
pub mod login;
mod network;
pub mod tls;

#[allow(missing_docs, clippy::all, clippy::unimplemented, clippy::unwrap_used, reason = "generated code")]
#[rustfmt::skip]
pub mod dregg_capnp;

pub use calls::{Calls, InFlight};
pub use connection::{Driver, connect, keep_alive, log_in, serve, serve_cell};
pub use failure::{Denial, Failed, Failure, Fault, Refused};
pub use limits::Limits;
pub use listen::{listen_tcp, listen_unix};
pub use login::{Greeting, Login, LoginError, Transport};

#[cfg(test)]
mod tests;
