//! Files written whole or not at all, and files that only their owner reads.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Writes a file in the place of another, or where none is.
///
/// # Errors
/// What the system says; a device or pipe is not replaced.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, 0o666, bytes)
}

/// As [`write()`], with mode 0600 from the first byte on, whatever mode a file there had.
///
/// # Errors
/// As [`write()`].
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, 0o600, bytes)
}

/// Writes a file with mode 0600 where none is.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] if there is a file, which then stays as it is.
pub fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    beside(path, 0o600, bytes)?.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// Opens a new file with mode 0600, to be written and read.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] if there is a file, which then stays as it is.
pub fn create_new_private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Makes a directory that only its owner enters, if there is none.
///
/// # Errors
/// What the system says.
pub fn private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

fn replace(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    regular(path)?;
    beside(path, mode, bytes)?.persist(path).map_err(|error| error.error)?;
    Ok(())
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
