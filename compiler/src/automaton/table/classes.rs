//! The graph of a table whose paths are told apart by policy class only: far smaller than the one by pattern.
//!
//! Not here: the graph by pattern ([`super::graph`]), and what becomes of it ([`super::bytes`]).
#![expect(clippy::indexing_slicing, reason = "nodes, keys and matchers are numbered by the graph")]

use super::nodes::{Nodes, Parts};
use super::trie::NONE;
use dregg_artifact::{Otherwise, RouteGraph};

/// The nodes by class, and the root's number. `class_of` gives each pattern that is the least one somewhere its class.
///
/// Of a node with a matcher, labels that lead to one node are not joined.
pub(super) fn by_class(graph: &RouteGraph, class_of: &[u32]) -> (Nodes, u32) {
    let mut nodes = Nodes::new();
    let mut node_of: Vec<u32> = Vec::with_capacity(graph.nodes.len());
    let mut arcs = Vec::new();
    let mut targets = Vec::new();
    for node in &graph.nodes {
        let accept = node.accept.map_or(NONE, |pattern| class_of[pattern as usize]);
        let otherwise = match node.otherwise {
            Otherwise::Nothing | Otherwise::Stay => node.otherwise,
            Otherwise::Node(to) => Otherwise::Node(node_of[to as usize]),
            Otherwise::Link(to) => Otherwise::Link(node_of[to as usize]),
        };
        targets.clear();
        let mut matcher = NONE;
        if let Some((number, old)) = &node.matcher {
            targets.extend(old.iter().map(|&to| node_of[to as usize]));
            if targets.iter().any(|&to| otherwise != Otherwise::Node(to)) {
                matcher = *number;
            } else {
                targets.clear();
            }
        }
        let label =
            |key: u32, matcher: u32| graph.matchers[matcher as usize].label(&graph.keys[key as usize]);
        let rest = |key: u32| match otherwise {
            Otherwise::Link(to) => nodes.step(to, key, |matcher| label(key, matcher)),
            Otherwise::Nothing | Otherwise::Node(_) | Otherwise::Stay => {
                let labelled = if matcher == NONE { 0 } else { label(key, matcher) };
                match (usize::from(labelled).checked_sub(1), otherwise) {
                    (Some(target), _) => Some(targets[target]),
                    (None, Otherwise::Node(to)) => Some(to),
                    (None, Otherwise::Nothing | Otherwise::Link(_) | Otherwise::Stay) => None,
                }
            }
        };
        arcs.clear();
        let own = node.literals.iter().map(|&(key, to)| (key, node_of[to as usize]));
        arcs.extend(own.filter(|&(key, to)| rest(key) != Some(to)));
        let number = nodes.intern(Parts { accept, arcs: &arcs, matcher, targets: &targets, otherwise });
        node_of.push(number);
    }
    let root = node_of.last().copied().unwrap_or(NONE);
    (nodes, root)
}

/// Which nodes some path from the root leads through.
pub(super) fn needed(nodes: &Nodes, root: u32) -> Vec<bool> {
    let mut needed = vec![false; nodes.len()];
    needed[root as usize] = true;
    for node in (0..=root).rev() {
        if !needed[node as usize] {
            continue;
        }
        let parts = nodes.get(node);
        for &(_, to) in parts.arcs {
            needed[to as usize] = true;
        }
        for &to in parts.targets {
            needed[to as usize] = true;
        }
        match parts.otherwise {
            Otherwise::Node(to) | Otherwise::Link(to) => needed[to as usize] = true,
            Otherwise::Nothing | Otherwise::Stay => {}
        }
    }
    needed
}
