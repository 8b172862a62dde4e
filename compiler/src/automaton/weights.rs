//! How heavy states are, which decides the edge order ([`super::order`]).
//!
//! A step is as heavy as its target: the accepting states of the target's strongly connected component, plus the weight
//! of every step that leaves that component (so in a DFA without cycles but self-loops, the number of ways to accept). Of
//! equally heavy steps the one with the lowest symbol is taken.
#![expect(clippy::indexing_slicing, reason = "states are numbered by the automaton weighed")]

use super::components::Components;
use super::transitions::{Step, Transitions};

/// The weights of states.
#[derive(Default)]
pub(super) struct Weights {
    of: Vec<u64>,
    /// The place of each state's heaviest step into another state, or [`NO_STEP`].
    heaviest: Vec<u8>,
}

/// No step. States have fewer, since there are fewer symbols.
const NO_STEP: u8 = u8::MAX;

impl Weights {
    /// The weights of the states of an automaton.
    pub fn new(automaton: &Transitions) -> Weights {
        let components = Components::of(automaton);
        let mut weights = Weights::default();
        weights.make_room(automaton);
        let same = |left: &u32, right: &u32| components.number(*left) == components.number(*right);
        components.states.chunk_by(same).for_each(|component| weights.weigh(automaton, component));
        weights
    }

    /// The place of a state's heaviest step into another state among its steps.
    pub fn heaviest(&self, state: u32) -> Option<usize> {
        Some(self.heaviest[state as usize]).filter(|at| *at != NO_STEP).map(usize::from)
    }

    /// Weighs the states that an automaton has got since the last call. Apart from those of one component, states lead to
    /// smaller numbers only. `cyclic` are the components with cycles, ascending: their first states and how many they have.
    pub fn extend(&mut self, automaton: &Transitions, cyclic: &[(u32, u32)]) {
        let known = self.of.len();
        self.make_room(automaton);
        let all: Vec<u32> = automaton.states().skip(known).collect();
        let mut rest = all.as_slice();
        let known = cyclic.partition_point(|&(first, _)| (first as usize) < known);
        let mut cyclic = cyclic[known..].iter().peekable();
        while let Some(&first) = rest.first() {
            let count = cyclic.next_if(|&&(cycle, _)| cycle == first).map_or(1, |&(_, count)| count as usize);
            let (component, after) = rest.split_at(count);
            self.weigh(automaton, component);
            rest = after;
        }
    }

    fn make_room(&mut self, automaton: &Transitions) {
        self.of.resize(automaton.len(), 0);
        self.heaviest.resize(automaton.len(), NO_STEP);
    }

    /// Weighs a component; those it leads to have been weighed.
    fn weigh(&mut self, automaton: &Transitions, component: &[u32]) {
        // Until its component is done, a state weighs nothing: so steps inside a component do not count.
        let mut total = 0u64;
        for &state in component {
            total = total.saturating_add(u64::from(automaton.accept(state).is_some()));
            for step in automaton.of(state) {
                total = total.saturating_add(self.of[step.next as usize]);
            }
        }
        for &state in component {
            self.of[state as usize] = total;
        }
        for &state in component {
            let others = (0..).zip(automaton.of(state)).filter(|(_, step)| step.next != state);
            let heaviest = others.reduce(|best, step| if self.heavier(step.1, best.1) { step } else { best });
            self.heaviest[state as usize] = heaviest.map_or(NO_STEP, |(at, _)| at);
        }
    }

    /// Whether a step is heavier than another.
    pub fn heavier(&self, step: &Step, other: &Step) -> bool {
        self.of[step.next as usize] > self.of[other.next as usize]
    }
}
