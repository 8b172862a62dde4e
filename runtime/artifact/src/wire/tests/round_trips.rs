//! What is written is read again, and nothing else reads as the same.

use crate::wire::{FORMAT, MAGIC};
use crate::{Artifact, Limits, Path, Texts, Tombstone, Writer, sample};

fn comes_back(artifact: &Artifact) {
    let bytes = artifact.encode();
    let back = Artifact::decode(&bytes).unwrap();
    assert_eq!(back, *artifact);
    assert_eq!(back.encode(), bytes);
    assert_eq!(back.policy_root(), artifact.policy_root());
}

#[test]
fn the_empty_artifact_comes_back() {
    comes_back(&Artifact::default());
    assert_eq!(Artifact::default().dfa.classify(Path::parse("/", &Limits::default()).unwrap()), None);
}

#[test]
fn a_realistic_artifact_comes_back() {
    let artifact = sample::realistic();
    comes_back(&artifact);
    // The sample means what it says: automaton and index agree on a few paths.
    for (path, pattern) in [
        ("/public", Some(2)),
        ("/public/a/b.c", Some(2)),
        ("/m/.../v12", Some(1)),
        ("/m/x/v", None),
        ("/latest", Some(4)),
        ("/services", None),
        ("/", None),
    ] {
        let path = Path::parse(path, &artifact.limits).unwrap();
        let found = artifact.index.find(path.as_str().as_bytes(), &artifact.limits);
        assert_eq!(found, pattern, "{path:?}");
        let class = pattern.and_then(|pattern| artifact.index.class(pattern));
        assert_eq!(artifact.dfa.classify(path), class, "{path:?}");
    }
}

#[test]
fn variants_come_back() {
    let mut artifact = sample::realistic();
    artifact.texts = Texts::default();
    artifact.governance.as_mut().unwrap().stakes = Writer::Council;
    artifact.governance.as_mut().unwrap().epoch_blocks = None;
    artifact.gateways[0].delegation = None;
    artifact.tombstones.clear();
    comes_back(&artifact);
    artifact.governance = None;
    let pattern = sample::pattern(&[crate::Segment::Any], true);
    artifact.tombstones = vec![Tombstone { pattern, removed_at: u64::MAX }];
    comes_back(&artifact);
}

/// Bytes and root of format 1. A change here is a change of the format, and needs a new version.
#[test]
fn bytes_and_root_are_frozen() {
    let artifact = sample::realistic();
    let bytes = artifact.encode();
    assert_eq!(bytes[..8], MAGIC);
    assert_eq!((FORMAT, bytes.len()), (1, 5120));
    assert_eq!(
        blake3::hash(&bytes).to_hex().as_str(),
        "4bb82a0cb0cf41b03b9d881f2b1502b6823cb903e95050c05b6069267a8cbbca"
    );
    assert_eq!(
        artifact.policy_root().to_string(),
        "a8d64d3157d59e4feafcb07bf72bdfd8c4bdfebfab43943ad7727e349b7fddf1"
    );
}
