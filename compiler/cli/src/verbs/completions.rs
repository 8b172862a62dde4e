//! `dreggc completions SHELL`.

use crate::arguments::Arguments as Line;
use crate::outcome::{Done, Outcome};
use crate::output;
use clap::CommandFactory;

/// For which shell.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Prints the script.
pub(crate) fn run(arguments: &Arguments) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Line::command(), "dreggc", &mut script);
    output::data(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Fine)
}
