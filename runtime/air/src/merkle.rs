//! Vector commitments of proofs: winterfell's Merkle tree behind a door that bounds what is read and wants openings exact.
//!
//! Not here: the trees of facts, credentials and rows (`dregg-commit`), which proofs are about.

use crate::hasher::{Blake3, Digest, hash_each};
use crate::options::{BLOWUP, MAX_LOG2_ROWS, QUERIES};
use winter_crypto::{BatchMerkleProof, Hasher, MerkleTree, MerkleTreeError, VectorCommitment};
use winter_utils::{ByteReader, ByteWriter, Deserializable, DeserializationError, Serializable};

/// The deepest tree: over the evaluation domain of the longest trace.
pub const MAX_DEPTH: u8 = MAX_LOG2_ROWS + BLOWUP.ilog2() as u8;

/// A Merkle tree, committed to and opened as winterfell does it, but checked exactly.
pub struct ExactTree<H: Hasher>(MerkleTree<H>);

/// The opening of many leaves at once.
///
/// winterfell's reader allocates as many vectors as the bytes say, which aborts the process; this one at most
/// [`QUERIES`] of at most [`MAX_DEPTH`] digests.
pub struct ExactOpening<H: Hasher>(BatchMerkleProof<H>);

impl ExactTree<Blake3> {
    /// The same tree as that of [`VectorCommitment::with_options`], with the nodes of a level hashed together.
    ///
    /// # Errors
    /// Fewer than two leaves, or no power of two of them.
    pub fn of_leaves(leaves: Vec<Digest>) -> Result<ExactTree<Blake3>, MerkleTreeError> {
        // The root stands at 1, the children of the node at `i` at `2i` and `2i + 1`.
        let mut levels = Vec::new();
        let mut below = &leaves;
        while below.len() > 1 {
            let (pairs, _) = Digest::digests_as_bytes(below).as_chunks::<{ 2 * blake3::OUT_LEN }>();
            let pairs: Vec<&[u8]> = pairs.iter().map(<[u8; 64]>::as_slice).collect();
            levels.push(hash_each(&pairs));
            let Some(level) = levels.last() else { break };
            below = level;
        }
        let nodes =
            std::iter::once(Digest::default()).chain(levels.iter().rev().flatten().copied()).collect();
        match leaves.len() {
            count if count.is_power_of_two() => MerkleTree::from_raw_parts(nodes, leaves).map(ExactTree),
            _ => MerkleTree::new(leaves).map(ExactTree),
        }
    }
}

impl<H: Hasher> VectorCommitment<H> for ExactTree<H> {
    type Options = ();
    // Only here because the trait wants it: no part of a proof is the opening of one leaf.
    type Proof = Vec<H::Digest>;
    type MultiProof = ExactOpening<H>;
    type Error = MerkleTreeError;

    fn with_options(items: Vec<H::Digest>, (): ()) -> Result<Self, MerkleTreeError> {
        MerkleTree::new(items).map(ExactTree)
    }

    fn commitment(&self) -> H::Digest {
        *self.0.root()
    }

    fn domain_len(&self) -> usize {
        self.0.leaves().len()
    }

    fn get_proof_domain_len(proof: &Vec<H::Digest>) -> usize {
        u32::try_from(proof.len()).ok().and_then(|depth| 1usize.checked_shl(depth)).unwrap_or(0)
    }

    fn get_multiproof_domain_len(proof: &ExactOpening<H>) -> usize {
        1 << proof.0.depth
    }

    fn open(&self, index: usize) -> Result<(H::Digest, Vec<H::Digest>), MerkleTreeError> {
        self.0.prove(index)
    }

    fn open_many(&self, indexes: &[usize]) -> Result<(Vec<H::Digest>, ExactOpening<H>), MerkleTreeError> {
        let (leaves, proof) = self.0.prove_batch(indexes)?;
        Ok((leaves, ExactOpening(proof)))
    }

    fn verify(
        root: H::Digest,
        index: usize,
        leaf: H::Digest,
        proof: &Vec<H::Digest>,
    ) -> Result<(), MerkleTreeError> {
        if proof.is_empty() {
            return Err(MerkleTreeError::InvalidProof);
        }
        MerkleTree::<H>::verify(root, index, leaf, proof)
    }

    /// SOUNDNESS: winterfell ignores surplus leaves and digests, so a proof could carry rows that no root vouches for, and
    /// have many spellings. Here their numbers are those that follow from the positions.
    fn verify_many(
        root: H::Digest,
        indexes: &[usize],
        leaves: &[H::Digest],
        opening: &ExactOpening<H>,
    ) -> Result<(), MerkleTreeError> {
        let numbers = opening.0.nodes.iter().map(Vec::len);
        if leaves.len() != indexes.len() || !numbers.eq(needed(indexes, opening.0.depth)) {
            return Err(MerkleTreeError::InvalidProof);
        }
        MerkleTree::<H>::verify_batch(&root, indexes, leaves, &opening.0)
    }
}

/// How many digests each vector of an opening holds: one vector a pair of leaves with an opened one, in order; a vector
/// also takes the digests needed above, those of the n-th node of a level going to the n-th vector.
fn needed(indexes: &[usize], depth: u8) -> Vec<usize> {
    let mut level: Vec<usize> = indexes.to_vec();
    level.sort_unstable();
    level.dedup();
    let mut numbers = Vec::with_capacity(level.len());
    for above in 0..depth {
        let mut parents = Vec::with_capacity(level.len());
        let mut nodes = level.iter().enumerate().peekable();
        while let Some((at, node)) = nodes.next() {
            let both = nodes.next_if(|(_, next)| **next == node ^ 1).is_some();
            // On the lowest level vectors are counted by pairs, above by nodes, the second of a pair included.
            if above == 0 {
                numbers.push(usize::from(!both));
            } else if let (false, Some(number)) = (both, numbers.get_mut(at)) {
                *number += 1;
            }
            parents.push(node >> 1);
        }
        level = parents;
    }
    numbers
}

impl<H: Hasher> Serializable for ExactOpening<H> {
    fn write_into<W: ByteWriter>(&self, target: &mut W) {
        self.0.write_into(target);
    }
}

impl<H: Hasher> Deserializable for ExactOpening<H> {
    fn read_from<R: ByteReader>(source: &mut R) -> Result<Self, DeserializationError> {
        let invalid = |what: &str| Err(DeserializationError::InvalidValue(what.to_owned()));
        let depth = source.read_u8()?;
        if !(1..=MAX_DEPTH).contains(&depth) {
            return invalid("depth of a tree");
        }
        let vectors = source.read_usize()?;
        if vectors > QUERIES {
            return invalid("number of vectors of an opening");
        }
        let mut nodes = Vec::with_capacity(vectors);
        for _ in 0..vectors {
            let digests = source.read_usize()?;
            if digests > usize::from(depth) {
                return invalid("number of digests of an opening");
            }
            nodes.push((0..digests).map(|_| H::Digest::read_from(source)).collect::<Result<_, _>>()?);
        }
        Ok(ExactOpening(BatchMerkleProof { nodes, depth }))
    }
}

#[cfg(test)]
mod tests;
