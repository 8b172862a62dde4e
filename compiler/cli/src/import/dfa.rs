//! Small automata over one segment: what a templated segment such as `{base}...{head}` matches, exactly.
//!
//! Enough to tell which of two segments is more specific and what they have in common; the policy's own automaton is
//! the compiler's. A [`Dfa`] is minimal and canonical, so equal languages are equal values. The segments `.` and `..`
//! are in none of them, because no path can hold them. Not here: regex text (`regex`).

#![expect(
    clippy::indexing_slicing,
    reason = "states are numbered by this module, and every number it keeps is in range"
)]

use dregg_artifact::alphabet;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A set of symbols of a segment, bit `s` for symbol `s` of the path alphabet.
pub(super) type Symbols = u128;

/// Every symbol a segment may hold: all but `/`.
pub(super) const ANY: Symbols = ((1 << alphabet::SYMBOLS) - 1) & !(1 << alphabet::SLASH);

/// The most states of one automaton, and the most that are built on the way to it.
const STATES: usize = 512;

/// One step of a sequence: a symbol of the set, or one or more of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Element {
    /// The symbols that are read here.
    pub(super) symbols: Symbols,
    /// Whether more of them may follow.
    pub(super) repeated: bool,
}

/// Elements one after the other.
pub(super) type Sequence = Vec<Element>;

/// How many states may still be built; one for a whole import, so that its time has a bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget(pub(super) usize);

impl Default for Budget {
    fn default() -> Self {
        // A minute at worst; a large real document takes a hundredth of it.
        Budget(4_000_000)
    }
}

/// An automaton would need more states than this importer allows itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooComplex;

/// A regular set of segments. State 0 is the start; every state is reachable and leads to acceptance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Dfa {
    states: Vec<State>,
}

/// A state of a [`Dfa`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct State {
    /// Whether a segment may end here.
    pub(super) accepts: bool,
    /// Where each symbol leads; the sets are disjoint, ordered by target.
    pub(super) arcs: Vec<(usize, Symbols)>,
}

impl Dfa {
    /// The segments that one of the sequences matches; `None` if there is none.
    pub(super) fn of(alternatives: &[Sequence], budget: &mut Budget) -> Result<Option<Dfa>, TooComplex> {
        // A place is (alternative, elements begun); beside the places of the sequences the state counts leading dots,
        // because `.` and `..` are no segments.
        let start = (0u8, (0..alternatives.len()).map(|which| (which, 0usize)).collect::<Vec<_>>());
        explore(
            budget,
            start,
            |(dots, places), symbol| {
                let mut next = Vec::new();
                for &(which, at) in places {
                    let sequence = &alternatives[which];
                    if sequence.get(at).is_some_and(|element| element.symbols >> symbol & 1 == 1) {
                        next.push((which, at + 1));
                    }
                    let last = at.checked_sub(1).and_then(|last| sequence.get(last));
                    if last.is_some_and(|element| element.repeated && element.symbols >> symbol & 1 == 1) {
                        next.push((which, at));
                    }
                }
                next.sort_unstable();
                next.dedup();
                let dots = if alphabet::byte(symbol) == Some(b'.') && *dots < 3 { dots + 1 } else { 3 };
                (!next.is_empty()).then_some((dots, next))
            },
            |(dots, places)| {
                !matches!(dots, 1 | 2) && places.iter().any(|&(which, at)| at == alternatives[which].len())
            },
        )
    }

    /// The segments both match; `None` if there is none.
    pub(super) fn intersection(&self, other: &Dfa, budget: &mut Budget) -> Result<Option<Dfa>, TooComplex> {
        explore(
            budget,
            (0, 0),
            |&(one, two), symbol| Some((self.step(one, symbol)?, other.step(two, symbol)?)),
            |&(one, two)| self.states[one].accepts && other.states[two].accepts,
        )
    }

    /// Whether this segment is in the set.
    pub(super) fn contains(&self, segment: &str) -> bool {
        let walk = segment.bytes().try_fold(0, |state, byte| self.step(state, alphabet::symbol(byte)?));
        walk.is_some_and(|state| self.states[state].accepts)
    }

