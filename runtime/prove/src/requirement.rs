//! Openings of what a policy requires at a path, for whoever wants to check a denial ([`dregg_verify::requirement`]).

use crate::error::ProveError;
use dregg_air::route::witness::{Walked, walk};
use dregg_air::statement::{AccessProof, Claim, ClaimedCaller, ClaimedPath, Evidence};
use dregg_artifact::{Artifact, Path, Permission, RootParts, alphabet, class_opening};
use dregg_attest::AttestedRoot;
use dregg_commit::table::ROWS;
use dregg_commit::{TableTree, WalkOpening};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A policy whose requirements can be opened under one attested root after the other.
pub struct Requirements {
    artifact: Arc<Artifact>,
    parts: RootParts,
    table: TableTree,
}

impl Requirements {
    /// Hashes the policy's rows: about 5 µs a row, on all cores.
    ///
    /// # Errors
    /// [`ProveError::Table`] if they are not those that the artifact commits to.
    pub fn new(artifact: Arc<Artifact>) -> Result<Requirements, ProveError> {
        let table = TableTree::new(artifact.dfa.rows());
        if table.root() != artifact.table_root {
            return Err(ProveError::Table);
        }
        Ok(Requirements { parts: artifact.root_parts(), artifact, table })
    }

    /// What goes with a denial. Of a redirect it opens the redirect itself.
    ///
    /// # Errors
    /// [`ProveError`] if there is no such route, or the root is of another policy.
    pub fn open(
        &self,
        root: &AttestedRoot,
        permission: Permission,
        path: &str,
    ) -> Result<Vec<u8>, ProveError> {
        if self.parts.root() != root.policy {
            return Err(ProveError::Policy);
        }
        requirement(&self.artifact, &self.parts, &self.table, root, permission, path)
    }
}

pub(crate) fn requirement(
    artifact: &Artifact,
    parts: &RootParts,
    table: &TableTree,
    root: &AttestedRoot,
    permission: Permission,
    path: &str,
) -> Result<Vec<u8>, ProveError> {
    Path::parse(path, &artifact.limits).map_err(ProveError::Path)?;
    let symbols: Vec<u8> = path.bytes().filter_map(alphabet::symbol).collect();
    let walked = walk(&artifact.dfa, table, &symbols).ok_or(ProveError::NoRoute)?;
    let class = class_opening(artifact, walked.class).ok_or(ProveError::NoRoute)?;
    let claim = Claim {
        root: root.digest(),
        epoch: root.epoch,
        permission,
        path: ClaimedPath::Shown(path.to_owned()),
        class: walked.class,
        caller: ClaimedCaller::Nobody,
        verifier: String::new(),
        nonce: Vec::new(),
        route_opened: true,
    };
    let walk = Some(open_walk(table, &walked)?);
    let evidence = Evidence { policy: parts.clone(), class, walk, opening: None, stark: Vec::new() };
    Ok(AccessProof { claim, asked: None, evidence }.to_bytes())
}

pub(crate) fn open_walk(table: &TableTree, walked: &Walked) -> Result<WalkOpening, ProveError> {
    let leaves: BTreeSet<usize> = walked.steps.iter().map(|step| step.row / ROWS).collect();
    WalkOpening::new(table, &leaves).ok_or(ProveError::Table)
}
