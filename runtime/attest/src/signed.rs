//! `ROOT.json`: an attested root with its signatures, the roots it continues, and the public facts under it.
//!
//! A light client that trusts an earlier root of the instance follows the signatures from there: each root is signed by
//! the council of the policy of the root before, which that root opens. The public facts let a prover rebuild the facts
//! tree; a verifier needs none of them.

use crate::attest::Attestation;
use crate::council::{Council, Genesis};
use crate::error::{ChainError, FactFault};
use crate::keys::Keys;
use crate::root::AttestedRoot;
use crate::signature::{Signature, check_signatures};
use crate::stated::StatedFact;
use dregg_artifact::{Artifact, Fact, Governance, PolicyRoot, RootParts};
use dregg_commit::{Digest, Tree};
use serde::{Deserialize, Serialize};

/// What of a policy the next root's signatures are checked against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyPart {
    edition: u16,
    #[serde(with = "crate::hexadecimal::list")]
    parts: Vec<[u8; 32]>,
    #[serde(with = "crate::hexadecimal")]
    governance: Vec<u8>,
}

impl PolicyPart {
    /// The governance of a policy, to be opened under its root.
    pub fn of(artifact: &Artifact) -> PolicyPart {
        let RootParts { edition, parts } = artifact.root_parts();
        PolicyPart { edition, parts: parts.to_vec(), governance: artifact.governance_bytes() }
    }

    /// What the policy root hashes. `None` if that is another number of digests.
    pub fn root_parts(&self) -> Option<RootParts> {
        Some(RootParts { edition: self.edition, parts: self.parts.as_slice().try_into().ok()? })
    }

    /// How this policy is amended. `None` if that does not open under the root.
    pub fn governance(&self, root: &PolicyRoot) -> Option<Option<Governance>> {
        let parts = self.root_parts().filter(|parts| parts.root() == *root)?;
        parts.governance(&self.governance).ok()
    }
}

/// One root of an instance, with what shows that the one before led to it and who signs the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The root.
    pub root: AttestedRoot,
    /// The governance of its policy.
    pub policy: PolicyPart,
    /// The signatures of the council before.
    pub signatures: Vec<Signature>,
}

/// The two digests below the roots of trees that nobody sees whole: whoever has nothing to show under such a root opens it
/// by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tops {
    /// Of the credential root.
    #[serde(with = "crate::hexadecimal::pair")]
    pub credentials: [Digest; 2],
    /// Of the stake root.
    #[serde(with = "crate::hexadecimal::pair")]
    pub stakes: [Digest; 2],
}

/// Those of empty trees.
impl Default for Tops {
    fn default() -> Tops {
        Tops { credentials: [Digest::ZERO; 2], stakes: [Digest::ZERO; 2] }
    }
}

impl Tops {
    /// The tops of two trees.
    pub fn of(credentials: &Tree, stakes: &Tree) -> Tops {
        let top = |tree: &Tree| {
            let below = tree.depth().saturating_sub(1);
            [0, 1].map(|at| tree.digest(below, at).unwrap_or_default())
        };
        Tops { credentials: top(credentials), stakes: top(stakes) }
    }
}

/// The content of a `ROOT.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedRoot {
    /// The root itself.
    pub attested: Link,
    /// What the instance began with.
    pub genesis: Genesis,
    /// The roots before, the first one first.
    pub chain: Vec<Link>,
    /// The tops of the trees of held facts and stakes.
    pub tops: Tops,
    /// The public facts under the facts root, beside those of the policy and the reserved ones.
    pub facts: Vec<StatedFact>,
}

impl Attestation {
    /// The root with what shows where it comes from and everything that proofs under it need, signed by these, after
    /// `previous` if there is one.
    pub fn signed(
        &self,
        artifact: &Artifact,
        genesis: Genesis,
        previous: Option<&SignedRoot>,
        signers: &[Keys],
    ) -> SignedRoot {
        let (policy, facts) = (PolicyPart::of(artifact), self.public_facts().to_vec());
        let mut signed = SignedRoot::new(self.root().clone(), policy, genesis, previous, facts);
        signed.tops = Tops::of(self.credentials(), self.stakes());
        signers.iter().for_each(|signer| signed.sign(signer));
        signed
    }
}

impl SignedRoot {
    /// A root that nobody has signed yet, after `previous` if there is one.
    pub fn new(
        root: AttestedRoot,
        policy: PolicyPart,
        genesis: Genesis,
        previous: Option<&SignedRoot>,
        facts: Vec<StatedFact>,
    ) -> SignedRoot {
        let earlier = previous.into_iter().flat_map(|before| before.chain.iter().chain([&before.attested]));
        let chain = earlier.cloned().collect();
        let attested = Link { root, policy, signatures: Vec::new() };
        SignedRoot { attested, genesis, chain, tops: Tops::default(), facts }
    }

