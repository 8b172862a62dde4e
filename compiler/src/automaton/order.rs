//! Edge order: in which order the rows of a DFA stand, and with it the numbers of its states.
//!
//! A proof opens four neighbouring rows at once, so the rows that one path takes should stand together. From a state not
//! yet visited the order follows the heaviest step into another one not yet visited and emits only that step, so that a
//! run of literal letters is contiguous. Where this chain ends, at a state all of whose steps lead to visited ones, it
//! emits that state's `END` row and its heaviest other step. Then, from the chain's first state to its last, come the
//! rows left over: at once the `END` row and those into visited states; each other one right before the chain that it
//! begins, later states of the chain first, in each state by symbol. States are numbered by their first row.
//!
//! How heavy steps are: [`super::weights`]. Nothing here looks at the numbers the states had.
//!
//! What a chain leads to stands together, and depends on nothing but which of its states have been visited before. So an
//! order made before is copied, a chain with all it leads to at a time, where that is what it was.
#![expect(clippy::indexing_slicing, reason = "states are numbered by the automaton ordered")]

use super::transitions::{Step, Transitions};
use super::weights::Weights;
use dregg_artifact::alphabet::END;
use dregg_artifact::{Copied, Row};
use std::ops::Range;

/// Not visited.
const UNSEEN: u32 = u32::MAX;

/// How states are numbered in edge order, and what it takes to copy from it.
#[derive(Default)]
pub struct EdgeOrder {
    /// What number each state has in the automaton.
    pub(super) states: Vec<u32>,
    /// The number in edge order of each state of the automaton, or [`UNSEEN`].
    numbers: Vec<u32>,
    /// Each chain with all it leads to, by their first states.
    segments: Vec<Segment>,
    /// What was copied, ascending.
    pub(super) copied: Vec<Copied>,
}

/// What was visited from a chain's first state on, until all it leads to was visited.
#[derive(Clone)]
struct Segment {
    states: Range<u32>,
    rows: Range<u32>,
}

/// Where a state's row begins a chain unless the state it leads to has been visited by then.
struct Pending {
    row: Option<Row>,
    head: u32,
}

/// The rows of a minimal automaton in edge order. Its accept labels are policy classes.
pub(super) fn edge_order(automaton: &Transitions) -> Vec<Row> {
    match automaton.states().next() {
        Some(start) => {
            edge_order_from(automaton, start, &Weights::new(automaton), |class| class, None, Vec::new()).0
        }
        None => Vec::new(),
    }
}

/// The rows of the states that `start` leads to in edge order. `class` gives each accept label its number in them.
/// `before` are rows and order that were made before of an automaton whose states are states of this one. Rows are written
/// over those of `spare`.
pub(super) fn edge_order_from(
    automaton: &Transitions,
    start: u32,
    weights: &Weights,
    class: impl Fn(u32) -> u32,
    before: Option<(&[Row], &EdgeOrder)>,
    spare: Vec<Row>,
) -> (Vec<Row>, EdgeOrder) {
    let states = Vec::with_capacity(automaton.len());
    let segments = Vec::with_capacity(before.map_or(0, |(_, order)| order.segments.len() + 1000));
    let order = EdgeOrder { states, numbers: vec![UNSEEN; automaton.len()], segments, copied: Vec::new() };
    let mut rows = spare;
    rows.clear();
    rows.reserve(
        before.map_or(automaton.steps() + automaton.len(), |(rows, _)| rows.len() + rows.len() / 64),
    );
    let mut run =
        Run { automaton, weights, class, before, rows, order, pending: Vec::new(), chain: Vec::new() };
    run.visit_all(start);
    (run.rows, run.order)
}

/// An edge order while it is made.
///
/// INVARIANT: in a minimal automaton every state accepts or leads on, so a state's first row is emitted when it is visited,
/// and the visits number the states by their first rows.
struct Run<'a, C> {
    automaton: &'a Transitions,
    weights: &'a Weights,
    class: C,
    before: Option<(&'a [Row], &'a EdgeOrder)>,
    rows: Vec<Row>,
    order: EdgeOrder,
    pending: Vec<Pending>,
    /// A buffer: the states of a chain, and of each the step taken.
    chain: Vec<(u32, Option<Step>)>,
}

