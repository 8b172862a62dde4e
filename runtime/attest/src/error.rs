//! Why roots, bundles, keys and facts are refused.

use crate::provenance::Limit;
use dregg_artifact::CellId;
use dregg_commit::FactsError;
use std::fmt;

/// Why signatures do not attest a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureError {
    /// Fewer members have signed than must.
    BelowThreshold {
        /// How many must.
        needed: usize,
        /// How many have.
        have: usize,
    },
    /// One who signed is no member of the council.
    NotAMember {
        /// The cell of its keys.
        cell: CellId,
    },
    /// A member signed a second time.
    SignedTwice {
        /// The member.
        cell: CellId,
    },
    /// A signature is not that of its key under this root.
    Forged {
        /// The cell it claims.
        cell: CellId,
    },
}

impl SignatureError {
    /// The name of the reason, as commands print it.
    pub fn name(&self) -> &'static str {
        match self {
            SignatureError::BelowThreshold { .. } => "BelowThreshold",
            SignatureError::NotAMember { .. } => "NotAMember",
            SignatureError::SignedTwice { .. } => "SignedTwice",
            SignatureError::Forged { .. } => "Forged",
        }
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignatureError::BelowThreshold { needed, have } => {
                write!(f, "{needed} members of the council must sign, {have} did")
            }
            SignatureError::NotAMember { cell } => write!(f, "{cell} is no member of the council"),
            SignatureError::SignedTwice { cell } => write!(f, "{cell} signs twice"),
            SignatureError::Forged { cell } => write!(f, "the signature of {cell} is not good"),
        }
    }
}

impl std::error::Error for SignatureError {}

/// Why a root does not follow from the one that is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainError {
    /// It is not the JSON that a `ROOT.json` is.
    Json(String),
    /// The trusted root is not among those it continues.
    NotContinued,
    /// What the instance began with does not hash to it, or the first root is none.
    Genesis,
    /// A root does not open the governance of its policy.
    Policy {
        /// The root's epoch.
        epoch: u64,
    },
    /// A root does not name the one before it.
    Broken {
        /// The root's epoch.
        epoch: u64,
    },
    /// A root is not later than the one before it.
    Order {
        /// The root's epoch.
        epoch: u64,
    },
    /// The council of the epoch before did not sign a root.
    Signatures {
        /// The root's epoch.
        epoch: u64,
        /// What is wrong.
        error: SignatureError,
    },
}

impl ChainError {
    /// The name of the reason, as commands print it.
    pub fn name(&self) -> &'static str {
        match self {
            ChainError::Json(_) => "BadRoot",
            ChainError::NotContinued => "NotContinued",
            ChainError::Genesis => "OtherGenesis",
            ChainError::Policy { .. } => "PolicyNotOpened",
            ChainError::Broken { .. } => "BrokenChain",
            ChainError::Order { .. } => "EpochOrder",
            ChainError::Signatures { error, .. } => error.name(),
        }
    }
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChainError::Json(message) => f.write_str(message),
            ChainError::NotContinued => f.write_str("it does not continue the root that is trusted"),
            ChainError::Genesis => f.write_str("it does not begin with what its instance began with"),
            ChainError::Policy { epoch } => {
                write!(f, "the root of epoch {epoch} does not open the governance of its policy")
            }
            ChainError::Broken { epoch } => {
                write!(f, "the root of epoch {epoch} does not name the one before it")
            }
            ChainError::Order { epoch } => {
                write!(f, "the root of epoch {epoch} is not later than the one before it")
            }
            ChainError::Signatures { epoch, error } => write!(f, "the root of epoch {epoch}: {error}"),
        }
    }
}

impl std::error::Error for ChainError {}

/// Why a stated fact is none of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactFault {
    /// The policy has no such relation.
    Unknown {
        /// The name.
        relation: String,
    },
    /// The relation has other columns, or a value is out of range.
    Columns {
        /// The name.
        relation: String,
    },
}

impl fmt::Display for FactFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactFault::Unknown { relation } => write!(f, "the policy has no relation `{relation}`"),
            FactFault::Columns { relation } => write!(f, "a fact of `{relation}` does not fit its columns"),
        }
    }
}

impl std::error::Error for FactFault {}

/// Why facts are not attested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttestError {
    /// A fact is of no relation, or does not fit its columns.
    Fact {
        /// Its place among those given.
        index: usize,
    },
    /// The public facts make no tree.
    Facts(FactsError),
    /// A stake is no integer of the language, or its cell is none.
    Stake {
        /// The cell.
        cell: CellId,
    },
    /// The cell that would sign a held fact is none.
    Signer,
    /// The epoch is not below 2^56.
    Epoch,
    /// The rules derive too much from the facts.
    Rules(Limit),
}

impl fmt::Display for AttestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AttestError::Fact { index } => write!(f, "fact {index} is none of this policy"),
            AttestError::Facts(error) => error.fmt(f),
            AttestError::Stake { cell } => write!(f, "the stake of {cell} is out of range"),
            AttestError::Signer => f.write_str("the cell that would sign a held fact is none"),
            AttestError::Epoch => f.write_str("the epoch is not below 2^56"),
            AttestError::Rules(Limit) => f.write_str("the rules derive too much from these facts"),
        }
    }
}

impl std::error::Error for AttestError {}

/// Why a bundle is of no use under a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundleError {
    /// It is not the JSON that a bundle is.
    Json(String),
    /// It belongs to another attested root.
    OtherRoot,
    /// The stake does not open under the root.
    Stake,
    /// A held fact is none of the policy.
    Fact(FactFault),
    /// The facts of a relation are public.
    NotHeld {
        /// The relation.
        relation: String,
    },
    /// A held fact does not open under the root.
    Opening {
        /// Its place in the bundle.
        place: usize,
    },
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BundleError::Json(message) => f.write_str(message),
            BundleError::OtherRoot => f.write_str("the bundle belongs to another attested root"),
            BundleError::Stake => f.write_str("the stake does not open under the attested root"),
            BundleError::Fact(fault) => fault.fmt(f),
            BundleError::NotHeld { relation } => write!(f, "the facts of `{relation}` are public"),
            BundleError::Opening { place } => {
                write!(f, "held fact {place} does not open under the attested root")
            }
        }
    }
}

impl std::error::Error for BundleError {}

/// Why a key file is refused. No variant shows a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysError {
    /// It is not the JSON that a key file is; the place, from 1.
    Json {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// A name that no policy could declare.
    Name {
        /// The name.
        name: String,
    },
    /// A secret is not 64 hexadecimal digits.
    Secret,
    /// The secrets are those of another cell than it names.
    OtherCell {
        /// Whose they are.
        cell: CellId,
    },
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeysError::Json { line, column } => write!(f, "no key file: line {line}, column {column}"),
            KeysError::Name { name } => {
                write!(
                    f,
                    "`{}` is no name of a cell: lower-case letters, digits, `_` and `-`",
                    name.escape_debug()
                )
            }
            KeysError::Secret => f.write_str("a secret is not 64 hexadecimal digits"),
            KeysError::OtherCell { cell } => write!(f, "the secrets are those of cell {cell}"),
        }
    }
}

impl std::error::Error for KeysError {}
