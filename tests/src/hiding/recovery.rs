//! What somebody who knows the statement computes from opened values: degrees of columns, cells of few rows, and other
//! random rows under which another witness shows the same.

use super::columns::{self, weights};
use super::elimination::solve;
use super::shown::Shown;
use dregg_air::field::Felt;
use dregg_air::options::real_rows;
use dregg_air::trace::Columns;
use winter_math::{FieldElement, polynom};

/// The degree of the polynomial through a column's queries.
pub fn degree(shown: &Shown, column: usize) -> usize {
    let points = shown.points.queries();
    polynom::degree_of(&polynom::interpolate(&points, &shown.main(column)[..points.len()], false))
}

/// The value of a known column at each query.
pub fn values(shown: &Shown, cells: &[Felt]) -> Vec<Felt> {
    let points = &shown.points;
    let value = |point| {
        let weighted = weights::<Felt>(points, point, 0).into_iter().zip(cells);
        weighted.fold(Felt::ZERO, |sum, (weight, cell)| sum + weight * *cell)
    };
    points.queries().into_iter().map(value).collect()
}

/// The cells of a column that is zero in all rows but these; `None` if no such column has the opened values.
pub fn cells(shown: &Shown, column: usize, rows: &[usize]) -> Option<Vec<Felt>> {
    let equations: Vec<Vec<Felt>> = columns::main(&shown.points, 0)
        .iter()
        .map(|weights| rows.iter().map(|row| weights[*row]).collect())
        .collect();
    let opened = shown.main(column);
    assert!(rows.len() < opened.len());
    let found = solve(equations[..rows.len()].to_vec(), &[opened[..rows.len()].to_vec()])?.remove(0);
    let agree = equations.iter().zip(&opened).all(|(equation, value)| sum(equation, &found) == *value);
    agree.then_some(found)
}

fn sum(weights: &[Felt], cells: &[Felt]) -> Felt {
    weights.iter().zip(cells).fold(Felt::ZERO, |sum, (weight, cell)| sum + *weight * *cell)
}

/// Gives another trace random rows under which it shows in every main column what a proof shows.
pub fn equivocate(shown: &Shown, mut other: Columns) -> Option<Columns> {
    let real = real_rows(shown.points.log2_rows);
    let equations = columns::main(&shown.points, 0);
    let columns = other.columns_mut();
    let missing = |(opened, cells): (Vec<Felt>, &Vec<Felt>)| -> Vec<Felt> {
        let known = equations.iter().map(|weights| sum(&weights[..real], &cells[..real]));
        opened.into_iter().zip(known).map(|(value, known)| value - known).collect()
    };
    let rights: Vec<Vec<Felt>> = shown.all_main().into_iter().zip(columns.iter()).map(missing).collect();
    let free = equations.iter().map(|weights| weights[real..].to_vec()).collect();
    for (column, solution) in columns.iter_mut().zip(solve(free, &rights)?) {
        column[real..].copy_from_slice(&solution);
    }
    Some(other)
}
