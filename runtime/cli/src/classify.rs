//! `dregg classify OUT.dga PATH…`, or `-` for one path a line from standard input.

use crate::input::{self, Failure};
use crate::{ALLOW, Format, output};
use dregg_runtime::Policy;
use std::io::{self, BufRead, Read, Write};
use std::path::PathBuf;

/// The longest line read from standard input, in bytes; longer than any path.
const LINE_BYTES: u64 = 1 << 16;

/// What to classify.
#[derive(clap::Args)]
pub struct Arguments {
    /// The compiled policy.
    artifact: PathBuf,
    /// The paths, or `-` for one a line from standard input.
    #[arg(required = true)]
    paths: Vec<String>,
}

/// Prints one line or object a path.
///
/// # Errors
/// An artifact that cannot be loaded, or output that cannot be written. A path that is none is an answer, not an error.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    let policy = input::policy(&arguments.artifact)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for path in &arguments.paths {
        if path != "-" {
            print(&policy, path, format, &mut out)?;
            continue;
        }
        let mut input = io::stdin().lock();
        let mut line = Vec::new();
        while input.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line)? > 0 {
            let text = String::from_utf8_lossy(&line);
            print(&policy, text.trim_end_matches(['\n', '\r']), format, &mut out)?;
            if !line.ends_with(b"\n") && line.len() as u64 == LINE_BYTES {
                input.skip_until(b'\n')?;
            }
            line.clear();
        }
    }
    out.flush()?;
    Ok(ALLOW)
}

fn print(policy: &Policy, path: &str, format: Format, out: &mut impl Write) -> Result<(), Failure> {
    let (found, error) = match policy.classify(path) {
        Ok(found) => (found, None),
        Err(bad) => (None, Some(bad.to_string())),
    };
    match (format, &error) {
        (Format::Json, _) => writeln!(out, "{}", output::classified_json(policy, path, found, error))?,
        (Format::Human, Some(error)) => writeln!(out, "{}: bad path: {error}", path.escape_debug())?,
        (Format::Human, None) => writeln!(out, "{}", output::classified(policy, path, found))?,
    }
    Ok(())
}
