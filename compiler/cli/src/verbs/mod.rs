//! One file a verb: its arguments and its work.

pub(crate) mod check;
pub(crate) mod compile;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod graph;
pub(crate) mod import;
pub(crate) mod inspect;
pub(crate) mod new;
pub(crate) mod routes;
pub(crate) mod test;
pub(crate) mod why;

use crate::arguments::{Arguments, Verb};
use crate::outcome::Done;
use crate::report::Reporter;

/// Does what the command line says.
pub(crate) fn run(arguments: Arguments, reporter: &mut Reporter) -> Done {
    if !matches!(arguments.verb, Verb::Graph(_)) {
        reporter.no_drawing()?;
    }
    match arguments.verb {
        Verb::New(verb) => new::run(&verb),
        Verb::Check(verb) => check::run(&verb, reporter),
        Verb::Compile(verb) => compile::run(&verb, reporter),
        Verb::Fmt(verb) => fmt::run(&verb, reporter),
        Verb::Test(verb) => test::run(&verb, reporter),
        Verb::Explain(verb) => explain::run(&verb),
        Verb::Why(verb) => why::run(&verb, reporter),
        Verb::Routes(verb) => routes::run(&verb, reporter),
        Verb::Inspect(verb) => inspect::run(&verb, reporter),
        Verb::Graph(verb) => graph::run(&verb, arguments.common.format, reporter),
        Verb::Import(verb) => import::run(&verb, reporter),
        Verb::Completions(verb) => completions::run(&verb),
    }
}
