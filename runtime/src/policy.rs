//! A loaded policy and the names in it.
//!
//! Not here: walking a path (`classify`) and deciding (`decide`), which are further methods of [`Policy`].

use crate::plan::Plans;
use bytes::Bytes;
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

/// The bytes of a policy of which only a part was read.
#[derive(Debug)]
struct Rest {
    bytes: Bytes,
    whole: OnceLock<Result<Artifact, DecodeError>>,
}

impl Rest {
    fn whole(&self) -> &Result<Artifact, DecodeError> {
        self.whole.get_or_init(|| Artifact::decode(&self.bytes))
    }
}

/// A compiled policy, ready to be asked. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What decisions read; the whole artifact, unless `rest` is there.
    core: Arc<Artifact>,
    rest: Option<Arc<Rest>>,
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

    /// Loads what decisions need of an artifact's bytes, trusting none of them, and leaves the rest where it is: the DFA,
    /// the routes' patterns and all texts are read and checked when they are first asked for.
    ///
    /// Decides and classifies as a policy of [`Policy::load`] does, but loads a large one many times faster; the bytes of
    /// the route index are used in place if they begin at a cache line. If the rest turns out to be damaged, there are no
    /// texts, and [`Policy::artifact`] has neither DFA nor routes; [`Policy::check`] says why.
    ///
    /// # Errors
    /// [`DecodeError`] says what is wrong with what was read.
    pub fn open(bytes: impl Into<Bytes>) -> Result<Policy, DecodeError> {
        let bytes = bytes.into();
        let core = Artifact::decode_for_decisions(&bytes)?;
        let rest = Some(Arc::new(Rest { bytes, whole: OnceLock::new() }));
        Ok(Policy { rest, ..Policy::from_artifact(core) })
    }

    /// Checks what [`Policy::open`] has left.
    ///
    /// # Errors
    /// [`DecodeError`] says what is wrong with it.
    pub fn check(&self) -> Result<(), DecodeError> {
        match &self.rest {
            Some(rest) => rest.whole().as_ref().map(|_| ()).map_err(Clone::clone),
            None => Ok(()),
        }
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
        Policy { core: Arc::new(artifact), rest: None, names: Arc::new(names), plans: Arc::default() }
    }

    /// The artifact this policy was made from. Reads what [`Policy::open`] has left.
    pub fn artifact(&self) -> &Artifact {
        match self.rest.as_ref().map(|rest| rest.whole()) {
            Some(Ok(whole)) => whole,
            Some(Err(_)) | None => &self.core,
        }
    }

    /// What decisions read of the artifact. Its DFA, routes, tombstones and texts may be empty.
    pub(crate) fn core(&self) -> &Artifact {
        &self.core
    }

    /// The cell that a text names: `@name` as the policy declares it, or 64 hexadecimal digits, with or without `0x`.
    ///
    /// `None` for an unknown name, for malformed digits, and for digits that are no canonical cell.
    pub fn cell(&self, text: &str) -> Option<CellId> {
        if let Some(name) = text.strip_prefix('@') {
            let mut cells = self.core.cells.iter();
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
        let pattern = &self.artifact().routes.get(route as usize)?.pattern;
        if let Some(text) = self.artifact().texts.routes.get(route as usize) {
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
        self.core.relations.get(number as usize)
    }

    /// The plans of its rules, compiled at the first use.
    pub(crate) fn plans(&self) -> &Plans {
        self.plans.get_or_init(|| Plans::new(&self.core))
    }

    /// The artifact, shared, so that facts can tell which policy they were typed against.
    pub(crate) fn shared(&self) -> &Arc<Artifact> {
        &self.core
    }
}
