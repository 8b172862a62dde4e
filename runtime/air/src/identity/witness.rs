//! The blocks of the caller's identity.

use crate::field::Felt;
use crate::hash::columns::{CALLER, CELL, SECRET};
use crate::hash::witness::{Cycle, state, states};
use dregg_commit::hash::{Kind, RATE};
use dregg_commit::{Digest, Secret, encode, record};

/// Whose cell it is.
#[derive(Clone)]
pub struct Identity {
    /// The secret behind the proving key.
    pub secret: Secret,
    /// The digest of the cell's signature key.
    pub key_digest: Digest,
    /// The salt of a hidden caller's commitment.
    pub hidden: Option<[u64; 4]>,
}

impl Identity {
    /// The cell's elements.
    pub fn cell(&self) -> Digest {
        crate::hash::witness::digest_after(&self.cell_state())
    }

    /// The commitment of a hidden caller.
    pub fn commitment(&self) -> Option<Digest> {
        self.hidden.map(|salt| record::caller(self.cell(), salt).digest())
    }

    fn cell_state(&self) -> [Felt; 12] {
        let ([a, b, c, d], [e, f, g, h]) = (self.key_digest.0, encode::proving_key(&self.secret).0);
        state([RATE as u64, Kind::Cell.tag(), 0, 0], [a, b, c, d, e, f, g, h])
    }

    /// The cycles, in the order in which they follow one another; the caller's fact is used so often.
    pub fn cycles(&self, uses: u64) -> Vec<Cycle> {
        let block = encode::secret_block(&self.secret);
        let secret = Cycle::new(state([RATE as u64, Kind::Identity.tag(), 0, 0], block), SECRET, 0);
        let cell = Cycle::new(self.cell_state(), CELL, 0);
        let times = [Felt::new(uses), Felt::new(0), Felt::new(0), Felt::new(0)];
        let Some(salt) = self.hidden else {
            return vec![secret, Cycle { uses: times, at: 7, ..cell }];
        };
        let commitment = record::caller(self.cell(), salt);
        let states = states(&commitment).into_iter();
        let callers = states.map(|state| Cycle { uses: times, ..Cycle::new(state, CALLER, 0) });
        [secret, cell].into_iter().chain(callers).collect()
    }
}
