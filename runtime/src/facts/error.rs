//! Why facts are refused.

use dregg_artifact::{Limits, Type};
use std::fmt;

/// What is wrong with one fact or stake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactProblem {
    /// The policy has no relation of that name.
    Unknown {
        /// The name.
        name: String,
        /// The closest name the policy has.
        close: Option<String>,
    },
    /// The name is a predicate: rules derive it, nobody states it.
    Derived {
        /// The name.
        name: String,
    },
    /// Another number of arguments than the relation has columns.
    Arity {
        /// The relation's columns.
        expected: usize,
        /// The arguments given.
        found: usize,
    },
    /// An argument of another type than its column.
    Type {
        /// The column.
        column: String,
        /// The column's type.
        expected: Type,
    },
    /// A text that names no cell of the policy and is no 64 hexadecimal digits of one.
    Cell {
        /// The column.
        column: String,
    },
    /// A text longer than the language allows.
    TextTooLong {
        /// The column.
        column: String,
    },
    /// An integer of 2^56 or more.
    IntTooLarge {
        /// The column.
        column: String,
    },
    /// More facts than a request may hold.
    TooMany,
    /// A stake stated a second time.
    StakeTwice {
        /// The cell as written.
        cell: String,
    },
}

impl FactProblem {
    pub(crate) fn unknown<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> FactProblem {
        let reach = (name.chars().count() / 3).max(1);
        let scored = names.map(|other| (strsim::osa_distance(name, other), other));
        let close =
            scored.filter(|(distance, _)| *distance <= reach).min().map(|(_, other)| other.to_owned());
        FactProblem::Unknown { name: name.to_owned(), close }
    }
}

impl fmt::Display for FactProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactProblem::Unknown { name, close: None } => write!(f, "the policy has no relation `{name}`"),
            FactProblem::Unknown { name, close: Some(close) } => {
                write!(f, "the policy has no relation `{name}`; did you mean `{close}`?")
            }
            FactProblem::Derived { name } => write!(f, "`{name}` is defined by rules and cannot be stated"),
            FactProblem::Arity { expected, found } => write!(f, "{found} arguments for {expected} columns"),
            FactProblem::Type { column, expected } => {
                write!(f, "column `{column}` wants a {}", expected.word())
            }
            FactProblem::Cell { column } => {
                write!(f, "column `{column}` wants `@name` of the policy or 64 hexadecimal digits of a cell")
            }
            FactProblem::TextTooLong { column } => write!(f, "the text in column `{column}` is too long"),
            FactProblem::IntTooLarge { column } => {
                write!(f, "the integer in column `{column}` is not below 2^56")
            }
            FactProblem::TooMany => write!(f, "more than {} facts", Limits::FACTS),
            FactProblem::StakeTwice { cell } => write!(f, "the stake of `{cell}` is stated twice"),
        }
    }
}

impl std::error::Error for FactProblem {}

/// Why a `FACTS.json` is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactError {
    /// It is not the JSON that `FACTS.json` is.
    Json(String),
    /// A fact is wrong.
    Fact {
        /// Its place in the list, counted from 0.
        index: usize,
        /// What is wrong.
        problem: FactProblem,
    },
    /// A stake is wrong.
    Stake {
        /// The cell as written.
        cell: String,
        /// What is wrong.
        problem: FactProblem,
    },
}

impl fmt::Display for FactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactError::Json(message) => f.write_str(message),
            FactError::Fact { index, problem } => write!(f, "fact {index}: {problem}"),
            FactError::Stake { cell, problem } => write!(f, "stake of `{cell}`: {problem}"),
        }
    }
}

impl std::error::Error for FactError {}
