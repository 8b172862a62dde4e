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
use std::sync::Arc;

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

/// A content, with what was made from it.
struct Met {
    content: Arc<Content>,
    /// How many conditions its programs have, at most.
    conditions: usize,
    /// The number that its class has among all classes met; or the permission whose program has too many goals.
    class: Option<Result<u32, Permission>>,
}

/// All contents and classes met, under numbers that stay while a policy is amended.
#[derive(Default)]
pub(super) struct Contents {
    numbers: BTreeMap<Arc<Content>, usize>,
    met: Vec<Met>,
    class_numbers: BTreeMap<Arc<PolicyClass>, u32>,
    classes: Vec<Arc<PolicyClass>>,
}

/// The classes of a policy, sorted by content.
#[derive(Default)]
pub(super) struct Classes {
    sorted: Vec<(Arc<PolicyClass>, [Listed; 3])>,
    /// Of each class met its number among the sorted ones, if it is one of them.
    number_of: Vec<Option<u32>>,
    /// The class met of each pattern that is the least one somewhere.
    met: Vec<Option<u32>>,
    /// The number of that class.
    of: Vec<Option<u32>>,
}

impl Classes {
    /// The number of an accept set's class, by its least pattern.
    pub(super) fn number(&self, least: usize) -> u32 {
        self.of.get(least).copied().flatten().unwrap_or(u32::MAX)
    }

    /// The class of each pattern, routes first, then redirects; none for one that decides no path.
    pub(super) fn of_patterns(&self) -> &[Option<u32>] {
        &self.of
    }

    /// Like [`Classes::number`], but a number that stays while the policy is amended.
    pub(super) fn lasting(&self, least: usize) -> u32 {
        self.met.get(least).copied().flatten().unwrap_or(u32::MAX)
    }

    /// The number of a class by the one that stays.
    pub(super) fn of_lasting(&self, class: u32) -> u32 {
        self.number_of.get(class as usize).copied().flatten().unwrap_or(u32::MAX)
    }

    /// The lists of each class, in order.
    pub(super) fn listed(&self) -> impl Iterator<Item = &[Listed; 3]> {
        self.sorted.iter().map(|(_, listed)| listed)
    }

    /// The classes.
    pub(super) fn classes(&self) -> Vec<PolicyClass> {
        self.sorted.iter().map(|(class, _)| PolicyClass::clone(class)).collect()
    }

    /// Whether others are the same, whatever patterns they have.
    pub(super) fn same_as(&self, other: &Classes) -> bool {
        self.sorted.len() == other.sorted.len()
            && self.sorted.iter().zip(&other.sorted).all(|(one, other)| Arc::ptr_eq(&one.0, &other.0))
    }
}

impl Contents {
    /// The content of an accept set whose patterns, in ascending order, and least pattern these are.
    pub(super) fn number(
        &mut self,
        hir: &Hir,
        forms: &Forms,
        gateways: &BTreeMap<&str, u32>,
        least: usize,
        patterns: &[usize],
    ) -> usize {
        let content = content(hir, forms, gateways, least, patterns);
        if let Some(number) = self.numbers.get(&content) {
            return *number;
        }
        let conditions = content.listed.iter().map(|listed| conditions(forms, listed));
        let conditions = conditions.fold(0, usize::saturating_add);
        let content = Arc::new(content);
        self.met.push(Met { content: content.clone(), conditions, class: None });
        self.numbers.insert(content, self.met.len() - 1);
        self.met.len() - 1
    }

