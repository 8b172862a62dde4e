//! `dreggc check FILE…`: everything the compiler would find, without writing anything.

use crate::front;
use crate::outcome::{Done, Outcome};
use crate::output::Stream;
use crate::report::Reporter;
use std::path::PathBuf;

/// What to check.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The root files of policies, or modules.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Reports all findings; with `--format json` on standard output.
pub(crate) fn run(arguments: &Arguments, reporter: &mut Reporter) -> Done {
    let stream = if reporter.json() { Stream::Data } else { Stream::Error };
    for file in &arguments.files {
        let checked = front::check(file);
        reporter.findings(&checked.sources, &checked.all_findings(), stream)?;
    }
    reporter.summary();
    Ok(Outcome::Fine)
}
