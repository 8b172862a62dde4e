//! Merkle openings of several leaves, with exactly the digests that are needed.

use super::form::Opened;
use super::transcript::{Digest, hash, merge};
use std::collections::{BTreeMap, VecDeque};

/// Whether these leaves stand at these positions, each once, in a tree of 2 to the power `depth` leaves under this root.
pub fn leads_to(root: &Digest, positions: &[usize], depth: u32, opened: &Opened) -> bool {
    if positions.len() != opened.leaves.len() || u32::from(opened.depth) != depth {
        return false;
    }
    let leaves = opened.leaves.iter().map(|leaf| hash(leaf.iter().copied()));
    let mut level: BTreeMap<usize, Digest> = positions.iter().copied().zip(leaves).collect();
    let mut vectors: Vec<VecDeque<&Digest>> =
        opened.vectors.iter().map(|vector| vector.iter().collect()).collect();
    for height in 0..depth {
        let mut above = BTreeMap::new();
        let nodes: Vec<usize> = level.keys().copied().collect();
        for (order, node) in nodes.iter().enumerate() {
            if above.contains_key(&(node / 2)) {
                continue;
            }
            let own = level[node];
            let beside = match level.get(&(node ^ 1)) {
                Some(beside) => *beside,
                None => {
                    // The lowest level has a vector a pair; above it the n-th node takes from the n-th vector.
                    let vector = if height == 0 { above.len() } else { order };
                    match vectors.get_mut(vector).and_then(VecDeque::pop_front) {
                        Some(digest) => *digest,
                        None => return false,
                    }
                }
            };
            let both = if node % 2 == 0 { merge(&own, &beside) } else { merge(&beside, &own) };
            above.insert(node / 2, both);
        }
        if height == 0 && vectors.len() != above.len() {
            return false;
        }
        level = above;
    }
    level.get(&0) == Some(root) && vectors.iter().all(VecDeque::is_empty)
}
