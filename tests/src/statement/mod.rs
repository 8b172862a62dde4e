//! Access statements made by hand, for tests of the constraints: programs, derivations and trees without any policy.
//!
//! Reading order: `rules` (programs in short form), `scenario` (a statement with its witness), `cases` (one of each
//! kind), `deleted` (the AIR with something left out), `sums` (a prover that lies about the bus), `attacks` (false
//! statements), `page` (what the docs say of them).

pub mod attacks;
pub mod cases;
pub mod deleted;
pub mod page;
pub mod rules;
pub mod scenario;
pub mod sums;

pub use cases::{Case, all};
pub use deleted::{Deleted, Without, without};
pub use scenario::Scenario;
