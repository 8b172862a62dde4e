//! Whether the goals of a program hold: rules bottom-up by rounds of height over datafrog, then the goals once.
//!
//! A goal holds iff it has a derivation tree of height at most `derivation_depth`; reserved goals are not counted. Round
//! `r` derives from facts (height 0) and from tuples of rounds before `r`, so after `r` rounds exactly the tuples of
//! height at most `r` are there. Only predicates the program can reach are evaluated.
//!
//! `in` columns: a rule need not bind them, so they range over the *demand* (`demand`), a finite set that holds every
//! value any use can pass. It is computed before the first round and never grows; so heights are what they would be if
//! `in` variables ranged over everything, restricted to the uses there are.

mod demand;
mod goal;
mod join;
mod rounds;
mod values;

use crate::facts::Facts;
use dregg_artifact::{Access, Artifact, CellId, Path};
use values::Values;

/// The most tuples one decision may derive.
pub const DERIVED_TUPLES: usize = 4_000_000;

/// The most rows one join may have, counted before it is made.
pub const JOIN_ROWS: usize = 4_000_000;

/// A resource bound was exceeded. It can only deny: negation looks at base relations alone, so fewer derived tuples never
/// make more goals hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exceeded;

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
    let reachable = demand::reachable(artifact, access);
    let possible = demand::possible(artifact, access, &reachable, facts, &mut values);
    let derived = rounds::run(artifact, &reachable, &possible, facts, &mut values)?;
    Ok(goal::evaluate(access, facts, &derived, &mut values))
}
