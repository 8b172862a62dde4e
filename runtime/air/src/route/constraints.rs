//! The walk over the whole path, from the start state to the policy class.

#![expect(clippy::indexing_slicing, reason = "columns and lanes are constants below the width")]

use super::columns::{INDEX, INVERSE, IS_SLASH, SLASHES, STATE, STEP, SYMBOL, TREE};
use crate::field::{Felt, constant};
use crate::frame::{Constraint, Frame, Out, line};
use crate::hash::columns::{self as hash, PATH};
use crate::inputs::Bounds;
use crate::range::columns::BYTES;
use crate::source;
use dregg_commit::hash::{Kind, RATE};
use winter_math::FieldElement;

/// The module's constraints, in the order in which they are evaluated.
pub const CONSTRAINTS: &[Constraint] = &[
    line("route.start", 1, 3, "a walk from an inner state"),
    line("route.first", 1, 3, "the first symbols of a hidden path skipped"),
    line("route.first-slash", 1, 3, "a hidden path of too many segments"),
    line("route.next", 1, 3, "an inner symbol of a hidden path skipped"),
    line("route.slashes", 1, 3, "a hidden path of too many segments"),
    line("route.tree", 1, 3, "one walk over the rows of two tables"),
    line("route.byte", 1, 2, "a hidden symbol outside 0..256 that reaches any row"),
    line("route.slash", 1, 3, "a segment that is not counted"),
    line("route.other", 1, 3, "a segment that is not counted"),
    line("route.segments", 1, 3, "a hidden path of too many segments"),
    line("route.length", 1, 3, "a hidden path that is too long"),
    line("route.chain", 1, 3, "two blocks of a hidden path with one number"),
    line("route.capacity", 4, 3, "a path's commitment of another kind"),
];

/// Evaluates them.
#[inline(always)]
pub fn evaluate<E: FieldElement<BaseField = Felt>>(
    bounds: &Bounds,
    frame: &Frame<'_, E>,
    out: &mut Out<'_, E>,
) {
    let (now, next, at) = (frame.now, frame.next, frame.at);
    let begins = at.live * next[STEP] * (E::ONE - now[STEP]);
    out.put(begins * next[STATE]);
    out.put(begins * next[INDEX]);
    out.put(begins * (next[SLASHES] - next[IS_SLASH]));
    let goes_on = at.live * now[STEP] * next[STEP];
    out.put(goes_on * (next[INDEX] - now[INDEX] - E::ONE));
    out.put(goes_on * (next[SLASHES] - now[SLASHES] - next[IS_SLASH]));
    out.put(goes_on * (next[TREE] - now[TREE]));
    let step = at.live * now[STEP];
    out.put(step * (now[BYTES + 2] - now[SYMBOL]));
    out.put(step * now[SYMBOL] * now[IS_SLASH]);
    out.put(step * (now[SYMBOL] * now[INVERSE] + now[IS_SLASH] - E::ONE));
    let ends = step * (E::ONE - next[STEP]);
    out.put(ends * (constant::<E>(bounds.segments) - now[SLASHES] - now[BYTES + 5]));
    let over = now[BYTES + 3] + now[BYTES + 4].mul_base(Felt::new(256));
    out.put(ends * (constant::<E>(bounds.bytes) - now[INDEX] - over));
    let enters = at.last * next[PATH];
    let follows = now[PATH] * (next[hash::TREE] - now[hash::TREE] - E::ONE);
    let opens = (E::ONE - now[PATH]) * (next[hash::TREE] - constant(source::tree::PATH));
    out.put(enters * (follows + opens));
    let capacity = [RATE as u64, Kind::Path.tag(), 0, 0];
    for (lane, value) in capacity.into_iter().enumerate() {
        out.put(enters * (E::ONE - now[PATH]) * (next[hash::STATE + lane] - constant(value)));
    }
}
