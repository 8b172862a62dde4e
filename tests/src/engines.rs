//! One question put to every engine that can answer it.

use crate::Compiled;
use dregg_artifact::{CellId, Permission};
use dregg_compiler::hir::{ExpectationKind, Fact, Hir};
use dregg_compiler::reference::{self, Matched};
use dregg_runtime::{Admission, Decision, Facts, Request};
use std::collections::BTreeMap;

/// What a decision is asked over.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Facts beside the policy's own.
    pub facts: Vec<Fact>,
    /// Stakes.
    pub stakes: BTreeMap<CellId, u64>,
    /// The epoch.
    pub epoch: u64,
    /// Whether proof guards hold.
    pub proved: bool,
}

/// An answer all engines can be compared by: `allow`, `allow as service`, or the name of the reason.
pub type Answer = String;

/// The reference's answer.
pub fn by_reference(hir: &Hir, given: &Given, permission: Permission, path: &str, caller: CellId) -> Answer {
    let request = reference::Request {
        permission,
        path,
        caller,
        epoch: given.epoch,
        proved: given.proved,
        facts: &given.facts,
        stakes: &given.stakes,
    };
    match reference::decide(hir, &request) {
        reference::Decision::Allow { by: reference::Admission::Service(priority), .. } => {
            format!("service {priority}")
        }
        reference::Decision::Allow { .. } => "allow".to_owned(),
        reference::Decision::Deny(reason) => reason.name().to_owned(),
    }
}

/// The facts of a question as the runtime takes them.
pub fn runtime_facts(compiled: &Compiled, given: &Given) -> Facts {
    let mut facts = Facts::new(&compiled.policy);
    for fact in &given.facts {
        let name = &compiled.hir.relations[fact.relation as usize].name;
        facts.assert(name, fact.arguments.clone()).expect("a fact the language accepts");
    }
    for (cell, amount) in &given.stakes {
        facts.stake(*cell, *amount).expect("a stake the language accepts");
    }
    facts
}

/// The answer of the runtime over the artifact's bytes: by plans, and the same without them. Where the two differ, both.
pub fn by_runtime(
    compiled: &Compiled,
    facts: &Facts,
    given: &Given,
    permission: Permission,
    path: &str,
    caller: CellId,
) -> Answer {
    let request = Request { permission, path, caller, epoch: given.epoch, proved: given.proved };
    let decider = || compiled.policy.decider(facts);
    let (planned, bottom_up) = (decider().decide(&request), decider().without_plans().decide(&request));
    if planned != bottom_up {
        return format!("{planned:?} by plans, {bottom_up:?} without");
    }
    match planned {
        Decision::Allow { clause: Admission::Service { priority }, .. } => format!("service {priority}"),
        Decision::Allow { .. } => "allow".to_owned(),
        Decision::Deny { reason, .. } => reason.name().to_owned(),
    }
}

/// Which route the reference says a path takes: its full path, `redirect TARGET`, or `none`.
pub fn route_by_reference(hir: &Hir, path: &str) -> String {
    let Ok(path) = dregg_artifact::Path::parse(path, &hir.limits) else { return "none".to_owned() };
    match reference::classify(hir, path) {
        Matched::Route(route) => hir.routes[route].path.clone(),
        Matched::Redirect(redirect) => format!("redirect {}", hir.redirects[redirect].to),
        Matched::Nothing => "none".to_owned(),
        Matched::Ambiguous => "ambiguous".to_owned(),
    }
}

/// Which route the artifact says a path takes, in the same words. The DFA and the index must agree on its class.
pub fn route_by_runtime(compiled: &Compiled, path: &str) -> String {
    match compiled.policy.classify(path) {
        Err(_) | Ok(None) => "none".to_owned(),
        Ok(Some(found)) => {
            match (found.redirect, found.route.and_then(|route| compiled.policy.route_path(route))) {
                (Some(target), _) => format!("redirect {target}"),
                (None, Some(route)) => route,
                (None, None) => "a class without a route".to_owned(),
            }
        }
    }
}

/// Runs every test block of a policy through the reference and through the runtime. What fails, in words.
pub fn failures(compiled: &Compiled) -> Vec<String> {
    let mut failures = Vec::new();
    for result in reference::run_tests(&compiled.hir) {
        for (_, outcome) in &result.outcomes {
            if let reference::Outcome::Failed(why) = outcome {
                failures.push(format!("reference, test {:?}: {why}", result.name));
            }
        }
    }
    for test in &compiled.hir.tests {
        let given = Given {
            facts: test.facts.clone(),
            stakes: test.stakes.iter().copied().collect(),
            epoch: test.epoch,
            proved: test.proved,
        };
        let facts = runtime_facts(compiled, &given);
        for expectation in &test.expectations {
            let failed = match &expectation.kind {
                ExpectationKind::Decision { allow, permission, path, cell } => {
                    let answer = by_runtime(compiled, &facts, &given, *permission, path, *cell);
                    let allowed = answer == "allow" || answer.starts_with("service");
                    (allowed != *allow).then(|| format!("{} {path}: {answer}", permission.word()))
                }
                ExpectationKind::Provable { .. } => None,
                ExpectationKind::Resolve { from, to } => {
                    let found = route_by_runtime(compiled, from);
                    (found != format!("redirect {to}")).then(|| format!("{from}: {found}"))
                }
                ExpectationKind::Order { path, cells } => {
                    let class = compiled.policy.classify(path).ok().flatten().map(|found| found.class);
                    let services = class.map(|class| &compiled.artifact.classes[class as usize].services);
                    let order: Vec<CellId> =
                        services.into_iter().flatten().map(|service| service.cell).collect();
                    (order != *cells).then(|| format!("{path}: {order:?}"))
                }
                ExpectationKind::NoRoute(path) => {
                    let found = route_by_runtime(compiled, path);
                    (found != "none").then(|| format!("{path}: {found}"))
                }
            };
            failures.extend(failed.map(|why| format!("runtime, test {:?}: {why}", test.name)));
        }
    }
    failures
}
