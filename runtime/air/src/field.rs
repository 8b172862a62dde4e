//! The field of traces, and how digests and numbers enter it.

use dregg_commit::Digest;
use winter_math::FieldElement;
use winter_math::fields::f64::BaseElement;

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
