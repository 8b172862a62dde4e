//! Which matching pattern is meant: the least one under inclusion, at every accept state, or an ambiguity.
//!
//! Only patterns that meet in some accept set are ever compared, so a table without overlaps costs nothing here.

use super::errors::{Ambiguity, BuildError};
use super::inclusion::Inclusions;
use super::product::{Accept, Product};
use super::transitions::Transitions;
use super::witness::ShortestTexts;
use dregg_artifact::{Pattern, SegmentSet};
use std::collections::{BTreeMap, BTreeSet};

/// The most ambiguities that are reported.
pub const AMBIGUITIES: usize = 20;

/// The product, if each accept set has a least element and no two patterns are `equal`.
pub(super) fn decide(
    transitions: Transitions,
    accepts: Vec<Vec<u32>>,
    equal: &[(u32, u32)],
    patterns: &[Pattern],
    sets: &[SegmentSet],
) -> Result<Product, BuildError> {
    let mut order = Order { patterns, inclusions: Inclusions::new(sets) };
    let least: Vec<Option<u32>> = accepts.iter().map(|set| order.least(set)).collect();
    if !equal.is_empty() || least.iter().any(Option::is_none) {
        let undecided = |label: usize| least.get(label) == Some(&None);
        return Err(BuildError::Ambiguous(ambiguities(&transitions, &accepts, undecided, equal, &mut order)));
    }
    let accepts = accepts.into_iter().zip(least).filter_map(|(patterns, least)| {
        let patterns = patterns.into_iter().map(|pattern| pattern as usize).collect();
        Some(Accept { patterns, least: least? as usize })
    });
    Ok(Product::new(transitions, accepts.collect()))
}

/// The inclusion order on pattern numbers.
struct Order<'a> {
    patterns: &'a [Pattern],
    inclusions: Inclusions<'a>,
}

impl Order<'_> {
    fn includes(&mut self, big: u32, small: u32) -> bool {
        match (self.patterns.get(big as usize), self.patterns.get(small as usize)) {
            (Some(big), Some(small)) => self.inclusions.pattern(big, small),
            (None, _) | (_, None) => false,
        }
    }

    /// The element that lies strictly inside all others.
    fn least(&mut self, set: &[u32]) -> Option<u32> {
        let mut least = *set.first()?;
        // If there is a least element, this stops at it: whatever was held before includes it.
        for &pattern in set {
            if self.includes(least, pattern) {
                least = pattern;
            }
        }
        let strict =
            |order: &mut Self, other: u32| order.includes(other, least) && !order.includes(least, other);
        set.iter().all(|&other| other == least || strict(self, other)).then_some(least)
    }

    /// The elements inside which no other lies strictly.
    fn minimal(&mut self, set: &[u32]) -> Vec<u32> {
        let mut minimal: Vec<u32> = Vec::new();
        for &pattern in set {
            // What is held are the minimal elements so far. They decide: below an element that is no longer held lies
            // one that is.
            if minimal.iter().any(|&held| self.includes(pattern, held) && !self.includes(held, pattern)) {
                continue;
            }
            minimal.retain(|&held| !self.includes(held, pattern) || self.includes(pattern, held));
            minimal.push(pattern);
        }
        minimal
    }
}

/// The pairs of minimal elements of the accept sets without a least one, each with its shortest path; and the equal
/// pairs that everywhere yield to others, each with the shortest path it matches.
///
/// Accept states are taken by their shortest paths, so a pair's first occurrence is its witness.
fn ambiguities(
    transitions: &Transitions,
    accepts: &[Vec<u32>],
    undecided: impl Fn(usize) -> bool,
    equal: &[(u32, u32)],
    order: &mut Order<'_>,
) -> Vec<Ambiguity> {
    let texts = ShortestTexts::new(transitions);
    let mut seen_sets = BTreeSet::new();
    let mut undecided_pairs: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    let mut equal_pairs: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for (place, &state) in texts.states().iter().enumerate() {
        let Some(label) = transitions.accept(state).map(|label| label as usize) else { continue };
        let Some(set) = accepts.get(label).filter(|_| seen_sets.insert(label)) else { continue };
        for &(first, second) in equal.iter().filter(|(first, _)| set.binary_search(first).is_ok()) {
            equal_pairs.entry((first, second)).or_insert(place);
        }
        if undecided(label) && undecided_pairs.len() < AMBIGUITIES {
            let minimal = order.minimal(set);
            for (at, &first) in minimal.iter().enumerate() {
                for &second in minimal.iter().skip(at + 1).take(AMBIGUITIES) {
                    undecided_pairs.entry((first, second)).or_insert(place);
                }
            }
        }
    }
    for (pair, place) in equal_pairs {
        undecided_pairs.entry(pair).or_insert(place);
    }
    let mut found: Vec<(usize, (u32, u32))> =
        undecided_pairs.into_iter().map(|(pair, place)| (place, pair)).collect();
    found.sort_unstable();
    let ambiguity = |(place, (first, second)): (usize, (u32, u32))| Ambiguity {
        first: first as usize,
        second: second as usize,
        witness: texts.states().get(place).map(|&state| texts.text(state)).unwrap_or_default(),
    };
    found.into_iter().take(AMBIGUITIES).map(ambiguity).collect()
}
