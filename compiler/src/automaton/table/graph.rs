//! From states to nodes: states that behave alike become one node.
//!
//! Not here: states ([`super::states`]), and the numbers that nodes get in the end ([`super::canonical`]).
#![expect(clippy::indexing_slicing, reason = "states and nodes are numbered by their modules")]

use super::codes::{Codes, number};
use super::decide::UNDECIDED;
use super::nodes::{Nodes, Parts};
use super::states::{Rest, State, States, UNREACHED};
use super::trie::NONE;
use dregg_artifact::{Matcher, Otherwise};
use rustc_hash::FxHashMap;

/// Some node needs more labels than a matcher can have.
pub(super) struct TooManyLabels;

/// Which matcher a classing of a joint automaton's combinations has, and its classes by label.
type MatcherOf = FxHashMap<(u32, Vec<u32>), (u32, Vec<u32>)>;

/// The nodes of states, and what is needed to make more.
pub(super) struct Graph {
    pub nodes: Nodes,
    node_of: Vec<u32>,
    pub matchers: Vec<Matcher>,
    matcher_numbers: FxHashMap<Matcher, u32>,
    matcher_of: MatcherOf,
    /// A buffer.
    arcs: Vec<(u32, u32)>,
}

impl Graph {
    /// No nodes.
    pub fn new() -> Graph {
        Graph {
            nodes: Nodes::new(),
            node_of: Vec::new(),
            matchers: Vec::new(),
            matcher_numbers: FxHashMap::default(),
            matcher_of: FxHashMap::default(),
            arcs: Vec::new(),
        }
    }

    /// Makes the nodes of new states.
    ///
    /// # Errors
    /// [`TooManyLabels`] if some node tells more than 65,535 combinations of regular sets apart.
    pub fn extend(
        &mut self,
        codes: &Codes,
        states: &States,
        levels: &[Vec<u32>],
    ) -> Result<(), TooManyLabels> {
        self.node_of.resize(states.len(), NONE);
        let stays = |state: &&u32| matches!(states.get(**state).rest, Rest::Stay);
        let links = |state: &&u32| matches!(states.get(**state).rest, Rest::Link(_));
        // What changes nothing any more leads nowhere else, and may be reached from any level.
        for &state in levels.iter().flatten().filter(stays) {
            self.make(codes, states, state)?;
        }
        for level in levels.iter().rev() {
            for &state in level.iter().filter(|state| !links(state)) {
                self.make(codes, states, state)?;
            }
            for &state in level.iter().filter(links) {
                self.make(codes, states, state)?;
            }
        }
        Ok(())
    }

    /// The node of a state, [`NONE`] for none.
    pub fn node_of(&self, state: u32) -> u32 {
        self.node_of.get(state as usize).copied().unwrap_or(NONE)
    }

    fn make(&mut self, codes: &Codes, states: &States, state: u32) -> Result<(), TooManyLabels> {
        let State { accept, rest, .. } = states.get(state);
        let accept = if accept == UNDECIDED { NONE } else { accept };
        let mut arcs = std::mem::take(&mut self.arcs);
        arcs.clear();
        let own = states.arcs(state).iter().map(|&(key, to)| (key, self.node_of[to as usize]));
        let mut parts =
            Parts { accept, arcs: &[], matcher: NONE, targets: &[], otherwise: Otherwise::Nothing };
        let mut targets = Vec::new();
        match rest {
            Rest::Nothing => arcs.extend(own),
            Rest::Stay => parts.otherwise = Otherwise::Stay,
            Rest::State(to) => {
                let other = self.node_of[to as usize];
                arcs.extend(own.filter(|&(_, to)| to != other));
                parts.otherwise = Otherwise::Node(other);
            }
            Rest::Link(to) => {
                let linked = self.node_of[to as usize];
                let label =
                    |key: u32, matcher: u32| self.matchers[matcher as usize].label(&codes.keys[key as usize]);
                let same = |&(key, to): &(u32, u32)| {
                    self.nodes.step(linked, key, |matcher| label(key, matcher)) == Some(to)
                };
                arcs.extend(own.filter(|arc| !same(arc)));
                parts.otherwise = Otherwise::Link(linked);
            }
            Rest::Sets { joint, targets: first, labels } => {
                let node_of =
                    |state: u32| if state >= UNREACHED { NONE } else { self.node_of[state as usize] };
                let of_labels: Vec<u32> =
                    states.targets(joint, first).iter().map(|&state| node_of(state)).collect();
                let other = of_labels[0];
                // A combination that only literals have may do anything: it does what the rest does.
                let resolved = |label: u32| match of_labels[label as usize] {
                    NONE => other,
                    node => node,
                };
                let labels = states.labels(state, labels);
                arcs.extend(
                    own.zip(labels).filter(|&((_, to), &label)| to != resolved(label)).map(|(arc, _)| arc),
                );
                if other != NONE {
                    parts.otherwise = Otherwise::Node(other);
                }
                let mut class_nodes = vec![other];
                let mut class_of_node = FxHashMap::from_iter([(other, 0u32)]);
                let classes = (0..number(of_labels.len())).map(|label| {
                    let node = resolved(label);
                    *class_of_node.entry(node).or_insert_with(|| {
                        class_nodes.push(node);
                        number(class_nodes.len() - 1)
                    })
                });
                let classes: Vec<u32> = classes.collect();
                if class_nodes.len() > usize::from(u16::MAX) {
                    return Err(TooManyLabels);
                }
                let (matcher, order) = self.matcher(states, joint, classes);
                parts.matcher = *matcher;
                targets.extend(order.iter().map(|&class| class_nodes[class as usize]));
            }
        }
        self.node_of[state as usize] = self.nodes.intern(Parts { arcs: &arcs, targets: &targets, ..parts });
        self.arcs = arcs;
        Ok(())
    }

    /// The matcher of a classing, and its classes by label.
    fn matcher(&mut self, states: &States, joint: u32, classes: Vec<u32>) -> &(u32, Vec<u32>) {
        let (matchers, numbers) = (&mut self.matchers, &mut self.matcher_numbers);
        self.matcher_of.entry((joint, classes)).or_insert_with_key(|(joint, classes)| {
            match states.joints[*joint as usize].matcher(classes) {
                Some((matcher, order)) => {
                    let matcher = *numbers.entry(matcher).or_insert_with_key(|matcher| {
                        matchers.push(matcher.clone());
                        number(matchers.len() - 1)
                    });
                    (matcher, order)
                }
                None => (NONE, Vec::new()),
            }
        })
    }
}
