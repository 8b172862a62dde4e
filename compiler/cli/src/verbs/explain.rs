//! `dreggc explain CODE`.

use crate::outcome::{Done, Failure, Outcome};
use crate::output;
use dregg_compiler::codes;

/// What to explain.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A code such as E0301.
    code: String,
}

/// Prints the page of a code.
pub(crate) fn run(arguments: &Arguments) -> Done {
    let code = arguments.code.to_ascii_uppercase();
    match codes::explanation(&code) {
        Some(page) => {
            output::data(page)?;
            Ok(Outcome::Fine)
        }
        None => {
            let all: Vec<&str> = codes::all().iter().map(|(code, _)| *code).collect();
            Err(Failure::new(format!(
                "there is no code `{}`; the codes are {}",
                dreggc::render::plain(&code),
                all.join(", ")
            )))
        }
    }
}
