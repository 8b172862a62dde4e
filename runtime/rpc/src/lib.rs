//! Live references over Cap'n Proto, between cells that authenticate by key: schema, connections, limits.
//!
//! [`serve`] and [`connect`] put the two ends of a stream together; what is spoken is [`dregg_capnp`].
//!
//! Not here: what a node answers (`dregg-node`), what a program asks (`dregg-sdk`).

pub mod connection;
pub mod limits;
pub mod listen;

#[allow(missing_docs, clippy::all, clippy::unimplemented, clippy::unwrap_used, reason = "generated code")]
#[rustfmt::skip]
pub mod dregg_capnp;

pub use connection::{connect, serve};
pub use limits::Limits;
pub use listen::{listen_tcp, listen_unix};
