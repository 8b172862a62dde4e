//! Cells, texts and integers as four field elements each.
//!
//! Bytes enter in limbs of seven, least significant byte first: such a limb is below 2^56 and so canonical.

use crate::hash::{Digest, Kind, RATE, hash_block, hash_elements};
use dregg_artifact::value::{CellId, INT_BOUND, Value};

/// How many bytes a limb holds.
pub const LIMB_BYTES: usize = 7;

/// The number of the signature algorithm in a key's digest: Ed25519, the only one so far.
pub const ED25519: u64 = 1;

/// An Ed25519 public key.
pub type Ed25519Key = [u8; 32];

/// What only the owner of a proving key knows: 32 random bytes.
pub type Secret = [u8; 32];

/// The proving key of a secret. One block of kind `Identity`: the secret's five limbs, then zeros.
pub fn proving_key(secret: &Secret) -> Digest {
    hash_block(Kind::Identity, 0, secret_block(secret))
}

/// The block of a secret.
pub fn secret_block(secret: &Secret) -> [u64; RATE] {
    let [a, b, c, d, e] = five_limbs(secret);
    [a, b, c, d, e, 0, 0, 0]
}

/// The digest of a signature key. One block of kind `Key`: the algorithm, the key's five limbs, zeros.
pub fn key_digest(key: &Ed25519Key) -> Digest {
    let [a, b, c, d, e] = five_limbs(key);
    hash_block(Kind::Key, 0, [ED25519, a, b, c, d, e, 0, 0])
}

/// The cell of a signature key and a proving key. One block of kind `Cell`.
///
/// Always canonical ([`CellId::is_canonical`]).
pub fn cell_of(key: &Ed25519Key, proving_key: &Digest) -> CellId {
    let ([a, b, c, d], [e, f, g, h]) = (key_digest(key).0, proving_key.0);
    CellId(hash_block(Kind::Cell, 0, [a, b, c, d, e, f, g, h]).to_bytes())
}

/// The digest of a text, a path segment included: its length in bytes, then its limbs, as a list of kind `Text`.
pub fn text_digest(text: &str) -> Digest {
    hash_elements(Kind::Text, &counted_limbs(text.as_bytes()))
}

/// The number of bytes, then their limbs.
pub(crate) fn counted_limbs(bytes: &[u8]) -> Vec<u64> {
    let mut elements = Vec::with_capacity(1 + bytes.len().div_ceil(LIMB_BYTES));
    elements.push(bytes.len() as u64);
    elements.extend(bytes.chunks(LIMB_BYTES).map(limb));
    elements
}

/// An integer: itself, then zeros. `None` if it is not below [`INT_BOUND`].
pub fn int_elements(int: u64) -> Option<Digest> {
    (int < INT_BOUND).then_some(Digest([int, 0, 0, 0]))
}

/// A value of any type. `None` for a cell with a limb that is no element, or an integer out of bounds.
///
/// Types are told apart by the column, never by the elements.
pub fn value_elements(value: &Value) -> Option<Digest> {
    match value {
        Value::Cell(cell) => Digest::from_bytes(&cell.0),
        Value::Text(text) => Some(text_digest(text)),
        Value::Int(int) => int_elements(*int),
    }
}

fn limb(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |limb, byte| limb << 8 | u64::from(*byte))
}

/// The limbs of 32 bytes: four of seven bytes and one of four.
fn five_limbs(bytes: &[u8; 32]) -> [u64; 5] {
    let mut limbs = [0; 5];
    for (slot, bytes) in limbs.iter_mut().zip(bytes.chunks(LIMB_BYTES)) {
        *slot = limb(bytes);
    }
    limbs
}
