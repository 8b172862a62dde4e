//! Which states of a DFA lead to one another.
//!
//! Not here: what their rows cost (`walk`).

#![expect(clippy::indexing_slicing, reason = "only states below the number of states are followed")]

use dregg_artifact::Dfa;
use dregg_artifact::alphabet::END;

/// The strongly connected components of the states that the start leads to (Tarjan's algorithm, without recursion).
pub(super) struct Components {
    /// The states by component; a component stands after those it leads to.
    states: Vec<u32>,
    /// The component of each state.
    component: Vec<u32>,
}

const UNSEEN: u32 = u32::MAX;

impl Components {
    pub(super) fn of(dfa: &Dfa) -> Components {
        let count = dfa.states() as usize;
        let mut found = Components { states: Vec::new(), component: vec![UNSEEN; count] };
        let (mut index, mut low) = (vec![UNSEEN; count], vec![UNSEEN; count]);
        let mut open: Vec<u32> = Vec::new();
        let (mut seen, mut components) = (0u32, 0u32);
        // States under way, each with the place of the row that is looked at next.
        let mut calls: Vec<(u32, usize)> = if count == 0 { Vec::new() } else { vec![(0, 0)] };
        while let Some((state, mut place)) = calls.pop() {
            let here = state as usize;
            if index[here] == UNSEEN {
                (index[here], low[here]) = (seen, seen);
                seen += 1;
                open.push(state);
            }
            let mut below = None;
            while let Some(next) = next(dfa, state, place) {
                let Some(next) = next else {
                    place += 1;
                    continue;
                };
                let there = next as usize;
                if index[there] == UNSEEN {
                    below = Some(next);
                    break;
                }
                if found.component[there] == UNSEEN {
                    // A state below that is done has the least it leads to, one above its own number.
                    low[here] = low[here].min(low[there]);
                }
                place += 1;
            }
            if let Some(below) = below {
                calls.push((state, place));
                calls.push((below, 0));
                continue;
            }
            if low[here] == index[here] {
                while let Some(state) = open.pop() {
                    found.component[state as usize] = components;
                    found.states.push(state);
                    if state as usize == here {
                        break;
                    }
                }
                components += 1;
            }
        }
        found
    }

    /// The components, each after those it leads to.
    pub(super) fn each(&self) -> impl Iterator<Item = &[u32]> {
        self.states.chunk_by(|one, other| self.of_state(*one) == self.of_state(*other))
    }

    /// The component of a state, `None` if the start does not lead there.
    pub(super) fn of_state(&self, state: u32) -> Option<u32> {
        self.component.get(state as usize).copied().filter(|component| *component != UNSEEN)
    }
}

/// Where the row at a place among a state's rows leads: nowhere at the path's end. `None` after the last row.
fn next(dfa: &Dfa, state: u32, place: usize) -> Option<Option<u32>> {
    let number = *dfa.numbers_of(state).get(place)?;
    let row = dfa.rows().get(number as usize)?;
    Some((row.lo != END && row.next < dfa.states()).then_some(row.next))
}
