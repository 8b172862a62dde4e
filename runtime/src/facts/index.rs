//! The tuples of one relation under the columns that a plan has values for.

use super::symbols::Row;
use dregg_artifact::Limits;
use foldhash::fast::RandomState;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

/// Groups up to this size are searched from one end to the other.
const FEW: usize = 8;

/// A place for every symbol is made if there are at most this many symbols a tuple.
const SYMBOLS_A_TUPLE: usize = 16;

/// An index. INVARIANT: tuples are sorted by the leading column, then by the key's other columns, then by value.
///
/// The leading column is the one of the key with the most different values: its symbol gives a group of tuples, small if
/// values are spread, and searched by halves if they are not.
#[derive(Debug, Default)]
pub(crate) struct Index {
    rows: Vec<Row>,
    /// The place in the key of the leading column, and that column.
    leading: (usize, usize),
    /// The next of the key's columns, likewise, and those that remain: nearly always none.
    second: Option<(usize, usize)>,
    others: Vec<(usize, usize)>,
    groups: Groups,
}

/// Where the tuples of each symbol of the leading column are.
#[derive(Debug, Default)]
enum Groups {
    /// The key has no columns: there is one group.
    #[default]
    One,
    /// By symbol: where its tuples begin; they end where the next begin.
    Dense(Vec<u32>),
    /// For relations that are small beside the number of symbols.
    Sparse {
        /// The bits of the symbols that have tuples, by their lowest bits: rules out most others at once.
        bits: Vec<u64>,
        groups: HashMap<u32, (u32, u32), RandomState>,
    },
}

impl Index {
    /// Indexes tuples, which are in the order of their values, by the columns whose bits are set.
    pub(super) fn new(rows: &[Row], columns: u8, symbols: u32) -> Index {
        let mut others: Vec<(usize, usize)> =
            (0..Limits::ARITY).filter(|column| columns >> column & 1 == 1).enumerate().collect();
        if rows.is_empty() || others.is_empty() {
            return Index { rows: rows.to_vec(), ..Index::default() };
        }
        let leading = if others.len() == 1 { 0 } else { most_different(rows, &others, symbols) };
        let leading = others.remove(leading);
        let mut rows = rows.to_vec();
        // Stable: what agrees in the key stays in the order of its values.
        rows.sort_by_key(|tuple| {
            let mut key = Row::default();
            let sorted = [leading].into_iter().chain(others.iter().copied());
            for (slot, (_, column)) in key.iter_mut().zip(sorted) {
                *slot = symbol(tuple, column);
            }
            key
        });
        let groups = if symbols as usize / SYMBOLS_A_TUPLE <= rows.len() {
            dense(&rows, leading.1, symbols)
        } else {
            sparse(&rows, leading.1)
        };
        let second = (!others.is_empty()).then(|| others.remove(0));
        Index { rows, leading, second, others, groups }
    }

    /// The tuples with a key, in an order that depends on the facts alone, not on how they came. The key's symbols are
    /// asked for by place.
    #[inline]
    pub(crate) fn group(&self, key: impl Fn(usize) -> u32) -> &[Row] {
        let range = match &self.groups {
            Groups::One => 0..self.rows.len(),
            Groups::Dense(begins) => {
                let place = key(self.leading.0) as usize;
                let (Some(begin), Some(end)) = (begins.get(place), begins.get(place.wrapping_add(1))) else {
                    return &[];
                };
                *begin as usize..*end as usize
            }
            Groups::Sparse { bits, groups } => {
                let leading = key(self.leading.0);
                let word = (leading as usize / 64) & bits.len().wrapping_sub(1);
                if bits.get(word).is_none_or(|word| word >> (leading % 64) & 1 == 0) {
                    return &[];
                }
                match groups.get(&leading) {
                    Some((begin, end)) => *begin as usize..*end as usize,
                    None => return &[],
                }
            }
        };
        match (self.rows.get(range), self.second) {
            (None, _) => &[],
            (Some(group), None) => group,
            (Some(group), Some(second)) => self.narrow(group, second, key),
        }
    }