impl<C: Fn(u32) -> u32> Run<'_, C> {
    fn visit_all(&mut self, start: u32) {
        self.pending.push(Pending { row: None, head: start });
        // The segments that are not finished, and how much was pending before each.
        let mut open: Vec<(usize, usize)> = Vec::new();
        loop {
            while let Some((segment, _)) = open.pop_if(|(_, before)| *before == self.pending.len()) {
                let (states, rows) = (self.states(), place(self.rows.len()));
                let segment = &mut self.order.segments[segment];
                (segment.states.end, segment.rows.end) = (states, rows);
            }
            let Some(Pending { row, head }) = self.pending.pop() else { break };
            let known = self.order.numbers[head as usize];
            let next = if known == UNSEEN { self.states() } else { known };
            self.rows.extend(row.map(|row| Row { next, ..row }));
            if known == UNSEEN && !self.copy(head) {
                let (states, rows) = (self.states(), place(self.rows.len()));
                open.push((self.order.segments.len(), self.pending.len()));
                self.order.segments.push(Segment { states: states..states, rows: rows..rows });
                self.visit_chain(head);
            }
        }
    }

    /// How many states have been visited.
    fn states(&self) -> u32 {
        place(self.order.states.len())
    }

    fn visit_chain(&mut self, head: u32) {
        self.chain.clear();
        let mut state = head;
        loop {
            let number = self.states();
            self.order.numbers[state as usize] = number;
            self.order.states.push(state);
            let steps = self.automaton.of(state);
            let heaviest = self.weights.heaviest(state).map(|at| steps[at]);
            let fresh = heaviest.and_then(|heaviest| self.heaviest_unvisited(heaviest, steps));
            if fresh.is_none() {
                self.end(state, number);
            }
            let taken = fresh.or(heaviest);
            if let Some(step) = taken {
                let next = if fresh.is_some() { number + 1 } else { self.order.numbers[step.next as usize] };
                self.rows.push(row_of(number, step, next));
            }
            self.chain.push((state, taken));
            match fresh {
                Some(step) => state = step.next,
                None => break,
            }
        }
        let last = self.chain.len() - 1;
        let chain = std::mem::take(&mut self.chain);
        for (at, &(state, taken)) in chain.iter().enumerate() {
            let number = self.order.numbers[state as usize];
            if at != last {
                self.end(state, number);
            }
            let light = self.pending.len();
            for &step in self.automaton.of(state).iter().filter(|step| Some(**step) != taken) {
                match self.order.numbers[step.next as usize] {
                    UNSEEN => {
                        let row = Some(row_of(number, step, UNSEEN));
                        self.pending.push(Pending { row, head: step.next });
                    }
                    next => self.rows.push(row_of(number, step, next)),
                }
            }
            self.pending[light..].reverse();
        }
        self.chain = chain;
    }

    /// The heaviest of a state's steps into states not yet visited; `heaviest` is that of all its steps.
    fn heaviest_unvisited(&self, heaviest: Step, steps: &[Step]) -> Option<Step> {
        let unvisited = |step: &&Step| self.order.numbers[step.next as usize] == UNSEEN;
        if unvisited(&&heaviest) {
            return Some(heaviest);
        }
        let heavier = |best, step| if self.weights.heavier(step, best) { step } else { best };
        steps.iter().filter(unvisited).reduce(heavier).copied()
    }

    /// The `END` row of a state.
    fn end(&mut self, state: u32, number: u32) {
        let class = self.automaton.accept(state).map(&self.class);
        self.rows.extend(class.map(|next| Row { state: number, lo: END, hi: END, next }));
    }

    /// Copies what a chain leads to, if it was one before and that is what it was: then all its states are still to be
    /// visited, and those that it led to but that were visited before have been visited now, too.
    fn copy(&mut self, head: u32) -> bool {
        let Some((rows, before)) = self.before else { return false };
        let Some((segments, own)) = before.segments_of(head) else { return false };
        let states = &before.states[own.states.start as usize..own.states.end as usize];
        let rows = &rows[own.rows.start as usize..own.rows.end as usize];
        let (old, new, first) = (own.states.start, self.states(), place(self.rows.len()));
        let numbers = &mut self.order.numbers;
        let visited = states.iter().position(|&state| numbers[state as usize] != UNSEEN);
        let fresh = &states[..visited.unwrap_or(states.len())];
        (new..).zip(fresh).for_each(|(number, &state)| numbers[state as usize] = number);
        if visited.is_some() || !rows.iter().all(|row| self.copy_row(row, &own.states, new)) {
            fresh.iter().for_each(|&state| self.order.numbers[state as usize] = UNSEEN);
            self.rows.truncate(first as usize);
            return false;
        }
        self.order.states.extend_from_slice(states);
        let moved = |range: &Range<u32>, old: u32, new: u32| range.start - old + new..range.end - old + new;
        self.order.segments.extend(segments.iter().map(|segment| Segment {
            states: moved(&segment.states, old, new),
            rows: moved(&segment.rows, own.rows.start, first),
        }));
        self.order.copied.push(Copied {
            states: new..self.states(),
            first_state: old,
            rows: first..place(self.rows.len()),
            first_row: own.rows.start,
        });
        true
    }

    /// Copies a row of a state that was among `states`, the first of which is now `new`; not if it leads to a state that is
    /// not among them and has not been visited.
    fn copy_row(&mut self, row: &Row, states: &Range<u32>, new: u32) -> bool {
        let Some((_, before)) = self.before else { return false };
        let own = |state: u32| before.states[state as usize];
        let next = if row.lo == END {
            self.automaton.accept(own(row.state)).map_or(UNSEEN, &self.class)
        } else if states.contains(&row.next) {
            row.next - states.start + new
        } else {
            self.order.numbers[own(row.next) as usize]
        };
        self.rows.push(Row { state: row.state - states.start + new, next, ..*row });
        row.lo == END || next != UNSEEN
    }
}

impl EdgeOrder {
    /// The segment of a chain that begins with this state of the automaton, and it with all inside it.
    fn segments_of(&self, head: u32) -> Option<(&[Segment], &Segment)> {
        let number = *self.numbers.get(head as usize)?;
        let from = self.segments.partition_point(|segment| segment.states.start < number);
        let own = self.segments.get(from).filter(|segment| segment.states.start == number)?;
        let count = self.segments[from..].partition_point(|segment| segment.states.start < own.states.end);
        Some((&self.segments[from..from + count], own))
    }
}

fn row_of(state: u32, Step { lo, hi, .. }: Step, next: u32) -> Row {
    Row { state, lo, hi, next }
}

fn place(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(UNSEEN)
}
