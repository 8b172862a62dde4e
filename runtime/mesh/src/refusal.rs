//! Why a transaction or a question is refused. A refused transaction changes nothing.

use crate::descriptor::DescriptorError;
use crate::table::TableFault;
use dregg_artifact::CellId;
use dregg_attest::{BundleError, ChainError, FactFault, SignatureError};
use dregg_runtime::{Decision, Needed, Reason};
use dregg_verify::Reject;
use std::fmt;

/// Why nothing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// More bytes or signatures than a transaction may have.
    TooLong,
    /// The bytes are no transaction, or not in their only form.
    Malformed,
    /// The transaction is for another instance.
    OtherInstance,
    /// The transaction is for another epoch.
    OtherEpoch {
        /// The current one.
        current: u64,
    },
    /// The place in the log is not the next one.
    OtherHeight {
        /// The next one.
        next: u64,
    },
    /// The transaction was applied in this epoch already.
    Repeated,
    /// Nobody signed.
    Unsigned,
    /// A cell signed a second time.
    SignedTwice {
        /// The cell.
        cell: CellId,
    },
    /// A signature is not that of its keys.
    Forged {
        /// The cell it claims.
        cell: CellId,
    },
    /// The policy lets others write this, not the acting cell.
    NotWriter {
        /// The relation, or `stakes`.
        what: String,
    },
    /// The council writes this, and fewer of its members signed than must.
    BelowThreshold {
        /// How many must.
        needed: usize,
        /// How many did.
        have: usize,
    },
    /// There is nothing to assert or retract.
    NoFacts,
    /// A stated fact is none of the policy.
    Fact(FactFault),
    /// The facts of the relation are held: they are signed as credentials.
    HeldRelation {
        /// The relation.
        relation: String,
    },
    /// The facts of the relation are public: they are asserted.
    PublicRelation {
        /// The relation.
        relation: String,
    },
    /// The policy states the fact itself, so it cannot be retracted.
    PolicyFact {
        /// The relation.
        relation: String,
    },
    /// There is no such fact to retract.
    UnknownFact {
        /// The relation.
        relation: String,
    },
    /// More facts, credentials or stakes than there may be.
    TooMany,
    /// A credential would end before it counts, or its end is no epoch.
    Expired,
    /// The leaf is there already.
    KnownLeaf,
    /// The descriptor is none.
    Descriptor(DescriptorError),
    /// The policy denies it.
    Denied {
        /// The first reason.
        reason: Reason,
        /// What would have been needed.
        needed: Needed,
    },
    /// A listed service mounts with exactly its priority, any other cell after all that are there.
    Priority {
        /// The listed priority, or the lowest one that is free; `None` if none is.
        expected: Option<u16>,
    },
    /// The mount has another version.
    Version {
        /// The version it has; 0 if there is none.
        current: u64,
    },
    /// The acting cell has mounted nothing at the path.
    NotMounted,
    /// The cell that would get the mount has one there already.
    Taken,
    /// The access proof does not show the right to mount.
    Proof(Reject),
    /// The openings are not those of the epoch's root.
    Bundle(BundleError),
    /// The openings are another cell's.
    OtherBundle,
    /// A held fact was signed by another cell than the one that it names as its writer.
    NotIssued {
        /// The relation.
        relation: String,
    },
    /// Only the hash of the witness is there.
    WitnessMissing,
    /// The policy has no gateway with this prefix.
    NoGateway,
    /// Only the gateway's owner may do this.
    NotOwner,
    /// The cell holds no delegation of the gateway, or has given none to that cell.
    NoDelegation,
    /// The right cannot be passed on so far.
    Depth {
        /// How often the receiver may pass it on at most; `None` if it cannot be passed on at all.
        most: Option<u8>,
    },
    /// The right would go to its owner or giver.
    OwnRight,
    /// The cell holds a delegation of the gateway already.
    AlreadyDelegated,
    /// As many routes are mounted below the gateway as there may be.
    MaxRoutes {
        /// How many.
        most: u32,
    },
    /// The table is none for the gateway.
    Table(TableFault),
    /// An access proof where it shows nothing.
    WrongWitness,
    /// The signatures do not close the epoch: the root they are under is another, or the council did not sign.
    Close(SignatureError),
    /// No epoch can follow.
    LastEpoch,
}

