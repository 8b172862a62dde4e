//! Why something was not done.

use dregg_attest::ChainError;
use dregg_mesh::DescriptorError;
use dregg_node::{HomeError, NodeError};
use dregg_prove::ProveError;
use dregg_response::ResponseReject;
use dregg_rpc::failure::{Denial, Failure, Fault};
use dregg_rpc::login::LoginError;
use serde_json::{Map, Value};
use std::fmt;

/// Why something was not done.
#[derive(Debug)]
pub enum Error {
    /// The policy denies it; the denial carries an opening that anybody can check.
    Denied(Box<Denial>),
    /// The mesh refuses it, by name.
    Refused {
        /// The refusal's name.
        name: String,
        /// In words.
        message: String,
        /// What else there is to say.
        detail: Map<String, Value>,
    },
    /// It failed on the way.
    Failed {
        /// How.
        fault: Fault,
        /// In words.
        detail: String,
    },
    /// The node's home, or the node in it.
    Home(HomeError),
    /// The node cannot be embedded.
    Node(NodeError),
    /// The node is not the one expected, or did not take the login.
    Login(LoginError),
    /// A connection.
    Connection(String),
    /// No proof can be made.
    Prove(ProveError),
    /// A descriptor is none.
    Descriptor(DescriptorError),
    /// What the node sent is not what it should be.
    Answer(String),
    /// The node's attested root is none, or does not go on from the one that is known.
    Root(ChainError),
    /// A credential file.
    Credential(String),
    /// A response proves nothing of what it says.
    Response(ResponseReject),
}

impl Error {
    /// A short name for programs.
    pub fn name(&self) -> &str {
        match self {
            Error::Denied(denial) => &denial.denied,
            Error::Refused { name, .. } => name,
            Error::Failed { fault, .. } => match fault {
                Fault::Unreachable => "Unreachable",
                Fault::Overloaded => "Overloaded",
                Fault::EpochOver => "EpochOver",
                Fault::TimedOut => "TimedOut",
                Fault::Disconnected => "Disconnected",
                Fault::Service => "Service",
            },
            Error::Home(HomeError::Store(error)) | Error::Node(NodeError::Home(HomeError::Store(error))) => {
                error.name()
            }
            Error::Home(_) => "Home",
            Error::Node(_) => "Node",
            Error::Login(error) => error.name(),
            Error::Connection(_) => "Connection",
            Error::Prove(error) => error.name(),
            Error::Descriptor(_) => "Descriptor",
            Error::Answer(_) => "Answer",
            Error::Root(error) => error.name(),
            Error::Credential(_) => "Credential",
            Error::Response(reject) => reject.name(),
        }
    }

    /// What failed on the way, if that is what it is.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Error::Failed { fault, .. } => Some(*fault),
            Error::Denied(_)
            | Error::Refused { .. }
            | Error::Home(_)
            | Error::Node(_)
            | Error::Login(_)
            | Error::Connection(_)
            | Error::Prove(_)
            | Error::Descriptor(_)
            | Error::Answer(_)
            | Error::Root(_)
            | Error::Credential(_)
            | Error::Response(_) => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Denied(denial) => {
                write!(f, "denied: {} {}: {}", denial.permission, denial.path, denial.denied)?;
                match denial.needed.as_slice() {
                    [] => Ok(()),
                    needed => write!(f, "; needed: {}", needed.join(" or ")),
                }
            }
            Error::Refused { name, message, .. } if message.is_empty() => write!(f, "refused: {name}"),
            Error::Refused { name, message, .. } => write!(f, "refused: {name}: {message}"),
            Error::Failed { fault, detail } if detail.is_empty() => fault.fmt(f),
            Error::Failed { fault, detail } => write!(f, "{fault}: {detail}"),
            Error::Home(error) => error.fmt(f),
            Error::Node(error) => error.fmt(f),
            Error::Login(error) => error.fmt(f),
            Error::Connection(text) => write!(f, "no connection: {text}"),
            Error::Prove(error) => write!(f, "no proof: {error}"),
            Error::Descriptor(error) => write!(f, "descriptor: {error}"),
            Error::Answer(text) => write!(f, "the node's answer: {text}"),
            Error::Root(error) => write!(f, "the node's root: {error}"),
            Error::Credential(text) => write!(f, "credential: {text}"),
            Error::Response(reject) => write!(f, "the response is not proved: {reject}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        match failure {
            Failure::Denied(denial) => Error::Denied(Box::new(denial)),
            Failure::Refused(refused) => {
                let message = refused.detail.get("message").and_then(|message| message.as_str());
                let message = message.unwrap_or_else(|| in_words(&refused.refused)).to_owned();
                Error::Refused { name: refused.refused, message, detail: refused.detail }
            }
            Failure::Failed(failed) => Error::Failed { fault: failed.fault, detail: failed.detail },
            Failure::Other(text) => Error::Answer(text),
        }
    }
}

/// What a refusal says that comes with its name alone. SPEC: `docs/rpc.md`.
fn in_words(name: &str) -> &'static str {
    match name {
        "NothingMounted" => "nothing is mounted there",
        "NotAMember" => "the cell is no member of the council",
        "NoGateway" => "the policy has no gateway with this prefix",
        "NoRoute" => "no route matches the path",
        "UnknownReference" => "the reference leads nowhere for this cell",
        "Certificate" => "this is no certificate of this node",
        "OtherRecipient" => "the certificate is for another cell",
        "Taken" => "the certificate was used",
        "Expired" => "the epoch it was good for is over",
        "Store" => "the node cannot write; its log has to be read again",
        "Method" => "the method's name is empty or too long",
        "Payload" => "the payload is too large",
        "ArtifactTooLarge" => "the policy is too large to be sent",
        _ => "",
    }
}

impl From<capnp::Error> for Error {
    fn from(error: capnp::Error) -> Error {
        Failure::from_capnp(&error).into()
    }
}

impl From<HomeError> for Error {
    fn from(error: HomeError) -> Error {
        Error::Home(error)
    }
}

impl From<NodeError> for Error {
    fn from(error: NodeError) -> Error {
        Error::Node(error)
    }
}

impl From<LoginError> for Error {
    fn from(error: LoginError) -> Error {
        Error::Login(error)
    }
}

impl From<ProveError> for Error {
    fn from(error: ProveError) -> Error {
        Error::Prove(error)
    }
}

impl From<DescriptorError> for Error {
    fn from(error: DescriptorError) -> Error {
        Error::Descriptor(error)
    }
}

impl From<ResponseReject> for Error {
    fn from(reject: ResponseReject) -> Error {
        Error::Response(reject)
    }
}
