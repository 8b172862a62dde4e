//! The state machine with its log: what was acknowledged is on the disk, and what is on the disk is the state.
//!
//! Not here: who asks (`session`), how (`dregg-rpc`), what a transaction does (`dregg-mesh`).

use crate::answers::hexadecimal;
use crate::error::StoreError;
use crate::home::{Home, HomeError};
use crate::store::Store;
use dregg_artifact::{Permission, PolicyRoot};
use dregg_attest::{Keys, SignedRoot};
use dregg_mesh::{Action, Event, GenesisError, Mesh, Refusal, SignedTransaction, Transaction};
use dregg_prove::Requirements;
use dregg_rpc::failure::{Denial, Failure, Refused};
use dregg_runtime::{Needed, Reason};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Map, json};
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A mesh that is kept on disk.
pub struct Node {
    mesh: Mesh,
    store: Store,
    keys: Keys,
    signers: Vec<Keys>,
    requirements: Option<(PolicyRoot, Requirements)>,
    random: ChaCha20Rng,
    /// The height at which the epoch began.
    begun: u64,
    /// After a write that may or may not have happened, nothing more is said until the log is read again.
    broken: bool,
}

/// Why there is no node.
#[derive(Debug)]
pub enum NodeError {
    /// Its home.
    Home(HomeError),
    /// The genesis in its store is none.
    Genesis(GenesisError),
    /// The genesis root in its store is none.
    Root(dregg_attest::ChainError),
    /// The system gives no random bytes.
    Random,
    /// It cannot listen.
    Socket(std::io::Error),
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NodeError::Home(error) => error.fmt(f),
            NodeError::Genesis(error) => error.fmt(f),
            NodeError::Root(error) => error.fmt(f),
            NodeError::Random => f.write_str("the system gives no random bytes"),
            NodeError::Socket(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NodeError {}

impl From<HomeError> for NodeError {
    fn from(error: HomeError) -> NodeError {
        NodeError::Home(error)
    }
}

impl From<StoreError> for NodeError {
    fn from(error: StoreError) -> NodeError {
        NodeError::Home(HomeError::Store(error))
    }
}

/// A transaction that is on the disk.
#[derive(Debug)]
pub struct Receipt {
    /// Its place in the log.
    pub height: u64,
    /// The epoch after it.
    pub epoch: u64,
    /// What it changed.
    pub events: Vec<Event>,
}

/// A generator that the system has seeded.
///
/// # Errors
/// [`NodeError::Random`].
pub fn generator() -> Result<ChaCha20Rng, NodeError> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut()).map_err(|_| NodeError::Random)?;
    Ok(ChaCha20Rng::from_seed(*seed))
}

impl Node {
    /// The node of a home, its state made again from the log.
    ///
    /// # Errors
    /// [`NodeError`]; the log in use, damaged, or not of this state machine among it.
    pub fn open(home: &Home) -> Result<Node, NodeError> {
        Node::new(home.open()?, home.node()?, home.signers()?)
    }

    /// The node of a store.
    ///
    /// # Errors
    /// As [`Node::open`].
    pub fn new(store: Store, keys: Keys, signers: Vec<Keys>) -> Result<Node, NodeError> {
        let beginning = store.beginning()?;
        let root = SignedRoot::from_json(&beginning.root).map_err(NodeError::Root)?;
        let mut mesh = Mesh::new(beginning.artifact, root).map_err(NodeError::Genesis)?;
        let mut begun = mesh.height();
        store.each(|height, bytes| {
            let signed = SignedTransaction::from_bytes(bytes);
            let events = signed.and_then(|signed| mesh.apply(height, &signed));
            let events =
                events.map_err(|refusal| StoreError::Refused { height, name: refusal.name().to_owned() })?;
            if closes(&events) {
                begun = mesh.height();
            }
            Ok(())
        })?;
        Ok(Node {
            mesh,
            store,
            keys,
            signers,
            requirements: None,
            random: generator()?,
            begun,
            broken: false,
        })
    }

    /// The state.
    pub fn mesh(&self) -> &Mesh {
        &self.mesh
    }

