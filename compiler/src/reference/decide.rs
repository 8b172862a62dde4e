//! A decision, in the order of its reasons.

use super::matcher::{Matched, classify, matching_routes};
use super::rules::World;
use crate::hir::{Acl, AclKind, Callee, Clause, Fact, Guard, GuardKind, Hir, Term};
use dregg_artifact::{BadPath, CellId, Path, Permission, Value};
use dregg_grammar::Span;
use std::collections::BTreeMap;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Which permission.
    pub permission: Permission,
    /// At which path, as it came.
    pub path: &'a str,
    /// For whom.
    pub caller: CellId,
    /// In which epoch.
    pub epoch: u64,
    /// Whether `proof` guards hold.
    pub proved: bool,
    /// The facts beside the policy's own; held ones are shown by the caller.
    pub facts: &'a [Fact],
    /// The stakes; a cell that is not here has none.
    pub stakes: &'a BTreeMap<CellId, u64>,
}

/// What admitted the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// An `allow` statement.
    Clause(Span),
    /// The gateway is the caller's.
    Owner,
    /// A listed service, to mount with this priority.
    Service(u16),
}

/// Why a request is denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The text is no path.
    BadPath(BadPath),
    /// No route matches.
    NoRoute,
    /// One does not mount at a redirect.
    Redirect,
    /// A guard asks for a proof.
    ProofRequired,
    /// This guard does not hold.
    Guard(Span),
    /// The route grants the permission to nobody.
    NoClause,
    /// No clause holds.
    Clause,
}

impl Reason {
    /// The name of the reason.
    pub fn name(&self) -> &'static str {
        match self {
            Reason::BadPath(_) => "BadPath",
            Reason::NoRoute => "NoRoute",
            Reason::Redirect => "Redirect",
            Reason::ProofRequired => "ProofRequired",
            Reason::Guard(_) => "Guard",
            Reason::NoClause => "NoClause",
            Reason::Clause => "Clause",
        }
    }
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Granted at this route.
    Allow {
        /// The route's number.
        route: usize,
        /// By what.
        by: Admission,
    },
    /// Refused.
    Deny(Reason),
}

/// A request at the path that decides it, with everything evaluated.
pub(super) struct Question<'a> {
    pub(super) hir: &'a Hir,
    pub(super) request: &'a Request<'a>,
    pub(super) world: World,
    pub(super) segments: Vec<&'a str>,
}

/// Decides a request. Total and pure.
pub fn decide(hir: &Hir, request: &Request<'_>) -> Decision {
    let path = match Path::parse(request.path, &hir.limits) {
        Ok(path) => path,
        Err(bad) => return Decision::Deny(Reason::BadPath(bad)),
    };
    match classify(hir, path) {
        Matched::Nothing | Matched::Ambiguous => Decision::Deny(Reason::NoRoute),
        Matched::Route(route) => at_route(hir, request, path, route),
        Matched::Redirect(_) if request.permission == Permission::Mount => Decision::Deny(Reason::Redirect),
        Matched::Redirect(redirect) => {
            let target = hir.redirects.get(redirect).map_or("", |redirect| redirect.to.as_str());
            let target = match Path::parse(target, &hir.limits) {
                Ok(target) => target,
                Err(bad) => return Decision::Deny(Reason::BadPath(bad)),
            };
            match classify(hir, target) {
                Matched::Route(route) => at_route(hir, request, target, route),
                Matched::Nothing | Matched::Ambiguous | Matched::Redirect(_) => {
                    Decision::Deny(Reason::NoRoute)
                }
            }
        }
    }
}

fn at_route(hir: &Hir, request: &Request<'_>, path: Path<'_>, route: usize) -> Decision {
    let question = Question::new(hir, request, path);
    let guards = guards(hir, path, route, request.permission);
    if !request.proved && guards.iter().any(|guard| matches!(guard.kind, GuardKind::Proof)) {
        return Decision::Deny(Reason::ProofRequired);
    }
    for guard in guards {
        if let GuardKind::Acl(acl) = &guard.kind
            && !question.holds(acl)
        {
            return Decision::Deny(Reason::Guard(guard.span));
        }
    }
    question.clauses(route)
}

