//! The normal forms of a policy, each made and kept once, and which of them each route states.

use super::normal::{Normal, normal};
use crate::hir::{GuardKind, Hir, Route};
use dregg_artifact::{Literal, Permission};
use std::collections::BTreeSet;

/// What one route states for one permission, as numbers of normal forms.
#[derive(Clone, Debug, Default)]
pub(super) struct Stated {
    /// Whether a guard asks for a proof.
    pub(super) proof: bool,
    /// Its guards, sorted, without duplicates.
    pub(super) guards: Vec<usize>,
    /// Its clauses, sorted, without duplicates, a gateway's owner among them.
    pub(super) clauses: Vec<usize>,
}

/// All normal forms, sorted, so that their numbers are ordered as they are.
pub(super) struct Forms {
    sorted: Vec<Normal>,
    sizes: Vec<usize>,
    /// For each route, one entry a permission.
    routes: Vec<[Stated; 3]>,
}

impl Forms {
    /// The forms of all guards and clauses.
    pub(super) fn new(hir: &Hir) -> Forms {
        let written: Vec<[Written; 3]> = hir.routes.iter().map(|route| written(hir, route)).collect();
        let all = written.iter().flatten().flat_map(|one| one.guards.iter().chain(&one.clauses));
        let sorted: Vec<Normal> = all.collect::<BTreeSet<&Normal>>().into_iter().cloned().collect();
        let numbers = |forms: &[Normal]| {
            let found: BTreeSet<usize> =
                forms.iter().filter_map(|form| sorted.binary_search(form).ok()).collect();
            found.into_iter().collect::<Vec<usize>>()
        };
        let stated = |one: &Written| Stated {
            proof: one.proof,
            guards: numbers(&one.guards),
            clauses: numbers(&one.clauses),
        };
        let routes = written
            .iter()
            .map(|[read, invoke, mount]| [stated(read), stated(invoke), stated(mount)])
            .collect();
        let sizes = sorted.iter().map(Normal::size).collect();
        Forms { sorted, sizes, routes }
    }

    /// What a route states; `None` if there is no such route.
    pub(super) fn of(&self, route: usize, permission: Permission) -> Option<&Stated> {
        self.routes.get(route)?.get(permission.ordinal())
    }

    /// The forms of these numbers.
    pub(super) fn named(&self, numbers: &[usize]) -> Vec<&Normal> {
        numbers.iter().filter_map(|number| self.sorted.get(*number)).collect()
    }

    /// How many literals and parts a form has.
    pub(super) fn size(&self, number: usize) -> usize {
        self.sizes.get(number).copied().unwrap_or(0)
    }

    /// How many literals and parts all routes state together, and one more a route.
    pub(super) fn stated(&self) -> usize {
        let of = |stated: &Stated| -> usize {
            stated.guards.iter().chain(&stated.clauses).map(|number| self.size(*number)).sum()
        };
        self.routes.iter().map(|route| 1 + route.iter().map(of).sum::<usize>()).sum()
    }
}

/// As [`Stated`], before the forms have numbers.
#[derive(Default)]
struct Written {
    proof: bool,
    guards: Vec<Normal>,
    clauses: Vec<Normal>,
}

fn written(hir: &Hir, route: &Route) -> [Written; 3] {
    Permission::ALL.map(|permission| {
        let mut written = Written::default();
        for guard in route.guards.iter().filter(|guard| guard.permissions.contains(&permission)) {
            match &guard.kind {
                GuardKind::Proof => written.proof = true,
                // A guard that always holds guards nothing.
                GuardKind::Acl(acl) => {
                    let form = normal(acl, &hir.limits);
                    written.guards.extend((form != Normal::Open).then_some(form));
                }
            }
        }
        let clauses = route.clauses.get(permission.ordinal()).into_iter().flatten();
        written.clauses.extend(clauses.map(|clause| normal(&clause.acl, &hir.limits)));
        if let (Some(gateway), Permission::Mount) = (&route.gateway, permission) {
            // The envelope's own clause: the owner mounts below its prefix.
            let owner = Literal::Member { cells: vec![gateway.owner], negated: false };
            written.clauses.push(Normal::Atom(owner));
        }
        written
    })
}
