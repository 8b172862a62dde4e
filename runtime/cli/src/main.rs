//! `dregg`, the mesh's command: one file a verb; files and arguments enter here only. The verbs that speak with a mesh are
//! in [`mesh`].

mod attest;
mod classify;
mod decide;
mod demo;
mod files;
mod hexadecimal;
mod input;
mod keys;
mod mesh;
mod output;
mod proof;
mod prove;
mod verify;

use clap::{Parser, Subcommand, ValueEnum};
use std::process::ExitCode;

/// Policies at work: classify, decide, prove, verify; and the mesh of services they govern.
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
    /// Make the keys of a cell, and show the public ones.
    Keys(keys::Arguments),
    /// Sign the facts of an epoch, and give each cell what it needs to prove by them.
    Attest(attest::Arguments),
    /// Prove that a request is allowed, without showing what it rests on: 0 proved, 3 denied, 1 for an error.
    Prove(Box<prove::Arguments>),
    /// Check an access proof: 0 valid, 3 rejected, 1 for an error.
    Verify(Box<verify::Arguments>),
    /// Look into an access proof.
    Proof(proof::Arguments),
    /// Begin a mesh of a policy.
    Init(mesh::init::Arguments),
    /// Mount, find and look at services.
    Namespace(Box<mesh::namespace::Arguments>),
    /// Call a service: 0 answered, 3 denied or not proved, 1 for an error.
    Invoke(Box<mesh::invoke::Arguments>),
    /// State public facts.
    Fact(mesh::fact::Arguments),
    /// Issue and keep held facts.
    Credential(mesh::credential::Arguments),
    /// Set stakes.
    Stake(mesh::stake::Arguments),
    /// Own a part of the namespace.
    Gateway(mesh::gateway::Arguments),
    /// See and close the epoch.
    Epoch(mesh::epoch::Arguments),
    /// Run a node, copy it.
    Node(mesh::node::Arguments),
    /// Serve the examples' services.
    Service(mesh::service::Arguments),
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
        Verb::Init(verb) => mesh::init::run(verb, arguments.format),
        Verb::Namespace(verb) => mesh::namespace::run(verb, arguments.format),
        Verb::Invoke(verb) => mesh::invoke::run(verb, arguments.format),
        Verb::Fact(verb) => mesh::fact::run(verb, arguments.format),
        Verb::Credential(verb) => mesh::credential::run(verb, arguments.format),
        Verb::Stake(verb) => mesh::stake::run(verb, arguments.format),
        Verb::Gateway(verb) => mesh::gateway::run(verb, arguments.format),
        Verb::Epoch(verb) => mesh::epoch::run(verb, arguments.format),
        Verb::Node(verb) => mesh::node::run(verb, arguments.format),
        Verb::Service(verb) => mesh::service::run(verb),
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
