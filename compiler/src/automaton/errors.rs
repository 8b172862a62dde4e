//! Why a table has no automaton.

use std::fmt;

/// Two patterns that match one path although neither is more specific there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguity {
    /// The number of the one, the smaller.
    pub first: usize,
    /// The number of the other.
    pub second: usize,
    /// The shortest path that both match and that no more specific pattern decides; among several of one length the
    /// first one in the order a-z, 0-9, A-Z, then the other bytes.
    pub witness: String,
}

/// Why no product was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// Some paths have no least matching pattern. At most [`super::AMBIGUITIES`], by length of the witness.
    Ambiguous(Vec<Ambiguity>),
    /// The automaton would exceed the budget.
    Explosion {
        /// The patterns that collide most, at most [`super::COLLIDING`], sorted.
        patterns: Vec<usize>,
        /// How many states had been made when it was given up.
        states: usize,
    },
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Ambiguous(pairs) => {
                write!(f, "{} pairs of patterns match one path and neither is more specific", pairs.len())
            }
            BuildError::Explosion { states, .. } => write!(f, "the automaton has more than {states} states"),
        }
    }
}

impl std::error::Error for BuildError {}

/// Why a text is no regular set of segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegexError {
    /// What is wrong, in lower case without a final period.
    pub message: String,
    /// Where, in bytes from the start of the regex, if that is known.
    pub offset: Option<usize>,
}

impl fmt::Display for RegexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RegexError {}
