//! The public facts under a root. They are hashed when a request first rests on them: most of what a prover does takes less
//! time than the tree of many facts.

use crate::derive::PublicFacts;
use crate::error::ProveError;
use dregg_artifact::{Artifact, Fact};
use dregg_attest::SignedRoot;
use dregg_commit::facts::reserved_facts;
use dregg_commit::{FactElements, FactTree};
use std::sync::OnceLock;

/// The facts that a root states and those of its policy.
pub(crate) struct Public {
    stated: Vec<Fact>,
    known: PublicFacts,
    tree: OnceLock<FactTree>,
}

impl Public {
    /// Reads them.
    pub(crate) fn new(artifact: &Artifact, root: &SignedRoot) -> Result<Public, ProveError> {
        let stated = root.public_facts(artifact).map_err(ProveError::Fact)?;
        let elements =
            |fact: &Fact| FactElements::new(artifact.relations.get(fact.relation as usize)?, &fact.arguments);
        let known = stated.iter().chain(&artifact.facts).filter_map(elements);
        let known = PublicFacts::new(known.chain(reserved_facts(artifact)));
        Ok(Public { stated, known, tree: OnceLock::new() })
    }

    /// What a search sees of them.
    pub(crate) fn known(&self) -> &PublicFacts {
        &self.known
    }

    /// Their tree, which is hashed once: about 30 µs a fact, on all cores.
    ///
    /// # Errors
    /// [`ProveError::Relations`], or [`ProveError::Facts`] if they are not those that the root commits to.
    pub(crate) fn tree(&self, artifact: &Artifact, root: &SignedRoot) -> Result<&FactTree, ProveError> {
        if let Some(tree) = self.tree.get() {
            return Ok(tree);
        }
        let tree = FactTree::new(artifact, &self.stated).map_err(ProveError::Relations)?;
        if tree.root() != root.root().facts {
            return Err(ProveError::Facts);
        }
        Ok(self.tree.get_or_init(|| tree))
    }

    /// The same if a request has asked for it.
    pub(crate) fn hashed(&self) -> Option<&FactTree> {
        self.tree.get()
    }
}
