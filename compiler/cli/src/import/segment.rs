//! The segments of imported routes, each language once, and how any two of them relate.
//!
//! Two segments of equal language have the same id, however they were written; so two routes match the same paths
//! exactly if their ids are equal. Not here: the automata themselves (`dfa`), and whole routes (`cover`).

use super::dfa::{Budget, Dfa, Sequence, TooComplex};
use super::regex;
use std::collections::BTreeMap;

/// The number of a segment in its [`Segments`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SegmentId {
    number: usize,
    literal: bool,
}

impl SegmentId {
    /// Whether it is one text.
    pub(super) fn is_literal(self) -> bool {
        self.literal
    }
}

/// What one place of a route matches.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// This text.
    Literal(String),
    /// Every segment of a regular set.
    Set {
        /// The set.
        dfa: Dfa,
        /// Its regex; `None` for the set of all segments.
        regex: Option<String>,
    },
}

/// How one segment's language relates to another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// No segment is in both.
    Disjoint,
    /// They are the same.
    Equal,
    /// The first is more specific.
    Inside,
    /// The second is more specific.
    Around,
    /// Neither is more specific, and this is what they have in common.
    Crossing(SegmentId),
}

/// All segments of one import.
#[derive(Debug, Default)]
pub(super) struct Segments {
    all: Vec<Segment>,
    literals: BTreeMap<String, SegmentId>,
    sets: BTreeMap<Dfa, SegmentId>,
    relations: BTreeMap<(SegmentId, SegmentId), Relation>,
    budget: Budget,
}

impl Segments {
    /// The segment that is this text, which must be legal as one.
    pub(super) fn literal(&mut self, text: &str) -> SegmentId {
        if let Some(id) = self.literals.get(text) {
            return *id;
        }
        let id = self.push(Segment::Literal(text.to_owned()));
        self.literals.insert(text.to_owned(), id);
        id
    }

    /// The set of segments one of the sequences matches; `None` if it is empty. `any` says that it is all segments.
    pub(super) fn set(
        &mut self,
        alternatives: &[Sequence],
        any: bool,
    ) -> Result<Option<SegmentId>, TooComplex> {
        let Some(dfa) = Dfa::of(alternatives, &mut self.budget)? else { return Ok(None) };
        Ok(Some(self.intern(dfa, || if any { None } else { Some(regex::of_sequences(alternatives)) })))
    }

    /// What a segment is.
    pub(super) fn get(&self, id: SegmentId) -> Option<&Segment> {
        self.all.get(id.number)
    }

    /// How two segments relate.
    pub(super) fn relation(&mut self, one: SegmentId, other: SegmentId) -> Result<Relation, TooComplex> {
        if one == other {
            return Ok(Relation::Equal);
        }
        if one.literal && other.literal {
            return Ok(Relation::Disjoint);
        }
        if let Some(relation) = self.relations.get(&(one, other)) {
            return Ok(*relation);
        }
        let mut budget = self.budget;
        let relation = match (self.get(one), self.get(other)) {
            (Some(Segment::Literal(_)), Some(Segment::Literal(_))) | (None, _) | (_, None) => {
                Relation::Disjoint
            }
            (Some(Segment::Literal(text)), Some(Segment::Set { dfa, .. })) => {
                if dfa.contains(text) {
                    Relation::Inside
                } else {
                    Relation::Disjoint
                }
            }
            (Some(Segment::Set { dfa, .. }), Some(Segment::Literal(text))) => {
                if dfa.contains(text) {
                    Relation::Around
                } else {
                    Relation::Disjoint
                }
            }
            (Some(Segment::Set { dfa: first, .. }), Some(Segment::Set { dfa: second, .. })) => {
                match first.intersection(second, &mut budget)? {
                    None => Relation::Disjoint,
                    Some(both) if both == *first => Relation::Inside,
                    Some(both) if both == *second => Relation::Around,
                    Some(both) => match both.only() {
                        Some(text) => Relation::Crossing(self.literal(&text)),
                        None => {
                            let text = regex::of_dfa(&both).ok_or(TooComplex)?;
                            Relation::Crossing(self.intern(both, || Some(text)))
                        }
                    },
                }
            }
        };
        self.budget = budget;
        self.relations.insert((one, other), relation);
        Ok(relation)
    }

    fn intern(&mut self, dfa: Dfa, regex: impl FnOnce() -> Option<String>) -> SegmentId {
        if let Some(id) = self.sets.get(&dfa) {
            return *id;
        }
        let id = self.push(Segment::Set { dfa: dfa.clone(), regex: regex() });
        self.sets.insert(dfa, id);
        id
    }

    fn push(&mut self, segment: Segment) -> SegmentId {
        let id = SegmentId { number: self.all.len(), literal: matches!(segment, Segment::Literal(_)) };
        self.all.push(segment);
        id
    }
}
