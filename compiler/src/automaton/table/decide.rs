//! The least of the patterns that match a path, and with it all of them.
//!
//! If every path has a least pattern, the paths whose least pattern is `r` are all matched by the same patterns: those
//! that include `r`, because a pattern that matches such a path has `r` inside, and one that has `r` inside matches it.
//! So an accept set is known by its least pattern. Not here: reports of what is ambiguous ([`crate::automaton::build()`]).
#![expect(clippy::indexing_slicing, reason = "codes and patterns are numbered by the codes")]

use super::codes::{ANY, Code, Codes, SETS, number};
use super::trie::{NONE, set_of};
use crate::automaton::inclusion::set_includes;
use crate::automaton::positions::transitions;
use crate::automaton::product::Accept;
use crate::automaton::transitions::Transitions;
use rustc_hash::FxHashMap;

/// What stands for the least pattern of a set that has none.
pub(super) const UNDECIDED: u32 = NONE - 1;

/// The accept sets met so far.
#[derive(Default)]
pub(super) struct Decider {
    /// The sets as automata.
    sets: Vec<Transitions>,
    /// Whether the set with the first number includes what the second code stands for.
    known: FxHashMap<(u32, Code), bool>,
    accepts: Vec<Accept>,
    /// The accept set of each pattern that is the least one somewhere.
    accept_of: Vec<u32>,
    /// How many pattern numbers the accept sets hold.
    items: usize,
    undecided: bool,
}

impl Decider {
    /// Makes room for the patterns and sets coded so far.
    pub fn grow(&mut self, codes: &Codes) {
        self.sets.extend(codes.sets.iter().skip(self.sets.len()).map(transitions));
        self.accept_of.resize(codes.patterns(), NONE);
    }

    /// The least of these patterns, which are different and match one path: [`NONE`] if there are none at all,
    /// [`UNDECIDED`] if none lies inside all others.
    pub fn least(&mut self, codes: &Codes, patterns: &mut [u32]) -> u32 {
        let Some(&first) = patterns.first() else { return NONE };
        // If there is a least element, this stops at it: whatever was held before includes it.
        let mut least = first;
        for &pattern in patterns.iter().skip(1) {
            if self.includes(codes, least, pattern) {
                least = pattern;
            }
        }
        // No two patterns are equal, so what includes the least one does so strictly.
        if !patterns.iter().all(|&other| other == least || self.includes(codes, other, least)) {
            self.undecided = true;
            return UNDECIDED;
        }
        patterns.sort_unstable();
        let accept = || Accept {
            patterns: patterns.iter().map(|&pattern| pattern as usize).collect(),
            least: least as usize,
        };
        match self.accept_of[least as usize] {
            NONE => {
                self.accept_of[least as usize] = number(self.accepts.len());
                self.items += patterns.len();
                self.accepts.push(accept());
            }
            // Another set than before is that of a table amended since.
            known => {
                let known = &mut self.accepts[known as usize];
                let same = known.patterns.len() == patterns.len()
                    && known.patterns.iter().zip(patterns.iter()).all(|(old, new)| *old == *new as usize);
                if !same {
                    *known = accept();
                }
            }
        }
        least
    }

    /// How many pattern numbers the accept sets hold.
    pub fn items(&self) -> usize {
        self.items
    }

    /// Whether some set had no least pattern.
    pub fn undecided(&self) -> bool {
        self.undecided
    }

    /// The accept sets.
    pub fn accepts(&self) -> &[Accept] {
        &self.accepts
    }

    /// The accept sets, and for each pattern the number of the one it is least in, or [`NONE`].
    pub fn into_accepts(self) -> (Vec<Accept>, Vec<u32>) {
        (self.accepts, self.accept_of)
    }

    /// The accept set of paths whose least pattern is this one.
    pub fn accept(&self, least: u32) -> Option<&Accept> {
        self.accepts.get(self.accept_of[least as usize] as usize)
    }

    /// The automaton of a set.
    pub fn set(&self, set: u32) -> &Transitions {
        &self.sets[set as usize]
    }

    /// Whether a pattern matches every path that another one matches ([`crate::automaton::includes`]).
    fn includes(&mut self, codes: &Codes, big: u32, small: u32) -> bool {
        let (big_codes, small_codes) = (codes.of(big), codes.of(small));
        let fits = match (codes.tail(big), codes.tail(small)) {
            (false, false) => small_codes.len() == big_codes.len(),
            (true, false | true) => small_codes.len() >= big_codes.len(),
            (false, true) => false,
        };
        fits && big_codes.iter().zip(small_codes).all(|(big, small)| self.segment(codes, *big, *small))
    }

    fn segment(&mut self, codes: &Codes, big: Code, small: Code) -> bool {
        if big == small || big == ANY {
            return true;
        }
        let Some(set) = set_of(big).filter(|_| small != ANY) else { return false };
        let sets = &self.sets;
        *self.known.entry((set, small)).or_insert_with(|| match set_of(small) {
            Some(small) => set_includes(&sets[set as usize], &sets[small as usize]),
            None => small < SETS && codes.sets[set as usize].contains(&codes.keys[small as usize]),
        })
    }
}
