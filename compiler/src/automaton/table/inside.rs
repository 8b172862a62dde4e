//! What a segment that is no literal does, symbol by symbol, before it is known where it leads.
//!
//! Such a plan is the same for all nodes with one matcher; [`super::bytes`] fills in the targets. Here: the product of a
//! matcher and the shape of the segment, by strongly connected component. Not here: states of the result
//! ([`super::symbols`]).
#![expect(clippy::indexing_slicing, reason = "states are numbered by this module")]

use super::codes::number;
use crate::automaton::components::Components;
use crate::automaton::shape::{DOT, Shape, widest};
use crate::automaton::transitions::{Step, Transitions, append};
use dregg_artifact::Matcher;
use dregg_artifact::alphabet::SYMBOLS;
use rustc_hash::FxHashMap;

/// A matcher's state after a symbol that leads to no label.
const DEAD: u32 = u32::MAX;

/// How the symbols of a segment are read. State 0 is before the first one.
pub(super) struct Plan {
    /// The states; a segment that ends in one has its label: 0 for none although it is well-formed.
    pub states: Transitions,
    /// The states by component, a component after those it leads to; and whether it has a cycle.
    pub components: Vec<(Vec<u32>, bool)>,
}

impl Plan {
    /// The plan of a matcher, or of none. With `otherwise`, well-formed segments without a label lead somewhere too.
    pub fn new(matcher: Option<&Matcher>, otherwise: bool) -> Plan {
        let labels = matcher.map(automaton).unwrap_or_default();
        let start = (if labels.len() == 0 { DEAD } else { 0 }, Shape::Start);
        let mut order = vec![start];
        let mut numbers = FxHashMap::from_iter([(start, 0u32)]);
        let mut states = Transitions::new();
        let mut at = 0;
        while let Some(&(state, shape)) = order.get(at) {
            at += 1;
            let label = if state == DEAD { None } else { labels.accept(state) };
            let label = label.or_else(|| (otherwise && shape.complete()).then_some(0));
            let mut steps = Vec::new();
            for (lo, hi) in intervals(&labels, state, shape) {
                let next = if state == DEAD { DEAD } else { labels.step(state, lo).unwrap_or(DEAD) };
                if next == DEAD && !otherwise {
                    continue;
                }
                // Without `otherwise` the matcher alone knows what is well-formed.
                let target = (next, if otherwise { shape.step(lo) } else { Shape::Inside });
                let fresh = number(order.len());
                let next = *numbers.entry(target).or_insert_with(|| {
                    order.push(target);
                    fresh
                });
                append(&mut steps, 0, Step { lo, hi, next });
            }
            states.push(label, steps);
        }
        let components = Components::of(&states);
        let of = |state: u32| components.number(state);
        let groups = components.states.chunk_by(|left, right| of(*left) == of(*right));
        let cyclic = |group: &[u32]| {
            group.iter().any(|&state| states.of(state).iter().any(|step| of(step.next) == of(state)))
        };
        let components = groups.map(|group| (group.to_vec(), cyclic(group))).collect();
        Plan { states, components }
    }
}

/// A matcher's rows as an automaton that accepts with labels.
fn automaton(matcher: &Matcher) -> Transitions {
    let mut result = Transitions::new();
    let mut rows = matcher.rows.iter().peekable();
    for (state, &label) in (0u32..).zip(&matcher.labels) {
        let mut steps = Vec::new();
        while let Some(&(_, lo, hi, next)) = rows.next_if(|row| row.0 == state) {
            steps.push(Step { lo, hi, next });
        }
        result.push((label != 0).then_some(u32::from(label)), steps);
    }
    result
}

/// The widest intervals of symbols of a segment on each of which nothing changes.
fn intervals(labels: &Transitions, state: u32, shape: Shape) -> Vec<(u8, u8)> {
    let mut begins = [false; SYMBOLS as usize + 1];
    if shape.watches_dot() {
        begins[DOT as usize] = true;
        begins[DOT as usize + 1] = true;
    }
    if state != DEAD {
        for step in labels.of(state) {
            begins[step.lo as usize] = true;
            begins[step.hi as usize + 1] = true;
        }
    }
    widest(&begins)
}
