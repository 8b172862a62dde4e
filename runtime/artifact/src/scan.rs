//! What the bytes of a path are, sixteen at a time: where a byte stands, and whether all may stand in a path.
//!
//! Loads never leave the path: near its end they overlap.

use wide::u8x16;

/// The shortest path whose words are loaded from itself; shorter ones are copied first.
pub(crate) const WORD: usize = 8;

/// The first length whose places do not fit a mask with room for the end.
pub(crate) const BLOCK: usize = 64;

/// Eight bytes from `at` on; zero if they are not all there.
#[inline(always)]
pub(crate) fn load(path: &[u8], at: usize) -> u64 {
    match path.get(at..).and_then(|rest| rest.first_chunk::<WORD>()) {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => 0,
    }
}

#[inline(always)]
fn load_two(path: &[u8], at: usize) -> u8x16 {
    match path.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        Some(bytes) => u8x16::new(*bytes),
        None => u8x16::ZERO,
    }
}

/// Bit `i` is set if byte `i` of these is the wanted one.
#[inline(always)]
fn places(bytes: u8x16, wanted: u8) -> u64 {
    u64::from(bytes.simd_eq(u8x16::splat(wanted)).to_bitmask())
}

/// As [`places`] for eight bytes.
#[inline(always)]
fn places_in_word(word: u64, wanted: u8) -> u64 {
    places(u8x16::new(u128::from(word).to_le_bytes()), wanted) & 0xff
}

/// Bit `i` is set if byte `from + i` is the wanted one, for up to 64 bytes; bits beyond the path are clear.
///
/// The path has [`WORD`] bytes or more, and more than `from`; the byte wanted is not zero.
#[inline(always)]
pub(crate) fn mask(path: &[u8], from: usize, wanted: u8) -> u64 {
    let left = path.len() - from;
    if left < 16 {
        return short_mask(path, from, wanted);
    }
    let sixteen = |at: usize| places(load_two(path, from + at), wanted) << at;
    // Four overlapping loads cover 16 to 64 bytes without a branch on how many.
    let last = left.min(BLOCK) - 16;
    sixteen(0) | sixteen(last.min(16)) | sixteen(last.min(32)) | sixteen(last)
}

/// As [`mask`] for fewer than sixteen bytes.
#[inline(always)]
fn short_mask(path: &[u8], from: usize, wanted: u8) -> u64 {
    let left = path.len() - from;
    if left >= WORD {
        let last = left - WORD;
        let first = places_in_word(load(path, from), wanted);
        return first | places_in_word(load(path, from + last), wanted) << last;
    }
    // The last eight bytes, without those before.
    places_in_word(load(path, path.len() - WORD), wanted) >> (WORD - left)
}

/// Whether every byte of a path of [`WORD`] bytes or more is one that some path can hold.
///
/// INVARIANT: says of each byte what [`crate::alphabet::symbol`] says.
#[inline(always)]
pub(crate) fn all_known(path: &[u8]) -> bool {
    if path.len() < 16 {
        let both = u128::from(load(path, 0)) | u128::from(load(path, path.len() - WORD)) << 64;
        return none(unknown(u8x16::new(both.to_le_bytes())));
    }
    let last = path.len() - 16;
    let mut at = 0;
    let mut all = unknown(load_two(path, last));
    while at < last {
        all |= unknown(load_two(path, at));
        at += 16;
    }
    none(all)
}

/// Whether all are zero.
#[inline(always)]
fn none(bytes: u8x16) -> bool {
    bytes.simd_eq(u8x16::ZERO).to_bitmask() == 0xffff
}

/// Zero in every place whose byte some path can hold.
#[inline(always)]
fn unknown(bytes: u8x16) -> u8x16 {
    let outside = |lo: u8, hi: u8| (bytes - u8x16::splat(lo)).saturating_sub(u8x16::splat(hi - lo));
    let not = |byte: u8| bytes ^ u8x16::splat(byte);
    let ranges =
        outside(b'+', b':').min(outside(b'@', b'Z')).min(outside(b'a', b'z')).min(outside(b'(', b')'));
    let single = not(b'_').min(not(b'~')).min(not(b'=')).min(not(b'!')).min(not(b'$'));
    ranges.min(single)
}

/// Whether a path of [`WORD`] to [`BLOCK`] bytes, all known, that begins with a slash is well-formed: no empty segment,
/// and none that begins with a dot, which might be a dot segment. `slashes` are the places of its slashes.
#[inline(always)]
pub(crate) fn surely_well_formed(path: &[u8], slashes: u64) -> bool {
    let empty = slashes & slashes >> 1 | slashes >> (path.len() - 1);
    let dotted = slashes << 1 & mask(path, 0, b'.');
    empty | dotted == 0
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
                    for wanted in [b'/', b'.'] {
                        let is = |(at, byte): (usize, &u8)| u64::from(*byte == wanted) << at;
                        let expected: u64 = path[from..].iter().take(64).enumerate().map(is).sum();
                        assert_eq!(mask(&path, from, wanted), expected, "{path:?} from {from}");
                    }
                }
            }
        }
    }

    #[test]
    fn known_bytes_are_those_of_the_alphabet() {
        for length in [8, 15, 16, 17, 33, 70] {
            for byte in 0..=255u8 {
                for at in 0..length {
                    let mut path = vec![b'a'; length];
                    path[at] = byte;
                    let expected = crate::alphabet::symbol(byte).is_some();
                    assert_eq!(all_known(&path), expected, "{byte} at {at} of {length}");
                }
            }
        }
    }
}
