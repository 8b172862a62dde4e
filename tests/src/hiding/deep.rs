//! The uniform column that makes the DEEP polynomial uniform: for every DEEP polynomial that agrees with the opened values
//! there is exactly one such column.
//!
//! winterfell sums `((T(x) - T(z))/(x - z) + (T(x) - T(gz))/(x - gz))` over all columns, each weighted. At the middle of
//! `z` and `gz` the two terms with `T(x)` cancel, so the sum there is known from what is opened at `z` and `gz`; everywhere
//! else it depends on the columns.

use super::points::{Points, extension};
use dregg_air::check::Extension;
use rand::Rng;
use winter_math::{ExtensionOf, FieldElement, polynom};

/// What is opened of the column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// At the queries.
    pub queries: Vec<Extension>,
    /// At the point out of the domain and at the one after it.
    pub out: [Extension; 2],
}

/// The points out of the domain and their middle.
fn out(points: &Points) -> ([Extension; 2], Extension) {
    let next = points.out.mul_base(points.step());
    ([points.out, next], (points.out + next) / Extension::from(2u32))
}

/// A column's part of the DEEP polynomial, from its coefficients.
pub fn part(points: &Points, column: &[Extension]) -> Vec<Extension> {
    let ([this, next], _) = out(points);
    let one = |point: Extension| {
        let value = polynom::eval(column, point);
        let mut quotient = column.to_vec();
        quotient[0] -= value;
        polynom::syn_div(&quotient, 1, point)
    };
    polynom::add(&one(this), &one(next))
}

/// What is opened of a column.
pub fn opened(points: &Points, column: &[Extension]) -> Opened {
    let (out, _) = out(points);
    let at = |point: Extension| polynom::eval(column, point);
    Opened { queries: points.queries().into_iter().map(|point| at(point.into())).collect(), out: out.map(at) }
}

/// A uniform polynomial among those that a column with these opened values could have as its part.
pub fn uniform_part(points: &Points, opened: &Opened, random: &mut impl Rng) -> Vec<Extension> {
    let ([this, next], middle) = out(points);
    let mut known: Vec<Extension> = points.queries().into_iter().map(Extension::from).collect();
    let mut values: Vec<Extension> = known
        .iter()
        .zip(&opened.queries)
        .map(|(point, value)| {
            (*value - opened.out[0]) / (*point - this) + (*value - opened.out[1]) / (*point - next)
        })
        .collect();
    known.push(middle);
    values.push((opened.out[1] - opened.out[0]) / (middle - this));
    let through = polynom::interpolate(&known, &values, false);
    let free: Vec<Extension> = (0..points.rows() - 1 - known.len()).map(|_| extension(random)).collect();
    polynom::add(&through, &polynom::mul(&polynom::poly_from_roots(&known), &free))
}

/// The column whose part is this one; `None` if there is none with those values out of the domain.
pub fn column_of(points: &Points, part: &[Extension], out_values: [Extension; 2]) -> Option<Vec<Extension>> {
    let ([this, next], middle) = out(points);
    let both = polynom::mul(&[-this, Extension::ONE], &[-next, Extension::ONE]);
    let ends = polynom::add(
        &polynom::mul_by_scalar(&[-next, Extension::ONE], out_values[0]),
        &polynom::mul_by_scalar(&[-this, Extension::ONE], out_values[1]),
    );
    let twice = polynom::add(&polynom::mul(part, &both), &ends);
    if polynom::eval(&twice, middle) != Extension::ZERO {
        return None;
    }
    let mut column =
        polynom::mul_by_scalar(&polynom::syn_div(&twice, 1, middle), Extension::from(2u32).inv());
    column.truncate(points.rows());
    Some(column)
}
