//! The minimal automaton of a language, numbered canonically.
//!
//! Partition refinement that looks again only at states one of whose targets has moved, and moves the smaller parts,
//! so that a state moves at most logarithmically often (Hopcroft's argument, on interval rows). Not here: the order of
//! lookup rows ([`super::order`]).
#![expect(clippy::indexing_slicing, reason = "states and blocks are numbered by this module")]

use super::transitions::{Step, Transitions, append};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// The minimal automaton of the same language: no dead state, no two equivalent ones, states numbered breadth-first by
/// symbol. What a state accepts with is taken through `class` first. An empty language has no states. Every state must
/// be reachable from the start.
pub(super) fn minimal(automaton: &Transitions, class: impl Fn(u32) -> u32) -> Transitions {
    let live = live(automaton);
    if live.first() != Some(&true) {
        return Transitions::new();
    }
    let accept = |state: u32| automaton.accept(state).map(&class);
    let block = Refinement::new(automaton, &live, accept).run();
    quotient(automaton, &block, accept)
}

/// Which states reach an accepting one.
fn live(automaton: &Transitions) -> Vec<bool> {
    let predecessors = Predecessors::new(automaton);
    let mut live = vec![false; automaton.len()];
    let mut pending: Vec<u32> =
        automaton.states().filter(|&state| automaton.accept(state).is_some()).collect();
    for &state in &pending {
        live[state as usize] = true;
    }
    while let Some(state) = pending.pop() {
        for &before in predecessors.of(state) {
            if !std::mem::replace(&mut live[before as usize], true) {
                pending.push(before);
            }
        }
    }
    live
}

/// The states that have a step into each state.
struct Predecessors {
    first: Vec<u32>,
    states: Vec<u32>,
}

impl Predecessors {
    fn new(automaton: &Transitions) -> Predecessors {
        let mut first = vec![0u32; automaton.len() + 1];
        for state in automaton.states() {
            for step in automaton.of(state) {
                first[step.next as usize + 1] += 1;
            }
        }
        let mut total = 0;
        for entry in &mut first {
            total += *entry;
            *entry = total;
        }
        let mut place = first.clone();
        let mut states = vec![0; automaton.steps()];
        for state in automaton.states() {
            for step in automaton.of(state) {
                let at = &mut place[step.next as usize];
                states[*at as usize] = state;
                *at += 1;
            }
        }
        Predecessors { first, states }
    }

    fn of(&self, state: u32) -> &[u32] {
        &self.states[self.first[state as usize] as usize..self.first[state as usize + 1] as usize]
    }
}

/// The block of a state that cannot accept.
const DEAD: u32 = u32::MAX;

/// A partition of the live states that is being refined.
///
/// INVARIANT: the states of a block that are not dirty have the same signature: the blocks their steps lead to. So
/// without dirty states the partition is stable, and since only states with different signatures were ever separated,
/// it is the coarsest one.
struct Refinement<'a> {
    automaton: &'a Transitions,
    predecessors: Predecessors,
    /// The block of each state.
    block: Vec<u32>,
    /// The states of each block.
    members: Vec<Vec<u32>>,
    /// The place of each state in its block's `members`.
    place: Vec<u32>,
    /// The states of each block to look at again.
    dirty: Vec<Vec<u32>>,
    is_dirty: Vec<bool>,
    /// The blocks that have dirty states.
    pending: VecDeque<u32>,
}

