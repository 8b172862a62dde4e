//! The permutation, the capacity it starts from, and cycles that are one thing throughout.

#![expect(clippy::indexing_slicing, reason = "columns and lanes are constants below the width")]

use super::columns::{
    CALLER, CELL, FACT, FLAGS, GAP, HELD, ISSUED, ISSUED_END, KINDS, PATH, ROWS, SECOND, SECRET, STAKE,
    STATE, THIRD, TREE,
};
use crate::derivation::columns::LAST;
use crate::field::{Felt, constant};
use crate::frame::{Constraint, Frame, Out, line};
use dregg_commit::hash::{Kind, RATE};
use winter_crypto::hashers::Rp64_256;
use winter_math::FieldElement;

/// The module's constraints, in the order in which they are evaluated.
pub const CONSTRAINTS: &[Constraint] = &[
    line("hash.round", ROUND, 7, "a digest written over the last round"),
    line("hash.rate", 1, 2, "a state by the inverse permutation: capacity 0"),
    line("hash.kind", 1, 2, "one kind of block read as another"),
    line("hash.blocks", 1, 3, "a record of another number of blocks"),
    line("hash.zero", 1, 2, "a state by the inverse permutation: capacity 3"),
    line("hash.carry", 4, 3, "another first block before a genuine last one"),
    line("hash.flag", FLAGS.len(), 2, "a claim cancelled by a flag of -1"),
    line("hash.one", 1, 2, "a cycle of two kinds"),
    line("hash.constant", KINDS.len() + 1, 1, "a kind or tree in the first or last row only"),
];

/// How many constraints there are of a round; they are the first.
pub const ROUND: usize = 12;

/// Evaluates all but those of a round.
#[inline(always)]
pub(crate) fn after_round<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    let (now, next, at) = (frame.now, frame.next, frame.at);
    let fresh = E::ONE - now[SECOND] - now[THIRD] - now[ISSUED_END] - now[PATH];
    let start = at.first * fresh;
    out.put(start * (now[STATE] - constant(RATE as u64)));
    let tags = [
        (ROWS, Kind::RowLeaf),
        (FACT, Kind::Record),
        (HELD, Kind::Held),
        (ISSUED, Kind::Credential),
        (GAP, Kind::Gap),
        (STAKE, Kind::Stake),
        (SECRET, Kind::Identity),
        (CELL, Kind::Cell),
        (CALLER, Kind::Caller),
    ];
    let kind = tags
        .iter()
        .fold(now[STATE + 1], |rest, (column, kind)| rest - now[*column].mul_base(Felt::new(kind.tag())));
    out.put(start * kind);
    out.put(start * (now[STATE + 2] - now[ISSUED].double() - (now[FACT] + now[HELD]) * now[LAST]));
    out.put(start * now[STATE + 3]);
    let carry = at.last * (next[SECOND] + next[THIRD] + next[ISSUED_END] + now[PATH] * next[PATH]);
    for lane in 0..4 {
        out.put(carry * (next[STATE + lane] - now[STATE + lane]));
    }
    let kinds = KINDS.iter().fold(E::ZERO, |sum, column| sum + now[*column]);
    for column in FLAGS {
        let flag = now[column];
        out.put(at.first * flag * (flag - E::ONE));
    }
    out.put(at.first * kinds * (kinds - E::ONE));
    for column in KINDS {
        out.put(at.round * (next[column] - now[column]));
    }
    out.put(at.round * (next[TREE] - now[TREE]));
}

/// One round of Rp64_256 from the row to the next, both ends meeting at the inverse S-box.
#[expect(clippy::needless_range_loop, reason = "lanes index five arrays at once")]
#[inline(always)]
pub(crate) fn round<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    let [before, after] = &frame.at.constants;
    let mut forward = [E::ZERO; 12];
    let mut backward = [E::ZERO; 12];
    for lane in 0..12 {
        let x = frame.now[STATE + lane];
        let square = x.square();
        forward[lane] = (square * x).square() * x;
        backward[lane] = frame.next[STATE + lane] - after[lane];
    }
    for lane in 0..12 {
        let mut left = before[lane];
        let mut right = E::ZERO;
        for other in 0..12 {
            left += forward[other].mul_base(Rp64_256::MDS[lane][other]);
            right += backward[other].mul_base(Rp64_256::INV_MDS[lane][other]);
        }
        let square = right.square();
        out.put(frame.at.round * (left - (square * right).square() * right));
    }
}
