//! The state, and how a transaction changes it.
//!
//! [`Mesh::prepare`] checks and changes nothing; [`Mesh::commit`] changes and cannot fail. What each action needs is in
//! `write`, `mount` and `gateway`.

use crate::epoch::{Pending, Snapshot};
use crate::event::Event;
use crate::refusal::{GenesisError, Refusal};
use crate::registry::Registry;
use crate::signed::SignedTransaction;
use crate::table::Table;
use crate::transaction::{Action, Transaction};
use dregg_artifact::value::INT_BOUND;
use dregg_artifact::{CellId, Fact};
use dregg_attest::{Council, Link, Signature, SignedRoot, StatedFact, Tops, check_signatures};
use dregg_commit::{Digest, Tree};
use dregg_runtime::Policy;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The mesh of one instance: its policy, what is attested of the current epoch, what is pending, and the registry.
pub struct Mesh {
    artifact: Vec<u8>,
    policy: Policy,
    root: SignedRoot,
    council: Council,
    height: u64,
    pub(crate) snapshot: Snapshot,
    pub(crate) pending: Pending,
    pub(crate) registry: Registry,
    /// The digests of this epoch's transactions.
    pub(crate) seen: BTreeSet<[u8; 32]>,
    /// The next epoch as it would be now; empty after every change.
    pub(crate) next: OnceLock<Box<Snapshot>>,
}

/// Says where it stands.
impl fmt::Debug for Mesh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Mesh");
        out.field("epoch", &self.epoch()).field("height", &self.height).finish_non_exhaustive()
    }
}

/// A change that was found good, for the mesh that prepared it.
#[derive(Debug)]
pub struct Change {
    height: u64,
    digest: [u8; 32],
    effect: Effect,
}

/// What a change does.
#[derive(Debug)]
pub(crate) enum Effect {
    Facts { facts: Vec<Fact>, asserted: bool },
    Credential { leaf: Digest, expiry: u64 },
    Stake { cell: CellId, leaf: Digest },
    Registry(crate::registry::Step),
    Publish { gateway: u32, table: Arc<Table> },
    Close { root: Box<Link> },
}

/// A transaction whose form, place and signatures are good.
pub(crate) struct Admitted<'a> {
    pub(crate) transaction: &'a Transaction,
    pub(crate) signed: &'a SignedTransaction,
    /// The cells that signed.
    pub(crate) signers: &'a [CellId],
    /// The first of them.
    pub(crate) actor: CellId,
}

