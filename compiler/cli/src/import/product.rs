//! How two regular sets of segments relate, and what they have in common.
//!
//! Both are the compiler's own canonical automata, so what is said here of two segments is what the compiler will find.
//! Not here: making them (`dregg_compiler::automaton::regular_set`), and writing one as a regex (`regex`).

#![expect(
    clippy::indexing_slicing,
    reason = "states are numbered by this module, and every number it keeps is in range"
)]

use dregg_artifact::{SegmentSet, alphabet};
use std::collections::BTreeMap;

/// A set of symbols of a segment, bit `s` for symbol `s` of the path alphabet.
pub(super) type Symbols = u128;

/// Two sets read at once.
pub(super) struct Product {
    /// Whether some segment is in both, in the first alone, in the second alone.
    pub(super) both: bool,
    /// See `both`.
    pub(super) only_first: bool,
    /// See `both`.
    pub(super) only_second: bool,
    /// The automaton of the segments in both. State 0 is the start; some states may lead nowhere.
    pub(super) common: Vec<State>,
}

/// A state of [`Product::common`].
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Whether a segment may end here.
    pub(super) accepts: bool,
    /// Where each symbol leads; the sets are disjoint.
    pub(super) arcs: BTreeMap<usize, Symbols>,
}

impl Product {
    /// Reads both sets. Every state of a set leads to acceptance, so reading on where one has rejected finds out only
    /// what it must.
    pub(super) fn of(first: &SegmentSet, second: &SegmentSet) -> Product {
        let mut product = Product { both: false, only_first: false, only_second: false, common: Vec::new() };
        let (first, second) = (Arcs::of(first), Arcs::of(second));
        let mut number = BTreeMap::from([((0, 0), 0)]);
        let mut pairs = vec![(0, 0)];
        while let Some(&(one, two)) = pairs.get(product.common.len()) {
            let (left, right) = (&first.0[one], &second.0[two]);
            let mut state = State { accepts: left.accepts && right.accepts, arcs: BTreeMap::new() };
            product.both |= state.accepts;
            product.only_first |= left.accepts && !right.accepts;
            product.only_second |= right.accepts && !left.accepts;
            let (mut read_left, mut read_right) = (0, 0);
            for (to_left, by_left) in &left.arcs {
                for (to_right, by_right) in &right.arcs {
                    let symbols = by_left & by_right;
                    if symbols != 0 {
                        let fresh = number.len();
                        let to = *number.entry((*to_left, *to_right)).or_insert(fresh);
                        if to == fresh {
                            pairs.push((*to_left, *to_right));
                        }
                        *state.arcs.entry(to).or_default() |= symbols;
                    }
                }
            }
            left.arcs.values().for_each(|symbols| read_left |= symbols);
            right.arcs.values().for_each(|symbols| read_right |= symbols);
            product.only_first |= read_left & !read_right != 0;
            product.only_second |= read_right & !read_left != 0;
            product.common.push(state);
        }
        product
    }
}

/// A set's automaton with the symbols of one target together.
struct Arcs(Vec<State>);

impl Arcs {
    fn of(set: &SegmentSet) -> Arcs {
        let mut states: Vec<State> =
            set.accepting.iter().map(|accepts| State { accepts: *accepts, arcs: BTreeMap::new() }).collect();
        for (from, low, high, next) in &set.rows {
            let (Ok(from), Ok(next)) = (usize::try_from(*from), usize::try_from(*next)) else { continue };
            let symbols =
                (*low..=(*high).min(alphabet::END)).fold(0, |set: Symbols, symbol| set | 1 << symbol);
            if let Some(state) = states.get_mut(from) {
                *state.arcs.entry(next).or_default() |= symbols;
            }
        }
        Arcs(states)
    }
}
