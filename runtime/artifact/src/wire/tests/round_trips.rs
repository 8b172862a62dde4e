//! What is written is read again, and nothing else reads as the same.

use crate::wire::{FORMAT, MAGIC};
use crate::{Artifact, Fault, Leaf, Limits, Path, Place, RouteIndex, Texts, Tombstone, Writer, sample};

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
fn an_artifact_without_a_root_node_is_refused() {
    let artifact = Artifact { index: RouteIndex::default(), ..Artifact::default() };
    assert_eq!(Artifact::decode(&artifact.encode()), Err(Fault::EmptyNode.at(Place::Index)));
}

#[test]
fn a_realistic_artifact_comes_back() {
    let artifact = sample::realistic();
    comes_back(&artifact);
    // The sample means what it says: automaton and index agree on a few paths.
    for (path, leaf) in [
        ("/public", Some(Leaf::Route(2))),
        ("/public/a/b.c", Some(Leaf::Route(2))),
        ("/m/.../v12", Some(Leaf::Route(1))),
        ("/m/x/v", None),
        ("/latest", Some(Leaf::Redirect(0))),
        ("/services", None),
        ("/", None),
    ] {
        let path = Path::parse(path, &artifact.limits).unwrap();
        assert_eq!(artifact.index.find(path), leaf, "{path:?}");
        assert_eq!(artifact.dfa.classify(path).is_some(), leaf.is_some(), "{path:?}");
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

/// Bytes and root of format 0. A change here is a change of the format, and needs a new version once 1 is out.
#[test]
fn bytes_and_root_are_frozen() {
    let artifact = sample::realistic();
    let bytes = artifact.encode();
    assert_eq!(bytes[..8], MAGIC);
    assert_eq!((FORMAT, bytes.len()), (0, 4992));
    assert_eq!(
        blake3::hash(&bytes).to_hex().as_str(),
        "50fed087f485ddfd7d00963c10d71aa02b9f7d106916684a4b88b4cded8c925b"
    );
    assert_eq!(
        artifact.policy_root().to_string(),
        "d603718ba27206330ff759a3718a9c3f8440fe3bce2d08bcd8f930c6d0f9a8f8"
    );
}
