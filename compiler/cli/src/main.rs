//! `dreggc`: the compiler's command.
//!
//! Reads arguments, asks one file of [`verbs`] to do the work, and turns what came of it into an exit code. Everything
//! that is not about files, terminals and arguments lives in the crates below.

mod arguments;
mod files;
mod front;
mod import;
mod outcome;
mod output;
mod provable;
mod report;
mod verbs;

use arguments::Arguments;
use clap::Parser;
use outcome::Outcome;
use std::process::ExitCode;

fn main() -> ExitCode {
    let missing = dregg_runtime::processor::missing_features();
    if !missing.is_empty() {
        output::message(&format!("error: this build needs a processor with {}", missing.join(", ")));
        return ExitCode::from(Outcome::Errors.code());
    }
    // A panic is a defect of this program; it must not look like an answer about a policy.
    let outcome = std::panic::catch_unwind(run).unwrap_or_else(|_| {
        output::message("error: internal error; please report it with the input that caused it");
        Outcome::Internal
    });
    ExitCode::from(outcome.code())
}

fn run() -> Outcome {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let mut reporter = report::Reporter::new(&arguments.common);
    match verbs::run(arguments, &mut reporter) {
        Ok(outcome) => outcome.and(reporter.outcome()),
        Err(failure) => {
            output::message(&format!("error: {}", failure.message));
            failure.outcome
        }
    }
}

/// Prints clap's message: help and version are data, everything else is a usage error.
fn usage(error: &clap::Error) -> Outcome {
    let text = error.render();
    let color = |on: bool| if on { text.ansi().to_string() } else { text.to_string() };
    if error.use_stderr() {
        output::message(color(output::color_by_default(output::Stream::Error)).trim_end());
        return Outcome::Usage;
    }
    match output::data(&color(output::color_by_default(output::Stream::Data))) {
        Ok(()) => Outcome::Fine,
        Err(failure) => failure.outcome,
    }
}