impl Refusal {
    /// The name of the refusal, as commands and tests print it.
    pub fn name(&self) -> &'static str {
        match self {
            Refusal::TooLong => "TooLong",
            Refusal::Malformed => "Malformed",
            Refusal::OtherInstance => "OtherInstance",
            Refusal::OtherEpoch { .. } => "OtherEpoch",
            Refusal::OtherHeight { .. } => "OtherHeight",
            Refusal::Repeated => "Repeated",
            Refusal::Unsigned => "Unsigned",
            Refusal::SignedTwice { .. } => "SignedTwice",
            Refusal::Forged { .. } => "Forged",
            Refusal::NotWriter { .. } => "NotWriter",
            Refusal::BelowThreshold { .. } => "BelowThreshold",
            Refusal::NoFacts => "NoFacts",
            Refusal::Fact(FactFault::Unknown { .. }) => "UnknownRelation",
            Refusal::Fact(FactFault::Columns { .. }) => "FactColumns",
            Refusal::HeldRelation { .. } => "HeldRelation",
            Refusal::PublicRelation { .. } => "PublicRelation",
            Refusal::PolicyFact { .. } => "PolicyFact",
            Refusal::UnknownFact { .. } => "UnknownFact",
            Refusal::TooMany => "TooMany",
            Refusal::Expired => "Expired",
            Refusal::KnownLeaf => "KnownLeaf",
            Refusal::Descriptor(_) => "Descriptor",
            Refusal::Denied { reason, .. } => reason.name(),
            Refusal::Priority { .. } => "Priority",
            Refusal::Version { .. } => "Version",
            Refusal::NotMounted => "NotMounted",
            Refusal::Taken => "Taken",
            Refusal::Proof(_) => "Proof",
            Refusal::Bundle(_) => "Bundle",
            Refusal::OtherBundle => "OtherBundle",
            Refusal::NotIssued { .. } => "NotIssued",
            Refusal::WitnessMissing => "WitnessMissing",
            Refusal::NoGateway => "NoGateway",
            Refusal::NotOwner => "NotOwner",
            Refusal::NoDelegation => "NoDelegation",
            Refusal::Depth { .. } => "Depth",
            Refusal::OwnRight => "OwnRight",
            Refusal::AlreadyDelegated => "AlreadyDelegated",
            Refusal::MaxRoutes { .. } => "MaxRoutes",
            Refusal::Table(fault) => fault.name(),
            Refusal::WrongWitness => "WrongWitness",
            Refusal::Close(error) => error.name(),
            Refusal::LastEpoch => "LastEpoch",
        }
    }

    /// The decision, where the policy denied.
    pub fn decision(&self) -> Option<Decision> {
        match self {
            Refusal::Denied { reason, needed } => Some(Decision::Deny { reason: *reason, needed: *needed }),
            _ => None,
        }
    }

    pub(crate) fn denied(reason: Reason) -> Refusal {
        Refusal::Denied { reason, needed: Needed::Nothing }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::TooLong => f.write_str("the transaction is too long"),
            Refusal::Malformed => f.write_str("the bytes are no transaction"),
            Refusal::OtherInstance => f.write_str("the transaction is for another instance"),
            Refusal::OtherEpoch { current } => write!(f, "the transaction is not for epoch {current}"),
            Refusal::OtherHeight { next } => write!(f, "the next place in the log is {next}"),
            Refusal::Repeated => f.write_str("the transaction was applied in this epoch already"),
            Refusal::Unsigned => f.write_str("nobody signed the transaction"),
            Refusal::SignedTwice { cell } => write!(f, "{cell} signs twice"),
            Refusal::Forged { cell } => write!(f, "the signature of {cell} is not good"),
            Refusal::NotWriter { what } => write!(f, "the cell is no writer of `{what}`"),
            Refusal::BelowThreshold { needed, have } => {
                write!(f, "{needed} members of the council must sign, {have} did")
            }
            Refusal::NoFacts => f.write_str("no facts are stated"),
            Refusal::Fact(fault) => fault.fmt(f),
            Refusal::HeldRelation { relation } => {
                write!(f, "the facts of `{relation}` are held: sign a credential")
            }
            Refusal::PublicRelation { relation } => {
                write!(f, "the facts of `{relation}` are public: assert one")
            }
            Refusal::PolicyFact { relation } => {
                write!(f, "the policy states this fact of `{relation}` itself")
            }
            Refusal::UnknownFact { relation } => write!(f, "`{relation}` has no such fact"),
            Refusal::TooMany => f.write_str("there would be too many"),
            Refusal::Expired => f.write_str("the credential ends before it counts, or its end is no epoch"),
            Refusal::KnownLeaf => f.write_str("the leaf is there already"),
            Refusal::Descriptor(error) => error.fmt(f),
            Refusal::Denied { reason, .. } => reason.fmt(f),
            Refusal::Priority { expected: Some(expected) } => {
                write!(f, "the priority must be {expected} (a listed service's own, or behind the last one)")
            }
            Refusal::Priority { expected: None } => f.write_str("no priority is left"),
            Refusal::Version { current: 0 } => f.write_str("the cell has no mount there"),
            Refusal::Version { current } => write!(f, "the mount has version {current}"),
            Refusal::NotMounted => f.write_str("the cell has mounted nothing there"),
            Refusal::Taken => f.write_str("the cell that would get the mount has one there"),
            Refusal::Proof(reject) => write!(f, "the access proof is rejected: {reject}"),
            Refusal::Bundle(error) => error.fmt(f),
            Refusal::OtherBundle => f.write_str("the openings belong to another cell"),
            Refusal::NotIssued { relation } => {
                write!(f, "a fact of `{relation}` was signed by another cell than the one it names")
            }
            Refusal::WitnessMissing => f.write_str("only the hash of the witness is there"),
            Refusal::NoGateway => f.write_str("the policy has no such gateway"),
            Refusal::NotOwner => f.write_str("only the gateway's owner may do this"),
            Refusal::NoDelegation => f.write_str("there is no such delegation of the gateway"),
            Refusal::Depth { most: Some(most) } => {
                write!(f, "the receiver may pass the right on {most} times at most")
            }
            Refusal::Depth { most: None } => f.write_str("the right cannot be passed on"),
            Refusal::OwnRight => f.write_str("the right would go to its owner or giver"),
            Refusal::AlreadyDelegated => f.write_str("the cell holds a delegation of the gateway already"),
            Refusal::MaxRoutes { most } => {
                write!(f, "no more than {most} routes may be mounted below the gateway")
            }
            Refusal::Table(fault) => fault.fmt(f),
            Refusal::WrongWitness => f.write_str("an access proof shows no right to delegate"),
            Refusal::Close(error) => error.fmt(f),
            Refusal::LastEpoch => f.write_str("no epoch can follow"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Why there is no mesh to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GenesisError {
    /// The artifact is none; the message says why.
    Artifact(String),
    /// The root is not signed by the council that it begins with.
    Root(ChainError),
    /// The root is of another policy.
    Policy,
    /// The root's facts are none of the policy.
    Fact(FactFault),
    /// The facts do not hash to the facts root.
    Facts,
    /// There are credentials, stakes or mounts under the root, which nobody has shown.
    NotEmpty,
}

impl GenesisError {
    /// The name of the reason.
    pub fn name(&self) -> &'static str {
        match self {
            GenesisError::Artifact(_) => "Artifact",
            GenesisError::Root(error) => error.name(),
            GenesisError::Policy => "OtherPolicy",
            GenesisError::Fact(_) => "UnknownFact",
            GenesisError::Facts => "OtherFacts",
            GenesisError::NotEmpty => "NotEmpty",
        }
    }
}

impl fmt::Display for GenesisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GenesisError::Artifact(message) => write!(f, "the artifact is none: {message}"),
            GenesisError::Root(error) => error.fmt(f),
            GenesisError::Policy => f.write_str("the root is of another policy"),
            GenesisError::Fact(fault) => fault.fmt(f),
            GenesisError::Facts => f.write_str("the facts are not those under the root"),
            GenesisError::NotEmpty => f.write_str(
                "a mesh begins without credentials, stakes and mounts: issue them by transactions",
            ),
        }
    }
}

impl std::error::Error for GenesisError {}
