//! Policy classes: what an accept set means, deduplicated and numbered by content.

use super::normal::{Normal, normal};
use super::program;
use crate::automaton::{Accept, Product};
use crate::hir::{GuardKind, Hir, Route};
use dregg_artifact::{Access, ClassKind, Delegation, Gateway, Literal, Permission, PolicyClass, Service};
use std::collections::BTreeMap;

/// The normal forms of one permission: guards, then clauses.
#[derive(Clone, Debug, Default)]
pub(super) struct Forms {
    proof: bool,
    pub(super) guards: Vec<Normal>,
    pub(super) clauses: Vec<Normal>,
}

/// All classes, sorted by content, with the forms their texts are printed from.
pub(super) struct Classes {
    sorted: BTreeMap<PolicyClass, [Forms; 3]>,
    of: BTreeMap<Accept, u32>,
}

impl Classes {
    /// The number of an accept set's class.
    pub(super) fn number(&self, accept: &Accept) -> u32 {
        self.of.get(accept).copied().unwrap_or(u32::MAX)
    }

    /// The forms of each class, in order.
    pub(super) fn forms(&self) -> impl Iterator<Item = &[Forms; 3]> {
        self.sorted.values()
    }

    pub(super) fn into_classes(self) -> Vec<PolicyClass> {
        self.sorted.into_keys().collect()
    }
}

/// The class of every accept set.
pub(super) fn classes(hir: &Hir, product: &Product) -> Classes {
    let of: Vec<(Accept, PolicyClass, [Forms; 3])> = product
        .accepts()
        .iter()
        .map(|accept| {
            let (class, forms) = class(hir, accept);
            (accept.clone(), class, forms)
        })
        .collect();
    let sorted: BTreeMap<PolicyClass, [Forms; 3]> =
        of.iter().map(|(_, class, forms)| (class.clone(), forms.clone())).collect();
    let numbers: BTreeMap<&PolicyClass, u32> = sorted.keys().zip(0u32..).collect();
    let of =
        of.iter().map(|(accept, class, _)| (accept.clone(), numbers.get(class).copied().unwrap_or(u32::MAX)));
    let of = of.collect();
    Classes { sorted, of }
}

fn class(hir: &Hir, accept: &Accept) -> (PolicyClass, [Forms; 3]) {
    let Some(selected) = hir.routes.get(accept.least) else {
        let number = u32::try_from(accept.least.saturating_sub(hir.routes.len())).unwrap_or(u32::MAX);
        let class = PolicyClass {
            kind: ClassKind::Redirect(number),
            access: Default::default(),
            services: Vec::new(),
        };
        return (class, Default::default());
    };
    // Canonical route order, the selected route's guards last.
    let others = accept.patterns.iter().filter(|number| **number != accept.least);
    let matching: Vec<&Route> =
        others.chain([&accept.least]).filter_map(|number| hir.routes.get(*number)).collect();
    let forms = Permission::ALL.map(|permission| forms(&matching, selected, permission));
    let [read, invoke, mount] = &forms;
    let access =
        [read, invoke, mount].map(|forms| program::access(forms.proof, &forms.guards, &forms.clauses));
    let services = selected.services.iter().map(|service| Service {
        priority: service.priority,
        cell: service.cell,
        coordinator: service.coordinator,
    });
    let kind = match &selected.gateway {
        Some(gateway) => ClassKind::Gateway(gateway_number(hir, &gateway.prefix)),
        None => ClassKind::Route,
    };
    (PolicyClass { kind, access, services: services.collect() }, forms)
}

fn forms(matching: &[&Route], selected: &Route, permission: Permission) -> Forms {
    let mut forms = Forms::default();
    for guard in matching.iter().flat_map(|route| &route.guards) {
        if !guard.permissions.contains(&permission) {
            continue;
        }
        match &guard.kind {
            GuardKind::Proof => forms.proof = true,
            GuardKind::Acl(acl) => {
                let form = normal(acl);
                if form != Normal::Open && !forms.guards.contains(&form) {
                    forms.guards.push(form);
                }
            }
        }
    }
    let clauses = selected.clauses.get(permission.ordinal()).into_iter().flatten();
    forms.clauses.extend(clauses.map(|clause| normal(&clause.acl)));
    if let (Some(gateway), Permission::Mount) = (&selected.gateway, permission) {
        // The envelope's own clause: the owner mounts below its prefix.
        forms.clauses.push(Normal::Atom(Literal::Member { cells: vec![gateway.owner], negated: false }));
    }
    forms.clauses.sort();
    forms.clauses.dedup();
    forms
}

fn prefixes(hir: &Hir) -> Vec<&crate::hir::Gateway> {
    let mut gateways: Vec<&crate::hir::Gateway> =
        hir.routes.iter().filter_map(|route| route.gateway.as_ref()).collect();
    gateways.sort_by(|a, b| a.prefix.cmp(&b.prefix));
    gateways
}

fn gateway_number(hir: &Hir, prefix: &str) -> u32 {
    let place = prefixes(hir).iter().position(|gateway| gateway.prefix == prefix);
    place.and_then(|place| u32::try_from(place).ok()).unwrap_or(u32::MAX)
}

/// The gateways, sorted by prefix.
pub(super) fn gateways(hir: &Hir) -> Vec<Gateway> {
    let delegation = |delegation: &crate::hir::Delegation| {
        let to: Access = program::access(false, &[], &[normal(&delegation.acl)]);
        Delegation { to, depth: delegation.depth, max_routes: delegation.max_routes }
    };
    let gateway = |gateway: &crate::hir::Gateway| Gateway {
        prefix: gateway.prefix.clone(),
        owner: gateway.owner,
        delegation: gateway.delegation.as_ref().map(delegation),
    };
    prefixes(hir).into_iter().map(gateway).collect()
}
