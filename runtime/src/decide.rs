//! From a request and facts to a decision: total, pure, deny by default.
//!
//! Here is the order in which a request is judged. Whether a goal holds is found in `plan`, else in `evaluate`.

use crate::classify::Walked;
use crate::evaluate::{self, Exceeded, Question};
use crate::facts::Facts;
use crate::plan::{Judge, Scratch};
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
    /// The owner of a gateway has delegated the right to mount (mount only). Who has been delegated what is in no policy,
    /// so [`Policy::decide`] never says this; the mesh does.
    Delegate,
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
    /// Evaluation would exceed a resource bound: first [`crate::PLAN_STEPS`], then one of [`crate::DERIVED_TUPLES`],
    /// [`crate::JOIN_ROWS`] and [`crate::TOTAL_ROWS`]. It stands for any of `Guard`, `NoClause`, `Clause` and for an allow, and can only deny.
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

/// What would have been needed, for people; [`Needed::texts`] says it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// Nothing would have helped.
    Nothing,
    /// An access proof.
    Proof,
    /// The target of the redirect with this number.
    Target(u32),
    /// A guard.
    Guard {
        /// The number of the policy class.
        class: u32,
        /// What was asked for.
        permission: Permission,
        /// The number of the guard.
        guard: u32,
    },
    /// One of the clauses.
    Clauses {
        /// The number of the policy class.
        class: u32,
        /// What was asked for.
        permission: Permission,
    },
}

impl Needed {
    /// The words: those of the guard, or of each clause of which one must hold; for a redirect the target. None where
    /// nothing would have helped, or the artifact carries no texts. `policy` is the one that decided.
    pub fn texts<'p>(&self, policy: &'p Policy) -> Vec<&'p str> {
        match *self {
            Needed::Nothing => Vec::new(),
            Needed::Proof => vec!["proof"],
            Needed::Target(number) => policy.redirect(number).into_iter().collect(),
            Needed::Guard { class, permission, guard } => {
                policy.text(class, permission, guard as usize).into_iter().collect()
            }
            Needed::Clauses { class, permission } => policy.clause_texts(class, permission),
        }
    }
}

/// The answer to a [`Request`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        /// What would have been needed.
        needed: Needed,
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
        Decision::Deny { reason, needed: Needed::Nothing }
    }
}

impl Policy {
    /// Decides a request over the facts, the policy's own among them. Total and pure.
    ///
    /// A redirect is followed once: path, class, route and captured segments are then the target's. At a gateway this is
    /// the envelope's answer alone; a published sub-table is a further policy, which must allow too.
    ///
    /// Who decides often keeps a [`Policy::decider`] instead.
    pub fn decide(&self, request: &Request<'_>, facts: &Facts) -> Decision {
        self.decider(facts).decide(request)
    }

    /// Decides request after request over the same facts, with the same answers as [`Policy::decide`], and after the
    /// first few without allocating memory.
    pub fn decider<'a>(&'a self, facts: &'a Facts) -> Decider<'a> {
        Decider { policy: self, facts, fits: facts.fit(self), plans: true, scratch: Scratch::default() }
    }

    /// Whether a gateway's mount right may be passed to a cell, by these facts. `false` also where nothing is delegable,
    /// and where evaluation would exceed a bound.
    pub fn may_receive(&self, gateway: u32, cell: CellId, epoch: u64, facts: &Facts) -> bool {
        let core = self.core();
        let Some(gateway) = core.gateways.get(gateway as usize) else { return false };
        let (Some(delegation), Ok(path)) = (&gateway.delegation, Path::parse(&gateway.prefix, &core.limits))
        else {
            return false;
        };
        if !facts.fit(self) {
            return false;
        }
        let question = Question { path, caller: cell, epoch };
        let goals = evaluate::goals(core, &delegation.to, &question, facts);
        goals.is_ok_and(|goals| goals.last().copied().unwrap_or(false))
    }

    /// Text `number` of a permission of a class: its guards are numbered first, then its clauses.
    fn text(&self, class: u32, permission: Permission, number: usize) -> Option<&str> {
        let texts = self.artifact().texts.classes.get(class as usize)?;
        texts.get(permission.ordinal())?.get(number).map(String::as_str)
    }

    fn clause_texts(&self, class: u32, permission: Permission) -> Vec<&str> {
        let content = self.core().classes.get(class as usize);
        let access = content.and_then(|content| content.access.get(permission.ordinal()));
        let numbers =
            access.map_or(0..0, |access| access.guards.len()..access.guards.len() + access.clauses.len());
        numbers.filter_map(|number| self.text(class, permission, number)).collect()
    }
}

/// A policy and facts, ready to decide request after request: it keeps the memory that one decision needed for the next.
/// One thread's; another thread makes its own.
#[derive(Debug)]
pub struct Decider<'a> {
    policy: &'a Policy,
    facts: &'a Facts,
    /// Whether the facts were typed for this policy.
    fits: bool,
    /// Whether plans are tried first.
    plans: bool,
    scratch: Scratch,
}

