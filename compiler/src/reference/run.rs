//! A policy's own tests: every expectation of every `test` block, and what they cover.

use super::decide::{Admission, Decision, Reason, Request, decide};
use super::matcher::{Matched, classify};
use crate::hir::{Expectation, ExpectationKind, Hir, Test};
use dregg_artifact::{CellId, Path, Permission};
use dregg_grammar::Span;
use std::collections::{BTreeMap, BTreeSet};

/// What came of one expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As expected.
    Passed,
    /// Not as expected; what was found instead.
    Failed(String),
    /// Not run here, and why.
    Skipped(String),
}

/// What came of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// One outcome an expectation, with the statement's place.
    pub outcomes: Vec<(Span, Outcome)>,
}

impl TestResult {
    /// Whether nothing failed.
    pub fn passed(&self) -> bool {
        !self.outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Failed(_)))
    }
}

/// Which parts of a policy its tests reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Routes that some expectation selects, and those that none does.
    pub routes: (Vec<String>, Vec<String>),
    /// `allow` statements that admitted somebody, and those that never did.
    pub clauses: (BTreeSet<Span>, BTreeSet<Span>),
    /// `require` statements that held somebody back, and those that never did.
    pub guards: (BTreeSet<Span>, BTreeSet<Span>),
}

/// Runs all tests of a policy.
pub fn run_tests(hir: &Hir) -> Vec<TestResult> {
    let result = |test: &Test| {
        let stakes: BTreeMap<CellId, u64> = test.stakes.iter().copied().collect();
        let outcomes =
            test.expectations.iter().map(|one| (one.span, expectation(hir, test, &stakes, one))).collect();
        TestResult { name: test.name.clone(), span: test.span, outcomes }
    };
    hir.tests.iter().map(result).collect()
}

fn request<'a>(
    test: &'a Test,
    stakes: &'a BTreeMap<CellId, u64>,
    permission: Permission,
    path: &'a str,
    caller: CellId,
) -> Request<'a> {
    Request { permission, path, caller, epoch: test.epoch, proved: test.proved, facts: &test.facts, stakes }
}

fn expectation(hir: &Hir, test: &Test, stakes: &BTreeMap<CellId, u64>, one: &Expectation) -> Outcome {
    match &one.kind {
        ExpectationKind::Decision { allow, permission, path, cell } => {
            let decision = decide(hir, &request(test, stakes, *permission, path, *cell));
            match (&decision, allow) {
                (Decision::Allow { .. }, true) | (Decision::Deny(_), false) => Outcome::Passed,
                (Decision::Allow { route, by }, false) => {
                    let route = hir.routes.get(*route).map_or("", |route| route.path.as_str());
                    let by = match by {
                        Admission::Clause(_) => "by an `allow` clause".to_owned(),
                        Admission::Owner => "as the gateway's owner".to_owned(),
                        Admission::Service(priority) => {
                            format!("as a listed service with priority {priority}")
                        }
                    };
                    Outcome::Failed(format!("expected deny, got allow at `{route}`, {by}"))
                }
                (Decision::Deny(reason), true) => {
                    Outcome::Failed(format!("expected allow, got deny: {}", said(reason)))
                }
            }
        }
        ExpectationKind::Provable { .. } => Outcome::Skipped("`expect provable` needs a prover".to_owned()),
        ExpectationKind::Resolve { from, to } => match selected(hir, from) {
            Some(Matched::Redirect(redirect)) => {
                let found = hir.redirects.get(redirect).map_or("", |redirect| redirect.to.as_str());
                if found == to {
                    Outcome::Passed
                } else {
                    Outcome::Failed(format!("`{from}` resolves to `{found}`"))
                }
            }
            _ => Outcome::Failed(format!("`{from}` is not redirected")),
        },
        ExpectationKind::Order { path, cells } => {
            let route = match selected(hir, path) {
                Some(Matched::Route(route)) => hir.routes.get(route),
                _ => None,
            };
            let Some(route) = route else { return Outcome::Failed(format!("no route matches `{path}`")) };
            let found: Vec<CellId> = route.services.iter().map(|service| service.cell).collect();
            if found == *cells {
                return Outcome::Passed;
            }
            let names: Vec<String> = found.iter().map(|cell| hir.cell_name(cell)).collect();
            Outcome::Failed(format!(
                "the order is {}",
                if names.is_empty() { "empty".into() } else { names.join(", ") }
            ))
        }
        ExpectationKind::NoRoute(path) => match selected(hir, path) {
            Some(Matched::Route(route)) => {
                let route = hir.routes.get(route).map_or("", |route| route.path.as_str());
                Outcome::Failed(format!("`{path}` takes route `{route}`"))
            }
            Some(Matched::Redirect(_)) => Outcome::Failed(format!("`{path}` is redirected")),
            Some(Matched::Nothing | Matched::Ambiguous) | None => Outcome::Passed,
        },
    }
}

