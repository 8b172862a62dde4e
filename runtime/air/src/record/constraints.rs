//! What makes hashed blocks a fact, a credential, a stake or a gap. The only place where hash and event lane meet.

#![expect(clippy::indexing_slicing, reason = "columns and lanes are constants below the width")]

use crate::derivation::columns::{ARGUMENTS, LAST, PREDICATE, SOURCE, VARIABLES};
use crate::field::{Felt, constant};
use crate::frame::{Constraint, Frame, Out, line};
use crate::hash::columns::{DIGEST, FACT, GAP, HELD, ISSUED, ISSUED_END, RIGHT, SECOND, STAKE, THIRD, TREE};
use crate::range::columns::BYTES;
use crate::source;
use winter_math::FieldElement;

/// The module's constraints, in the order in which they are evaluated.
pub const CONSTRAINTS: &[Constraint] = &[
    line("record.second", 1, 1, "a record without its second block"),
    line("record.issued-end", 1, 1, "a credential without its second block"),
    line("record.left", 4, 2, "relation or argument other than the hashed one; salt in a public record"),
    line("record.right", 4, 2, "argument other than the hashed one"),
    line("record.hold", 19, 2, "argument, relation or source changed between emission and hashing"),
    line("record.tree-of", 3, 2, "a record of one kind under the tree of another"),
    line("record.tree", 1, 2, "tree switched between the blocks of a record"),
    line("record.under", 1, 3, "a commitment claimed without its credential; salt in a public probe"),
    line("record.source", 1, 3, "a fact of one tree passed off as one of another"),
    line("record.stake-source", 1, 2, "a stake passed off as a fact"),
    line("record.short", 4, 3, "the fourth argument of a record of two blocks"),
    line("record.blocks", 1, 2, "a block count in the capacity that is not the record's"),
    line("record.absent", 1, 3, "a present fact passed off as absent, by a record of another length"),
    line("record.gap-relation", 1, 2, "the gap of another relation"),
    line("record.gap-key", 1, 2, "the gap of another key"),
    line("record.gap-low", 1, 2, "a key at or below the gap"),
    line("record.gap-high", 1, 2, "a key at or above the gap"),
    line("record.commitment", 4, 2, "another fact under a genuine credential"),
    line("record.relation", 1, 2, "a credential of another relation"),
    line("record.hold-relation", 1, 2, "relation changed between commitment and credential"),
    line("record.writer-flag", 4, 3, "the signer compared with a mixture of arguments"),
    line("record.writer-one", 1, 3, "the signer compared with a mixture of arguments"),
    line("record.writer-source", 1, 2, "a writer column other than the relation's"),
    line("record.writer", 4, 3, "a credential by somebody else than its writer column"),
];

/// Evaluates them.
#[inline(always)]
pub fn evaluate<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    order(frame, out);
    bind(frame, out);
    hold(frame, out);
    ends(frame, out);
    gap(frame, out);
    credential(frame, out);
}

/// Which block has to follow which.
///
/// A third block, a credential or a gap that follows no record is not looked for: it gives no fact, and claims more than it
/// has to.
fn order<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    let (now, next, last) = (frame.now, frame.next, frame.at.last);
    out.put(last * (next[SECOND] - now[FACT] - now[HELD]));
    out.put(last * (next[ISSUED_END] - now[ISSUED]));
}

/// What is hashed is what stands in the arguments.
fn bind<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    let (now, first) = (frame.now, frame.at.first);
    let begins = now[FACT] + now[HELD];
    for lane in 0..4 {
        let left = now[DIGEST + lane];
        // Public records have no salt; of held ones it is free.
        let head = if lane == 0 {
            begins * (left - now[PREDICATE]) + now[STAKE] * (left - now[ARGUMENTS + 4])
        } else {
            now[FACT] * left
        };
        let second = now[SECOND] * (left - now[ARGUMENTS + 4 + lane]);
        out.put(first * (head + second + now[THIRD] * (left - now[ARGUMENTS + 12 + lane])));
    }
    for lane in 0..4 {
        let right = now[RIGHT + lane];
        let head = (begins + now[STAKE]) * (right - now[ARGUMENTS + lane]);
        out.put(first * (head + now[SECOND] * (right - now[ARGUMENTS + 8 + lane]) + now[THIRD] * right));
    }
}

