//! Files written whole or not at all, and files that only their owner reads.

use crate::input::Failure;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Writes a file in the place of another, or where none is.
///
/// # Errors
/// A message with the file's name.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let put = || {
        let beside = beside(path, 0o666, bytes)?;
        beside.persist(path).map(|_| ()).map_err(|error| error.error)
    };
    regular(path).and_then(|()| put()).map_err(|error| unwritten(path, &error))
}

/// As [`write()`], with mode 0600 from the first byte on, whatever mode a file there had.
///
/// # Errors
/// A message with the file's name.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let put = || {
        let beside = beside(path, 0o600, bytes)?;
        beside.persist(path).map(|_| ()).map_err(|error| error.error)
    };
    regular(path).and_then(|()| put()).map_err(|error| unwritten(path, &error))
}

/// Writes a file with mode 0600 where none is.
///
/// # Errors
/// A message with the file's name; also if there is a file, which then stays as it is.
pub fn create_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let put = || {
        let beside = beside(path, 0o600, bytes)?;
        beside.persist_noclobber(path).map(|_| ()).map_err(|error| error.error)
    };
    put().map_err(|error| unwritten(path, &error))
}

/// Makes a directory that only its owner enters, if there is none.
///
/// # Errors
/// A message with its name.
pub fn private_directory(path: &Path) -> Result<(), Failure> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path).map_err(|error| unwritten(path, &error))
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

/// A device or pipe must not be replaced by a file.
fn regular(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(io::Error::other("it is not a regular file")),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn beside(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dregg-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    let mut beside = builder.tempfile_in(directory)?;
    beside.write_all(bytes)?;
    beside.as_file().sync_all()?;
    Ok(beside)
}
