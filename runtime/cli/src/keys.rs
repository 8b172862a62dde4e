//! `dregg keys new --name NAME -o KEY.json`, and reading key files.

use crate::input::{self, Failure};
use crate::{ALLOW, Format, files};
use dregg_attest::Keys;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The largest key file, in bytes.
const KEY_BYTES: u64 = 1 << 16;

/// What to do with keys.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Make the keys of a new cell and print the line that declares it in a policy.
    New(New),
}

/// The keys to make.
#[derive(clap::Args)]
struct New {
    /// What policies call the cell, with or without `@`.
    #[arg(long)]
    name: String,
    /// The file for the keys; only its owner may read it, and there must be none yet.
    #[arg(short, long, value_name = "KEY.json")]
    output: PathBuf,
}

/// Makes keys.
///
/// # Errors
/// A name no policy could declare, a file that exists or cannot be written, or a system without randomness.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    let What::New(new) = &arguments.what;
    let name = new.name.strip_prefix('@').unwrap_or(&new.name);
    let (mut signing, mut secret) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
    random(signing.as_mut())?;
    random(secret.as_mut())?;
    let keys = Keys::new(name, &signing, &secret).map_err(|error| Failure::Message(error.to_string()))?;
    files::create_private(&new.output, keys.to_json().as_bytes())?;
    let mut out = std::io::stdout().lock();
    match format {
        Format::Human => writeln!(out, "{}", keys.declaration())?,
        Format::Json => writeln!(
            out,
            "{}",
            json!({ "name": keys.name(), "cell": keys.cell().to_hex(), "declaration": keys.declaration() })
        )?,
    }
    Ok(ALLOW)
}

/// Reads a key file.
///
/// # Errors
/// A message with the file's name, which shows nothing of its content.
pub fn read(file: &Path) -> Result<Keys, Failure> {
    let text = Zeroizing::new(input::text(file, KEY_BYTES)?);
    Keys::from_json(&text).map_err(|error| Failure::Message(format!("{}: {error}", file.display())))
}

/// Fills bytes with what nobody else knows.
///
/// # Errors
/// A message if the system has no randomness to give.
pub fn random(bytes: &mut [u8]) -> Result<(), Failure> {
    getrandom::fill(bytes).map_err(|error| Failure::Message(format!("no random bytes: {error}")))
}
