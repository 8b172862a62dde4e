//! Segments as keys of two words, and the hash that places them in a node's table.
//!
//! A segment of up to fifteen bytes is its key: the bytes, little-endian, and the length in the highest byte. So equal
//! keys are equal segments. A longer one has its first eight bytes and a hash of the rest; its text is compared too.

/// The segments from this length on are long.
pub(crate) const LONG: usize = 16;

/// What stands in the highest byte of a long segment's key.
const LONG_MARK: u64 = LONG as u64;

/// A segment's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) low: u64,
    pub(crate) high: u64,
}

impl Key {
    /// How many bytes the segment has; `None` for a long one.
    pub(crate) fn short_length(self) -> Option<usize> {
        usize::try_from(self.high >> 56).ok().filter(|length| *length < LONG)
    }

    /// The text of a short segment's key, and whether nothing but text is in it.
    pub(crate) fn short_text(self) -> Option<([u8; LONG], usize)> {
        let length = self.short_length()?;
        let mut bytes = [0; LONG];
        let (low, high) = bytes.split_at_mut(8);
        low.copy_from_slice(&self.low.to_le_bytes());
        high.copy_from_slice(&(self.high & ((1 << 56) - 1)).to_le_bytes());
        let padded = bytes.get(length..).is_some_and(|rest| rest.iter().all(|byte| *byte == 0));
        padded.then_some((bytes, length))
    }
}

/// The masks of a short key's words by the segment's length.
pub(crate) const MASKS: [(u64, u64); LONG] = {
    let mut masks = [(0, 0); LONG];
    let mut length = 0;
    while length < LONG {
        let all = (1u128 << (8 * length)) - 1;
        // A const block cannot use `get_mut`; the index is below the array's length.
        #[expect(clippy::indexing_slicing, reason = "bounded by LONG, evaluated at compile time")]
        {
            masks[length] = (all as u64, (all >> 64) as u64);
        }
        length += 1;
    }
    masks
};

/// How keys are hashed: by a seed that the compiler chooses so that no two keys of one table collide.
///
/// The hash need not resist anybody. A path can at worst be compared with one key that is not its own, and a table whose
/// keys collide under one seed is laid out under the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hashing {
    low: u64,
    high: u64,
}

impl Hashing {
    pub(crate) fn new(seed: u32) -> Hashing {
        let step = u64::from(seed).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        Hashing { low: 0x9E37_79B9_7F4A_7C15 ^ step, high: 0xD1B5_4A32_D192_ED03 ^ step.rotate_left(29) }
    }

    #[inline]
    pub(crate) fn hash(self, key: Key) -> u64 {
        fold(key.low ^ self.low, key.high ^ self.high)
    }

    /// The key of a segment as a text of its own.
    pub(crate) fn key(self, text: &[u8]) -> Key {
        if text.len() >= LONG {
            return self.long_key(text);
        }
        let mut bytes = [0; LONG];
        for (slot, byte) in bytes.iter_mut().zip(text) {
            *slot = *byte;
        }
        let all = u128::from_le_bytes(bytes);
        Key { low: all as u64, high: (all >> 64) as u64 | (text.len() as u64) << 56 }
    }

    /// The key of a segment of [`LONG`] bytes or more.
    #[cold]
    #[inline(never)]
    pub(crate) fn long_key(self, text: &[u8]) -> Key {
        let (first, rest) = text.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
        let (words, last) = rest.as_chunks::<8>();
        let mut state = text.len() as u64;
        for word in words {
            state = fold(state ^ self.low, u64::from_le_bytes(*word) ^ self.high);
        }
        let last = last.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        state = fold(state ^ self.low, last ^ self.high);
        Key { low: u64::from_le_bytes(*first), high: state >> 8 | LONG_MARK << 56 }
    }
}

#[inline]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left).wrapping_mul(u128::from(right));
    product as u64 ^ (product >> 64) as u64
}
