//! What each leaf and commitment hashes, block by block, as a circuit lays it out.
//!
//! A [`Preimage`] is a kind, the number of blocks its capacity states, and the blocks. Not here: values as elements
//! (`encode`), the trees over leaves (`tree`, `facts`).
//!
//! SOUNDNESS: what a block looks like depends on its kind alone, and kinds are in the capacity, so a leaf of one tree
//! never passes for one of another.

use crate::encode::{counted_limbs, text_digest, value_elements};
use crate::hash::{Digest, Kind, MODULUS, RATE, hash_blocks, hash_elements};
use dregg_artifact::{CellId, Limits, Relation, Type, Value};
use std::sync::LazyLock;

/// The most blocks a record has.
const BLOCKS: usize = 3;

/// The random bytes from which the elements of a salt are made.
pub type Salt = [u8; 32];

/// What one digest hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preimage {
    kind: Kind,
    stated: u64,
    blocks: [[u64; RATE]; BLOCKS],
    used: usize,
}

impl Preimage {
    fn one(kind: Kind, block: [u64; RATE]) -> Preimage {
        Preimage { kind, stated: 0, blocks: [block, [0; RATE], [0; RATE]], used: 1 }
    }

    fn two(kind: Kind, first: [u64; RATE], second: [u64; RATE]) -> Preimage {
        Preimage { kind, stated: 2, blocks: [first, second, [0; RATE]], used: 2 }
    }

    /// The kind in the capacity.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The number of blocks that the capacity states; 0 for a kind that always has one.
    pub fn stated_blocks(&self) -> u64 {
        self.stated
    }

    /// The capacity of the first block: `[8, kind, blocks, 0]`.
    pub fn capacity(&self) -> [u64; 4] {
        [RATE as u64, self.kind.tag(), self.stated, 0]
    }

    /// What the rate is overwritten with, block after block.
    pub fn blocks(&self) -> &[[u64; RATE]] {
        self.blocks.get(..self.used).unwrap_or(&[])
    }

    /// The digest.
    pub fn digest(&self) -> Digest {
        hash_blocks(self.kind, self.stated, self.blocks())
    }
}

/// A tuple of a base relation, or of the reserved one of large sets, as elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactElements {
    /// The element of the relation: [`relation_element`] or [`member_relation`].
    pub relation: u64,
    /// How many columns the relation has, at most [`Limits::ARITY`].
    pub arity: usize,
    /// The arguments; zeros where there are none.
    pub values: [Digest; 4],
}

impl FactElements {
    /// A fact of a declared relation. `None` if the arguments are not of its columns' types or not in range.
    pub fn new(relation: &Relation, arguments: &[Value]) -> Option<FactElements> {
        FactElements::with_element(relation_element(relation), relation, arguments)
    }

    /// The same, for whoever has many facts of the relation: `element` is its [`relation_element`].
    pub(crate) fn with_element(
        element: u64,
        relation: &Relation,
        arguments: &[Value],
    ) -> Option<FactElements> {
        let arity = relation.columns.len();
        if arity != arguments.len() || arity > Limits::ARITY {
            return None;
        }
        let mut values = [Digest::ZERO; 4];
        for ((slot, column), value) in values.iter_mut().zip(&relation.columns).zip(arguments) {
            *slot = value_elements(value).filter(|_| value.ty() == column.ty)?;
        }
        Some(FactElements { relation: element, arity, values })
    }

    /// That a cell is in a set: a fact of the reserved relation. `None` if the cell is not canonical.
    pub fn member(set: Digest, cell: &CellId) -> Option<FactElements> {
        let values = [set, Digest::from_bytes(&cell.0)?, Digest::ZERO, Digest::ZERO];
        Some(FactElements { relation: member_relation(), arity: 2, values })
    }

    /// The leaf of it as a public fact, kind `Record`.
    pub fn public(&self) -> Preimage {
        self.preimage(Kind::Record, [0; 3])
    }

    /// The commitment to it as a held fact, kind `Held`; `salt` as [`salt_elements`] gives it.
    pub fn held(&self, salt: [u64; 3]) -> Preimage {
        self.preimage(Kind::Held, salt)
    }

