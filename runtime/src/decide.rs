//! From a request and facts to a decision: total, pure, deny by default.
//!
//! Here is the order in which a request is judged. Whether a goal holds is found in `evaluate`.

use crate::classify::Walked;
use crate::evaluate::{self, Question};
use crate::facts::Facts;
use crate::policy::Policy;
use dregg_artifact::{Access, BadPath, CellId, ClassKind, Leaf, Path, Permission};
use std::fmt;

/// One question: may this cell use this permission at this path, in this epoch?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// What is asked for.
    pub permission: Permission,
    /// Where: the whole path, as it came.
    pub path: &'a str,
    /// Who asks. That it is this cell is for whoever builds the request to know.
    pub caller: CellId,
    /// In which epoch.
    pub epoch: u64,
    /// Whether a verified access proof covers exactly this request (`require proof`).
    pub proved: bool,
}

/// What admitted a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The clause with this number, in normal form; the smallest that holds.
    Clause(u32),
    /// The policy lists the caller as a service of the route (mount only).
    Service {
        /// The priority it mounts with.
        priority: u16,
    },
}

/// Why a request is denied: the first reason, in the order of the variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The text is no path, or beyond the policy's limits.
    BadPath(BadPath),
    /// No route matches the path.
    NoRoute,
    /// The path is redirected, and one mounts at targets only.
    Redirect,
    /// A matching route requires an access proof.
    ProofRequired,
    /// The guard with this number does not hold; those before it do.
    Guard(u32),
    /// The selected route grants this permission to nobody.
    NoClause,
    /// No clause holds.
    Clause,
    /// Evaluation would exceed a resource bound ([`crate::DERIVED_TUPLES`], [`crate::JOIN_ROWS`],
    /// [`crate::TOTAL_ROWS`]). It stands for any of `Guard`, `NoClause`, `Clause` and for an allow, and can only deny.
    Limit,
    /// The facts were built for a policy with other relations or facts: a mistake of the program that asks.
    ForeignFacts,
}

impl Reason {
    /// The name of the reason, as commands and formats print it.
    pub fn name(&self) -> &'static str {
        match self {
            Reason::BadPath(_) => "BadPath",
            Reason::NoRoute => "NoRoute",
            Reason::Redirect => "Redirect",
            Reason::ProofRequired => "ProofRequired",
            Reason::Guard(_) => "Guard",
            Reason::NoClause => "NoClause",
            Reason::Clause => "Clause",
            Reason::Limit => "Limit",
            Reason::ForeignFacts => "ForeignFacts",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::BadPath(bad) => write!(f, "this is no path: {bad}"),
            Reason::NoRoute => f.write_str("no route matches the path"),
            Reason::Redirect => f.write_str("the path is redirected; mount at its target"),
            Reason::ProofRequired => f.write_str("an access proof is required"),
            Reason::Guard(number) => write!(f, "guard {number} does not hold"),
            Reason::NoClause => f.write_str("the route grants this permission to nobody"),
            Reason::Clause => f.write_str("no clause holds"),
            Reason::Limit => f.write_str("the rules derive too much from these facts"),
            Reason::ForeignFacts => f.write_str("the facts belong to another policy"),
        }
    }
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Granted.
    Allow {
        /// The number of the selected route; of the target's, if the path was redirected.
        route: u32,
        /// What admitted the caller.
        clause: Admission,
    },
    /// Refused.
    Deny {
        /// The first reason.
        reason: Reason,
        /// What would have been needed, for people: the guard that fails, or the clauses of which one must hold; for
        /// `Redirect` the target. Empty where nothing would have helped, or the artifact carries no texts.
        needed: Vec<String>,
    },
}

impl Decision {
    /// Whether it grants.
    pub fn is_allow(&self) -> bool {
        match self {
            Decision::Allow { .. } => true,
            Decision::Deny { .. } => false,
        }
    }

    fn deny(reason: Reason) -> Decision {
        Decision::Deny { reason, needed: Vec::new() }
    }
}

