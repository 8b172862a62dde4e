//! Which routes must be added so that for every path one matching route is the most specific.
//!
//! Two routes that share paths while neither is inside the other leave their common paths undecided (E0301). The cure is
//! a route of exactly those common paths; since it may again cross a third one, routes are added until none is missing.
//! The result is the least such table, whatever the order. Not here: what the added routes allow, and their text.

use super::segment::{Relation, SegmentId, Segments, TooComplex};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A route's language: its segments from first to last.
pub(super) type Pattern = Vec<SegmentId>;

/// The most routes that are added to one table.
const COVERS: usize = 5_000;
/// The most steps of comparing routes, which is minutes of work.
const STEPS: usize = 50_000_000;

/// An added route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cover {
    /// What it matches: exactly what its routes have in common.
    pub(super) pattern: Pattern,
    /// The given routes that would otherwise contest its paths, by their index.
    pub(super) of: BTreeSet<usize>,
}

/// Why a table could not be covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Uncovered {
    /// Two given routes that overlap, or the same one twice if it was being compared with all.
    pub(super) routes: [usize; 2],
    /// Which bound stopped it, in words.
    pub(super) reason: &'static str,
}

/// The routes to add to these, which must be pairwise different; ordered by the routes they are of.
pub(super) fn covers(given: &[Pattern], segments: &mut Segments) -> Result<Vec<Cover>, Uncovered> {
    let mut table = Table { trie: vec![Node::default()], patterns: Vec::new(), steps: 0 };
    let mut known: BTreeSet<Pattern> = given.iter().cloned().collect();
    // With each pattern goes a given route that includes it, to name in an error.
    let mut waiting: VecDeque<(Pattern, usize)> =
        given.iter().enumerate().map(|(route, pattern)| (pattern.clone(), route)).collect();
    let mut origins: Vec<usize> = Vec::new();
    while let Some((pattern, origin)) = waiting.pop_front() {
        let stop = |other: usize, reason| Uncovered { routes: [origin, other], reason };
        for other in table.overlapping(&pattern, segments).map_err(|reason| stop(origin, reason))? {
            let other_origin = origins.get(other).copied().unwrap_or(origin);
            let both = table
                .crossing(&pattern, other, segments)
                .map_err(|TooComplex| stop(other_origin, "what segments have in common is too complex"))?;
            if let Some(both) = both
                && known.insert(both.clone())
            {
                if known.len() - given.len() > COVERS {
                    return Err(stop(other_origin, "covering all overlaps takes too many routes"));
                }
                waiting.push_back((both, origin));
            }
        }
        table.insert(pattern);
        origins.push(origin);
    }
    let mut covers = Vec::new();
    for added in given.len()..table.patterns.len() {
        covers.push(
            table.cover(added, given.len(), segments).map_err(|reason| Uncovered {
                routes: [origins.get(added).copied().unwrap_or(0); 2],
                reason,
            })?,
        );
    }
    covers.sort_by(|one, other| (&one.of, &one.pattern).cmp(&(&other.of, &other.pattern)));
    Ok(covers)
}

/// The routes so far, and a trie of their segments to find those that share paths with another.
struct Table {
    trie: Vec<Node>,
    patterns: Vec<Pattern>,
    steps: usize,
}

#[derive(Default)]
struct Node {
    below: BTreeMap<SegmentId, usize>,
    /// The keys of `below` that are no literals.
    sets: Vec<SegmentId>,
    route: Option<usize>,
}

impl Table {
    fn insert(&mut self, pattern: Pattern) {
        let mut at = 0;
        for segment in &pattern {
            let fresh = self.trie.len();
            let Some(node) = self.trie.get_mut(at) else { return };
            at = *node.below.entry(*segment).or_insert(fresh);
            if at == fresh {
                if !segment.is_literal() {
                    node.sets.push(*segment);
                }
                self.trie.push(Node::default());
            }
        }
        if let Some(node) = self.trie.get_mut(at) {
            node.route = Some(self.patterns.len());
        }
        self.patterns.push(pattern);
    }

    /// The routes that share a path with this one, ascending.
    fn overlapping(
        &mut self,
        pattern: &[SegmentId],
        segments: &mut Segments,
    ) -> Result<BTreeSet<usize>, &'static str> {
        let mut found = BTreeSet::new();
        let mut waiting = vec![(0, pattern)];
        while let Some((at, rest)) = waiting.pop() {
            let Some(node) = self.trie.get(at) else { continue };
            let Some((segment, rest)) = rest.split_first() else {
                found.extend(node.route);
                continue;
            };
            let candidates: Vec<SegmentId> = if segment.is_literal() {
                node.sets.iter().chain([segment]).copied().collect()
            } else {
                node.below.keys().copied().collect()
            };
            self.steps += 1 + candidates.len();
            if self.steps > STEPS {
                return Err("comparing all routes takes too long");
            }
            for candidate in candidates {
                let Some(below) = node.below.get(&candidate) else { continue };
                match segments.relation(*segment, candidate) {
                    Ok(Relation::Disjoint) => {}
                    Ok(Relation::Equal | Relation::Inside | Relation::Around | Relation::Crossing(_)) => {
                        waiting.push((*below, rest));
                    }
                    Err(TooComplex) => return Err("what segments have in common is too complex"),
                }
            }
        }
        Ok(found)
    }

    /// What this pattern and that route have in common, if neither includes the other.
    fn crossing(
        &self,
        pattern: &[SegmentId],
        other: usize,
        segments: &mut Segments,
    ) -> Result<Option<Pattern>, TooComplex> {
        let Some(other) = self.patterns.get(other) else { return Ok(None) };
        let (mut inside, mut around) = (true, true);
        let mut both = Pattern::new();
        for (one, two) in pattern.iter().zip(other) {
            both.push(match segments.relation(*one, *two)? {
                Relation::Disjoint => return Ok(None),
                Relation::Equal => *one,
                Relation::Inside => {
                    around = false;
                    *one
                }
                Relation::Around => {
                    inside = false;
                    *two
                }
                Relation::Crossing(common) => {
                    (inside, around) = (false, false);
                    common
                }
            });
        }
        Ok((!inside && !around).then_some(both))
    }

    /// The added route with the most specific given routes that include it.
    fn cover(&mut self, added: usize, given: usize, segments: &mut Segments) -> Result<Cover, &'static str> {
        let pattern = self.patterns.get(added).cloned().unwrap_or_default();
        let mut including = Vec::new();
        for route in self.overlapping(&pattern, segments)?.range(..given) {
            if self.includes(*route, &pattern, segments) {
                including.push(*route);
            }
        }
        let mut of = BTreeSet::new();
        for route in &including {
            let shadowed = including.iter().any(|other| {
                other != route
                    && self.patterns.get(*other).is_some_and(|inner| self.includes(*route, inner, segments))
            });
            if !shadowed {
                of.insert(*route);
            }
        }
        Ok(Cover { pattern, of })
    }

    fn includes(&self, route: usize, inner: &[SegmentId], segments: &mut Segments) -> bool {
        self.patterns.get(route).is_some_and(|outer| {
            outer.len() == inner.len()
                && inner.iter().zip(outer).all(|(inner, outer)| {
                    matches!(segments.relation(*inner, *outer), Ok(Relation::Equal | Relation::Inside))
                })
        })
    }
}
