//! What counts in one epoch, what will count in the next, and the root between them.
//!
//! Nothing here decides who may write.

use crate::mesh::Mesh;
use crate::registry::{Registry, Roots};
use crate::table::{Table, table_leaf};
use dregg_artifact::CellId;
use dregg_artifact::Fact;
use dregg_attest::{AttestedRoot, Keys, Signature, StatedFact};
use dregg_commit::{Digest, FactTree, Tree};
use dregg_runtime::{Facts, Policy};
use std::collections::{BTreeMap, BTreeSet};

use crate::transaction::Action;

/// Facts and leaves of the current epoch.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Public facts beside the policy's own.
    pub(crate) stated: BTreeSet<Fact>,
    /// The root over all public facts.
    pub(crate) facts_root: Digest,
    /// All public facts, as decisions read them.
    pub(crate) facts: Facts,
    /// The leaves of held facts, with the epoch each ends in.
    pub(crate) credentials: BTreeMap<Digest, u64>,
    pub(crate) credential_tree: Tree,
    /// The leaf of each stake.
    pub(crate) stakes: BTreeMap<CellId, Digest>,
    pub(crate) stake_tree: Tree,
    /// The tables that gateways have published.
    pub(crate) tables: BTreeMap<u32, Table>,
    /// The registry as it is attested.
    pub(crate) registry: Roots,
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
    /// Tables of gateways.
    pub(crate) tables: BTreeMap<u32, Policy>,
}

impl Snapshot {
    /// Nothing but these facts. `None` if they are none of the policy.
    pub(crate) fn new(policy: &Policy, stated: BTreeSet<Fact>) -> Option<Snapshot> {
        let facts_root = facts_root(policy, &stated)?;
        Some(Snapshot {
            facts: facts_of(policy, &stated),
            stated,
            facts_root,
            credentials: BTreeMap::new(),
            credential_tree: Tree::new(Vec::new()),
            stakes: BTreeMap::new(),
            stake_tree: Tree::new(Vec::new()),
            tables: BTreeMap::new(),
            registry: Roots::default(),
        })
    }

    /// This epoch with what is pending, as the next epoch has it.
    pub(crate) fn next(
        &self,
        policy: &Policy,
        pending: &Pending,
        epoch: u64,
        registry: &Registry,
    ) -> Snapshot {
        let mut stated = self.stated.clone();
        for (fact, there) in &pending.facts {
            if *there {
                stated.insert(fact.clone())
            } else {
                stated.remove(fact)
            };
        }
        let mut credentials = self.credentials.clone();
        credentials.extend(&pending.credentials);
        credentials.retain(|_, expiry| *expiry > epoch);
        let mut stakes = self.stakes.clone();
        stakes.extend(&pending.stakes);
        stakes.retain(|_, leaf| *leaf != Digest::ZERO);
        let mut stake_leaves: Vec<Digest> = stakes.values().copied().collect();
        stake_leaves.sort_unstable();
        let mut tables: BTreeMap<u32, Policy> =
            self.tables.iter().map(|(gateway, table)| (*gateway, table.policy.clone())).collect();
        tables.extend(pending.tables.iter().map(|(gateway, table)| (*gateway, table.clone())));
        let table_leaves = (0u32..).zip(&policy.artifact().gateways).map(|(number, gateway)| {
            tables.get(&number).map_or(Digest::ZERO, |table| table_leaf(&gateway.prefix, table))
        });
        let registry = registry.roots(table_leaves.collect());
        // INVARIANT: pending facts were typed by this policy, whose relations the first facts tree told apart.
        let facts_root = facts_root(policy, &stated).unwrap_or(self.facts_root);
        Snapshot {
            facts: facts_of(policy, &stated),
            stated,
            facts_root,
            credential_tree: Tree::new(credentials.keys().copied().collect()),
            credentials,
            stake_tree: Tree::new(stake_leaves),
            stakes,
            tables: tables.into_iter().map(|(gateway, policy)| (gateway, Table::new(policy))).collect(),
            registry,
        }
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
            facts: next.facts_root,
            credentials: next.credential_tree.root(),
            stakes: next.stake_tree.root(),
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
