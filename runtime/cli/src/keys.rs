//! `dregg keys new --name NAME -o KEY.json`, `dregg keys show KEY.json`, and reading key files.

use crate::input::{self, Failure};
use crate::{ALLOW, Format, files, hexadecimal};
use dregg_attest::Keys;
use serde_json::{Map, Value, json};
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
    /// Show what others may know of a key file: the cell and both public keys.
    Show(Show),
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

/// The keys to show.
#[derive(clap::Args)]
struct Show {
    /// The file of the keys.
    file: PathBuf,
}

/// Makes keys, or shows what of them is no secret.
///
/// # Errors
/// A name no policy could declare, a file that exists or cannot be written, a system without randomness; a file without
/// keys.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    match &arguments.what {
        What::New(new) => make(new, format),
        What::Show(show) => tell(&read(&show.file)?, format),
    }
}

fn make(new: &New, format: Format) -> Result<u8, Failure> {
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

/// SPEC: `docs/rpc.md`: with `key` and `proving_key` a client of any language logs in.
fn tell(keys: &Keys, format: Format) -> Result<u8, Failure> {
    let public = [
        ("name", keys.name().to_owned()),
        ("cell", keys.cell().to_hex()),
        ("key", hexadecimal::text(&keys.public_key())),
        ("proving_key", hexadecimal::text(&keys.proving_key().to_bytes())),
    ];
    let mut out = std::io::stdout().lock();
    match format {
        Format::Human => public.iter().try_for_each(|(name, text)| writeln!(out, "{name}: {text}"))?,
        Format::Json => {
            let object: Map<String, Value> =
                public.into_iter().map(|(name, text)| (name.to_owned(), Value::from(text))).collect();
            writeln!(out, "{}", Value::Object(object))?;
        }
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
