//! What shows a claim: the parts of the policy that it needs, and a proof, or openings in clear.

use crate::derivation::witness::Instance;
use dregg_artifact::{Opening, RootParts};
use dregg_commit::WalkOpening;
use dregg_commit::record::FactElements;
use dregg_commit::{Digest, Gap};

/// A public fact, or its absence, under the facts root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedFact {
    /// The fact.
    pub fact: FactElements,
    /// The gap that its key lies in, if it is absent.
    pub gap: Option<Gap>,
    /// The place of its leaf, or of the gap's.
    pub leaf: u64,
    /// The digests beside the way up, lowest first.
    pub siblings: Vec<Digest>,
}

/// One application of a rule, in clear.
pub type OpenedInstance = Instance;

/// A derivation from public facts alone, in clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicOpening {
    /// The derivation, the goal first.
    pub instances: Vec<OpenedInstance>,
    /// The facts it uses.
    pub facts: Vec<OpenedFact>,
    /// The caller's keys and Ed25519 signature over the statement's digest.
    pub signature: Option<CallerSignature>,
}

/// What shows that the caller made an opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerSignature {
    /// The Ed25519 key of the cell.
    pub key: [u8; 32],
    /// Its proving key; both together are the cell.
    pub proving_key: Digest,
    /// The signature.
    pub signature: [u8; 64],
}

/// What shows a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What the policy root hashes.
    pub policy: RootParts,
    /// The class, opened under the policy's class root.
    pub class: Opening,
    /// The walk, unless it is in the proof.
    pub walk: Option<WalkOpening>,
    /// The derivation in clear, instead of a proof.
    pub opening: Option<PublicOpening>,
    /// The bytes of the proof; empty for an opening.
    pub stark: Vec<u8>,
}
