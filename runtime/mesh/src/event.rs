//! What has changed.

use dregg_artifact::CellId;
use dregg_commit::Digest;

/// One change of the mesh, in the order in which they happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Public facts will change with the next epoch.
    FactsPending {
        /// How many were stated.
        asserted: usize,
        /// How many were taken back.
        retracted: usize,
    },
    /// A held fact will count from the next epoch on.
    CredentialPending {
        /// Its leaf.
        leaf: Digest,
    },
    /// A stake will change with the next epoch.
    StakePending {
        /// Whose.
        cell: CellId,
    },
    /// A service was registered, or what it says of itself changed.
    Mounted {
        /// Where.
        path: String,
        /// By whom.
        cell: CellId,
        /// The version it has now.
        version: u64,
    },
    /// A service is no longer registered.
    Unmounted {
        /// Where.
        path: String,
        /// Whose.
        cell: CellId,
    },
    /// A mount has another owner.
    Transferred {
        /// Where.
        path: String,
        /// Whose it was.
        from: CellId,
        /// Whose it is.
        to: CellId,
        /// The version it has now.
        version: u64,
    },
    /// A gateway's table will change with the next epoch.
    TablePending {
        /// The gateway's prefix.
        gateway: String,
    },
    /// The right to mount below a gateway was passed on.
    Delegated {
        /// The gateway's prefix.
        gateway: String,
        /// By whom.
        from: CellId,
        /// To whom.
        to: CellId,
        /// How often it may be passed on again.
        depth: u8,
    },
    /// The right to mount below a gateway was taken back.
    DelegationRevoked {
        /// The gateway's prefix.
        gateway: String,
        /// From whom.
        to: CellId,
    },
    /// An epoch ended and the next one began.
    EpochClosed {
        /// The one that began.
        epoch: u64,
        /// The digest of its attested root.
        root: [u8; 32],
    },
}