    fn preimage(&self, kind: Kind, [r, s, t]: [u64; 3]) -> Preimage {
        let [v0, v1, v2, v3] = self.values;
        let blocks = [halves([self.relation, r, s, t], v0.0), halves(v1.0, v2.0), halves(v3.0, [0; 4])];
        let used = if self.arity == 4 { 3 } else { 2 };
        Preimage { kind, stated: used as u64, blocks, used }
    }
}

/// The element of a relation: the first limb of the digest of its name and column types, as `granted(cell,text)`. The
/// same in every policy and epoch.
pub fn relation_element(relation: &Relation) -> u64 {
    element_of(&relation.name, relation.columns.iter().map(|column| column.ty))
}

/// The element of a relation with this name and these types of columns.
pub fn element_of(name: &str, types: impl Iterator<Item = Type>) -> u64 {
    let types: Vec<&str> = types.map(Type::word).collect();
    first_limb(&format!("{name}({})", types.join(",")))
}

/// The element of the reserved relation of large sets. No relation can be declared under its name, which has blanks.
pub fn member_relation() -> u64 {
    static ELEMENT: LazyLock<u64> = LazyLock::new(|| {
        let cell = Type::Cell.word();
        first_limb(&format!("member of (set,{cell})"))
    });
    *ELEMENT
}

fn first_limb(text: &str) -> u64 {
    let [first, ..] = text_digest(text).0;
    first
}

/// The digest that stands for a set of cells: their number, then their limbs, in order, as a list of kind `Set`.
/// `cells` are sorted and without duplicates.
pub fn set_element(cells: &[CellId]) -> Digest {
    let mut elements = Vec::with_capacity(1 + 4 * cells.len());
    elements.push(cells.len() as u64);
    elements.extend(cells.iter().flat_map(CellId::limbs));
    hash_elements(Kind::Set, &elements)
}

/// The elements of a salt: 16 bytes of its BLAKE3 expansion each, modulo the prime.
pub fn salt_elements<const N: usize>(salt: &Salt) -> [u64; N] {
    let mut stream = blake3::Hasher::new_derive_key("dregg salt of a commitment version 1");
    let mut bytes = stream.update(salt).finalize_xof();
    std::array::from_fn(|_| {
        let mut wide = [0; 16];
        bytes.fill(&mut wide);
        // Less than the prime, so it fits.
        (u128::from_le_bytes(wide) % u128::from(MODULUS)) as u64
    })
}

/// The leaf of a held fact: its commitment and who signed it, then relation and the epoch at which the leaf is dropped.
pub fn credential(commitment: Digest, signer: Digest, relation: u64, expiry: u64) -> Preimage {
    let second = [relation, expiry, 0, 0, 0, 0, 0, 0];
    Preimage::two(Kind::Credential, halves(commitment.0, signer.0), second)
}

/// The leaf of a stake.
pub fn stake(cell: Digest, amount: u64, [r, s, t]: [u64; 3]) -> Preimage {
    Preimage::one(Kind::Stake, halves([amount, r, s, t], cell.0))
}

/// The leaf that says that no key of the relation lies between `low` and `high` (see `facts`).
pub fn gap(relation: u64, low: u64, high: u64) -> Preimage {
    Preimage::one(Kind::Gap, [relation, low, high, 0, 0, 0, 0, 0])
}

/// The leaf of what the registry holds: its number of bytes, then the bytes in limbs of seven, as a list of kind
/// `Registry`. What the bytes say is the mesh's.
pub fn registry_entry(bytes: &[u8]) -> Digest {
    hash_elements(Kind::Registry, &counted_limbs(bytes))
}

/// What a hidden caller shows in its place.
pub fn caller(cell: Digest, salt: [u64; 4]) -> Preimage {
    Preimage::one(Kind::Caller, halves(cell.0, salt))
}

fn halves([a, b, c, d]: [u64; 4], [e, f, g, h]: [u64; 4]) -> [u64; RATE] {
    [a, b, c, d, e, f, g, h]
}
