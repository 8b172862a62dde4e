//! The map from the columns that blind the quotient to what is opened of them and of the quotient's chunks.
//!
//! With `R` and the constraint's weight fixed, `P_k = (x - c) R(x) R_k(gx)` has twice as many coefficients as the trace has
//! rows, `P_k = low_k + x^N high_k`, and adds `low_k` to chunk `k` and `high_k` to chunk `k + 1`.

use super::points::{Points, extension};
use dregg_air::air::{QUOTIENT_BLIND_COLUMNS, QUOTIENT_COLUMNS};
use dregg_air::check::Extension;
use dregg_air::field::Felt;
use rand::Rng;
use rand::seq::index::sample;
use winter_math::{ExtensionOf, FieldElement};

/// Which row of the columns `R_k` the blinding term takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The next one, as it is built.
    Next,
    /// The row itself, which would not do.
    Same,
}

/// The factor `(x - c) R(x)`, lowest coefficient first, for a uniform `R`.
pub fn factor(points: &Points, random: &mut impl Rng) -> Vec<Extension> {
    let last = points.step().inv();
    let uniform: Vec<Extension> = (0..points.rows()).map(|_| extension(random)).collect();
    let mut factor = vec![Extension::ZERO; points.rows() + 1];
    for (power, coefficient) in uniform.iter().enumerate() {
        factor[power + 1] += *coefficient;
        factor[power] -= coefficient.mul_base(last);
    }
    factor
}

/// What a monomial of `R_k` gives at a point: its own value, and those of `low_k` and `high_k`.
type Shares = [Extension; 3];

/// The shares of so many monomials, drawn at random, at every point. If these alone have full rank, so have all.
fn shares(
    points: &Points,
    factor: &[Extension],
    monomials: usize,
    taken: Taken,
    random: &mut impl Rng,
) -> Vec<Vec<Shares>> {
    let rows = points.rows();
    let powers = sample(random, rows, monomials).into_vec();
    let of_point = |point: Extension| {
        // The value at the point of the factor's terms below each power.
        let mut below = vec![Extension::ZERO];
        let (mut sum, mut power) = (Extension::ZERO, Extension::ONE);
        let mut values = Vec::with_capacity(rows);
        for coefficient in factor {
            sum += *coefficient * power;
            below.push(sum);
            values.push(power);
            power *= point;
        }
        let wrap = values[rows].inv();
        let of_power = |at: &usize| {
            let step = match taken {
                Taken::Next => points.step().exp(*at as u64),
                Taken::Same => Felt::ONE,
            };
            let value = values[*at];
            let low = (value * below[rows - at]).mul_base(step);
            let high = (value * (sum - below[rows - at])).mul_base(step) * wrap;
            [value, low, high]
        };
        powers.iter().map(of_power).collect()
    };
    points.all().into_iter().map(of_point).collect()
}

/// What one blinding column alone has to give: its own values, and those of both halves.
pub fn of_one_column(points: &Points, factor: &[Extension], random: &mut impl Rng) -> Vec<Vec<Extension>> {
    let monomials = (3 * points.all().len() + 4).min(points.rows());
    let shares = shares(points, factor, monomials, Taken::Next, random);
    let row = |point: &Vec<Shares>, which: usize| point.iter().map(|shares| shares[which]).collect();
    shares.iter().flat_map(|point| (0..3).map(move |which| row(point, which))).collect()
}

/// The whole map: from so many blinding columns to their own opened values and those of all chunks.
pub fn of_all_columns(
    points: &Points,
    factor: &[Extension],
    columns: usize,
    taken: Taken,
    random: &mut impl Rng,
) -> Vec<Vec<Extension>> {
    assert!(columns <= QUOTIENT_BLIND_COLUMNS);
    let monomials = (3 * points.all().len() + 4).min(points.rows());
    let shares = shares(points, factor, monomials, taken, random);
    let mut rows = Vec::new();
    for point in &shares {
        let mut own = vec![vec![Extension::ZERO; columns * monomials]; columns];
        let mut chunks = vec![vec![Extension::ZERO; columns * monomials]; QUOTIENT_COLUMNS];
        for column in 0..columns {
            for (monomial, [value, low, high]) in point.iter().enumerate() {
                let at = column * monomials + monomial;
                own[column][at] = *value;
                chunks[column][at] = *low;
                chunks[column + 1][at] = *high;
            }
        }
        rows.extend(own);
        rows.extend(chunks);
    }
    rows
}