    /// The class of every accept set; `number` gives the place of its least pattern, and its content.
    ///
    /// # Errors
    /// `E0208` if a program, or all together, would be too large.
    pub(super) fn classes<'a>(
        &mut self,
        hir: &Hir,
        forms: &Forms,
        accepts: impl Iterator<Item = &'a Accept>,
        mut number: impl FnMut(&mut Contents, &'a Accept) -> (usize, usize),
    ) -> Result<Classes, Vec<Diagnostic>> {
        let most = CONDITIONS.max(forms.stated().saturating_mul(CONDITIONS_A_STATED));
        let mut total = 0usize;
        // For each content a route that it is the class of, for reports: the first one.
        let mut first: Vec<Option<usize>> = Vec::new();
        let mut contents: Vec<Option<usize>> = vec![None; hir.routes.len() + hir.redirects.len()];
        for accept in accepts {
            let (least, content) = number(self, accept);
            first.resize(self.met.len(), None);
            let (Some(met), Some(first)) = (self.met.get(content), first.get_mut(content)) else { continue };
            total = total.saturating_add(met.content.listed.iter().map(|listed| listed.guards.len()).sum());
            if first.is_none() {
                total = total.saturating_add(met.conditions);
            }
            if total > most {
                return Err(vec![errors::programs_too_large(hir, least, most)]);
            }
            *first = Some(first.map_or(least, |first| first.min(least)));
            if let Some(place) = contents.get_mut(least) {
                *place = Some(content);
            }
        }
        let mut sorted: BTreeMap<Arc<PolicyClass>, (u32, usize)> = BTreeMap::new();
        let mut reports = Vec::new();
        for (content, route) in first.iter().enumerate().filter_map(|(at, first)| Some((at, (*first)?))) {
            match self.class(forms, content) {
                Some(Ok(number)) => {
                    let class = self.classes.get(number as usize).cloned();
                    sorted.extend(class.map(|class| (class, (number, content))));
                }
                Some(Err(permission)) => reports.push((route, permission)),
                None => {}
            }
        }
        if !reports.is_empty() {
            reports.sort_unstable();
            let report = |(route, permission): &(usize, Permission)| {
                errors::program_too_large(hir, *route, *permission)
            };
            return Err(reports.iter().map(report).collect());
        }
        let mut number_of = vec![None; self.classes.len()];
        for (number, (met, _)) in (0u32..).zip(sorted.values()) {
            if let Some(place) = number_of.get_mut(*met as usize) {
                *place = Some(number);
            }
        }
        let of_content = |content: Option<usize>| self.met.get(content?)?.class?.ok();
        let met: Vec<Option<u32>> = contents.into_iter().map(of_content).collect();
        let of = met.iter().map(|met| number_of.get((*met)? as usize).copied().flatten()).collect();
        let listed = |content: usize| self.met.get(content).map(|met| met.content.listed.clone());
        let sorted =
            sorted.into_iter().map(|(class, (_, content))| (class, listed(content).unwrap_or_default()));
        Ok(Classes { sorted: sorted.collect(), number_of, met, of })
    }

    /// The number among all classes met of the class of a content.
    fn class(&mut self, forms: &Forms, content: usize) -> Option<Result<u32, Permission>> {
        let met = self.met.get_mut(content)?;
        let (numbers, classes) = (&mut self.class_numbers, &mut self.classes);
        let number = |class: PolicyClass| match numbers.get(&class) {
            Some(number) => *number,
            None => {
                let (number, class) = (u32::try_from(classes.len()).unwrap_or(u32::MAX), Arc::new(class));
                classes.push(class.clone());
                numbers.insert(class, number);
                number
            }
        };
        Some(*met.class.get_or_insert_with(|| class(forms, &met.content).map(number)))
    }
}

fn content(
    hir: &Hir,
    forms: &Forms,
    gateways: &BTreeMap<&str, u32>,
    least: usize,
    patterns: &[usize],
) -> Content {
    let Some(selected) = hir.routes.get(least) else {
        let number = u32::try_from(least.saturating_sub(hir.routes.len())).unwrap_or(u32::MAX);
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
    let listed = Permission::ALL.map(|permission| listed(forms, least, patterns, permission));
    Content { kind, listed, services: services.collect() }
}

fn listed(forms: &Forms, least: usize, patterns: &[usize], permission: Permission) -> Listed {
    let mut listed = Listed::default();
    let mut seen = BTreeSet::new();
    // Canonical route order, the selected route's guards last.
    let others = patterns.iter().copied().filter(|number| *number != least);
    for route in others.chain([least]) {
        let Some(stated) = forms.of(route, permission) else { continue };
        listed.proof |= stated.proof;
        listed.guards.extend(stated.guards.iter().filter(|guard| seen.insert(**guard)));
    }
    let clauses = forms.of(least, permission).map(|stated| stated.clauses.clone());
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
