//! Artifacts that were changed on purpose, half of them with every digest made to fit again: an error, another policy
//! root, or a change to the texts only, which decides nothing. Never a panic, never another decision under one root.
//!
//! `DREGG_MUTATIONS` says how many; a release asks for 100,000 and more.

use dregg_artifact::wire::{Section, reseal};
use dregg_artifact::{Artifact, CellId, Permission};
use dregg_runtime::{Decision, Facts, Policy, Reason, Request};
use dregg_tests::compile_files;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::path::Path;

/// How many mutations there are unless `DREGG_MUTATIONS` says otherwise.
const MUTATIONS: u64 = 4_000;
/// Header, table entry and alignment, in bytes.
const LINE: usize = 64;

/// A compiled example and what it decides.
struct Base {
    bytes: Vec<u8>,
    artifact: Artifact,
    paths: Vec<String>,
    decisions: Vec<Verdict>,
}

/// A decision without its texts.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Allow(String),
    Deny(Reason),
}

fn bases() -> Vec<Base> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples");
    let read = |file: &str| std::fs::read_to_string(examples.join(file)).unwrap();
    let shared = read("service-mesh/shared/limits.dregg");
    ["versions/versions.dregg", "tiers/tiers.dregg", "gateway/gateway.dregg", "service-mesh/mesh.dregg"]
        .map(|file| {
            let compiled =
                compile_files(&[("p.dregg", &read(file)), ("shared/limits.dregg", &shared)]).unwrap();
            let paths = paths(&compiled.artifact);
            let decisions = decisions(&compiled.policy, &paths);
            assert!(decisions.iter().any(|verdict| matches!(verdict, Verdict::Allow(_))), "{file}");
            assert!(decisions.iter().any(|verdict| matches!(verdict, Verdict::Deny(_))), "{file}");
            Base { bytes: compiled.bytes, artifact: compiled.artifact, paths, decisions }
        })
        .into()
}

/// A path for every route and redirect, and two that have none.
fn paths(artifact: &Artifact) -> Vec<String> {
    let mut paths: Vec<String> = artifact.redirects.iter().map(|redirect| redirect.from.clone()).collect();
    for route in &artifact.texts.routes {
        let segment = |segment: &str| {
            if segment.starts_with(['{', '*']) { "v1".to_owned() } else { segment.to_owned() }
        };
        paths.push(route.path.split('/').map(segment).collect::<Vec<_>>().join("/"));
    }
    paths.extend(["/nowhere".to_owned(), "/../etc".to_owned()]);
    paths
}

fn decisions(policy: &Policy, paths: &[String]) -> Vec<Verdict> {
    let mut facts = Facts::new(policy);
    let cells: Vec<CellId> = policy.artifact().cells.iter().map(|(_, cell)| *cell).take(3).collect();
    for (cell, stake) in cells.iter().zip([10_000, 500]) {
        facts.stake(*cell, stake).unwrap();
    }
    let mut decisions = Vec::new();
    for path in paths {
        for caller in &cells {
            for permission in Permission::ALL {
                let request = Request {
                    permission,
                    path,
                    caller: *caller,
                    epoch: 7,
                    proved: permission != Permission::Read,
                };
                decisions.push(match policy.decide(&request, &facts) {
                    Decision::Allow { route, clause } => Verdict::Allow(format!("{route} {clause:?}")),
                    Decision::Deny { reason, .. } => Verdict::Deny(reason),
                });
            }
        }
    }
    decisions
}

/// One section as it stands in a file.
#[derive(Clone)]
struct Part {
    kind: u16,
    flags: u16,
    digest: [u8; 32],
    bytes: Vec<u8>,
}

fn word(bytes: &[u8], at: usize) -> usize {
    usize::try_from(u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())).unwrap()
}

