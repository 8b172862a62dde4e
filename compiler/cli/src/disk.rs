//! Policy files on disk: the reader behind module loading, which keeps to the root file's directory.

use dregg_compiler::load::{ModulePath, ReadError, Reader};
use dregg_grammar::SOURCE_BYTES;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Reads the modules of one root file.
///
/// SOUNDNESS: what is opened is the canonical path, and it lies below the canonical directory of the root file, so no
/// `use` reads a file elsewhere, whatever links there are. The root file itself is what the command line names.
pub struct Directory {
    /// The root file, until it is read.
    root: Option<PathBuf>,
    directory: PathBuf,
}

impl Directory {
    /// The directory of a root file.
    pub fn of(root: &Path) -> Directory {
        let directory = match root.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            Some(_) | None => Path::new("."),
        };
        Directory { root: Some(root.to_owned()), directory: directory.to_owned() }
    }
}

impl Reader for Directory {
    fn read(&mut self, path: &ModulePath) -> Result<Vec<u8>, ReadError> {
        if let Some(root) = self.root.take() {
            return regular(&root, SOURCE_BYTES);
        }
        let directory = self.directory.canonicalize().map_err(|error| described(&error))?;
        let wanted = path.segments().iter().fold(directory.clone(), |path, segment| path.join(segment));
        let opened = wanted.canonicalize().map_err(|error| described(&error))?;
        if !opened.starts_with(&directory) {
            return Err(ReadError::Outside);
        }
        regular(&opened, SOURCE_BYTES)
    }
}

/// The name of a root file as module loading wants it.
pub fn root_name(path: &Path) -> String {
    let name = path.to_string_lossy();
    if cfg!(windows) { name.replace('\\', "/") } else { name.into_owned() }
}

/// Reads a regular file of at most `limit` bytes. Pipes and devices are refused before they are opened, since opening
/// them may wait or do something; large files before they are read.
///
/// # Errors
/// [`ReadError`].
pub fn regular(path: &Path, limit: usize) -> Result<Vec<u8>, ReadError> {
    let acceptable = |metadata: &fs::Metadata| {
        if !metadata.is_file() {
            return Err(ReadError::NotAFile);
        }
        if metadata.len() > limit as u64 { Err(ReadError::TooLarge) } else { Ok(()) }
    };
    acceptable(&fs::metadata(path).map_err(|error| described(&error))?)?;
    let file = File::open(path).map_err(|error| described(&error))?;
    acceptable(&file.metadata().map_err(|error| described(&error))?)?;
    // The file may grow meanwhile.
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| described(&error))?;
    if bytes.len() > limit { Err(ReadError::TooLarge) } else { Ok(bytes) }
}

fn described(error: &io::Error) -> ReadError {
    match error.kind() {
        ErrorKind::NotFound => ReadError::NotFound,
        kind => ReadError::Other(kind.to_string()),
    }
}
