//! Nodes of a route graph, each stored once: what behaves alike by its parts is one node.
//!
//! Not here: where nodes come from ([`super::graph`], [`super::classes`]).
#![expect(clippy::indexing_slicing, reason = "nodes are numbered by this module")]

use super::codes::number;
use super::numbers::{Numbers, hash};
use super::trie::NONE;
use dregg_artifact::Otherwise;

/// The parts of a node. As in [`dregg_artifact::GraphNode`], but literals are codes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Parts<'a> {
    /// What a path that ends here is accepted with, or [`NONE`].
    pub accept: u32,
    /// Literals and where they lead, sorted.
    pub arcs: &'a [(u32, u32)],
    /// The matcher, or [`NONE`].
    pub matcher: u32,
    /// Where its labels from 1 on lead.
    pub targets: &'a [u32],
    /// What everything else does.
    pub otherwise: Otherwise,
}

/// A node, its arcs and targets by where they begin and how many there are. All in one place, because nodes are mostly
/// looked at in another order than they came in.
#[derive(Clone, Copy)]
struct Stored {
    accept: u32,
    matcher: u32,
    otherwise: Otherwise,
    arcs: (u32, u32),
    targets: (u32, u32),
}

/// The nodes, numbered as they come: targets have smaller numbers.
pub(super) struct Nodes {
    nodes: Vec<Stored>,
    arcs: Vec<(u32, u32)>,
    targets: Vec<u32>,
    table: Numbers,
}

impl Nodes {
    /// No nodes.
    pub fn new() -> Nodes {
        Nodes { nodes: Vec::new(), arcs: Vec::new(), targets: Vec::new(), table: Numbers::default() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The parts of a node.
    pub fn get(&self, node: u32) -> Parts<'_> {
        let Stored { accept, matcher, otherwise, arcs, targets } = self.nodes[node as usize];
        let range = |(first, count): (u32, u32)| first as usize..first as usize + count as usize;
        Parts {
            accept,
            arcs: &self.arcs[range(arcs)],
            matcher,
            targets: &self.targets[range(targets)],
            otherwise,
        }
    }

    /// The node of these parts.
    ///
    /// Two shapes are other nodes: one that takes one step to a node that changes nothing any more, and accepts with the
    /// same, is that node already; and one that only links, and accepts with the same, is what it links to.
    pub fn intern(&mut self, parts: Parts<'_>) -> u32 {
        if parts.arcs.is_empty() && parts.matcher == NONE {
            match parts.otherwise {
                Otherwise::Node(to)
                    if self.nodes[to as usize].otherwise == Otherwise::Stay
                        && self.nodes[to as usize].accept == parts.accept =>
                {
                    return to;
                }
                Otherwise::Link(to) if self.nodes[to as usize].accept == parts.accept => return to,
                Otherwise::Nothing | Otherwise::Node(_) | Otherwise::Link(_) | Otherwise::Stay => {}
            }
        }
        let hash = hash(parts);
        if let Some(known) = self.table.find(hash, |node| self.get(node) == parts) {
            return known;
        }
        let fresh = number(self.len());
        self.nodes.push(Stored {
            accept: parts.accept,
            matcher: parts.matcher,
            otherwise: parts.otherwise,
            arcs: (number(self.arcs.len()), number(parts.arcs.len())),
            targets: (number(self.targets.len()), number(parts.targets.len())),
        });
        self.arcs.extend_from_slice(parts.arcs);
        self.targets.extend_from_slice(parts.targets);
        self.table.insert(hash, fresh);
        fresh
    }

    /// The nodes that `root` leads to by way of nodes that are not `done`, itself included; each after all it leads to.
    pub fn below(&self, root: u32, done: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut found = vec![false; self.len()];
        let mut result: Vec<u32> = (!done(root)).then_some(root).into_iter().collect();
        let mut at = 0;
        while let Some(&node) = result.get(at) {
            at += 1;
            let Parts { arcs, targets, otherwise, .. } = self.get(node);
            let other = match otherwise {
                Otherwise::Node(to) | Otherwise::Link(to) => Some(to),
                Otherwise::Nothing | Otherwise::Stay => None,
            };
            for to in arcs.iter().map(|&(_, to)| to).chain(targets.iter().copied()).chain(other) {
                if !std::mem::replace(&mut found[to as usize], true) && !done(to) {
                    result.push(to);
                }
            }
        }
        // Nodes lead to smaller numbers only.
        result.sort_unstable();
        result
    }

    /// Where a literal leads from a node that links to nothing. `label` is its label in a matcher.
    pub fn step(&self, node: u32, literal: u32, label: impl FnOnce(u32) -> u16) -> Option<u32> {
        let parts = self.get(node);
        if let Ok(at) = parts.arcs.binary_search_by_key(&literal, |&(literal, _)| literal) {
            return Some(parts.arcs[at].1);
        }
        if parts.matcher != NONE
            && let Some(target) = usize::from(label(parts.matcher)).checked_sub(1)
        {
            return Some(parts.targets[target]);
        }
        match parts.otherwise {
            Otherwise::Nothing | Otherwise::Link(_) => None,
            Otherwise::Node(target) => Some(target),
            Otherwise::Stay => Some(node),
        }
    }
}
