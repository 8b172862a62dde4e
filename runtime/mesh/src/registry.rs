//! What is registered: mounts by path, in the order in which they are tried. Live, and attested from the next epoch on.
//!
//! Not here: who may register what (`mount`).

use crate::descriptor::Descriptor;
use crate::event::Event;
use dregg_artifact::{Artifact, CellId};
use dregg_commit::{Digest, Tree, record};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// A service that a cell has registered at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountEntry {
    /// Where.
    pub path: String,
    /// Whose it is.
    pub cell: CellId,
    /// The lower, the earlier it is tried.
    pub priority: u16,
    /// Counts the changes of this cell's mounts at this path, from 1 on.
    pub version: u64,
    /// What the service says of itself.
    pub descriptor: Descriptor,
    /// The signed transaction that mounted it, the witness left out ([`crate::SignedTransaction`]).
    pub transaction: Vec<u8>,
    /// The place of that transaction in the log.
    pub height: u64,
    /// The gateway by whose delegation it stands, if by one.
    pub delegated: Option<u32>,
}

impl MountEntry {
    /// The order in which mounts of a path are tried.
    fn place(&self) -> (u16, CellId) {
        (self.priority, self.cell)
    }

    /// The leaf under the registry root. SPEC: `docs/mesh.md`, "Registry leaves".
    pub fn leaf(&self) -> Digest {
        let mut bytes = vec![0];
        bytes.extend((self.path.len() as u64).to_le_bytes());
        bytes.extend(self.path.as_bytes());
        bytes.extend(self.cell.0);
        bytes.extend(self.priority.to_le_bytes());
        bytes.extend(self.version.to_le_bytes());
        bytes.extend(self.descriptor.digest());
        bytes.extend(blake3::hash(&self.transaction).as_bytes());
        record::registry_entry(&bytes)
    }
}

/// The right to mount below a gateway, passed on to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// By whom: the owner or a cell that holds one itself.
    pub from: CellId,
    /// How often it may be passed on again.
    pub depth: u8,
}

impl Delegation {
    /// The leaf under the registry root. SPEC: `docs/mesh.md`, "Registry leaves".
    pub(crate) fn leaf(&self, prefix: &str, to: &CellId) -> Digest {
        let mut bytes = vec![1];
        bytes.extend((prefix.len() as u64).to_le_bytes());
        bytes.extend(prefix.as_bytes());
        bytes.extend(to.0);
        bytes.extend(self.from.0);
        bytes.push(self.depth);
        record::registry_entry(&bytes)
    }
}

/// Everything registered.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    /// The gateways by prefix.
    gateways: BTreeMap<String, u32>,
    /// How many mounts there are at and below each gateway.
    below: BTreeMap<u32, u64>,
    /// Delegations by gateway and holder. INVARIANT: each hangs on the owner through others of the same gateway.
    pub(crate) delegations: BTreeMap<u32, BTreeMap<CellId, Delegation>>,
    /// Live mounts by path. INVARIANT: no list is empty, each is sorted by priority, then cell.
    mounts: BTreeMap<String, Vec<MountEntry>>,
    /// The last version of what is no longer mounted, so that no version is ever used twice.
    pub(crate) retired: BTreeMap<String, BTreeMap<CellId, u64>>,
    /// The tree over mounts and delegations; empty after every change.
    entries: OnceLock<Arc<Tree>>,
}

/// One change of the registry.
#[derive(Debug)]
pub(crate) enum Step {
    /// In the place of the cell's mount at the path, if it has one.
    Mount(Box<MountEntry>),
    Unmount {
        path: String,
        cell: CellId,
    },
    Transfer {
        path: String,
        from: CellId,
        to: CellId,
        delegated: Option<u32>,
    },
    Delegate {
        gateway: u32,
        to: CellId,
        delegation: Delegation,
    },
    /// These cells' delegations end, and with them what they mounted by it.
    Revoke {
        gateway: u32,
        cells: BTreeSet<CellId>,
    },
}

impl Registry {
    /// Nothing registered under a policy.
    pub(crate) fn new(artifact: &Artifact) -> Registry {
        let gateways =
            (0u32..).zip(&artifact.gateways).map(|(number, gateway)| (gateway.prefix.clone(), number));
        Registry { gateways: gateways.collect(), ..Registry::default() }
    }