impl Mesh {
    /// The mesh as it begins: a policy, and a root of it that the council signed and nothing private is under.
    ///
    /// # Errors
    /// [`GenesisError`]: artifact and root are not such, or do not belong together.
    pub fn new(artifact: Vec<u8>, root: SignedRoot) -> Result<Mesh, GenesisError> {
        let policy = Policy::load(&artifact).map_err(|error| GenesisError::Artifact(error.to_string()))?;
        root.check().map_err(GenesisError::Root)?;
        let council = root.next_council().map_err(GenesisError::Root)?;
        if policy.artifact().policy_root() != root.root().policy {
            return Err(GenesisError::Policy);
        }
        let stated = root.public_facts(policy.artifact()).map_err(GenesisError::Fact)?;
        let stated: BTreeSet<Fact> = stated.into_iter().collect();
        let snapshot = Snapshot::new(&policy, stated).ok_or(GenesisError::Facts)?;
        let attested = root.root();
        if snapshot.public.root != attested.facts {
            return Err(GenesisError::Facts);
        }
        let nothing = Tree::new(Vec::new()).root();
        if [attested.credentials, attested.stakes, attested.registry] != [nothing; 3] {
            return Err(GenesisError::NotEmpty);
        }
        let registry = Registry::new(policy.artifact());
        Ok(Mesh {
            artifact,
            policy,
            council,
            height: attested.height,
            root,
            snapshot,
            pending: Pending::default(),
            registry,
            seen: BTreeSet::new(),
            next: OnceLock::new(),
        })
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The bytes it was loaded from.
    pub fn artifact_bytes(&self) -> &[u8] {
        &self.artifact
    }

    /// The current attested root, with the chain that leads to it.
    pub fn root(&self) -> &SignedRoot {
        &self.root
    }

    /// The current epoch.
    pub fn epoch(&self) -> u64 {
        self.root.root().epoch
    }

    /// The place in the log of the next transaction.
    pub fn height(&self) -> u64 {
        self.height
    }

    /// Whose mesh it is.
    pub fn instance(&self) -> [u8; 32] {
        self.root.root().instance
    }

    /// The council in force.
    pub fn council(&self) -> &Council {
        &self.council
    }

    /// Checks a transaction for the next place in the log, and changes nothing.
    ///
    /// # Errors
    /// [`Refusal`]: the first reason, form and signatures first.
    pub fn prepare(&self, height: u64, signed: &SignedTransaction) -> Result<Change, Refusal> {
        let transaction = signed.transaction()?;
        if transaction.instance != self.instance() {
            return Err(Refusal::OtherInstance);
        }
        if transaction.epoch != self.epoch() {
            return Err(Refusal::OtherEpoch { current: self.epoch() });
        }
        if height != self.height {
            return Err(Refusal::OtherHeight { next: self.height });
        }
        if signed.has_lost_witness() {
            return Err(Refusal::WitnessMissing);
        }
        let digest = signed.digest();
        if self.seen.contains(&digest) {
            return Err(Refusal::Repeated);
        }
        let signers = signed.signers()?;
        let actor = *signers.first().ok_or(Refusal::Unsigned)?;
        let admitted = Admitted { transaction: &transaction, signed, signers: &signers, actor };
        let effect = self.effect(&admitted)?;
        Ok(Change { height, digest, effect })
    }

    fn effect(&self, admitted: &Admitted<'_>) -> Result<Effect, Refusal> {
        match &admitted.transaction.action {
            Action::Assert { facts } => self.prepare_facts(admitted, facts, true),
            Action::Retract { facts } => self.prepare_facts(admitted, facts, false),
            Action::Credential { relation, commitment, expiry } => {
                self.prepare_credential(admitted, relation, *commitment, *expiry)
            }
            Action::SetStake { cell, leaf } => self.prepare_stake(admitted, *cell, *leaf),
            Action::Mount { .. } => self.prepare_mount(admitted),
            Action::Unmount { path, expected_version } => {
                self.prepare_unmount(admitted, path, *expected_version)
            }
            Action::Transfer { path, to, expected_version } => {
                self.prepare_transfer(admitted, path, *to, *expected_version)
            }
            Action::CloseEpoch { signatures } => self.prepare_close(signatures),
            Action::Publish { gateway, table } => self.prepare_publish(admitted, gateway, table),
            Action::Delegate { gateway, to, depth, witness } => {
                self.prepare_delegate(admitted, gateway, *to, *depth, witness.as_ref())
            }
            Action::RevokeDelegation { gateway, to } => self.prepare_revoke(admitted, gateway, to),
        }
    }

    fn prepare_close(&self, signatures: &[Signature]) -> Result<Effect, Refusal> {
        if self.epoch().saturating_add(1) >= INT_BOUND {
            return Err(Refusal::LastEpoch);
        }
        // More than the members, and one signs twice or is none.
        if signatures.len() > self.council.members.len() {
            return Err(Refusal::TooLong);
        }
        // Who they claim to be costs little to check, the next root may cost much.
        let cells: Vec<CellId> = signatures.iter().map(Signature::cell).collect();
        self.council.admit(&cells).map_err(Refusal::Close)?;
        let root = self.next_root(self.height);
        check_signatures(&root.digest(), signatures, &self.council).map_err(Refusal::Close)?;
        let policy = self.root.attested.policy.clone();
        Ok(Effect::Close { root: Box::new(Link { root, policy, signatures: signatures.to_vec() }) })
    }

    /// Makes a change that this mesh has prepared and nothing has come between. A change that does not belong here is
    /// let go without events.
    pub fn commit(&mut self, change: Change) -> Vec<Event> {
        if change.height != self.height {
            return Vec::new();
        }
        self.height = self.height.saturating_add(1);
        self.seen.insert(change.digest);
        let events = match change.effect {
            Effect::Facts { facts, asserted } => self.commit_facts(facts, asserted),
            Effect::Credential { leaf, expiry } => {
                self.pending.credentials.insert(leaf, expiry);
                vec![Event::CredentialPending { leaf }]
            }
            Effect::Stake { cell, leaf } => {
                self.pending.stakes.insert(cell, leaf);
                self.pending.stake_cells.insert(leaf, cell);
                vec![Event::StakePending { cell }]
            }
            Effect::Registry(step) => self.registry.commit(step),
            Effect::Publish { gateway, table } => {
                self.pending.tables.insert(gateway, table);
                vec![Event::TablePending { gateway: self.registry.prefix(gateway).to_owned() }]
            }
            Effect::Close { root } => self.commit_close(*root),
        };
        self.next.take();
        events
    }

    /// [`Mesh::prepare`] and [`Mesh::commit`].
    ///
    /// # Errors
    /// As [`Mesh::prepare`]; then nothing has changed.
    pub fn apply(&mut self, height: u64, signed: &SignedTransaction) -> Result<Vec<Event>, Refusal> {
        let change = self.prepare(height, signed)?;
        Ok(self.commit(change))
    }

    fn commit_close(&mut self, link: Link) -> Vec<Event> {
        self.next_snapshot();
        if let Some(next) = self.next.take() {
            self.snapshot = *next;
        }
        let (epoch, root) = (link.root.epoch, link.root.digest());
        let before = std::mem::replace(&mut self.root.attested, link);
        self.root.chain.push(before);
        self.root.tops = Tops::of(&self.snapshot.credentials.tree, &self.snapshot.stakes.tree);
        let artifact = self.policy.artifact();
        self.root.facts =
            self.snapshot.public.stated.iter().filter_map(|fact| StatedFact::of(artifact, fact)).collect();
        self.pending = Pending::default();
        self.seen.clear();
        vec![Event::EpochClosed { epoch, root }]
    }
}
