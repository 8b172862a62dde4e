//! The policy root: one digest over everything a decision depends on.
//!
//! SPEC: `FORMAT.md`, "Policy root". Not here: the tree over the classes (`class_tree`).

use crate::artifact::Artifact;
use crate::class_tree;
use crate::dfa::Dfa;
use crate::error::DecodeError;
use crate::policy::Governance;
use crate::wire::{
    FORMAT, Reader, Record, Section, Writer, digest_of_section, section_bytes, section_digest,
};
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

/// How many digests the policy root is made of.
const PARTS: usize = 16;

/// What the policy root hashes: enough to show one part of a policy under its root without the others.
///
/// It opens the table root, the class root and governance; whoever relies on them compares [`RootParts::root`] with a
/// root it trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootParts {
    /// The language edition.
    pub edition: u16,
    /// The parts in the order of `FORMAT.md`, "Policy root".
    pub parts: [[u8; 32]; PARTS],
}

impl RootParts {
    /// The policy root of these parts.
    pub fn root(&self) -> PolicyRoot {
        let mut hasher = blake3::Hasher::new_derive_key("dregg artifact 1 policy root");
        hasher.update(&FORMAT.to_le_bytes());
        hasher.update(&self.edition.to_le_bytes());
        for part in &self.parts {
            hasher.update(part);
        }
        PolicyRoot(*hasher.finalize().as_bytes())
    }

    /// The Rp64_256 root of the lookup rows.
    pub fn table_root(&self) -> [u8; 32] {
        let [_, table_root, ..] = self.parts;
        table_root
    }

    /// The root of the class tree.
    pub fn class_root(&self) -> [u8; 32] {
        let [_, _, _, _, class_root, ..] = self.parts;
        class_root
    }

    /// How the policy may be amended, read from the bytes of [`Artifact::governance_bytes`].
    ///
    /// # Errors
    /// [`DecodeError`] if these are not the bytes of the part, or stand for nothing.
    pub fn governance(&self, bytes: &[u8]) -> Result<Option<Governance>, DecodeError> {
        let [.., governance, _, _] = self.parts;
        if section_digest(bytes) != governance {
            return Err(DecodeError::SectionDigest { kind: Section::Governance.kind() });
        }
        let mut input = Reader::new(Section::Governance, bytes);
        let governance = Record::read(&mut input)?;
        input.finish()?;
        Ok(governance)
    }
}

impl Dfa {
    /// The digest of its section, a part of the policy root.
    pub fn digest(&self) -> [u8; 32] {
        let mut out = Writer::hashing();
        self.write(&mut out);
        out.digest()
    }
}

impl Artifact {
    /// The policy root of this artifact.
    ///
    /// Covers everything but [`Artifact::texts`]. Takes time in proportion to the class leaves
    /// ([`class_tree::class_leaf`]), whose total size validation bounds.
    pub fn policy_root(&self) -> PolicyRoot {
        self.root_parts().root()
    }

    /// What the policy root hashes. Takes as long as [`Artifact::policy_root`].
    pub fn root_parts(&self) -> RootParts {
        self.root_parts_with(self.dfa.digest())
    }

    /// The same for who knows the digest of the DFA ([`Dfa::digest`]), which takes half the time or more.
    pub fn root_parts_with(&self, dfa: [u8; 32]) -> RootParts {
        // Reserved places: this version keeps texts where they are used and services in the classes.
        let nothing = section_digest(&[]);
        let section = |section| digest_of_section(self, section);
        let parts = [
            section(Section::Limits),
            self.table_root,
            dfa,
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
        RootParts { edition: self.edition, parts }
    }

    /// The bytes under the governance part of the policy root.
    pub fn governance_bytes(&self) -> Vec<u8> {
        section_bytes(self, Section::Governance)
    }
}
