//! Where the slashes of a path are, and its words, from any place.
//!
//! Sixteen bytes are compared at once. Loads never leave the path: near its end they overlap.

use wide::u8x16;

/// The shortest path whose words are loaded from itself; shorter ones are copied first.
pub(crate) const WORD: usize = 8;

/// Eight bytes from `at` on; zero if they are not all there.
#[inline(always)]
pub(crate) fn load(path: &[u8], at: usize) -> u64 {
    match path.get(at..).and_then(|rest| rest.first_chunk::<WORD>()) {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => 0,
    }
}

/// Bit `i` is set if byte `i` of these sixteen is a slash.
#[inline(always)]
fn slashes(bytes: [u8; 16]) -> u64 {
    u64::from(u8x16::new(bytes).simd_eq(u8x16::splat(b'/')).to_bitmask())
}

/// As [`slashes`] for eight bytes.
#[inline(always)]
fn slashes_of_word(word: u64) -> u64 {
    slashes(u128::from(word).to_le_bytes())
}

/// Bit `i` is set if byte `from + i` is a slash, for up to 64 bytes; bits beyond the path are clear.
///
/// The path has [`WORD`] bytes or more, and more than `from`.
#[inline(always)]
pub(crate) fn mask(path: &[u8], from: usize) -> u64 {
    let left = path.len() - from;
    if left < 16 {
        return short_mask(path, from);
    }
    let sixteen = |at: usize| match path.get(from + at..).and_then(|rest| rest.first_chunk::<16>()) {
        Some(bytes) => slashes(*bytes) << at,
        None => 0,
    };
    // Four overlapping loads cover 16 to 64 bytes without a branch on how many.
    let last = left.min(64) - 16;
    sixteen(0) | sixteen(last.min(16)) | sixteen(last.min(32)) | sixteen(last)
}

/// As [`mask`] for fewer than sixteen bytes.
#[inline(always)]
fn short_mask(path: &[u8], from: usize) -> u64 {
    let left = path.len() - from;
    if left >= WORD {
        let last = left - WORD;
        let first = slashes_of_word(load(path, from));
        return first | slashes_of_word(load(path, from + last)) << last;
    }
    // The last eight bytes, without those before.
    slashes_of_word(load(path, path.len() - WORD)) >> (WORD - left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_agree_with_the_bytes() {
        let mut state = 7u64;
        for length in 8..200 {
            for _ in 0..20 {
                let path: Vec<u8> = (0..length)
                    .map(|_| {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        [b'/', b'.', b'0', 0xaf, 0x2e, 0, b'a', 0xff][(state >> 60) as usize & 7]
                    })
                    .collect();
                for from in 0..length {
                    let slash = |(at, byte): (usize, &u8)| u64::from(*byte == b'/') << at;
                    let expected: u64 = path[from..].iter().take(64).enumerate().map(slash).sum();
                    assert_eq!(mask(&path, from), expected, "{path:?} from {from}");
                }
            }
        }
    }
}
