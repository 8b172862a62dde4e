//! The artifact as a whole.

use crate::dfa::Dfa;
use crate::index::RouteIndex;
use crate::limits::Limits;
use crate::pattern::SegmentSet;
use crate::policy::{Gateway, Governance, PolicyClass, Predicate, Redirect, Route, Tombstone};
use crate::relation::{Fact, Relation};
use crate::value::CellId;

/// The language edition this code speaks; a newer one is refused, never guessed.
pub const EDITION: u16 = 0;

/// A compiled policy.
///
/// Everything but `texts` is under the policy root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The language edition it was compiled from.
    pub edition: u16,
    /// The bounds that are part of its meaning.
    pub limits: Limits,
    /// The Rp64_256 root of the lookup rows; recomputed by the compiler, the prover and `inspect --verify` only.
    pub table_root: [u8; 32],
    /// The DFA: path to policy class.
    pub dfa: Dfa,
    /// The route index: path to route or redirect, and to policy class.
    pub index: RouteIndex,
    /// The regular sets that patterns name, sorted.
    pub sets: Vec<SegmentSet>,
    /// The policy classes, sorted by content.
    pub classes: Vec<PolicyClass>,
    /// The base relations, sorted by name.
    pub relations: Vec<Relation>,
    /// The predicates with their rules, sorted by name.
    pub predicates: Vec<Predicate>,
    /// The public facts the policy states, sorted.
    pub facts: Vec<Fact>,
    /// The routes, sorted by pattern.
    pub routes: Vec<Route>,
    /// The redirects, sorted by source.
    pub redirects: Vec<Redirect>,
    /// The gateways, sorted by prefix.
    pub gateways: Vec<Gateway>,
    /// Removed routes, sorted.
    pub tombstones: Vec<Tombstone>,
    /// How the policy may be amended; without it the initialising key is a council of one.
    pub governance: Option<Governance>,
    /// The policy's names for cells, sorted by name.
    pub cells: Vec<(String, CellId)>,
    /// What people read; outside the policy root and never part of a decision.
    pub texts: Texts,
}

/// The artifact of a policy that says nothing: no path is a route.
impl Default for Artifact {
    fn default() -> Artifact {
        Artifact {
            edition: EDITION,
            limits: Limits::default(),
            table_root: [0; 32],
            dfa: Dfa::new(Vec::new(), 0),
            index: RouteIndex::default(),
            sets: Vec::new(),
            classes: Vec::new(),
            relations: Vec::new(),
            predicates: Vec::new(),
            facts: Vec::new(),
            routes: Vec::new(),
            redirects: Vec::new(),
            gateways: Vec::new(),
            tombstones: Vec::new(),
            governance: None,
            cells: Vec::new(),
            texts: Texts::default(),
        }
    }
}

/// The texts of an artifact that no decision depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// The policy's name.
    pub policy: String,
    /// The policy's own version number.
    pub version: u64,
    /// One entry a route, in route order.
    pub routes: Vec<RouteText>,
    /// One entry a class: for each permission the texts of its guards and then of its clauses.
    pub classes: Vec<[Vec<String>; 3]>,
}

/// How a route is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteText {
    /// The full canonical path, as `dreggc routes` prints it.
    pub path: String,
    /// The captures: segment number and name, in order.
    pub captures: Vec<(u8, String)>,
}
