//! A disk for tests that breaks at any operation, and what is on it afterwards.

use redb::StorageBackend;
use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Which of the unsynced blocks are on the disk after the power came back: none, all, every other.
pub(crate) const LOSSES: [fn(usize) -> bool; 4] =
    [|_| false, |_| true, |block| block % 2 == 0, |block| block % 2 == 1];

/// A disk that breaks at its n-th operation: what was not synced before may be lost, in any part.
#[derive(Clone, Debug)]
pub(crate) struct Breaking {
    state: Arc<Mutex<Disk>>,
    left: Arc<AtomicU64>,
}

#[derive(Debug, Default)]
struct Disk {
    synced: Vec<u8>,
    now: Vec<u8>,
    /// Blocks of 512 bytes written since the last sync.
    dirty: BTreeSet<usize>,
}

const BLOCK: usize = 512;

impl Breaking {
    /// One with these bytes on it, good for so many operations.
    pub(crate) fn new(disk: Vec<u8>, left: u64) -> Breaking {
        let state = Disk { now: disk.clone(), synced: disk, dirty: BTreeSet::new() };
        Breaking { state: Arc::new(Mutex::new(state)), left: Arc::new(AtomicU64::new(left)) }
    }

    /// How many operations it has done, if it was good for `u64::MAX`.
    pub(crate) fn operations(&self) -> u64 {
        u64::MAX - self.left.load(Ordering::SeqCst)
    }

    fn step(&self) -> io::Result<()> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| io::Error::other("the disk broke"))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Disk> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is on the disk after the power came back: of the unsynced blocks those that `kept` says.
    pub(crate) fn after(&self, mut kept: impl FnMut(usize) -> bool) -> Vec<u8> {
        let disk = self.lock();
        let mut bytes = disk.synced.clone();
        bytes.resize(disk.now.len().max(bytes.len()), 0);
        for block in disk.dirty.iter().filter(|block| kept(**block)) {
            let range = block * BLOCK..((block + 1) * BLOCK).min(disk.now.len());
            if let (Some(to), Some(from)) = (bytes.get_mut(range.clone()), disk.now.get(range)) {
                to.copy_from_slice(from);
            }
        }
        bytes
    }
}

impl StorageBackend for Breaking {
    fn len(&self) -> Result<u64, io::Error> {
        Ok(self.lock().now.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        let disk = self.lock();
        let from = disk.now.get(offset as usize..offset as usize + out.len());
        out.copy_from_slice(from.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        self.step()?;
        let mut disk = self.lock();
        disk.now.resize(len as usize, 0);
        Ok(())
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        self.step()?;
        let mut disk = self.lock();
        disk.synced = disk.now.clone();
        disk.dirty.clear();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        self.step()?;
        let mut disk = self.lock();
        let range = offset as usize..offset as usize + data.len();
        disk.dirty.extend(range.start / BLOCK..range.end.div_ceil(BLOCK));
        disk.now[range].copy_from_slice(data);
        Ok(())
    }
}
