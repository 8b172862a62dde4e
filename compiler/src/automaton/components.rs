//! The strongly connected components of an automaton.
#![expect(clippy::indexing_slicing, reason = "states are numbered by the automaton")]

use super::transitions::Transitions;

/// The strongly connected components (Tarjan's algorithm, without recursion).
pub(super) struct Components {
    /// The states by component; a component stands after those it leads to.
    pub states: Vec<u32>,
    component: Vec<u32>,
}

/// Not met yet.
const UNSEEN: u32 = u32::MAX;

impl Components {
    /// The number of the component of a state.
    pub fn number(&self, state: u32) -> u32 {
        self.component[state as usize]
    }

    /// The components of an automaton.
    pub fn of(automaton: &Transitions) -> Components {
        let mut result = Components { states: Vec::new(), component: vec![UNSEEN; automaton.len()] };
        let mut index = vec![UNSEEN; automaton.len()];
        let mut low = vec![0u32; automaton.len()];
        let mut open: Vec<u32> = Vec::new();
        let mut seen = 0u32;
        let mut components = 0u32;
        for start in automaton.states() {
            if index[start as usize] != UNSEEN {
                continue;
            }
            let mut calls: Vec<(u32, usize)> = vec![(start, 0)];
            while let Some((state, at)) = calls.pop() {
                let here = state as usize;
                if at == 0 {
                    index[here] = seen;
                    low[here] = seen;
                    seen += 1;
                    open.push(state);
                } else {
                    // Back from the step before this one.
                    let next = automaton.of(state)[at - 1].next as usize;
                    if result.component[next] == UNSEEN {
                        low[here] = low[here].min(low[next]);
                    }
                }
                let rest = automaton.of(state).iter().enumerate().skip(at);
                let mut descend = None;
                for (at, step) in rest {
                    let next = step.next as usize;
                    if index[next] == UNSEEN {
                        descend = Some((at, step.next));
                        break;
                    }
                    if result.component[next] == UNSEEN {
                        low[here] = low[here].min(index[next]);
                    }
                }
                if let Some((at, next)) = descend {
                    calls.push((state, at + 1));
                    calls.push((next, 0));
                    continue;
                }
                if low[here] == index[here] {
                    while let Some(state) = open.pop() {
                        result.component[state as usize] = components;
                        result.states.push(state);
                        if state as usize == here {
                            break;
                        }
                    }
                    components += 1;
                }
            }
        }
        result
    }
}