fn parts(file: &[u8]) -> Vec<Part> {
    let count = u32::from_le_bytes(file[12..16].try_into().unwrap()) as usize;
    let part = |line: &[u8]| Part {
        kind: u16::from_le_bytes([line[0], line[1]]),
        flags: u16::from_le_bytes([line[2], line[3]]),
        digest: line[32..].try_into().unwrap(),
        bytes: file[word(line, 8)..word(line, 8) + word(line, 16)].to_vec(),
    };
    file[LINE..].chunks(LINE).take(count).map(part).collect()
}

/// A file of these sections, its digests as they were.
fn frame(head: &[u8], parts: &[Part]) -> Vec<u8> {
    let mut file = head[..LINE].to_vec();
    let mut content = Vec::new();
    for part in parts {
        let offset = LINE * (1 + parts.len()) + content.len();
        file.extend(part.kind.to_le_bytes());
        file.extend(part.flags.to_le_bytes());
        file.extend([0; 4]);
        file.extend((offset as u64).to_le_bytes());
        file.extend((part.bytes.len() as u64).to_le_bytes());
        file.extend([0; 8]);
        file.extend(part.digest);
        content.extend(&part.bytes);
        content.resize(content.len().next_multiple_of(LINE), 0);
    }
    file.extend(content);
    file[12..16].copy_from_slice(&(parts.len() as u32).to_le_bytes());
    let length = (file.len() as u64).to_le_bytes();
    file[16..24].copy_from_slice(&length);
    file
}

/// Numbers that lengths, counts and references go wrong at.
fn number(rng: &mut ChaCha8Rng, old: u32) -> u32 {
    match rng.random_range(0..8) {
        0 => 0,
        1 => 1,
        2 => u32::MAX,
        3 => 1 << rng.random_range(0..32),
        4 => old.wrapping_sub(1),
        5 => old.wrapping_mul(2),
        6 => rng.random_range(0..256),
        _ => old.wrapping_add(1),
    }
}

/// Changes bytes in one place.
fn change(rng: &mut ChaCha8Rng, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        bytes.push(rng.random());
        return;
    }
    let at = rng.random_range(0..bytes.len());
    let until = (at + rng.random_range(1..=16)).min(bytes.len());
    match rng.random_range(0..16) {
        0..4 => bytes[at] ^= 1 << rng.random_range(0..8),
        4..6 => bytes[at] = rng.random(),
        6 => bytes.truncate(at),
        7 => drop(bytes.drain(at..until)),
        8 => {
            let copy = bytes[at..until].to_vec();
            let to = rng.random_range(0..=bytes.len());
            bytes.splice(to..to, copy);
        }
        9..11 => {
            let copy = bytes[at..until].to_vec();
            let to = rng.random_range(0..=bytes.len() - copy.len());
            bytes[to..to + copy.len()].copy_from_slice(&copy);
        }
        11..14 => bytes[at] = bytes[at].wrapping_add([1, u8::MAX][rng.random_range(0..2)]),
        _ => {
            if let Some(field) = bytes.get_mut(at..at + 4) {
                let old = u32::from_le_bytes((&*field).try_into().unwrap());
                field.copy_from_slice(&number(rng, old).to_le_bytes());
            }
        }
    }
}

/// A changed file, its digests not yet made to fit. `other` lends sections and bytes.
fn mutate(rng: &mut ChaCha8Rng, base: &Base, other: &Base) -> Vec<u8> {
    let mut file = base.bytes.clone();
    let mut sections = parts(&file);
    let (one, two) = (rng.random_range(0..sections.len()), rng.random_range(0..sections.len()));
    match rng.random_range(0..10) {
        0 => change(rng, &mut file),
        1 => {
            // Within the header or the section table.
            let at = rng.random_range(0..LINE * (1 + sections.len()) - 4);
            let old = u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
            file[at..at + 4].copy_from_slice(&number(rng, old).to_le_bytes());
        }
        2 => {
            let at = rng.random_range(0..file.len().min(other.bytes.len()));
            file.truncate(at);
            file.extend(&other.bytes[at..]);
        }
        3 => {
            let bytes = std::mem::take(&mut sections[one].bytes);
            sections[one].bytes = std::mem::replace(&mut sections[two].bytes, bytes);
            file = frame(&file, &sections);
        }
        4 => {
            sections[one] = parts(&other.bytes)[one].clone();
            file = frame(&file, &sections);
        }
        5 => {
            let section = sections.remove(one);
            if rng.random() {
                sections.insert(two.min(sections.len()), section);
            }
            file = frame(&file, &sections);
        }
        _ => {
            for _ in 0..[1, 1, 1, 2, 4][rng.random_range(0..5)] {
                change(rng, &mut sections[one].bytes);
            }
            file = frame(&file, &sections);
        }
    }
    file
}

