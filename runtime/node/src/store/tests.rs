//! What is acknowledged stays, damage is named, and a disk may break at any operation.

use super::*;
use crate::breaking::{Breaking, LOSSES};
use redb::backends::InMemoryBackend;
use std::collections::BTreeSet;

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
    store.keep(&[1; 32], &[5; 32], None, b"reference").unwrap();
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
fn what_is_kept_is_counted_by_maker_and_ends() {
    let store = Store::on(InMemoryBackend::new(), Some(&beginning())).unwrap();
    for (hash, maker, until) in [(1, 8, None), (2, 8, Some(3)), (3, 9, Some(3)), (4, 9, Some(4))] {
        store.keep(&[hash; 32], &[maker; 32], until, &[hash]).unwrap();
    }
    let counts = || [8, 9].map(|maker| store.kept_by(&[maker; 32]).unwrap());
    assert_eq!((store.kept_count().unwrap(), counts()), (4, [2, 2]));
    store.expire(3).unwrap();
    assert_eq!((store.kept_count().unwrap(), counts()), (4, [2, 2]));
    store.expire(4).unwrap();
    assert_eq!((store.kept_count().unwrap(), counts()), (2, [1, 1]));
    let there = [1, 2, 3, 4].map(|hash| store.kept(&[hash; 32]).unwrap().is_some());
    assert_eq!(there, [true, false, false, true]);
    assert!(store.forget(&[4; 32]).unwrap() && !store.forget(&[4; 32]).unwrap());
    store.expire(u64::MAX).unwrap();
    assert_eq!((store.kept_count().unwrap(), counts()), (1, [1, 0]));
}

#[test]
fn a_copy_has_all_that_there_is() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::on(InMemoryBackend::new(), Some(&beginning())).unwrap();
    store.append(b"one").unwrap();
    store.append(b"two").unwrap();
    store.keep(&[1; 32], &[8; 32], Some(3), b"reference").unwrap();
    let file = directory.path().join("copy.redb");
    drop(store.copy_to(&file).unwrap());
    assert!(matches!(store.copy_to(&file), Err(StoreError::Exists)));
    let copy = Store::open(&file).unwrap();
    assert_eq!((copy.head(), copy.next_height()), (store.head(), 2));
    assert_eq!(transactions(&copy), transactions(&store));
    assert_eq!(copy.kept(&[1; 32]).unwrap().as_deref(), Some(&b"reference"[..]));
    copy.expire(4).unwrap();
    assert_eq!((copy.kept_count().unwrap(), copy.kept_by(&[8; 32]).unwrap()), (0, 0));
}

#[test]
fn no_store_is_said_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.redb");
    assert!(Store::open(&file).is_err());
    std::fs::write(&file, b"something else").unwrap();
    assert!(Store::open(&file).is_err());
}

#[test]
fn a_damaged_file_is_told_and_never_ends_the_process() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.redb");
    let mut store = Store::create(&file, &beginning()).unwrap();
    store.append(b"one").unwrap();
    store.append(&[2; 3000]).unwrap();
    let expected = (store.head(), transactions(&store));
    drop(store);
    let good = std::fs::read(&file).unwrap();
    let (mut read, mut told) = (0, 0);
    for at in (0..good.len()).step_by(991) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x55;
        std::fs::write(&file, &bytes).unwrap();
        match Store::open(&file) {
            Ok(store) => {
                assert_eq!((store.head(), transactions(&store)), expected, "byte {at}");
                read += 1;
            }
            Err(_) => told += 1,
        }
    }
    assert!(read > 0 && told > 5, "{read} read, {told} told");
}

#[cfg(unix)]
#[test]
fn a_store_is_its_owners() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.redb");
    drop(Store::create(&file, &beginning()).unwrap());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
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
    let kept = store.keep(&[9; 32], &[5; 32], Some(7), b"reference").is_ok();
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
        disk.operations()
    };
    assert!(whole > 20, "{whole}");
    let mut outcomes = BTreeSet::new();
    for n in 0..whole {
        let disk = Breaking::new(start.clone(), n);
        let (acknowledged, kept) = script(&disk);
        for loss in LOSSES {
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
