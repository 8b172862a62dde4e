//! The frame: every cut, every flipped bit, versions, sections, lengths.

use super::{assemble, parts, rebuilt};
use crate::wire::{Section, reseal};
use crate::{Artifact, DecodeError, sample};

fn sealed(mut bytes: Vec<u8>, change: impl FnOnce(&mut Vec<u8>)) -> Result<Artifact, DecodeError> {
    change(&mut bytes);
    reseal(&mut bytes);
    Artifact::decode(&bytes)
}

fn put<const N: usize>(bytes: &mut [u8], at: usize, value: [u8; N]) {
    bytes[at..at + N].copy_from_slice(&value);
}

#[test]
fn every_cut_is_noticed() {
    let bytes = sample::realistic().encode();
    assert_eq!(Artifact::decode(&[]), Err(DecodeError::NotArtifact));
    for length in 1..bytes.len() {
        let error = Artifact::decode(&bytes[..length]).unwrap_err();
        assert_eq!(error.code(), "E0803", "{length}: {error}");
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    let bytes = sample::realistic().encode();
    for at in 0..bytes.len() {
        for flip in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            let error = Artifact::decode(&damaged).unwrap_err();
            let expected: &[&str] = match at {
                0..8 => &["E0801"],
                8..12 => &["E0802"],
                16..24 => &["E0803", "E0805"],
                _ => &["E0803"],
            };
            assert!(expected.contains(&error.code()), "byte {at}: {error}");
        }
    }
}

#[test]
fn bytes_after_the_end_are_refused() {
    let bytes = sample::realistic().encode();
    let expected = bytes.len() as u64;
    for extra in [1, 63, 64, 4096] {
        let mut longer = bytes.clone();
        longer.resize(bytes.len() + extra, 0);
        let found = longer.len() as u64;
        assert_eq!(Artifact::decode(&longer), Err(DecodeError::TrailingBytes { expected, found }));
        // Even if the header counts them.
        let counted = sealed(longer, |bytes| put(bytes, 16, found.to_le_bytes()));
        assert_eq!(counted, Err(DecodeError::TrailingBytes { expected, found }));
    }
}

#[test]
fn other_files_are_no_artifacts() {
    for bytes in [&b"\x7fELF"[..], b"policy acme.mesh version 3;", b"\x89DREGG\n\n", &[0; 256]] {
        let error = Artifact::decode(bytes).unwrap_err();
        assert_eq!((&error, error.code()), (&DecodeError::NotArtifact, "E0801"));
    }
}

#[test]
fn newer_versions_are_refused_by_name() {
    let bytes = sample::realistic().encode();
    let newer = sealed(bytes.clone(), |bytes| bytes[8] = 2);
    assert_eq!(newer, Err(DecodeError::NewerFormat { found: 2 }));
    let draft = sealed(bytes.clone(), |bytes| bytes[8] = 0);
    assert_eq!(draft, Err(DecodeError::DraftFormat { found: 0 }));
    let newer = sealed(bytes, |bytes| put(bytes, 10, 258u16.to_le_bytes()));
    assert_eq!(newer, Err(DecodeError::NewerEdition { found: 258 }));
    assert_eq!(newer.unwrap_err().to_string(), "language edition 258 is newer than this program");
}

#[test]
fn an_optional_section_is_skipped_and_a_required_one_refused() {
    let artifact = sample::realistic();
    for kind in [Section::Spans.kind(), 17, u16::MAX] {
        let with = |required| rebuilt(&artifact, |parts| parts.push((kind, required, vec![1; 100])));
        assert_eq!(Artifact::decode(&with(false)).as_ref(), Ok(&artifact));
        let error = Artifact::decode(&with(true)).unwrap_err();
        assert_eq!((&error, error.code()), (&DecodeError::UnknownSection { kind }, "E0802"));
        // Skipped is not unchecked.
        let mut damaged = with(false);
        let last = damaged.len() - 64;
        damaged[last] ^= 1;
        assert_eq!(Artifact::decode(&damaged), Err(DecodeError::SectionDigest { kind }));
    }
    let named = DecodeError::UnknownSection { kind: 16 }.to_string();
    assert_eq!(named, "the `spans` section is required and this program cannot read it");
}

