//! From states to the route graph: states that behave alike become one node, and nodes, literals and matchers get their
//! canonical numbers.
//!
//! Nodes are numbered depth-first from the root, a node after all it leads to: by its literals, its labels, then the
//! rest. Not here: states ([`super::states`]).
#![expect(clippy::indexing_slicing, reason = "states and nodes are numbered by their modules")]

use super::codes::{Codes, number};
use super::decide::UNDECIDED;
use super::nodes::{Nodes, Parts};
use super::states::{Rest, State, States, UNREACHED};
use super::trie::NONE;
use dregg_artifact::{GraphNode, Matcher, Otherwise, RouteGraph};
use rustc_hash::FxHashMap;

/// Some node needs more labels than a matcher can have.
pub(super) struct TooManyLabels;

/// Which matcher a classing of a joint automaton's combinations has, and its classes by label.
type MatcherOf = FxHashMap<(u32, Vec<u32>), (u32, Vec<u32>)>;

/// Nodes while they are made.
struct Making<'a> {
    codes: &'a Codes<'a>,
    states: &'a States,
    nodes: Nodes,
    node_of: Vec<u32>,
    matchers: Vec<Matcher>,
    matcher_numbers: FxHashMap<Matcher, u32>,
    matcher_of: MatcherOf,
    arcs: Vec<(u32, u32)>,
}

/// The graph of the states; its root is their first.
///
/// # Errors
/// [`TooManyLabels`] if some node tells more than 65,535 combinations of regular sets apart.
pub(super) fn graph(codes: &Codes<'_>, states: &States) -> Result<RouteGraph, TooManyLabels> {
    let mut making = Making {
        codes,
        states,
        nodes: Nodes::new(),
        node_of: vec![NONE; states.len()],
        matchers: Vec::new(),
        matcher_numbers: FxHashMap::default(),
        matcher_of: FxHashMap::default(),
        arcs: Vec::new(),
    };
    // What changes nothing any more leads nowhere else, and may be reached from any level.
    for state in 0..number(states.len()) {
        if matches!(states.get(state).rest, Rest::Stay) {
            making.make(state)?;
        }
    }
    for level in states.levels.iter().rev() {
        let links = |state: &&u32| matches!(states.get(**state).rest, Rest::Link(_));
        for &state in level.iter().filter(|state| !links(state)) {
            making.make(state)?;
        }
        for &state in level.iter().filter(links) {
            making.make(state)?;
        }
    }
    let Some(&root) = making.node_of.first() else { return Ok(RouteGraph::default()) };
    Ok(canonical(&making.nodes, root, &codes.keys, &making.matchers))
}

impl Making<'_> {
    fn make(&mut self, state: u32) -> Result<(), TooManyLabels> {
        let State { accept, rest, .. } = self.states.get(state);
        let accept = if accept == UNDECIDED { NONE } else { accept };
        let mut arcs = std::mem::take(&mut self.arcs);
        arcs.clear();
        let own = self.states.arcs(state).iter().map(|&(key, to)| (key, self.node_of[to as usize]));
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
                let label = |key: u32, matcher: u32| {
                    self.matchers[matcher as usize].label(self.codes.keys[key as usize])
                };
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
                    self.states.targets(joint, first).iter().map(|&state| node_of(state)).collect();
                let other = of_labels[0];
                // A combination that only literals have may do anything: it does what the rest does.
                let resolved = |label: u32| match of_labels[label as usize] {
                    NONE => other,
                    node => node,
                };
                let labels = self.states.labels(state, labels);
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
                let (matcher, order) = self.matcher(joint, classes);
                parts.matcher = *matcher;
                targets.extend(order.iter().map(|&class| class_nodes[class as usize]));
            }
        }
        self.node_of[state as usize] = self.nodes.intern(Parts { arcs: &arcs, targets: &targets, ..parts });
        self.arcs = arcs;
        Ok(())
    }

    /// The matcher of a classing, and its classes by label.
    fn matcher(&mut self, joint: u32, classes: Vec<u32>) -> &(u32, Vec<u32>) {
        let (matchers, numbers) = (&mut self.matchers, &mut self.matcher_numbers);
        let states = self.states;
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

/// The nodes that the root leads to, each after all it leads to, and the place of each among them.
fn depth_first(nodes: &Nodes, root: u32) -> (Vec<u32>, Vec<u32>) {
    let mut order = Vec::new();
    let mut place = vec![NONE; nodes.len()];
    let mut open = vec![(root, 0usize)];
    while let Some((node, at)) = open.last_mut() {
        let parts = nodes.get(*node);
        let arcs = parts.arcs.len();
        let child = match parts.arcs.get(*at) {
            Some(&(_, child)) => Some(child),
            None => match parts.targets.get(*at - arcs) {
                Some(&child) => Some(child),
                None if *at == arcs + parts.targets.len() => match parts.otherwise {
                    Otherwise::Node(child) | Otherwise::Link(child) => Some(child),
                    Otherwise::Nothing | Otherwise::Stay => None,
                },
                None => None,
            },
        };
        match child {
            Some(child) => {
                *at += 1;
                if place[child as usize] == NONE {
                    open.push((child, 0));
                }
            }
            None => {
                place[*node as usize] = number(order.len());
                order.push(*node);
                open.pop();
            }
        }
    }
    (order, place)
}

/// The graph below a root. Literals are in the order of `keys`.
fn canonical(nodes: &Nodes, root: u32, keys: &[&str], matchers: &[Matcher]) -> RouteGraph {
    let (order, place) = depth_first(nodes, root);
    let mut key_used = vec![false; keys.len()];
    let mut matcher_used = vec![false; matchers.len()];
    for &node in &order {
        let parts = nodes.get(node);
        for (key, _) in parts.arcs {
            key_used[*key as usize] = true;
        }
        if let Some(used) = matcher_used.get_mut(parts.matcher as usize) {
            *used = true;
        }
    }
    let mut result = RouteGraph::default();
    let mut key_number = vec![NONE; keys.len()];
    for (at, key) in keys.iter().enumerate().filter(|(at, _)| key_used[*at]) {
        key_number[at] = number(result.keys.len());
        result.keys.push((*key).to_owned());
    }
    let mut used: Vec<usize> = (0..matchers.len()).filter(|&at| matcher_used[at]).collect();
    used.sort_by_key(|&at| &matchers[at]);
    let mut matcher_number = vec![NONE; matchers.len()];
    for at in used {
        matcher_number[at] = number(result.matchers.len());
        result.matchers.push(matchers[at].clone());
    }
    let place = |node: u32| place[node as usize];
    result.nodes.extend(order.iter().map(|&node| {
        let parts = nodes.get(node);
        let targets = || parts.targets.iter().map(|&node| place(node)).collect();
        GraphNode {
            accept: (parts.accept != NONE).then_some(parts.accept),
            literals: parts.arcs.iter().map(|&(key, node)| (key_number[key as usize], place(node))).collect(),
            matcher: matcher_number.get(parts.matcher as usize).map(|&matcher| (matcher, targets())),
            otherwise: match parts.otherwise {
                Otherwise::Node(node) => Otherwise::Node(place(node)),
                Otherwise::Link(node) => Otherwise::Link(place(node)),
                Otherwise::Nothing | Otherwise::Stay => parts.otherwise,
            },
        }
    }));
    result
}
