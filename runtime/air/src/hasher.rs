//! BLAKE3-256 as the hash of proofs: the same digests as winterfell's, with the elements put into one buffer first.
//!
//! Not here: Rp64, the hash of what is committed to (`dregg-commit`).

use winter_crypto::hashers::Blake3_256;
use winter_crypto::{ElementHasher, Hasher};
use winter_math::FieldElement;
use winter_math::fields::f64::BaseElement;

mod batch;

pub use batch::hash_each;

/// A digest of proofs.
pub type Digest = <Blake3_256<BaseElement> as Hasher>::Digest;

/// Elements that fit the buffer: one chunk of BLAKE3. A row of the widest trace is shorter.
const BUFFERED: usize = 128;

const ELEMENT_BYTES: usize = 8;

/// BLAKE3-256 over canonical little-endian elements.
///
/// winterfell's own hasher feeds BLAKE3 eight bytes at a time, which costs more than the hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blake3;

impl Hasher for Blake3 {
    type Digest = Digest;

    const COLLISION_RESISTANCE: u32 = Blake3_256::<BaseElement>::COLLISION_RESISTANCE;

    fn hash(bytes: &[u8]) -> Self::Digest {
        Self::Digest::new(blake3::hash(bytes).into())
    }

    fn merge(values: &[Self::Digest; 2]) -> Self::Digest {
        Blake3_256::<BaseElement>::merge(values)
    }

    fn merge_many(values: &[Self::Digest]) -> Self::Digest {
        Blake3_256::<BaseElement>::merge_many(values)
    }

    fn merge_with_int(seed: Self::Digest, value: u64) -> Self::Digest {
        Blake3_256::<BaseElement>::merge_with_int(seed, value)
    }
}

impl ElementHasher for Blake3 {
    type BaseField = BaseElement;

    fn hash_elements<E: FieldElement<BaseField = BaseElement>>(elements: &[E]) -> Self::Digest {
        let elements = E::slice_as_base_elements(elements);
        let mut buffer = [0; BUFFERED * ELEMENT_BYTES];
        if elements.len() <= BUFFERED {
            return Self::hash(fill(&mut buffer, elements));
        }
        let mut hasher = blake3::Hasher::new();
        for part in elements.chunks(BUFFERED) {
            hasher.update(fill(&mut buffer, part));
        }
        Self::Digest::new(hasher.finalize().into())
    }
}

/// The bytes of at most [`BUFFERED`] elements, in the buffer.
fn fill<'a>(buffer: &'a mut [u8; BUFFERED * ELEMENT_BYTES], elements: &[BaseElement]) -> &'a [u8] {
    for (place, element) in buffer.as_chunks_mut::<ELEMENT_BYTES>().0.iter_mut().zip(elements) {
        *place = element.as_int().to_le_bytes();
    }
    buffer.get(..elements.len() * ELEMENT_BYTES).unwrap_or_default()
}

#[cfg(test)]
mod tests;
