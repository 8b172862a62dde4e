//! `dregg init POLICY.dregg --key KEY.json [--key …]`: begins a mesh.

use super::print;
use crate::input::{self, Failure};
use crate::{ERROR, Format, keys};
use dregg_artifact::Limits;
use dregg_compiler::generate::{CompileError, check_routes, compile};
use dregg_compiler::load::load;
use dregg_compiler::lower::lower;
use dregg_grammar::{Diagnostic, SourceMap};
use dregg_sdk::{Home, default_home};
use dreggc::disk::{Directory, root_name};
use dreggc::render::Texts;
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// What to begin with.
#[derive(clap::Args)]
pub struct Arguments {
    /// The policy: a source file, or an artifact compiled from one.
    policy: PathBuf,
    /// The keys of the council's members that sign here; the first one acts if no other is named.
    #[arg(long = "key", value_name = "KEY.json", required = true)]
    keys: Vec<PathBuf>,
    /// The directory of the mesh (default: `$DREGG_HOME`, else the platform's directory for data).
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
}

/// Begins a mesh.
///
/// # Errors
/// A policy that cannot be read, too few keys, or a mesh that is there already.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    let Some(artifact) = artifact(&arguments.policy)? else { return Ok(ERROR) };
    let signers = arguments.keys.iter().map(|file| keys::read(file)).collect::<Result<Vec<_>, _>>()?;
    let home = arguments.home.clone().map_or_else(default_home, Home::at);
    let root = dregg_node::begin(&home, &artifact, &signers)
        .map_err(|error| Failure::Message(format!("{}: {error}", home.directory().display())))?;
    let instance = dregg_mesh::verifier_name(&root.root().instance);
    let first = signers.first().map_or("", |keys| keys.name());
    let (policy, quorum) = (root.root().policy.to_string(), root.genesis.council.quorum());
    let object = json!({
        "result": "begun", "instance": instance, "home": home.directory(), "epoch": 0, "policy": policy,
        "council": root.genesis.council.members.len(), "quorum": quorum,
    });
    let lines = [
        format!("begun mesh {instance}"),
        format!("  in {}", home.directory().display()),
        format!("  policy {policy}, epoch 0, signed by {} of {quorum} needed", signers.len()),
        format!("  @{first} acts unless --key or $DREGG_KEY names another"),
    ];
    print(format, &object, &lines)
}

/// The artifact of a policy, compiled if it is a source. `None` if the sources are wrong, which has been shown then.
///
/// # Errors
/// A file that cannot be read, or is neither.
pub fn artifact(file: &Path) -> Result<Option<Vec<u8>>, Failure> {
    if file.extension().is_none_or(|ending| ending != "dregg") {
        return input::bytes(file, Limits::ARTIFACT_BYTES as u64).map(Some);
    }
    let loaded = load(&mut Directory::of(file), &root_name(file));
    if !show(&loaded.sources, &loaded.diagnostics)? {
        return Ok(None);
    }
    let lowered = lower(&loaded);
    if !show(&loaded.sources, &lowered.diagnostics)? {
        return Ok(None);
    }
    if let Err(reports) = check_routes(&lowered.hir) {
        show(&loaded.sources, &reports)?;
        return Ok(None);
    }
    match compile(&lowered.hir) {
        Ok(artifact) => Ok(Some(artifact.encode())),
        Err(CompileError::Reports(reports)) => {
            show(&loaded.sources, &reports)?;
            Ok(None)
        }
        Err(CompileError::Defect(defect)) => Err(Failure::Message(format!("internal error: {defect}"))),
    }
}

/// Shows what was found; whether none of it is an error.
fn show(sources: &SourceMap, found: &[Diagnostic]) -> Result<bool, Failure> {
    let mut out = std::io::stderr().lock();
    let color = out.is_terminal();
    let mut texts = Texts::new(sources);
    for one in found {
        write!(out, "{}", texts.render(one, color))?;
    }
    Ok(!found.iter().any(Diagnostic::is_error))
}
