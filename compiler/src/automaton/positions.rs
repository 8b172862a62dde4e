//! All patterns of a table as one trie, and the places inside it that a reader of a path can stand at.
//!
//! A *node* stands between segments: the patterns that agree so far. A *position* stands inside a segment on the way
//! from one node to a child: after some letters of literal children, in a state of a regular set's automaton, or
//! anywhere in "any segment"; and once a node with a tail was reached, in that tail for ever. Subset construction
//! ([`super::build()`]) follows sets of positions. Not here: which of several patterns wins.
#![expect(clippy::indexing_slicing, reason = "nodes and positions are numbered by this module")]

use super::shape::well_formed;
use super::transitions::{Step, Transitions};
use dregg_artifact::{Pattern, Segment, SegmentSet};
use std::collections::{BTreeMap, VecDeque};

/// A position's number. Letters come first, then the others.
pub(super) type Position = u32;

/// What a position other than a letter's is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// Inside any segment, on the way to this node.
    Any { child: u32 },
    /// Below a node with a tail.
    Tail { node: u32 },
    /// In a state of a regular set, on the way to this node.
    Set { set: u32, state: u32, child: u32 },
}

/// The patterns that agree on the segments so far.
#[derive(Default)]
struct Node {
    literals: BTreeMap<String, u32>,
    sets: BTreeMap<u32, u32>,
    any: Option<u32>,
    /// The patterns that end here.
    exact: Vec<u32>,
    /// The patterns that take everything below.
    tails: Vec<u32>,
    /// Where a reader stands who begins a segment here, sorted.
    entries: Vec<Position>,
    /// The least pattern through here.
    sample: u32,
}

/// A place after some letters of literals.
#[derive(Clone, Copy)]
struct Letter {
    /// Where its steps begin.
    first: u32,
    /// The child whose literal is complete.
    child: Option<u32>,
    sample: u32,
}

/// The trie and its positions. Node 0 is the root.
pub(super) struct Positions {
    nodes: Vec<Node>,
    letters: Vec<Letter>,
    /// The steps of letters, grouped; each step's `next` is a position.
    letter_steps: Vec<(u8, Position)>,
    /// The other positions: each place with its first position, a regular set's with that of its start state.
    places: Vec<(Position, Place)>,
    sets: Vec<Transitions>,
}

impl Positions {
    /// The trie of the well-formed patterns. One that names a set that is not there, or a literal that is no segment,
    /// matches no path and is left out. `None` if there are more positions than numbers.
    pub fn new(patterns: &[Pattern], sets: &[SegmentSet]) -> Option<Positions> {
        let mut positions = Positions {
            nodes: vec![Node::default()],
            letters: Vec::new(),
            letter_steps: Vec::new(),
            places: Vec::new(),
            sets: sets.iter().map(transitions).collect(),
        };
        let canonical = canonical_numbers(sets);
        for (number, pattern) in (0u32..).zip(patterns) {
            positions.insert(number, pattern, &canonical);
        }
        for node in 0..positions.nodes.len() {
            positions.enter(node);
        }
        // Only now is it known where letters end and places begin.
        let mut next = u32::try_from(positions.letters.len()).ok()?;
        for node in 0..positions.nodes.len() {
            next = positions.place(node, next)?;
        }
        Some(positions)
    }

    fn insert(&mut self, number: u32, pattern: &Pattern, canonical: &[u32]) {
        let known = |segment: &Segment| match segment {
            Segment::Literal(text) => well_formed(text),
            Segment::Set(set) => canonical.get(*set as usize).is_some(),
            Segment::Any => true,
        };
        if !pattern.segments.iter().all(known) {
            return;
        }
        let mut at = 0usize;
        for segment in &pattern.segments {
            let fresh = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
            let node = &mut self.nodes[at];
            let child = match segment {
                Segment::Literal(text) => *node.literals.entry(text.clone()).or_insert(fresh),
                Segment::Set(set) => *node.sets.entry(canonical[*set as usize]).or_insert(fresh),
                Segment::Any => *node.any.get_or_insert(fresh),
            };
            if child == fresh {
                // Patterns come in order, so the first through a node is the least.
                self.nodes.push(Node { sample: number, ..Node::default() });
            }
            at = child as usize;
        }
        let node = &mut self.nodes[at];
        let ends = if pattern.tail { &mut node.tails } else { &mut node.exact };
        ends.push(number);
    }

    /// Makes the letters of a node's literals and their steps.
    fn enter(&mut self, node: usize) {
        let literals: Vec<(&[u8], u32)> =
            self.nodes[node].literals.iter().map(|(text, child)| (text.as_bytes(), *child)).collect();
        if literals.is_empty() {
            return;
        }
        let root = self.letters.len();
        let mut letters = Vec::new();
        let mut steps = Vec::new();
        let number = |at: usize| u32::try_from(root + at).unwrap_or(u32::MAX);
        // Letters are numbered in the order in which they are taken from here, so that each one's steps are together.
        let mut pending = VecDeque::from([(0..literals.len(), 0usize)]);
        let mut taken = 0;
        while let Some((range, depth)) = pending.pop_front() {
            taken += 1;
            let group = &literals[range.clone()];
            let first = u32::try_from(self.letter_steps.len() + steps.len()).unwrap_or(u32::MAX);
            let child = group.first().filter(|(text, _)| text.len() == depth).map(|(_, child)| *child);
            let sample = group.iter().map(|(_, child)| self.nodes[*child as usize].sample).min().unwrap_or(0);
            letters.push(Letter { first, child, sample });
            let mut from = range.start + usize::from(child.is_some());
            while from < range.end {
                let byte = literals[from].0[depth];
                let same = literals[from..range.end].partition_point(|(text, _)| text[depth] == byte);
                let symbol = dregg_artifact::alphabet::symbol(byte).unwrap_or(0);
                steps.push((symbol, number(taken + pending.len())));
                pending.push_back((from..from + same, depth + 1));
                from += same;
            }
        }
        self.letters.extend(letters);
        self.letter_steps.extend(steps);
        self.nodes[node].entries.push(u32::try_from(root).unwrap_or(u32::MAX));
    }

