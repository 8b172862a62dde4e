//! Policy classes: what an accept set means, deduplicated and numbered by content.
//!
//! An accept set's least route lies inside all others of the set, and whatever includes it matches wherever it does. So
//! there is at most one accept set a route, and the lists below are as long as the table's own.

use super::errors;
use super::forms::Forms;
use super::normal::normal;
use super::program;
use crate::automaton::Accept;
use crate::hir::Hir;
use dregg_artifact::{ClassKind, Delegation, Gateway, Permission, PolicyClass, Service};
use dregg_grammar::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// How many conditions the programs of all classes may have together, however small the policy.
const CONDITIONS: usize = 4_000_000;

/// And how many for each condition that the policy states.
///
/// Every class repeats the guards of all routes around its own, and every clause calls every guard. Without a bound a
/// text of a mebibyte could ask for billions.
const CONDITIONS_A_STATED: usize = 64;

/// What decides one permission at an accept set, as numbers of normal forms.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listed {
    proof: bool,
    pub(super) guards: Vec<usize>,
    pub(super) clauses: Vec<usize>,
}

/// A policy class before it has programs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Content {
    kind: ClassKind,
    listed: [Listed; 3],
    services: Vec<Service>,
}

/// All classes, sorted by content, with the lists their texts are printed from.
pub(super) struct Classes {
    sorted: BTreeMap<PolicyClass, [Listed; 3]>,
    /// The class of each pattern that is the least one somewhere.
    of: Vec<Option<u32>>,
}

impl Classes {
    /// The number of an accept set's class.
    pub(super) fn number(&self, accept: &Accept) -> u32 {
        self.of.get(accept.least).copied().flatten().unwrap_or(u32::MAX)
    }

    /// The class of each pattern, routes first, then redirects; none for one that decides no path.
    pub(super) fn of_patterns(&self) -> &[Option<u32>] {
        &self.of
    }

    /// The lists of each class, in order.
    pub(super) fn listed(&self) -> impl Iterator<Item = &[Listed; 3]> {
        self.sorted.values()
    }

    pub(super) fn into_classes(self) -> Vec<PolicyClass> {
        self.sorted.into_keys().collect()
    }
}

/// The class of every accept set.
///
/// # Errors
/// `E0208` if a program, or all together, would be too large.
pub(super) fn classes(hir: &Hir, forms: &Forms, accepts: &[Accept]) -> Result<Classes, Vec<Diagnostic>> {
    let gateways = gateway_numbers(hir);
    let most = CONDITIONS.max(forms.stated().saturating_mul(CONDITIONS_A_STATED));
    let mut total = 0usize;
    // For each content a route that it is the class of, for reports: the first one.
    let mut contents: BTreeMap<Content, usize> = BTreeMap::new();
    let mut of: Vec<(usize, Content)> = Vec::with_capacity(accepts.len());
    for accept in accepts {
        let content = content(hir, forms, &gateways, accept);
        total = total.saturating_add(content.listed.iter().map(|listed| listed.guards.len()).sum());
        if let Some(first) = contents.get_mut(&content) {
            *first = accept.least.min(*first);
        } else {
            contents.insert(content.clone(), accept.least);
            total = total.saturating_add(content.listed.iter().map(|listed| conditions(forms, listed)).sum());
        }
        if total > most {
            return Err(vec![errors::programs_too_large(hir, accept.least, most)]);
        }
        of.push((accept.least, content));
    }
    let mut built: Vec<(PolicyClass, Content)> = Vec::with_capacity(contents.len());
    let mut reports = Vec::new();
    for (content, route) in contents {
        match class(forms, &content) {
            Ok(class) => built.push((class, content)),
            Err(permission) => reports.push((route, permission)),
        }
    }
    if !reports.is_empty() {
        reports.sort_unstable();
        return Err(reports
            .iter()
            .map(|(route, permission)| errors::program_too_large(hir, *route, *permission))
            .collect());
    }
    // Different lists give different programs; a class is numbered by its own content all the same.
    let distinct: BTreeSet<&PolicyClass> = built.iter().map(|(class, _)| class).collect();
    let distinct: BTreeMap<&PolicyClass, u32> = distinct.into_iter().zip(0u32..).collect();
    let numbers: BTreeMap<&Content, u32> =
        built.iter().filter_map(|(class, content)| Some((content, *distinct.get(class)?))).collect();
    let mut of_patterns = vec![None; hir.routes.len() + hir.redirects.len()];
    for (least, content) in &of {
        if let Some(class) = of_patterns.get_mut(*least) {
            *class = numbers.get(content).copied();
        }
    }
    let sorted = built.into_iter().map(|(class, content)| (class, content.listed)).collect();
    Ok(Classes { sorted, of: of_patterns })
}

