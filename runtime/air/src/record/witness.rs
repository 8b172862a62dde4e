//! The blocks of records, with what stands beside them in the event lane.

use crate::derivation::columns::{ARGUMENTS, LAST, PREDICATE, SOURCE, TIMES, VARIABLES};
use crate::field::{Felt, felts};
use crate::hash::columns::{FACT, GAP, HELD, ISSUED, ISSUED_END, SECOND, STAKE, THIRD};
use crate::hash::witness::{Cycle, ROWS, put, states};
use crate::range::columns::{BYTES, PER_ROW};
use crate::source::{self, tree};
use crate::trace::Columns;
use dregg_commit::Digest;
use dregg_commit::facts::{Gap, key};
use dregg_commit::record::{FactElements, Preimage, credential, gap, stake};

/// A base fact with what authenticates it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A public fact.
    Public {
        /// The fact.
        fact: FactElements,
    },
    /// A public fact that is not there.
    Absent {
        /// The fact.
        fact: FactElements,
        /// The gap that its key lies in.
        gap: Gap,
    },
    /// A held fact.
    Held {
        /// The fact.
        fact: FactElements,
        /// The salt of its commitment.
        salt: [u64; 3],
        /// The column of the cell that had to sign it, if there is one.
        writer_column: Option<u8>,
        /// Who signed it.
        signer: Digest,
        /// When its leaf is dropped.
        expiry: u64,
    },
    /// A stake.
    Stake {
        /// Whose.
        cell: Digest,
        /// How much.
        amount: u64,
        /// The salt of its leaf.
        salt: [u64; 3],
    },
}

impl Record {
    /// The source under which it gives its fact.
    pub fn source(&self) -> u64 {
        match self {
            Record::Public { .. } => source::FACTS,
            Record::Absent { fact, .. } => source::absent(fact.arity),
            Record::Held { writer_column, .. } => source::credentials(*writer_column),
            Record::Stake { .. } => source::STAKE,
        }
    }

    /// The tree it stands under.
    pub fn tree(&self) -> u64 {
        match self {
            Record::Public { .. } | Record::Absent { .. } => tree::FACTS,
            Record::Held { .. } => tree::CREDENTIALS,
            Record::Stake { .. } => tree::STAKE,
        }
    }

    /// The relation's element; 0 for a stake.
    pub fn predicate(&self) -> u64 {
        match self {
            Record::Public { fact } | Record::Absent { fact, .. } | Record::Held { fact, .. } => {
                fact.relation
            }
            Record::Stake { .. } => 0,
        }
    }

    /// The arguments of the fact.
    pub fn arguments(&self) -> [Digest; 4] {
        match self {
            Record::Public { fact } | Record::Absent { fact, .. } | Record::Held { fact, .. } => fact.values,
            Record::Stake { cell, amount, .. } => {
                [*cell, Digest([*amount, 0, 0, 0]), Digest::ZERO, Digest::ZERO]
            }
        }
    }

    /// The leaf that it claims under its tree.
    pub fn leaf(&self) -> Digest {
        match self {
            Record::Public { fact } => fact.public().digest(),
            Record::Absent { gap: around, .. } => gap(around.relation, around.low, around.high).digest(),
            Record::Held { fact, salt, signer, expiry, .. } => {
                credential(fact.held(*salt).digest(), *signer, fact.relation, *expiry).digest()
            }
            Record::Stake { cell, amount, salt } => stake(*cell, *amount, *salt).digest(),
        }
    }

    /// The hashes of its blocks with the kinds of each.
    fn hashes(&self) -> Vec<(Preimage, [usize; 3])> {
        let after = [SECOND, THIRD];
        match self {
            Record::Public { fact } => vec![(fact.public(), [FACT, after[0], after[1]])],
            Record::Absent { fact, gap: around } => vec![
                (fact.public(), [FACT, after[0], after[1]]),
                (gap(around.relation, around.low, around.high), [GAP; 3]),
            ],
            Record::Held { fact, salt, signer, expiry, .. } => {
                let commitment = fact.held(*salt);
                let leaf = credential(commitment.digest(), *signer, fact.relation, *expiry);
                vec![(commitment, [HELD, after[0], after[1]]), (leaf, [ISSUED, ISSUED_END, ISSUED_END])]
            }
            Record::Stake { cell, amount, salt } => vec![(stake(*cell, *amount, *salt), [STAKE; 3])],
        }
    }

    /// How many cycles it takes.
    pub fn cycles(&self) -> usize {
        self.hashes().iter().map(|(preimage, _)| preimage.blocks().len()).sum()
    }

    /// Writes it from the cycle of this number on; the fact is used so often. Returns the number after it.
    pub fn put(&self, columns: &mut Columns, first: usize, times: u64) -> usize {
        let mut cycle = first;
        // The blocks of the record proper, all of whose rows carry the fact.
        let mut proper = first;
        for (place, (preimage, kinds)) in self.hashes().iter().enumerate() {
            for (state, kind) in states(preimage).into_iter().zip(kinds) {
                put(columns, cycle, &Cycle::new(state, *kind, self.tree()));
                cycle += 1;
            }
            if place == 0 {
                proper = cycle;
            }
        }
        let arguments = self.arguments();
        for row in first * ROWS..proper * ROWS {
            for (lane, element) in arguments.iter().flat_map(felts).enumerate() {
                columns.set(ARGUMENTS + lane, row, element);
            }
            columns.set(PREDICATE, row, Felt::new(self.predicate()));
            columns.set(SOURCE, row, Felt::new(self.source()));
            columns.set(LAST, row, Felt::new((proper - first) as u64));
        }
        columns.set(TIMES, first * ROWS, Felt::new(times));
        self.put_border(columns, proper, cycle);
        cycle
    }

    /// What stands where the record proper ends and its gap or credential begins.
    fn put_border(&self, columns: &mut Columns, proper: usize, end: usize) {
        let (before, after) = (proper * ROWS - 1, proper * ROWS);
        match self {
            Record::Public { .. } | Record::Stake { .. } => {}
            Record::Absent { fact, gap } => {
                let digest = fact.public().digest();
                let [first, ..] = digest.0;
                let shifted = key(&digest);
                columns.set(BYTES, before, Felt::new(first >> 56));
                columns.set(ARGUMENTS, after, Felt::new(shifted));
                put_number(columns, after, shifted.wrapping_sub(gap.low).wrapping_sub(1));
                put_number(columns, after + 1, gap.high.wrapping_sub(shifted).wrapping_sub(1));
            }
            Record::Held { writer_column, .. } => {
                for row in after..end * ROWS {
                    columns.set(PREDICATE, row, Felt::new(self.predicate()));
                }
                if let Some(column) = writer_column {
                    columns.set(VARIABLES + usize::from(*column), before, Felt::new(1));
                }
            }
        }
    }
}

/// Writes the bytes of a number below 2^56 into a row.
pub(crate) fn put_number(columns: &mut Columns, row: usize, number: u64) {
    for (place, byte) in number.to_le_bytes().into_iter().take(PER_ROW).enumerate() {
        columns.set(BYTES + place, row, Felt::new(u64::from(byte)));
    }
}
