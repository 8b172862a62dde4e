//! The states of a table between segments: what is still possible, and where each segment leads.
//!
//! A state is a list of items ([`super::lists`]). A literal leads from it to the literal's children, the children of the
//! regular sets that hold it, those for any segment, and the tails passed so far; every other segment leads where its
//! combination of regular sets says. Only segments that are no literal of the state count for that: a combination all of
//! whose members are literals leads nowhere. Not here: how states are made ([`super::explore`]), and which behave alike
//! ([`super::nodes`]).
#![expect(clippy::indexing_slicing, reason = "states are numbered by this module")]

use super::codes::{Code, Codes};
use super::decide::Decider;
use super::joint::Joint;
use super::lists::{Lists, Meaning, meaning};
use super::trie::{NONE, Trie};
use crate::automaton::build::Budget;
use rustc_hash::FxHashMap;

/// The target of a combination all of whose members are literals of the state.
pub(super) const UNREACHED: u32 = NONE - 1;

/// What segments do that are no literals of a state.
#[derive(Clone, Copy)]
pub(super) enum Rest {
    /// They match nothing.
    Nothing,
    /// They lead to one state.
    State(u32),
    /// They do what they do in another state.
    Link(u32),
    /// Only tails are left: nothing changes any more.
    Stay,
    /// They go by their combination of regular sets.
    Sets {
        /// The joint automaton.
        joint: u32,
        /// Where the targets of its labels begin, [`NONE`] for none.
        targets: usize,
        /// Where the labels of the state's own literals begin.
        labels: usize,
    },
}

/// A state.
#[derive(Clone, Copy)]
pub(super) struct State {
    /// The least pattern that matches what ends here, [`NONE`] or [`super::decide::UNDECIDED`].
    pub accept: u32,
    /// Where its own literals begin and how many there are.
    pub arcs: (usize, u32),
    /// What other segments do.
    pub rest: Rest,
}

impl State {
    /// One that is still to be made.
    pub const PENDING: State = State { accept: NONE, arcs: (0, 0), rest: Rest::Nothing };
}

/// What states are made from.
pub(super) struct Source<'a> {
    /// The patterns.
    pub codes: &'a Codes,
    /// Their trie.
    pub trie: &'a Trie,
    /// What all may cost.
    pub budget: &'a Budget,
    /// Whether states may link.
    pub links: bool,
}

/// The states made so far; a state's number is its list's.
pub(super) struct States {
    pub lists: Lists,
    pub states: Vec<State>,
    /// Literal and target.
    pub arcs: Vec<(Code, u32)>,
    pub targets: Vec<u32>,
    pub labels: Vec<u32>,
    /// The joint automata, and which sets have which.
    pub joints: Vec<Joint>,
    pub joint_of: FxHashMap<Vec<u32>, u32>,
    /// How many states and steps the joint automata have.
    pub joint_size: (usize, usize),
    pub decider: Decider,
    /// A buffer.
    patterns: Vec<u32>,
}

/// The patterns that collide, and how many states there were.
pub(super) struct Explosion {
    pub patterns: Vec<usize>,
    pub states: usize,
}

impl States {
    /// No states.
    pub fn new() -> States {
        States {
            lists: Lists::new(),
            states: Vec::new(),
            arcs: Vec::new(),
            targets: Vec::new(),
            labels: Vec::new(),
            joints: Vec::new(),
            joint_of: FxHashMap::default(),
            joint_size: (0, 0),
            decider: Decider::default(),
            patterns: Vec::new(),
        }
    }

    /// A state.
    pub fn get(&self, state: u32) -> State {
        self.states[state as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// A state's own literals and their targets, sorted by code.
    pub fn arcs(&self, state: u32) -> &[(Code, u32)] {
        let (first, count) = self.states[state as usize].arcs;
        &self.arcs[first..first + count as usize]
    }

    /// The targets of a state's combinations.
    pub fn targets(&self, joint: u32, targets: usize) -> &[u32] {
        &self.targets[targets..targets + self.joints[joint as usize].sizes.len()]
    }

    /// The labels of the own literals of a state with regular sets.
    pub fn labels(&self, state: u32, labels: usize) -> &[u32] {
        &self.labels[labels..labels + self.states[state as usize].arcs.1 as usize]
    }

    /// The states that segments lead to from a state, and the one it links to.
    pub fn next(&self, state: u32) -> (impl Iterator<Item = u32>, Option<u32>) {
        let (own, linked) = match self.get(state).rest {
            Rest::Nothing | Rest::Stay => (None, None),
            Rest::State(to) => (Some(to), None),
            Rest::Link(to) => (None, Some(to)),
            Rest::Sets { .. } => (None, None),
        };
        let labelled = match self.get(state).rest {
            Rest::Sets { joint, targets, .. } => self.targets(joint, targets),
            Rest::Nothing | Rest::Stay | Rest::State(_) | Rest::Link(_) => &[],
        };
        let labelled = labelled.iter().copied().filter(|&to| to < UNREACHED);
        (self.arcs(state).iter().map(|&(_, to)| to).chain(labelled).chain(own), linked)
    }

    /// Whether every state of these levels that is linked to is one that paths lead to.
    pub fn all_reached(&self, levels: &[Vec<u32>]) -> bool {
        let links = levels.iter().flatten().filter_map(|&state| self.next(state).1);
        let links: Vec<u32> = links.collect();
        if links.is_empty() {
            return true;
        }
        let mut reached = vec![false; self.states.len()];
        if let Some(root) = reached.first_mut() {
            *root = true;
        }
        for &state in levels.iter().flatten() {
            if reached[state as usize] {
                self.next(state).0.for_each(|to| reached[to as usize] = true);
            }
        }
        links.iter().all(|&to| reached[to as usize])
    }

    /// The least pattern that matches what ends in a state; its accept set is noted.
    pub fn judge(&mut self, codes: &Codes, trie: &Trie, state: u32) -> u32 {
        let mut patterns = std::mem::take(&mut self.patterns);
        patterns.clear();
        for &item in self.lists.get(state) {
            match meaning(item) {
                Meaning::Node(node) => {
                    let node = trie.node(node);
                    patterns.extend([node.exact, node.tail].into_iter().filter(|&pattern| pattern != NONE));
                }
                Meaning::Tail(pattern) => patterns.push(pattern),
            }
        }
        let least = self.decider.least(codes, &mut patterns);
        self.patterns = patterns;
        least
    }
}
