//! What every number and text of an artifact must obey before anything relies on it.
//!
//! Each file checks one subject and returns the first fault. Everything is linear in the artifact, up to the logarithm
//! of a search. Not checked, because no linear check can: that the DFA and the route index are the same language, that
//! a least route exists for every path, that anything is minimal, and that `table_root` is the root of the rows. The
//! compiler proves these, and the policy root covers both sides of each.

mod automaton;
mod governed;
mod index;
mod leaves;
mod names;
mod programs;
mod rules;
mod texts;

#[cfg(test)]
mod tests;

pub(crate) use index::{is_segment, reach};

use crate::artifact::{Artifact, EDITION};
use crate::error::{DecodeError, Fault, Place};
use crate::limits::Limits;
use crate::value::CellId;

impl Artifact {
    /// Checks every rule that [`Artifact::decode`] checks, on an artifact that was not read from bytes.
    ///
    /// # Errors
    /// [`DecodeError`] names the first reason found.
    pub fn validate(&self) -> Result<(), DecodeError> {
        self.validate_rules()?;
        automaton::validate(self)?;
        index::validate(self)?;
        governed::validate(self)?;
        texts::validate(self)?;
        leaves::validate(self)
    }

    /// Checks what [`Artifact::decode_for_decisions`] reads.
    pub(crate) fn validate_for_decisions(&self) -> Result<(), DecodeError> {
        self.validate_rules()?;
        index::numbers(self)?;
        governed::validate_for_decisions(self)?;
        leaves::validate(self)
    }

    /// Edition and bounds, names and facts, rules and programs: what stands by itself.
    fn validate_rules(&self) -> Result<(), DecodeError> {
        if self.edition > EDITION {
            return Err(DecodeError::NewerEdition { found: self.edition });
        }
        limits(&self.limits)?;
        counts(self)?;
        names::validate(self)?;
        rules::validate(self)?;
        programs::validate(self)
    }
}

fn limits(limits: &Limits) -> Result<(), DecodeError> {
    let within = limits.path_bytes <= Limits::CEILING.path_bytes
        && limits.segments <= Limits::CEILING.segments
        && limits.derivation_depth <= Limits::CEILING.derivation_depth
        && limits.proof_facts <= Limits::PROOF_FACTS;
    ensure(within, Fault::AboveCeiling, Place::Limits)
}

fn counts(artifact: &Artifact) -> Result<(), DecodeError> {
    let most = [
        ("routes", artifact.routes.len(), Limits::ROUTES as usize),
        ("facts", artifact.facts.len(), Limits::FACTS),
        ("automaton states", artifact.dfa.states() as usize, Limits::STATES as usize),
    ];
    match most.into_iter().find(|(_, found, most)| found > most) {
        Some((what, found, most)) => {
            Err(DecodeError::TooLarge { what, found: found as u64, most: most as u64 })
        }
        None => Ok(()),
    }
}

/// The fault at the place, unless the condition holds.
fn ensure(holds: bool, fault: Fault, place: Place) -> Result<(), DecodeError> {
    if holds { Ok(()) } else { Err(fault.at(place)) }
}

/// The entries with their numbers.
fn numbered<T>(list: &[T]) -> impl Iterator<Item = (u32, &T)> {
    (0u32..).zip(list)
}

/// Demands that each entry's key is greater than the one before.
fn ascending<'a, T, K: Ord + ?Sized + 'a>(
    list: &'a [T],
    key: impl Fn(&'a T) -> &'a K,
    place: impl Fn(u32) -> Place,
) -> Result<(), DecodeError> {
    let later = list.iter().skip(1);
    match (1u32..).zip(list.iter().zip(later)).find(|(_, (before, after))| key(before) >= key(after)) {
        Some((number, _)) => Err(Fault::Order.at(place(number))),
        None => Ok(()),
    }
}

/// Demands that cells are canonical, sorted and without duplicates.
fn cell_set(cells: &[CellId], place: Place) -> Result<(), DecodeError> {
    cells.iter().try_for_each(|cell| ensure(cell.is_canonical(), Fault::Cell, place))?;
    ascending(cells, |cell| cell, |_| place)
}
