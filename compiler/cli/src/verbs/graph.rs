//! `dreggc graph FILE [--format dot|mermaid]`.

use super::compile;
use crate::arguments::Format;
use crate::outcome::{Done, Failure, Outcome};
use crate::output;
use crate::report::Reporter;
use dregg_compiler::automaton::{dot, mermaid};
use std::path::PathBuf;

/// What to draw.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The root file of the policy.
    file: PathBuf,
}

/// Prints the automaton; an accept state is labelled with its policy class.
pub(crate) fn run(arguments: &Arguments, format: Option<Format>, reporter: &mut Reporter) -> Done {
    let draw = match format {
        None | Some(Format::Dot) => dot,
        Some(Format::Mermaid) => mermaid,
        Some(Format::Human | Format::Short | Format::Json) => {
            return Err(Failure::usage("`graph` prints `--format dot` or `--format mermaid`"));
        }
    };
    let Some((_, _, artifact)) = compile::of_file(&arguments.file, reporter)? else {
        return Ok(Outcome::Errors);
    };
    output::data(&draw(&artifact.dfa, &|class| format!("class {class}")))?;
    Ok(Outcome::Fine)
}
