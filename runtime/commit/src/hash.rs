//! One permutation of Rp64_256 over named kinds of blocks.
//!
//! A state is twelve Goldilocks elements: four of capacity, eight of rate. The capacity begins as
//! `[8, kind, blocks, 0]`; a block overwrites the rate; the digest is the first half of the rate after the last block.
//! A circuit checks just this (`[8, kind, blocks, 0]` in the first row of a cycle), so it must never change.

use winter_crypto::hashers::Rp64_256;
use winter_math::fields::f64::BaseElement;

/// The Goldilocks prime: every element is below it.
pub const MODULUS: u64 = dregg_artifact::value::FIELD_MODULUS;

/// How many elements one block takes in.
pub const RATE: usize = 8;

/// What a block is; bound into the capacity, so that no commitment of one kind is one of another.
///
/// SOUNDNESS: these numbers are part of every root. Never reuse or change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An inner node of a tree: two digests.
    Node,
    /// Four lookup rows.
    RowLeaf,
    /// A public fact: relation and arguments.
    Record,
    /// A proving key: its secret.
    Identity,
    /// A block of a hidden path.
    Path,
    /// The digest of a signature key.
    Key,
    /// A cell: key digest and proving key.
    Cell,
    /// A text.
    Text,
    /// What hides a held fact: relation, arguments and salt.
    Held,
    /// The leaf of a held fact: what hides it, and its signer.
    Credential,
    /// The leaf of a stake.
    Stake,
    /// The leaf of two neighbouring keys of a public relation.
    Gap,
    /// What hides a caller: its cell and salt.
    Caller,
    /// A set of cells.
    Set,
    /// What an answer to an intent can be given under only once (reserved).
    Nullifier,
    /// The leaf of an entry of the registry, or of a gateway's table.
    Registry,
}

impl Kind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Kind; 16] = [
        Kind::Node,
        Kind::RowLeaf,
        Kind::Record,
        Kind::Identity,
        Kind::Path,
        Kind::Key,
        Kind::Cell,
        Kind::Text,
        Kind::Held,
        Kind::Credential,
        Kind::Stake,
        Kind::Gap,
        Kind::Caller,
        Kind::Set,
        Kind::Nullifier,
        Kind::Registry,
    ];

    /// The element that stands for the kind.
    pub fn tag(self) -> u64 {
        match self {
            Kind::Node => 0,
            Kind::RowLeaf => 1,
            Kind::Record => 2,
            Kind::Identity => 3,
            Kind::Path => 4,
            Kind::Key => 5,
            Kind::Cell => 6,
            Kind::Text => 7,
            Kind::Held => 8,
            Kind::Credential => 9,
            Kind::Stake => 10,
            Kind::Gap => 11,
            Kind::Caller => 12,
            Kind::Set => 13,
            Kind::Nullifier => 14,
            Kind::Registry => 15,
        }
    }
}

/// Four canonical elements: the output of the hash, and the form in which every value enters a proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u64; 4]);

impl Digest {
    /// The digest that stands for a missing leaf. No known input hashes to it.
    pub const ZERO: Digest = Digest([0; 4]);

    /// The elements as little-endian bytes, 8 each.
    pub fn to_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (place, limb) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.0) {
            *place = limb.to_le_bytes();
        }
        bytes
    }

    /// Reads the bytes of four canonical elements. `None` if a limb is [`MODULUS`] or more: then the bytes are another
    /// spelling of a digest, and accepting both would make openings malleable.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Digest> {
        let mut limbs = [0; 4];
        for (limb, place) in limbs.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *limb = u64::from_le_bytes(*place);
        }
        limbs.iter().all(|limb| *limb < MODULUS).then_some(Digest(limbs))
    }
}

/// The digest of one block.
pub fn hash_block(kind: Kind, blocks: u64, block: [u64; RATE]) -> Digest {
    let mut state = start(kind, blocks);
    absorb(&mut state, block);
    squeeze(&state)
}

/// The digest of a list of elements whose length the first element or the kind tells; the last block is filled with
/// zeros. The capacity holds the number of blocks.
///
/// SOUNDNESS: overwriting the rate is sound for a sponge; block count and length together make the padding injective.
pub fn hash_elements(kind: Kind, elements: &[u64]) -> Digest {
    let blocks = elements.len().div_ceil(RATE).max(1);
    let mut state = start(kind, blocks as u64);
    for number in 0..blocks {
        let mut block = [0; RATE];
        for (slot, element) in block.iter_mut().zip(elements.iter().skip(number * RATE)) {
            *slot = *element;
        }
        absorb(&mut state, block);
    }
    squeeze(&state)
}

/// The digest of an inner node.
pub fn node(left: Digest, right: Digest) -> Digest {
    let ([a, b, c, d], [e, f, g, h]) = (left.0, right.0);
    hash_block(Kind::Node, 0, [a, b, c, d, e, f, g, h])
}

type State = [BaseElement; 12];

/// The digest of these blocks; `blocks` is what the capacity says of their number.
pub(crate) fn hash_blocks(kind: Kind, blocks: u64, contents: &[[u64; RATE]]) -> Digest {
    let mut state = start(kind, blocks);
    for block in contents {
        absorb(&mut state, *block);
    }
    squeeze(&state)
}

fn start(kind: Kind, blocks: u64) -> State {
    let mut state = [BaseElement::new(0); 12];
    for (slot, value) in state.iter_mut().zip([RATE as u64, kind.tag(), blocks, 0]) {
        *slot = BaseElement::new(value);
    }
    state
}

fn absorb(state: &mut State, block: [u64; RATE]) {
    for (slot, value) in state.iter_mut().skip(4).zip(block) {
        *slot = BaseElement::new(value);
    }
    Rp64_256::apply_permutation(state);
}

fn squeeze(state: &State) -> Digest {
    let mut digest = Digest::ZERO;
    for (limb, element) in digest.0.iter_mut().zip(state.iter().skip(4)) {
        *limb = element.as_int();
    }
    digest
}
