//! The names under which states enter the tree: stable ones, where numbers shift with every row before them.
//!
//! SPEC: A state's hash is made on the way to it. State 0 has the hash 1. Rows are read in edge order; the first row that
//! leads to a state from one with hash `h`, on symbols from `lo` on, gives it `finish(h + (lo + 1) * GOLDEN) | 1`, modulo
//! 2^64, where `finish` is SplitMix64's. (In edge order every state but 0 is led to before it has a row. Where rows stand
//! otherwise, a state that has a row first is hashed as if its own number led to it from hash 2.) The name of state 0 is 0.
//! All others are sorted by the upper 31 bits of their hash, then by number, and each takes that as its name, or one more
//! than the name before if it is not greater.
//!
//! SOUNDNESS: names differ, whatever the hashes are; nothing else is asked of them. There are fewer than 2^24 states, so
//! names are below 2^32.

use dregg_artifact::{Row, alphabet::END};

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// No state, row or leaf.
pub(super) const NONE: u32 = u32::MAX;

/// The names of the states of some rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// The name of each state, by number.
    names: Vec<u32>,
    /// The states by name.
    sorted: Vec<u32>,
    /// The first row of each state, [`NONE`] for none.
    rows: Vec<u32>,
}

impl Names {
    /// The names of all states that these rows speak of.
    pub fn new(rows: &[Row]) -> Names {
        let (hashes, first) = in_edge_order(rows).unwrap_or_else(|| in_any_order(rows));
        Names::from_hashes(&hashes, first)
    }

    /// The names that these hashes ask for.
    pub fn from_hashes(hashes: &[u64], rows: Vec<u32>) -> Names {
        let wanted = |(number, hash): (usize, &u64)| hash >> 33 << 32 | number as u64;
        let order = sorted(hashes.iter().enumerate().skip(1).map(wanted));
        let mut names = vec![0; hashes.len()];
        let mut sorted = Vec::with_capacity(hashes.len());
        sorted.extend((!hashes.is_empty()).then_some(0));
        let mut free = 1;
        for entry in order {
            let (wanted, number) = ((entry >> 32) as u32, entry as u32);
            let name = wanted.max(free);
            free = name.saturating_add(1);
            if let Some(place) = names.get_mut(number as usize) {
                *place = name;
            }
            sorted.push(number);
        }
        Names { names, sorted, rows }
    }

    /// The name of a state.
    pub fn of(&self, state: u32) -> Option<u32> {
        self.names.get(state as usize).copied()
    }

    /// The row with names in place of numbers; classes are what they are.
    pub fn row(&self, row: &Row) -> Row {
        let name = |state: u32| self.of(state).unwrap_or(NONE);
        let next = if row.lo == END { row.next } else { name(row.next) };
        Row { state: name(row.state), next, ..*row }
    }

    /// The first row of the state with this name.
    pub fn first_row(&self, name: u32) -> Option<u32> {
        let at = self.sorted.partition_point(|&state| self.of(state) < Some(name));
        let state = *self.sorted.get(at)?;
        let row = *self.rows.get(state as usize)?;
        (self.of(state) == Some(name) && row != NONE).then_some(row)
    }
}

/// The hashes and first rows of states, if each is first spoken of after all with smaller numbers, as in edge order.
fn in_edge_order(rows: &[Row]) -> Option<(Vec<u64>, Vec<u32>)> {
    // Most states have a few rows.
    let mut hashes = Vec::with_capacity(rows.len() / 3 + 1);
    let mut first: Vec<u32> = Vec::with_capacity(rows.len() / 3 + 1);
    hashes.extend(rows.first().map(|_| 1u64));
    for (number, row) in (0u32..).zip(rows) {
        let (state, next) = (row.state as usize, row.next as usize);
        if state >= first.len() {
            if state > first.len() || state >= hashes.len() {
                return None;
            }
            first.push(number);
        }
        if row.lo != END && next >= hashes.len() {
            if next > hashes.len() {
                return None;
            }
            hashes.push(led_to(*hashes.get(state)?, u64::from(row.lo)));
        }
    }
    first.resize(hashes.len(), NONE);
    Some((hashes, first))
}

/// The same for any rows.
fn in_any_order(rows: &[Row]) -> (Vec<u64>, Vec<u32>) {
    let states = rows.iter().map(|row| 1 + row.state.max(if row.lo == END { 0 } else { row.next }) as usize);
    let states = states.max().unwrap_or(0);
    let mut hashes = vec![0u64; states];
    let mut first = vec![NONE; states];
    if let Some(start) = hashes.first_mut() {
        *start = 1;
    }
    for (number, row) in (0u32..).zip(rows) {
        if let Some(first) = first.get_mut(row.state as usize).filter(|first| **first == NONE) {
            *first = number;
        }
        let Some(hash) = hashes.get_mut(row.state as usize) else { continue };
        if *hash == 0 {
            *hash = led_to(2, u64::from(row.state));
        }
        let from = *hash;
        if row.lo != END
            && let Some(hash) = hashes.get_mut(row.next as usize).filter(|hash| **hash == 0)
        {
            *hash = led_to(from, u64::from(row.lo));
        }
    }
    (hashes, first)
}

/// Sorts numbers of 63 bits that mostly are spread evenly: first by their upper bits, then what has the same.
fn sorted(numbers: impl ExactSizeIterator<Item = u64> + Clone) -> Vec<u64> {
    // A few a part.
    let bits = numbers.len().max(1).ilog2().saturating_sub(2);
    let part = |number: u64| (number >> (63 - bits)) as usize;
    let mut ends = vec![0u32; (1 << bits) + 1];
    for number in numbers.clone() {
        if let Some(count) = ends.get_mut(part(number) + 1) {
            *count += 1;
        }
    }
    let mut total = 0u32;
    for end in &mut ends {
        total += *end;
        *end = total;
    }
    let mut next = ends.clone();
    let mut sorted = vec![0; numbers.len()];
    for number in numbers {
        let place = next.get_mut(part(number));
        if let Some((slot, place)) = place.and_then(|place| Some((sorted.get_mut(*place as usize)?, place))) {
            *slot = number;
            *place += 1;
        }
    }
    let mut rest = sorted.as_mut_slice();
    for bounds in ends.windows(2) {
        let [begin, end] = bounds else { break };
        let (part, after) = rest.split_at_mut((end - begin) as usize);
        part.sort_unstable();
        rest = after;
    }
    sorted
}

fn led_to(from: u64, symbol: u64) -> u64 {
    let mut hash = from.wrapping_add(symbol.wrapping_add(1).wrapping_mul(GOLDEN));
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (hash ^ (hash >> 31)) | 1
}
