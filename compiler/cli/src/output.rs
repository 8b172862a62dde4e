//! Standard output, standard error and files written whole or not at all.

use crate::outcome::Failure;
use std::fs;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

/// One of the two streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output.
    Data,
    /// Standard error.
    Error,
}

/// Writes data to standard output. A reader that has gone away wanted no more: that is no failure.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    let mut stream = io::stdout().lock();
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to standard output: {}", error.kind())))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes a line for people to standard error. There is nowhere to say that it failed.
pub(crate) fn message(text: &str) {
    let mut stream = io::stderr().lock();
    let _ = writeln!(stream, "{text}");
}

/// Whether a stream gets colour unless the command line says otherwise.
pub(crate) fn color_by_default(stream: Stream) -> bool {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    wanted
        && match stream {
            Stream::Data => io::stdout().is_terminal(),
            Stream::Error => io::stderr().is_terminal(),
        }
}

/// Writes a file whole or not at all: beside it first, then in its place. Keeps the permissions of a file it replaces.
pub(crate) fn file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write(path, bytes).map_err(|reason| Failure::new(format!("cannot write `{}`: {reason}", shown(path))))
}

/// A path for people, without characters that a terminal would obey.
pub(crate) fn shown(path: &Path) -> String {
    dreggc::render::plain(&path.to_string_lossy())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let reason = |error: io::Error| error.kind().to_string();
    let existing = match fs::metadata(path) {
        // A device or pipe must not be replaced by a file.
        Ok(metadata) if !metadata.is_file() => return Err("it exists and is not a regular file".to_owned()),
        Ok(metadata) => Some(metadata.permissions()),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(reason(error)),
    };
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dreggc-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any new file: the umask takes away what it takes away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut beside = builder.tempfile_in(directory).map_err(reason)?;
    beside.write_all(bytes).map_err(reason)?;
    if let Some(permissions) = existing {
        beside.as_file().set_permissions(permissions).map_err(reason)?;
    }
    beside.as_file().sync_all().map_err(reason)?;
    beside.persist(path).map_err(|error| reason(error.error))?;
    Ok(())
}
