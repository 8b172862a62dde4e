//! What a node keeps on disk: the genesis, the log of signed transactions, chained by hashes, and sturdy references.
//!
//! One `redb` file, locked while it is open. The log is the truth; whatever else a node knows is made again from it. A write
//! is acknowledged after it is on the disk, and is there whole or not at all. Not here: what a transaction does
//! (`dregg-mesh`).

use crate::error::StoreError;
use crate::files;
use redb::backends::FileBackend;
use redb::{
    Database, Durability, ReadableDatabase, StorageBackend, TableDefinition, TableError, WriteTransaction,
};
use std::io::ErrorKind;
use std::path::Path;

mod references;

/// By name: the version of the layout, the genesis artifact, the genesis root.
const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
/// By height: the hash of the entry, then the bytes of the transaction.
const LOG: TableDefinition<u64, &[u8]> = TableDefinition::new("log");

/// The version of the layout.
const LAYOUT: u8 = 1;
/// The most bytes of a transaction.
pub const ENTRY_BYTES: usize = 1 << 20;

/// What an instance began with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// The bytes of the first artifact.
    pub artifact: Vec<u8>,
    /// The first signed root, as JSON.
    pub root: String,
}

/// The store of one node.
#[derive(Debug)]
pub struct Store {
    database: Database,
    /// The height that the next entry gets; the first entry has 0.
    next: u64,
    /// The hash of the last entry; of the genesis, if there is none.
    head: [u8; 32],
}

