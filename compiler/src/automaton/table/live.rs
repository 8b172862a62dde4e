//! Which states paths still lead to, after the trie has been changed.
//!
//! States are counted by what leads to them. Counts are exact because apart from states that change nothing any more,
//! every state leads to states with more segments before them. Not here: how states are made ([`super::explore`]).
#![expect(clippy::indexing_slicing, reason = "states are numbered by the lists")]

use super::codes::Codes;
use super::decide::UNDECIDED;
use super::states::{State, States};
use super::trie::{NONE, Trie};
use crate::automaton::product::Accept;
use rustc_hash::FxHashSet;

/// Counts of what leads to states, and of states that accept with patterns.
#[derive(Default)]
pub(super) struct Live {
    /// How many ways lead to each state from living ones, links aside.
    ways: Vec<u32>,
    /// How many living states link to each state.
    links: Vec<u32>,
    /// The states that are linked to but that no path leads to.
    links_only: FxHashSet<u32>,
    /// How many living states have each pattern as the least one.
    accepts: Vec<u32>,
    /// How many living states have no least pattern.
    undecided: u32,
}

impl Live {
    /// The root's state has changed. States from `new` on have just been made.
    pub fn change(&mut self, states: &mut States, codes: &Codes, trie: &Trie, roots: (u32, u32), new: u32) {
        self.ways.resize(states.len(), 0);
        self.links.resize(states.len(), 0);
        self.accepts.resize(codes.patterns(), 0);
        let (old, root) = roots;
        // First what is new, so that what stays does not die in between.
        let mut pending: Vec<u32> = (root != NONE).then_some(root).into_iter().collect();
        while let Some(state) = pending.pop() {
            self.ways[state as usize] += 1;
            if self.ways[state as usize] > 1 {
                continue;
            }
            self.look_at_links(state);
            if state < new {
                // It lived before, perhaps beside other patterns.
                states.judge(codes, trie, state);
            }
            self.count(states.get(state), |count| *count += 1);
            let (next, link) = states.next(state);
            pending.extend(next);
            if let Some(link) = link {
                self.links[link as usize] += 1;
                self.look_at_links(link);
            }
        }
        pending.extend((old != NONE).then_some(old));
        while let Some(state) = pending.pop() {
            self.ways[state as usize] -= 1;
            if self.ways[state as usize] > 0 {
                continue;
            }
            self.look_at_links(state);
            self.count(states.get(state), |count| *count -= 1);
            let (next, link) = states.next(state);
            pending.extend(next);
            if let Some(link) = link {
                self.links[link as usize] -= 1;
                self.look_at_links(link);
            }
        }
    }

    fn count(&mut self, state: State, change: impl Fn(&mut u32)) {
        match state.accept {
            NONE => {}
            UNDECIDED => change(&mut self.undecided),
            pattern => change(&mut self.accepts[pattern as usize]),
        }
    }

    fn look_at_links(&mut self, state: u32) {
        if self.links[state as usize] > 0 && self.ways[state as usize] == 0 {
            self.links_only.insert(state);
        } else if !self.links_only.is_empty() {
            self.links_only.remove(&state);
        }
    }

    /// Whether every living state is one that paths lead to.
    pub fn all_reached(&self) -> bool {
        self.links_only.is_empty()
    }

    /// Whether some path has no least pattern.
    pub fn undecided(&self) -> bool {
        self.undecided > 0
    }

    /// The accept sets of paths.
    pub fn accepts<'a>(&'a self, states: &'a States) -> impl Iterator<Item = &'a Accept> {
        let living = (0u32..).zip(&self.accepts).filter(|(_, count)| **count > 0);
        living.filter_map(|(pattern, _)| states.decider.accept(pattern))
    }
}
