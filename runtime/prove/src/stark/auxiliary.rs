//! The auxiliary columns: sums of fractions, their accumulator, and the uniform columns that hide the witness.

use super::random::extension;
use dregg_air::air::{ACCUMULATOR, AUXILIARY_WIDTH, BLIND, periodic_columns};
use dregg_air::bus::{self, Fraction, SUMS};
use dregg_air::field::Felt;
use dregg_air::frame::{Frame, Periodic, Row};
use dregg_air::inputs::Bounds;
use dregg_air::periodic::CONSTANTS;
use dregg_air::tuple::Challenges;
use rand::Rng;
use winter_math::{ExtensionOf, FieldElement, batch_inversion};
use winter_prover::matrix::ColMatrix;

/// A fraction's row, and its column or the accumulator, with its multiplicity.
type Slot = (usize, usize, Felt);

/// The auxiliary segment of a trace.
pub(super) fn columns<E: FieldElement<BaseField = Felt>>(
    main: &ColMatrix<Felt>,
    real_rows: usize,
    bounds: &Bounds,
    challenges: &Challenges<E>,
    random: &mut impl Rng,
) -> ColMatrix<E> {
    let rows = main.num_rows();
    let (slots, denominators) = fractions(main, real_rows, bounds, challenges);
    let inverses = batch_inversion(&denominators);
    let mut columns = vec![vec![E::ZERO; rows]; AUXILIARY_WIDTH];
    for ((row, column, times), inverse) in slots.into_iter().zip(inverses) {
        if let Some(cell) = columns.get_mut(column).and_then(|column| column.get_mut(row)) {
            *cell += inverse.mul_base(times);
        }
    }
    accumulate(&mut columns, real_rows);
    for (number, column) in columns.iter_mut().enumerate() {
        let from = if number < BLIND { real_rows } else { 0 };
        for cell in column.iter_mut().skip(from) {
            *cell = extension(random);
        }
    }
    ColMatrix::new(columns)
}

fn fractions<E: FieldElement<BaseField = Felt>>(
    main: &ColMatrix<Felt>,
    real_rows: usize,
    bounds: &Bounds,
    challenges: &Challenges<E>,
) -> (Vec<Slot>, Vec<E>) {
    let periodic = periodic_columns(main.num_rows(), real_rows);
    let mut slots = Vec::with_capacity(real_rows * 10);
    let mut denominators = Vec::with_capacity(real_rows * 10);
    let mut now: Row<Felt> = [Felt::ZERO; dregg_air::frame::WIDTH];
    let mut next = now;
    main.read_row_into(0, &mut now);
    for row in 0..real_rows.saturating_sub(1) {
        main.read_row_into(row + 1, &mut next);
        let values: Vec<Felt> = periodic
            .iter()
            .take(CONSTANTS)
            .map(|column| column.get(row % column.len().max(1)).copied().unwrap_or_default())
            .collect();
        let at = Periodic::read(&values);
        let terms = bus::terms(bounds, &Frame { now: &now, next: &next, at: &at }, challenges);
        let mut put = |column: usize, fractions: &[Fraction<Felt, E>]| {
            for (times, denominator) in fractions {
                if *times != Felt::ZERO {
                    slots.push((row, column, *times));
                    denominators.push(*denominator);
                }
            }
        };
        for (column, fractions) in terms.by_column().into_iter().enumerate() {
            put(column, fractions);
        }
        now = next;
    }
    (slots, denominators)
}

/// Turns the accumulator's own fractions into the running sum of everything before each row.
fn accumulate<E: FieldElement<BaseField = Felt> + ExtensionOf<Felt>>(
    columns: &mut [Vec<E>],
    real_rows: usize,
) {
    let mut sum = E::ZERO;
    for row in 0..real_rows {
        let parts = columns.iter().take(SUMS).filter_map(|column| column.get(row));
        let parts = parts.fold(E::ZERO, |sum, part| sum + *part);
        let Some(cell) = columns.get_mut(ACCUMULATOR).and_then(|column| column.get_mut(row)) else { return };
        let own = std::mem::replace(cell, sum);
        sum += parts + own;
    }
}
