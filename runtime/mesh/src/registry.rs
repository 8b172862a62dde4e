//! What is registered: mounts by path, in the order in which they are tried. Live, and attested from the next epoch on.
//!
//! Not here: who may register what (`mount`).

use crate::descriptor::Descriptor;
use crate::event::Event;
use dregg_artifact::{Artifact, CellId};
use dregg_commit::{Digest, Tree, record};
use std::collections::BTreeMap;

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

/// Everything registered.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    /// Live mounts by path. INVARIANT: no list is empty, each is sorted by priority, then cell.
    mounts: BTreeMap<String, Vec<MountEntry>>,
    /// The last version of what is no longer mounted, so that no version is ever used twice.
    pub(crate) retired: BTreeMap<String, BTreeMap<CellId, u64>>,
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
}

impl Registry {
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
        }
    }

    fn insert(&mut self, entry: MountEntry) {
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
        Some(entry)
    }

    fn remove(&mut self, path: &str, cell: &CellId) -> Option<MountEntry> {
        let entry = self.take(path, cell)?;
        self.retired.entry(path.to_owned()).or_default().insert(*cell, entry.version);
        Some(entry)
    }

    /// The trees over all of it.
    pub(crate) fn roots(&self, artifact: &Artifact) -> Roots {
        let mut leaves: Vec<Digest> = self.all().map(MountEntry::leaf).collect();
        leaves.sort_unstable();
        let tables = vec![Digest::ZERO; artifact.gateways.len()];
        Roots { entries: Tree::new(leaves), tables: Tree::new(tables) }
    }
}

/// The registry as a root attests it.
#[derive(Debug)]
pub(crate) struct Roots {
    /// A leaf a mount or delegation, sorted.
    pub(crate) entries: Tree,
    /// A leaf a gateway; zeros where no table is published.
    pub(crate) tables: Tree,
}

/// Nothing registered.
impl Default for Roots {
    fn default() -> Roots {
        Roots { entries: Tree::new(Vec::new()), tables: Tree::new(Vec::new()) }
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
