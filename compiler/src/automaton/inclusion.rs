//! Which patterns lie inside which: the order that makes one route more specific than another.
//!
//! A pattern's language is a product: one non-empty set of segments at each place, then, with a tail, anything. Two
//! products are included in each other exactly if each place's set is, because from a segment `w` at place `i` that the
//! bigger one lacks, and any members at the other places, one gets a path that only the smaller one matches. And the
//! lengths must fit: a pattern without tail has one length `n`, one with a tail all lengths from its own number of
//! segments on. So
//! - `small` without tail lies in `big` without tail only if both have the same number of segments,
//! - in `big` with a tail only if `small` has at least as many (the further ones may be anything),
//! - `small` with a tail lies only in a `big` with a tail that is no longer.
//!
//! Within one place the sets are a literal, a regular set (never a literal nor everything) or everything.
#![expect(clippy::indexing_slicing, reason = "sets are numbered by their place in the slice given")]

use super::positions::{canonical_numbers, transitions};
use super::shape::{FIRST, LAST, Shape, well_formed};
use super::transitions::Transitions;
use super::witness;
use dregg_artifact::{Pattern, Segment, SegmentSet};
use std::collections::{HashMap, HashSet};

/// The inclusion order of patterns over one list of regular sets, which remembers what it found out about the sets.
pub(super) struct Inclusions<'a> {
    sets: &'a [SegmentSet],
    canonical: Vec<u32>,
    automata: Vec<Transitions>,
    /// Whether set `.0` includes set `.1`, both by their canonical numbers.
    known: HashMap<(u32, u32), bool>,
}

impl<'a> Inclusions<'a> {
    pub fn new(sets: &'a [SegmentSet]) -> Inclusions<'a> {
        Inclusions {
            sets,
            canonical: canonical_numbers(sets),
            automata: sets.iter().map(transitions).collect(),
            known: HashMap::new(),
        }
    }

    /// Whether `big` matches every path that `small` matches.
    pub fn pattern(&mut self, big: &Pattern, small: &Pattern) -> bool {
        let fits = match (big.tail, small.tail) {
            (false, false) => small.segments.len() == big.segments.len(),
            (true, false | true) => small.segments.len() >= big.segments.len(),
            (false, true) => false,
        };
        fits && big.segments.iter().zip(&small.segments).all(|(big, small)| self.segment(big, small))
    }

    /// Whether two patterns match the same paths.
    pub fn equal(&mut self, left: &Pattern, right: &Pattern) -> bool {
        self.pattern(left, right) && self.pattern(right, left)
    }

    /// Whether every member of `small` is one of `big`.
    pub fn segment(&mut self, big: &Segment, small: &Segment) -> bool {
        match (big, small) {
            (Segment::Any, Segment::Any | Segment::Literal(_) | Segment::Set(_)) => true,
            (Segment::Literal(big), Segment::Literal(small)) => big == small,
            (Segment::Set(big), Segment::Literal(small)) => {
                self.sets.get(*big as usize).is_some_and(|set| set.contains(small))
            }
            (Segment::Set(big), Segment::Set(small)) => self.set(*big, *small),
            (Segment::Literal(_), Segment::Set(_) | Segment::Any) | (Segment::Set(_), Segment::Any) => false,
        }
    }

    fn set(&mut self, big: u32, small: u32) -> bool {
        let (Some(&big), Some(&small)) =
            (self.canonical.get(big as usize), self.canonical.get(small as usize))
        else {
            return false;
        };
        if big == small {
            return true;
        }
        let (sets, key) = (&self.automata, (big, small));
        *self.known.entry(key).or_insert_with(|| set_includes(&sets[big as usize], &sets[small as usize]))
    }
}

/// Whether every text that `small` accepts is accepted by `big`.
pub(super) fn set_includes(big: &Transitions, small: &Transitions) -> bool {
    let start = (big.states().next(), 0);
    if small.len() == 0 {
        return true;
    }
    let mut seen = HashSet::from([start]);
    let mut pending = vec![start];
    while let Some((left, right)) = pending.pop() {
        if small.accept(right).is_some() && left.is_none_or(|left| big.accept(left).is_none()) {
            return false;
        }
        for step in small.of(right) {
            for symbol in step.lo..=step.hi {
                let next = (left.and_then(|left| big.step(left, symbol)), step.next);
                if seen.insert(next) {
                    pending.push(next);
                }
            }
        }
    }
    true
}

/// Whether `big` matches every path that `small` matches. A set that is not in `sets` is in no inclusion.
pub fn includes(big: &Pattern, small: &Pattern, sets: &[SegmentSet]) -> bool {
    Inclusions::new(sets).pattern(big, small)
}

/// Whether two patterns match the same paths.
pub fn equal(left: &Pattern, right: &Pattern, sets: &[SegmentSet]) -> bool {
    Inclusions::new(sets).equal(left, right)
}

/// How far a reader is inside one segment class.
#[derive(Clone, Copy)]
enum Inside<'a> {
    Literal(&'a str),
    Set(&'a SegmentSet, u32),
    Any(Shape),
}

impl<'a> Inside<'a> {
    fn begin(segment: &'a Segment, sets: &'a [SegmentSet]) -> Option<Inside<'a>> {
        match segment {
            Segment::Literal(text) => well_formed(text).then_some(Inside::Literal(text)),
            Segment::Set(set) => Some(Inside::Set(sets.get(*set as usize)?, 0)),
            Segment::Any => Some(Inside::Any(Shape::Start)),
        }
    }

    fn step(self, symbol: u8) -> Option<Inside<'a>> {
        match self {
            Inside::Literal(rest) => {
                let byte = char::from(dregg_artifact::alphabet::byte(symbol)?);
                rest.strip_prefix(byte).map(Inside::Literal)
            }
            Inside::Set(set, state) => {
                let after = set.rows.partition_point(|row| (row.0, row.1) <= (state, symbol));
                let row = set.rows.get(after.checked_sub(1)?)?;
                (row.0 == state && symbol <= row.2).then_some(Inside::Set(set, row.3))
            }
            Inside::Any(shape) => Some(Inside::Any(shape.step(symbol))),
        }
    }

