//! Questions: decisions over the current epoch, where a path leads, what is mounted, openings of leaves.

use crate::mesh::Mesh;
use crate::refusal::Refusal;
use crate::registry::MountEntry;
use dregg_artifact::{CellId, ClassKind, Fact, Permission, Value, Writer};
use dregg_attest::{Bundle, BundleError};
use dregg_commit::Digest;
use dregg_runtime::{Admission, Decision, Facts, Reason, Request};
use std::borrow::Cow;

/// One question to the mesh.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What for.
    pub permission: Permission,
    /// Where.
    pub path: &'a str,
    /// Who asks. That it is this cell is for whoever asks the mesh to know.
    pub caller: CellId,
    /// Whether an access proof of exactly this was verified under the current root. It meets `require proof`; what the
    /// proof hides is not known here, so what was proved needs no decision.
    pub proved: bool,
    /// What the caller shows in clear, under the current root.
    pub bundle: Option<&'a Bundle>,
}

/// Where a path leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located<'a> {
    /// The path itself, or the target if it is redirected.
    pub path: &'a str,
    /// The selected route.
    pub route: u32,
    /// The policy class.
    pub class: u32,
    /// The gateway whose envelope it is in, if in one.
    pub gateway: Option<u32>,
    /// What to tell a client if this version is deprecated.
    pub deprecated: Option<&'a str>,
}

/// The trees that a cell gets openings of by leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeName {
    /// Of held facts.
    Credentials,
    /// Of stakes.
    Stakes,
    /// Of what is mounted and delegated, up to the registry root ([`MountEntry::leaf`]).
    Registry,
}

/// What is known about a caller in the current epoch.
pub(crate) struct Shown<'a> {
    pub(crate) caller: CellId,
    /// Public facts, with those that the caller shows.
    pub(crate) facts: Cow<'a, Facts>,
    /// The held facts among them.
    pub(crate) held: Vec<Fact>,
    /// The stake it shows.
    pub(crate) stake: Option<u64>,
}

impl Shown<'_> {
    /// Adds the stake to other facts.
    pub(crate) fn stake(&self, facts: &mut Facts) {
        if let Some(amount) = self.stake {
            // It was in range for the first facts.
            let _ = facts.stake(self.caller, amount);
        }
    }
}

impl Mesh {
    /// Decides under the current root. Says the same whether or not something is mounted at the path.
    ///
    /// # Errors
    /// [`Refusal::Bundle`] and the like if the bundle is not the caller's under the current root.
    pub fn decide(&self, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let shown = self.shown(asked.caller, asked.bundle)?;
        Ok(self.judge(asked.permission, asked.path, asked.proved, &shown))
    }

    /// The policy's decision; at a gateway also that of its delegations and its table.
    pub(crate) fn judge(
        &self,
        permission: Permission,
        path: &str,
        proved: bool,
        shown: &Shown<'_>,
    ) -> Decision {
        let request = Request { permission, path, caller: shown.caller, epoch: self.epoch(), proved };
        let decision = self.policy().decide(&request, &shown.facts);
        if self.policy().artifact().gateways.is_empty() {
            return decision;
        }
        let Ok(located) = self.locate(path) else { return decision };
        let Some(gateway) = located.gateway else { return decision };
        let decision = match decision {
            // All guards hold, and the envelope's own clause is the owner's.
            Decision::Deny { reason: Reason::Clause, .. }
                if permission == Permission::Mount && self.is_delegate(gateway, shown.caller, shown) =>
            {
                Decision::Allow { route: located.route, clause: Admission::Delegate }
            }
            Decision::Allow { .. } => decision,
            Decision::Deny { .. } => return decision,
        };
        let Some(table) = self.snapshot.tables.get(&gateway) else { return decision };
        let request = Request { path: located.path, ..request };
        match table.decide(&request, self.policy().artifact(), &self.snapshot.public.stated, shown) {
            Decision::Allow { .. } => decision,
            denied @ Decision::Deny { .. } => denied,
        }
    }

