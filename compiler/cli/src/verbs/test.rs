//! `dreggc test FILE… [--coverage] [--prove]`: test blocks by the reference, each decision again by the runtime over the
//! compiled artifact, and what is to be provable by prover and verifier.

use super::compile;
use crate::outcome::{Done, Failure, Outcome};
use crate::output;
use crate::provable::{Proved, Stage};
use crate::report::Reporter;
use dregg_artifact::Artifact;
use dregg_compiler::hir::{ExpectationKind, Hir};
use dregg_compiler::reference::{self, Coverage, TestResult};
use dregg_grammar::{SourceMap, Span};
use dregg_runtime::{Decision, Facts, Policy, Reason, Request};
use dreggc::render::plain;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What to test.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The root files of policies.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Say which routes, clauses and guards the tests reach.
    #[arg(long)]
    coverage: bool,
    /// Prove and verify what the tests expect to be provable (`expect provable PERM PATH as @cell;`). Keys made for the
    /// test stand in for the cells that the policy names. Without it such expectations are skipped.
    #[arg(long)]
    prove: bool,
}

/// Runs the tests. 3 if one fails, 70 if the two ways to decide disagree.
pub(crate) fn run(arguments: &Arguments, reporter: &mut Reporter) -> Done {
    let mut outcome = Outcome::Fine;
    for file in &arguments.files {
        let Some((sources, policy, artifact)) = compile::of_file(file, reporter)? else {
            outcome = outcome.and(Outcome::Errors);
            continue;
        };
        let mut results = reference::run_tests(&policy);
        let proofs = if arguments.prove { Some(prove(&policy, &mut results)?) } else { None };
        if print(&sources, &results, proofs.as_deref(), reporter)? {
            outcome = outcome.and(Outcome::TestsFailed);
        }
        agree(&policy, &artifact, &results)?;
        if arguments.coverage {
            let coverage = reference::coverage(&policy);
            let text = if reporter.json() {
                format!("{}\n", coverage_json(&sources, &coverage))
            } else {
                coverage_text(&sources, &coverage)
            };
            output::data(&text)?;
        }
    }
    Ok(outcome)
}

/// Runs what is expected to be provable: the proofs of each test.
fn prove(policy: &Hir, results: &mut [TestResult]) -> Result<Vec<Vec<Proved>>, Failure> {
    let mut stage = Stage::new(policy)?;
    let proofs = results.iter_mut().enumerate().map(|(test, result)| stage.run(test, &mut result.outcomes));
    proofs.collect()
}

/// Prints the results; whether something failed.
fn print(
    sources: &SourceMap,
    results: &[TestResult],
    proofs: Option<&[Vec<Proved>]>,
    reporter: &Reporter,
) -> Result<bool, Failure> {
    let (mut passed, mut failed, mut all_skipped) = (0, 0, 0);
    for (number, result) in results.iter().enumerate() {
        let good = result.passed();
        if good {
            passed += 1
        } else {
            failed += 1
        }
        let mut failures = Vec::new();
        let mut skipped = 0;
        for (span, one) in &result.outcomes {
            match one {
                reference::Outcome::Passed => {}
                reference::Outcome::Skipped(_) => skipped += 1,
                reference::Outcome::Failed(why) => failures.push((place(sources, *span), why.clone())),
            }
        }
        all_skipped += skipped;
        if reporter.json() {
            let failures: Vec<_> =
                failures.iter().map(|(place, why)| json!({ "place": place, "message": why })).collect();
            let proofs = proofs.and_then(|proofs| proofs.get(number)).map(|all| {
                let proof = |one: &Proved| {
                    let place = result.outcomes.get(one.expectation).map(|(span, _)| place(sources, *span));
                    json!({ "place": place, "bytes": one.bytes, "rows": one.rows })
                };
                all.iter().map(proof).collect::<Vec<_>>()
            });
            let object = json!({
                "test": result.name, "passed": good, "failures": failures, "skipped": skipped, "proofs": proofs,
            });
            output::data(&format!("{object}\n"))?;
            continue;
        }
        output::data(&format!("{} {}\n", if good { "ok    " } else { "FAILED" }, plain(&result.name)))?;
        for (place, why) in failures {
            output::data(&format!("       {}: {}\n", plain(&place), plain(&why)))?;
        }
    }
    if !reporter.json() {
        let skipped = match all_skipped {
            0 => String::new(),
            1 => ", 1 expectation skipped (`--prove` runs it)".to_owned(),
            many => format!(", {many} expectations skipped (`--prove` runs them)"),
        };
        let made = proofs.map(|proofs| proofs.iter().map(Vec::len).sum::<usize>());
        let proofs = match made {
            None => String::new(),
            Some(1) => ", 1 proof made and verified".to_owned(),
            Some(made) => format!(", {made} proofs made and verified"),
        };
        output::data(&format!("{passed} passed, {failed} failed{skipped}{proofs}\n"))?;
    }
    Ok(failed > 0)
}