    fn complete(self) -> bool {
        match self {
            Inside::Literal(rest) => rest.is_empty(),
            Inside::Set(set, state) => set.accepting.get(state as usize).copied().unwrap_or(false),
            Inside::Any(shape) => shape.complete(),
        }
    }

    /// What tells two readers of one class apart.
    fn key(self) -> u32 {
        match self {
            Inside::Literal(rest) => u32::try_from(rest.len()).unwrap_or(u32::MAX),
            Inside::Set(_, state) => state,
            Inside::Any(shape) => shape as u32,
        }
    }
}

/// The shortest and then most readable segment in both classes.
pub fn common_segment(left: &Segment, right: &Segment, sets: &[SegmentSet]) -> Option<String> {
    let start = (Inside::begin(left, sets)?, Inside::begin(right, sets)?);
    let symbols: Vec<u8> =
        witness::readable().into_iter().filter(|symbol| (FIRST..=LAST).contains(symbol)).collect();
    let mut seen = HashSet::from([(start.0.key(), start.1.key())]);
    // Each reader met, the entry before it and the symbol between.
    let mut met = vec![(start, 0usize, 0u8)];
    let mut at = 0;
    while let Some(&((left, right), _, _)) = met.get(at) {
        if left.complete() && right.complete() {
            let mut text = Vec::new();
            while at != 0 {
                text.push(met[at].2);
                at = met[at].1;
            }
            text.reverse();
            return Some(witness::text(&text));
        }
        for &symbol in &symbols {
            if let (Some(left), Some(right)) = (left.step(symbol), right.step(symbol))
                && seen.insert((left.key(), right.key()))
            {
                met.push(((left, right), at, symbol));
            }
        }
        at += 1;
    }
    None
}

/// The shortest and then most readable path that both patterns match.
pub fn common_path(left: &Pattern, right: &Pattern, sets: &[SegmentSet]) -> Option<String> {
    let (long, short) =
        if left.segments.len() >= right.segments.len() { (left, right) } else { (right, left) };
    if long.segments.len() > short.segments.len() && !short.tail {
        return None;
    }
    let mut path = String::new();
    for (at, segment) in long.segments.iter().enumerate() {
        path.push('/');
        path.push_str(&common_segment(segment, short.segments.get(at).unwrap_or(&Segment::Any), sets)?);
    }
    Some(if path.is_empty() { "/".to_owned() } else { path })
}
