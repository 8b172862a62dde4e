//! Which routes match a path, segment by segment, and which of them is the least.

use crate::hir::Hir;
use dregg_artifact::{Path, Pattern, Segment, SegmentSet, alphabet};
use std::collections::BTreeSet;

/// What a path selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// A route by its number.
    Route(usize),
    /// A redirect by its number.
    Redirect(usize),
    /// Nothing matches.
    Nothing,
    /// Several match and none lies inside all others; the compiler refuses such policies.
    Ambiguous,
}

/// The routes that match a path, in canonical order.
pub fn matching_routes(hir: &Hir, path: Path<'_>) -> Vec<usize> {
    let segments: Vec<&str> = path.segments().collect();
    let routes = hir.routes.iter().enumerate();
    routes
        .filter(|(_, route)| route.pattern.matches(&segments, &hir.sets))
        .map(|(number, _)| number)
        .collect()
}

/// The least route or redirect that matches a path.
pub fn classify(hir: &Hir, path: Path<'_>) -> Matched {
    let segments: Vec<&str> = path.segments().collect();
    let routes =
        hir.routes.iter().enumerate().map(|(number, route)| (Matched::Route(number), &route.pattern));
    let redirects =
        hir.redirects.iter().enumerate().map(|(number, one)| (Matched::Redirect(number), &one.pattern));
    let all: Vec<(Matched, &Pattern)> =
        routes.chain(redirects).filter(|(_, pattern)| pattern.matches(&segments, &hir.sets)).collect();
    if all.is_empty() {
        return Matched::Nothing;
    }
    let least: Vec<Matched> = all
        .iter()
        .filter(|(_, pattern)| all.iter().all(|(_, other)| inside(pattern, other, &hir.sets)))
        .map(|(matched, _)| *matched)
        .collect();
    match least.as_slice() {
        [one] => *one,
        _ => Matched::Ambiguous,
    }
}

/// Whether every path of `small` is one of `big`. Both have paths; so inclusion is segment by segment.
fn inside(small: &Pattern, big: &Pattern, sets: &[SegmentSet]) -> bool {
    let lengths = if big.tail {
        small.segments.len() >= big.segments.len()
    } else {
        !small.tail && small.segments.len() == big.segments.len()
    };
    lengths && big.segments.iter().zip(&small.segments).all(|(big, small)| segment_inside(small, big, sets))
}

fn segment_inside(small: &Segment, big: &Segment, sets: &[SegmentSet]) -> bool {
    match (small, big) {
        (_, Segment::Any) => true,
        (Segment::Literal(small), Segment::Literal(big)) => small == big,
        (Segment::Literal(text), Segment::Set(set)) => {
            sets.get(*set as usize).is_some_and(|set| set.contains(text))
        }
        (Segment::Set(small), Segment::Set(big)) => {
            match (sets.get(*small as usize), sets.get(*big as usize)) {
                (Some(small), Some(big)) => set_inside(small, big),
                _ => false,
            }
        }
        // A set is neither one literal nor everything, and `any` is no set.
        (Segment::Set(_) | Segment::Any, Segment::Literal(_)) | (Segment::Any, Segment::Set(_)) => false,
    }
}

/// Walks both DFAs side by side; where the small one accepts the big one must.
fn set_inside(small: &SegmentSet, big: &SegmentSet) -> bool {
    let step = |set: &SegmentSet, state: Option<u32>, symbol: u8| {
        let rows = set.rows.iter().filter(|row| Some(row.0) == state);
        rows.into_iter().find(|row| row.1 <= symbol && symbol <= row.2).map(|row| row.3)
    };
    let accepts = |set: &SegmentSet, state: Option<u32>| {
        state.and_then(|state| set.accepting.get(state as usize)).copied().unwrap_or(false)
    };
    let mut seen = BTreeSet::new();
    let mut work = vec![(Some(0u32), Some(0u32))];
    while let Some(pair) = work.pop() {
        if pair.0.is_none() || !seen.insert(pair) {
            continue;
        }
        if accepts(small, pair.0) && !accepts(big, pair.1) {
            return false;
        }
        work.extend(
            (0..alphabet::SYMBOLS).map(|symbol| (step(small, pair.0, symbol), step(big, pair.1, symbol))),
        );
    }
    true
}