    /// Reads a `ROOT.json`. Nothing it says is checked yet.
    ///
    /// # Errors
    /// [`ChainError::Json`] says what it is not.
    pub fn from_json(text: &str) -> Result<SignedRoot, ChainError> {
        serde_json::from_str(text).map_err(|error| ChainError::Json(error.to_string()))
    }

    /// The text of a `ROOT.json`.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The attested root.
    pub fn root(&self) -> &AttestedRoot {
        &self.attested.root
    }

    /// Adds a member's signature.
    pub fn sign(&mut self, keys: &Keys) {
        self.attested.signatures.push(Signature::new(&self.attested.root.digest(), keys));
    }

    /// The public facts, typed by this policy.
    ///
    /// # Errors
    /// [`FactFault`] about the first that is none of it.
    pub fn public_facts(&self, artifact: &Artifact) -> Result<Vec<Fact>, FactFault> {
        self.facts.iter().map(|fact| fact.typed(artifact)).collect()
    }

    /// The council that signs this root: that of the root before, or the first.
    ///
    /// # Errors
    /// [`ChainError::Policy`] if the root before does not open its council.
    pub fn council(&self) -> Result<Council, ChainError> {
        self.chain.last().map_or_else(|| Ok(self.genesis.council.clone()), |before| self.council_of(before))
    }

    /// The council that signs the root after this one.
    ///
    /// # Errors
    /// [`ChainError::Policy`] if this root does not open its council.
    pub fn next_council(&self) -> Result<Council, ChainError> {
        self.council_of(&self.attested)
    }

    /// Whether all of it holds together, from the beginning of the instance on. That says who made it, not whether to
    /// trust them: see [`SignedRoot::check_from`].
    ///
    /// # Errors
    /// [`ChainError`] names the first thing that does not.
    pub fn check(&self) -> Result<(), ChainError> {
        let first = self.chain.first().unwrap_or(&self.attested);
        if first.root.previous != [0; 32] || first.root.policy != self.genesis.policy {
            return Err(ChainError::Genesis);
        }
        self.check_link(None, first)?;
        self.check_after(0)
    }

    /// Whether this root is the one with this digest, or follows from it by signatures.
    ///
    /// # Errors
    /// [`ChainError`] names the first step that does not follow.
    pub fn check_from(&self, trusted: &[u8; 32]) -> Result<(), ChainError> {
        let place = self.links().position(|link| link.root.digest() == *trusted);
        let place = place.ok_or(ChainError::NotContinued)?;
        if self.links().nth(place).map(|link| link.root.instance) != Some(self.genesis.instance()) {
            return Err(ChainError::Genesis);
        }
        self.check_after(place)
    }

    fn links(&self) -> impl Iterator<Item = &Link> {
        self.chain.iter().chain([&self.attested])
    }

    fn check_after(&self, place: usize) -> Result<(), ChainError> {
        let pairs = self.links().zip(self.links().skip(1)).skip(place);
        for (before, link) in pairs {
            self.check_link(Some(before), link)?;
        }
        // The last one opens its policy to whoever continues it.
        self.next_council().map(|_| ())
    }

    fn check_link(&self, before: Option<&Link>, link: &Link) -> Result<(), ChainError> {
        let epoch = link.root.epoch;
        if link.root.instance != self.genesis.instance() {
            return Err(ChainError::Genesis);
        }
        let council = match before {
            None => self.genesis.council.clone(),
            Some(before) => {
                if link.root.previous != before.root.digest() {
                    return Err(ChainError::Broken { epoch });
                }
                if epoch <= before.root.epoch || link.root.height < before.root.height {
                    return Err(ChainError::Order { epoch });
                }
                self.council_of(before)?
            }
        };
        check_signatures(&link.root.digest(), &link.signatures, &council)
            .map_err(|error| ChainError::Signatures { epoch, error })
    }

    /// SOUNDNESS: the council is that under the root, never one that a file states beside it; that of the genesis is
    /// under the instance, which is in every root.
    fn council_of(&self, link: &Link) -> Result<Council, ChainError> {
        let governance = link.policy.governance(&link.root.policy);
        match governance.ok_or(ChainError::Policy { epoch: link.root.epoch })? {
            Some(governance) => Ok(Council::of(&governance)),
            None => Ok(self.genesis.council.clone()),
        }
    }
}