impl Policy {
    /// Decides a request over the facts, the policy's own among them. Total and pure.
    ///
    /// A redirect is followed once: path, class, route and captured segments are then the target's. At a gateway this is
    /// the envelope's answer alone; a published sub-table is a further policy, which must allow too.
    pub fn decide(&self, request: &Request<'_>, facts: &Facts) -> Decision {
        let path = match Path::parse(request.path, &self.artifact().limits) {
            Ok(path) => path,
            Err(bad) => return Decision::deny(Reason::BadPath(bad)),
        };
        let Some(walked) = self.walk(path) else { return Decision::deny(Reason::NoRoute) };
        match (&walked.content.kind, walked.leaf) {
            (ClassKind::Route | ClassKind::Gateway(_), Leaf::Route(route)) => {
                self.decide_at(request, facts, path, &walked, route)
            }
            (ClassKind::Redirect(_), Leaf::Redirect(number)) => self.decide_redirect(request, facts, number),
            (ClassKind::Redirect(_), Leaf::Route(_))
            | (ClassKind::Route | ClassKind::Gateway(_), Leaf::Redirect(_)) => {
                Decision::deny(Reason::NoRoute)
            }
        }
    }

    fn decide_redirect(&self, request: &Request<'_>, facts: &Facts, number: u32) -> Decision {
        let Some(target) = self.redirect(number) else { return Decision::deny(Reason::NoRoute) };
        if request.permission == Permission::Mount {
            return Decision::Deny { reason: Reason::Redirect, needed: vec![target.to_owned()] };
        }
        // SPEC: redirects go one hop; a target that is itself redirected is no route.
        let walked =
            Path::parse(target, &self.artifact().limits).ok().and_then(|path| Some((path, self.walk(path)?)));
        match walked {
            Some((path, walked)) => match walked.leaf {
                Leaf::Route(route) => self.decide_at(request, facts, path, &walked, route),
                Leaf::Redirect(_) => Decision::deny(Reason::NoRoute),
            },
            None => Decision::deny(Reason::NoRoute),
        }
    }

    fn decide_at(
        &self,
        request: &Request<'_>,
        facts: &Facts,
        path: Path<'_>,
        walked: &Walked<'_>,
        route: u32,
    ) -> Decision {
        let [read, invoke, mount] = &walked.content.access;
        let access = match request.permission {
            Permission::Read => read,
            Permission::Invoke => invoke,
            Permission::Mount => mount,
        };
        if access.proof && !request.proved {
            return Decision::Deny { reason: Reason::ProofRequired, needed: vec!["proof".to_owned()] };
        }
        if !facts.fit(self) {
            return Decision::deny(Reason::ForeignFacts);
        }
        let question = Question { path, caller: request.caller, epoch: request.epoch };
        let Ok(goals) = evaluate::goals(self.artifact(), access, &question, facts) else {
            return Decision::deny(Reason::Limit);
        };
        let holds = |goal: &u16| goals.get(usize::from(*goal)).copied().unwrap_or(false);

        if let Some((number, _)) = (0u32..).zip(&access.guards).find(|(_, goal)| !holds(goal)) {
            let text = self.text(walked.class, request.permission, number as usize);
            return Decision::Deny { reason: Reason::Guard(number), needed: text.into_iter().collect() };
        }
        if let Some((number, _)) = (0u32..).zip(&access.clauses).find(|(_, goal)| holds(goal)) {
            return Decision::Allow { route, clause: Admission::Clause(number) };
        }
        if request.permission == Permission::Mount
            && let Some(service) =
                walked.content.services.iter().find(|service| service.cell == request.caller)
        {
            return Decision::Allow { route, clause: Admission::Service { priority: service.priority } };
        }
        if access.clauses.is_empty() {
            return Decision::deny(Reason::NoClause);
        }
        Decision::Deny {
            reason: Reason::Clause,
            needed: self.clause_texts(walked.class, request.permission, access),
        }
    }

    /// Text `number` of a permission of a class: its guards are numbered first, then its clauses.
    fn text(&self, class: u32, permission: Permission, number: usize) -> Option<String> {
        let texts = self.artifact().texts.classes.get(class as usize)?;
        texts.get(permission.ordinal())?.get(number).cloned()
    }

    fn clause_texts(&self, class: u32, permission: Permission, access: &Access) -> Vec<String> {
        let numbers = (access.guards.len()..).take(access.clauses.len());
        numbers.filter_map(|number| self.text(class, permission, number)).collect()
    }
}
