//! Values by number, so that rules join on integers.

use dregg_artifact::{CellId, Limits, Value};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};

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

/// A cell as a key of hash maps: hashed by words, which takes half the time of hashing its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CellKey(pub(crate) CellId);

impl Hash for CellKey {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let CellKey(CellId(bytes)) = self;
        for word in bytes.as_chunks::<8>().0 {
            state.write_u64(u64::from_le_bytes(*word));
        }
    }
}

/// Distinct values, numbered in order of their first use.
///
/// The maps are keyed by chance, since facts come from others; nothing ever iterates over them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Symbols {
    cells: HashMap<CellKey, u32, RandomState>,
    texts: HashMap<String, u32, RandomState>,
    ints: HashMap<u64, u32, RandomState>,
    values: Vec<Value>,
}

impl Symbols {
    pub(crate) fn intern(&mut self, value: &Value) -> u32 {
        if let Some(number) = self.find(value) {
            return number;
        }
        let number = self.len();
        match value {
            Value::Cell(cell) => self.cells.insert(CellKey(*cell), number),
            Value::Text(text) => self.texts.insert(text.clone(), number),
            Value::Int(int) => self.ints.insert(*int, number),
        };
        self.values.push(value.clone());
        number
    }

    pub(crate) fn find(&self, value: &Value) -> Option<u32> {
        match value {
            Value::Cell(cell) => self.cell(cell),
            Value::Text(text) => self.text(text),
            Value::Int(int) => self.int(*int),
        }
    }

    pub(crate) fn cell(&self, cell: &CellId) -> Option<u32> {
        self.cells.get(&CellKey(*cell)).copied()
    }

    pub(crate) fn text(&self, text: &str) -> Option<u32> {
        self.texts.get(text).copied()
    }

    pub(crate) fn int(&self, int: u64) -> Option<u32> {
        self.ints.get(&int).copied()
    }

    pub(crate) fn value(&self, number: u32) -> Option<&Value> {
        self.values.get(number as usize)
    }

    /// All values, by number.
    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.values.len()).unwrap_or(u32::MAX)
    }
}
