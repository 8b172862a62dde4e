//! Values by number, so that rules join on integers.

use dregg_artifact::{Limits, Value};
use std::collections::BTreeMap;

/// A tuple of symbols; unused columns are 0. The arity is that of its relation.
pub(crate) type Row = [u32; Limits::ARITY];

/// A row of up to [`Limits::ARITY`] symbols.
pub(crate) fn row(symbols: impl Iterator<Item = u32>) -> Row {
    let mut row = Row::default();
    for (slot, symbol) in row.iter_mut().zip(symbols) {
        *slot = symbol;
    }
    row
}

/// Distinct values, numbered in order of their first use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Symbols {
    numbers: BTreeMap<Value, u32>,
    values: Vec<Value>,
}

impl Symbols {
    pub(crate) fn intern(&mut self, value: &Value) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = self.len();
        self.numbers.insert(value.clone(), number);
        self.values.push(value.clone());
        number
    }

    pub(crate) fn find(&self, value: &Value) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    pub(crate) fn value(&self, number: u32) -> Option<&Value> {
        self.values.get(number as usize)
    }

    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.values.len()).unwrap_or(u32::MAX)
    }
}
