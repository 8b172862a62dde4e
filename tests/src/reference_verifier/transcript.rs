//! The public coin: what the prover says goes in, challenges come out. BLAKE3, as winterfell's default coin does it.

use super::field::{Base, Cubic, MODULUS};

/// A BLAKE3 hash.
pub type Digest = [u8; 32];

/// The digest of base field elements: of their little-endian bytes.
pub fn hash(elements: impl IntoIterator<Item = Base>) -> Digest {
    let bytes: Vec<u8> = elements.into_iter().flat_map(|element| element.0.to_le_bytes()).collect();
    blake3::hash(&bytes).into()
}

/// The digest of extension field elements.
pub fn hash_cubic(elements: &[Cubic]) -> Digest {
    hash(elements.iter().flat_map(|element| element.0))
}

/// The digest of two digests.
pub fn merge(left: &Digest, right: &Digest) -> Digest {
    blake3::hash(&[*left, *right].concat()).into()
}

fn merge_number(digest: &Digest, number: u64) -> Digest {
    blake3::hash(&[&digest[..], &number.to_le_bytes()].concat()).into()
}

fn first_word(digest: &Digest) -> u64 {
    u64::from_le_bytes(digest[..8].try_into().unwrap())
}

/// The coin.
pub struct Coin {
    seed: Digest,
    drawn: u64,
}

impl Coin {
    /// A coin that starts from elements.
    pub fn new(seed: impl IntoIterator<Item = Base>) -> Coin {
        Coin { seed: hash(seed), drawn: 0 }
    }

    /// Takes in what the prover said.
    pub fn absorb(&mut self, said: &Digest) {
        *self = Coin { seed: merge(&self.seed, said), drawn: 0 };
    }

    fn next(&mut self) -> Digest {
        self.drawn += 1;
        merge_number(&self.seed, self.drawn)
    }

    /// A uniform element of the extension: the first hash that spells three canonical elements.
    pub fn draw(&mut self) -> Cubic {
        loop {
            let bytes = self.next();
            let word = |at: usize| u64::from_le_bytes(bytes[8 * at..8 * at + 8].try_into().unwrap());
            let words = [word(0), word(1), word(2)];
            if words.iter().all(|word| *word < MODULUS) {
                return Cubic(words.map(Base));
            }
        }
    }

    /// Several elements.
    pub fn draw_many(&mut self, count: usize) -> Vec<Cubic> {
        (0..count).map(|_| self.draw()).collect()
    }

    /// How much work a nonce shows, in bits.
    pub fn work(&self, nonce: u64) -> u32 {
        first_word(&merge_number(&self.seed, nonce)).trailing_zeros()
    }

    /// Positions below a power of two, after a nonce: sorted, each once.
    pub fn positions(mut self, count: usize, domain: usize, nonce: u64) -> Vec<usize> {
        self = Coin { seed: merge_number(&self.seed, nonce), drawn: 0 };
        let mut positions: Vec<usize> =
            (0..count).map(|_| first_word(&self.next()) as usize % domain).collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}
