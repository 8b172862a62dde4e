//! `dreggc routes FILE`.

use super::compile;
use crate::outcome::{Done, Outcome};
use crate::output;
use crate::report::Reporter;
use serde_json::json;
use std::path::PathBuf;

/// What to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The root file of the policy.
    file: PathBuf,
}

/// Prints the full path of every route, then the redirects.
pub(crate) fn run(arguments: &Arguments, reporter: &mut Reporter) -> Done {
    let Some((_, policy, _)) = compile::of_file(&arguments.file, reporter)? else {
        return Ok(Outcome::Errors);
    };
    let mut text = String::new();
    for route in &policy.routes {
        if reporter.json() {
            let object = json!({
                "route": route.path, "gateway": route.gateway.is_some(), "deprecated": route.deprecated,
            });
            text += &format!("{object}\n");
        } else {
            text += &route.path;
            if route.gateway.is_some() {
                text += "  (gateway)";
            }
            if route.deprecated.is_some() {
                text += "  (deprecated)";
            }
            text.push('\n');
        }
    }
    for redirect in &policy.redirects {
        text += &if reporter.json() {
            format!("{}\n", json!({ "redirect": redirect.from, "to": redirect.to }))
        } else {
            format!("{} -> {}\n", redirect.from, redirect.to)
        };
    }
    output::data(&text)?;
    Ok(Outcome::Fine)
}
