//! The product automaton: what every path is matched by, before policy classes are known.

use super::minimal::minimal;
use super::order::edge_order;
use super::transitions::{Step, Transitions};
use super::witness::ShortestTexts;
use dregg_artifact::{Dfa, Path, alphabet};

/// What an accept state of the product carries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Accept {
    /// The numbers of all patterns that match the path, ascending.
    pub patterns: Vec<usize>,
    /// The one that lies inside all others.
    pub least: usize,
}

/// The deterministic automaton of a table of patterns; made by [`super::build()`].
#[derive(Clone, Debug)]
pub struct Product {
    transitions: Transitions,
    accepts: Vec<Accept>,
}

impl Product {
    pub(super) fn new(transitions: Transitions, accepts: Vec<Accept>) -> Product {
        Product { transitions, accepts }
    }

    /// The different accept sets, in no particular order; a pattern that is `least` in none decides no path.
    pub fn accepts(&self) -> &[Accept] {
        &self.accepts
    }

    /// How many states there are.
    pub fn states(&self) -> usize {
        self.transitions.len()
    }

    /// What matches a path.
    pub fn find(&self, path: Path<'_>) -> Option<&Accept> {
        let mut state = self.start()?;
        for byte in path.as_str().bytes() {
            state = self.step(state, alphabet::symbol(byte)?)?;
        }
        self.accept(state)
    }

    pub(super) fn start(&self) -> Option<u32> {
        self.transitions.states().next()
    }

    pub(super) fn steps(&self, state: u32) -> &[Step] {
        self.transitions.of(state)
    }

    pub(super) fn step(&self, state: u32, symbol: u8) -> Option<u32> {
        self.transitions.step(state, symbol)
    }

    pub(super) fn accept(&self, state: u32) -> Option<&Accept> {
        self.accepts.get(self.transitions.accept(state)? as usize)
    }

    /// The shortest path whose accept set satisfies a condition; among several of one length the first in the order
    /// a-z, 0-9, A-Z, then the other bytes.
    pub fn witness(&self, holds: impl Fn(&Accept) -> bool) -> Option<String> {
        let wanted: Vec<bool> = self.accepts.iter().map(holds).collect();
        if !wanted.contains(&true) {
            return None;
        }
        let texts = ShortestTexts::new(&self.transitions);
        let accepts =
            |state: u32| self.transitions.accept(state).and_then(|label| wanted.get(label as usize));
        let state = texts.states().iter().copied().find(|&state| accepts(state) == Some(&true))?;
        Some(texts.text(state))
    }

    /// The minimal DFA whose accept states carry the policy class of their accept sets, in canonical edge order.
    ///
    /// The result depends on the language and its classes only, not on the order of patterns. A table that matches
    /// nothing gives no rows and no states.
    pub fn to_dfa(&self, class: impl Fn(&Accept) -> u32) -> Dfa {
        let classes: Vec<u32> = self.accepts.iter().map(class).collect();
        let smallest = minimal(&self.transitions, |label| classes.get(label as usize).copied().unwrap_or(0));
        let states = u32::try_from(smallest.len()).unwrap_or(u32::MAX);
        Dfa::new(edge_order(&smallest), states)
    }
}
