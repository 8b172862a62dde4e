//! The statement itself, and the digest that binds a proof to it.

use crate::field::Felt;
use dregg_artifact::{CellId, Permission};
use dregg_commit::Digest;

/// The version of the protocol; part of every statement.
pub const PROTOCOL: u16 = 1;

/// The fewest bytes of a nonce.
pub const MIN_NONCE: usize = 16;
/// The most bytes of a nonce.
pub const MAX_NONCE: usize = 32;
/// The most bytes of a verifier's name.
pub const MAX_VERIFIER: usize = 255;

/// The Ed25519 key of the connection that a hidden caller's proof is bound to.
pub type Bind = [u8; 32];

/// The path of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimedPath {
    /// The path in clear.
    Shown(String),
    /// A salted commitment, and its length in blocks of four symbols.
    Hidden {
        /// How many blocks.
        blocks: u16,
        /// The commitment.
        commitment: Digest,
    },
}

/// The caller of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimedCaller {
    /// The cell.
    Shown(CellId),
    /// A salted commitment to the cell.
    Hidden {
        /// The commitment.
        commitment: Digest,
        /// The key of the connection that presents the proof: it is no bearer token.
        bind: Bind,
    },
    /// Nobody: only an opening can be without a caller.
    Nobody,
}

/// Everything that a proof says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The digest of the attested root it is under; that covers instance, policy, facts and epoch.
    pub root: [u8; 32],
    /// The epoch.
    pub epoch: u64,
    /// What is asked for.
    pub permission: Permission,
    /// Where.
    pub path: ClaimedPath,
    /// The policy class that the path leads to.
    pub class: u32,
    /// Who asks.
    pub caller: ClaimedCaller,
    /// Who checks: the verifier's own name for itself.
    pub verifier: String,
    /// What the verifier gave out for this one proof.
    pub nonce: Vec<u8>,
    /// Whether the walk is shown beside the proof instead of in it.
    pub route_opened: bool,
}

impl Claim {
    /// The digest of the statement. Replay is told by this, never by the bytes of a proof.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("dregg access statement");
        hasher.update(&PROTOCOL.to_le_bytes());
        hasher.update(&self.root);
        hasher.update(&self.epoch.to_le_bytes());
        hasher.update(&[self.permission.ordinal() as u8, u8::from(self.route_opened)]);
        match &self.path {
            ClaimedPath::Shown(path) => {
                hasher.update(&[0]);
                counted(&mut hasher, path.as_bytes());
            }
            ClaimedPath::Hidden { blocks, commitment } => {
                hasher.update(&[1]);
                hasher.update(&blocks.to_le_bytes());
                hasher.update(&commitment.to_bytes());
            }
        }
        hasher.update(&self.class.to_le_bytes());
        match &self.caller {
            ClaimedCaller::Shown(cell) => {
                hasher.update(&[0]);
                hasher.update(&cell.0);
            }
            ClaimedCaller::Hidden { commitment, bind } => {
                hasher.update(&[1]);
                hasher.update(&commitment.to_bytes());
                hasher.update(bind);
            }
            ClaimedCaller::Nobody => _ = hasher.update(&[2]),
        }
        counted(&mut hasher, self.verifier.as_bytes());
        counted(&mut hasher, &self.nonce);
        *hasher.finalize().as_bytes()
    }

    /// The digest as elements: limbs of seven bytes, the lowest first.
    pub fn context(&self) -> [Felt; 5] {
        let digest = self.digest();
        let mut elements = [Felt::new(0); 5];
        for (slot, bytes) in elements.iter_mut().zip(digest.chunks(7)) {
            *slot = Felt::new(bytes.iter().rev().fold(0u64, |limb, byte| limb << 8 | u64::from(*byte)));
        }
        elements
    }
}

fn counted(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}
