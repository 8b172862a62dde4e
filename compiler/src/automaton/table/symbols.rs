//! States of the minimal symbol automaton, each stored once.
//!
//! A state's identity is what it accepts with and where its symbols lead, so two equal states are one as soon as what they
//! lead to is. That fails only for cycles, which are made a component at a time ([`SymbolStates::component`]).
//!
//! INVARIANT: no two states are equivalent, and every state but those of one component leads to smaller numbers only.
//! So what is made here is minimal without partition refinement.
#![expect(clippy::indexing_slicing, reason = "states are numbered by this module")]

use super::codes::number;
use super::numbers::{Numbers, short};
use super::trie::NONE;
use crate::automaton::transitions::{Step, Transitions, append};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// Marks a step's target as a place inside the component that is being made.
pub(super) const INSIDE: u32 = 1 << 31;

/// A state of a component that is being made. Its steps are sorted and disjoint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Fresh {
    /// What it accepts with, or [`NONE`].
    pub accept: u32,
    /// Its steps; a target is a state, or [`INSIDE`] and a place in the component.
    pub steps: Vec<Step>,
}

/// The states, numbered as they come.
pub(super) struct SymbolStates {
    transitions: Transitions,
    table: Numbers,
    /// The components with cycles, ascending: their first states and how many they have.
    cyclic: Vec<(u32, u32)>,
    /// Such components by what they look like: their first states.
    by_shape: FxHashMap<Vec<Fresh>, u32>,
}

