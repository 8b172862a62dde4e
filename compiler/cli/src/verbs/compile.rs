//! `dreggc compile FILE -o OUT.dga`.

use crate::front;
use crate::outcome::{Done, Failure, Outcome};
use crate::output::{self, Stream};
use crate::report::Reporter;
use dregg_artifact::Artifact;
use dregg_compiler::generate::{self, CompileError};
use dregg_compiler::hir::Hir;
use dregg_grammar::SourceMap;
use std::path::{Path, PathBuf};

/// What to compile.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The root file of the policy.
    file: PathBuf,
    /// The artifact to write.
    #[arg(short, long, value_name = "OUT.dga")]
    output: PathBuf,
}

/// Compiles, checks that the loader accepts what was made, and writes it in one step.
pub(crate) fn run(arguments: &Arguments, reporter: &mut Reporter) -> Done {
    let Some((sources, policy)) = front::policy(&arguments.file, reporter)? else {
        return Ok(Outcome::Errors);
    };
    if policy.name.is_empty() {
        return Err(Failure::new(format!(
            "`{}` has no `policy` line, so it is a module; compile the file that uses it",
            output::shown(&arguments.file)
        )));
    }
    // Only what exists can be overwritten, and only that has a canonical path.
    let same = |source: &Path| {
        source.canonicalize().is_ok_and(|source| Some(source) == arguments.output.canonicalize().ok())
    };
    if sources.iter().any(|(_, source)| same(Path::new(&source.name))) {
        return Err(Failure::usage(format!(
            "`{}` is a source of the policy",
            output::shown(&arguments.output)
        )));
    }
    let Some(artifact) = artifact(&sources, &policy, reporter)? else { return Ok(Outcome::Errors) };
    let bytes = artifact.encode();
    if let Err(error) = Artifact::decode(&bytes) {
        return Err(Failure {
            message: format!("the artifact is not valid: {error}"),
            outcome: Outcome::Internal,
        });
    }
    output::file(&arguments.output, &bytes)?;
    output::message(&format!(
        "wrote {}: {} routes, {} policy classes, {} states, {} bytes, root {}",
        output::shown(&arguments.output),
        artifact.routes.len(),
        artifact.classes.len(),
        artifact.dfa.states(),
        bytes.len(),
        artifact.policy_root()
    ));
    Ok(Outcome::Fine)
}

/// The artifact of a checked policy; `None` after reports.
pub(crate) fn artifact(
    sources: &SourceMap,
    policy: &Hir,
    reporter: &mut Reporter,
) -> Result<Option<Artifact>, Failure> {
    match generate::compile(policy) {
        Ok(artifact) => Ok(Some(artifact)),
        Err(CompileError::Reports(reports)) => {
            reporter.findings(sources, &reports, Stream::Error)?;
            Ok(None)
        }
        Err(CompileError::Defect(message)) => Err(Failure { message, outcome: Outcome::Internal }),
    }
}

/// The artifact of a root file; `None` after reports.
pub(crate) fn of_file(
    file: &Path,
    reporter: &mut Reporter,
) -> Result<Option<(SourceMap, Hir, Artifact)>, Failure> {
    let Some((sources, policy)) = front::policy(file, reporter)? else { return Ok(None) };
    let artifact = artifact(&sources, &policy, reporter)?;
    Ok(artifact.map(|artifact| (sources, policy, artifact)))
}
