//! The map from a column's random rows to its opened values.
//!
//! A column with the values `t_i` in row `i` is `T(y) = (y^N - 1)/N * sum g^i t_i / (y - g^i)`; a main column is opened at
//! every query in the base field, and at two points of the extension, which is three equations of the base field each.

use super::points::Points;
use dregg_air::check::Extension;
use dregg_air::field::Felt;
use winter_math::{ExtensionOf, FieldElement, batch_inversion};

/// The weights at a point of the rows from `first` on.
pub fn weights<E: FieldElement<BaseField = Felt> + ExtensionOf<Felt>>(
    points: &Points,
    point: E,
    first: usize,
) -> Vec<E> {
    let step = points.step();
    let start = step.exp(first as u64);
    let rows = std::iter::successors(Some(start), |row| Some(*row * step)).take(points.rows() - first);
    let rows: Vec<Felt> = rows.collect();
    let distances: Vec<E> = rows.iter().map(|row| point - E::from(*row)).collect();
    let size = Felt::new(points.rows() as u64);
    let outer = (point.exp(E::PositiveInteger::from(points.rows() as u32)) - E::ONE).mul_base(size.inv());
    let inverses = batch_inversion(&distances);
    inverses.into_iter().zip(rows).map(|(inverse, row)| (outer * inverse).mul_base(row)).collect()
}

/// The equations of a main column: one a query, then three for each of the two points.
pub fn main(points: &Points, first: usize) -> Vec<Vec<Felt>> {
    let queries = points.queries().into_iter().map(|point| weights(points, point, first));
    let out = [points.out, points.out.mul_base(points.step())].into_iter().flat_map(|point| {
        let weights = weights::<Extension>(points, point, first);
        (0..3).map(move |part| weights.iter().map(|weight| weight.base_element(part)).collect())
    });
    queries.chain(out).collect()
}

/// The equations of an auxiliary column: one a point.
pub fn auxiliary(points: &Points, first: usize) -> Vec<Vec<Extension>> {
    points.all().into_iter().map(|point| weights(points, point, first)).collect()
}