impl Store {
    /// Makes a new store in a file that must not be there.
    ///
    /// # Errors
    /// [`StoreError`]: there is one, or the disk does not take it.
    pub fn create(file: &Path, beginning: &Beginning) -> Result<Store, StoreError> {
        let opened = files::create_new_private(file).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => StoreError::Exists,
            _ => StoreError::Disk(redb::Error::Io(error)),
        })?;
        let backend = FileBackend::new(opened)?;
        Store::begin(Database::builder().create_with_backend(backend)?, beginning)
    }

    /// Opens the store in a file.
    ///
    /// # Errors
    /// [`StoreError`]: most of all [`StoreError::InUse`] if another process has it open, and [`StoreError::Damaged`].
    pub fn open(file: &Path) -> Result<Store, StoreError> {
        // Without the check the library believes the file, and ends the process where it is wrong to.
        Store::resume(Database::builder().set_check_integrity_on_open(true).open(file)?)
    }

    /// The store on any backend: a new one if `beginning` is given.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn on(backend: impl StorageBackend, beginning: Option<&Beginning>) -> Result<Store, StoreError> {
        let database = Database::builder().create_with_backend(backend)?;
        match beginning {
            Some(beginning) => Store::begin(database, beginning),
            None => Store::resume(database),
        }
    }

    fn begin(database: Database, beginning: &Beginning) -> Result<Store, StoreError> {
        let write = write(&database)?;
        {
            let mut meta = write.open_table(META)?;
            meta.insert("layout", [LAYOUT].as_slice())?;
            meta.insert("artifact", beginning.artifact.as_slice())?;
            meta.insert("root", beginning.root.as_bytes())?;
            write.open_table(LOG)?;
        }
        references::begin(&write)?;
        write.commit()?;
        Ok(Store { database, next: 0, head: genesis_hash(beginning) })
    }

    /// Reads the whole log once, so that no damage is met later.
    fn resume(database: Database) -> Result<Store, StoreError> {
        let mut store = Store { database, next: 0, head: [0; 32] };
        store.head = genesis_hash(&store.beginning()?);
        let (mut next, mut head) = (0, store.head);
        store.each(|height, bytes| {
            head = entry_hash(&head, height, bytes);
            next = height + 1;
            Ok(())
        })?;
        (store.next, store.head) = (next, head);
        Ok(store)
    }

    /// What the instance began with.
    ///
    /// # Errors
    /// [`StoreError::NoStore`] if there is nothing, or of another layout.
    pub fn beginning(&self) -> Result<Beginning, StoreError> {
        let read = self.database.begin_read()?;
        let meta = read.open_table(META).map_err(|error| match error {
            TableError::Storage(error) => error.into(),
            _ => StoreError::NoStore,
        })?;
        let value = |name: &str| -> Result<Vec<u8>, StoreError> {
            Ok(meta.get(name)?.ok_or(StoreError::NoStore)?.value().to_vec())
        };
        if value("layout")? != [LAYOUT] {
            return Err(StoreError::NoStore);
        }
        let root = String::from_utf8(value("root")?).map_err(|_| StoreError::NoStore)?;
        Ok(Beginning { artifact: value("artifact")?, root })
    }

    /// The height that the next entry gets.
    pub fn next_height(&self) -> u64 {
        self.next
    }

    /// The hash of the last entry, which covers all before it and the genesis.
    pub fn head(&self) -> [u8; 32] {
        self.head
    }

    /// Appends a transaction. When this returns, it is on the disk.
    ///
    /// # Errors
    /// [`StoreError`]: it is uncertain whether the entry is there; this store must be dropped, and opened again to know.
    pub fn append(&mut self, transaction: &[u8]) -> Result<u64, StoreError> {
        if transaction.len() > ENTRY_BYTES {
            return Err(StoreError::TooLarge);
        }
        let height = self.next;
        let hash = entry_hash(&self.head, height, transaction);
        let entry = [hash.as_slice(), transaction].concat();
        let write = write(&self.database)?;
        write.open_table(LOG)?.insert(height, entry.as_slice())?;
        write.commit()?;
        (self.next, self.head) = (height + 1, hash);
        Ok(height)
    }

    /// Visits every transaction in order, checking the chain.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the height of the first entry that is missing or changed, or what `visit` says.
    pub fn each(
        &self,
        mut visit: impl FnMut(u64, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let read = self.database.begin_read()?;
        let log = read.open_table(LOG)?;
        let mut head = genesis_hash(&self.beginning()?);
        for (height, entry) in (0u64..).zip(log.range::<u64>(..)?) {
            let (found, entry) = entry?;
            let damaged = StoreError::Damaged { height };
            let (hash, bytes) = entry.value().split_at_checked(32).ok_or(StoreError::Damaged { height })?;
            head = entry_hash(&head, height, bytes);
            if found.value() != height || hash != head {
                return Err(damaged);
            }
            visit(height, bytes)?;
        }
        Ok(())
    }
}

impl Store {
    /// Copies everything to a new store in a file that must not be there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn copy_to(&self, file: &Path) -> Result<Store, StoreError> {
        let mut copy = Store::create(file, &self.beginning()?)?;
        let write = write(&copy.database)?;
        {
            let mut log = write.open_table(LOG)?;
            self.each(|height, bytes| {
                let hash = entry_hash(&copy.head, height, bytes);
                log.insert(height, [hash.as_slice(), bytes].concat().as_slice())?;
                (copy.next, copy.head) = (height + 1, hash);
                Ok(())
            })?;
        }
        references::copy(&self.database, &write)?;
        write.commit()?;
        Ok(copy)
    }
}

/// Begins a write that is on the disk when it is committed.
fn write(database: &Database) -> Result<WriteTransaction, StoreError> {
    let mut write = database.begin_write()?;
    write.set_durability(Durability::Immediate).map_err(redb::Error::from)?;
    Ok(write)
}

fn genesis_hash(beginning: &Beginning) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("dregg log genesis");
    hasher.update(&(beginning.artifact.len() as u64).to_le_bytes());
    hasher.update(&beginning.artifact);
    hasher.update(beginning.root.as_bytes());
    *hasher.finalize().as_bytes()
}

fn entry_hash(previous: &[u8; 32], height: u64, transaction: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("dregg log entry");
    hasher.update(previous);
    hasher.update(&height.to_le_bytes());
    hasher.update(transaction);
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests;
