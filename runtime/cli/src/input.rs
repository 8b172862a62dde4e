//! Files and how reading or writing them fails.

use dregg_runtime::Policy;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The largest `FACTS.json`, in bytes.
const FACTS_BYTES: u64 = 256 << 20;

/// Why a verb could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// Whoever read our output has closed it: nothing is left to do.
    Closed,
    /// What to tell the person.
    Message(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::Closed,
            _ => Failure::Message(error.to_string()),
        }
    }
}

/// Loads a compiled policy.
///
/// # Errors
/// A message with the file's name, and the code if the bytes are no artifact.
pub fn policy(file: &Path) -> Result<Policy, Failure> {
    let bytes = read(file, dregg_artifact::Limits::ARTIFACT_BYTES as u64)?;
    Policy::load(&bytes).map_err(|error| {
        let code = error.code();
        Failure::Message(format!("[{code}] {}: {error} (see `dreggc explain {code}`)", file.display()))
    })
}

/// Reads a facts file as text.
///
/// # Errors
/// A message with the file's name.
pub fn facts(file: &Path) -> Result<String, Failure> {
    text(file, FACTS_BYTES)
}

/// Reads any text file of at most `limit` bytes.
///
/// # Errors
/// A message with the file's name.
pub fn text(file: &Path, limit: u64) -> Result<String, Failure> {
    let bytes = read(file, limit)?;
    String::from_utf8(bytes).map_err(|_| Failure::Message(format!("{}: not UTF-8", file.display())))
}

/// Reads any file of at most `limit` bytes.
///
/// # Errors
/// A message with the file's name.
pub fn bytes(file: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    read(file, limit)
}

fn read(file: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure::Message(format!("{}: {error}", file.display()));
    let mut bytes = Vec::new();
    File::open(file).map_err(failed)?.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(Failure::Message(format!("{}: larger than {limit} bytes", file.display())));
    }
    Ok(bytes)
}
