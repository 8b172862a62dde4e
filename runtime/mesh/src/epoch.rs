//! What counts in one epoch, what will count in the next, and the root between them.
//!
//! Nothing here decides who may write.

use crate::mesh::Mesh;
use crate::registry::{Registry, Roots};
use crate::table::Table;
use crate::transaction::Action;
use dregg_artifact::{CellId, Fact};
use dregg_attest::{AttestedRoot, Keys, Signature, StatedFact};
use dregg_commit::{Digest, FactTree, Tree};
use dregg_runtime::{Facts, Policy};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What counts in one epoch. What the next one does not change, both share.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) public: Arc<Public>,
    pub(crate) credentials: Arc<Credentials>,
    pub(crate) stakes: Arc<Stakes>,
    /// The tables that gateways have published.
    pub(crate) tables: BTreeMap<u32, Arc<Table>>,
    /// The registry as it is attested.
    pub(crate) registry: Roots,
}

/// Public facts.
#[derive(Debug)]
pub(crate) struct Public {
    /// Those beside the policy's own.
    pub(crate) stated: BTreeSet<Fact>,
    /// The root over all.
    pub(crate) root: Digest,
    /// All, as decisions read them.
    pub(crate) facts: Facts,
}

/// Held facts.
#[derive(Debug)]
pub(crate) struct Credentials {
    /// The leaves, with the epoch each ends in.
    pub(crate) leaves: BTreeMap<Digest, u64>,
    pub(crate) tree: Tree,
}

/// Stakes.
#[derive(Debug)]
pub(crate) struct Stakes {
    /// The leaf of each cell.
    pub(crate) leaves: BTreeMap<CellId, Digest>,
    pub(crate) tree: Tree,
}

/// What was written in the current epoch and counts in the next one.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// Whether each fact will be there.
    pub(crate) facts: BTreeMap<Fact, bool>,
    /// Leaves of held facts, with the epoch each ends in.
    pub(crate) credentials: BTreeMap<Digest, u64>,
    /// Leaves of stakes; zeros take one away.
    pub(crate) stakes: BTreeMap<CellId, Digest>,
    /// Whose each leaf of a stake was when it was set.
    pub(crate) stake_cells: BTreeMap<Digest, CellId>,
    /// Tables of gateways.
    pub(crate) tables: BTreeMap<u32, Arc<Table>>,
}

impl Public {
    /// `None` if these are no facts of the policy.
    fn new(policy: &Policy, stated: BTreeSet<Fact>) -> Option<Public> {
        let root = facts_root(policy, &stated)?;
        Some(Public { root, facts: facts_of(policy, &stated), stated })
    }

    fn next(&self, policy: &Policy, pending: &BTreeMap<Fact, bool>) -> Public {
        let mut stated = self.stated.clone();
        for (fact, there) in pending {
            if *there {
                stated.insert(fact.clone());
            } else {
                stated.remove(fact);
            }
        }
        // INVARIANT: pending facts were typed by this policy, whose relations the first facts tree told apart.
        let root = facts_root(policy, &stated).unwrap_or(self.root);
        Public { root, facts: facts_of(policy, &stated), stated }
    }
}

impl Credentials {
    fn new(leaves: BTreeMap<Digest, u64>) -> Credentials {
        Credentials { tree: Tree::new(leaves.keys().copied().collect()), leaves }
    }
}

impl Stakes {
    fn new(mut leaves: BTreeMap<CellId, Digest>) -> Stakes {
        leaves.retain(|_, leaf| *leaf != Digest::ZERO);
        let mut sorted: Vec<Digest> = leaves.values().copied().collect();
        sorted.sort_unstable();
        Stakes { tree: Tree::new(sorted), leaves }
    }
}

impl Snapshot {
    /// Nothing but these facts. `None` if they are none of the policy.
    pub(crate) fn new(policy: &Policy, stated: BTreeSet<Fact>) -> Option<Snapshot> {
        Some(Snapshot {
            public: Arc::new(Public::new(policy, stated)?),
            credentials: Arc::new(Credentials::new(BTreeMap::new())),
            stakes: Arc::new(Stakes::new(BTreeMap::new())),
            tables: BTreeMap::new(),
            registry: Roots::default(),
        })
    }

