//! The route index: segment sets, the trie's shape, and every route and redirect at the node its pattern spells.

use super::{ascending, ensure, numbered};
use crate::alphabet::{self, END, SLASH};
use crate::artifact::Artifact;
use crate::error::{DecodeError, Fault, Place};
use crate::index::{IndexNode, Leaf, Pattern, RouteIndex, Segment, SegmentSet};
use crate::limits::Limits;
use crate::path::Path;
use std::collections::BTreeMap;

pub(super) fn validate(artifact: &Artifact) -> Result<(), DecodeError> {
    let index = &artifact.index;
    ascending(&index.sets, |set| set, Place::Set)?;
    for (number, set) in numbered(&index.sets) {
        check_set(set, Place::Set(number))?;
    }
    shape(index)?;
    ascending(&artifact.routes, |route| &route.pattern, Place::Route)?;
    ascending(&artifact.redirects, |redirect| &redirect.from, Place::Redirect)?;
    placements(artifact)
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

/// The trie is one: children after parents, one parent each, no branch without an end.
fn shape(index: &RouteIndex) -> Result<(), DecodeError> {
    ensure(!index.nodes.is_empty(), Fault::EmptyNode, Place::Index)?;
    let mut has_parent = vec![false; index.nodes.len()];
    for (number, node) in numbered(&index.nodes) {
        let place = Place::Node(number);
        ascending(&node.literals, |(text, _)| text, |_| place)?;
        for (text, _) in &node.literals {
            ensure(is_segment(text), Fault::Segment, place)?;
        }
        for &(set, _) in &node.sets {
            ensure(
                (set as usize) < index.sets.len(),
                Fault::Reference { what: "segment set", number: set },
                place,
            )?;
        }
        for child in children(node) {
            ensure(child > number, Fault::ChildOrder, place)?;
            let known = has_parent.get_mut(child as usize);
            let known = known.ok_or(Fault::Reference { what: "node", number: child }.at(place))?;
            ensure(!std::mem::replace(known, true), Fault::Parents, Place::Node(child))?;
        }
        let ends = node.exact.is_some() || node.tail.is_some();
        ensure(number == 0 || ends || children(node).next().is_some(), Fault::EmptyNode, place)?;
    }
    let orphan = numbered(&has_parent).skip(1).find(|(_, has)| !**has);
    orphan.map_or(Ok(()), |(node, _)| Err(Fault::Parents.at(Place::Node(node))))
}

fn children(node: &IndexNode) -> impl Iterator<Item = u32> {
    let literals = node.literals.iter().map(|(_, child)| *child);
    literals.chain(node.sets.iter().map(|(_, child)| *child)).chain(node.any)
}

/// Each route and redirect stands where its pattern leads, and nothing else stands anywhere.
fn placements(artifact: &Artifact) -> Result<(), DecodeError> {
    let index = &artifact.index;
    let mut by_set: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    let mut placed = 0usize;
    for (number, node) in numbered(&index.nodes) {
        for &(set, child) in &node.sets {
            ensure(by_set.insert((number, set), child).is_none(), Fault::Order, Place::Node(number))?;
        }
        for leaf in node.exact.iter().chain(&node.tail) {
            placed += 1;
            let (what, number_of, count) = match leaf {
                Leaf::Route(route) => ("route", *route, artifact.routes.len()),
                Leaf::Redirect(redirect) => ("redirect", *redirect, artifact.redirects.len()),
            };
            let known = (number_of as usize) < count;
            ensure(known, Fault::Reference { what, number: number_of }, Place::Node(number))?;
        }
    }
    for (number, route) in numbered(&artifact.routes) {
        let node = spelled(index, &by_set, &route.pattern);
        let leaf = node.and_then(|node| if route.pattern.tail { node.tail } else { node.exact });
        ensure(leaf == Some(Leaf::Route(number)), Fault::Placement, Place::Route(number))?;
    }
    for (number, redirect) in numbered(&artifact.redirects) {
        let place = Place::Redirect(number);
        let path =
            Path::parse(&redirect.from, &Limits::CEILING).map_err(|reason| Fault::Path(reason).at(place))?;
        let segments = path.segments().map(|text| Segment::Literal(text.to_owned())).collect();
        let node = spelled(index, &by_set, &Pattern { segments, tail: false });
        ensure(node.and_then(|node| node.exact) == Some(Leaf::Redirect(number)), Fault::Placement, place)?;
    }
    // INVARIANT: the places found are as many as the leaves, so no leaf stands elsewhere as well.
    ensure(placed == artifact.routes.len() + artifact.redirects.len(), Fault::Placement, Place::Index)
}

/// The node a pattern leads to.
fn spelled<'a>(
    index: &'a RouteIndex,
    by_set: &BTreeMap<(u32, u32), u32>,
    pattern: &Pattern,
) -> Option<&'a IndexNode> {
    let mut at = 0u32;
    for segment in &pattern.segments {
        let node = index.nodes.get(at as usize)?;
        at = match segment {
            Segment::Literal(text) => {
                let place = node.literals.binary_search_by(|(known, _)| known.cmp(text)).ok()?;
                node.literals.get(place)?.1
            }
            Segment::Set(set) => *by_set.get(&(at, *set))?,
            Segment::Any => node.any?,
        };
    }
    index.nodes.get(at as usize)
}
