//! From route patterns to the automaton: product, minimal canonical DFA, route index.
//!
//! The way through: [`regular_set`] compiles the regex of a segment; [`build()`] makes the product of all patterns, whose
//! accept states know every matching pattern and the least one; [`Product::to_dfa`] gives accept states their policy
//! classes, minimises and puts the rows in edge order; [`table()`] makes the route graph of the same language;
//! [`dfa_disagreement`] proves the DFA against the product; [`dot`] and [`mermaid`] draw. [`includes`] is the order that makes one pattern more specific than another. Not here:
//! what a route says, how classes are numbered, and reports for people.

mod agreement;
mod build;
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
mod witness;

pub use agreement::dfa_disagreement;
pub use build::{Budget, COLLIDING, build};
pub use drawing::{dot, mermaid};
pub use errors::{Ambiguity, BuildError, RegexError};
pub use graph_agreement::graph_disagreement;
pub use inclusion::{common_path, common_segment, equal, includes};
pub use least::AMBIGUITIES;
pub use product::{Accept, Product};
pub use segment::{REGEX_BYTES, SET_STATES, SegmentLanguage, regular_set};
pub use sets::number_sets;
pub use table::{Table, TableError, table};
