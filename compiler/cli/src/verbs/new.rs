//! `dreggc new DIR`.

use crate::outcome::{Done, Failure, Outcome};
use crate::output;
use std::path::PathBuf;

/// Where to begin.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The directory to make.
    directory: PathBuf,
}

const POLICY: &str = include_str!("../../templates/policy.dregg");

/// Makes the directory and writes a policy that checks, passes its tests and is formatted.
pub(crate) fn run(arguments: &Arguments) -> Done {
    let file = arguments.directory.join("policy.dregg");
    if file.exists() {
        return Err(Failure::new(format!("`{}` exists already", output::shown(&file))));
    }
    std::fs::create_dir_all(&arguments.directory).map_err(|error| {
        Failure::new(format!("cannot make `{}`: {error}", output::shown(&arguments.directory)))
    })?;
    output::file(&file, POLICY.as_bytes())?;
    output::message(&format!("wrote {0}; next: dreggc test {0}", output::shown(&file)));
    Ok(Outcome::Fine)
}
