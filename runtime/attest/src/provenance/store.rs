//! Facts as tuples of numbers, and the indexes that joins ask for.

use dregg_artifact::{Limits, Value};
use std::collections::{HashMap, HashSet};

/// One number a column; [`ANY`] where there is no column.
pub(super) type Tuple = [u32; Limits::ARITY];

/// No value, or one that is not known.
pub(super) const ANY: u32 = 0;

/// The numbers of values, from 1.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    numbers: HashMap<Value, u32>,
    values: Vec<Value>,
}

impl Symbols {
    pub(super) fn intern(&mut self, value: &Value) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        self.values.push(value.clone());
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.numbers.insert(value.clone(), number);
        number
    }

    /// The value of a number; none of [`ANY`].
    pub(super) fn value(&self, number: u32) -> Option<&Value> {
        self.values.get((number as usize).checked_sub(1)?)
    }
}

/// The tuples of one relation.
#[derive(Debug, Default)]
pub(super) struct Tuples {
    rows: Vec<Tuple>,
    /// For each row the number that its held fact was given; none of a public one.
    held: Vec<Option<usize>>,
    present: HashSet<Tuple>,
    /// Places of rows, in order, by the values of the columns in a mask.
    indexes: HashMap<u8, HashMap<Tuple, Vec<usize>>>,
}

impl Tuples {
    pub(super) fn insert(&mut self, tuple: Tuple, held: Option<usize>) {
        self.rows.push(tuple);
        self.held.push(held);
        self.present.insert(tuple);
    }

    pub(super) fn contains(&self, tuple: &Tuple) -> bool {
        self.present.contains(tuple)
    }

    /// The rows that agree with a pattern wherever it is not [`ANY`], each with its held fact.
    pub(super) fn matching(&mut self, pattern: &Tuple) -> impl Iterator<Item = (&Tuple, Option<usize>)> {
        let mask = pattern.iter().rev().fold(0, |mask, value| mask << 1 | u8::from(*value != ANY));
        let rows = &self.rows;
        let index = self.indexes.entry(mask).or_insert_with(|| {
            let mut index: HashMap<Tuple, Vec<usize>> = HashMap::new();
            for (place, row) in rows.iter().enumerate() {
                let columns = row.iter().enumerate();
                let mut key = [ANY; Limits::ARITY];
                for (slot, (column, value)) in key.iter_mut().zip(columns) {
                    if mask >> column & 1 == 1 {
                        *slot = *value;
                    }
                }
                index.entry(key).or_default().push(place);
            }
            index
        });
        let places = index.get(pattern).map_or(&[][..], Vec::as_slice);
        places
            .iter()
            .filter_map(|place| Some((self.rows.get(*place)?, self.held.get(*place).copied().flatten())))
    }
}
