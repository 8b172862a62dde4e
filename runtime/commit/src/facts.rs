//! The tree over public facts, which opens that a fact is there and that one is not.
//!
//! Its leaves are those of all public facts (the policy's, those stated beside it, and the reserved ones of large sets),
//! by relation element and digest, and then the gaps, by relation element and lower end.
//!
//! A tuple's *key* is the low 56 bits of the first limb of its digest, plus 1. A gap is two neighbours among the sorted
//! keys of a relation, beginning with 0 and ending with [`LAST_HIGH`]: a tuple whose key lies strictly between is not
//! there. Two tuples may share a key; that can only keep one from being shown absent.

use crate::hash::Digest;
use crate::record::{FactElements, gap, member_relation, relation_element, set_element};
use crate::tree::{ALONE, Tree};
use dregg_artifact::{Access, Artifact, CellId, Fact, Literal, Visibility};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

/// The most cells of a set that rules spell out; larger ones become facts.
pub const SPELLED_OUT: usize = 8;

/// Where the last gap of a relation ends.
///
/// SOUNDNESS: a prover splits a limb below 2^64 into 56 low bits and 8 high ones, and a limb `l < 2^32 - 1` has a second
/// such spelling, `l + p`. Its low bits are `2^56 - 2^32 + 1 + l`, so its key is this or above, and in no gap.
pub const LAST_HIGH: u64 = (1 << 56) - (1 << 32) + 2;

/// Why facts are no leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactsError {
    /// A fact of no relation, of a held one, with another number or type of arguments, or with a value out of range. The
    /// number is its place among those given.
    Fact(usize),
    /// Two relations of the policy, by number, have the same element.
    Collision(usize, usize),
}

impl fmt::Display for FactsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactsError::Fact(at) => write!(f, "fact {at} is not of a public relation of the policy"),
            FactsError::Collision(one, other) => {
                write!(f, "relations {one} and {other} have the same element: rename one")
            }
        }
    }
}

impl std::error::Error for FactsError {}

/// A leaf that says what is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The element of the relation.
    pub relation: u64,
    /// The key before.
    pub low: u64,
    /// The key after.
    pub high: u64,
}

/// The public facts under their root.
#[derive(Clone, Debug)]
pub struct FactTree {
    tree: Tree,
    /// The leaves of each relation's facts.
    present: BTreeMap<u64, Range<usize>>,
    /// All gaps, sorted; they are the leaves after those of all facts.
    gaps: Vec<Gap>,
    facts: usize,
}

impl FactTree {
    /// The tree of the policy's own facts, its reserved ones, and `stated`; one stated twice is there once.
    ///
    /// Two or three hashes a fact and as many for nodes and gaps, on all cores.
    ///
    /// # Errors
    /// [`FactsError`]; a fact is numbered by its place in `stated`, one of the artifact's own after those.
    pub fn new(artifact: &Artifact, stated: &[Fact]) -> Result<FactTree, FactsError> {
        let elements = relation_elements(artifact)?;
        let leaf = |(at, fact): (usize, &Fact)| {
            let number = fact.relation as usize;
            let relation = artifact.relations.get(number).filter(|one| one.visibility == Visibility::Public);
            let leaf = relation.zip(elements.get(number)).and_then(|(relation, element)| {
                FactElements::with_element(*element, relation, &fact.arguments)
            });
            leaf.map(|fact| (fact.relation, fact.public().digest())).ok_or(FactsError::Fact(at))
        };
        let all = stated.par_iter().chain(artifact.facts.par_iter()).enumerate();
        let mut leaves: Vec<(u64, Digest)> = all.with_min_len(ALONE).map(leaf).collect::<Result<_, _>>()?;
        let sets = member_sets(artifact);
        for cells in &sets {
            let set = set_element(cells);
            let members = cells.par_iter().filter_map(|cell| FactElements::member(set, cell));
            leaves.par_extend(members.map(|fact| (fact.relation, fact.public().digest())));
        }
        leaves.par_sort_unstable();
        leaves.dedup();

        let mut relations: BTreeSet<u64> = BTreeSet::new();
        for (relation, element) in artifact.relations.iter().zip(&elements) {
            if relation.visibility == Visibility::Public {
                relations.insert(*element);
            }
        }
        if !sets.is_empty() {
            relations.insert(member_relation());
        }
        Ok(FactTree::of(&leaves, &relations))
    }

