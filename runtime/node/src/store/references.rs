//! References that are kept beside the log: sturdy ones, and handoffs on their way. What they say is for `kept`.

use super::{Store, write};
use crate::error::StoreError;
use redb::{
    Database, MultimapTableDefinition, ReadableDatabase, ReadableTable, ReadableTableMetadata,
    TableDefinition, WriteTransaction,
};

/// By the hash of the secret: who made it, the last epoch it is good for, what it is.
const KEPT: TableDefinition<&[u8], Entry<'static>> = TableDefinition::new("kept");
/// By who made them: the hashes of the secrets.
const MADE: MultimapTableDefinition<&[u8], &[u8]> = MultimapTableDefinition::new("kept by");
/// By the last epoch they are good for: the hashes of the secrets.
const ENDING: MultimapTableDefinition<u64, &[u8]> = MultimapTableDefinition::new("kept until");

type Entry<'a> = (&'a [u8], Option<u64>, &'a [u8]);

/// Makes the tables.
pub(super) fn begin(write: &WriteTransaction) -> Result<(), StoreError> {
    write.open_table(KEPT)?;
    write.open_multimap_table(MADE)?;
    write.open_multimap_table(ENDING)?;
    Ok(())
}

/// Copies all that is kept.
pub(super) fn copy(from: &Database, to: &WriteTransaction) -> Result<(), StoreError> {
    for entry in from.begin_read()?.open_table(KEPT)?.iter()? {
        let (hash, entry) = entry?;
        let (maker, until, reference) = entry.value();
        insert(to, hash.value(), maker, until, reference)?;
    }
    Ok(())
}

impl Store {
    /// Keeps something under the hash of its secret: for good, or until the end of an epoch.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep(
        &self,
        hash: &[u8; 32],
        maker: &[u8; 32],
        until: Option<u64>,
        reference: &[u8],
    ) -> Result<(), StoreError> {
        let write = write(&self.database)?;
        insert(&write, hash, maker, until, reference)?;
        write.commit()?;
        Ok(())
    }

    /// What is kept under the hash of a secret.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn kept(&self, hash: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        let kept = self.database.begin_read()?.open_table(KEPT)?;
        Ok(kept.get(hash.as_slice())?.map(|found| found.value().2.to_vec()))
    }

    /// Takes it away; whether it was there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget(&self, hash: &[u8; 32]) -> Result<bool, StoreError> {
        let write = write(&self.database)?;
        let found = remove(&write, hash)?;
        write.commit()?;
        Ok(found)
    }

    /// Takes away what was good until an epoch before this one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn expire(&self, epoch: u64) -> Result<(), StoreError> {
        let mut over = Vec::new();
        {
            let ending = self.database.begin_read()?.open_multimap_table(ENDING)?;
            for entry in ending.range(..epoch)? {
                for hash in entry?.1 {
                    over.push(hash?.value().to_vec());
                }
            }
        }
        if over.is_empty() {
            return Ok(());
        }
        let write = write(&self.database)?;
        for hash in over {
            remove(&write, &hash)?;
        }
        write.commit()?;
        Ok(())
    }

    /// How much is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn kept_count(&self) -> Result<u64, StoreError> {
        Ok(self.database.begin_read()?.open_table(KEPT)?.len()?)
    }

    /// How much of it somebody has made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn kept_by(&self, maker: &[u8; 32]) -> Result<u64, StoreError> {
        let made = self.database.begin_read()?.open_multimap_table(MADE)?;
        Ok(made.get(maker.as_slice())?.len())
    }
}

fn insert(
    write: &WriteTransaction,
    hash: &[u8],
    maker: &[u8],
    until: Option<u64>,
    reference: &[u8],
) -> Result<(), StoreError> {
    write.open_table(KEPT)?.insert(hash, (maker, until, reference))?;
    write.open_multimap_table(MADE)?.insert(maker, hash)?;
    if let Some(until) = until {
        write.open_multimap_table(ENDING)?.insert(until, hash)?;
    }
    Ok(())
}

fn remove(write: &WriteTransaction, hash: &[u8]) -> Result<bool, StoreError> {
    let mut kept = write.open_table(KEPT)?;
    let Some((maker, until)) = kept.remove(hash)?.map(|found| {
        let (maker, until, _) = found.value();
        (maker.to_vec(), until)
    }) else {
        return Ok(false);
    };
    write.open_multimap_table(MADE)?.remove(maker.as_slice(), hash)?;
    if let Some(until) = until {
        write.open_multimap_table(ENDING)?.remove(until, hash)?;
    }
    Ok(true)
}
