//! One node of a mesh: the log on disk, and the door through which other processes come in.
//!
//! Not here: what a transaction does (`dregg-mesh`).

mod error;
pub mod files;
pub mod home;
pub mod store;

pub use error::StoreError;
pub use home::{Home, HomeError};
pub use store::{Beginning, Store};