fn selected(hir: &Hir, path: &str) -> Option<Matched> {
    Path::parse(path, &hir.limits).ok().map(|path| classify(hir, path))
}

fn said(reason: &Reason) -> String {
    match reason {
        Reason::BadPath(bad) => format!("BadPath, {bad}"),
        Reason::NoRoute
        | Reason::Redirect
        | Reason::ProofRequired
        | Reason::Guard(_)
        | Reason::NoClause
        | Reason::Clause => reason.name().to_owned(),
    }
}

/// What the tests of a policy reach.
pub fn coverage(hir: &Hir) -> Coverage {
    let mut routes: BTreeSet<usize> = BTreeSet::new();
    let mut clauses = BTreeSet::new();
    let mut guards = BTreeSet::new();
    for test in &hir.tests {
        let stakes: BTreeMap<CellId, u64> = test.stakes.iter().copied().collect();
        for one in &test.expectations {
            let path = match &one.kind {
                ExpectationKind::Decision { permission, path, cell, .. } => {
                    match decide(hir, &request(test, &stakes, *permission, path, *cell)) {
                        Decision::Allow { route, by } => {
                            routes.insert(route);
                            if let Admission::Clause(span) = by {
                                clauses.insert(span);
                            }
                        }
                        Decision::Deny(Reason::Guard(span)) => {
                            guards.insert(span);
                        }
                        Decision::Deny(Reason::ProofRequired) => {
                            guards.extend(proof_guards(hir, path, *permission))
                        }
                        Decision::Deny(_) => {}
                    }
                    path
                }
                ExpectationKind::Provable { path, .. } | ExpectationKind::Order { path, .. } => path,
                ExpectationKind::Resolve { to, .. } => to,
                ExpectationKind::NoRoute(_) => continue,
            };
            if let Some(Matched::Route(route)) = selected(hir, path) {
                routes.insert(route);
            }
        }
    }
    let own = |inherited: &Option<Span>| inherited.is_none();
    let all_clauses = hir.routes.iter().flat_map(|route| route.clauses.iter().flatten());
    let all_clauses: BTreeSet<Span> =
        all_clauses.filter(|clause| own(&clause.inherited)).map(|clause| clause.span).collect();
    let all_guards: BTreeSet<Span> =
        hir.routes.iter().flat_map(|route| &route.guards).map(|guard| guard.span).collect();
    let (reached, missed) = (0..hir.routes.len()).partition::<Vec<usize>, _>(|route| routes.contains(route));
    let names = |numbers: Vec<usize>| {
        numbers.into_iter().filter_map(|n| hir.routes.get(n)).map(|r| r.path.clone()).collect()
    };
    Coverage {
        routes: (names(reached), names(missed)),
        clauses: (
            all_clauses.intersection(&clauses).copied().collect(),
            all_clauses.difference(&clauses).copied().collect(),
        ),
        guards: (
            all_guards.intersection(&guards).copied().collect(),
            all_guards.difference(&guards).copied().collect(),
        ),
    }
}

fn proof_guards(hir: &Hir, path: &str, permission: Permission) -> Vec<Span> {
    let Ok(path) = Path::parse(path, &hir.limits) else { return Vec::new() };
    let Matched::Route(route) = classify(hir, path) else { return Vec::new() };
    let guards = super::decide::guards(hir, path, route, permission);
    guards
        .into_iter()
        .filter(|guard| matches!(guard.kind, crate::hir::GuardKind::Proof))
        .map(|guard| guard.span)
        .collect()
}
