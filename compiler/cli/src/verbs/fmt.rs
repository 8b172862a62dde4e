//! `dreggc fmt [--check] FILE…`.

use crate::files;
use crate::outcome::{Done, Failure, Outcome};
use crate::output::{self, Stream};
use crate::report::Reporter;
use dregg_grammar::{FormatError, SOURCE_BYTES, SourceMap, decode, format};
use std::path::PathBuf;

/// What to format.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; exit with 4 if a file would change.
    #[arg(long)]
    check: bool,
    /// The files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Rewrites files, or says which would change. A file with syntax errors is reported and left alone.
pub(crate) fn run(arguments: &Arguments, reporter: &mut Reporter) -> Done {
    let mut outcome = Outcome::Fine;
    for file in &arguments.files {
        let bytes = match files::read(file, SOURCE_BYTES) {
            Ok(bytes) => bytes,
            Err(failure) => {
                output::message(&format!("error: {}", failure.message));
                outcome = outcome.and(failure.outcome);
                continue;
            }
        };
        let mut sources = SourceMap::default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let source = sources.add(dreggc::disk::root_name(file), text.clone());
        if let Err(report) = decode(source, &bytes) {
            reporter.findings(&sources, &[*report], Stream::Error)?;
            continue;
        }
        match format(source, &text) {
            Ok(formatted) if formatted == text => {}
            Ok(_) if arguments.check => {
                output::data(&format!("{}\n", output::shown(file)))?;
                outcome = outcome.and(Outcome::Difference);
            }
            // A link stays one: the file behind it is rewritten.
            Ok(formatted) => {
                let file = file
                    .canonicalize()
                    .map_err(|error| Failure::new(format!("{}: {}", output::shown(file), error.kind())))?;
                output::file(&file, formatted.as_bytes())?;
            }
            Err(FormatError::Syntax(reports)) => reporter.findings(&sources, &reports, Stream::Error)?,
            Err(FormatError::TooLarge) => {
                let message = format!("`{}` would be too large a file when formatted", output::shown(file));
                return Err(Failure::new(message));
            }
            Err(FormatError::ChangedMeaning) => {
                let message = format!(
                    "formatting `{}` would change its meaning; it is left alone",
                    output::shown(file)
                );
                return Err(Failure { message, outcome: Outcome::Internal });
            }
        }
    }
    Ok(outcome)
}
