//! Who signs for an epoch, and from whom all of it begins.

use crate::error::SignatureError;
use dregg_artifact::{Artifact, CellId, Governance, PolicyRoot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The members of a council and how many yes votes pass an amendment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Council {
    /// The members, sorted, without duplicates.
    #[serde(with = "crate::hexadecimal::list")]
    pub members: Vec<CellId>,
    /// The policy's own threshold.
    pub threshold: u32,
}

impl Council {
    /// The council a policy names.
    pub fn of(governance: &Governance) -> Council {
        Council { members: governance.council.clone(), threshold: governance.threshold }
    }

    /// A council of one.
    pub fn one(member: CellId) -> Council {
        Council { members: vec![member], threshold: 1 }
    }

    /// The council of a policy; of one that names none, that of the cell which begins with it.
    pub fn founding(artifact: &Artifact, founder: CellId) -> Council {
        artifact.governance.as_ref().map_or_else(|| Council::one(founder), Council::of)
    }

    /// How many members sign a root: the threshold, and more than two thirds.
    pub fn quorum(&self) -> usize {
        (self.threshold as usize).max(2 * self.members.len() / 3 + 1)
    }

    /// Whether these are enough members, each once, and nobody else.
    ///
    /// # Errors
    /// [`SignatureError`] names the first that may not sign, or how many are missing.
    pub fn admit(&self, signers: &[CellId]) -> Result<(), SignatureError> {
        let mut signed = BTreeSet::new();
        for signer in signers {
            if !self.members.contains(signer) {
                return Err(SignatureError::NotAMember { cell: *signer });
            }
            if !signed.insert(signer) {
                return Err(SignatureError::SignedTwice { cell: *signer });
            }
        }
        let (needed, have) = (self.quorum(), signed.len());
        if have < needed { Err(SignatureError::BelowThreshold { needed, have }) } else { Ok(()) }
    }
}

/// What an instance began with; its digest is its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// The root of the first policy.
    #[serde(with = "crate::hexadecimal")]
    pub policy: PolicyRoot,
    /// The council that signed the first root; also that of every later policy that names none.
    pub council: Council,
    /// What tells instances of one policy and council apart.
    #[serde(with = "crate::hexadecimal")]
    pub random: [u8; 32],
}

impl Genesis {
    /// The name of the instance.
    pub fn instance(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("dregg instance 1");
        hasher.update(&self.policy.0);
        hasher.update(&self.council.threshold.to_le_bytes());
        hasher.update(&(self.council.members.len() as u64).to_le_bytes());
        for member in &self.council.members {
            hasher.update(&member.0);
        }
        hasher.update(&self.random);
        *hasher.finalize().as_bytes()
    }
}