    /// `leaves` are sorted, and their relations among `relations`.
    fn of(leaves: &[(u64, Digest)], relations: &BTreeSet<u64>) -> FactTree {
        let mut present = BTreeMap::new();
        let mut gaps = Vec::with_capacity(leaves.len() + relations.len());
        for relation in relations {
            let start = leaves.partition_point(|(other, _)| other < relation);
            let end = leaves.partition_point(|(other, _)| other <= relation);
            present.insert(*relation, start..end);
            let own = leaves.iter().take(end).skip(start);
            gaps.extend(gaps_of(*relation, own.map(|(_, digest)| key(digest)).collect()));
        }
        let facts = leaves.len();
        let mut digests: Vec<Digest> = Vec::with_capacity(facts + gaps.len());
        digests.extend(leaves.iter().map(|(_, digest)| *digest));
        digests.par_extend(
            gaps.par_iter().with_min_len(ALONE).map(|one| gap(one.relation, one.low, one.high).digest()),
        );
        FactTree { tree: Tree::new(digests), present, gaps, facts }
    }

    /// The tree itself.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The root.
    pub fn root(&self) -> Digest {
        self.tree.root()
    }

    /// How many leaves are facts.
    pub fn facts(&self) -> usize {
        self.facts
    }

    /// The leaf of a fact that is there.
    pub fn find(&self, fact: &FactElements) -> Option<usize> {
        let range = self.present.get(&fact.relation)?;
        let leaves = self.tree.leaves().get(range.clone())?;
        let digest = fact.public().digest();
        leaves.binary_search(&digest).ok().map(|at| range.start + at)
    }

    /// The leaf of the gap that shows that a fact is not there. `None` if it is there, if its relation is not public, or
    /// if its key cannot be told from that of another.
    pub fn absent(&self, fact: &FactElements) -> Option<(usize, Gap)> {
        let key = key(&fact.public().digest());
        let after = self.gaps.partition_point(|gap| (gap.relation, gap.low) < (fact.relation, key));
        let at = after.checked_sub(1)?;
        let gap = *self.gaps.get(at)?;
        let holds = gap.relation == fact.relation && gap.low < key && key < gap.high;
        holds.then_some((self.facts + at, gap))
    }
}

/// The reserved facts of a policy: who is in each of its large sets.
pub fn reserved_facts(artifact: &Artifact) -> Vec<FactElements> {
    let of = |cells: &[CellId]| {
        let set = set_element(cells);
        cells.iter().filter_map(|cell| FactElements::member(set, cell)).collect::<Vec<_>>()
    };
    member_sets(artifact).into_iter().flat_map(of).collect()
}

/// The key of a tuple by its digest as a public fact: what gaps are about.
pub fn key(digest: &Digest) -> u64 {
    let [first, ..] = digest.0;
    first % (1 << 56) + 1
}

/// The gaps between keys, in order; none where two keys follow each other or the end has come.
fn gaps_of(relation: u64, mut keys: Vec<u64>) -> Vec<Gap> {
    keys.retain(|key| *key < LAST_HIGH);
    keys.sort_unstable();
    let lows = std::iter::once(0).chain(keys.iter().copied());
    let highs = keys.iter().copied().chain([LAST_HIGH]);
    let gaps = lows.zip(highs).filter(|(low, high)| low + 1 < *high);
    gaps.map(|(low, high)| Gap { relation, low, high }).collect()
}

/// The elements of all relations, in their order.
fn relation_elements(artifact: &Artifact) -> Result<Vec<u64>, FactsError> {
    let elements: Vec<u64> = artifact.relations.iter().map(relation_element).collect();
    let mut seen = BTreeMap::from([(member_relation(), usize::MAX)]);
    for (number, element) in elements.iter().enumerate() {
        if let Some(other) = seen.insert(*element, number) {
            return Err(FactsError::Collision(other, number));
        }
    }
    Ok(elements)
}

/// The sets of more than [`SPELLED_OUT`] cells that the programs of an artifact name, each once, in order: those of its
/// classes and of its gateways' delegations.
pub fn member_sets(artifact: &Artifact) -> BTreeSet<&[CellId]> {
    let classes = artifact.classes.iter().flat_map(|class| &class.access);
    let delegations = artifact.gateways.iter().filter_map(|gateway| Some(&gateway.delegation.as_ref()?.to));
    classes.chain(delegations).flat_map(member_sets_of).collect()
}

/// The sets of more than [`SPELLED_OUT`] cells of one program.
pub fn member_sets_of(access: &Access) -> impl Iterator<Item = &[CellId]> {
    let literals = access.goals.iter().flat_map(|goal| &goal.rules).flat_map(|rule| &rule.body);
    literals.filter_map(|literal| match literal {
        Literal::Member { cells, .. } => (cells.len() > SPELLED_OUT).then_some(cells.as_slice()),
        Literal::Relation { .. }
        | Literal::Predicate { .. }
        | Literal::Compare { .. }
        | Literal::Stake { .. }
        | Literal::Goal { .. } => None,
    })
}
