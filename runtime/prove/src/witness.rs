//! From a derivation to the records and openings that a trace is made of.

use crate::derive::{BaseFact, Known};
use crate::error::ProveError;
use dregg_air::membership::witness::Opened;
use dregg_air::record::witness::Record;
use dregg_air::source::{self, tree};
use dregg_artifact::{Artifact, Relation, Writer};
use dregg_attest::Bundle;
use dregg_commit::{Digest, FactElements, FactTree, salt_elements};
use std::collections::BTreeMap;

/// A held fact of a bundle, as elements.
pub(crate) struct Held {
    pub(crate) fact: FactElements,
    pub(crate) writer_column: Option<u8>,
    record: Record,
    leaf: usize,
    siblings: Vec<Digest>,
}

/// What a caller can show beside public facts.
#[derive(Default)]
pub(crate) struct Own {
    pub(crate) held: Vec<Held>,
    stake: Option<(Record, u64, usize, Vec<Digest>)>,
}

/// The trees of held facts and stakes as far as the caller knows them.
pub(crate) struct OwnTrees {
    pub(crate) credentials: Opened,
    pub(crate) stakes: Opened,
}

fn writer_column(relation: &Relation) -> Option<u8> {
    match relation.writer {
        Writer::Column(column) => Some(column),
        Writer::Council | Writer::Cells(_) => None,
    }
}

impl Own {
    /// Reads a bundle that opens under its root.
    pub(crate) fn new(artifact: &Artifact, bundle: &Bundle) -> Result<Own, ProveError> {
        let mut own = Own::default();
        for held in &bundle.facts {
            let (fact, elements) = held.fact(artifact).map_err(ProveError::Bundle)?;
            let relation = artifact.relations.get(fact.relation as usize).ok_or(ProveError::Policy)?;
            let signer = Digest::from_bytes(&held.signer.0).ok_or(ProveError::OtherBundle)?;
            let writer_column = writer_column(relation);
            own.held.push(Held {
                fact: elements,
                writer_column,
                record: Record::Held {
                    fact: elements,
                    salt: salt_elements(&held.salt),
                    writer_column,
                    signer,
                    expiry: held.expiry,
                },
                leaf: usize::try_from(held.leaf).map_err(|_| ProveError::OtherBundle)?,
                siblings: held.siblings.clone(),
            });
        }
        if let Some(stake) = &bundle.stake {
            let cell = Digest::from_bytes(&bundle.cell.0).ok_or(ProveError::OtherBundle)?;
            let record = Record::Stake { cell, amount: stake.amount, salt: salt_elements(&stake.salt) };
            let leaf = usize::try_from(stake.leaf).map_err(|_| ProveError::OtherBundle)?;
            own.stake = Some((record, stake.amount, leaf, stake.siblings.clone()));
        }
        Ok(own)
    }

    /// Tells the search what there is.
    pub(crate) fn tell(&self, known: &mut Known<'_>) {
        for held in &self.held {
            known.hold(&held.fact, held.writer_column);
        }
        if let Some((Record::Stake { cell, .. }, amount, ..)) = &self.stake {
            known.stake(*cell, *amount);
        }
    }

    /// The openings of everything.
    pub(crate) fn trees(&self, credentials: Digest, stakes: Digest) -> OwnTrees {
        let depth = self.held.first().map_or(1, |held| held.siblings.len());
        let mut trees = OwnTrees {
            credentials: Opened::new(depth, credentials),
            stakes: Opened::new(self.stake.as_ref().map_or(1, |(.., siblings)| siblings.len()), stakes),
        };
        for held in &self.held {
            trees.credentials.add(held.record.leaf(), held.leaf, &held.siblings);
        }
        if let Some((record, _, leaf, siblings)) = &self.stake {
            trees.stakes.add(record.leaf(), *leaf, siblings);
        }
        trees
    }

    /// The record of a base fact with the place of its leaf. `facts` is there if the rules use public facts.
    pub(crate) fn record(&self, base: &BaseFact, facts: Option<&FactTree>) -> Option<(Record, usize)> {
        match base.source {
            source::FACTS => {
                let fact = base.elements();
                Some((Record::Public { fact }, facts?.find(&fact)?))
            }
            source::ABSENT | source::ABSENT_LONG => {
                let fact = base.elements();
                let (leaf, gap) = facts?.absent(&fact)?;
                Some((Record::Absent { fact, gap }, leaf))
            }
            source::STAKE => {
                let (record, _, leaf, _) = self.stake.as_ref()?;
                Some((record.clone(), *leaf))
            }
            _ => {
                let held = self.held.iter().find(|held| {
                    held.fact == base.elements() && source::credentials(held.writer_column) == base.source
                })?;
                Some((held.record.clone(), held.leaf))
            }
        }
    }
}

/// For each tree the leaves of its records, by the number of the record.
pub(crate) fn leaves_by_tree(records: &[(Record, usize)]) -> BTreeMap<u64, BTreeMap<usize, usize>> {
    let mut trees: BTreeMap<u64, BTreeMap<usize, usize>> = BTreeMap::new();
    for (number, (record, leaf)) in records.iter().enumerate() {
        trees.entry(record.tree()).or_default().insert(number, *leaf);
    }
    for tree in [tree::FACTS, tree::CREDENTIALS, tree::STAKE] {
        trees.entry(tree).or_default();
    }
    trees
}
