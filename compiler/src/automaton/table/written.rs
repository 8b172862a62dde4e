//! What an amended table is written as, and how that is held against what it was made from.
//!
//! Graph and rows are written under numbers that shift with every change. Each is compared with what it was made from, by
//! one pass over both; under the builder's own numbers, which stay, only what is new must be shown to agree.
#![expect(clippy::indexing_slicing, reason = "nodes and states are numbered by the builder")]

use super::builder::TableBuilder;
use super::canonical::canonical;
use super::codes::number;
use super::graph::Graph;
use super::nodes::Parts;
use super::trie::NONE;
use crate::automaton::graph_agreement::{Agreed, new_disagreement};
use crate::automaton::order::{EdgeOrder, edge_order_from};
use crate::automaton::transitions::Step;
use dregg_artifact::alphabet::END;
use dregg_artifact::{Dfa, GraphNode, Otherwise, RouteGraph, Row};
use rayon::prelude::*;
use std::borrow::Cow;

/// The builder's own numbers of what was written.
#[derive(Default)]
pub struct Origins(Vec<u32>);

impl TableBuilder {
    /// The graph of the table. `number` gives the patterns their numbers in it. `spare` is one that is not needed any more:
    /// its memory is used.
    pub fn graph(&self, number: impl Fn(u32) -> u32, spare: (RouteGraph, Origins)) -> (RouteGraph, Origins) {
        let built = &self.built;
        let root = built.graph.node_of(built.root);
        let Graph { nodes, matchers, .. } = &built.graph;
        let (graph, nodes) = canonical(nodes, root, &self.codes, matchers, number, (spare.0, spare.1.0));
        (graph, Origins(nodes))
    }

    /// The DFA that [`TableBuilder::classify`] has made, empty before that. `class` gives the classes their numbers in it.
    /// What stands in the DFA `before` in the order that was kept for it ([`TableBuilder::kept`]) is copied. `spare`
    /// is one that is not needed any more: its memory is used.
    pub fn dfa(
        &self,
        class: impl Fn(u32) -> u32,
        before: Option<(&Dfa, &EdgeOrder)>,
        spare: Dfa,
    ) -> (Dfa, EdgeOrder) {
        let Some(symbols) = &self.symbols else { return Default::default() };
        let automaton = symbols.bytes.states.automaton();
        let known = before.map(|(dfa, order)| (dfa.rows(), order));
        let (rows, order) =
            edge_order_from(automaton, symbols.start, &symbols.weights, class, known, spare.into_rows());
        let states = number(order.states.len());
        let dfa = match before {
            Some((before, _)) => Dfa::with_copies(rows, states, before, &order.copied),
            None => Dfa::new(rows, states),
        };
        (dfa, order)
    }

    /// Keeps the order of a DFA that has been shown to be the one meant ([`TableBuilder::disagreement`]), for the next one.
    pub fn keep(&mut self, order: EdgeOrder) {
        if let Some(symbols) = &mut self.symbols {
            symbols.written = Some(order);
        }
    }

    /// Takes the order that was kept last, unless all states have been made anew since.
    pub fn kept(&mut self) -> Option<EdgeOrder> {
        self.symbols.as_mut()?.written.take()
    }

    /// Why graph and DFA, numbered as they are written, are not one language: a path, or what was written wrongly.
    /// `class` gives the classes their numbers in the DFA, `class_of_pattern` has those of the graph's patterns. The graph
    /// is one that [`TableBuilder::wrote_graph`] knows.
    ///
    /// Takes a pass over the states that were not copied, and a proof of what is new since the last call.
    pub fn disagreement(
        &mut self,
        (graph, Origins(nodes)): (&RouteGraph, &Origins),
        (dfa, order): (&Dfa, &EdgeOrder),
        class: impl Fn(u32) -> u32,
        class_of_pattern: &[u32],
    ) -> Option<String> {
        if !self.wrote_dfa(dfa, order, class) {
            return Some("rows that were not meant".to_owned());
        }
        let mut none = Agreed::default();
        let agreed = self.symbols.as_mut().map_or(&mut none, |symbols| &mut symbols.agreed);
        new_disagreement(graph, class_of_pattern, dfa, (nodes, &order.states), agreed)
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
            // The builder sorts by its own numbers of literals, of which later ones are in no order.
            let mut arcs = Cow::Borrowed(arcs);
            if !self.codes.sorted && arcs.len() > 1 {
                arcs.to_mut().sort_unstable_by_key(|arc| &self.codes.keys[arc.0 as usize]);
            }
            let literals = node.literals.len() == arcs.len()
                && node.literals.iter().zip(&*arcs).all(|(one, own)| key(one.0, own.0) && is(one.1, own.1));
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

    /// Whether the rows of each state are the steps of the one it was made from, if they were not copied.
    ///
    /// SOUNDNESS: the rows that were copied are those of the same states in a DFA of which this has been shown.
    fn wrote_dfa(&self, dfa: &Dfa, order: &EdgeOrder, class: impl Fn(u32) -> u32) -> bool {
        let Some(symbols) = &self.symbols else { return dfa.rows().is_empty() };
        let automaton = symbols.bytes.states.automaton();
        let states = &order.states;
        let wrote = |(number, &own): (u32, &u32)| {
            let mut rows = dfa.rows_of(number);
            let is_step = |step: &Step, row: &Row| {
                let to = states.get(row.next as usize);
                (row.lo, row.hi) == (step.lo, step.hi) && row.lo != END && to == Some(&step.next)
            };
            let steps = automaton.of(own);
            let all = steps.iter().all(|step| rows.next().is_some_and(|row| is_step(step, row)));
            let end = automaton.accept(own);
            let ends = end.is_none_or(|accept| {
                rows.next().is_some_and(|row| row.lo == END && row.hi == END && row.next == class(accept))
            });
            (all && ends && rows.next().is_none()).then(|| steps.len() + usize::from(end.is_some()))
        };
        let (mut known, mut count) = (0, 0);
        let all = number(states.len());
        let copied = order.copied.iter().map(|copied| (&copied.states, copied.rows.len()));
        for (copied, rows) in copied.chain([(&(all..all), 0)]) {
            let new = states.get(known as usize..copied.start as usize).unwrap_or(&[]);
            let mut counts = (known..).zip(new).map(wrote);
            let Some(new) = counts.try_fold(0, |sum, count| Some(sum + count?)) else { return false };
            count += rows + new;
            known = copied.end;
        }
        // The rows of each state, by their symbols, are its steps and then its end; and no row is of another state.
        states.first() == Some(&symbols.start)
            && dfa.states() as usize == states.len()
            && count == dfa.rows().len()
    }
}
