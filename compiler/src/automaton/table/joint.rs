//! Several regular sets read at once: which of them hold a segment.
//!
//! Here: the joint automaton of the sets that are possible at one place, how many segments each combination of them has,
//! and the [`Matcher`]s made from it. Not here: where the combinations lead ([`super::states`]).
#![expect(clippy::indexing_slicing, reason = "labels and states are numbered by this module")]

use super::codes::number;
use crate::automaton::components::Components;
use crate::automaton::minimal::minimal;
use crate::automaton::shape::{DOT, Shape, widest};
use crate::automaton::transitions::{Step, Transitions, append};
use dregg_artifact::{Matcher, alphabet};
use rustc_hash::FxHashMap;

/// A set of the combination that cannot hold the segment any more.
const DEAD: u32 = u32::MAX;

/// The joint automaton of some regular sets. Label 0 is for the segments in none of them.
pub(super) struct Joint {
    /// A well-formed segment is accepted with the label of its combination, anything else not at all.
    transitions: Transitions,
    /// The sets of each combination, by their places among those joined.
    pub combinations: Vec<Vec<u32>>,
    /// How many segments each combination has; `u64::MAX` for infinitely many.
    pub sizes: Vec<u64>,
}

/// The joint automaton has more states than allowed.
pub(super) struct TooLarge;

impl Joint {
    /// The joint automaton of these sets, if it has at most `most` states.
    ///
    /// # Errors
    /// [`TooLarge`] if it has more.
    pub fn new(sets: &[&Transitions], most: usize) -> Result<Joint, TooLarge> {
        let mut transitions = Transitions::new();
        let mut combinations: Vec<Vec<u32>> = vec![Vec::new()];
        let mut labels: FxHashMap<Vec<u32>, u32> = FxHashMap::from_iter([(Vec::new(), 0)]);
        let start: Vec<u32> = sets.iter().map(|set| if set.len() == 0 { DEAD } else { 0 }).collect();
        let mut order = vec![(start.clone(), Shape::Start)];
        let mut numbers = FxHashMap::from_iter([((start, Shape::Start), 0u32)]);
        let mut at = 0;
        while let Some((states, shape)) = order.get(at).cloned() {
            at += 1;
            if order.len() > most {
                return Err(TooLarge);
            }
            let label = shape.complete().then(|| {
                let holds = |&(place, set): &(u32, &&Transitions)| {
                    let state = states[place as usize];
                    state != DEAD && set.accept(state).is_some()
                };
                let combination = (0u32..).zip(sets).filter(holds).map(|(place, _)| place);
                let combination: Vec<u32> = combination.collect();
                *labels.entry(combination).or_insert_with_key(|combination| {
                    combinations.push(combination.clone());
                    number(combinations.len() - 1)
                })
            });
            let mut steps = Vec::new();
            for (lo, hi) in intervals(sets, &states, shape) {
                let next: Vec<u32> = sets
                    .iter()
                    .zip(&states)
                    .map(|(set, &state)| match state {
                        DEAD => DEAD,
                        state => set.step(state, lo).unwrap_or(DEAD),
                    })
                    .collect();
                let target = (next, shape.step(lo));
                let fresh = number(order.len());
                let next = *numbers.entry(target).or_insert_with_key(|target| {
                    order.push(target.clone());
                    fresh
                });
                append(&mut steps, 0, Step { lo, hi, next });
            }
            transitions.push(label, steps);
        }
        let sizes = sizes(&transitions, combinations.len());
        Ok(Joint { transitions, combinations, sizes })
    }

    /// How many states it has.
    pub fn states(&self) -> usize {
        self.transitions.len()
    }

    /// How many steps it has.
    pub fn steps(&self) -> usize {
        self.transitions.steps()
    }

    /// The label of a well-formed segment.
    pub fn label(&self, segment: &str) -> u32 {
        let mut state = 0;
        for byte in segment.bytes() {
            match alphabet::symbol(byte).and_then(|symbol| self.transitions.step(state, symbol)) {
                Some(next) => state = next,
                None => return 0,
            }
        }
        self.transitions.accept(state).unwrap_or(0)
    }

    /// The matcher that tells apart the classes of combinations, class 0 being what has no label; and the classes by its
    /// labels from 1 on. None if every segment is of class 0, or there are more classes than labels.
    pub fn matcher(&self, classes: &[u32]) -> Option<(Matcher, Vec<u32>)> {
        let mut classed = Transitions::new();
        for state in self.transitions.states() {
            let class = self.transitions.accept(state).map(|label| classes[label as usize]);
            classed.push(class.filter(|&class| class != 0), self.transitions.of(state).iter().copied());
        }
        let smallest = minimal(&classed, |class| class);
        let mut order: Vec<u32> = Vec::new();
        let mut label_of: FxHashMap<u32, usize> = FxHashMap::default();
        let mut labels = Vec::with_capacity(smallest.len());
        for state in smallest.states() {
            let label = smallest.accept(state).map(|class| {
                *label_of.entry(class).or_insert_with(|| {
                    order.push(class);
                    order.len()
                })
            });
            labels.push(u16::try_from(label.unwrap_or(0)).ok()?);
        }
        let rows = smallest.states().flat_map(|state| {
            smallest.of(state).iter().map(move |step| (state, step.lo, step.hi, step.next))
        });
        (!order.is_empty()).then(|| (Matcher { labels, rows: rows.collect() }, order))
    }
}

/// The widest intervals of symbols of a segment on each of which nothing changes.
fn intervals(sets: &[&Transitions], states: &[u32], shape: Shape) -> Vec<(u8, u8)> {
    let mut begins = [false; alphabet::SYMBOLS as usize + 1];
    if shape.watches_dot() {
        begins[DOT as usize] = true;
        begins[DOT as usize + 1] = true;
    }
    for (set, &state) in sets.iter().zip(states).filter(|(_, state)| **state != DEAD) {
        for step in set.of(state) {
            begins[step.lo as usize] = true;
            begins[step.hi as usize + 1] = true;
        }
    }
    widest(&begins)
}

/// How many texts are accepted with each label.
fn sizes(automaton: &Transitions, labels: usize) -> Vec<u64> {
    // How many texts lead into each state; what a cycle leads into has infinitely many.
    let components = Components::of(automaton);
    let mut texts = vec![0u64; automaton.len()];
    if let Some(start) = texts.first_mut() {
        *start = 1;
    }
    // Components come with those they lead to first.
    let groups =
        components.states.chunk_by(|left, right| components.number(*left) == components.number(*right));
    for component in groups.collect::<Vec<_>>().into_iter().rev() {
        let inside = |step: &Step| components.number(step.next) == components.number(component[0]);
        let cyclic = component.iter().any(|&state| automaton.of(state).iter().any(inside));
        let reached = component.iter().any(|&state| texts[state as usize] > 0);
        for &state in component {
            if cyclic && reached {
                texts[state as usize] = u64::MAX;
            }
            for step in automaton.of(state).iter().filter(|step| !inside(step)) {
                let ways = texts[state as usize].saturating_mul(u64::from(step.hi - step.lo) + 1);
                texts[step.next as usize] = texts[step.next as usize].saturating_add(ways);
            }
        }
    }
    let mut sizes = vec![0u64; labels];
    for state in automaton.states() {
        if let Some(label) = automaton.accept(state) {
            sizes[label as usize] = sizes[label as usize].saturating_add(texts[state as usize]);
        }
    }
    sizes
}
