//! The policy root: one digest over everything a decision depends on.
//!
//! SPEC: `FORMAT.md`, "Policy root". Not here: the tree over the classes (`class_tree`).

use crate::artifact::Artifact;
use crate::class_tree;
use crate::wire::{FORMAT, Section, section_bytes, section_digest};
use std::fmt;

/// The commitment to a policy: equal roots mean equal decisions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyRoot(pub [u8; 32]);

impl fmt::Display for PolicyRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PolicyRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PolicyRoot({self})")
    }
}

impl Artifact {
    /// The policy root of this artifact.
    ///
    /// Covers everything but [`Artifact::texts`]. Takes time in proportion to the class leaves
    /// ([`class_tree::class_leaf`]), whose total size validation bounds.
    pub fn policy_root(&self) -> PolicyRoot {
        let mut hasher = blake3::Hasher::new_derive_key("dregg artifact 0 policy root");
        hasher.update(&FORMAT.to_le_bytes());
        hasher.update(&self.edition.to_le_bytes());
        // Reserved places: this version keeps texts where they are used and services in the classes.
        let nothing = section_digest(&[]);
        let section = |section| section_digest(&section_bytes(self, section));
        let parts = [
            section(Section::Limits),
            self.table_root,
            section(Section::Dfa),
            section(Section::Index),
            class_tree::class_root(self),
            section(Section::Relations),
            nothing,
            section(Section::Predicates),
            section(Section::Facts),
            nothing,
            section(Section::Redirects),
            section(Section::Gateways),
            section(Section::Tombstones),
            section(Section::Governance),
            section(Section::Cells),
            section(Section::Routes),
        ];
        for part in &parts {
            hasher.update(part);
        }
        PolicyRoot(*hasher.finalize().as_bytes())
    }
}
