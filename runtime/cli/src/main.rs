//! `dregg`, the mesh's command: `classify`, `decide`, `keys`, `attest`, `prove`, `verify`, `proof`, `demo`. One file a
//! verb; files and arguments enter here only.

mod attest;
mod classify;
mod decide;
mod demo;
mod files;
mod hexadecimal;
mod input;
mod keys;
mod output;
mod proof;
mod prove;
mod verify;

use clap::{Parser, Subcommand, ValueEnum};
use std::process::ExitCode;

/// Classify paths and decide access by a compiled policy.
#[derive(Parser)]
#[command(name = "dregg", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
    /// How results are printed; with `json`, one object a line.
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// For machines.
    Json,
}

#[derive(Subcommand)]
enum Verb {
    /// Name the route, the policy class and the captures of paths.
    Classify(classify::Arguments),
    /// Decide one request: exit status 0 for allow, 3 for deny, 1 for an error.
    Decide(decide::Arguments),
    /// Make the keys of a cell.
    Keys(keys::Arguments),
    /// Sign the facts of an epoch, and give each cell what it needs to prove by them.
    Attest(attest::Arguments),
    /// Prove that a request is allowed, without showing what it rests on: 0 proved, 3 denied, 1 for an error.
    Prove(Box<prove::Arguments>),
    /// Check an access proof: 0 valid, 3 rejected, 1 for an error.
    Verify(Box<verify::Arguments>),
    /// Look into an access proof.
    Proof(proof::Arguments),
    /// Show the main job on the example mesh, step by step.
    Demo,
}

/// Granted, or done.
const ALLOW: u8 = 0;
/// Something was wrong with the command line or the input.
const ERROR: u8 = 1;
/// Refused.
const DENY: u8 = 3;

fn main() -> ExitCode {
    let missing = dregg_runtime::processor::missing_features();
    if !missing.is_empty() {
        eprintln!("error: this build needs a processor with {}", missing.join(", "));
        return ExitCode::from(ERROR);
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no mistakes.
            let status = if error.use_stderr() { ERROR } else { ALLOW };
            let _ = error.print();
            return ExitCode::from(status);
        }
    };
    let outcome = match &arguments.verb {
        Verb::Classify(verb) => classify::run(verb, arguments.format),
        Verb::Decide(verb) => decide::run(verb, arguments.format),
        Verb::Keys(verb) => keys::run(verb, arguments.format),
        Verb::Attest(verb) => attest::run(verb, arguments.format),
        Verb::Prove(verb) => prove::run(verb, arguments.format),
        Verb::Verify(verb) => verify::run(verb, arguments.format),
        Verb::Proof(verb) => proof::run(verb, arguments.format),
        Verb::Demo => demo::run(),
    };
    match outcome {
        Ok(status) => ExitCode::from(status),
        Err(input::Failure::Closed) => ExitCode::from(ALLOW),
        Err(input::Failure::Message(message)) => {
            eprintln!("error: {message}");
            ExitCode::from(ERROR)
        }
    }
}
