//! The main trace, cell by cell.

use crate::field::Felt;
use crate::frame::WIDTH;

/// All columns of a trace. Writes beyond it are lost; reads beyond it are zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    columns: Vec<Vec<Felt>>,
}

impl Columns {
    /// So many rows of zeros.
    pub fn new(rows: usize) -> Columns {
        Columns { columns: vec![vec![Felt::new(0); rows]; WIDTH] }
    }

    /// Sets a cell.
    pub fn set(&mut self, column: usize, row: usize, value: Felt) {
        if let Some(cell) = self.columns.get_mut(column).and_then(|column| column.get_mut(row)) {
            *cell = value;
        }
    }

    /// A cell.
    pub fn get(&self, column: usize, row: usize) -> Felt {
        self.columns.get(column).and_then(|column| column.get(row)).copied().unwrap_or_default()
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// One row.
    pub fn row(&self, row: usize) -> [Felt; WIDTH] {
        std::array::from_fn(|column| self.get(column, row))
    }

    /// The columns themselves.
    pub fn into_columns(self) -> Vec<Vec<Felt>> {
        self.columns
    }

    /// The columns themselves, to change whole ranges.
    pub fn columns_mut(&mut self) -> &mut [Vec<Felt>] {
        &mut self.columns
    }
}
