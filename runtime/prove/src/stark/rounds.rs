//! The constraints of a round of the permutation, all twelve at once.
//!
//! They are two thirds of what constraints on main columns cost. Their random combination has the matrix of the round
//! folded into the coefficients, and what the round constants add depends on the place in the cycle only.

#![expect(clippy::indexing_slicing, reason = "lanes are below the width of the state")]

use dregg_air::air::ROUND_CONSTRAINTS;
use dregg_air::field::{Felt, weighed_sum};
use dregg_air::frame::Row;
use dregg_air::hash::columns::STATE;
use winter_crypto::hashers::Rp64_256;
use winter_math::FieldElement;

const WIDTH: usize = 12;

/// A state of the permutation.
type State = [Felt; WIDTH];

/// The combination of a round's constraints by some coefficients.
pub(super) struct Rounds<E> {
    forward: [E; WIDTH],
    backward: [E; WIDTH],
    places: Vec<Place<E>>,
}

/// What the round constants add at a place.
struct Place<E> {
    forward: E,
    backward: State,
}

impl<E: FieldElement<BaseField = Felt>> Rounds<E> {
    /// From the coefficients, and the values of the round constants at each place of the evaluation domain's cycle,
    /// those before the inverse S-box first.
    pub(super) fn new(coefficients: [E; ROUND_CONSTRAINTS], constants: &[[State; 2]]) -> Rounds<E> {
        let forward = std::array::from_fn(|lane| {
            let column = Rp64_256::MDS.map(|row| row[lane]);
            weighed_sum(&coefficients, &column)
        });
        let place = |[before, after]: &[State; 2]| Place {
            forward: weighed_sum(&coefficients, before),
            backward: Rp64_256::INV_MDS.map(|row| weighed_sum(&row, after)),
        };
        Rounds { forward, backward: coefficients, places: constants.iter().map(place).collect() }
    }

    /// The combination in the row at this step of the evaluation domain, without the selector of rounds.
    #[inline(always)]
    pub(super) fn evaluate(&self, now: &Row<Felt>, next: &Row<Felt>, step: usize) -> E {
        let place = &self.places[step % self.places.len()];
        let forward: State = std::array::from_fn(|lane| now[STATE + lane].exp7());
        let after = &next[STATE..STATE + WIDTH];
        let backward: State = std::array::from_fn(|lane| {
            (weighed_sum(&Rp64_256::INV_MDS[lane], after) - place.backward[lane]).exp7()
        });
        weighed_sum(&self.forward, &forward) + place.forward - weighed_sum(&self.backward, &backward)
    }
}