fn place(sources: &SourceMap, span: Span) -> String {
    let (line, column) = sources.line_column(span);
    format!("{}:{line}:{column}", sources.name(span))
}

/// Decides every expectation by the runtime too, and compares with what the reference said.
fn agree(hir: &Hir, artifact: &Artifact, results: &[TestResult]) -> Result<(), Failure> {
    let defect = |message: String| Failure { message, outcome: Outcome::Internal };
    let policy = Policy::load(&artifact.encode()).map_err(|error| defect(error.to_string()))?;
    for (test, result) in hir.tests.iter().zip(results) {
        let mut facts = Facts::new(&policy);
        for fact in &test.facts {
            let name =
                hir.relations.get(fact.relation as usize).map_or("", |relation| relation.name.as_str());
            facts.assert(name, fact.arguments.clone()).map_err(|error| defect(error.to_string()))?;
        }
        for (cell, amount) in &test.stakes {
            facts.stake(*cell, *amount).map_err(|error| defect(error.to_string()))?;
        }
        for (one, (_, outcome)) in test.expectations.iter().zip(&result.outcomes) {
            let ExpectationKind::Decision { allow, permission, path, cell } = &one.kind else { continue };
            let (permission, caller, epoch, proved) = (*permission, *cell, test.epoch, test.proved);
            let expected = *allow == (*outcome == reference::Outcome::Passed);
            let found = policy.decide(&Request { permission, path, caller, epoch, proved }, &facts);
            if let Decision::Deny { reason: Reason::Limit, .. } = found {
                return Err(Failure::new(format!("{} {path}: {}", permission.word(), Reason::Limit)));
            }
            if found.is_allow() != expected {
                return Err(defect(format!(
                    "reference and runtime disagree on {} {path}",
                    permission.word()
                )));
            }
        }
    }
    Ok(())
}

fn coverage_text(sources: &SourceMap, coverage: &Coverage) -> String {
    let mut text = String::new();
    let (reached, missed) = (coverage.routes.0.len(), coverage.routes.1.len());
    text += &format!("routes   {reached} of {} reached\n", reached + missed);
    for route in &coverage.routes.1 {
        text += &format!("         not reached: {route}\n");
    }
    let mut spans = |name: &str, done: &str, (reached, missed): &(BTreeSet<Span>, BTreeSet<Span>)| {
        text += &format!("{name} {} of {} {done}\n", reached.len(), reached.len() + missed.len());
        for span in missed {
            let line = sources.text(*span).lines().next().unwrap_or("").trim().to_owned();
            text += &format!("         never: {} {line}\n", place(sources, *span));
        }
    };
    spans("clauses ", "admitted somebody", &coverage.clauses);
    spans("guards  ", "held somebody back", &coverage.guards);
    text
}

fn coverage_json(sources: &SourceMap, coverage: &Coverage) -> Value {
    let places = |spans: &BTreeSet<Span>| spans.iter().map(|span| place(sources, *span)).collect::<Vec<_>>();
    let part = |(reached, missed): &(BTreeSet<Span>, BTreeSet<Span>)| json!({ "reached": reached.len(), "missed": places(missed) });
    json!({ "coverage": {
        "routes": { "reached": coverage.routes.0.len(), "missed": coverage.routes.1 },
        "clauses": part(&coverage.clauses),
        "guards": part(&coverage.guards),
    } })
}