fn content(hir: &Hir, forms: &Forms, gateways: &BTreeMap<&str, u32>, accept: &Accept) -> Content {
    let Some(selected) = hir.routes.get(accept.least) else {
        let number = u32::try_from(accept.least.saturating_sub(hir.routes.len())).unwrap_or(u32::MAX);
        return Content {
            kind: ClassKind::Redirect(number),
            listed: Default::default(),
            services: Vec::new(),
        };
    };
    let services = selected.services.iter().map(|service| Service {
        priority: service.priority,
        cell: service.cell,
        coordinator: service.coordinator,
    });
    let kind = match &selected.gateway {
        Some(gateway) => {
            ClassKind::Gateway(gateways.get(gateway.prefix.as_str()).copied().unwrap_or(u32::MAX))
        }
        None => ClassKind::Route,
    };
    let listed = Permission::ALL.map(|permission| listed(forms, accept, permission));
    Content { kind, listed, services: services.collect() }
}

fn listed(forms: &Forms, accept: &Accept, permission: Permission) -> Listed {
    let mut listed = Listed::default();
    let mut seen = BTreeSet::new();
    // Canonical route order, the selected route's guards last.
    let others = accept.patterns.iter().filter(|number| **number != accept.least);
    for route in others.chain([&accept.least]) {
        let Some(stated) = forms.of(*route, permission) else { continue };
        listed.proof |= stated.proof;
        listed.guards.extend(stated.guards.iter().filter(|guard| seen.insert(**guard)));
    }
    let clauses = forms.of(accept.least, permission).map(|stated| stated.clauses.clone());
    listed.clauses = clauses.unwrap_or_default();
    listed
}

/// How many literals the program of these lists has, at most.
fn conditions(forms: &Forms, listed: &Listed) -> usize {
    let parts = listed.guards.iter().chain(&listed.clauses).map(|form| forms.size(*form));
    let parts = parts.fold(0usize, usize::saturating_add);
    parts.saturating_add(listed.clauses.len().saturating_mul(listed.guards.len() + 1))
}

/// The class of a content; the permission whose program has too many goals, if one has.
fn class(forms: &Forms, content: &Content) -> Result<PolicyClass, Permission> {
    let mut access: [dregg_artifact::Access; 3] = Default::default();
    if !matches!(content.kind, ClassKind::Redirect(_)) {
        for ((permission, access), listed) in Permission::ALL.iter().zip(&mut access).zip(&content.listed) {
            let program =
                program::access(listed.proof, &forms.named(&listed.guards), &forms.named(&listed.clauses));
            *access = program.ok_or(*permission)?;
        }
    }
    Ok(PolicyClass { kind: content.kind.clone(), access, services: content.services.clone() })
}

/// The number of every gateway's prefix: its place among them, sorted.
pub(super) fn gateway_numbers(hir: &Hir) -> BTreeMap<&str, u32> {
    let prefixes = hir.routes.iter().filter_map(|route| route.gateway.as_ref());
    let prefixes: BTreeSet<&str> = prefixes.map(|gateway| gateway.prefix.as_str()).collect();
    prefixes.into_iter().zip(0u32..).collect()
}

/// The gateways, sorted by prefix.
///
/// # Errors
/// `E0208` if the program of a delegation would have too many goals.
pub(super) fn gateways(hir: &Hir) -> Result<Vec<Gateway>, Vec<Diagnostic>> {
    let mut gateways: Vec<&crate::hir::Gateway> =
        hir.routes.iter().filter_map(|route| route.gateway.as_ref()).collect();
    gateways.sort_by(|a, b| a.prefix.cmp(&b.prefix));
    let delegation = |delegation: &crate::hir::Delegation| -> Result<Delegation, Vec<Diagnostic>> {
        let to = normal(&delegation.acl, &hir.limits);
        let to = program::access(false, &[], &[&to]);
        let to = to.ok_or_else(|| vec![errors::delegation_too_large(delegation.span)])?;
        Ok(Delegation { to, depth: delegation.depth, max_routes: delegation.max_routes })
    };
    let gateway = |gateway: &crate::hir::Gateway| {
        let delegation = gateway.delegation.as_ref().map(delegation).transpose()?;
        Ok(Gateway { prefix: gateway.prefix.clone(), owner: gateway.owner, delegation })
    };
    gateways.into_iter().map(gateway).collect()
}
