//! What goes wrong with a node's disk.

use std::fmt;

/// Why the store did not do what it was asked.
#[derive(Debug)]
pub enum StoreError {
    /// There is a store where a new one was to be made.
    Exists,
    /// There is no store, or one of another version.
    NoStore,
    /// Another process has it open.
    InUse,
    /// An entry of the log is missing or was changed.
    Damaged {
        /// Its height.
        height: u64,
    },
    /// A transaction beyond [`crate::store::ENTRY_BYTES`].
    TooLarge,
    /// The log holds what the state machine refuses.
    Refused {
        /// The height of the entry.
        height: u64,
        /// The refusal's name.
        name: String,
    },
    /// The disk, or the database on it.
    Disk(redb::Error),
}

impl StoreError {
    /// The name of the error.
    pub fn name(&self) -> &'static str {
        match self {
            StoreError::Exists => "Exists",
            StoreError::NoStore => "NoStore",
            StoreError::InUse => "InUse",
            StoreError::Damaged { .. } => "Damaged",
            StoreError::TooLarge => "TooLarge",
            StoreError::Refused { .. } => "Refused",
            StoreError::Disk(_) => "Disk",
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Exists => f.write_str("there is a store already"),
            StoreError::NoStore => f.write_str("there is no store of this version; `dregg init` makes one"),
            StoreError::InUse => f.write_str("another process has the store open"),
            StoreError::Damaged { height } => {
                write!(f, "entry {height} of the log is damaged; restore a backup")
            }
            StoreError::TooLarge => f.write_str("the transaction is larger than 1 MiB"),
            StoreError::Refused { height, name } => {
                write!(f, "entry {height} of the log is refused as {name}; restore a backup")
            }
            StoreError::Disk(error @ redb::Error::Corrupted(_)) => {
                write!(f, "the store is damaged: {error}; restore a backup")
            }
            StoreError::Disk(error) => write!(f, "the disk: {error}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> StoreError {
        match error {
            redb::Error::DatabaseAlreadyOpen => StoreError::InUse,
            error => StoreError::Disk(error),
        }
    }
}

macro_rules! from_redb {
    ($($error:ident),*) => {$(
        impl From<redb::$error> for StoreError {
            fn from(error: redb::$error) -> StoreError {
                redb::Error::from(error).into()
            }
        }
    )*};
}

from_redb!(DatabaseError, TransactionError, TableError, StorageError, CommitError);
