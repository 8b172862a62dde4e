//! Shortest texts: the paths that errors, diffs and lints show.
//!
//! "Shortest" counts bytes; among texts of one length the first one wins in the order a-z, 0-9, A-Z, then the rest, so
//! that a witness reads like a path somebody might have written.
#![expect(clippy::indexing_slicing, reason = "states are numbered by the automaton searched")]

use super::transitions::Transitions;
use dregg_artifact::alphabet::{self, SYMBOLS};

/// The symbols from the most to the least readable.
pub(super) fn readable() -> Vec<u8> {
    let mut symbols: Vec<u8> = (0..SYMBOLS).collect();
    symbols.sort_by_key(|&symbol| (rank(symbol), symbol));
    symbols
}

fn rank(symbol: u8) -> u8 {
    match alphabet::byte(symbol) {
        Some(b'a'..=b'z') => 0,
        Some(b'0'..=b'9') => 1,
        Some(b'A'..=b'Z') => 2,
        Some(_) | None => 3,
    }
}

/// The text of symbols.
pub(super) fn text(symbols: &[u8]) -> String {
    symbols.iter().filter_map(|&symbol| alphabet::byte(symbol)).map(char::from).collect()
}

/// The shortest text into every state of an automaton.
pub(super) struct ShortestTexts {
    /// The states, by their shortest texts.
    order: Vec<u32>,
    /// For each state the state before it and the symbol between, `None` for the start and what cannot be reached.
    before: Vec<Option<(u32, u8)>>,
}

impl ShortestTexts {
    /// Breadth-first search in which symbols are tried in the readable order: so states are met in the order of their
    /// shortest and then most readable texts.
    pub fn new(automaton: &Transitions) -> ShortestTexts {
        let mut position = [0u8; SYMBOLS as usize];
        for (at, symbol) in (0u8..).zip(readable()) {
            position[symbol as usize] = at;
        }
        let best =
            |lo: u8, hi: u8| (lo..=hi.min(SYMBOLS - 1)).min_by_key(|&symbol| position[symbol as usize]);
        let mut before = vec![None; automaton.len()];
        let mut order: Vec<u32> = automaton.states().take(1).collect();
        let mut at = 0;
        while let Some(&state) = order.get(at) {
            at += 1;
            let mut steps: Vec<(u8, u32)> = automaton
                .of(state)
                .iter()
                .filter_map(|step| Some((best(step.lo, step.hi)?, step.next)))
                .collect();
            steps.sort_unstable_by_key(|&(symbol, _)| position[symbol as usize]);
            for (symbol, next) in steps {
                if next != 0 && before[next as usize].is_none() {
                    before[next as usize] = Some((state, symbol));
                    order.push(next);
                }
            }
        }
        ShortestTexts { order, before }
    }

    /// The states, by their shortest texts.
    pub fn states(&self) -> &[u32] {
        &self.order
    }

    /// The shortest text into a state.
    pub fn text(&self, state: u32) -> String {
        let mut symbols = Vec::new();
        let mut state = state;
        while let Some((before, symbol)) = self.before[state as usize] {
            symbols.push(symbol);
            state = before;
        }
        symbols.reverse();
        text(&symbols)
    }
}