impl<'a> Refinement<'a> {
    fn new(automaton: &'a Transitions, live: &[bool], accept: impl Fn(u32) -> Option<u32>) -> Refinement<'a> {
        let mut by_label: BTreeMap<Option<u32>, Vec<u32>> = BTreeMap::new();
        for state in automaton.states().filter(|&state| live[state as usize]) {
            by_label.entry(accept(state)).or_default().push(state);
        }
        let mut refinement = Refinement {
            automaton,
            predecessors: Predecessors::new(automaton),
            block: vec![DEAD; automaton.len()],
            members: Vec::new(),
            place: vec![0; automaton.len()],
            dirty: Vec::new(),
            is_dirty: live.to_vec(),
            pending: VecDeque::new(),
        };
        for states in by_label.into_values() {
            let block = refinement.add(states.clone());
            refinement.dirty[block as usize] = states;
            refinement.pending.push_back(block);
        }
        refinement
    }

    fn run(mut self) -> Vec<u32> {
        while let Some(block) = self.pending.pop_front() {
            self.split(block);
        }
        self.block
    }

    /// Makes a block of states, which are taken from no other here.
    fn add(&mut self, states: Vec<u32>) -> u32 {
        let block = u32::try_from(self.members.len()).unwrap_or(DEAD);
        for (place, &state) in (0u32..).zip(&states) {
            self.block[state as usize] = block;
            self.place[state as usize] = place;
        }
        self.members.push(states);
        self.dirty.push(Vec::new());
        block
    }

    fn signature(&self, state: u32) -> Vec<Step> {
        let mut signature = Vec::new();
        for step in self.automaton.of(state) {
            let next = self.block[step.next as usize];
            if next != DEAD {
                append(&mut signature, 0, Step { next, ..*step });
            }
        }
        signature
    }

    fn split(&mut self, block: u32) {
        let dirty = std::mem::take(&mut self.dirty[block as usize]);
        let clean = self.members[block as usize].len() - dirty.len();
        // The first group holds the clean states: one of them speaks for all.
        let mut groups: Vec<Vec<u32>> = vec![Vec::new()];
        let mut by_signature: HashMap<Vec<Step>, usize> = HashMap::new();
        if let Some(&state) =
            self.members[block as usize].iter().find(|&&state| !self.is_dirty[state as usize])
        {
            by_signature.insert(self.signature(state), 0);
        }
        for &state in &dirty {
            let group = *by_signature.entry(self.signature(state)).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[group].push(state);
        }
        for &state in &dirty {
            self.is_dirty[state as usize] = false;
        }
        let size = |group: usize| groups[group].len() + if group == 0 { clean } else { 0 };
        let keep = (0..groups.len()).max_by_key(|&group| size(group)).unwrap_or(0);
        if keep != 0 {
            // Then the clean states move too. They are no more than the dirty states of the group that stays.
            let stays: std::collections::HashSet<u32> = groups.iter().flatten().copied().collect();
            let rest: Vec<u32> =
                self.members[block as usize].iter().copied().filter(|state| !stays.contains(state)).collect();
            groups[0].extend(rest);
        }
        let mut new = Vec::new();
        for (group, states) in groups.into_iter().enumerate() {
            if group != keep && !states.is_empty() {
                new.push(self.separate(block, states));
            }
        }
        for block in new {
            self.look_again_before(block);
        }
    }

    /// Moves states of a block to a block of their own.
    fn separate(&mut self, block: u32, states: Vec<u32>) -> u32 {
        for &state in &states {
            let place = self.place[state as usize];
            self.members[block as usize].swap_remove(place as usize);
            if let Some(&other) = self.members[block as usize].get(place as usize) {
                self.place[other as usize] = place;
            }
        }
        self.add(states)
    }

    /// Makes dirty whoever leads into a block.
    fn look_again_before(&mut self, block: u32) {
        for &state in &self.members[block as usize] {
            for &before in self.predecessors.of(state) {
                let of = self.block[before as usize];
                if of == DEAD || std::mem::replace(&mut self.is_dirty[before as usize], true) {
                    continue;
                }
                if self.dirty[of as usize].is_empty() {
                    self.pending.push_back(of);
                }
                self.dirty[of as usize].push(before);
            }
        }
    }
}

/// One state a block, numbered breadth-first by symbol from the start.
fn quotient(automaton: &Transitions, block: &[u32], accept: impl Fn(u32) -> Option<u32>) -> Transitions {
    let mut number: HashMap<u32, u32> = HashMap::from([(block[0], 0)]);
    let mut order = vec![0u32];
    let mut result = Transitions::new();
    let mut at = 0;
    while let Some(&state) = order.get(at) {
        at += 1;
        let mut steps = Vec::new();
        for step in automaton.of(state) {
            let target = block[step.next as usize];
            if target == DEAD {
                continue;
            }
            let fresh = u32::try_from(order.len()).unwrap_or(DEAD);
            let next = *number.entry(target).or_insert_with(|| {
                order.push(step.next);
                fresh
            });
            append(&mut steps, 0, Step { next, ..*step });
        }
        result.push(accept(state), steps);
    }
    result
}
