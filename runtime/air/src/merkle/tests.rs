//! Openings are exact, and reading them is bounded.

use super::*;
use crate::hasher::Blake3;

type Tree = ExactTree<Blake3>;

fn tree(log2: u32) -> Tree {
    let leaves = (0..1u32 << log2).map(|at| Blake3::hash(&at.to_le_bytes())).collect();
    <Tree as VectorCommitment<Blake3>>::new(leaves).unwrap()
}

/// Some positions, in no order, each once.
fn positions(seed: u64, wanted: usize, size: usize) -> Vec<usize> {
    let mut state = seed;
    let mut found: Vec<usize> = Vec::new();
    while found.len() < wanted {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (state >> 33) as usize % size;
        if !found.contains(&at) {
            found.push(at);
        }
    }
    found
}

#[test]
fn honest_openings_are_exact_at_every_size() {
    for log2 in 1..=8 {
        let (tree, size) = (tree(log2), 1usize << log2);
        for wanted in 1..=size.min(QUERIES) {
            let at = positions(u64::from(log2) * 1_000 + wanted as u64, wanted, size);
            let (leaves, opening) = tree.open_many(&at).unwrap();
            assert_eq!(opening.0.get_root(&at, &leaves), Ok(tree.commitment()), "winterfell's way");
            Tree::verify_many(tree.commitment(), &at, &leaves, &opening).unwrap();
            let read = ExactOpening::<Blake3>::read_from_bytes(&opening.to_bytes()).unwrap();
            assert!(read.0 == opening.0);
        }
    }
}

#[test]
fn trees_are_those_of_winterfell() {
    for count in [0, 1, 2, 3, 4, 64, 1024] {
        let leaves: Vec<_> = (0..count as u32).map(|at| Blake3::hash(&at.to_le_bytes())).collect();
        let ours = <Tree as VectorCommitment<Blake3>>::new(leaves.clone());
        match (ours, MerkleTree::<Blake3>::new(leaves)) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(ours.commitment(), *theirs.root(), "{count}");
                for at in [0, count / 2, count - 1] {
                    assert_eq!(ours.open(at).unwrap(), theirs.prove(at).unwrap(), "{count}");
                }
            }
            (ours, theirs) => assert!(ours.is_err() && theirs.is_err(), "{count}"),
        }
    }
}

#[test]
fn no_digest_of_an_opening_may_change_move_or_be_missing() {
    for log2 in 1..=7 {
        let (tree, size) = (tree(log2), 1usize << log2);
        let at = positions(u64::from(log2), size.min(9).div_ceil(2), size);
        let (leaves, opening) = tree.open_many(&at).unwrap();
        let refused = |changed: BatchMerkleProof<Blake3>| {
            let changed = ExactOpening(changed);
            assert!(Tree::verify_many(tree.commitment(), &at, &leaves, &changed).is_err(), "{log2}");
        };
        for vector in 0..opening.0.nodes.len() {
            for digest in 0..opening.0.nodes[vector].len() {
                let mut changed = opening.0.clone();
                changed.nodes[vector][digest] = Blake3::hash(b"other");
                refused(changed);
                let mut changed = opening.0.clone();
                let moved = changed.nodes[vector].remove(digest);
                refused(changed.clone());
                let next = (vector + 1) % changed.nodes.len();
                if next != vector {
                    changed.nodes[next].push(moved);
                    refused(changed);
                }
            }
        }
        let mut longer = opening.0.clone();
        longer.nodes.push(Vec::new());
        refused(longer);
        let mut shorter = opening.0.clone();
        shorter.nodes.pop();
        refused(shorter);
        for depth in [opening.0.depth - 1, opening.0.depth + 1] {
            refused(BatchMerkleProof { depth, nodes: opening.0.nodes.clone() });
        }
        let outside: Vec<usize> = at.iter().map(|place| place + size).collect();
        assert!(Tree::verify_many(tree.commitment(), &outside, &leaves, &opening).is_err());
    }
}

#[test]
fn surplus_leaves_and_digests_are_refused() {
    let tree = tree(8);
    let at = positions(1, 20, 256);
    let (leaves, opening) = tree.open_many(&at).unwrap();
    let more = [leaves.clone(), vec![Blake3::hash(b"more")]].concat();
    assert!(
        MerkleTree::<Blake3>::verify_batch(&tree.commitment(), &at, &more, &opening.0).is_ok(),
        "winterfell's way"
    );
    assert!(Tree::verify_many(tree.commitment(), &at, &more, &opening).is_err());
    for vector in 0..opening.0.nodes.len() {
        let mut long = opening.0.clone();
        long.nodes[vector].push(Blake3::hash(b"more"));
        assert!(
            MerkleTree::<Blake3>::verify_batch(&tree.commitment(), &at, &leaves, &long).is_ok(),
            "winterfell's way"
        );
        assert!(Tree::verify_many(tree.commitment(), &at, &leaves, &ExactOpening(long)).is_err());
    }
}

#[test]
fn another_leaf_root_or_position_is_refused() {
    let tree = tree(6);
    let at = [3, 40, 41];
    let (leaves, opening) = tree.open_many(&at).unwrap();
    let other = Blake3::hash(b"other");
    assert!(Tree::verify_many(other, &at, &leaves, &opening).is_err());
    assert!(Tree::verify_many(tree.commitment(), &[2, 40, 41], &leaves, &opening).is_err());
    assert!(Tree::verify_many(tree.commitment(), &[3, 3, 41], &leaves, &opening).is_err());
    assert!(Tree::verify_many(tree.commitment(), &[], &[], &opening).is_err());
    assert!(Tree::verify_many(tree.commitment(), &at, &[leaves[0], other, leaves[2]], &opening).is_err());
    let (leaf, path) = tree.open(9).unwrap();
    assert!(Tree::verify(tree.commitment(), 9, leaf, &path).is_ok());
    assert!(Tree::verify(tree.commitment(), 8, leaf, &path).is_err());
    assert!(Tree::verify(tree.commitment(), 9, leaf, &vec![]).is_err());
}

#[test]
fn lengths_are_not_believed() {
    let vint = |value: u64| {
        let mut bytes = Vec::new();
        bytes.write_usize(value as usize);
        bytes
    };
    let huge = [1u64 << 20, 1 << 40, 1 << 62, u64::MAX];
    for value in huge {
        let vectors = [vec![10], vint(value)].concat();
        assert!(ExactOpening::<Blake3>::read_from_bytes(&vectors).is_err());
        let digests = [vec![10], vint(1), vint(value)].concat();
        assert!(ExactOpening::<Blake3>::read_from_bytes(&digests).is_err());
    }
    // More digests than a path has, all there.
    for (digests, good) in [(2, true), (3, false)] {
        let bytes = [vec![2], vint(1), vint(digests), vec![0; 32 * digests as usize]].concat();
        assert_eq!(ExactOpening::<Blake3>::read_from_bytes(&bytes).is_ok(), good);
    }
    for depth in [0, MAX_DEPTH + 1, 64, 255] {
        assert!(ExactOpening::<Blake3>::read_from_bytes(&[vec![depth], vint(0)].concat()).is_err());
    }
}
