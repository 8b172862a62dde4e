//! Segment sets, routes and redirects, and how the route index numbers them. The index itself is checked as it is read.

use super::{ascending, ensure, numbered};
use crate::alphabet::{self, END, SLASH};
use crate::artifact::Artifact;
use crate::error::{DecodeError, Fault, Place};
use crate::limits::Limits;
use crate::pattern::SegmentSet;
use crate::policy::ClassKind;

pub(super) fn validate(artifact: &Artifact) -> Result<(), DecodeError> {
    ascending(&artifact.sets, |set| set, Place::Set)?;
    for (number, set) in numbered(&artifact.sets) {
        check_set(set, Place::Set(number))?;
    }
    ascending(&artifact.routes, |route| &route.pattern, Place::Route)?;
    ascending(&artifact.redirects, |redirect| &redirect.from, Place::Redirect)?;
    patterns(artifact)
}

/// Whether a text is a segment that a path can have.
pub(crate) fn is_segment(text: &str) -> bool {
    !text.is_empty() && text != "." && text != ".." && text.bytes().all(alphabet::in_segment)
}

/// A walk of the set ends, never leaves it by a number out of range, and takes nothing but segments.
fn check_set(set: &SegmentSet, place: Place) -> Result<(), DecodeError> {
    let states = set.accepting.len();
    let mut last: Option<(u32, u8)> = None;
    for &(state, lo, hi, next) in &set.rows {
        let largest = state.max(next);
        ensure((largest as usize) < states, Fault::Reference { what: "state", number: largest }, place)?;
        ensure(SLASH < lo && lo <= hi && hi < END, Fault::Interval, place)?;
        let after = last.is_none_or(|(before, until)| before < state || (before == state && until < lo));
        ensure(after, Fault::Overlap, place)?;
        last = Some((state, hi));
    }
    // Every state is on the way from the start to an accepting state, as in a minimal automaton without a dead state.
    let forward = reach(states, [0], set.rows.iter().map(|&(state, _, _, next)| (state, next)));
    let ends = numbered(&set.accepting).filter(|(_, accepts)| **accepts).map(|(state, _)| state);
    let backward = reach(states, ends, set.rows.iter().map(|&(state, _, _, next)| (next, state)));
    ensure(forward.iter().zip(&backward).all(|both| both == (&true, &true)), Fault::Unreachable, place)?;
    let starts_empty = set.accepting.first().is_none_or(|accepts| *accepts);
    ensure(!starts_empty && !set.contains(".") && !set.contains(".."), Fault::SetLanguage, place)
}

/// Which states the edges lead to.
pub(crate) fn reach(
    states: usize,
    from: impl IntoIterator<Item = u32>,
    edges: impl Iterator<Item = (u32, u32)>,
) -> Vec<bool> {
    let mut sorted: Vec<(u32, u32)> = edges.collect();
    sorted.sort_unstable();
    let mut reached = vec![false; states];
    let mut pending: Vec<u32> = from.into_iter().collect();
    while let Some(state) = pending.pop() {
        let Some(mark) = reached.get_mut(state as usize) else { continue };
        if std::mem::replace(mark, true) {
            continue;
        }
        let begin = sorted.partition_point(|(from, _)| *from < state);
        let edges = sorted.iter().skip(begin).take_while(|(from, _)| *from == state);
        pending.extend(edges.map(|(_, to)| *to));
    }
    reached
}

/// Every pattern the index numbers is one of the artifact's, its class is there and of its kind, and the path of every
/// redirect leads to it.
fn patterns(artifact: &Artifact) -> Result<(), DecodeError> {
    let index = &artifact.index;
    ensure(index.routes() as usize == artifact.routes.len(), Fault::Placement, Place::Index)?;
    numbers(artifact)
}

/// As far as that can be told without the routes.
pub(super) fn numbers(artifact: &Artifact) -> Result<(), DecodeError> {
    let index = &artifact.index;
    let redirects = index.patterns().checked_sub(index.routes());
    let counted = redirects.is_some_and(|redirects| redirects as usize == artifact.redirects.len());
    ensure(counted && index.routes() <= Limits::ROUTES, Fault::Placement, Place::Index)?;
    for pattern in 0..index.patterns() {
        let redirect = pattern.checked_sub(index.routes());
        let place = redirect.map_or(Place::Route(pattern), Place::Redirect);
        let Some(class) = index.class(pattern) else { continue };
        let content = artifact.classes.get(class as usize);
        let content = content.ok_or(Fault::Reference { what: "policy class", number: class }.at(place))?;
        let of_its_kind = match content.kind {
            ClassKind::Redirect(number) => redirect == Some(number),
            ClassKind::Route | ClassKind::Gateway(_) => redirect.is_none(),
        };
        ensure(of_its_kind, Fault::WalkEnd, place)?;
    }
    for (number, redirect) in numbered(&artifact.redirects) {
        let found = index.find(redirect.from.as_bytes(), &Limits::CEILING);
        ensure(found == index.routes().checked_add(number), Fault::Placement, Place::Redirect(number))?;
        let to = index.find(redirect.to.as_bytes(), &Limits::CEILING);
        ensure(to.is_some_and(|to| to < index.routes()), Fault::WalkEnd, Place::Redirect(number))?;
    }
    Ok(())
}
