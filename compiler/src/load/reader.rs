//! Where the bytes of files come from.

use super::path::ModulePath;
use std::collections::BTreeMap;

/// Reads the files of one root directory.
pub trait Reader {
    /// The bytes of a file.
    ///
    /// # Errors
    /// [`ReadError`]. A reader must answer [`ReadError::Outside`] if the file that would be opened lies outside the root
    /// directory, and should not read more than [`dregg_grammar::SOURCE_BYTES`].
    fn read(&mut self, path: &ModulePath) -> Result<Vec<u8>, ReadError>;
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file.
    NotFound,
    /// A symbolic link leads out of the root directory.
    Outside,
    /// It is a directory, a pipe, a device or a socket.
    NotAFile,
    /// It is larger than [`dregg_grammar::SOURCE_BYTES`].
    TooLarge,
    /// Anything else, in the system's words.
    Other(String),
}

/// Files that are in memory: for tests, examples and fuzzing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    /// Adds a file by its path from the root directory, replacing one of that name.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }
}

impl Reader for Memory {
    fn read(&mut self, path: &ModulePath) -> Result<Vec<u8>, ReadError> {
        self.files.get(&path.to_string()).cloned().ok_or(ReadError::NotFound)
    }
}
