//! How fast the machine is at this moment: 1,000 permutations of Rp64_256 and one transform of 2^13 elements.

use dregg_air::field::Felt;
use std::hint::black_box;
use winter_crypto::hashers::Rp64_256;
use winter_math::fft;

const PERMUTATIONS: usize = 1000;
const ELEMENTS: u64 = 1 << 13;

/// Does it once.
pub fn run() {
    let mut state: [Felt; 12] = std::array::from_fn(|lane| Felt::new(lane as u64));
    for _ in 0..PERMUTATIONS {
        Rp64_256::apply_permutation(&mut state);
    }
    black_box(state);
    let mut elements: Vec<Felt> = (0..ELEMENTS).map(Felt::new).collect();
    let twiddles = fft::get_twiddles(elements.len());
    fft::evaluate_poly(&mut elements, &twiddles);
    black_box(elements);
}