/// The guards of a permission at a path: those of every route that matches, the selected route's last.
pub(super) fn guards<'h>(
    hir: &'h Hir,
    path: Path<'_>,
    selected: usize,
    permission: Permission,
) -> Vec<&'h Guard> {
    let mut routes = matching_routes(hir, path);
    routes.retain(|route| *route != selected);
    routes.push(selected);
    let routes = routes.into_iter().filter_map(|route| hir.routes.get(route));
    routes.flat_map(|route| &route.guards).filter(|guard| guard.permissions.contains(&permission)).collect()
}

impl<'a> Question<'a> {
    pub(super) fn new(hir: &'a Hir, request: &'a Request<'a>, path: Path<'a>) -> Question<'a> {
        let segments: Vec<&str> = path.segments().collect();
        let mut seen: Vec<Value> = segments.iter().map(|text| Value::Text((*text).to_owned())).collect();
        seen.push(Value::Cell(request.caller));
        for route in &hir.routes {
            for clause in route.clauses.iter().flatten() {
                constants(&clause.acl, &mut seen);
            }
            for guard in &route.guards {
                if let GuardKind::Acl(acl) = &guard.kind {
                    constants(acl, &mut seen);
                }
            }
        }
        let world = World::new(hir, request.facts, request.epoch, &seen);
        Question { hir, request, world, segments }
    }

    fn clauses(&self, route: usize) -> Decision {
        let Some(selected) = self.hir.routes.get(route) else { return Decision::Deny(Reason::NoRoute) };
        let mounting = self.request.permission == Permission::Mount;
        let clauses: &[Clause] =
            selected.clauses.get(self.request.permission.ordinal()).map_or(&[], Vec::as_slice);
        if let Some(clause) = clauses.iter().find(|clause| self.holds(&clause.acl)) {
            return Decision::Allow { route, by: Admission::Clause(clause.span) };
        }
        let owner = selected.gateway.as_ref().filter(|_| mounting).map(|gateway| gateway.owner);
        if owner == Some(self.request.caller) {
            return Decision::Allow { route, by: Admission::Owner };
        }
        let service =
            selected.services.iter().find(|service| mounting && service.cell == self.request.caller);
        if let Some(service) = service {
            return Decision::Allow { route, by: Admission::Service(service.priority) };
        }
        let nobody = clauses.is_empty() && owner.is_none();
        Decision::Deny(if nobody { Reason::NoClause } else { Reason::Clause })
    }

    /// Whether an ACL holds of the caller.
    pub(super) fn holds(&self, acl: &Acl) -> bool {
        match &acl.kind {
            AclKind::Open => true,
            AclKind::Cells(cells) => cells.contains(&self.request.caller),
            AclKind::Call(callee, terms) => self.call(*callee, terms),
            AclKind::Stake(amount) => {
                self.request.stakes.get(&self.request.caller).copied().unwrap_or(0) >= *amount
            }
            AclKind::And(parts) => parts.iter().all(|part| self.holds(part)),
            AclKind::Or(parts) => parts.iter().any(|part| self.holds(part)),
            AclKind::Not(inner) => !self.holds(inner),
        }
    }

    fn call(&self, callee: Callee, terms: &[Term]) -> bool {
        let tuple: Option<Vec<Value>> = terms.iter().map(|term| self.value(term)).collect();
        tuple.is_some_and(|tuple| self.world.holds(callee, &tuple))
    }

    /// The value of a term of an ACL.
    pub(super) fn value(&self, term: &Term) -> Option<Value> {
        match term {
            Term::Value(value) => Some(value.clone()),
            Term::Epoch => Some(Value::Int(self.request.epoch)),
            Term::Caller => Some(Value::Cell(self.request.caller)),
            Term::Segment(segment) => {
                self.segments.get(usize::from(*segment)).map(|text| Value::Text((*text).to_owned()))
            }
            Term::Variable(_) => None,
        }
    }
}

fn constants(acl: &Acl, seen: &mut Vec<Value>) {
    match &acl.kind {
        AclKind::Call(_, terms) => seen.extend(terms.iter().filter_map(|term| match term {
            Term::Value(value) => Some(value.clone()),
            Term::Variable(_) | Term::Epoch | Term::Caller | Term::Segment(_) => None,
        })),
        AclKind::And(parts) | AclKind::Or(parts) => parts.iter().for_each(|part| constants(part, seen)),
        AclKind::Not(inner) => constants(inner, seen),
        AclKind::Open | AclKind::Cells(_) | AclKind::Stake(_) => {}
    }
}
