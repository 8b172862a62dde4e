//! Reading hostile bytes: borrowed, bounded, and every form the only one.

use crate::Reject;
use dregg_commit::hash::MODULUS;

/// What is left of the bytes.
pub(super) struct Reader<'a>(&'a [u8]);

/// The longest form of a length: 28 bits, far above [`MAX_PROOF_BYTES`](super::MAX_PROOF_BYTES).
const LONGEST_LENGTH: usize = 4;

/// Bytes of a base field element.
const ELEMENT: usize = 8;

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Reject> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Reject::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Reject> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Reject::Truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Reject> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<usize, Reject> {
        self.array().map(|bytes| usize::from(u16::from_le_bytes(bytes)))
    }

    /// A 32-bit length. One beyond what is left is [`Reject::Truncated`] as soon as it is taken.
    pub(super) fn u32(&mut self) -> Result<usize, Reject> {
        usize::try_from(u32::from_le_bytes(self.array()?)).map_err(|_| Reject::LengthForm)
    }

    /// winterfell's variable length: as many zero bits, from the lowest on, as further bytes follow, then a one.
    ///
    /// SOUNDNESS: winterfell accepts longer forms too, which makes proofs malleable.
    pub(super) fn length(&mut self) -> Result<usize, Reject> {
        let first = *self.0.first().ok_or(Reject::Truncated)?;
        let bytes = first.trailing_zeros() as usize + 1;
        if bytes > LONGEST_LENGTH {
            return Err(Reject::LengthForm);
        }
        let word = self.take(bytes)?.iter().rev().fold(0usize, |word, byte| word << 8 | usize::from(*byte));
        let value = word >> bytes;
        if bytes > 1 && value >> (7 * (bytes - 1)) == 0 {
            return Err(Reject::LengthForm);
        }
        Ok(value)
    }

    /// Base field elements, each below the modulus.
    pub(super) fn elements(&mut self, count: usize) -> Result<(), Reject> {
        let bytes = self.take(count.checked_mul(ELEMENT).ok_or(Reject::LengthForm)?)?;
        let canonical = |element: &[u8; ELEMENT]| u64::from_le_bytes(*element) < MODULUS;
        if bytes.as_chunks().0.iter().all(canonical) { Ok(()) } else { Err(Reject::Element) }
    }

    pub(super) fn end(&self, otherwise: Reject) -> Result<(), Reject> {
        if self.0.is_empty() { Ok(()) } else { Err(otherwise) }
    }
}