    /// The gateway with this prefix.
    pub(crate) fn gateway(&self, prefix: &str) -> Option<u32> {
        self.gateways.get(prefix).copied()
    }

    /// The prefix of a gateway.
    pub(crate) fn prefix(&self, gateway: u32) -> &str {
        self.gateways.iter().find(|(_, number)| **number == gateway).map_or("", |(prefix, _)| prefix)
    }

    /// How many mounts there are at and below a gateway.
    pub(crate) fn below(&self, gateway: u32) -> u64 {
        self.below.get(&gateway).copied().unwrap_or(0)
    }

    /// A cell's delegation.
    pub(crate) fn delegation(&self, gateway: u32, cell: &CellId) -> Option<Delegation> {
        self.delegations.get(&gateway)?.get(cell).copied()
    }

    /// A holder of a delegation and all whose delegations hang on it.
    pub(crate) fn hanging_on(&self, gateway: u32, cell: CellId) -> BTreeSet<CellId> {
        let mut found = BTreeSet::from([cell]);
        let Some(all) = self.delegations.get(&gateway) else { return found };
        let mut givers: BTreeMap<CellId, Vec<CellId>> = BTreeMap::new();
        for (to, delegation) in all {
            givers.entry(delegation.from).or_default().push(*to);
        }
        let mut work = vec![cell];
        while let Some(giver) = work.pop() {
            let given = givers.get(&giver).into_iter().flatten();
            work.extend(given.filter(|cell| found.insert(**cell)));
        }
        found
    }

    /// The mounts of a path, in order.
    pub(crate) fn mounts(&self, path: &str) -> &[MountEntry] {
        self.mounts.get(path).map_or(&[], Vec::as_slice)
    }

    /// A cell's mount at a path.
    pub(crate) fn mount(&self, path: &str, cell: &CellId) -> Option<&MountEntry> {
        self.mounts(path).iter().find(|entry| entry.cell == *cell)
    }

    /// The version of a cell's next mount at a path.
    pub(crate) fn next_version(&self, path: &str, cell: &CellId) -> u64 {
        let live = self.mount(path, cell).map(|entry| entry.version);
        let retired = || self.retired.get(path).and_then(|cells| cells.get(cell)).copied();
        live.or_else(retired).unwrap_or(0).saturating_add(1)
    }

