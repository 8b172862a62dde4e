//! Periodic columns and their polynomials.

use super::*;
use crate::inputs::PathInput;
use crate::options::{MIN_LOG2_ROWS, proof_options};
use crate::periodic::END;
use std::marker::PhantomData;

const ROWS: usize = 1 << MIN_LOG2_ROWS;

fn air() -> AccessAir {
    let inputs = AccessInputs {
        context: [Felt::ZERO; 5],
        roots: Vec::new(),
        path: PathInput::Opened,
        walks: Vec::new(),
        hidden_caller: None,
        program: Default::default(),
        bounds: Bounds { segments: 12, bytes: 192, depth: 16 },
        mask: PhantomData,
    };
    AccessAir::new(trace_info(ROWS), inputs, proof_options())
}

#[test]
fn polynomials_have_the_columns_values() {
    let air = air();
    let (columns, polys) = (air.get_periodic_column_values(), air.get_periodic_column_polys());
    assert_eq!((columns.len(), polys.len()), (END, END));
    for (number, (column, mut poly)) in columns.into_iter().zip(polys).enumerate() {
        assert_eq!(poly.len(), column.len(), "{number}");
        let twiddles = fft::get_twiddles(poly.len());
        fft::evaluate_poly(&mut poly, &twiddles);
        assert_eq!(poly, column, "{number}");
    }
}

#[test]
fn selectors_are_on_where_they_should_be() {
    let real = real_rows(MIN_LOG2_ROWS);
    let columns = periodic_columns(ROWS, real);
    for row in 0..ROWS {
        let values: Vec<Felt> = columns.iter().map(|column| column[row % column.len()]).collect();
        let at = Periodic::read(&values);
        let on = |wanted: bool| Felt::new(u64::from(wanted));
        assert_eq!(at.round, on(row < real && row % 8 != 7), "{row}");
        assert_eq!(at.first, on(row < real && row % 8 == 0), "{row}");
        assert_eq!(at.last, on(row + 1 < real && row % 8 == 7), "{row}");
        assert_eq!(at.live, on(row + 1 < real), "{row}");
        assert_eq!(at.byte, Felt::new(row as u64 % 256), "{row}");
        let generator = Felt::get_root_of_unity(ROWS.ilog2());
        assert_eq!(at.point, generator.exp(row as u64), "{row}");
        for (number, constants) in [Rp64_256::ARK1, Rp64_256::ARK2].iter().enumerate() {
            let expected = constants.get(row % 8).copied().unwrap_or([Felt::ZERO; 12]);
            assert_eq!(at.constants[number], expected, "{row}");
        }
    }
}
