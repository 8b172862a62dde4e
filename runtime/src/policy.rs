//! A loaded policy and the names in it.
//!
//! Not here: walking a path (`classify`) and deciding (`decide`), which are further methods of [`Policy`].

use crate::plan::Plans;
use dregg_artifact::{Artifact, CellId, DecodeError, Relation, Segment};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// What a name of the policy's rules stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// A base relation by its number.
    Relation(u32),
    /// A predicate that rules define.
    Predicate,
}

/// A compiled policy, ready to be asked. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Policy {
    artifact: Arc<Artifact>,
    names: Arc<BTreeMap<String, Named>>,
    /// Compiled at the first use.
    plans: Arc<OnceLock<Plans>>,
}

impl Policy {
    /// Loads an artifact's bytes, trusting none of them.
    ///
    /// # Errors
    /// [`DecodeError`] says what is wrong with them.
    pub fn load(bytes: &[u8]) -> Result<Policy, DecodeError> {
        Artifact::decode(bytes).map(Policy::from_artifact)
    }

    /// Takes an artifact that was decoded (and so validated) or just compiled.
    ///
    /// An artifact that breaks the invariants of its types is still answered without a panic, but the answers then mean
    /// nothing: a literal with a number out of range never holds, a rule that is not safe derives nothing.
    pub fn from_artifact(mut artifact: Artifact) -> Policy {
        artifact.index.prepare(&artifact.limits);
        let mut names = BTreeMap::new();
        for predicate in &artifact.predicates {
            names.insert(predicate.name.clone(), Named::Predicate);
        }
        for (number, relation) in (0u32..).zip(&artifact.relations) {
            names.insert(relation.name.clone(), Named::Relation(number));
        }
        Policy { artifact: Arc::new(artifact), names: Arc::new(names), plans: Arc::default() }
    }

    /// The artifact this policy was made from.
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// The cell that a text names: `@name` as the policy declares it, or 64 hexadecimal digits, with or without `0x`.
    ///
    /// `None` for an unknown name, for malformed digits, and for digits that are no canonical cell.
    pub fn cell(&self, text: &str) -> Option<CellId> {
        if let Some(name) = text.strip_prefix('@') {
            let mut cells = self.artifact.cells.iter();
            return cells
                .find(|(known, _)| known.strip_prefix('@').unwrap_or(known) == name)
                .map(|(_, cell)| *cell);
        }
        CellId::from_hex(text.strip_prefix("0x").unwrap_or(text)).filter(CellId::is_canonical)
    }

    /// The full path of a route as the policy writes it; `None` if there is no such route.
    ///
    /// An artifact without texts has no capture names; then every captured segment is written `*`.
    pub fn route_path(&self, route: u32) -> Option<String> {
        let pattern = &self.artifact.routes.get(route as usize)?.pattern;
        if let Some(text) = self.artifact.texts.routes.get(route as usize) {
            return Some(text.path.clone());
        }
        let mut path = String::new();
        for segment in &pattern.segments {
            path.push('/');
            match segment {
                Segment::Literal(text) => path.push_str(text),
                Segment::Set(_) | Segment::Any => path.push('*'),
            }
        }
        if pattern.tail {
            path.push_str("/**");
        } else if path.is_empty() {
            path.push('/');
        }
        Some(path)
    }

    /// What a name of relations and predicates stands for.
    pub(crate) fn named(&self, name: &str) -> Option<Named> {
        self.names.get(name).copied()
    }

    /// A base relation by its number.
    pub(crate) fn relation(&self, number: u32) -> Option<&Relation> {
        self.artifact.relations.get(number as usize)
    }

    /// The plans of its rules, compiled at the first use.
    pub(crate) fn plans(&self) -> &Plans {
        self.plans.get_or_init(|| Plans::new(&self.artifact))
    }

    /// The artifact, shared, so that facts can tell which policy they were typed against.
    pub(crate) fn shared(&self) -> &Arc<Artifact> {
        &self.artifact
    }
}