    /// This epoch with what is pending, as the next epoch has it.
    fn next(&self, policy: &Policy, pending: &Pending, epoch: u64, registry: &Registry) -> Snapshot {
        let changed = !pending.facts.is_empty();
        let public = if changed {
            Arc::new(self.public.next(policy, &pending.facts))
        } else {
            Arc::clone(&self.public)
        };
        let ends = self.credentials.leaves.values().any(|expiry| *expiry <= epoch);
        let credentials = if ends || !pending.credentials.is_empty() {
            let mut leaves = self.credentials.leaves.clone();
            leaves.extend(&pending.credentials);
            leaves.retain(|_, expiry| *expiry > epoch);
            Arc::new(Credentials::new(leaves))
        } else {
            Arc::clone(&self.credentials)
        };
        let stakes = if pending.stakes.is_empty() {
            Arc::clone(&self.stakes)
        } else {
            let mut leaves = self.stakes.leaves.clone();
            leaves.extend(&pending.stakes);
            Arc::new(Stakes::new(leaves))
        };
        let mut tables = self.tables.clone();
        tables.extend(pending.tables.iter().map(|(gateway, table)| (*gateway, Arc::clone(table))));
        if changed {
            tables.values_mut().for_each(|table| *table = Arc::new(table.again()));
        }
        let gateways = (0u32..).zip(&policy.artifact().gateways);
        let leaves = gateways.map(|(number, gateway)| {
            tables.get(&number).map_or(Digest::ZERO, |table| table.leaf(&gateway.prefix))
        });
        let registry = registry.roots(leaves.collect());
        Snapshot { public, credentials, stakes, tables, registry }
    }
}

fn facts_root(policy: &Policy, stated: &BTreeSet<Fact>) -> Option<Digest> {
    let stated: Vec<Fact> = stated.iter().cloned().collect();
    FactTree::new(policy.artifact(), &stated).ok().map(|tree| tree.root())
}

fn facts_of(policy: &Policy, stated: &BTreeSet<Fact>) -> Facts {
    let mut facts = Facts::new(policy);
    for fact in stated {
        if let Some(relation) = policy.artifact().relations.get(fact.relation as usize) {
            // INVARIANT: typed by this policy, and no more than a request may hold.
            let _ = facts.assert(&relation.name, fact.arguments.clone());
        }
    }
    facts
}

/// The public facts beside the policy's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicFacts<'a> {
    /// Those of the current epoch.
    pub current: &'a [StatedFact],
    /// Those that will be there in the next one.
    pub asserted: Vec<StatedFact>,
    /// Those that will not.
    pub retracted: Vec<StatedFact>,
}

impl Mesh {
    /// The public facts beside the policy's own, current and pending.
    pub fn facts(&self) -> PublicFacts<'_> {
        let artifact = self.policy().artifact();
        let pending = |there: bool| {
            let facts = self.pending.facts.iter().filter(move |(_, one)| **one == there);
            facts.filter_map(|(fact, _)| StatedFact::of(artifact, fact)).collect()
        };
        PublicFacts { current: &self.root().facts, asserted: pending(true), retracted: pending(false) }
    }

    /// The root that closing the epoch at this height makes: what the council signs.
    ///
    /// The trees are computed once and kept until something changes.
    pub fn next_root(&self, height: u64) -> AttestedRoot {
        let next = self.next_snapshot();
        let current = self.root().root();
        AttestedRoot {
            instance: current.instance,
            epoch: current.epoch.saturating_add(1),
            previous: current.digest(),
            policy: current.policy,
            facts: next.public.root,
            credentials: next.credentials.tree.root(),
            stakes: next.stakes.tree.root(),
            registry: next.registry.root(),
            height,
        }
    }

    /// The action that closes the epoch at this height, signed by these members of the council.
    pub fn sign_next(&self, height: u64, keys: &[&Keys]) -> Action {
        let digest = self.next_root(height).digest();
        Action::CloseEpoch { signatures: keys.iter().map(|keys| Signature::new(&digest, keys)).collect() }
    }

    pub(crate) fn next_snapshot(&self) -> &Snapshot {
        self.next.get_or_init(|| {
            let epoch = self.epoch().saturating_add(1);
            Box::new(self.snapshot.next(self.policy(), &self.pending, epoch, &self.registry))
        })
    }
}
