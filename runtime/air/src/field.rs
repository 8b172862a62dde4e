//! The field of traces, and how digests and numbers enter it.

use dregg_commit::Digest;
use winter_math::fields::f64::BaseElement;
use winter_math::{FieldElement, StarkField};

/// An element of the Goldilocks field.
pub type Felt = BaseElement;

/// The four elements of a digest or value.
pub fn felts(digest: &Digest) -> [Felt; 4] {
    digest.0.map(Felt::new)
}

/// The digest of four elements.
pub fn digest(felts: [Felt; 4]) -> Digest {
    Digest(felts.map(|felt| felt.as_int()))
}

/// A number that may be negative.
pub fn signed(number: i64) -> Felt {
    let magnitude = Felt::new(number.unsigned_abs());
    if number < 0 { -magnitude } else { magnitude }
}

/// A constant of any extension.
#[inline(always)]
pub(crate) fn constant<E: FieldElement<BaseField = Felt>>(number: u64) -> E {
    E::from(Felt::new(number))
}

/// A sum of products of elements, reduced once at its end instead of once a product.
#[derive(Clone, Copy, Debug, Default)]
struct Products {
    sum: u128,
    /// How often the sum passed 2^128.
    over: u64,
}

impl Products {
    #[inline(always)]
    fn add(&mut self, one: Felt, other: Felt) {
        let product = u128::from(one.inner()).wrapping_mul(u128::from(other.inner()));
        let (sum, over) = self.sum.overflowing_add(product);
        self.sum = sum;
        self.over = self.over.wrapping_add(u64::from(over));
    }

    /// SPEC: Montgomery's reduction as in <https://eprint.iacr.org/2022/274>, for elements kept as multiples of 2^64.
    #[inline(always)]
    fn felt(self) -> Felt {
        let low = self.sum as u64;
        let high = (self.sum >> 64) as u64;
        let (high, above) = high.overflowing_sub(Felt::MODULUS);
        let high = high.wrapping_add(if above { Felt::MODULUS } else { 0 });
        let (shifted, carry) = low.overflowing_add(low << 32);
        let subtrahend = shifted.wrapping_sub(shifted >> 32).wrapping_sub(u64::from(carry));
        let (difference, borrow) = high.overflowing_sub(subtrahend);
        let reduced = difference.wrapping_sub(u64::from(0u32.wrapping_sub(u32::from(borrow))));
        // 2^128 over 2^64 is 2^32 - 1.
        Felt::from_mont(reduced) + Felt::from_mont(self.over.wrapping_mul(0xffff_ffff))
    }
}

/// The sum of weights, each times its value. Surplus weights or values count for nothing.
#[inline(always)]
pub fn weighed_sum<E: FieldElement<BaseField = Felt>>(weights: &[E], values: &[Felt]) -> E {
    const { assert!(E::EXTENSION_DEGREE <= 3) };
    let mut sums = [Products::default(); 3];
    let weights = E::slice_as_base_elements(weights);
    for (weight, value) in weights.chunks_exact(E::EXTENSION_DEGREE).zip(values) {
        for (sum, part) in sums.iter_mut().zip(weight) {
            sum.add(*part, *value);
        }
    }
    let sums = sums.map(Products::felt);
    let sum = sums.get(..E::EXTENSION_DEGREE).map(E::slice_from_base_elements);
    sum.and_then(<[E]>::first).copied().unwrap_or(E::ZERO)
}

#[cfg(test)]
mod tests;
