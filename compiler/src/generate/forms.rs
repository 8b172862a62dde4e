//! The normal forms of a policy, each made and kept once, and which of them each route states.

use super::normal::{Normal, normal};
use crate::hir::{GuardKind, Hir, Route};
use dregg_artifact::{Limits, Literal, Permission};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What one route states for one permission, as numbers of normal forms.
#[derive(Clone, Debug, Default)]
pub(super) struct Stated {
    /// Whether a guard asks for a proof.
    pub(super) proof: bool,
    /// Its guards, sorted as forms are, without duplicates.
    pub(super) guards: Vec<usize>,
    /// Its clauses, likewise, a gateway's owner among them.
    pub(super) clauses: Vec<usize>,
}

/// All normal forms met, numbered as they came.
#[derive(Default)]
pub(super) struct Forms {
    forms: Vec<Arc<Normal>>,
    numbers: BTreeMap<Arc<Normal>, usize>,
    /// For each route, one entry a permission.
    routes: Vec<[Stated; 3]>,
    /// How many literals and parts all routes state together, and one more a route.
    stated: usize,
}

impl Forms {
    /// The forms of all guards and clauses.
    pub(super) fn new(hir: &Hir) -> Forms {
        let mut forms = Forms::default();
        for (place, route) in hir.routes.iter().enumerate() {
            forms.insert(place, route, &hir.limits);
        }
        forms
    }

    /// Takes in a route that is now at this place.
    pub(super) fn insert(&mut self, place: usize, route: &Route, limits: &Limits) {
        let stated = written(limits, route).map(|written| Stated {
            proof: written.proof,
            guards: self.numbers(written.guards),
            clauses: self.numbers(written.clauses),
        });
        self.stated = self.stated.saturating_add(self.weight(&stated));
        self.routes.insert(place.min(self.routes.len()), stated);
    }

    /// Forgets what the route at this place states.
    pub(super) fn remove(&mut self, place: usize) {
        if place < self.routes.len() {
            let stated = self.routes.remove(place);
            self.stated = self.stated.saturating_sub(self.weight(&stated));
        }
    }

    fn numbers(&mut self, mut written: Vec<Normal>) -> Vec<usize> {
        written.sort();
        written.dedup();
        let number = |form: Normal| match self.numbers.get(&form) {
            Some(number) => *number,
            None => {
                let (number, form) = (self.forms.len(), Arc::new(form));
                self.forms.push(form.clone());
                self.numbers.insert(form, number);
                number
            }
        };
        written.into_iter().map(number).collect()
    }

    fn weight(&self, stated: &[Stated; 3]) -> usize {
        let of = |stated: &Stated| -> usize {
            stated.guards.iter().chain(&stated.clauses).map(|number| self.size(*number)).sum()
        };
        1 + stated.iter().map(of).sum::<usize>()
    }

    /// What a route states; `None` if there is no such route.
    pub(super) fn of(&self, route: usize, permission: Permission) -> Option<&Stated> {
        self.routes.get(route)?.get(permission.ordinal())
    }

    /// The forms of these numbers.
    pub(super) fn named(&self, numbers: &[usize]) -> Vec<&Normal> {
        numbers.iter().filter_map(|number| self.forms.get(*number)).map(Arc::as_ref).collect()
    }

    /// How many literals and parts a form has.
    pub(super) fn size(&self, number: usize) -> usize {
        self.forms.get(number).map_or(0, |form| form.size())
    }

    /// How many literals and parts all routes state together, and one more a route.
    pub(super) fn stated(&self) -> usize {
        self.stated
    }
}

/// As [`Stated`], before the forms have numbers.
#[derive(Default)]
struct Written {
    proof: bool,
    guards: Vec<Normal>,
    clauses: Vec<Normal>,
}

fn written(limits: &Limits, route: &Route) -> [Written; 3] {
    Permission::ALL.map(|permission| {
        let mut written = Written::default();
        for guard in route.guards.iter().filter(|guard| guard.permissions.contains(&permission)) {
            match &guard.kind {
                GuardKind::Proof => written.proof = true,
                // A guard that always holds guards nothing.
                GuardKind::Acl(acl) => {
                    let form = normal(acl, limits);
                    written.guards.extend((form != Normal::Open).then_some(form));
                }
            }
        }
        let clauses = route.clauses.get(permission.ordinal()).into_iter().flatten();
        written.clauses.extend(clauses.map(|clause| normal(&clause.acl, limits)));
        if let (Some(gateway), Permission::Mount) = (&route.gateway, permission) {
            // The envelope's own clause: the owner mounts below its prefix.
            let owner = Literal::Member { cells: vec![gateway.owner], negated: false };
            written.clauses.push(Normal::Atom(owner));
        }
        written
    })
}