/// What guards and clauses say.
enum Verdict {
    /// The first guard that does not hold.
    Guard(u32),
    /// The first clause that holds.
    Clause(u32),
    /// All guards hold, and no clause.
    NoClause,
}

impl<'a> Decider<'a> {
    /// Decides by evaluating all rules bottom-up, without plans: the same answers within the bounds, and far slower. For
    /// whoever compares the two.
    pub fn without_plans(self) -> Decider<'a> {
        Decider { plans: false, ..self }
    }

    /// Decides a request: see [`Policy::decide`].
    pub fn decide(&mut self, request: &Request<'_>) -> Decision {
        let policy = self.policy;
        let Some((path, walked)) = policy.locate(request.path) else {
            return Decision::deny(match Path::parse(request.path, &policy.core().limits) {
                Ok(_) => Reason::NoRoute,
                Err(bad) => Reason::BadPath(bad),
            });
        };
        match (&walked.content.kind, walked.leaf) {
            (ClassKind::Route | ClassKind::Gateway(_), Leaf::Route(route)) => {
                self.decide_at(request, path, &walked, route)
            }
            (ClassKind::Redirect(_), Leaf::Redirect(number)) => self.decide_redirect(request, number),
            (ClassKind::Redirect(_), Leaf::Route(_))
            | (ClassKind::Route | ClassKind::Gateway(_), Leaf::Redirect(_)) => {
                Decision::deny(Reason::NoRoute)
            }
        }
    }

    fn decide_redirect(&mut self, request: &Request<'_>, number: u32) -> Decision {
        let policy = self.policy;
        let Some(target) = policy.redirect(number) else { return Decision::deny(Reason::NoRoute) };
        if request.permission == Permission::Mount {
            return Decision::Deny { reason: Reason::Redirect, needed: Needed::Target(number) };
        }
        // SPEC: redirects go one hop; a target that is itself redirected is no route.
        match policy.locate(target) {
            Some((path, walked)) => match walked.leaf {
                Leaf::Route(route) => self.decide_at(request, path, &walked, route),
                Leaf::Redirect(_) => Decision::deny(Reason::NoRoute),
            },
            None => Decision::deny(Reason::NoRoute),
        }
    }

    fn decide_at(
        &mut self,
        request: &Request<'_>,
        path: Path<'_>,
        walked: &Walked<'_>,
        route: u32,
    ) -> Decision {
        let permission = request.permission;
        let [read, invoke, mount] = &walked.content.access;
        let access = match permission {
            Permission::Read => read,
            Permission::Invoke => invoke,
            Permission::Mount => mount,
        };
        if access.proof && !request.proved {
            return Decision::Deny { reason: Reason::ProofRequired, needed: Needed::Proof };
        }
        if !self.fits {
            return Decision::deny(Reason::ForeignFacts);
        }
        let class = walked.class;
        let question = Question { path, caller: request.caller, epoch: request.epoch };
        match self.judge(class, permission, access, question) {
            Err(Exceeded) => return Decision::deny(Reason::Limit),
            Ok(Verdict::Guard(guard)) => {
                let needed = Needed::Guard { class, permission, guard };
                return Decision::Deny { reason: Reason::Guard(guard), needed };
            }
            Ok(Verdict::Clause(number)) => {
                return Decision::Allow { route, clause: Admission::Clause(number) };
            }
            Ok(Verdict::NoClause) => {}
        }
        if permission == Permission::Mount
            && let Some(service) =
                walked.content.services.iter().find(|service| service.cell == request.caller)
        {
            return Decision::Allow { route, clause: Admission::Service { priority: service.priority } };
        }
        if access.clauses.is_empty() {
            return Decision::deny(Reason::NoClause);
        }
        Decision::Deny { reason: Reason::Clause, needed: Needed::Clauses { class, permission } }
    }

    /// By plans; if these cannot tell, by evaluation of everything.
    fn judge(
        &mut self,
        class: u32,
        permission: Permission,
        access: &Access,
        question: Question<'_>,
    ) -> Result<Verdict, Exceeded> {
        let (policy, facts) = (self.policy, self.facts);
        let judge = Judge::new(policy, facts, class, permission.ordinal(), question, &mut self.scratch);
        if self.plans
            && let Some(mut judge) = judge
            && let Ok(found) = verdict(access, |goal| judge.holds(goal))
        {
            return Ok(found);
        }
        let goals = evaluate::goals(policy.core(), access, &question, facts)?;
        verdict(access, |goal| Ok(goals.get(usize::from(goal)).copied().unwrap_or(false)))
    }
}

/// Guards first, then clauses, each in order, as far as needed.
fn verdict(
    access: &Access,
    mut holds: impl FnMut(u16) -> Result<bool, Exceeded>,
) -> Result<Verdict, Exceeded> {
    for (number, goal) in (0u32..).zip(&access.guards) {
        if !holds(*goal)? {
            return Ok(Verdict::Guard(number));
        }
    }
    for (number, goal) in (0u32..).zip(&access.clauses) {
        if holds(*goal)? {
            return Ok(Verdict::Clause(number));
        }
    }
    Ok(Verdict::NoClause)
}
