//! Bytes changed a little, by number: the same number always gives the same change.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// Numbers that lengths and elements are overwritten with.
const EXTREMES: [u64; 8] =
    [0, 1, 1 << 31, 0xffff_ffff, 1 << 62, 0xffff_ffff_0000_0001, 0xffff_ffff_ffff_fff0, u64::MAX];

/// The n-th change of a proof. `other` is a proof of the same statement, from which parts are taken.
///
/// Consecutive numbers change places far from each other, and as many as there are bytes change each byte once.
pub fn mutated(bytes: &[u8], other: &[u8], number: u64) -> Vec<u8> {
    let mut random = ChaCha20Rng::seed_from_u64(number);
    // A step that has no divisor in common with any length: a prime above all of them.
    let at = (number.wrapping_mul(1_000_003) % bytes.len() as u64) as usize;
    let mut changed = bytes.to_vec();
    let span = random.random_range(1..=48).min(bytes.len() - at);
    match random.random_range(0..16) {
        0..=5 => changed[at] ^= 1 << random.random_range(0..8),
        6..=8 => changed[at] = random.random(),
        9 => changed[at] = changed[at].wrapping_add(1),
        10 => changed.truncate(at),
        11 => drop(changed.drain(at..at + span)),
        12 => drop(changed.splice(at..at, bytes[at..at + span].to_vec())),
        13 => {
            let from = random.random_range(0..other.len() - span);
            changed[at..at + span].copy_from_slice(&other[from..from + span]);
        }
        14 => {
            let word = EXTREMES[random.random_range(0..EXTREMES.len())].to_le_bytes();
            let span = 8.min(bytes.len() - at);
            changed[at..at + span].copy_from_slice(&word[..span]);
        }
        _ => changed[at] = [0, 255, 128, 1][random.random_range(0..4)],
    }
    if changed == bytes {
        changed[at] ^= 1;
    }
    changed
}
