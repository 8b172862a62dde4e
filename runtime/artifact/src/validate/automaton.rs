//! The DFA: intervals, numbering, reach, and where redirects walk.

use super::{ensure, numbered};
use crate::alphabet::END;
use crate::artifact::Artifact;
use crate::dfa::{Dfa, Row};
use crate::error::{DecodeError, Fault, Place};
use crate::limits::Limits;
use crate::path::Path;
use crate::policy::ClassKind;

pub(super) fn validate(artifact: &Artifact) -> Result<(), DecodeError> {
    let reached = rows(artifact)?;
    disjoint(&artifact.dfa)?;
    reachable(&artifact.dfa, reached)?;
    redirects(artifact)
}

/// Which states the rows before their own lead to: in edge order, all.
fn rows(artifact: &Artifact) -> Result<Vec<bool>, DecodeError> {
    let states = artifact.dfa.states();
    let mut seen = 0;
    let mut reached = vec![false; states as usize];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for (number, row) in numbered(artifact.dfa.rows()) {
        let place = Place::Row(number);
        let Row { state, lo, hi, next } = *row;
        ensure(state < states, Fault::Reference { what: "state", number: state }, place)?;
        ensure(state <= seen, Fault::StateNumbering, place)?;
        seen = seen.max(state + 1);
        let ends = lo == END && hi == END;
        ensure(ends || (lo <= hi && hi < END), Fault::Interval, place)?;
        if ends {
            let known = (next as usize) < artifact.classes.len();
            ensure(known, Fault::Reference { what: "policy class", number: next }, place)?;
        } else {
            ensure(next < states, Fault::Reference { what: "state", number: next }, place)?;
            if reached.get(state as usize) == Some(&true)
                && let Some(mark) = reached.get_mut(next as usize)
            {
                *mark = true;
            }
        }
    }
    ensure(seen == states, Fault::Unreachable, Place::State(seen))?;
    Ok(reached)
}

fn disjoint(dfa: &Dfa) -> Result<(), DecodeError> {
    for state in 0..dfa.states() {
        let mut last = None;
        for row in dfa.rows_of(state) {
            ensure(last < Some(row.lo), Fault::Overlap, Place::State(state))?;
            last = Some(row.hi);
        }
    }
    Ok(())
}

/// A state that no walk enters is one that a proof could begin in. Some are known to be reached.
fn reachable(dfa: &Dfa, mut reached: Vec<bool>) -> Result<(), DecodeError> {
    if !reached.contains(&false) {
        return Ok(());
    }
    let known = numbered(&reached).filter(|(_, reached)| **reached);
    let mut pending: Vec<u32> = known.map(|(state, _)| state).collect();
    while let Some(state) = pending.pop() {
        for row in dfa.rows_of(state).filter(|row| row.lo != END) {
            if let Some(mark) = reached.get_mut(row.next as usize).filter(|mark| !**mark) {
                *mark = true;
                pending.push(row.next);
            }
        }
    }
    match numbered(&reached).find(|(_, reached)| !**reached) {
        Some((state, _)) => Err(Fault::Unreachable.at(Place::State(state))),
        None => Ok(()),
    }
}

/// A redirect's source ends in its own class, its target in a class that is no redirect: one hop, and no more.
fn redirects(artifact: &Artifact) -> Result<(), DecodeError> {
    for (number, redirect) in numbered(&artifact.redirects) {
        let place = Place::Redirect(number);
        let kind = |text: &str| -> Result<Option<&ClassKind>, DecodeError> {
            // Beyond the policy's own limits a redirect is idle, not wrong.
            let path = Path::parse(text, &Limits::CEILING).map_err(|reason| Fault::Path(reason).at(place))?;
            let class = artifact.dfa.classify(path).and_then(|class| artifact.classes.get(class as usize));
            Ok(class.map(|class| &class.kind))
        };
        let from = kind(&redirect.from)?;
        ensure(from == Some(&ClassKind::Redirect(number)), Fault::WalkEnd, place)?;
        let lands = match kind(&redirect.to)? {
            Some(ClassKind::Route | ClassKind::Gateway(_)) => true,
            Some(ClassKind::Redirect(_)) | None => false,
        };
        ensure(lands, Fault::WalkEnd, place)?;
    }
    Ok(())
}