    /// The log.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The node's own keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Fresh random bytes.
    pub fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill_bytes(&mut bytes);
        bytes
    }

    /// Whether requests can be answered.
    pub fn ready(&self) -> bool {
        !self.broken
    }

    /// The same as a refusal.
    pub(crate) fn check_ready(&self) -> Result<(), Failure> {
        if self.broken { Err(Failure::refused("Store")) } else { Ok(()) }
    }

    /// What the store did not do; unless it has done nothing, nobody knows what is on the disk.
    pub(crate) fn unkept(&mut self, error: &StoreError) -> Failure {
        self.broken |= !matches!(error, StoreError::TooLarge);
        tracing::error!(%error, "the store has not kept a write");
        let detail = Map::from_iter([("message".to_owned(), json!(error.to_string()))]);
        Failure::Refused(Refused { refused: "Store".to_owned(), detail })
    }

    /// Takes a transaction. When this returns, it is on the disk.
    ///
    /// # Errors
    /// [`Failure::Refused`]: nothing has changed, unless it is named `Store`: then only the log knows.
    pub fn submit(&mut self, bytes: &[u8]) -> Result<Receipt, Failure> {
        let signed = SignedTransaction::from_bytes(bytes).map_err(|refusal| refused(&refusal))?;
        let receipt = self.take(&signed, bytes)?;
        let blocks = self.mesh.policy().artifact().governance.as_ref().and_then(|one| one.epoch_blocks);
        if blocks.is_some_and(|blocks| self.mesh.height().saturating_sub(self.begun) >= blocks) {
            // Too few keys here: others close it.
            let _ = self.advance();
        }
        Ok(receipt)
    }

    /// Closes the epoch with the keys that are here.
    ///
    /// # Errors
    /// [`Failure::Refused`]: most of all too few of the council's keys.
    pub fn advance(&mut self) -> Result<Receipt, Failure> {
        let council = self.mesh.council();
        let signers: Vec<&Keys> =
            self.signers.iter().filter(|keys| council.members.contains(&keys.cell())).collect();
        let action = self.mesh.sign_next(self.mesh.height(), &signers);
        let nonce = {
            let mut nonce = [0; 16];
            self.random.fill_bytes(&mut nonce);
            nonce
        };
        let (instance, epoch) = (self.mesh.instance(), self.mesh.epoch());
        let transaction = Transaction { instance, epoch, nonce, action };
        let actor = signers.first().copied().unwrap_or(&self.keys);
        let signed = transaction.sign(&[actor]);
        let bytes = signed.to_bytes();
        self.take(&signed, &bytes)
    }

    fn take(&mut self, signed: &SignedTransaction, bytes: &[u8]) -> Result<Receipt, Failure> {
        self.check_ready()?;
        let height = self.store.next_height();
        let change = match self.mesh.prepare(height, signed) {
            Ok(change) => change,
            Err(Refusal::Denied { reason, needed }) => return Err(self.denied(signed, reason, needed)),
            Err(refusal) => return Err(refused(&refusal)),
        };
        self.store.append(bytes).map_err(|error| self.unkept(&error))?;
        let events = self.mesh.commit(change);
        if closes(&events) {
            self.begun = self.mesh.height();
            // What is on the disk is on the disk; without room for more the node stands still.
            if let Err(error) = self.store.expire(self.mesh.epoch()) {
                self.broken = true;
                tracing::error!(%error, "the store has not kept a write");
            }
            tracing::info!(epoch = self.mesh.epoch(), height = self.mesh.height(), "an epoch has begun");
        }
        Ok(Receipt { height, epoch: self.mesh.epoch(), events })
    }

    /// The policy's denial of a mount, with the opening that shows it.
    fn denied(&mut self, signed: &SignedTransaction, reason: Reason, needed: Needed) -> Failure {
        let path = match signed.transaction().map(|transaction| transaction.action) {
            Ok(Action::Mount { path, .. } | Action::Transfer { path, .. }) => path,
            Ok(_) | Err(_) => String::new(),
        };
        self.denial(Permission::Mount, &path, reason, needed)
    }

    /// A denial with the opening that shows it is the policy's.
    pub(crate) fn denial(
        &mut self,
        permission: Permission,
        path: &str,
        reason: Reason,
        needed: Needed,
    ) -> Failure {
        let opening = self.requirement(permission, path).unwrap_or_default();
        let needed = needed.texts(self.mesh.policy()).into_iter().map(str::to_owned).collect();
        Failure::Denied(Denial {
            denied: reason.name().to_owned(),
            permission: permission.word().to_owned(),
            path: path.to_owned(),
            needed,
            opening: hexadecimal(&opening),
        })
    }

    /// What the policy requires at a path, opened under the current root. `None` where there is no route.
    pub fn requirement(&mut self, permission: Permission, path: &str) -> Option<Vec<u8>> {
        let root = self.mesh.root().root();
        let known = self.requirements.take().filter(|(policy, _)| *policy == root.policy);
        let requirements = match known {
            Some((_, requirements)) => requirements,
            None => Requirements::new(Arc::new(self.mesh.policy().artifact().clone())).ok()?,
        };
        let opening = requirements.open(root, permission, path).ok();
        self.requirements = Some((root.policy, requirements));
        opening
    }
}

fn closes(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::EpochClosed { .. }))
}

/// A refusal of the state machine for whoever asked.
pub(crate) fn refused(refusal: &Refusal) -> Failure {
    let mut detail = Map::from_iter([("message".to_owned(), json!(refusal.to_string()))]);
    match refusal {
        Refusal::Priority { expected } => _ = detail.insert("expected".to_owned(), json!(expected)),
        Refusal::Version { current } | Refusal::OtherEpoch { current } => {
            detail.insert("current".to_owned(), json!(current));
        }
        _ => {}
    }
    Failure::Refused(Refused { refused: refusal.name().to_owned(), detail })
}

#[cfg(test)]
mod tests;