    /// The only segment of the set, if there is exactly one.
    pub(super) fn only(&self) -> Option<String> {
        let mut segment = String::new();
        let mut state = &self.states[0];
        // Without a cycle a walk visits each state once.
        for _ in 0..self.states.len() {
            match state.arcs.as_slice() {
                [] => return Some(segment),
                [(next, symbols)] if !state.accepts && symbols.count_ones() == 1 => {
                    let symbol = u8::try_from(symbols.trailing_zeros()).ok()?;
                    segment.push(char::from(alphabet::byte(symbol)?));
                    state = &self.states[*next];
                }
                [..] => return None,
            }
        }
        None
    }

    /// The states, the start first.
    pub(super) fn states(&self) -> &[State] {
        &self.states
    }

    fn step(&self, state: usize, symbol: u8) -> Option<usize> {
        self.states[state].arcs.iter().find(|(_, symbols)| symbols >> symbol & 1 == 1).map(|(next, _)| *next)
    }
}

/// A table under construction: per state whether it accepts, and per symbol where it leads.
struct Table {
    accepts: Vec<bool>,
    next: Vec<Vec<Option<usize>>>,
}

fn symbols() -> impl Iterator<Item = u8> {
    (0..alphabet::SYMBOLS).filter(|symbol| *symbol != alphabet::SLASH)
}

/// Builds the minimal automaton of whatever `step` and `accepts` describe; `None` if it accepts nothing.
fn explore<S: Clone + Ord>(
    budget: &mut Budget,
    start: S,
    step: impl Fn(&S, u8) -> Option<S>,
    accepts: impl Fn(&S) -> bool,
) -> Result<Option<Dfa>, TooComplex> {
    let mut number = BTreeMap::from([(start.clone(), 0)]);
    let mut waiting = VecDeque::from([start]);
    let mut table = Table { accepts: Vec::new(), next: Vec::new() };
    while let Some(state) = waiting.pop_front() {
        table.accepts.push(accepts(&state));
        let mut row = Vec::new();
        for symbol in symbols() {
            row.push(step(&state, symbol).map(|next| {
                let fresh = number.len();
                *number.entry(next).or_insert_with_key(|next| {
                    waiting.push_back(next.clone());
                    fresh
                })
            }));
        }
        table.next.push(row);
        budget.0 = budget.0.checked_sub(1).ok_or(TooComplex)?;
        if number.len() > STATES {
            return Err(TooComplex);
        }
    }
    Ok(minimal(table))
}

/// Merges states no segment tells apart (Moore), drops the dead ones and numbers the rest by first appearance.
fn minimal(table: Table) -> Option<Dfa> {
    // Symbols that lead to the same state from everywhere are looked at once.
    let columns: BTreeSet<Vec<Option<usize>>> =
        (0..symbols().count()).map(|at| table.next.iter().map(|row| row[at]).collect()).collect();
    // Block 0 is the dead state; it needs no row, and states that behave like it join it.
    let mut block: Vec<usize> = table.accepts.iter().map(|accepts| usize::from(*accepts)).collect();
    let mut count = 0;
    loop {
        let dead = (false, vec![0; columns.len()]);
        let mut numbers = BTreeMap::from([(dead, 0)]);
        let mut refined = Vec::new();
        for (state, accepts) in table.accepts.iter().enumerate() {
            let signature =
                columns.iter().map(|column| column[state].map_or(0, |next| block[next])).collect();
            let fresh = numbers.len();
            refined.push(*numbers.entry((*accepts, signature)).or_insert(fresh));
        }
        let done = numbers.len() == count;
        count = numbers.len();
        block = refined;
        if done {
            break;
        }
    }
    let mut representative = BTreeMap::new();
    for (state, block) in block.iter().enumerate() {
        representative.entry(*block).or_insert(state);
    }
    let start = *block.first()?;
    if start == 0 {
        return None;
    }
    let mut number = BTreeMap::from([(start, 0)]);
    let mut waiting = VecDeque::from([start]);
    let mut states = Vec::new();
    while let Some(from) = waiting.pop_front() {
        let state = *representative.get(&from)?;
        let mut arcs: BTreeMap<usize, Symbols> = BTreeMap::new();
        for (symbol, next) in symbols().zip(&table.next[state]) {
            let to = next.map_or(0, |next| block[next]);
            if to == 0 {
                continue;
            }
            let fresh = number.len();
            let to = *number.entry(to).or_insert_with(|| {
                waiting.push_back(to);
                fresh
            });
            *arcs.entry(to).or_default() |= 1 << symbol;
        }
        states.push(State { accepts: table.accepts[state], arcs: arcs.into_iter().collect() });
    }
    Some(Dfa { states })
}
