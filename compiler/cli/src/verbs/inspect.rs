//! `dreggc inspect OUT.dga [--verify]`.

use crate::files;
use crate::outcome::{Done, Failure, Outcome};
use crate::output;
use crate::report::Reporter;
use dregg_artifact::{Artifact, Limits};
use serde_json::json;
use std::path::PathBuf;

/// What to show.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The artifact.
    artifact: PathBuf,
    /// Recompute the Rp64_256 root of the lookup table.
    #[arg(long)]
    verify: bool,
}

/// Loads an artifact as the runtime does and prints what it holds.
pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Done {
    let bytes = files::read(&arguments.artifact, Limits::ARTIFACT_BYTES)?;
    let artifact = Artifact::decode(&bytes).map_err(|error| {
        Failure::new(format!("[{}] {}: {error}", error.code(), output::shown(&arguments.artifact)))
    })?;
    if arguments.verify && dregg_commit::table_root(artifact.dfa.rows()) != artifact.table_root {
        return Err(Failure::new(format!(
            "[E0804] {}: the table root is not the root of its rows",
            output::shown(&arguments.artifact)
        )));
    }
    let hex: String = artifact.table_root.iter().map(|byte| format!("{byte:02x}")).collect();
    let root = artifact.policy_root().to_string();
    if reporter.json() {
        let object = json!({
            "policy": artifact.texts.policy, "version": artifact.texts.version, "edition": artifact.edition,
            "policy_root": root, "table_root": hex, "table_root_verified": arguments.verify,
            "bytes": bytes.len(), "states": artifact.dfa.states(), "table_rows": artifact.dfa.rows().len(),
            "routes": artifact.routes.len(), "redirects": artifact.redirects.len(),
            "gateways": artifact.gateways.len(), "policy_classes": artifact.classes.len(),
            "relations": artifact.relations.len(), "predicates": artifact.predicates.len(),
            "facts": artifact.facts.len(), "cells": artifact.cells.len(),
        });
        output::data(&format!("{object}\n"))?;
        return Ok(Outcome::Fine);
    }
    let verified = if arguments.verify { " (recomputed)" } else { "" };
    output::data(&format!(
        "policy          {} version {}\npolicy root     {root}\ntable root      {hex}{verified}\nedition         {}\n\
         bytes           {}\nstates          {}\ntable rows      {}\npolicy classes  {}\nroutes          {}\n\
         redirects       {}\ngateways        {}\nrelations       {}\npredicates      {}\nfacts           {}\n",
        dreggc::render::plain(&artifact.texts.policy),
        artifact.texts.version,
        artifact.edition,
        bytes.len(),
        artifact.dfa.states(),
        artifact.dfa.rows().len(),
        artifact.classes.len(),
        artifact.routes.len(),
        artifact.redirects.len(),
        artifact.gateways.len(),
        artifact.relations.len(),
        artifact.predicates.len(),
        artifact.facts.len()
    ))?;
    Ok(Outcome::Fine)
}
