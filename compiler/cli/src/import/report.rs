//! What an importer hands back: the text, what became of every part of the document, or why there is no text.
//!
//! Places are JSON pointers (RFC 6901) into the imported document. Nothing here decides; it only tells.

use super::text::plain;
use std::fmt;

/// A document as policy text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The policy, ready to be compiled. Ends in a newline.
    pub text: String,
    /// What became of the document's parts.
    pub report: Report,
}

/// What became of the document's parts, each list in the order of the policy text or of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Every path (with `methods`: every operation) that has a route, and that route.
    pub mapped: Vec<Mapped>,
    /// How many routes the text declares.
    pub routes: usize,
    /// Routes that stand for several paths of the document which match the same paths of the namespace.
    pub merged: Vec<Joined>,
    /// Routes that were added where two overlap and neither is more specific.
    pub covers: Vec<Joined>,
    /// What was left out because the language cannot say it; empty unless `skip_refused` was given.
    pub refused: Vec<Remark>,
    /// What the author should know although nothing was lost.
    pub notes: Vec<Remark>,
}

/// A path or operation of the document and its route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// Where it stands in the document.
    pub pointer: String,
    /// The pattern of its route, as written in the policy.
    pub route: String,
}

/// One route made from several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The pattern, as written in the policy.
    pub route: String,
    /// What it was made from: paths of the document (merged) or patterns of the policy (covers).
    pub from: Vec<String>,
}

/// Something said about one place of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The place, as a JSON pointer.
    pub pointer: String,
    /// What is to be said about it, lower case without a final period.
    pub reason: String,
}

/// Why a document gave no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// The text is no JSON, or is nested more deeply than any description is.
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What the JSON reader says.
        reason: String,
    },
    /// The document does not say that it is OpenAPI 3.x or Swagger 2.0.
    Version,
    /// A part that decides who may do what has not the shape the format gives it.
    Shape(Remark),
    /// No operation and no global `security` names a scheme, and there is no default ACL.
    NoSecurity,
    /// These paths cannot be said in the language, and `skip_refused` was not given. Never empty.
    Refused(Vec<Remark>),
    /// The `prefix` option is no literal path.
    Prefix {
        /// The option's text.
        prefix: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The `default_acl` option cannot be one ACL.
    DefaultAcl(String),
    /// Making the overlaps unambiguous takes more routes, or more work, than the importer allows itself.
    Overlaps {
        /// Two of the patterns, as the document writes them; the same one twice if it was being compared with all.
        patterns: [String; 2],
        /// What was exceeded.
        reason: String,
    },
}

impl Remark {
    pub(super) fn new(pointer: impl Into<String>, reason: impl Into<String>) -> Remark {
        Remark { pointer: pointer.into(), reason: reason.into() }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", plain(&self.pointer), self.reason)
    }
}

impl fmt::Display for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {}", self.route, self.from.join(", "))
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ImportError::Json { line, column, reason } => {
                write!(
                    f,
                    "the document cannot be read as JSON (line {line}, column {column}): {}",
                    plain(reason)
                )
            }
            ImportError::Version => f.write_str("the document is neither OpenAPI 3.x nor Swagger 2.0"),
            ImportError::Shape(remark) => write!(f, "{remark}"),
            ImportError::NoSecurity => f.write_str(
                "the document names no security for any operation: say who may invoke with `--default-acl`",
            ),
            ImportError::Refused(remarks) => {
                let more = remarks.len().saturating_sub(1);
                if let Some(first) = remarks.first() {
                    write!(f, "{first}")?;
                }
                if more > 0 {
                    write!(f, " (and {more} more)")?;
                }
                f.write_str("; `--skip-refused` leaves such paths out")
            }
            ImportError::Prefix { prefix, reason } => write!(f, "the prefix `{}`: {reason}", plain(prefix)),
            ImportError::DefaultAcl(reason) => write!(f, "the default ACL: {reason}"),
            ImportError::Overlaps { patterns: [one, other], reason } if one == other => {
                write!(f, "`{one}` may overlap other paths, and {reason}")
            }
            ImportError::Overlaps { patterns: [one, other], reason } => {
                write!(f, "`{one}` and `{other}` overlap, and {reason}")
            }
        }
    }
}

impl std::error::Error for ImportError {}
