#![doc = include_str!("../README.md")]

mod classify;
mod decide;
mod evaluate;
mod facts;
mod plan;
mod policy;
pub mod processor;
#[cfg(test)]
mod tests;

pub use classify::Classification;
pub use decide::{Admission, Decider, Decision, Needed, Reason, Request};
pub use dregg_artifact::{Artifact, BadPath, CellId, DecodeError, Permission, Type, Value};
pub use evaluate::{DERIVED_TUPLES, JOIN_ROWS, TOTAL_ROWS};
pub use facts::{FactError, FactProblem, Facts};
pub use plan::PLAN_STEPS;
pub use policy::Policy;
