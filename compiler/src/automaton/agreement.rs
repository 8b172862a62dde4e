//! Proof that a DFA is a form of the product it was made from.
//!
//! Both are read side by side with the product along every path at once: pairs of states, breadth-first, until all have
//! been seen or two ends differ. Nothing of minimisation, edge order or trie building is used here, so a slip in one of
//! them cannot hide.

use super::product::{Accept, Product};
use super::witness;
use dregg_artifact::Dfa;
use dregg_artifact::alphabet::{END, SLASH, SYMBOLS};
use std::collections::HashSet;
use std::hash::Hash;

/// The shortest path that `dfa` does not classify as the product does under `class`.
pub fn dfa_disagreement(product: &Product, dfa: &Dfa, class: impl Fn(&Accept) -> u32) -> Option<String> {
    disagreement(product, dfa, |accept, found| accept.map(&class) == found)
}

/// Something that reads paths symbol by symbol.
trait Reader {
    /// How far it is.
    type State: Clone + Eq + Hash;
    /// What it says of a path.
    type Found;
    fn start(&self) -> Option<Self::State>;
    fn step(&self, state: &Self::State, symbol: u8) -> Option<Self::State>;
    fn end(&self, state: &Self::State) -> Option<Self::Found>;
    /// Marks the symbols at which `step` may begin to answer differently than for the symbol before.
    fn mark(&self, state: &Self::State, marks: &mut Marks);
}

/// A set of symbols at which intervals begin.
struct Marks([bool; SYMBOLS as usize]);

impl Marks {
    fn interval(&mut self, lo: u8, hi: u8) {
        for symbol in [lo, hi.saturating_add(1)] {
            if let Some(mark) = self.0.get_mut(usize::from(symbol)) {
                *mark = true;
            }
        }
    }
}

fn disagreement<R: Reader>(
    product: &Product,
    reader: &R,
    same: impl Fn(Option<&Accept>, Option<R::Found>) -> bool,
) -> Option<String> {
    let readable = witness::readable();
    let start = (product.start(), reader.start());
    let mut seen = HashSet::from([start.clone()]);
    // Each pair met, the entry before it and the symbol between.
    let mut met = vec![(start, 0usize, 0u8)];
    let mut at = 0;
    while let Some((pair, _, _)) = met.get(at).cloned() {
        let accept = pair.0.and_then(|state| product.accept(state));
        let found = pair.1.as_ref().and_then(|state| reader.end(state));
        if !same(accept, found) {
            return Some(path_to(&met, at));
        }
        let mut marks = Marks([false; SYMBOLS as usize]);
        marks.interval(SLASH, SLASH);
        for step in pair.0.map(|state| product.steps(state)).unwrap_or(&[]) {
            marks.interval(step.lo, step.hi);
        }
        if let Some(state) = &pair.1 {
            reader.mark(state, &mut marks);
        }
        // The number of the interval that each symbol lies in; one symbol speaks for its interval.
        let mut interval = 0u8;
        let intervals: Vec<u8> = marks
            .0
            .iter()
            .map(|&begins| {
                interval += u8::from(begins);
                interval
            })
            .collect();
        let mut tried = [false; SYMBOLS as usize + 1];
        for &symbol in &readable {
            let of =
                intervals.get(usize::from(symbol)).and_then(|&interval| tried.get_mut(usize::from(interval)));
            if of.is_none_or(|tried| std::mem::replace(tried, true)) {
                continue;
            }
            let next = (
                pair.0.and_then(|state| product.step(state, symbol)),
                pair.1.as_ref().and_then(|state| reader.step(state, symbol)),
            );
            if next != (None, None) && seen.insert(next.clone()) {
                met.push((next, at, symbol));
            }
        }
        at += 1;
    }
    None
}

fn path_to<S>(met: &[(S, usize, u8)], mut at: usize) -> String {
    let mut symbols = Vec::new();
    while let Some((_, before, symbol)) = met.get(at).filter(|_| at != 0) {
        symbols.push(*symbol);
        at = *before;
    }
    symbols.reverse();
    witness::text(&symbols)
}

impl Reader for Dfa {
    type State = u32;
    type Found = u32;

    fn start(&self) -> Option<u32> {
        (self.states() > 0).then_some(0)
    }

    fn step(&self, state: &u32, symbol: u8) -> Option<u32> {
        Dfa::step(self, *state, symbol)
    }

    fn end(&self, state: &u32) -> Option<u32> {
        Dfa::step(self, *state, END)
    }

    fn mark(&self, state: &u32, marks: &mut Marks) {
        for row in self.rows_of(*state) {
            marks.interval(row.lo, row.hi);
        }
    }
}
