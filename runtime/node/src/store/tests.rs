//! What is acknowledged stays, damage is named, and a disk may break at any operation.

use super::*;
use redb::backends::InMemoryBackend;
use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

fn beginning() -> Beginning {
    Beginning { artifact: vec![7; 300], root: "{}".to_owned() }
}

fn transactions(store: &Store) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    store
        .each(|_, bytes| {
            found.push(bytes.to_vec());
            Ok(())
        })
        .unwrap();
    found
}

#[test]
fn what_was_acknowledged_is_there_again() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.redb");
    let mut store = Store::create(&file, &beginning()).unwrap();
    assert_eq!(store.append(b"one").unwrap(), 0);
    assert_eq!(store.append(b"two").unwrap(), 1);
    store.keep(&[1; 32], b"reference").unwrap();
    let head = store.head();
    assert!(matches!(Store::open(&file), Err(StoreError::InUse)), "the second process is refused");
    drop(store);
    assert!(matches!(Store::create(&file, &beginning()), Err(StoreError::Exists)));
    let store = Store::open(&file).unwrap();
    assert_eq!(store.beginning().unwrap(), beginning());
    assert_eq!(transactions(&store), [b"one", b"two"]);
    assert_eq!((store.next_height(), store.head()), (2, head));
    assert_eq!(store.kept(&[1; 32]).unwrap().as_deref(), Some(&b"reference"[..]));
    assert_eq!(store.kept(&[2; 32]).unwrap(), None);
}

#[test]
fn no_store_is_said_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.redb");
    assert!(Store::open(&file).is_err());
    std::fs::write(&file, b"something else").unwrap();
    assert!(Store::open(&file).is_err());
}

/// Changes an entry behind the store's back.
fn tamper(database: &Database, height: u64, entry: Option<&[u8]>) {
    let write = database.begin_write().unwrap();
    match entry {
        Some(entry) => _ = write.open_table(LOG).unwrap().insert(height, entry).unwrap(),
        None => _ = write.open_table(LOG).unwrap().remove(height).unwrap(),
    }
    write.commit().unwrap();
}

#[test]
fn a_changed_or_missing_entry_is_named_not_skipped() {
    for (entry, height) in [(None, 1), (Some(&b"short"[..]), 1), (Some(&[0; 40][..]), 1)] {
        let mut store = Store::on(InMemoryBackend::new(), Some(&beginning())).unwrap();
        for transaction in [b"one", b"two", b"thr"] {
            store.append(transaction).unwrap();
        }
        tamper(&store.database, height, entry);
        let found = Store::resume(store.database).err().unwrap();
        assert!(matches!(found, StoreError::Damaged { height: at } if at == height), "{found}");
    }
}

#[test]
fn an_entry_of_another_log_does_not_fit() {
    let mut one = Store::on(InMemoryBackend::new(), Some(&beginning())).unwrap();
    one.append(b"one").unwrap();
    let other = Beginning { root: "{ }".to_owned(), ..beginning() };
    let mut two = Store::on(InMemoryBackend::new(), Some(&other)).unwrap();
    two.append(b"one").unwrap();
    assert_ne!(one.head(), two.head());
    let read = two.database.begin_read().unwrap();
    let foreign = read.open_table(LOG).unwrap().get(0).unwrap().unwrap().value().to_vec();
    tamper(&one.database, 0, Some(&foreign));
    assert!(matches!(Store::resume(one.database), Err(StoreError::Damaged { height: 0 })));
}

/// A disk that breaks at its n-th operation: what was not synced before may be lost, in any part.
#[derive(Clone, Debug)]
struct Breaking {
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
    fn new(disk: Vec<u8>, left: u64) -> Breaking {
        let state = Disk { now: disk.clone(), synced: disk, dirty: BTreeSet::new() };
        Breaking { state: Arc::new(Mutex::new(state)), left: Arc::new(AtomicU64::new(left)) }
    }

    fn step(&self) -> io::Result<()> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| io::Error::other("the disk broke"))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Disk> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is on the disk after the power came back: of the unsynced blocks those that `kept` says.
    fn after(&self, mut kept: impl FnMut(usize) -> bool) -> Vec<u8> {
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

/// A run of appends and references; what of it was acknowledged.
fn script(disk: &Breaking) -> (Vec<Vec<u8>>, bool) {
    let mut acknowledged = Vec::new();
    let Ok(mut store) = Store::on(disk.clone(), None) else { return (acknowledged, false) };
    for number in 0..6u8 {
        let transaction = vec![number; 40 + 700 * usize::from(number % 2)];
        match store.append(&transaction) {
            Ok(_) => acknowledged.push(transaction),
            Err(_) => return (acknowledged, false),
        }
    }
    let kept = store.keep(&[9; 32], b"reference").is_ok();
    (acknowledged, kept)
}

#[test]
fn a_disk_that_breaks_at_any_operation_leaves_before_or_after() {
    let fresh = Breaking::new(Vec::new(), u64::MAX);
    drop(Store::on(fresh.clone(), Some(&beginning())).unwrap());
    let start = fresh.after(|_| true);
    let whole = {
        let disk = Breaking::new(start.clone(), u64::MAX);
        assert!(script(&disk).1);
        u64::MAX - disk.left.load(Ordering::SeqCst)
    };
    assert!(whole > 20, "{whole}");
    let mut outcomes = BTreeSet::new();
    for n in 0..whole {
        let disk = Breaking::new(start.clone(), n);
        let (acknowledged, kept) = script(&disk);
        // Lost wholly, kept wholly, and every other block of it.
        let losses: [fn(usize) -> bool; 4] =
            [|_| false, |_| true, |block| block % 2 == 0, |block| block % 2 == 1];
        for loss in losses {
            let again = Breaking::new(disk.after(loss), u64::MAX);
            let store = Store::on(again, None).unwrap_or_else(|error| panic!("after {n}: {error}"));
            let found = transactions(&store);
            let most = acknowledged.len() + 1;
            assert!(found.starts_with(&acknowledged) && found.len() <= most, "after {n}: {}", found.len());
            assert!(!kept || store.kept(&[9; 32]).unwrap().is_some());
            outcomes.insert(found.len());
        }
    }
    assert_eq!(outcomes, (0..=6).collect());
}
