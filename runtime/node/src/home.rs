//! Where a node lives on disk: one directory that only its owner enters.
//!
//! ```text
//! store.redb          the log; locked while a node has it open
//! node.key.json       the node's own keys
//! signers/NAME.json   the keys of the council that sign roots here
//! acting.key.json     who acts if nobody else is named
//! credentials/*.json  held facts and stakes, private
//! node.sock           where a running node listens
//! ```

use crate::error::StoreError;
use crate::files;
use crate::store::{Beginning, Store};
use dregg_attest::{Keys, KeysError, SignedRoot};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The directory of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    directory: PathBuf,
}

/// What is wrong with a home.
#[derive(Debug)]
pub enum HomeError {
    /// There is a mesh in it already.
    Exists,
    /// A file of it cannot be read or written.
    File {
        /// Which.
        file: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// A key file holds no keys.
    Keys {
        /// Which.
        file: PathBuf,
        /// Why not.
        error: KeysError,
    },
    /// The store.
    Store(StoreError),
}

impl fmt::Display for HomeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HomeError::Exists => f.write_str("there is a mesh already"),
            HomeError::File { file, error } => write!(f, "{}: {error}", file.display()),
            HomeError::Keys { file, error } => write!(f, "{}: {error}", file.display()),
            HomeError::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for HomeError {}

impl From<StoreError> for HomeError {
    fn from(error: StoreError) -> HomeError {
        HomeError::Store(error)
    }
}

impl Home {
    /// The home in a directory, whatever is there.
    pub fn at(directory: impl Into<PathBuf>) -> Home {
        Home { directory: directory.into() }
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The file of the log.
    pub fn store_file(&self) -> PathBuf {
        self.directory.join("store.redb")
    }

    /// The socket of a running node.
    pub fn socket(&self) -> PathBuf {
        self.directory.join("node.sock")
    }

    /// The directory of held facts and stakes.
    pub fn credentials(&self) -> PathBuf {
        self.directory.join("credentials")
    }

    /// The file of the keys that act if none are named.
    pub fn acting_file(&self) -> PathBuf {
        self.directory.join("acting.key.json")
    }

    /// Whether a mesh was begun here.
    pub fn begun(&self) -> bool {
        self.store_file().exists()
    }

    /// Begins a mesh: the first of `signers` acts by default. The store comes last, so that where one is, the rest is.
    ///
    /// # Errors
    /// [`HomeError`]; [`HomeError::Exists`] if a mesh was begun here, which then stays as it is.
    pub fn begin(
        &self,
        artifact: &[u8],
        root: &SignedRoot,
        signers: &[Keys],
        node: &Keys,
    ) -> Result<Store, HomeError> {
        if self.begun() {
            return Err(HomeError::Exists);
        }
        let directory = |path: &Path| failed(path, files::private_directory(path));
        directory(&self.directory)?;
        directory(&self.credentials())?;
        let signing = self.directory.join("signers");
        directory(&signing)?;
        let write = |file: PathBuf, keys: &Keys| {
            failed(&file, files::write_private(&file, keys.to_json().as_bytes()))
        };
        for keys in signers {
            write(signing.join(format!("{}.json", keys.name())), keys)?;
        }
        write(self.directory.join("node.key.json"), node)?;
        if let Some(first) = signers.first() {
            write(self.acting_file(), first)?;
        }
        let beginning = Beginning { artifact: artifact.to_vec(), root: root.to_json() };
        Ok(Store::create(&self.store_file(), &beginning)?)
    }

    /// Copies the keys and credentials of another home to this one, which must not be begun. The log comes afterwards
    /// ([`Store::copy_to`]), so that where one is, the rest is.
    ///
    /// # Errors
    /// [`HomeError`].
    pub fn copy_from(&self, other: &Home) -> Result<(), HomeError> {
        if self.begun() {
            return Err(HomeError::Exists);
        }
        let copy = |from: &Path, to: &Path| {
            let bytes = Zeroizing::new(failed(from, fs::read(from))?);
            failed(to, files::write_private(to, &bytes))
        };
        failed(&self.directory, files::private_directory(&self.directory))?;
        for name in ["signers", "credentials"] {
            let (from, to) = (other.directory.join(name), self.directory.join(name));
            failed(&to, files::private_directory(&to))?;
            for file in json_files(&from)? {
                copy(&file, &to.join(file.file_name().unwrap_or_default()))?;
            }
        }
        for name in ["node.key.json", "acting.key.json"] {
            copy(&other.directory.join(name), &self.directory.join(name))?;
        }
        Ok(())
    }

    /// Opens the log.
    ///
    /// # Errors
    /// [`HomeError::Store`].
    pub fn open(&self) -> Result<Store, HomeError> {
        if !self.begun() {
            return Err(StoreError::NoStore.into());
        }
        Ok(Store::open(&self.store_file())?)
    }

    /// The node's own keys.
    ///
    /// # Errors
    /// [`HomeError`] with the file.
    pub fn node(&self) -> Result<Keys, HomeError> {
        read(&self.directory.join("node.key.json"))
    }

    /// Who acts if nobody else is named.
    ///
    /// # Errors
    /// [`HomeError`] with the file.
    pub fn acting(&self) -> Result<Keys, HomeError> {
        read(&self.acting_file())
    }

    /// The keys that sign roots here, by the order of their names.
    ///
    /// # Errors
    /// [`HomeError`] with the file.
    pub fn signers(&self) -> Result<Vec<Keys>, HomeError> {
        json_files(&self.directory.join("signers"))?.iter().map(|file| read(file)).collect()
    }
}

/// Reads a key file.
///
/// # Errors
/// [`HomeError`] with the file; it shows nothing of its content.
pub fn read(file: &Path) -> Result<Keys, HomeError> {
    let text = Zeroizing::new(failed(file, fs::read_to_string(file))?);
    Keys::from_json(&text).map_err(|error| HomeError::Keys { file: file.to_owned(), error })
}

/// The files of a directory whose names end in `.json`, in order; none if there is no directory.
///
/// # Errors
/// [`HomeError::File`].
pub fn json_files(directory: &Path) -> Result<Vec<PathBuf>, HomeError> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        entries => failed(directory, entries)?,
    };
    for entry in entries {
        let path = failed(directory, entry)?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn failed<T>(file: &Path, result: io::Result<T>) -> Result<T, HomeError> {
    result.map_err(|error| HomeError::File { file: file.to_owned(), error })
}
