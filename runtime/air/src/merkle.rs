//! Vector commitments of proofs: winterfell's Merkle tree behind a door that bounds what is read and wants openings exact.
//!
//! Not here: the trees of facts, credentials and rows (`dregg-commit`), which proofs are about.

use crate::hasher::{Blake3, Digest, hash_each};
use crate::options::{BLOWUP, MAX_LOG2_ROWS, QUERIES};
use winter_crypto::{BatchMerkleProof, Digest as _, Hasher, MerkleTree, MerkleTreeError, VectorCommitment};
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

impl VectorCommitment<Blake3> for ExactTree<Blake3> {
    type Options = ();
    // Only here because the trait wants it: no part of a proof is the opening of one leaf.
    type Proof = Vec<Digest>;
    type MultiProof = ExactOpening<Blake3>;
    type Error = MerkleTreeError;

    /// winterfell's tree, the nodes of a level hashed together.
    fn with_options(leaves: Vec<Digest>, (): ()) -> Result<Self, MerkleTreeError> {
        if !leaves.len().is_power_of_two() {
            return Err(MerkleTreeError::NumberOfLeavesNotPowerOfTwo(leaves.len()));
        }
        // The root stands at 1, the children of the node at `i` at `2i` and `2i + 1`.
        let mut levels = Vec::new();
        let mut below = &leaves;
        while below.len() > 1 {
            let (pairs, _) = Digest::digests_as_bytes(below).as_chunks();
            levels.push(parents(pairs));
            let Some(level) = levels.last() else { break };
            below = level;
        }
        let nodes =
            std::iter::once(Digest::default()).chain(levels.iter().rev().flatten().copied()).collect();
        MerkleTree::from_raw_parts(nodes, leaves).map(ExactTree)
    }

    fn commitment(&self) -> Digest {
        *self.0.root()
    }

    fn domain_len(&self) -> usize {
        self.0.leaves().len()
    }

    fn get_proof_domain_len(proof: &Vec<Digest>) -> usize {
        u32::try_from(proof.len()).ok().and_then(|depth| 1usize.checked_shl(depth)).unwrap_or(0)
    }

    fn get_multiproof_domain_len(proof: &ExactOpening<Blake3>) -> usize {
        1 << proof.0.depth
    }

    fn open(&self, index: usize) -> Result<(Digest, Vec<Digest>), MerkleTreeError> {
        self.0.prove(index)
    }

    fn open_many(&self, indexes: &[usize]) -> Result<(Vec<Digest>, ExactOpening<Blake3>), MerkleTreeError> {
        let (leaves, proof) = self.0.prove_batch(indexes)?;
        Ok((leaves, ExactOpening(proof)))
    }

    fn verify(root: Digest, index: usize, leaf: Digest, proof: &Vec<Digest>) -> Result<(), MerkleTreeError> {
        if proof.is_empty() {
            return Err(MerkleTreeError::InvalidProof);
        }
        MerkleTree::<Blake3>::verify(root, index, leaf, proof)
    }

    fn verify_many(
        root: Digest,
        indexes: &[usize],
        leaves: &[Digest],
        opening: &ExactOpening<Blake3>,
    ) -> Result<(), MerkleTreeError> {
        match climb(indexes, leaves, &opening.0) {
            Some(top) if top == root => Ok(()),
            Some(_) | None => Err(MerkleTreeError::InvalidProof),
        }
    }
}

type Pair = [u8; 2 * blake3::OUT_LEN];

fn parents(pairs: &[Pair]) -> Vec<Digest> {
    hash_each(&pairs.iter().map(Pair::as_slice).collect::<Vec<_>>())
}

/// The root that leaves at some places have by their opening; `None` unless each place is one of the tree, there once
/// and with a leaf, and the opening has exactly the digests that are needed.
///
/// SOUNDNESS: winterfell ignores surplus leaves and digests, so a proof could carry rows that no root vouches for, and
/// have many spellings.
///
/// SPEC: an opening has a vector for each pair of leaves with an opened one, in order. It holds the leaf that the pair
/// lacks; then, level by level, the n-th vector has the digest that is needed beside the n-th node, both of a pair of
/// nodes counting.
fn climb(indexes: &[usize], leaves: &[Digest], opening: &BatchMerkleProof<Blake3>) -> Option<Digest> {
    let mut level: Vec<(usize, Digest)> = indexes.iter().copied().zip(leaves.iter().copied()).collect();
    level.sort_unstable_by_key(|(at, _)| *at);
    let beyond = level.last()?.0 >> opening.depth != 0;
    let twice = level.array_windows().any(|[(one, _), (other, _)]| one == other);
    if beyond || twice || leaves.len() != indexes.len() {
        return None;
    }
    let mut unused: Vec<_> = opening.nodes.iter().map(|vector| vector.iter()).collect();
    for height in 0..opening.depth {
        let mut above = Vec::with_capacity(level.len());
        let mut pairs = Vec::with_capacity(level.len());
        let mut nodes = level.iter().enumerate().peekable();
        while let Some((number, (at, digest))) = nodes.next() {
            let beside = match nodes.next_if(|(_, (next, _))| *next == at ^ 1) {
                Some((_, (_, beside))) => beside,
                None => unused.get_mut(if height == 0 { above.len() } else { number })?.next()?,
            };
            let [left, right] = if at & 1 == 0 { [digest, beside] } else { [beside, digest] };
            let mut pair: Pair = [0; 2 * blake3::OUT_LEN];
            let both = left.as_bytes().into_iter().chain(right.as_bytes());
            pair.iter_mut().zip(both).for_each(|(to, from)| *to = from);
            pairs.push(pair);
            above.push(at >> 1);
        }
        if height == 0 && above.len() != unused.len() {
            return None;
        }
        level = above.into_iter().zip(parents(&pairs)).collect();
    }
    let exact = unused.iter().all(|vector| vector.len() == 0);
    level.first().filter(|_| exact).map(|(_, root)| *root)
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
