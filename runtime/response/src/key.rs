//! The name of an AIR, which a descriptor carries: change anything that the AIR states, and it is another one.

use crate::ResponseAir;
use dregg_air::options::proof_options;
use std::fmt;
use winter_utils::Serializable;

/// Names what a service proves of its responses: the `verification_key` of its descriptor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResponseKey(pub [u8; 32]);

impl ResponseKey {
    /// The key of an AIR: over its name, its revision, the parameters of proofs and its constraints.
    pub fn of<A: ResponseAir>() -> ResponseKey {
        let mut hasher = blake3::Hasher::new_derive_key("dregg response key");
        let options = proof_options().to_bytes();
        for bytes in [A::NAME.as_bytes(), &options] {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
        hasher.update(&A::REVISION.to_le_bytes());
        hasher.update(&A::constraint_digest());
        ResponseKey(*hasher.finalize().as_bytes())
    }

    /// Reads 64 lower-case hexadecimal digits. `None` if the text is anything else.
    pub fn from_hex(text: &str) -> Option<ResponseKey> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut key = [0; 32];
        if pairs.len() != key.len() || !rest.is_empty() {
            return None;
        }
        for (byte, [high, low]) in key.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(ResponseKey(key))
    }
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

/// The 64 digits.
impl fmt::Display for ResponseKey {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(to, "{byte:02x}"))
    }
}

impl fmt::Debug for ResponseKey {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "ResponseKey({self})")
    }
}
