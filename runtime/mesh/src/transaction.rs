//! What a cell asks the mesh to change.
//!
//! Not here: signatures and bytes (`signed`), whether a change is admitted (`mesh` and the modules below it).

use crate::descriptor::Descriptor;
use crate::signed::SignedTransaction;
use crate::wire;
use dregg_artifact::CellId;
use dregg_attest::{Bundle, Keys, Signature, StatedFact};
use dregg_commit::Digest;
use serde::{Deserialize, Serialize};

/// One change a cell asks for, good once and in one epoch of one instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Whose mesh.
    pub instance: [u8; 32],
    /// In which epoch.
    pub epoch: u64,
    /// What tells two like changes apart.
    pub nonce: [u8; 16],
    /// The change.
    pub action: Action,
}

/// What is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// States public facts, which count from the next epoch on. One that is there already is no error.
    Assert {
        /// The facts, at least one.
        #[serde(with = "wire::facts")]
        facts: Vec<StatedFact>,
    },
    /// Takes public facts back, from the next epoch on.
    Retract {
        /// The facts, at least one.
        #[serde(with = "wire::facts")]
        facts: Vec<StatedFact>,
    },
    /// Signs a held fact, which counts from the next epoch on. Nobody sees its arguments; the holder gets them from the
    /// signer.
    Credential {
        /// The relation.
        relation: String,
        /// What hides the fact ([`dregg_commit::FactElements::held`]).
        #[serde(with = "wire::digest")]
        commitment: Digest,
        /// The epoch at which it ends.
        expiry: u64,
    },
    /// Sets a stake from the next epoch on.
    SetStake {
        /// Whose.
        #[serde(with = "wire::cell")]
        cell: CellId,
        /// The leaf ([`dregg_commit::record::stake`]); zeros take the stake away.
        #[serde(with = "wire::digest")]
        leaf: Digest,
    },
    /// Registers a service, or changes what this cell has registered at the path. At once.
    Mount {
        /// Where.
        path: String,
        /// What the service says of itself.
        #[serde(with = "wire::descriptor")]
        descriptor: Descriptor,
        /// The lower, the earlier it is tried.
        priority: u16,
        /// 0 for a new mount, else the version that is changed.
        expected_version: u64,
        /// What the right to mount rests on beside public facts.
        witness: Option<Witness>,
    },
    /// Takes this cell's mount away. At once.
    Unmount {
        /// Where.
        path: String,
        /// The version that is there.
        expected_version: u64,
    },
    /// Hands this cell's mount to another cell that may mount there by public facts. At once.
    Transfer {
        /// Where.
        path: String,
        /// To whom.
        #[serde(with = "wire::cell")]
        to: CellId,
        /// The version that is there.
        expected_version: u64,
    },
    /// Sets the table of a gateway from the next epoch on. Its owner's alone.
    Publish {
        /// The gateway's prefix, as `/services/acme`.
        gateway: String,
        /// A compiled policy whose routes all lie below the prefix.
        table: Vec<u8>,
    },
    /// Passes on the right to mount below a gateway. At once.
    Delegate {
        /// The gateway's prefix.
        gateway: String,
        /// To whom.
        #[serde(with = "wire::cell")]
        to: CellId,
        /// How often it may be passed on again.
        depth: u8,
        /// What a delegate's own right rests on beside public facts; the owner needs none.
        witness: Option<Witness>,
    },
    /// Takes a delegation back, with all that hang on it and all that was mounted by them. At once.
    RevokeDelegation {
        /// The gateway's prefix.
        gateway: String,
        /// Whose.
        #[serde(with = "wire::cell")]
        to: CellId,
    },
    /// Closes the epoch.
    CloseEpoch {
        /// The council's, over the digest of [`crate::Mesh::next_root`] at this height.
        #[serde(with = "wire::signatures")]
        signatures: Vec<Signature>,
    },
}

/// What shows that a right rests on held facts or a stake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Witness {
    /// An access proof for `mount` at the path, for the verifier [`crate::verifier_name`] and the nonce
    /// [`Transaction::proof_nonce`].
    Proof(Vec<u8>),
    /// Openings under the epoch's root, in clear: all who keep the log see them.
    Openings(#[serde(with = "wire::bundle")] Box<Bundle>),
}

impl Transaction {
    /// The transaction signed by these cells; the first one acts.
    pub fn sign(&self, keys: &[&Keys]) -> SignedTransaction {
        let mut bare = self.clone();
        let witness = bare.action.take_witness();
        SignedTransaction::new(wire::to_bytes(&bare), witness.as_ref(), keys)
    }

    /// The nonce of an access proof that goes with the transaction: the hash of all of it but the witness.
    pub fn proof_nonce(&self) -> [u8; 32] {
        let mut bare = self.clone();
        bare.action.take_witness();
        blake3::derive_key("dregg transaction proof nonce", &wire::to_bytes(&bare))
    }
}

impl Action {
    /// The place of a witness, where an action has one.
    pub(crate) fn witness_mut(&mut self) -> Option<&mut Option<Witness>> {
        match self {
            Action::Mount { witness, .. } | Action::Delegate { witness, .. } => Some(witness),
            Action::Assert { .. }
            | Action::Retract { .. }
            | Action::Credential { .. }
            | Action::SetStake { .. }
            | Action::Unmount { .. }
            | Action::Transfer { .. }
            | Action::Publish { .. }
            | Action::RevokeDelegation { .. }
            | Action::CloseEpoch { .. } => None,
        }
    }

    pub(crate) fn take_witness(&mut self) -> Option<Witness> {
        self.witness_mut().and_then(Option::take)
    }
}
