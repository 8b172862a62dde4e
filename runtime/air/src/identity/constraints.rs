//! The caller's cell comes from a secret that the prover knows, and a hidden caller's commitment from that cell.

#![expect(clippy::indexing_slicing, reason = "columns and lanes are constants below the width")]

use crate::field::Felt;
use crate::frame::{Constraint, Frame, Out, line};
use crate::hash::columns::{CALLER, CELL, DIGEST, RIGHT, SECRET};
use winter_math::FieldElement;

/// The module's constraints, in the order in which they are evaluated.
pub const CONSTRAINTS: &[Constraint] = &[
    line("identity.secret", 1, 1, "a cell of somebody else's proving key"),
    line("identity.key", 4, 2, "a cell of somebody else's proving key"),
    line("identity.cell", 1, 2, "a hidden caller without a cell"),
    line("identity.caller", 4, 2, "the commitment of another caller"),
];

/// Evaluates them.
#[inline(always)]
pub fn evaluate<E: FieldElement<BaseField = Felt>>(frame: &Frame<'_, E>, out: &mut Out<'_, E>) {
    let (now, next, last) = (frame.now, frame.next, frame.at.last);
    out.put(last * (next[CELL] - now[SECRET]));
    for lane in 0..4 {
        out.put(last * next[CELL] * (next[RIGHT + lane] - now[DIGEST + lane]));
    }
    out.put(last * next[CALLER] * (E::ONE - now[CELL]));
    for lane in 0..4 {
        out.put(last * next[CALLER] * (next[DIGEST + lane] - now[DIGEST + lane]));
    }
}