    /// Every mount, by path, then in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &MountEntry> {
        self.mounts.values().flatten()
    }

    /// The mounts at a path and below it, by whole segments.
    pub(crate) fn under(&self, prefix: &str) -> impl Iterator<Item = &MountEntry> + use<'_> {
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        // What is below begins with the prefix and `/`; `0` is the byte after `/`.
        let below = (format!("{prefix}/"), format!("{prefix}0"));
        self.mounts(prefix).iter().chain(self.mounts.range(below.0..below.1).flat_map(|(_, entries)| entries))
    }

    pub(crate) fn commit(&mut self, step: Step) -> Vec<Event> {
        self.entries.take();
        match step {
            Step::Mount(entry) => {
                let MountEntry { path, cell, version, .. } = (*entry).clone();
                self.take(&path, &cell);
                self.insert(*entry);
                vec![Event::Mounted { path, cell, version }]
            }
            Step::Unmount { path, cell } => {
                self.remove(&path, &cell);
                vec![Event::Unmounted { path, cell }]
            }
            Step::Transfer { path, from, to, delegated } => {
                let version = self.next_version(&path, &to);
                if let Some(entry) = self.remove(&path, &from) {
                    self.insert(MountEntry { cell: to, version, delegated, ..entry });
                }
                vec![Event::Transferred { path, from, to, version }]
            }
            Step::Delegate { gateway, to, delegation } => {
                self.delegations.entry(gateway).or_default().insert(to, delegation);
                let Delegation { from, depth } = delegation;
                vec![Event::Delegated { gateway: self.prefix(gateway).to_owned(), from, to, depth }]
            }
            Step::Revoke { gateway, cells } => self.revoke(gateway, &cells),
        }
    }

    fn revoke(&mut self, gateway: u32, cells: &BTreeSet<CellId>) -> Vec<Event> {
        let prefix = self.prefix(gateway).to_owned();
        if let Some(all) = self.delegations.get_mut(&gateway) {
            all.retain(|to, _| !cells.contains(to));
            if all.is_empty() {
                self.delegations.remove(&gateway);
            }
        }
        let falls = |entry: &&MountEntry| entry.delegated == Some(gateway) && cells.contains(&entry.cell);
        let fallen = self.under(&prefix).filter(falls);
        let fallen: Vec<(String, CellId)> = fallen.map(|entry| (entry.path.clone(), entry.cell)).collect();
        let revoked = |to: &CellId| Event::DelegationRevoked { gateway: prefix.clone(), to: *to };
        let mut events: Vec<Event> = cells.iter().map(revoked).collect();
        for (path, cell) in fallen {
            self.remove(&path, &cell);
            events.push(Event::Unmounted { path, cell });
        }
        events
    }

    /// The gateways at or below whose prefix a path is.
    fn gateways_above(&self, path: &str) -> BTreeSet<u32> {
        let ends = path.bytes().enumerate().filter(|(_, byte)| *byte == b'/').map(|(at, _)| at);
        let prefixes = ends.chain([path.len()]).filter_map(|end| path.get(..end));
        prefixes.filter_map(|prefix| self.gateway(if prefix.is_empty() { "/" } else { prefix })).collect()
    }

    fn insert(&mut self, entry: MountEntry) {
        for gateway in self.gateways_above(&entry.path) {
            *self.below.entry(gateway).or_default() += 1;
        }
        let entries = self.mounts.entry(entry.path.clone()).or_default();
        let at = entries.partition_point(|other| other.place() < entry.place());
        entries.insert(at, entry);
    }

    fn take(&mut self, path: &str, cell: &CellId) -> Option<MountEntry> {
        let entries = self.mounts.get_mut(path)?;
        let at = entries.iter().position(|entry| entry.cell == *cell)?;
        let entry = entries.remove(at);
        if entries.is_empty() {
            self.mounts.remove(path);
        }
        for gateway in self.gateways_above(path) {
            let below = self.below.entry(gateway).or_default();
            *below = below.saturating_sub(1);
        }
        Some(entry)
    }

    fn remove(&mut self, path: &str, cell: &CellId) -> Option<MountEntry> {
        let entry = self.take(path, cell)?;
        self.retired.entry(path.to_owned()).or_default().insert(*cell, entry.version);
        Some(entry)
    }

    /// The trees over all of it; `tables` has a leaf a gateway.
    pub(crate) fn roots(&self, tables: Vec<Digest>) -> Roots {
        let entries = self.entries.get_or_init(|| {
            let mut leaves: Vec<Digest> = self.all().map(MountEntry::leaf).collect();
            for (gateway, all) in &self.delegations {
                let prefix = self.prefix(*gateway);
                leaves.extend(all.iter().map(|(to, delegation)| delegation.leaf(prefix, to)));
            }
            leaves.sort_unstable();
            Arc::new(Tree::new(leaves))
        });
        Roots { entries: Arc::clone(entries), tables: Tree::new(tables) }
    }
}

/// The registry as a root attests it.
#[derive(Debug)]
pub(crate) struct Roots {
    /// A leaf a mount or delegation, sorted.
    pub(crate) entries: Arc<Tree>,
    /// A leaf a gateway; zeros where no table is published.
    pub(crate) tables: Tree,
}

/// Nothing registered.
impl Default for Roots {
    fn default() -> Roots {
        Roots { entries: Arc::new(Tree::new(Vec::new())), tables: Tree::new(Vec::new()) }
    }
}

impl Roots {
    /// The registry root. That of an empty registry is the root of an empty tree.
    pub(crate) fn root(&self) -> Digest {
        let nothing =
            self.entries.leaves().is_empty() && self.tables.leaves().iter().all(|leaf| *leaf == Digest::ZERO);
        let leaves = if nothing { Vec::new() } else { vec![self.entries.root(), self.tables.root()] };
        Tree::new(leaves).root()
    }
}
