//! Edge order: in which order the rows of a DFA stand, and with it the numbers of its states.
//!
//! A proof opens four neighbouring rows at once, so the rows that one path takes should stand together. From a state not
//! yet visited the order follows the heaviest step into another one not yet visited and emits only that step, so that a
//! run of literal letters is contiguous. Where this chain ends, at a state all of whose steps lead to visited ones, it
//! emits that state's `END` row and its heaviest other step. Then, from the chain's first state to its last, come the
//! rows left over: at once the `END` row and those into visited states; each other one right before the chain that it
//! begins, later states of the chain first, in each state by symbol. States are numbered by their first row.
//!
//! A step is as heavy as its target: the accepting states of the target's strongly connected component, plus the weight
//! of every step that leaves that component (so in a DFA without cycles but self-loops, the number of ways to accept).
//! Of equally heavy steps the one with the lowest symbol is taken. Nothing here looks at the numbers the states had.
#![expect(clippy::indexing_slicing, reason = "states are numbered by the automaton ordered")]

use super::transitions::{Step, Transitions};
use dregg_artifact::Row;
use dregg_artifact::alphabet::END;

/// Rows in edge order, their states numbered by them.
pub(super) struct Ordered {
    /// The rows.
    pub rows: Vec<Row>,
    /// What number each state had before.
    pub states: Vec<u32>,
}

impl Ordered {
    /// No rows.
    pub const EMPTY: Ordered = Ordered { rows: Vec::new(), states: Vec::new() };

    /// How many states there are.
    pub fn count(&self) -> u32 {
        u32::try_from(self.states.len()).unwrap_or(u32::MAX)
    }
}

/// The rows of a minimal automaton in edge order. Its accept labels are policy classes.
pub(super) fn edge_order(automaton: &Transitions) -> Vec<Row> {
    let components = Components::of(automaton);
    let groups =
        components.states.chunk_by(|left, right| components.number(*left) == components.number(*right));
    let weights = weights(automaton, groups);
    edge_order_from(automaton, automaton.states().next(), &weights).rows
}

/// The rows of the states that `start` leads to in edge order. Apart from those of one component, states lead to smaller
/// numbers only. `cyclic` are the components with cycles, ascending: their first states
/// and how many they have.
pub(super) fn edge_order_bottom_up(automaton: &Transitions, cyclic: &[(u32, u32)], start: u32) -> Ordered {
    let all: Vec<u32> = automaton.states().collect();
    let mut rest = all.as_slice();
    let mut cyclic = cyclic.iter().peekable();
    let groups = std::iter::from_fn(|| {
        let &first = rest.first()?;
        let count = cyclic.next_if(|&&(cycle, _)| cycle == first).map_or(1, |&(_, count)| count as usize);
        let (group, after) = rest.split_at(count);
        rest = after;
        Some(group)
    });
    let weights = weights(automaton, groups);
    edge_order_from(automaton, Some(start), &weights)
}

fn edge_order_from(automaton: &Transitions, start: Option<u32>, weights: &[u64]) -> Ordered {
    // Rows whose states still have their old numbers.
    let mut rows: Vec<Row> = Vec::with_capacity(automaton.steps() + automaton.len());
    let mut visited = vec![false; automaton.len()];
    // Steps that begin a chain, unless it has been visited by then.
    let mut pending: Vec<(Option<Row>, u32)> = start.into_iter().map(|start| (None, start)).collect();
    let mut chain: Vec<(u32, Option<Step>)> = Vec::new();
    while let Some((row, head)) = pending.pop() {
        rows.extend(row);
        if visited[head as usize] {
            continue;
        }
        chain.clear();
        let mut state = head;
        loop {
            visited[state as usize] = true;
            // The heaviest steps, into a state not yet visited and into any.
            let (mut fresh, mut heaviest) = (None, None);
            for step in automaton.of(state).iter().filter(|step| step.next != state) {
                let weight = weights[step.next as usize];
                let heavier = |best: Option<(u64, Step)>| best.is_none_or(|(best, _)| weight > best);
                if heavier(heaviest) {
                    heaviest = Some((weight, *step));
                }
                if heavier(fresh) && !visited[step.next as usize] {
                    fresh = Some((weight, *step));
                }
            }
            let fresh = fresh.map(|(_, step)| step);
            if fresh.is_none() {
                rows.extend(end(automaton, state));
            }
            let taken = fresh.or(heaviest.map(|(_, step)| step));
            rows.extend(taken.map(|step| row_of(state, step)));
            chain.push((state, taken));
            match fresh {
                Some(step) => state = step.next,
                None => break,
            }
        }
        let last = chain.len() - 1;
        for (at, &(state, taken)) in chain.iter().enumerate() {
            if at != last {
                rows.extend(end(automaton, state));
            }
            let light = pending.len();
            for &step in automaton.of(state).iter().filter(|step| Some(**step) != taken) {
                if visited[step.next as usize] {
                    rows.push(row_of(state, step));
                } else {
                    pending.push((Some(row_of(state, step)), step.next));
                }
            }
            pending[light..].reverse();
        }
    }
    number(automaton.len(), rows)
}

fn row_of(state: u32, Step { lo, hi, next }: Step) -> Row {
    Row { state, lo, hi, next }
}

/// The `END` row of a state.
fn end(automaton: &Transitions, state: u32) -> Option<Row> {
    automaton.accept(state).map(|class| Row { state, lo: END, hi: END, next: class })
}

/// Numbers states by their first row.
fn number(states: usize, mut rows: Vec<Row>) -> Ordered {
    let mut numbers = vec![UNSEEN; states];
    let mut order = Vec::new();
    for row in &rows {
        let number = &mut numbers[row.state as usize];
        if *number == UNSEEN {
            *number = u32::try_from(order.len()).unwrap_or(UNSEEN);
            order.push(row.state);
        }
    }
    // INVARIANT: in a minimal automaton every state accepts or leads on, so each visited one has a row and a number.
    for row in &mut rows {
        row.state = numbers[row.state as usize];
        if row.lo != END {
            row.next = numbers[row.next as usize];
        }
    }
    Ordered { rows, states: order }
}

/// The weight of every state, given the components with those they lead to first.
fn weights<'a>(automaton: &Transitions, components: impl Iterator<Item = &'a [u32]>) -> Vec<u64> {
    // Until its component is done, a state weighs nothing: so steps inside a component do not count.
    let mut weights = vec![0u64; automaton.len()];
    for component in components {
        let mut total = 0u64;
        for &state in component {
            total = total.saturating_add(u64::from(automaton.accept(state).is_some()));
            for step in automaton.of(state) {
                total = total.saturating_add(weights[step.next as usize]);
            }
        }
        for &state in component {
            weights[state as usize] = total;
        }
    }
    weights
}

/// The strongly connected components (Tarjan's algorithm, without recursion).
pub(super) struct Components {
    /// The states by component; a component stands after those it leads to.
    pub states: Vec<u32>,
    component: Vec<u32>,
}

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
