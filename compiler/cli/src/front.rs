//! From a root file on disk to a checked policy: what every verb does first.

use crate::outcome::Failure;
use crate::output::Stream;
use crate::report::Reporter;
use dregg_compiler::generate::check_routes;
use dregg_compiler::hir::Hir;
use dregg_compiler::load::{self, Loaded};
use dregg_compiler::lower;
use dregg_grammar::{Diagnostic, SourceMap};
use dreggc::disk::{Directory, root_name};
use std::path::Path;

/// A root file that was looked at.
pub(crate) struct Checked {
    /// All texts.
    pub(crate) sources: SourceMap,
    /// Everything found.
    pub(crate) findings: Vec<Diagnostic>,
    /// The policy, if nothing found is an error.
    pub(crate) policy: Option<Hir>,
}

impl Checked {
    /// Everything found, and what the routes together are found to be if nothing else is wrong.
    pub(crate) fn all_findings(&self) -> Vec<Diagnostic> {
        let mut findings = self.findings.clone();
        if let Some(policy) = &self.policy
            && let Err(reports) = check_routes(policy)
        {
            findings.extend(reports);
        }
        findings
    }
}

/// Loads and checks a root file.
pub(crate) fn check(file: &Path) -> Checked {
    checked(load::load(&mut Directory::of(file), &root_name(file)))
}

/// Checks what was loaded.
pub(crate) fn checked(loaded: Loaded) -> Checked {
    let mut findings = loaded.diagnostics.clone();
    if loaded.has_errors() {
        return Checked { sources: loaded.sources, findings, policy: None };
    }
    let lowered = lower::lower(&loaded);
    let good = !lowered.diagnostics.iter().any(Diagnostic::is_error);
    findings.extend(lowered.diagnostics);
    Checked { sources: loaded.sources, findings, policy: good.then_some(lowered.hir) }
}

/// Loads and checks a root file and reports what was found, on standard error. The policy, if there were no errors.
pub(crate) fn policy(file: &Path, reporter: &mut Reporter) -> Result<Option<(SourceMap, Hir)>, Failure> {
    let checked = check(file);
    reporter.findings(&checked.sources, &checked.findings, Stream::Error)?;
    Ok(checked.policy.map(|policy| (checked.sources, policy)))
}
