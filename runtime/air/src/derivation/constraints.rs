//! Rule instances: an atom a row, the goal first, every premise from a later instance.

#![expect(clippy::indexing_slicing, reason = "columns and lanes are constants below the width")]

use super::columns::{
    APPLY, ARGUMENTS, AT_MOST, CONSTANT, CONTINUE, DIFFER, GOAL, HEAD, HEIGHT, INSTANCE, KIND, LAST, LESS,
    LOAD, PC, PREMISE,
};
use crate::field::{Felt, constant};
use crate::frame::{Constraint, Frame, Out, line};
use crate::range::columns::{BYTES, PER_ROW};
use crate::record::number;
use crate::route::columns::STEP;
use winter_math::FieldElement;

/// The module's constraints, in the order in which they are evaluated.
pub const CONSTRAINTS: &[Constraint] = &[
    line("derivation.flag", 9, 2, "an invented rule whose load is cancelled by a flag of -1"),
    line("derivation.one", 1, 2, "a row that is two atoms"),
    line("derivation.kind", 1, 2, "a premise played as a constant"),
    line("derivation.block", 1, 2, "premises cut off; a body without a head"),
    line("derivation.next", 1, 2, "a premise skipped"),
    line("derivation.instance", 1, 1, "a fact that proves itself; variables shared between instances"),
    line("derivation.height", 1, 2, "a height that changes within an instance"),
    line("derivation.head", 1, 2, "a derivation higher than the policy allows"),
    line("derivation.compare", 1, 2, "a comparison that does not hold"),
    line("derivation.integer", 6, 2, "a cell or text compared as an integer"),
    line("derivation.differ", 1, 3, "equal values said to differ"),
];

/// Evaluates them.
#[inline(always)]
pub fn evaluate<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    let (now, next, live) = (frame.now, frame.next, frame.at.live);
    let mut events = E::ZERO;
    for column in APPLY.iter().chain(&[LOAD, STEP]) {
        let flag = now[*column];
        events += flag;
        out.put(live * flag * (flag - E::ONE));
    }
    out.put(live * events * (events - E::ONE));
    let kinds = [(HEAD, 1), (PREMISE, 2), (CONSTANT, 3), (LESS, 4), (AT_MOST, 5), (DIFFER, 6), (GOAL, 7)];
    let kind =
        kinds.iter().fold(now[KIND], |rest, (column, kind)| rest - now[*column].mul_base(Felt::new(*kind)));
    out.put(live * (E::ONE - now[LOAD]) * kind);
    let applies = APPLY.iter().fold(E::ZERO, |sum, column| sum + now[*column]);
    let continues = CONTINUE.iter().fold(E::ZERO, |sum, column| sum + next[*column]);
    out.put(live * (applies * (E::ONE - now[LAST]) - continues));
    out.put(live * continues * (next[PC] - now[PC] - E::ONE));
    out.put(live * (next[INSTANCE] - now[INSTANCE] + next[HEAD]));
    out.put(live * continues * (next[HEIGHT] - now[HEIGHT]));
    out.put(live * now[HEAD] * (now[HEIGHT] - E::ONE - now[BYTES + PER_ROW - 1]));
    compare(frame, out);
}

fn compare<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    let (now, live) = (frame.now, frame.at.live);
    let compares = now[LESS] + now[AT_MOST];
    let difference = now[ARGUMENTS + 4] - now[ARGUMENTS] - number(now);
    out.put(live * (compares * difference - now[LESS]));
    for lane in (1..4).chain(5..8) {
        out.put(live * compares * now[ARGUMENTS + lane]);
    }
    let weighed = (0..4).fold(constant::<E>(0), |sum, lane| {
        sum + now[ARGUMENTS + 8 + lane] * (now[ARGUMENTS + lane] - now[ARGUMENTS + 4 + lane])
    });
    out.put(live * now[DIFFER] * (weighed - E::ONE));
}
