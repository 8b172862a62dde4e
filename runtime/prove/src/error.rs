//! Why no proof is made.

use crate::derive::{NoDerivation, Unmet};
use crate::stark::StarkError;
use dregg_air::statement::LowerError;
use dregg_artifact::BadPath;
use dregg_attest::{BundleError, FactFault};
use dregg_commit::FactsError;
use dregg_verify::Reject;
use std::fmt;

/// Why no proof is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProveError {
    /// The artifact is not the policy under the attested root.
    Policy,
    /// The artifact's table root is not that of its rows.
    Table,
    /// The public facts are not those under the attested root.
    Facts,
    /// A public fact that the attested root states is none of this policy.
    Fact(FactFault),
    /// Two relations of the policy cannot be told apart.
    Relations(FactsError),
    /// The bundle is of another root, or does not open.
    Bundle(BundleError),
    /// The bundle is another cell's.
    OtherBundle,
    /// A tree of held facts or stakes is to be opened and the bundle or root does not show its top.
    Unopened,
    /// The path is none.
    Path(BadPath),
    /// No route matches the path.
    NoRoute,
    /// A mount at a redirect: only its target can be mounted at.
    Redirect(String),
    /// A nonce has 16 to 32 bytes, a verifier's name at most 255.
    Name,
    /// The request cannot be stated.
    Statement(LowerError),
    /// The request is denied: the facts do not satisfy the rules.
    Denied(Unmet),
    /// The request may be allowed, but its smallest derivation or trace is too large for a proof.
    TooLarge,
    /// Whether the request is allowed was not found within the bounds of the search.
    Exhausted,
    /// An opening can use public facts only, for a path and a caller in clear.
    NotPublic,
    /// The class asks for a proof, and an opening is none.
    ProofRequired,
    /// winterfell failed.
    Stark(StarkError),
    /// The proof that was made is not accepted. A defect: it does not leave this crate.
    Defect(Reject),
}

impl ProveError {
    /// The name of the reason, as commands print it.
    pub fn name(&self) -> &'static str {
        match self {
            ProveError::Policy => "Policy",
            ProveError::Table => "Table",
            ProveError::Facts => "Facts",
            ProveError::Fact(_) => "Fact",
            ProveError::Relations(_) => "Relations",
            ProveError::Bundle(_) => "Bundle",
            ProveError::OtherBundle => "OtherBundle",
            ProveError::Unopened => "Unopened",
            ProveError::Path(_) => "BadPath",
            ProveError::NoRoute => "NoRoute",
            ProveError::Redirect(_) => "Redirect",
            ProveError::Name => "Name",
            ProveError::Statement(_) => "Statement",
            ProveError::Denied(_) => "Denied",
            ProveError::TooLarge => "TooLarge",
            ProveError::Exhausted => "Exhausted",
            ProveError::NotPublic => "NotPublic",
            ProveError::ProofRequired => "ProofRequired",
            ProveError::Stark(_) => "Stark",
            ProveError::Defect(_) => "Defect",
        }
    }
}

impl fmt::Display for ProveError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProveError::Policy => to.write_str("the artifact is not the policy under the attested root"),
            ProveError::Table => to.write_str("the artifact's table root is not that of its rows"),
            ProveError::Facts => to.write_str("the public facts are not those under the attested root"),
            ProveError::Fact(error) => error.fmt(to),
            ProveError::Relations(error) => error.fmt(to),
            ProveError::Bundle(error) => error.fmt(to),
            ProveError::OtherBundle => to.write_str("the bundle belongs to another cell"),
            ProveError::Unopened => to.write_str("neither bundle nor root opens a tree that the rules use"),
            ProveError::Path(error) => error.fmt(to),
            ProveError::NoRoute => to.write_str("no route matches the path"),
            ProveError::Redirect(target) => write!(to, "the path is redirected: mount at {target}"),
            ProveError::Name => {
                to.write_str("a nonce has 16 to 32 bytes, the name of a verifier at most 255")
            }
            ProveError::Statement(error) => error.fmt(to),
            ProveError::Denied(_) => to.write_str("denied: the facts do not satisfy the rules"),
            ProveError::TooLarge => to.write_str("the derivation is too large for a proof"),
            ProveError::Exhausted => to.write_str("the search for a derivation takes too long"),
            ProveError::NotPublic => {
                to.write_str("an opening needs a path and a caller in clear, and public facts alone")
            }
            ProveError::ProofRequired => to.write_str("the rules ask for a proof, and an opening is none"),
            ProveError::Stark(error) => error.fmt(to),
            ProveError::Defect(reject) => write!(to, "the proof made is not accepted: {reject}"),
        }
    }
}

impl std::error::Error for ProveError {}

impl From<NoDerivation> for ProveError {
    fn from(error: NoDerivation) -> ProveError {
        match error {
            NoDerivation::Missing(unmet) => ProveError::Denied(unmet),
            NoDerivation::TooLarge => ProveError::TooLarge,
            NoDerivation::Exhausted => ProveError::Exhausted,
        }
    }
}
