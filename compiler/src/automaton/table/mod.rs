//! What a table of patterns means, one step a segment: the fast construction.
//!
//! The way through: [`codes`] numbers literals and sets; [`trie`] makes one trie of all patterns; [`explore`] determinises
//! it into [`states`] of item [`lists`], with [`joint`] for regular sets and [`decide`] for the least pattern of each end;
//! [`graph`] makes states that behave alike one of the [`nodes`], and [`canonical`] numbers these. From the graph [`classes`]
//! makes one by policy class, and [`bytes`] with [`inside`] and [`symbols`] the minimal automaton of symbols. [`builder`]
//! keeps all of that and makes again only what a change asks for, with [`live`] to know what is still meant and [`written`]
//! to write it. Not here: why a
//! table is ambiguous; for that report, and as the oracle of the tests, stands the product of all patterns
//! ([`super::build()`]).

mod builder;
mod bytes;
mod canonical;
mod classes;
mod codes;
mod decide;
mod explore;
mod graph;
mod inside;
mod joint;
mod lists;
mod live;
mod nodes;
mod numbers;
mod states;
mod symbols;
mod trie;
mod written;

pub use builder::TableBuilder;
pub use written::Origins;

use super::build::{Budget, COLLIDING};
use super::order::edge_order_from;
use super::product::Accept;
use super::weights::Weights;
use bytes::{Bytes, TooMany};
use classes::Texts;
use dregg_artifact::{Dfa, GraphNode, Otherwise, Pattern, RouteGraph, SegmentSet};
use nodes::Parts;
use states::Explosion;
use std::collections::BTreeSet;
use std::fmt;
use trie::NONE;

/// Why a table has no graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableError {
    /// Some path has no least matching pattern, or two patterns match the same paths; [`super::build()`] says which.
    Undecided,
    /// The automaton would exceed the budget.
    Explosion {
        /// The patterns that collide most, at most [`super::COLLIDING`], sorted.
        patterns: Vec<usize>,
        /// How many states had been made when it was given up.
        states: usize,
    },
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableError::Undecided => f.write_str("some path has no least matching pattern"),
            TableError::Explosion { states, .. } => write!(f, "the automaton has more than {states} states"),
        }
    }
}

impl std::error::Error for TableError {}

impl From<Explosion> for TableError {
    fn from(explosion: Explosion) -> TableError {
        TableError::Explosion { patterns: explosion.patterns, states: explosion.states }
    }
}

/// What a table of patterns means; made by [`table()`].
#[derive(Clone, Debug)]
pub struct Table {
    graph: RouteGraph,
    accepts: Vec<Accept>,
    /// The accept set of each pattern that is the least one somewhere.
    accept_of: Vec<u32>,
}

/// The graph and the accept sets of a table of patterns.
///
/// Patterns are numbered by their place. The order in which they stand changes those numbers and nothing else.
///
/// # Errors
/// [`TableError`] if the table is ambiguous or its automaton too large.
pub fn table(patterns: &[Pattern], sets: &[SegmentSet], budget: &Budget) -> Result<Table, TableError> {
    TableBuilder::new(patterns, sets, *budget)?.into_table()
}

impl Table {
    /// The different accept sets, in no particular order; a pattern that is `least` in none decides no path.
    pub fn accepts(&self) -> &[Accept] {
        &self.accepts
    }

    /// What matches a path whose least pattern is this one, if it is that of any.
    pub fn accept_of(&self, least: u32) -> Option<&Accept> {
        self.accepts.get(*self.accept_of.get(least as usize)? as usize)
    }

    /// The graph. A node accepts with the number of the least matching pattern. The graph is canonical but for these
    /// numbers.
    pub fn graph(&self) -> &RouteGraph {
        &self.graph
    }

    /// The minimal DFA whose accept states carry the policy class of their accept sets, in canonical edge order.
    ///
    /// Exactly what [`super::Product::to_dfa`] gives. Classes are below `u32::MAX`. A table that matches nothing gives no
    /// rows and no states.
    ///
    /// # Errors
    /// [`TableError::Explosion`] if more states would be made than the budget has.
    pub fn to_dfa(&self, class: impl Fn(&Accept) -> u32, budget: &Budget) -> Result<Dfa, TableError> {
        let classes: Vec<u32> = self.accepts.iter().map(class).collect();
        let mut bytes = Bytes::new();
        let RouteGraph { keys, matchers, nodes } = &self.graph;
        let texts = Texts { keys, sorted: true, matchers };
        let mut node_of: Vec<u32> = Vec::with_capacity(nodes.len());
        let (mut arcs, mut targets) = (Vec::new(), Vec::new());
        for node in nodes {
            let of = |to: u32| node_of.get(to as usize).copied().unwrap_or(NONE);
            arcs.clear();
            arcs.extend(node.literals.iter().map(|&(key, to)| (key, of(to))));
            targets.clear();
            targets.extend(node.matcher.iter().flat_map(|(_, targets)| targets).map(|&to| of(to)));
            let accept = node.accept.and_then(|pattern| self.accept_of.get(pattern as usize));
            let parts = Parts {
                accept: accept.and_then(|&accept| classes.get(accept as usize).copied()).unwrap_or(NONE),
                arcs: &arcs,
                matcher: node.matcher.as_ref().map_or(NONE, |&(matcher, _)| matcher),
                targets: &targets,
                otherwise: match node.otherwise {
                    Otherwise::Nothing | Otherwise::Stay => node.otherwise,
                    Otherwise::Node(to) => Otherwise::Node(of(to)),
                    Otherwise::Link(to) => Otherwise::Link(of(to)),
                },
            };
            node_of.push(bytes.class_node(parts, texts));
        }
        let Some(&root) = node_of.last() else { return Ok(Dfa::default()) };
        let start = bytes.extend(root, texts, budget.states).map_err(|states| self.too_many(&states))?;
        let (automaton, mut weights) = (bytes.states.automaton(), Weights::default());
        weights.extend(automaton, bytes.states.cyclic());
        let (rows, order) = edge_order_from(automaton, start, &weights, |class| class, None, Vec::new());
        let states = codes::number(order.states.len());
        drop((bytes, weights, order));
        Ok(Dfa::new(rows, states))
    }

    /// What to blame are the patterns whose segments need the most symbol states: below the largest matchers.
    fn too_many(&self, states: &TooMany) -> TableError {
        let size = |node: &GraphNode| {
            let matcher =
                node.matcher.as_ref().and_then(|(matcher, _)| self.graph.matchers.get(*matcher as usize));
            matcher.map_or(0, |matcher| matcher.labels.len())
        };
        let mut ranked: Vec<&GraphNode> = self.graph.nodes.iter().collect();
        ranked.sort_by_key(|node| std::cmp::Reverse(size(node)));
        let mut patterns = BTreeSet::new();
        for node in ranked {
            let targets = node.matcher.iter().flat_map(|(_, targets)| targets);
            let below = targets.chain(node.literals.iter().map(|(_, to)| to));
            let below = below.filter_map(|to| self.graph.nodes.get(*to as usize)?.accept);
            patterns.extend(below.map(|pattern| pattern as usize).take(COLLIDING - patterns.len()));
            if patterns.len() == COLLIDING {
                break;
            }
        }
        TableError::Explosion { patterns: patterns.into_iter().collect(), states: states.0 }
    }
}
