//! From route patterns to the automaton: route graph, minimal canonical DFA, and the product of all patterns.
//!
//! The way through: [`regular_set`] compiles the regex of a segment; [`table()`] determinises all patterns one step a
//! segment into the route graph, whose nodes know the least matching pattern, and [`Table::to_dfa`] makes the minimal DFA
//! by policy class from it, in edge order; [`TableBuilder`] does the same for a table that is amended;
//! [`graph_disagreement`] proves the two forms equal. [`build()`] makes the product of all patterns symbol by symbol: the
//! oracle of the tests, and the source of exact reports when a table is ambiguous; [`dfa_disagreement`] proves a DFA
//! against it. [`includes`] is the order that makes one pattern more specific than another; [`dot`] and [`mermaid`] draw.
//! Not here: what a route says, how classes are numbered, and reports for people.

mod agreement;
mod build;
mod components;
mod drawing;
mod errors;
mod graph_agreement;
mod inclusion;
mod least;
mod minimal;
mod order;
mod positions;
mod product;
mod reading;
mod segment;
mod sets;
mod shape;
mod table;
#[cfg(test)]
mod tests;
mod transitions;
mod weights;
mod witness;

pub use agreement::dfa_disagreement;
pub use build::{Budget, COLLIDING, build};
pub use drawing::{dot, mermaid};
pub use errors::{Ambiguity, BuildError, RegexError};
pub use graph_agreement::graph_disagreement;
pub use inclusion::{common_path, common_segment, equal, includes};
pub use least::AMBIGUITIES;
pub use order::EdgeOrder;
pub use product::{Accept, Product};
pub use segment::{REGEX_BYTES, SET_STATES, SegmentLanguage, regular_set};
pub use sets::number_sets;
pub use table::{Origins, Table, TableBuilder, TableError, table};
