//! The reference: decisions straight from the HIR, in the plainest code.
//!
//! Everything else is tested against it, so it shares nothing with the automaton, the artifact's programs or the
//! runtime. Reading order: `matcher` (which route), `rules` (what follows from facts), `decide`, `run` (test blocks),
//! `why` (a decision as a tree). Not here: speed.

mod decide;
mod matcher;
mod rules;
mod run;
#[cfg(test)]
mod tests;
mod why;

pub use decide::{Admission, Decision, Reason, Request, decide};
pub use matcher::{Matched, classify, matching_routes};
pub use run::{Coverage, Outcome, TestResult, coverage, run_tests};
pub use why::{Node, why};
