//! What is signed for an epoch.

use dregg_artifact::PolicyRoot;
use dregg_commit::Digest;
use serde::{Deserialize, Serialize};

/// The state of an instance in an epoch: all that a light client needs to trust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestedRoot {
    /// Whose it is ([`crate::Genesis::instance`]).
    #[serde(with = "crate::hexadecimal")]
    pub instance: [u8; 32],
    /// The epoch it is of, below 2^56.
    pub epoch: u64,
    /// The digest of the attested root before; zeros in the first.
    #[serde(with = "crate::hexadecimal")]
    pub previous: [u8; 32],
    /// The policy in force.
    #[serde(with = "crate::hexadecimal")]
    pub policy: PolicyRoot,
    /// The root over public facts and gaps.
    #[serde(with = "crate::hexadecimal")]
    pub facts: Digest,
    /// The root over the leaves of held facts.
    #[serde(with = "crate::hexadecimal")]
    pub credentials: Digest,
    /// The root over the leaves of stakes.
    #[serde(with = "crate::hexadecimal")]
    pub stakes: Digest,
    /// The root over the tables that gateways have published.
    #[serde(with = "crate::hexadecimal")]
    pub registry: Digest,
    /// How many entries the log had.
    pub height: u64,
}

impl AttestedRoot {
    /// The digest that is signed, continued from, and bound by every statement under this root.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("dregg attested root 1");
        hasher.update(&self.instance);
        hasher.update(&self.epoch.to_le_bytes());
        hasher.update(&self.previous);
        hasher.update(&self.policy.0);
        for digest in [&self.facts, &self.credentials, &self.stakes, &self.registry] {
            hasher.update(&digest.to_bytes());
        }
        hasher.update(&self.height.to_le_bytes());
        *hasher.finalize().as_bytes()
    }
}
