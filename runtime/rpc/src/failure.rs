//! What went wrong, as the text of an exception: JSON that a client in any language reads.
//!
//! `{"denied": …}` is the policy's answer, `{"refused": …}` the state machine's or the node's, `{"failed": …}` is about the
//! way there. SPEC: `docs/rpc.md`, failures.

use capnp::{Error, ErrorKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// What the library puts before the text of an exception that came over a connection, once a connection.
const REMOTE: &str = "remote exception: ";

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The policy denies it. Not to be tried elsewhere.
    Denied(Denial),
    /// A transaction or an ask that does not hold. Not to be tried elsewhere.
    Refused(Refused),
    /// The call may not have arrived.
    Failed(Failed),
    /// Anything else, in its own words.
    Other(String),
}

/// A denial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denial {
    /// Which part of the policy denies: the name of the decision's reason.
    pub denied: String,
    /// The permission asked for, by name.
    pub permission: String,
    /// The path, after a redirect.
    pub path: String,
    /// What would be needed, one requirement a text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needed: Vec<String>,
    /// The rules that decide, opened under the policy root: hexadecimal digits. Empty if there is no such opening.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub opening: String,
}

/// A refusal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// Its name.
    pub refused: String,
    /// What else there is to say.
    #[serde(flatten)]
    pub detail: Map<String, Value>,
}

/// What failed on the way, and what was said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// What.
    #[serde(rename = "failed")]
    pub fault: Fault,
    /// In words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// What can fail on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The service that is mounted is not attached.
    Unreachable,
    /// Too much is in flight. To be tried again, later.
    Overloaded,
    /// The live reference was good for an epoch that is over: to be resolved again.
    EpochOver,
    /// No answer in time. The call may have been carried out.
    TimedOut,
    /// The connection is lost. The call may have been carried out.
    Disconnected,
    /// The service has failed.
    Service,
}

impl Failure {
    /// A failure on the way.
    pub fn failed(fault: Fault, detail: impl Into<String>) -> Failure {
        Failure::Failed(Failed { fault, detail: detail.into() })
    }

    /// A refusal without detail.
    pub fn refused(name: impl Into<String>) -> Failure {
        Failure::Refused(Refused { refused: name.into(), detail: Map::new() })
    }

    /// What failed on the way, if that is what it is.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Failure::Failed(failed) => Some(failed.fault),
            Failure::Denied(_) | Failure::Refused(_) | Failure::Other(_) => None,
        }
    }

    /// The text of the exception.
    pub fn to_text(&self) -> String {
        // The maps have texts for keys, so nothing here fails to be written.
        let text = match self {
            Failure::Denied(denial) => serde_json::to_string(denial),
            Failure::Refused(refused) => serde_json::to_string(refused),
            Failure::Failed(failed) => serde_json::to_string(failed),
            Failure::Other(text) => return text.clone(),
        };
        text.unwrap_or_default()
    }

    /// Reads the text of an exception. Every text is some failure.
    pub fn from_text(text: &str) -> Failure {
        let mut text = text;
        while let Some(rest) = text.strip_prefix(REMOTE) {
            text = rest;
        }
        if let Ok(denial) = serde_json::from_str(text) {
            return Failure::Denied(denial);
        }
        if let Ok(failed) = serde_json::from_str(text) {
            return Failure::Failed(failed);
        }
        match serde_json::from_str(text) {
            Ok(refused) => Failure::Refused(refused),
            Err(_) => Failure::Other(text.to_owned()),
        }
    }

    /// The exception.
    pub fn to_capnp(&self) -> Error {
        let kind = match self.fault() {
            Some(Fault::Overloaded) => ErrorKind::Overloaded,
            Some(Fault::Disconnected) => ErrorKind::Disconnected,
            Some(Fault::Unreachable | Fault::EpochOver | Fault::TimedOut | Fault::Service) | None => {
                ErrorKind::Failed
            }
        };
        Error { kind, extra: self.to_text() }
    }

    /// What an exception says.
    pub fn from_capnp(error: &Error) -> Failure {
        match (Failure::from_text(&error.extra), error.kind) {
            (Failure::Other(text), ErrorKind::Overloaded) => Failure::failed(Fault::Overloaded, text),
            (Failure::Other(text), ErrorKind::Disconnected) => Failure::failed(Fault::Disconnected, text),
            (Failure::Other(text), ErrorKind::Failed) => Failure::Other(text),
            // The library's own complaints are in the kind.
            (Failure::Other(_), _) => Failure::Other(error.to_string()),
            (failure, _) => failure,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        failure.to_capnp()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::from_capnp(&error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Denied(denial) => {
                write!(f, "{} {} is denied: {}", denial.permission, denial.path, denial.denied)?;
                denial.needed.iter().try_for_each(|needed| write!(f, "; needed: {needed}"))
            }
            Failure::Refused(refused) => {
                write!(f, "refused: {}", refused.refused)?;
                refused.detail.iter().try_for_each(|(name, value)| write!(f, ", {name}: {value}"))
            }
            Failure::Failed(failed) if failed.detail.is_empty() => write!(f, "{}", failed.fault),
            Failure::Failed(failed) => write!(f, "{}: {}", failed.fault, failed.detail),
            Failure::Other(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::Unreachable => "the service is not attached",
            Fault::Overloaded => "too much is in flight",
            Fault::EpochOver => "the live reference is of an epoch that is over",
            Fault::TimedOut => "there was no answer in time",
            Fault::Disconnected => "the connection is lost",
            Fault::Service => "the service has failed",
        })
    }
}

impl std::error::Error for Failure {}
