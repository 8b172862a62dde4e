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
pub(super) struct Decider<'a> {
    codes: &'a Codes<'a>,
    /// The sets as automata, by their places.
    sets: Vec<Transitions>,
    /// Whether the set at the first place includes what the second code stands for.
    known: FxHashMap<(u32, Code), bool>,
    accepts: Vec<Accept>,
    /// The accept set of each pattern that is the least one somewhere.
    accept_of: Vec<u32>,
    /// How many pattern numbers the accept sets hold.
    items: usize,
    undecided: bool,
}

impl<'a> Decider<'a> {
    pub fn new(codes: &'a Codes<'a>) -> Decider<'a> {
        Decider {
            codes,
            sets: codes.sets.iter().map(|set| transitions(set)).collect(),
            known: FxHashMap::default(),
            accepts: Vec::new(),
            accept_of: vec![NONE; codes.patterns()],
            items: 0,
            undecided: false,
        }
    }

    /// The least of these patterns, which are different and match one path: [`NONE`] if there are none at all,
    /// [`UNDECIDED`] if none lies inside all others.
    pub fn least(&mut self, patterns: &mut [u32]) -> u32 {
        let Some(&first) = patterns.first() else { return NONE };
        // If there is a least element, this stops at it: whatever was held before includes it.
        let mut least = first;
        for &pattern in patterns.iter().skip(1) {
            if self.includes(least, pattern) {
                least = pattern;
            }
        }
        // No two patterns are equal, so what includes the least one does so strictly.
        if !patterns.iter().all(|&other| other == least || self.includes(other, least)) {
            self.undecided = true;
            return UNDECIDED;
        }
        if self.accept_of[least as usize] == NONE {
            patterns.sort_unstable();
            self.accept_of[least as usize] = number(self.accepts.len());
            self.items += patterns.len();
            let patterns = patterns.iter().map(|pattern| *pattern as usize).collect();
            self.accepts.push(Accept { patterns, least: least as usize });
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

    /// The accept sets, and for each pattern the number of the one it is least in, or [`NONE`].
    pub fn into_accepts(self) -> (Vec<Accept>, Vec<u32>) {
        (self.accepts, self.accept_of)
    }

    /// The automaton of a set.
    pub fn set(&self, place: u32) -> &Transitions {
        &self.sets[place as usize]
    }

    /// Whether a pattern matches every path that another one matches ([`crate::automaton::includes`]).
    fn includes(&mut self, big: u32, small: u32) -> bool {
        let codes = self.codes;
        let (big_codes, small_codes) = (codes.of(big), codes.of(small));
        let fits = match (codes.tail(big), codes.tail(small)) {
            (false, false) => small_codes.len() == big_codes.len(),
            (true, false | true) => small_codes.len() >= big_codes.len(),
            (false, true) => false,
        };
        fits && big_codes.iter().zip(small_codes).all(|(big, small)| self.segment(*big, *small))
    }

    fn segment(&mut self, big: Code, small: Code) -> bool {
        if big == small || big == ANY {
            return true;
        }
        let Some(set) = set_of(big).filter(|_| small != ANY) else { return false };
        let (codes, sets) = (self.codes, &self.sets);
        *self.known.entry((set, small)).or_insert_with(|| match set_of(small) {
            Some(small) => set_includes(&sets[set as usize], &sets[small as usize]),
            None => small < SETS && codes.sets[set as usize].contains(codes.keys[small as usize]),
        })
    }
}
