//! A trace that satisfies the constraints.

use crate::air::{BIT_COUNT, SCORES, WIDTH, rows};
use crate::answer::weights;
use dregg_air::field::{Felt, signed};

/// A bit in the last row, which holds no byte and whose bits no constraint looks at.
///
/// INVARIANT: neither 0 nor 1, to keep the prover from a panic. It takes for granted that a random combination of all columns
/// has the highest possible degree, which it has not if every column is constant, or was chosen well by whoever sent the
/// payload. `BYTE` less the number that the bits make is zero in all rows but the last, so it has the highest degree, and
/// one of those nine columns does too. With assertions on, the prover also wants each constraint to have its exact degree,
/// which a payload of one byte over and over would otherwise deny it.
pub(crate) const FREE_BIT: u8 = 2;

/// The columns of the trace of a payload.
pub(crate) fn columns(payload: &[u8]) -> Vec<Vec<Felt>> {
    let rows = rows(payload.len());
    let mut columns = vec![Vec::new(); WIDTH];
    let mut sums = [0i64; WIDTH - SCORES];
    let bytes = payload.iter().copied().chain(std::iter::repeat(0)).take(rows);
    for (number, byte) in bytes.enumerate() {
        let last = number + 1 == rows;
        let bits = (0..BIT_COUNT).map(|bit| Felt::from(if last { FREE_BIT } else { byte >> bit & 1 }));
        let scores = sums.map(signed);
        let cells = std::iter::once(Felt::from(byte)).chain(bits).chain(scores);
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell);
        }
        for (sum, weight) in sums.iter_mut().zip(weights(byte)) {
            *sum += i64::from(weight);
        }
    }
    columns
}