    /// The facts about a caller: those of the epoch, and what it shows.
    pub(crate) fn shown(&self, caller: CellId, bundle: Option<&Bundle>) -> Result<Shown<'_>, Refusal> {
        let mut shown = Shown {
            caller,
            facts: Cow::Borrowed(&self.snapshot.public.facts),
            held: Vec::new(),
            stake: None,
        };
        let Some(bundle) = bundle else { return Ok(shown) };
        if bundle.cell != caller {
            return Err(Refusal::OtherBundle);
        }
        let artifact = self.policy().artifact();
        bundle.check(artifact, self.root().root()).map_err(Refusal::Bundle)?;
        let mut facts = self.snapshot.public.facts.clone();
        for held in &bundle.facts {
            let (fact, _) = held.fact(artifact).map_err(Refusal::Bundle)?;
            let relation = artifact.relations.get(fact.relation as usize);
            // SOUNDNESS: whoever issued the credential signed it unseen; here its arguments are seen.
            if let Some(Writer::Column(column)) = relation.map(|relation| &relation.writer)
                && fact.arguments.get(usize::from(*column)) != Some(&Value::Cell(held.signer))
            {
                return Err(Refusal::NotIssued { relation: held.relation.clone() });
            }
            facts.assert(&held.relation, fact.arguments.clone()).map_err(|_| Refusal::TooMany)?;
            shown.held.push(fact);
        }
        if let Some(stake) = &bundle.stake {
            let set = facts.stake(caller, stake.amount);
            set.map_err(|_| Refusal::Bundle(BundleError::Stake))?;
            shown.stake = Some(stake.amount);
        }
        shown.facts = Cow::Owned(facts);
        Ok(shown)
    }

    /// Where a path leads, through a redirect if it is one.
    ///
    /// # Errors
    /// [`Reason::BadPath`] or [`Reason::NoRoute`].
    pub fn locate<'a>(&'a self, path: &'a str) -> Result<Located<'a>, Reason> {
        let find = |path| self.policy().classify(path).map_err(Reason::BadPath)?.ok_or(Reason::NoRoute);
        let mut path = path;
        let mut found = find(path)?;
        if let Some(target) = found.redirect {
            path = target;
            found = find(path)?;
        }
        let route = found.route.ok_or(Reason::NoRoute)?;
        let artifact = self.policy().artifact();
        let gateway = artifact.classes.get(found.class as usize).and_then(|class| match class.kind {
            ClassKind::Gateway(gateway) => Some(gateway),
            ClassKind::Route | ClassKind::Redirect(_) => None,
        });
        let deprecated = artifact.routes.get(route as usize).and_then(|route| route.deprecated.as_deref());
        Ok(Located { path, route, class: found.class, gateway, deprecated })
    }

    /// What is mounted at exactly this path, in the order in which it is tried.
    pub fn mounts(&self, path: &str) -> &[MountEntry] {
        self.registry.mounts(path)
    }

    /// What is mounted at a path and below it, by whole segments; `/` at the prefix's end is dropped.
    pub fn under(&self, prefix: &str) -> impl Iterator<Item = &MountEntry> + use<'_> {
        self.registry.under(prefix)
    }

    /// What the caller sees of what is mounted at a path and below it: `read` of the path is decided first, then `read`
    /// of each. Permission and path of the question are not looked at; a proof is of the path alone.
    ///
    /// # Errors
    /// [`Refusal::Denied`], the same whether or not something is mounted; others as [`Mesh::decide`].
    pub fn list(&self, prefix: &str, asked: &Asked<'_>) -> Result<Vec<&MountEntry>, Refusal> {
        let prefix = prefix.strip_suffix('/').filter(|shorter| !shorter.is_empty()).unwrap_or(prefix);
        let shown = self.shown(asked.caller, asked.bundle)?;
        let reads = |path, proved| self.judge(Permission::Read, path, proved, &shown);
        if let Decision::Deny { reason, needed } = reads(prefix, asked.proved) {
            return Err(Refusal::Denied { reason, needed });
        }
        let prefix = self.locate(prefix).map_or(prefix, |located| located.path);
        Ok(self.under(prefix).filter(|entry| reads(&entry.path, false).is_allow()).collect())
    }

    /// The place of a leaf under the current root and the digests beside the way up. `None` if it is not there.
    pub fn open(&self, tree: TreeName, leaf: &Digest) -> Option<(u64, Vec<Digest>)> {
        let registry = &self.snapshot.registry;
        let (tree, above) = match tree {
            TreeName::Credentials => (&self.snapshot.credentials.tree, None),
            TreeName::Stakes => (&self.snapshot.stakes.tree, None),
            TreeName::Registry => (&*registry.entries, Some(registry.tables.root())),
        };
        let at = tree.leaves().binary_search(leaf).ok()?;
        let mut siblings = tree.open(at)?;
        siblings.extend(above);
        Some((at as u64, siblings))
    }

    /// The leaf of a cell's stake under the current root.
    pub fn stake_leaf(&self, cell: &CellId) -> Option<Digest> {
        self.snapshot.stakes.leaves.get(cell).copied()
    }
}
