//! Patterns as short numbers: literals and regular sets in their order, which no order of patterns can change.
//!
//! Not here: the trie of the coded patterns ([`super::trie`]).
#![expect(clippy::indexing_slicing, reason = "literals and patterns are numbered by this module")]

use crate::automaton::shape::well_formed;
use dregg_artifact::{Pattern, Segment, SegmentSet};
use rustc_hash::FxHashMap;

/// One segment of a pattern: the place of a literal among all, [`SETS`] and the place of a regular set, or [`ANY`].
pub(super) type Code = u32;

/// The code of the first regular set.
pub(super) const SETS: Code = 1 << 31;

/// The code of any segment.
pub(super) const ANY: Code = u32::MAX;

/// What no pattern that can match has.
const UNKNOWN: Code = ANY - 1;

/// The coded patterns.
pub(super) struct Codes<'a> {
    /// The literals, sorted.
    pub keys: Vec<&'a str>,
    /// The regular sets that patterns name, sorted and without duplicates.
    pub sets: Vec<&'a SegmentSet>,
    codes: Vec<Code>,
    /// Where the codes of each pattern begin; one entry more than there are patterns.
    first: Vec<usize>,
    /// Whether each pattern ends in a tail.
    tails: Vec<bool>,
    /// The patterns that can match a path, by their codes, of two with the same codes the one without a tail first.
    pub order: Vec<u32>,
}

impl<'a> Codes<'a> {
    /// The coded patterns. One that names a set that is not there, or a literal that is no segment, matches no path and
    /// is left out of [`Codes::order`].
    pub fn new(patterns: &'a [Pattern], sets: &'a [SegmentSet]) -> Codes<'a> {
        let (set_codes, sets) = code_sets(patterns, sets);
        let mut numbers: FxHashMap<&'a str, Code> = FxHashMap::default();
        let mut texts: Vec<&'a str> = Vec::new();
        let mut codes: Vec<Code> = Vec::with_capacity(patterns.len().saturating_mul(5));
        let mut first = Vec::with_capacity(patterns.len() + 1);
        first.push(0);
        for pattern in patterns {
            codes.extend(pattern.segments.iter().map(|segment| match segment {
                Segment::Literal(text) => *numbers.entry(text).or_insert_with(|| {
                    texts.push(text);
                    number(texts.len() - 1)
                }),
                Segment::Set(set) => set_codes.get(*set as usize).copied().unwrap_or(UNKNOWN),
                Segment::Any => ANY,
            }));
            first.push(codes.len());
        }
        let places = places(&texts);
        for code in codes.iter_mut().filter(|code| **code < SETS) {
            *code = places[*code as usize];
        }
        texts.sort_unstable();
        let mut result = Codes {
            keys: texts,
            sets,
            codes,
            first,
            tails: patterns.iter().map(|pattern| pattern.tail).collect(),
            order: Vec::new(),
        };
        let mut order: Vec<u32> = (0u32..).take(patterns.len()).collect();
        order.retain(|&pattern| !result.of(pattern).contains(&UNKNOWN));
        order.sort_unstable_by(|&left, &right| {
            let codes = result.of(left).cmp(result.of(right));
            codes.then_with(|| (result.tail(left), left).cmp(&(result.tail(right), right)))
        });
        result.order = order;
        result
    }

    /// The codes of a pattern.
    pub fn of(&self, pattern: u32) -> &[Code] {
        &self.codes[self.first[pattern as usize]..self.first[pattern as usize + 1]]
    }

    /// Whether a pattern ends in a tail.
    pub fn tail(&self, pattern: u32) -> bool {
        self.tails[pattern as usize]
    }

    /// How many patterns there are, those that match nothing included.
    pub fn patterns(&self) -> usize {
        self.tails.len()
    }
}

/// A place as a number.
pub(super) fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// The place that each of these different texts has among the sorted ones; [`UNKNOWN`] for one that is no segment.
fn places(texts: &[&str]) -> Vec<Code> {
    let mut order: Vec<u32> = (0..number(texts.len())).collect();
    order.sort_unstable_by_key(|&at| texts[at as usize]);
    let mut places = vec![UNKNOWN; texts.len()];
    for (place, &at) in (0u32..).zip(&order) {
        if well_formed(texts[at as usize]) {
            places[at as usize] = place;
        }
    }
    places
}

/// The code of each set that a pattern names, and these sets, sorted and without duplicates.
fn code_sets<'a>(patterns: &[Pattern], sets: &'a [SegmentSet]) -> (Vec<Code>, Vec<&'a SegmentSet>) {
    let mut named = vec![false; sets.len()];
    for segment in patterns.iter().flat_map(|pattern| &pattern.segments) {
        if let Segment::Set(set) = segment
            && let Some(named) = named.get_mut(*set as usize)
        {
            *named = true;
        }
    }
    let mut used: Vec<&SegmentSet> =
        sets.iter().zip(&named).filter(|(_, named)| **named).map(|(set, _)| set).collect();
    used.sort_unstable();
    used.dedup();
    let code = |set: &SegmentSet| {
        let place = used.binary_search(&set).ok().map(number).filter(|place| *place < UNKNOWN - SETS);
        place.map_or(UNKNOWN, |place| SETS + place)
    };
    (sets.iter().map(code).collect(), used)
}
