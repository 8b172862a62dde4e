//! Ranks of matrices and solutions of linear equations over a field, by elimination.

use winter_math::FieldElement;

/// Brings rows to echelon form in their first `width` columns; returns the pivot columns.
fn echelon<E: FieldElement>(rows: &mut [Vec<E>], width: usize) -> Vec<usize> {
    let mut pivots: Vec<usize> = Vec::new();
    for column in 0..width {
        let rank = pivots.len();
        let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column] != E::ZERO) else { continue };
        rows.swap(rank, pivot);
        let (above, below) = rows.split_at_mut(rank + 1);
        let pivot = &above[rank][column..];
        let inverse = pivot[0].inv();
        for row in below {
            let factor = row[column] * inverse;
            if factor != E::ZERO {
                row[column..].iter_mut().zip(pivot).for_each(|(cell, own)| *cell -= factor * *own);
            }
        }
        pivots.push(column);
        if pivots.len() == rows.len() {
            break;
        }
    }
    pivots
}

/// The rank.
pub fn rank<E: FieldElement>(mut rows: Vec<Vec<E>>) -> usize {
    let width = rows.first().map_or(0, Vec::len);
    echelon(&mut rows, width).len()
}

/// For every right side an `x` with `rows * x = right`; `None` unless the rows are independent.
///
/// Unknowns that are free are zero.
pub fn solve<E: FieldElement>(mut rows: Vec<Vec<E>>, rights: &[Vec<E>]) -> Option<Vec<Vec<E>>> {
    let width = rows.first().map_or(0, Vec::len);
    for (place, row) in rows.iter_mut().enumerate() {
        row.extend(rights.iter().map(|right| right[place]));
    }
    let pivots = echelon(&mut rows, width);
    if pivots.len() < rows.len() {
        return None;
    }
    let solutions = (0..rights.len()).map(|number| {
        let mut solution = vec![E::ZERO; width];
        for (row, pivot) in rows.iter().zip(&pivots).rev() {
            let known = row[..width].iter().zip(&solution).skip(pivot + 1);
            let known = known.fold(E::ZERO, |sum, (factor, value)| sum + *factor * *value);
            solution[*pivot] = (row[width + number] - known) / row[*pivot];
        }
        solution
    });
    Some(solutions.collect())
}
