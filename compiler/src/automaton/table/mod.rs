//! What a table of patterns means, one step a segment: the fast construction.
//!
//! The way through: [`codes`] numbers literals and sets; [`trie`] makes one trie of all patterns; [`states`] determinises
//! it, with [`joint`] for regular sets and [`decide`] for the least pattern of each end; [`graph`] makes states that behave
//! alike one node and numbers everything canonically. Not here: why a table is ambiguous; for that report, and as the
//! oracle of the tests, stands the product of all patterns ([`super::build()`]).

mod codes;
mod decide;
mod graph;
mod joint;
mod lists;
mod nodes;
mod states;
mod trie;

use super::build::{Budget, longest};
use super::product::Accept;
use codes::Codes;
use decide::Decider;
use dregg_artifact::{Pattern, RouteGraph, SegmentSet};
use states::{Explosion, States};
use std::fmt;
use trie::Trie;

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
    let codes = Codes::new(patterns, sets);
    let trie = Trie::new(&codes).map_err(|_| TableError::Undecided)?;
    let mut decider = Decider::new(&codes);
    let mut states = States::new(&codes, &trie, &mut decider, budget, true)?;
    if !states.all_reached() {
        // A state that only links lead to was judged although no path ends there: without links there is none.
        decider = Decider::new(&codes);
        states = States::new(&codes, &trie, &mut decider, budget, false)?;
    }
    if decider.undecided() {
        return Err(TableError::Undecided);
    }
    let graph = graph::graph(&codes, &states)
        .map_err(|_| TableError::Explosion { patterns: longest(patterns), states: states.len() })?;
    let (accepts, accept_of) = decider.into_accepts();
    Ok(Table { graph, accepts, accept_of })
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
}