/// Checks what a changed file is taken for, and names it.
fn outcome(file: &[u8], sealed: bool, base: &Base) -> String {
    let artifact = match Artifact::decode(file) {
        Ok(artifact) => artifact,
        Err(error) => {
            let name = format!("{error:?}");
            return format!("refused: {}", name.split(|c: char| !c.is_alphanumeric()).next().unwrap());
        }
    };
    assert!(sealed, "a digest covers every byte");
    assert_eq!(artifact.encode(), file, "two files of one artifact");
    let same_root = artifact.policy_root() == base.artifact.policy_root();
    let other_texts = Artifact { texts: base.artifact.texts.clone(), ..artifact.clone() };
    assert_eq!(other_texts == base.artifact, same_root, "the root covers everything but the texts");
    let decided = decisions(&Policy::from_artifact(artifact), &base.paths);
    if same_root {
        assert_eq!(decided, base.decisions);
        "loaded: other texts".to_owned()
    } else {
        "loaded: another root".to_owned()
    }
}

#[test]
fn a_changed_artifact_is_refused_or_another_policy() {
    let count = std::env::var("DREGG_MUTATIONS").map_or(MUTATIONS, |count| count.parse().unwrap());
    let bases = bases();
    let mut outcomes: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..count {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let base = &bases[rng.random_range(0..bases.len())];
        let other = &bases[rng.random_range(0..bases.len())];
        let sealed = seed % 2 == 0;
        // Some changes change nothing, or make the one example of the other.
        let file = loop {
            let mut file = mutate(&mut rng, base, other);
            if sealed {
                reseal(&mut file);
            }
            if bases.iter().all(|base| base.bytes != file) {
                break file;
            }
        };
        let name = std::panic::catch_unwind(|| outcome(&file, sealed, base));
        let name = name.unwrap_or_else(|_| panic!("mutation {seed}"));
        *outcomes.entry(name).or_default() += 1;
    }
    for (name, count) in &outcomes {
        println!("{count:>8} {name}");
    }
    // The campaign reaches behind the digests, and what it meets there is not one thing.
    assert!(outcomes["loaded: another root"] > count / 100, "{outcomes:?}");
    assert!(outcomes["loaded: other texts"] > count / 1000, "{outcomes:?}");
    assert!(outcomes.len() > 10, "{outcomes:?}");
}

#[test]
fn every_flipped_bit_is_refused() {
    let bases = bases();
    let base = &bases[0];
    let mut file = base.bytes.clone();
    for bit in (0..file.len() * 8).step_by(37) {
        file[bit / 8] ^= 1 << (bit % 8);
        assert!(Artifact::decode(&file).is_err(), "bit {bit}");
        file[bit / 8] ^= 1 << (bit % 8);
    }
    assert_eq!(Artifact::decode(&file).as_ref(), Ok(&base.artifact));
}

#[test]
fn the_frame_of_these_tests_is_the_frame_of_the_format() {
    for base in bases() {
        let sections = parts(&base.bytes);
        assert_eq!(sections.len(), Section::REQUIRED.len());
        let mut file = frame(&base.bytes, &sections);
        reseal(&mut file);
        assert_eq!(file, base.bytes);
    }
}
