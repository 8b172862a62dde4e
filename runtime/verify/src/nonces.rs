//! What makes a proof good once: the nonces that a verifier gave out and has not taken back.

use crate::Reject;
use dregg_air::statement::{MAX_NONCE, MIN_NONCE};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The most nonces that can be out at a time.
pub const MAX_NONCES: usize = 1 << 20;

/// The nonces of one verifier in one epoch. Of any number of threads that spend a nonce, one wins.
///
/// Kept in memory: after a restart no nonce is known, so none is good again.
#[derive(Debug)]
pub struct Nonces {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    epoch: u64,
    /// Whether each nonce has been spent.
    known: BTreeMap<Vec<u8>, bool>,
}

impl Nonces {
    /// None given out yet.
    pub fn new(epoch: u64) -> Nonces {
        Nonces { state: Mutex::new(State { epoch, known: BTreeMap::new() }) }
    }

    /// Notes a nonce that is given out: fresh random bytes from the operating system. `false` if it was given out before,
    /// has a wrong length, or too many are out.
    pub fn issue(&self, nonce: &[u8]) -> bool {
        let mut state = self.lock();
        let room = state.known.len() < MAX_NONCES;
        let fresh = !state.known.contains_key(nonce);
        let fits = (MIN_NONCE..=MAX_NONCE).contains(&nonce.len());
        if room && fresh && fits {
            state.known.insert(nonce.to_vec(), false);
        }
        room && fresh && fits
    }

    /// Spends a nonce in an epoch. Call it after a proof was verified and before anything is released.
    ///
    /// # Errors
    /// [`Reject::NonceUnknown`] if it was not given out in this epoch, [`Reject::NonceSpent`] if somebody was faster.
    pub fn spend(&self, epoch: u64, nonce: &[u8]) -> Result<(), Reject> {
        let mut state = self.lock();
        if state.epoch != epoch {
            return Err(Reject::NonceUnknown);
        }
        match state.known.get_mut(nonce) {
            None => Err(Reject::NonceUnknown),
            Some(true) => Err(Reject::NonceSpent),
            Some(spent) => {
                *spent = true;
                Ok(())
            }
        }
    }

    /// Goes on to a later epoch and forgets every nonce. An earlier or equal epoch changes nothing.
    pub fn advance(&self, epoch: u64) {
        let mut state = self.lock();
        if epoch > state.epoch {
            state.epoch = epoch;
            state.known.clear();
        }
    }

    /// No code here panics while it holds the lock, so what it guards is whole.
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_nonce_wins_once_also_concurrently() {
        let nonces = Nonces::new(7);
        assert!(nonces.issue(&[1; 16]) && nonces.issue(&[2; 32]));
        assert!(!nonces.issue(&[1; 16]) && !nonces.issue(&[3; 15]) && !nonces.issue(&[3; 33]));
        let won = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    won.fetch_add(usize::from(nonces.spend(7, &[1; 16]).is_ok()), Ordering::Relaxed)
                });
            }
        });
        assert_eq!(won.into_inner(), 1);
        assert_eq!(nonces.spend(7, &[1; 16]), Err(Reject::NonceSpent));
        assert_eq!(nonces.spend(7, &[9; 16]), Err(Reject::NonceUnknown));
        assert_eq!(nonces.spend(8, &[2; 32]), Err(Reject::NonceUnknown));
        nonces.advance(6);
        assert_eq!(nonces.spend(7, &[2; 32]), Ok(()));
        assert!(nonces.issue(&[4; 16]));
        nonces.advance(8);
        assert_eq!(nonces.spend(8, &[4; 16]), Err(Reject::NonceUnknown));
    }
}