    /// Whether there is a tuple with this key.
    #[inline]
    pub(crate) fn contains(&self, key: impl Fn(usize) -> u32) -> bool {
        !self.group(key).is_empty()
    }

    /// Those of a group that agree with the key in its other columns: they lie side by side.
    #[inline]
    fn narrow<'r>(&self, group: &'r [Row], second: (usize, usize), key: impl Fn(usize) -> u32) -> &'r [Row] {
        let (place, column) = second;
        let wanted = key(place);
        let found = if group.len() <= FEW {
            let begin = group.iter().position(|tuple| symbol(tuple, column) == wanted);
            let rest = begin.and_then(|begin| group.get(begin..)).unwrap_or(&[]);
            let end = rest.iter().position(|tuple| symbol(tuple, column) != wanted);
            end.and_then(|end| rest.get(..end)).unwrap_or(rest)
        } else {
            let begin = group.partition_point(|tuple| symbol(tuple, column) < wanted);
            let rest = group.get(begin..).unwrap_or(&[]);
            rest.get(..rest.partition_point(|tuple| symbol(tuple, column) == wanted)).unwrap_or(&[])
        };
        if self.others.is_empty() { found } else { self.narrow_on(found, key) }
    }

    #[cold]
    fn narrow_on<'r>(&self, group: &'r [Row], key: impl Fn(usize) -> u32) -> &'r [Row] {
        let compare = |tuple: &Row| {
            let mut pairs =
                self.others.iter().map(|(place, column)| symbol(tuple, *column).cmp(&key(*place)));
            pairs.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        let begin = group.partition_point(|tuple| compare(tuple).is_lt());
        let rest = group.get(begin..).unwrap_or(&[]);
        rest.get(..rest.partition_point(|tuple| compare(tuple).is_eq())).unwrap_or(&[])
    }
}

#[inline]
fn symbol(tuple: &Row, column: usize) -> u32 {
    // Every column is below the arity; so the compiler knows it too.
    tuple.get(column % Limits::ARITY).copied().unwrap_or_default()
}

/// The place in `key` of the column with the most different symbols.
fn most_different(rows: &[Row], key: &[(usize, usize)], symbols: u32) -> usize {
    let different = |column: usize| {
        let mut bits = vec![0u64; symbols as usize / 64 + 1];
        for tuple in rows {
            let symbol = symbol(tuple, column);
            if let Some(word) = bits.get_mut(symbol as usize / 64) {
                *word |= 1 << (symbol % 64);
            }
        }
        bits.iter().map(|word| word.count_ones()).sum::<u32>()
    };
    let counted = key.iter().enumerate().map(|(place, (_, column))| (different(*column), place));
    counted.max_by_key(|(count, place)| (*count, usize::MAX - place)).map_or(0, |(_, place)| place)
}

fn dense(rows: &[Row], leading: usize, symbols: u32) -> Groups {
    let mut begins = Vec::with_capacity(symbols as usize + 1);
    let mut place = 0u32;
    let mut rows = rows.iter().peekable();
    for number in 0..symbols {
        begins.push(place);
        while rows.next_if(|tuple| symbol(tuple, leading) == number).is_some() {
            place += 1;
        }
    }
    begins.push(place);
    Groups::Dense(begins)
}

fn sparse(rows: &[Row], leading: usize) -> Groups {
    // A power of two of words, about sixteen bits a tuple.
    let mut bits = vec![0u64; (rows.len() / 4).next_power_of_two()];
    let mut groups: HashMap<u32, (u32, u32), RandomState> = HashMap::default();
    let mask = bits.len() - 1;
    let mut begin: Range<u32> = 0..0;
    for group in rows.chunk_by(|one, other| symbol(one, leading) == symbol(other, leading)) {
        let Some(number) = group.first().map(|tuple| symbol(tuple, leading)) else { continue };
        begin = begin.end..begin.end + u32::try_from(group.len()).unwrap_or(u32::MAX);
        groups.insert(number, (begin.start, begin.end));
        if let Some(word) = bits.get_mut((number as usize / 64) & mask) {
            *word |= 1 << (number % 64);
        }
    }
    Groups::Sparse { bits, groups }
}
