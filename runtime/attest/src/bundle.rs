//! What one cell gets under an attested root and shows to nobody: its stake and held facts with salts and openings.

use crate::error::BundleError;
use crate::root::AttestedRoot;
use crate::stated::{Argument, StatedFact};
use dregg_artifact::{Artifact, CellId, Fact, Visibility};
use dregg_commit::record::{self, Salt};
use dregg_commit::{Digest, FactElements, Preimage, root_above, salt_elements};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The private openings of one cell under one attested root.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Whose it is.
    #[serde(with = "crate::hexadecimal")]
    pub cell: CellId,
    /// The epoch of the root.
    pub epoch: u64,
    /// The digest of the attested root.
    #[serde(with = "crate::hexadecimal")]
    pub root: [u8; 32],
    /// The cell's stake, if it has one.
    pub stake: Option<StakeOpening>,
    /// The held facts that derivations about the cell can use.
    pub facts: Vec<HeldFact>,
}

/// A stake and its place under the stake root.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StakeOpening {
    /// How much.
    pub amount: u64,
    /// What hides it.
    #[serde(with = "crate::hexadecimal")]
    pub salt: Salt,
    /// The place of the leaf.
    pub leaf: u64,
    /// The digests beside the way up, lowest first.
    #[serde(with = "crate::hexadecimal::list")]
    pub siblings: Vec<Digest>,
}

/// A held fact and the place of its leaf under the credential root.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldFact {
    /// The relation's name.
    pub relation: String,
    /// One argument a column.
    pub args: Vec<Argument>,
    /// What hides them.
    #[serde(with = "crate::hexadecimal")]
    pub salt: Salt,
    /// Who signed it.
    #[serde(with = "crate::hexadecimal")]
    pub signer: CellId,
    /// The epoch at which the leaf is dropped.
    pub expiry: u64,
    /// The place of the leaf.
    pub leaf: u64,
    /// The digests beside the way up, lowest first.
    #[serde(with = "crate::hexadecimal::list")]
    pub siblings: Vec<Digest>,
}

impl StakeOpening {
    /// What the leaf hashes; `cell` is the bundle's, as elements.
    pub fn preimage(&self, cell: Digest) -> Preimage {
        record::stake(cell, self.amount, salt_elements(&self.salt))
    }
}

impl HeldFact {
    /// The fact as this policy types it.
    ///
    /// # Errors
    /// [`BundleError::Fact`] if the policy has no such relation or it has other columns, [`BundleError::NotHeld`] if its
    /// facts are public.
    pub fn fact(&self, artifact: &Artifact) -> Result<(Fact, FactElements), BundleError> {
        let stated = StatedFact { relation: self.relation.clone(), args: self.args.clone() };
        let fact = stated.typed(artifact).map_err(BundleError::Fact)?;
        let relation = artifact.relations.get(fact.relation as usize);
        let relation = relation.filter(|relation| relation.visibility == Visibility::Held);
        let elements = relation.and_then(|relation| FactElements::new(relation, &fact.arguments));
        let elements = elements.ok_or_else(|| BundleError::NotHeld { relation: self.relation.clone() })?;
        Ok((fact, elements))
    }

    /// What commitment and leaf hash. `None` if the signer is not canonical.
    pub fn preimages(&self, fact: &FactElements) -> Option<(Preimage, Preimage)> {
        let commitment = fact.held(salt_elements(&self.salt));
        let signer = Digest::from_bytes(&self.signer.0)?;
        let leaf = record::credential(commitment.digest(), signer, fact.relation, self.expiry);
        Some((commitment, leaf))
    }
}

impl Bundle {
    /// Reads a bundle.
    ///
    /// # Errors
    /// [`BundleError::Json`] says what it is not.
    pub fn from_json(text: &str) -> Result<Bundle, BundleError> {
        serde_json::from_str(text).map_err(|error| BundleError::Json(error.to_string()))
    }

    /// The text of a bundle.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Whether everything in it opens under this attested root, by this policy.
    ///
    /// # Errors
    /// [`BundleError`] names the first thing that does not.
    pub fn check(&self, artifact: &Artifact, root: &AttestedRoot) -> Result<(), BundleError> {
        if self.root != root.digest() || self.epoch != root.epoch {
            return Err(BundleError::OtherRoot);
        }
        if let Some(stake) = &self.stake {
            let cell = Digest::from_bytes(&self.cell.0).ok_or(BundleError::Stake)?;
            let above = root_above(stake.preimage(cell).digest(), stake.leaf, &stake.siblings);
            if above != Some(root.stakes) {
                return Err(BundleError::Stake);
            }
        }
        for (place, held) in self.facts.iter().enumerate() {
            let (_, elements) = held.fact(artifact)?;
            let leaf = held.preimages(&elements).map(|(_, leaf)| leaf.digest());
            let above = leaf.and_then(|leaf| root_above(leaf, held.leaf, &held.siblings));
            if above != Some(root.credentials) {
                return Err(BundleError::Opening { place });
            }
        }
        Ok(())
    }
}

/// Says how much is in it, not what.
impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Bundle");
        out.field("cell", &self.cell).field("epoch", &self.epoch).field("facts", &self.facts.len());
        out.finish_non_exhaustive()
    }
}

/// Says nothing of the amount.
impl fmt::Debug for StakeOpening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StakeOpening").field("leaf", &self.leaf).finish_non_exhaustive()
    }
}

/// Says nothing of the arguments.
impl fmt::Debug for HeldFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("HeldFact");
        out.field("relation", &self.relation).field("leaf", &self.leaf).finish_non_exhaustive()
    }
}
