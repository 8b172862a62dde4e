//! Patterns as short numbers: each literal and each regular set is stored once.
//!
//! The first table's literals and sets are numbered in their order, so that no order of patterns can change that; those
//! of later patterns come after. Not here: the trie of the coded patterns ([`super::trie`]).
#![expect(clippy::indexing_slicing, reason = "literals and patterns are numbered by this module")]

use super::numbers::{Numbers, hash};
use crate::automaton::shape::well_formed;
use dregg_artifact::{Pattern, Segment, SegmentSet};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// One segment of a pattern: the number of a literal, [`SETS`] and the number of a regular set, or [`ANY`].
pub(super) type Code = u32;

/// The code of the first regular set.
pub(super) const SETS: Code = 1 << 31;

/// The code of any segment.
pub(super) const ANY: Code = u32::MAX;

/// What no pattern that can match has.
const UNKNOWN: Code = ANY - 1;

/// The coded patterns.
pub(super) struct Codes {
    /// The literals.
    pub keys: Vec<String>,
    /// Whether the literals are sorted.
    pub sorted: bool,
    key_numbers: Numbers,
    /// The regular sets.
    pub sets: Vec<SegmentSet>,
    set_numbers: BTreeMap<SegmentSet, Code>,
    codes: Vec<Code>,
    /// Where the codes of each pattern begin; one entry more than there are patterns.
    first: Vec<usize>,
    /// Whether each pattern ends in a tail.
    tails: Vec<bool>,
}

impl Codes {
    /// The coded patterns, numbered by their places.
    pub fn new(patterns: &[Pattern], sets: &[SegmentSet]) -> Codes {
        let mut numbers: FxHashMap<&str, Code> = FxHashMap::default();
        let mut texts: Vec<&str> = Vec::new();
        let mut used: BTreeMap<&SegmentSet, Code> = BTreeMap::new();
        let mut codes: Vec<Code> = Vec::with_capacity(patterns.len().saturating_mul(5));
        let mut first = Vec::with_capacity(patterns.len() + 1);
        first.push(0);
        for pattern in patterns {
            codes.extend(pattern.segments.iter().map(|segment| match segment {
                Segment::Literal(text) => *numbers.entry(text).or_insert_with(|| {
                    texts.push(text);
                    number(texts.len() - 1)
                }),
                Segment::Set(set) => match sets.get(*set as usize) {
                    Some(of) => {
                        used.insert(of, 0);
                        SETS.saturating_add(*set).min(UNKNOWN)
                    }
                    None => UNKNOWN,
                },
                Segment::Any => ANY,
            }));
            first.push(codes.len());
        }
        for (at, code) in (SETS..UNKNOWN).zip(used.values_mut()) {
            *code = at;
        }
        let places = places(&texts);
        for code in codes.iter_mut().filter(|code| **code < UNKNOWN) {
            *code = match code.checked_sub(SETS) {
                None => places[*code as usize],
                Some(set) => sets.get(set as usize).and_then(|set| used.get(set)).copied().unwrap_or(UNKNOWN),
            };
        }
        texts.sort_unstable();
        let mut key_numbers = Numbers::default();
        for (number, text) in (0u32..).zip(&texts) {
            key_numbers.insert(hash(*text), number);
        }
        Codes {
            keys: texts.into_iter().map(str::to_owned).collect(),
            sorted: true,
            key_numbers,
            sets: used.keys().copied().cloned().collect(),
            set_numbers: used.into_iter().map(|(set, code)| (set.clone(), code)).collect(),
            codes,
            first,
            tails: patterns.iter().map(|pattern| pattern.tail).collect(),
        }
    }

    /// Codes one more pattern; its number.
    pub fn add(&mut self, pattern: &Pattern, sets: &[SegmentSet]) -> u32 {
        for segment in &pattern.segments {
            let code = match segment {
                Segment::Literal(text) if well_formed(text) => self.key(text),
                Segment::Literal(_) => UNKNOWN,
                Segment::Set(set) => sets.get(*set as usize).map_or(UNKNOWN, |set| self.set(set)),
                Segment::Any => ANY,
            };
            self.codes.push(code);
        }
        self.first.push(self.codes.len());
        self.tails.push(pattern.tail);
        number(self.tails.len() - 1)
    }

    fn key(&mut self, text: &str) -> Code {
        let hash = hash(text);
        let keys = &self.keys;
        self.key_numbers.find(hash, |key| keys[key as usize] == text).unwrap_or_else(|| {
            let fresh = number(self.keys.len());
            self.sorted &= self.keys.last().is_none_or(|last| last.as_str() < text);
            self.keys.push(text.to_owned());
            self.key_numbers.insert(hash, fresh);
            fresh
        })
    }

    fn set(&mut self, set: &SegmentSet) -> Code {
        self.set_numbers.get(set).copied().unwrap_or_else(|| {
            let code = SETS.saturating_add(number(self.sets.len())).min(UNKNOWN);
            self.sets.push(set.clone());
            self.set_numbers.insert(set.clone(), code);
            code
        })
    }

    /// The codes of a pattern.
    pub fn of(&self, pattern: u32) -> &[Code] {
        &self.codes[self.first[pattern as usize]..self.first[pattern as usize + 1]]
    }

    /// Whether a pattern ends in a tail.
    pub fn tail(&self, pattern: u32) -> bool {
        self.tails[pattern as usize]
    }

    /// Whether a pattern can match a path: not if it names a set that is not there, or a literal that is no segment.
    pub fn can_match(&self, pattern: u32) -> bool {
        !self.of(pattern).contains(&UNKNOWN)
    }

    /// Those of these patterns that can match, by their codes, of two with the same codes the one without a tail first.
    pub fn in_order(&self, patterns: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut order: Vec<u32> = patterns.filter(|&pattern| self.can_match(pattern)).collect();
        order.sort_unstable_by(|&left, &right| {
            let codes = self.of(left).cmp(self.of(right));
            codes.then_with(|| (self.tail(left), left).cmp(&(self.tail(right), right)))
        });
        order
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
