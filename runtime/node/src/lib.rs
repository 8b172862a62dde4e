//! One node of a mesh: the log on disk, and the door through which other processes come in.
//!
//! A [`Node`] is the state machine with its [`Store`]; a [`Vat`] is a node as its connections see it, and
//! gives each cell that has logged in a session. [`Home`] is where it lives on disk.
//!
//! Not here: what a transaction does (`dregg-mesh`), how it travels (`dregg-rpc`).

mod admit;
mod answers;
mod background;
mod begin;
#[cfg(test)]
mod breaking;
mod caller;
mod error;
pub mod files;
pub mod home;
mod kept;
mod membrane;
mod node;
mod question;
mod serve;
mod session;
mod settings;
pub mod store;
mod vat;

pub use background::Background;
pub use begin::{BeginError, begin, genesis, new_keys};
pub use dregg_rpc::tls::Acceptor;
pub use error::StoreError;
pub use home::{Home, HomeError};
pub use node::{Node, NodeError, Receipt, generator};
pub use serve::{serve_tcp, serve_unix};
pub use settings::Settings;
pub use store::{Beginning, Store};
pub use vat::{Counts, Vat};
