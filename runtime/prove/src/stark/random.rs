//! Uniform field elements.

use dregg_air::field::Felt;
use rand::Rng;
use winter_math::FieldElement;

/// A uniform element: 64 bits drawn until they are canonical.
pub(crate) fn element(random: &mut impl Rng) -> Felt {
    loop {
        let bits = random.next_u64();
        if bits < dregg_commit::hash::MODULUS {
            return Felt::new(bits);
        }
    }
}

/// A uniform element of an extension.
pub(crate) fn extension<E: FieldElement<BaseField = Felt>>(random: &mut impl Rng) -> E {
    let parts: Vec<Felt> = (0..E::EXTENSION_DEGREE).map(|_| element(random)).collect();
    E::slice_from_base_elements(&parts).first().copied().unwrap_or(E::ZERO)
}
