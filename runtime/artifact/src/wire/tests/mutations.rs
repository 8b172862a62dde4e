//! Changed content under digests that match it: a typed error or another policy root, never a panic, and never the same
//! root for other content. Only the texts may change without changing the root.

use super::{Part, parts, rebuilt};
use crate::wire::Section;
use crate::{Artifact, DecodeError, PolicyRoot, sample};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What became of a changed file.
#[derive(Default)]
struct Tally {
    refused: usize,
    other_root: usize,
    same_root: usize,
}

struct Campaign {
    original: Artifact,
    root: PolicyRoot,
    tally: Tally,
}

impl Campaign {
    fn new() -> Campaign {
        let original = sample::realistic();
        let root = original.policy_root();
        Campaign { original, root, tally: Tally::default() }
    }

    /// Judges a file whose sections `changed` differ from the original's.
    fn judge(&mut self, bytes: &[u8], changed: &[u16], what: &str) {
        let artifact = match Artifact::decode(bytes) {
            Ok(artifact) => artifact,
            Err(error) => {
                assert!(["E0803", "E0804", "E0805"].contains(&error.code()), "{what}: {error}");
                self.tally.refused += 1;
                return;
            }
        };
        assert_eq!(artifact.encode(), bytes, "{what}: two spellings of one artifact");
        let only_texts = changed.iter().all(|kind| *kind == Section::Texts.kind());
        if artifact.policy_root() == self.root {
            assert!(only_texts, "{what}: other content under the same root");
            self.tally.same_root += 1;
        } else {
            assert!(!only_texts, "{what}: texts are not under the root");
            self.tally.other_root += 1;
        }
    }
}

fn differing(before: &[Part], after: &[Part]) -> Vec<u16> {
    before
        .iter()
        .zip(after)
        .filter(|(before, after)| before.2 != after.2)
        .map(|(before, _)| before.0)
        .collect()
}

#[test]
fn every_byte_of_every_section() {
    let mut campaign = Campaign::new();
    for (at, part) in parts(&campaign.original).into_iter().enumerate() {
        for byte in 0..part.2.len() {
            for flip in [0x01, 0x80, 0xff] {
                let bytes = rebuilt(&campaign.original, |parts| parts[at].2[byte] ^= flip);
                let what = format!("section {}, byte {byte} ^ {flip:#x}", part.0);
                campaign.judge(&bytes, &[part.0], &what);
            }
        }
    }
    let Tally { refused, other_root, same_root } = campaign.tally;
    assert!(refused > 3_000 && other_root > 500 && same_root > 100, "{refused} {other_root} {same_root}");
}

#[test]
fn every_number_as_a_wild_count() {
    let mut campaign = Campaign::new();
    for (at, part) in parts(&campaign.original).into_iter().enumerate() {
        for byte in 0..part.2.len().saturating_sub(3) {
            for wild in [u32::MAX, 1 << 31, 0x0001_0000, 0] {
                let old = part.2[byte..byte + 4].to_vec();
                if old == wild.to_le_bytes() {
                    continue;
                }
                let bytes = rebuilt(&campaign.original, |parts| {
                    parts[at].2[byte..byte + 4].copy_from_slice(&wild.to_le_bytes());
                });
                campaign.judge(&bytes, &[part.0], &format!("section {}, byte {byte} = {wild}", part.0));
            }
        }
    }
    assert!(campaign.tally.refused > 5_000);
}

#[test]
fn every_section_cut_and_lengthened() {
    let artifact = sample::realistic();
    for (at, part) in parts(&artifact).into_iter().enumerate() {
        let section = Section::from_kind(part.0).unwrap();
        for length in 0..part.2.len() {
            let cut = rebuilt(&artifact, |parts| parts[at].2.truncate(length));
            let error = Artifact::decode(&cut).unwrap_err();
            let typed =
                matches!(error, DecodeError::SectionTooShort { section: found, .. } if found == section);
            assert!(typed, "{section} of {length}: {error}");
        }
        let longer = rebuilt(&artifact, |parts| parts[at].2.push(0));
        let offset = part.2.len() as u64;
        assert_eq!(Artifact::decode(&longer), Err(DecodeError::SectionTooLong { section, offset }));
    }
}

#[test]
fn sections_of_another_policy() {
    let mut campaign = Campaign::new();
    let mut other = campaign.original.clone();
    other.limits.segments = 5;
    other.table_root = [8; 32];
    other.facts.pop();
    other.tombstones.clear();
    other.governance = None;
    other.cells.pop();
    other.classes[0].services.clear();
    other.routes[1].deprecated = None;
    other.gateways[0].owner = sample::cell(2);
    other.texts.policy.push('x');
    assert_eq!(other.validate(), Ok(()));
    let theirs = parts(&other);
    let ours = parts(&campaign.original);
    for (at, part) in theirs.iter().enumerate().filter(|(at, part)| **part != ours[*at]) {
        let mixed = rebuilt(&campaign.original, |parts| parts[at].clone_from(part));
        campaign.judge(&mixed, &[part.0], &format!("section {} of another policy", part.0));
    }
    assert_eq!(campaign.tally.same_root, 1);
    assert!(campaign.tally.other_root >= 7);
}

/// Runs of bytes copied, moved, removed and overwritten, one to four at a time.
#[test]
fn random_edits() {
    let mut campaign = Campaign::new();
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let before = parts(&campaign.original);
    for round in 0..6_000 {
        let mut after = before.clone();
        for _ in 0..random.random_range(1..=4) {
            let at = random.random_range(0..after.len());
            edit(&mut after[at].2, &mut random);
        }
        let changed = differing(&before, &after);
        let bytes = super::assemble(0, &after);
        if !changed.is_empty() {
            campaign.judge(&bytes, &changed, &format!("round {round}"));
        }
    }
    assert!(campaign.tally.refused > 4_000 && campaign.tally.other_root > 20);
}

fn edit(section: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    let length = section.len();
    let at = random.random_range(0..=length);
    let until = random.random_range(at..=length.min(at + 16));
    match random.random_range(0..6) {
        0 => {
            section.drain(at..until);
        }
        1 => {
            let run = section[at..until].to_vec();
            let place = random.random_range(0..=length);
            section.splice(place..place, run);
        }
        2 => section[at..until].fill(0),
        3 => section[at..until].reverse(),
        4 => section[at..until].iter_mut().for_each(|byte| *byte = random.random()),
        _ => {
            if let Some(byte) = section.get_mut(at) {
                *byte = byte.wrapping_add(1);
            }
        }
    }
}
