//! What an amended table is written as, and how that is held against what it was made from.
//!
//! Graph and rows are written under numbers that shift with every change. Each is compared with what it was made from, by
//! one pass over both; under the builder's own numbers, which stay, only what is new must be shown to agree.
#![expect(clippy::indexing_slicing, reason = "nodes and states are numbered by the builder")]

use super::builder::TableBuilder;
use super::canonical::canonical;
use super::codes::number;
use super::nodes::Parts;
use super::trie::NONE;
use crate::automaton::graph_agreement::{Agreed, new_disagreement};
use crate::automaton::order::Ordered;
use dregg_artifact::alphabet::END;
use dregg_artifact::{Dfa, GraphNode, Otherwise, RouteGraph, Row};
use rayon::prelude::*;

/// The builder's own numbers of what was written.
pub struct Origins(Vec<u32>);

impl TableBuilder {
    /// The graph of the table. `number` gives the patterns their numbers in it.
    pub fn graph(&self, number: impl Fn(u32) -> u32) -> (RouteGraph, Origins) {
        let built = &self.built;
        let root = built.graph.node_of(built.root);
        let (graph, nodes) = canonical(&built.graph.nodes, root, &self.codes, &built.graph.matchers, number);
        (graph, Origins(nodes))
    }

    /// The DFA that [`TableBuilder::classify`] has made. `class` gives the classes their numbers in it.
    pub fn dfa(&self, class: impl Fn(u32) -> u32) -> (Dfa, Origins) {
        let Ordered { mut rows, states } = self.ordered();
        for row in rows.iter_mut().filter(|row| row.lo == END) {
            row.next = class(row.next);
        }
        (Dfa::new(rows, number(states.len())), Origins(states))
    }

    /// Why graph and DFA, numbered as they are written, are not one language: a path, or what was written wrongly.
    /// `class` gives the classes their numbers in the DFA, `class_of_pattern` has those of the graph's patterns. The graph
    /// is one that [`TableBuilder::wrote_graph`] knows.
    ///
    /// Takes a pass over the DFA, and a proof of what is new since the last call.
    pub fn disagreement(
        &mut self,
        (graph, Origins(nodes)): (&RouteGraph, &Origins),
        (dfa, Origins(states)): (&Dfa, &Origins),
        class: impl Fn(u32) -> u32 + Sync,
        class_of_pattern: &[u32],
    ) -> Option<String> {
        if !self.wrote_dfa(dfa, states, class) {
            return Some("rows that were not meant".to_owned());
        }
        let mut none = Agreed::default();
        let agreed = self.symbols.as_mut().map_or(&mut none, |symbols| &mut symbols.agreed);
        new_disagreement(graph, class_of_pattern, dfa, (nodes, states), agreed)
    }

    /// Whether each node of a graph is the one it was made from. `pattern` gives the patterns their numbers in it.
    pub fn wrote_graph(
        &self,
        (graph, Origins(nodes)): (&RouteGraph, &Origins),
        pattern: impl Fn(u32) -> u32 + Sync,
    ) -> bool {
        let built = &self.built.graph;
        let is = |to: u32, own: u32| nodes.get(to as usize) == Some(&own);
        let key = |key: u32, own: u32| graph.keys.get(key as usize) == self.codes.keys.get(own as usize);
        let same = |(node, &own): (&GraphNode, &u32)| {
            let Parts { accept, arcs, matcher, targets, otherwise } = built.nodes.get(own);
            let literals = node.literals.len() == arcs.len() && {
                // The builder sorts by its own numbers of literals, of which later ones are in no order.
                let mut found: Vec<(u32, u32)> = arcs.to_vec();
                if !self.codes.sorted {
                    found.sort_unstable_by_key(|arc| &self.codes.keys[arc.0 as usize]);
                }
                node.literals.iter().zip(found).all(|(one, other)| key(one.0, other.0) && is(one.1, other.1))
            };
            let matched = match &node.matcher {
                None => matcher == NONE && targets.is_empty(),
                Some((of, to)) => {
                    graph.matchers.get(*of as usize) == built.matchers.get(matcher as usize)
                        && to.len() == targets.len()
                        && to.iter().zip(targets).all(|(to, own)| is(*to, *own))
                }
            };
            let rest = match (node.otherwise, otherwise) {
                (Otherwise::Node(to), Otherwise::Node(own)) | (Otherwise::Link(to), Otherwise::Link(own)) => {
                    is(to, own)
                }
                (one, other) => one == other,
            };
            let accepts = node.accept == (accept != NONE).then(|| pattern(accept));
            accepts && literals && matched && rest
        };
        let root = nodes.last().copied().unwrap_or(NONE) == built.node_of(self.built.root);
        root && graph.nodes.len() == nodes.len()
            && graph.nodes.par_iter().zip(nodes).with_min_len(4096).all(same)
    }

    /// Whether the rows of each state are the steps of the one it was made from. Rows of one state are disjoint.
    fn wrote_dfa(&self, dfa: &Dfa, states: &[u32], class: impl Fn(u32) -> u32 + Sync) -> bool {
        let Some(symbols) = &self.symbols else { return dfa.rows().is_empty() };
        let automaton = symbols.bytes.states.automaton();
        let is_step = |row: &Row| {
            let Some(&own) = states.get(row.state as usize) else { return false };
            if row.lo == END {
                return automaton.accept(own).is_some_and(|accept| class(accept) == row.next);
            }
            let step = automaton.of(own).iter().find(|step| step.lo == row.lo);
            step.is_some_and(|step| step.hi == row.hi && states.get(row.next as usize) == Some(&step.next))
        };
        let steps = |&own: &u32| automaton.of(own).len() + usize::from(automaton.accept(own).is_some());
        // Each row is a step of its own, and there is one for every step.
        states.first() == Some(&symbols.start)
            && dfa.states() as usize == states.len()
            && states.iter().map(steps).sum::<usize>() == dfa.rows().len()
            && dfa.rows().par_iter().with_min_len(4096).all(is_step)
    }
}
