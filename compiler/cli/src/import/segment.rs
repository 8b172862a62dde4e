//! The segments of imported routes, each language once, and how any two of them relate.
//!
//! Two segments of equal language have the same id, however they were written; so two routes match the same paths
//! exactly if their ids are equal. Languages are what the compiler makes of a regex, so both agree. Not here: whole
//! routes (`cover`).

use super::product::Product;
use super::regex;
use dregg_artifact::SegmentSet;
use dregg_compiler::automaton::{SegmentLanguage, regular_set};
use std::collections::BTreeMap;

/// The most states of products that are built in one import: some ten seconds of work, and a hundred times what a large
/// real document takes.
const STATES: usize = 20_000_000;

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
    /// Every segment.
    Any,
    /// Every segment of a regular set.
    Set {
        /// The set.
        set: SegmentSet,
        /// Its regex; of all that were asked for, the first by length and then by bytes.
        regex: String,
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

/// A set is too large for the compiler, or the work of comparing sets for the importer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooComplex;

/// All segments of one import.
#[derive(Debug, Default)]
pub(super) struct Segments {
    all: Vec<Segment>,
    literals: BTreeMap<String, SegmentId>,
    sets: BTreeMap<SegmentSet, SegmentId>,
    regexes: BTreeMap<String, SegmentId>,
    relations: BTreeMap<(SegmentId, SegmentId), Relation>,
    any: Option<SegmentId>,
    states: usize,
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

    /// The segments a regex matches, of which there must be some.
    pub(super) fn matching(&mut self, regex: &str) -> Result<SegmentId, TooComplex> {
        if let Some(id) = self.regexes.get(regex) {
            return Ok(*id);
        }
        let id = match regular_set(regex).map_err(|_| TooComplex)? {
            SegmentLanguage::Empty => return Err(TooComplex),
            SegmentLanguage::Literal(text) => self.literal(&text),
            SegmentLanguage::Any => {
                let known = self.any;
                let id = known.unwrap_or_else(|| self.push(Segment::Any));
                self.any = Some(id);
                id
            }
            SegmentLanguage::Set(set) => self.set(set, regex),
        };
        self.regexes.insert(regex.to_owned(), id);
        Ok(id)
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
        let relation = match (self.get(one), self.get(other)) {
            (None, _) | (_, None) => Relation::Disjoint,
            (Some(Segment::Literal(_)), Some(Segment::Literal(_))) => Relation::Disjoint,
            (Some(Segment::Any), Some(Segment::Any)) => Relation::Equal,
            (Some(Segment::Literal(_) | Segment::Set { .. }), Some(Segment::Any)) => Relation::Inside,
            (Some(Segment::Any), Some(Segment::Literal(_) | Segment::Set { .. })) => Relation::Around,
            (Some(Segment::Literal(text)), Some(Segment::Set { set, .. })) => {
                if set.contains(text) {
                    Relation::Inside
                } else {
                    Relation::Disjoint
                }
            }
            (Some(Segment::Set { set, .. }), Some(Segment::Literal(text))) => {
                if set.contains(text) {
                    Relation::Around
                } else {
                    Relation::Disjoint
                }
            }
            (Some(Segment::Set { set: first, .. }), Some(Segment::Set { set: second, .. })) => {
                let product = Product::of(first, second);
                self.sets_relate(&product)?
            }
        };
        self.relations.insert((one, other), relation);
        Ok(relation)
    }

    fn sets_relate(&mut self, product: &Product) -> Result<Relation, TooComplex> {
        self.states += product.common.len();
        if self.states > STATES {
            return Err(TooComplex);
        }
        Ok(match (product.both, product.only_first, product.only_second) {
            (false, _, _) => Relation::Disjoint,
            (true, false, false) => Relation::Equal,
            (true, false, true) => Relation::Inside,
            (true, true, false) => Relation::Around,
            (true, true, true) => {
                let regex = regex::of_automaton(&product.common).ok_or(TooComplex)?;
                Relation::Crossing(self.matching(&regex)?)
            }
        })
    }

    fn set(&mut self, set: SegmentSet, regex: &str) -> SegmentId {
        let Some(id) = self.sets.get(&set).copied() else {
            let id = self.push(Segment::Set { set: set.clone(), regex: regex.to_owned() });
            self.sets.insert(set, id);
            return id;
        };
        if let Some(Segment::Set { regex: known, .. }) = self.all.get_mut(id.number)
            && (regex.len(), regex) < (known.len(), known.as_str())
        {
            regex.clone_into(known);
        }
        id
    }

    fn push(&mut self, segment: Segment) -> SegmentId {
        let id = SegmentId { number: self.all.len(), literal: matches!(segment, Segment::Literal(_)) };
        self.all.push(segment);
        id
    }
}
