//! From a claim and what is opened to the public inputs. The only place that makes them: prover and verifier alike.

use super::claim::{Claim, ClaimedCaller, ClaimedPath};
use crate::inputs::{AccessInputs, Bounds, PathInput, Walk};
use crate::program::{Program, ProgramError, Query};
use crate::source::{self, tree};
use dregg_artifact::{BadPath, ClassLeaf, Path, alphabet};
use dregg_commit::Digest;
use std::fmt;
use std::marker::PhantomData;

/// The roots that a statement may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sources {
    /// Of the policy's lookup rows.
    pub table: Digest,
    /// Of public facts.
    pub facts: Digest,
    /// Of credentials.
    pub credentials: Digest,
    /// Of stakes.
    pub stakes: Digest,
}

/// Why a claim has no public inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LowerError {
    /// The path is none.
    Path(BadPath),
    /// The class has no program for it.
    Program(ProgramError),
    /// There is no caller.
    Nobody,
}

impl fmt::Display for LowerError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LowerError::Path(error) => error.fmt(to),
            LowerError::Program(error) => error.fmt(to),
            LowerError::Nobody => to.write_str("a statement without a caller has no proof"),
        }
    }
}

impl std::error::Error for LowerError {}

/// The bounds that a statement of this class checks.
fn bounds(leaf: &ClassLeaf) -> Bounds {
    Bounds {
        segments: u64::from(leaf.limits.segments).max(1),
        bytes: u64::from(leaf.limits.path_bytes),
        depth: u64::from(leaf.limits.derivation_depth).max(1),
    }
}

/// The public inputs of a claim. `leaf` is the claim's class, opened under the policy; `sources` are what the attested
/// root and the policy say.
///
/// # Errors
/// [`LowerError`].
pub fn lower(claim: &Claim, leaf: &ClassLeaf, sources: &Sources) -> Result<AccessInputs, LowerError> {
    let bounds = bounds(leaf);
    let parsed = match &claim.path {
        ClaimedPath::Shown(path) => Some(Path::parse(path, &leaf.limits).map_err(LowerError::Path)?),
        ClaimedPath::Hidden { .. } => None,
    };
    let segments: Option<Vec<&str>> = parsed.map(|path| path.segments().collect());
    let (caller, hidden_caller) = match &claim.caller {
        ClaimedCaller::Shown(cell) => (Some(*cell), None),
        ClaimedCaller::Hidden { commitment, .. } => (None, Some(*commitment)),
        ClaimedCaller::Nobody => return Err(LowerError::Nobody),
    };
    let query = Query {
        leaf,
        permission: claim.permission,
        caller,
        epoch: claim.epoch,
        segments: segments.as_deref(),
    };
    let program = Program::of(&query).map_err(LowerError::Program)?;
    let path = match &claim.path {
        _ if claim.route_opened => PathInput::Opened,
        ClaimedPath::Shown(path) => PathInput::Shown(path.bytes().filter_map(alphabet::symbol).collect()),
        ClaimedPath::Hidden { blocks, commitment } => {
            PathInput::Hidden { blocks: u64::from(*blocks), commitment: *commitment }
        }
    };
    let mut roots = Vec::new();
    let mut walks = Vec::new();
    if !claim.route_opened {
        roots.push((tree::ROUTE, sources.table));
        walks.push(Walk { tree: tree::ROUTE, class: claim.class });
    }
    let used = trees(&program);
    let all = [
        (tree::FACTS, sources.facts),
        (tree::CREDENTIALS, sources.credentials),
        (tree::STAKE, sources.stakes),
    ];
    roots.extend(all.into_iter().filter(|(tree, _)| used.contains(tree)));
    Ok(AccessInputs {
        context: claim.context(),
        roots,
        path,
        walks,
        hidden_caller,
        program,
        bounds,
        mask: PhantomData,
    })
}

/// The trees of records that a program can use: the others' roots are no part of its statement.
fn trees(program: &Program) -> Vec<u64> {
    let tree_of = |source: u64| match source {
        source::FACTS | source::ABSENT | source::ABSENT_LONG => Some(tree::FACTS),
        source::STAKE => Some(tree::STAKE),
        source::DERIVED | source::CALLER | source::HIDDEN_CALLER => None,
        credentials => (credentials % 8 == source::CREDENTIALS).then_some(tree::CREDENTIALS),
    };
    let mut used: Vec<u64> = program.atoms.iter().filter_map(|atom| tree_of(atom.source)).collect();
    used.sort_unstable();
    used.dedup();
    used
}
