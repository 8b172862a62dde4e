//! Writing files ([`dregg_node::files`]), with the name of the file in every message.

use crate::input::Failure;
use dregg_node::files;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Writes a file in the place of another, or where none is.
///
/// # Errors
/// A message with the file's name.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    files::write(path, bytes).map_err(|error| unwritten(path, &error))
}

/// As [`write()`], with mode 0600 from the first byte on, whatever mode a file there had.
///
/// # Errors
/// A message with the file's name.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    files::write_private(path, bytes).map_err(|error| unwritten(path, &error))
}

/// Writes a file with mode 0600 where none is.
///
/// # Errors
/// A message with the file's name; also if there is a file, which then stays as it is.
pub fn create_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    files::create_private(path, bytes).map_err(|error| unwritten(path, &error))
}

/// Makes a directory that only its owner enters, if there is none.
///
/// # Errors
/// A message with its name.
pub fn private_directory(path: &Path) -> Result<(), Failure> {
    files::private_directory(path).map_err(|error| unwritten(path, &error))
}

/// Whether both name the same file, which is there.
pub fn same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    let reason = match error.kind() {
        ErrorKind::AlreadyExists => "there is a file of that name".to_owned(),
        _ => error.to_string(),
    };
    Failure::Message(format!("cannot write {}: {reason}", path.display()))
}
