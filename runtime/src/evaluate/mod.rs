//! Whether the goals of a program hold: rules bottom-up by rounds of height over datafrog, then the goals once.
//!
//! Decisions go by `plan` first. This says what plans must say, and decides what they leave.
//!
//! A goal holds iff it has a derivation tree of height at most `derivation_depth`; reserved goals are not counted. Round
//! `r` derives from facts (height 0) and from tuples of rounds before `r`, so after `r` rounds exactly the tuples of
//! height at most `r` are there. Only predicates the program can reach are evaluated.
//!
//! The way: terms become numbers (`values`, `body`), the finite demand of `in` columns is found (`demand`), rules become
//! sequences of joins (`plan`, `join` over the tuples of `store`), `rounds` derives, `goal` answers. `budget` bounds all
//! of it.

mod body;
mod budget;
mod demand;
mod goal;
mod join;
mod plan;
mod rounds;
mod store;
mod values;

pub(crate) use budget::Exceeded;
pub use budget::{DERIVED_TUPLES, JOIN_ROWS, TOTAL_ROWS};

use crate::facts::Facts;
use body::Program;
use budget::Budget;
use demand::Demand;
use dregg_artifact::{Access, Artifact, CellId, Path};
use store::Store;
use values::Values;

/// What a program is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// The path that decides: the target's, if the request's was redirected.
    pub(crate) path: Path<'a>,
    /// The caller, variable 0 of every goal rule.
    pub(crate) caller: CellId,
    /// The epoch.
    pub(crate) epoch: u64,
}

/// Whether each goal of a program holds.
pub(crate) fn goals(
    artifact: &Artifact,
    access: &Access,
    question: &Question<'_>,
    facts: &Facts,
) -> Result<Vec<bool>, Exceeded> {
    let mut values = Values::new(facts, question);
    let mut budget = Budget::default();
    let program = Program::new(artifact, access, facts, &mut values);
    let (demand, sets) = Demand::new(artifact, &program, facts, &mut budget)?;
    let mut store = Store::new(facts, sets);
    let depth = artifact.limits.derivation_depth;
    rounds::run(&program.rules, &demand, depth, &mut store, &values, &mut budget)?;
    goal::evaluate(&program.goals, &mut store, &values, &mut budget)
}