#[test]
fn sections_are_all_there_in_order_and_once() {
    let artifact = sample::realistic();
    for (at, section) in Section::REQUIRED.into_iter().enumerate() {
        let without = rebuilt(&artifact, |parts| {
            parts.remove(at);
        });
        assert_eq!(Artifact::decode(&without), Err(DecodeError::MissingSection { section }));
        let twice = rebuilt(&artifact, |parts| parts.insert(at, parts[at].clone()));
        assert_eq!(Artifact::decode(&twice), Err(DecodeError::SectionEntry { entry: at as u32 + 1 }));
        let optional = rebuilt(&artifact, |parts| parts[at].1 = false);
        assert_eq!(Artifact::decode(&optional), Err(DecodeError::SectionEntry { entry: at as u32 }));
    }
    let swapped = rebuilt(&artifact, |parts| parts.swap(3, 4));
    assert_eq!(Artifact::decode(&swapped), Err(DecodeError::SectionEntry { entry: 4 }));
    assert_eq!(
        Artifact::decode(&assemble(0, &[])),
        Err(DecodeError::MissingSection { section: Section::Limits })
    );
}

#[test]
fn padding_and_reserved_bytes_are_zero() {
    let artifact = sample::realistic();
    let bytes = artifact.encode();
    let reserved = sealed(bytes.clone(), |bytes| bytes[24] = 1);
    assert_eq!(reserved, Err(DecodeError::Padding { offset: 24 }));
    for (entry, part) in parts(&artifact).iter().enumerate() {
        let line = 64 * (entry + 1);
        for at in [line + 4, line + 31] {
            let reserved = sealed(bytes.clone(), |bytes| bytes[at] = 1);
            assert_eq!(reserved, Err(DecodeError::SectionEntry { entry: entry as u32 }));
        }
        let flags = sealed(bytes.clone(), |bytes| bytes[line + 2] = 3);
        assert_eq!(flags, Err(DecodeError::SectionEntry { entry: entry as u32 }));
        let offset = u64::from_le_bytes(bytes[line + 8..line + 16].try_into().unwrap()) as usize;
        assert_eq!(offset % 64, 0);
        let end = offset + part.2.len();
        for at in end..end.next_multiple_of(64) {
            let padded = sealed(bytes.clone(), |bytes| bytes[at] = 1);
            assert_eq!(padded, Err(DecodeError::Padding { offset: end as u64 }));
        }
    }
}

/// No length a file states makes the reader panic, wrap or believe it.
#[test]
fn wild_lengths_in_the_frame_are_refused() {
    let bytes = sample::realistic().encode();
    let wild = [1 << 31, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, 1 << 63, u64::MAX - 63, u64::MAX];
    for length in wild {
        let error = sealed(bytes.clone(), |bytes| put(bytes, 16, length.to_le_bytes())).unwrap_err();
        assert_eq!(error.code(), "E0805");
        for entry in 0..Section::REQUIRED.len() {
            for (field, code) in [(8, "E0803"), (16, "E0803")] {
                let at = 64 * (entry + 1) + field;
                let error = sealed(bytes.clone(), |bytes| put(bytes, at, length.to_le_bytes())).unwrap_err();
                assert_eq!(error.code(), code, "{error}");
            }
        }
    }
    for count in [0, 1, 14, 16, 1 << 16, u32::MAX - 1, u32::MAX] {
        let error = sealed(bytes.clone(), |bytes| put(bytes, 12, count.to_le_bytes())).unwrap_err();
        assert_eq!(error.code(), "E0803", "{count}: {error}");
    }
}

/// Offsets may neither overlap nor leave a gap, even where every range is inside the file.
#[test]
fn sections_neither_overlap_nor_leave_gaps() {
    let bytes = sample::realistic().encode();
    for step in [64u64, 1, 0u64.wrapping_sub(64)] {
        let at = 64 * 3 + 8;
        let offset = u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        let moved = sealed(bytes.clone(), |bytes| put(bytes, at, offset.wrapping_add(step).to_le_bytes()));
        assert_eq!(moved, Err(DecodeError::SectionEntry { entry: 2 }));
    }
}

#[test]
fn reseal_makes_an_honest_file_of_itself_and_never_panics() {
    let bytes = sample::realistic().encode();
    let mut same = bytes.clone();
    reseal(&mut same);
    assert_eq!(same, bytes);
    for length in 0..bytes.len() {
        reseal(&mut bytes[..length].to_vec());
    }
    for at in 0..64 * 16 {
        let mut wild = bytes.clone();
        wild[at] = 0xff;
        reseal(&mut wild);
    }
}