/// What stays as it is through all blocks of a record.
fn hold<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    let (now, next, at) = (frame.now, frame.next, frame.at);
    let begins = now[FACT] + now[HELD];
    let inside = at.round * (begins + now[SECOND] + now[THIRD]);
    let over = at.last * (begins + next[THIRD]);
    for lane in 0..16 {
        out.put((inside + over) * (next[ARGUMENTS + lane] - now[ARGUMENTS + lane]));
    }
    for column in [PREDICATE, SOURCE, LAST] {
        out.put((inside + over) * (next[column] - now[column]));
    }
    out.put(at.first * now[FACT] * (now[TREE] - constant(source::tree::FACTS)));
    out.put(at.first * now[HELD] * (now[TREE] - constant(source::tree::CREDENTIALS)));
    out.put(at.first * now[STAKE] * (now[TREE] - constant(source::tree::STAKE)));
    let joined = begins + next[THIRD] + next[ISSUED] + now[ISSUED] + next[GAP];
    out.put(at.last * joined * (next[TREE] - now[TREE]));
}

/// What the end of a record says about the fact that its first row gives.
fn ends<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    let (now, next, at) = (frame.now, frame.next, frame.at);
    let goes_on = next[ISSUED] + next[GAP];
    let claims = now[SECOND] * (E::ONE - next[THIRD] - goes_on) + now[THIRD] * (E::ONE - goes_on);
    let facts = now[TREE] - constant(source::tree::FACTS);
    let credentials = now[TREE] - constant(source::tree::CREDENTIALS);
    out.put(at.last * ((claims + next[GAP]) * facts + next[ISSUED] * credentials));
    out.put(at.last * claims * (now[SOURCE] - now[TREE]));
    out.put(at.first * now[STAKE] * (now[SOURCE] - now[TREE]));
    let short = at.last * now[SECOND] * (E::ONE - next[THIRD]);
    for lane in 0..4 {
        out.put(short * now[ARGUMENTS + 12 + lane]);
    }
    out.put(at.last * now[SECOND] * (now[LAST] - constant(2) - next[THIRD]));
}

/// A record whose key lies in a gap gives the fact that it is absent.
fn gap<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    let (now, next, at) = (frame.now, frame.next, frame.at);
    let enters = at.last * next[GAP];
    let source = now[SECOND] * (now[SOURCE] - constant(source::ABSENT))
        + now[THIRD] * (now[SOURCE] - constant(source::ABSENT_LONG));
    out.put(enters * source);
    out.put(enters * (next[DIGEST] - now[PREDICATE]));
    // The key, plus one: all but the highest byte of the digest's first element.
    let key = now[DIGEST] + E::ONE - now[BYTES].mul_base(Felt::new(1 << 56));
    out.put(enters * (next[ARGUMENTS] - key));
    let gap = at.first * now[GAP];
    out.put(gap * (now[ARGUMENTS] - now[DIGEST + 1] - E::ONE - number(now)));
    out.put(gap * (now[DIGEST + 2] - now[ARGUMENTS] - E::ONE - number(next)));
}

/// The number whose bytes stand in a row, the lowest first; below 2^56.
#[inline(always)]
pub(crate) fn number<E: FieldElement<BaseField = Felt>>(row: &crate::frame::Row<E>) -> E {
    let bytes = &row[BYTES..BYTES + crate::range::columns::PER_ROW];
    bytes.iter().rev().fold(E::ZERO, |number, byte| number.mul_base(Felt::new(256)) + *byte)
}

/// A held fact's commitment is the one that the credential names, signed by the cell in the writer column if there is
/// one. At the border the variables' columns hold a flag for each argument: the writer column.
fn credential<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    let (now, next, at) = (frame.now, frame.next, frame.at);
    let enters = at.last * next[ISSUED];
    for lane in 0..4 {
        out.put(enters * (next[DIGEST + lane] - now[DIGEST + lane]));
    }
    out.put(at.first * now[ISSUED_END] * (now[DIGEST] - now[PREDICATE]));
    let held = at.round * now[ISSUED] + at.last * (next[ISSUED] + now[ISSUED]);
    out.put(held * (next[PREDICATE] - now[PREDICATE]));
    let mut flags = E::ZERO;
    let mut column = E::ZERO;
    for place in 0..4 {
        let flag = now[VARIABLES + place];
        flags += flag;
        column += flag.mul_base(Felt::new(8 * (place as u64 + 1)));
        out.put(enters * flag * (flag - E::ONE));
    }
    out.put(enters * flags * (flags - E::ONE));
    out.put(enters * (now[SOURCE] - constant(source::CREDENTIALS) - column));
    for lane in 0..4 {
        let argument = (0..4)
            .fold(E::ZERO, |sum, place| sum + now[VARIABLES + place] * now[ARGUMENTS + 4 * place + lane]);
        out.put(enters * (flags * next[RIGHT + lane] - argument));
    }
}