    /// Numbers the other positions that a node enters, from `next` on; returns the number after them.
    fn place(&mut self, node: usize, mut next: Position) -> Option<Position> {
        let mut entries = std::mem::take(&mut self.nodes[node].entries);
        let here = &self.nodes[node];
        let mut add = |place: Place, count: usize| {
            entries.push(next);
            self.places.push((next, place));
            next = next.checked_add(u32::try_from(count).ok()?)?;
            Some(())
        };
        if let Some(child) = here.any {
            add(Place::Any { child }, 1)?;
        }
        if !here.tails.is_empty() {
            add(Place::Tail { node: u32::try_from(node).ok()? }, 1)?;
        }
        for (&set, &child) in &here.sets {
            add(Place::Set { set, state: 0, child }, self.sets[set as usize].len())?;
        }
        self.nodes[node].entries = entries;
        Some(next)
    }

    /// The place of a position, `None` for a letter.
    pub fn place_of(&self, position: Position) -> Option<Place> {
        if (position as usize) < self.letters.len() {
            return None;
        }
        let after = self.places.partition_point(|(first, _)| *first <= position);
        let &(first, place) = self.places.get(after.checked_sub(1)?)?;
        Some(match place {
            Place::Any { .. } | Place::Tail { .. } => place,
            Place::Set { set, child, .. } => Place::Set { set, state: position - first, child },
        })
    }

    /// The steps of a letter position.
    pub fn letter_steps(&self, position: Position) -> &[(u8, Position)] {
        let from = self.letters[position as usize].first as usize;
        let to = self.letters.get(position as usize + 1).map(|letter| letter.first as usize);
        &self.letter_steps[from..to.unwrap_or(self.letter_steps.len())]
    }

    /// The node whose literal is complete at a letter position.
    pub fn letter_child(&self, position: Position) -> Option<u32> {
        self.letters[position as usize].child
    }

    /// The automaton of a regular set.
    pub fn set(&self, set: u32) -> &Transitions {
        &self.sets[set as usize]
    }

    /// Where a reader stands who begins a segment at a node, sorted.
    pub fn entries(&self, node: u32) -> &[Position] {
        &self.nodes[node as usize].entries
    }

    /// The patterns that match a path that ends at this node, those of its tail included.
    pub fn ending_at(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let node = &self.nodes[node as usize];
        node.exact.iter().chain(&node.tails).copied()
    }

    /// The patterns of the tail of a node.
    pub fn tails(&self, node: u32) -> &[u32] {
        &self.nodes[node as usize].tails
    }

    /// Pairs of patterns that match the same paths, at most `limit`: they end at one node.
    pub fn equal_pairs(&self, limit: usize) -> Vec<(u32, u32)> {
        let ends = self.nodes.iter().flat_map(|node| [&node.exact, &node.tails]);
        let pairs = ends.flat_map(|ends| {
            let later =
                |(at, &first): (usize, &u32)| ends.iter().skip(at + 1).map(move |&second| (first, second));
            ends.iter().enumerate().flat_map(later).collect::<Vec<_>>()
        });
        pairs.take(limit).collect()
    }

    /// A pattern that is still possible at this position, the least by number.
    pub fn sample(&self, position: Position) -> u32 {
        match self.place_of(position) {
            None => self.letters[position as usize].sample,
            Some(Place::Any { child } | Place::Set { child, .. }) => self.nodes[child as usize].sample,
            Some(Place::Tail { node }) => self.nodes[node as usize].tails.first().copied().unwrap_or(0),
        }
    }
}

/// A set's rows as an automaton.
pub(super) fn transitions(set: &SegmentSet) -> Transitions {
    let mut result = Transitions::new();
    let states = u32::try_from(set.accepting.len()).unwrap_or(u32::MAX);
    for (state, accepting) in (0u32..).zip(&set.accepting) {
        let from = set.rows.partition_point(|row| row.0 < state);
        let to = set.rows.partition_point(|row| row.0 <= state);
        let rows = set.rows.get(from..to).unwrap_or(&[]).iter().filter(|row| row.3 < states);
        let steps = rows.map(|&(_, lo, hi, next)| Step { lo, hi, next });
        result.push(accepting.then_some(0), steps);
    }
    result
}

/// For each set the number of the first one with the same language: sets are minimal and canonical, so equal ones
/// are equal as data.
pub(super) fn canonical_numbers(sets: &[SegmentSet]) -> Vec<u32> {
    let mut first: BTreeMap<&SegmentSet, u32> = BTreeMap::new();
    (0u32..).zip(sets).map(|(number, set)| *first.entry(set).or_insert(number)).collect()
}