impl SymbolStates {
    /// No states.
    pub fn new() -> SymbolStates {
        SymbolStates {
            transitions: Transitions::new(),
            table: Numbers::default(),
            cyclic: Vec::new(),
            by_shape: FxHashMap::default(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.transitions.len()
    }

    /// The steps of a state.
    pub fn of(&self, state: u32) -> &[Step] {
        self.transitions.of(state)
    }

    /// What a state accepts with, or [`NONE`].
    pub fn accept(&self, state: u32) -> u32 {
        self.transitions.accept(state).unwrap_or(NONE)
    }

    /// Where a symbol leads, or [`NONE`]; from [`NONE`] nowhere.
    pub fn step(&self, state: u32, symbol: u8) -> u32 {
        if state == NONE { NONE } else { self.transitions.step(state, symbol).unwrap_or(NONE) }
    }

    /// The states as an automaton.
    pub fn automaton(&self) -> &Transitions {
        &self.transitions
    }

    /// The components with cycles, ascending: their first states and how many they have.
    pub fn cyclic(&self) -> &[(u32, u32)] {
        &self.cyclic
    }

    /// The state that accepts with `accept` and has these steps: sorted, disjoint, neighbours with one target merged.
    pub fn intern(&mut self, accept: u32, steps: &[Step]) -> u32 {
        let hash = hash(accept, steps);
        let same = |state: u32| self.accept(state) == accept && self.of(state) == steps;
        if let Some(known) = self.table.find(hash, same) {
            return known;
        }
        self.push(hash, accept, steps)
    }

    fn push(&mut self, hash: u32, accept: u32, steps: &[Step]) -> u32 {
        let fresh = number(self.len());
        self.transitions.push_merged((accept != NONE).then_some(accept), steps);
        self.table.insert(hash, fresh);
        fresh
    }

    /// The states of a strongly connected component with a cycle, by their places in it.
    ///
    /// It either lies inside a component it has a way out to, whose states are then equivalent to its own; or, made
    /// minimal, it is a component of its own, known by its shape or new. What it looks like does not depend on the
    /// order of its states, since [`Refined`] numbers them by their looks.
    pub fn component(&mut self, component: &[Fresh]) -> Vec<u32> {
        if let Some(known) = self.inside_known(component) {
            return known;
        }
        let (place, shape) = refined(component);
        let first = match self.by_shape.get(&shape) {
            Some(&known) => known,
            None => {
                let first = number(self.len());
                self.cyclic.push((first, number(shape.len())));
                for state in &shape {
                    let outside = |next: u32| if next & INSIDE == 0 { next } else { first + (next ^ INSIDE) };
                    let steps: Vec<Step> =
                        state.steps.iter().map(|step| Step { next: outside(step.next), ..*step }).collect();
                    self.push(hash(state.accept, &steps), state.accept, &steps);
                }
                self.by_shape.insert(shape, first);
                first
            }
        };
        place.into_iter().map(|place| first + place).collect()
    }

    /// The states of the component with a cycle that a state lies in.
    fn cycle(&self, state: u32) -> Option<Range<u32>> {
        let after = self.cyclic.partition_point(|&(first, _)| first <= state);
        let &(first, count) = self.cyclic.get(after.checked_sub(1)?)?;
        (state < first + count).then(|| first..first + count)
    }

    /// Equivalent states in a component that this one leads to.
    fn inside_known(&self, component: &[Fresh]) -> Option<Vec<u32>> {
        let mut tried: Vec<Range<u32>> = Vec::new();
        for (place, state) in (0u32..).zip(component) {
            for step in state.steps.iter().filter(|step| step.next & INSIDE == 0) {
                let Some(cycle) = self.cycle(step.next) else { continue };
                if tried.contains(&cycle) {
                    continue;
                }
                // The equivalent of this state leads to the same target.
                for other in cycle.clone().filter(|&other| self.step(other, step.lo) == step.next) {
                    if let Some(known) = self.simulated(component, place, other) {
                        return Some(known);
                    }
                }
                tried.push(cycle);
            }
        }
        None
    }

    /// The equivalents of all states of a component, if the state at `place` is equivalent to `other`.
    fn simulated(&self, component: &[Fresh], place: u32, other: u32) -> Option<Vec<u32>> {
        let mut known = vec![NONE; component.len()];
        known[place as usize] = other;
        let mut pending = vec![place];
        while let Some(place) = pending.pop() {
            let (state, other) = (&component[place as usize], known[place as usize]);
            if state.accept != self.accept(other) {
                return None;
            }
            let mut theirs = self.of(other).iter().copied().peekable();
            for step in &state.steps {
                let mut lo = step.lo;
                loop {
                    let their = theirs.peek_mut()?;
                    if their.lo != lo {
                        return None;
                    }
                    if step.next & INSIDE == 0 {
                        if their.next != step.next {
                            return None;
                        }
                    } else {
                        let known = &mut known[(step.next ^ INSIDE) as usize];
                        if *known == NONE {
                            *known = their.next;
                            pending.push(step.next ^ INSIDE);
                        } else if *known != their.next {
                            return None;
                        }
                    }
                    let (hi, last) = (their.hi.min(step.hi), their.hi <= step.hi);
                    if last {
                        theirs.next();
                    } else {
                        their.lo = hi + 1;
                    }
                    if hi == step.hi {
                        break;
                    }
                    lo = hi + 1;
                }
            }
            if theirs.peek().is_some() {
                return None;
            }
        }
        Some(known)
    }
}

fn hash(accept: u32, steps: &[Step]) -> u32 {
    let mut hasher = FxHasher::default();
    accept.hash(&mut hasher);
    for step in steps {
        hasher.write_u64(u64::from(step.next) << 16 | u64::from(step.lo) << 8 | u64::from(step.hi));
    }
    short(&hasher)
}

/// The minimal form of a component, its states in an order that only their looks decide; and the place in it of each
/// state.
fn refined(component: &[Fresh]) -> (Vec<u32>, Vec<Fresh>) {
    let mut place = vec![0u32; component.len()];
    let mut count = 0;
    loop {
        let looks: Vec<(u32, Fresh)> =
            place.iter().zip(component).map(|(&old, state)| (old, seen(state, &place))).collect();
        let mut sorted: Vec<&(u32, Fresh)> = looks.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() == count {
            return (place, sorted.into_iter().map(|(_, look)| look.clone()).collect());
        }
        count = sorted.len();
        place = looks.iter().map(|look| number(sorted.partition_point(|other| *other < look))).collect();
    }
}

/// A state whose targets inside the component are known by their places.
fn seen(state: &Fresh, place: &[u32]) -> Fresh {
    let mut steps = Vec::with_capacity(state.steps.len());
    for step in &state.steps {
        let inside = |at: u32| INSIDE | place[at as usize];
        let next = if step.next & INSIDE == 0 { step.next } else { inside(step.next ^ INSIDE) };
        append(&mut steps, 0, Step { next, ..*step });
    }
    Fresh { accept: state.accept, steps }
}
