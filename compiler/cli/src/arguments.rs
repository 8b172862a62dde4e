//! The command line. Each verb's own arguments stand in its file under `verbs`.

use crate::verbs::{
    check, compile, completions, explain, fmt, graph, import, inspect, new, routes, test, why,
};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// The compiler for dregg policies: check, test, format and compile `.dregg` files.
#[derive(Debug, Parser)]
#[command(name = "dreggc", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 fine, 1 errors, 2 warnings under --deny warnings, 3 tests failed, \
                          4 difference found, 64 usage, 70 internal error.";

/// What all verbs understand.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// How to print: `human`, `short` (one line a finding) or `json`; `dot` and `mermaid` are for `graph`
    #[arg(long, global = true, value_enum, hide_possible_values = true)]
    pub(crate) format: Option<Format>,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// Findings that count as a failure (exit code 2)
    #[arg(long, global = true, value_enum)]
    pub(crate) deny: Option<Deny>,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the source text.
    Human,
    /// One line a finding.
    Short,
    /// One JSON object a line.
    Json,
    /// Graphviz.
    Dot,
    /// Mermaid.
    Mermaid,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// Any warning.
    Warnings,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Write a small working policy with tests into a new directory
    New(new::Arguments),
    /// Report what is wrong with policies
    Check(check::Arguments),
    /// Compile a policy to an artifact
    Compile(compile::Arguments),
    /// Rewrite files in the one canonical layout
    Fmt(fmt::Arguments),
    /// Run the tests of policies
    Test(test::Arguments),
    /// Explain a code such as E0301
    Explain(explain::Arguments),
    /// Explain one decision
    Why(why::Arguments),
    /// List the full paths of a policy's routes
    Routes(routes::Arguments),
    /// Show what an artifact holds
    Inspect(inspect::Arguments),
    /// Draw a policy's automaton
    Graph(graph::Arguments),
    /// Turn another format into a policy
    Import(import::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
}
