//! Sums of products against the field's own arithmetic.

use super::{Felt, weighed_sum};
use winter_math::fields::CubeExtension;
use winter_math::{ExtensionOf, FieldElement, StarkField};

type Cube = CubeExtension<Felt>;

/// Elements at the edges of what 64 bits hold, and some between.
fn elements(count: usize) -> Vec<Felt> {
    let edges = [0, 1, 2, 0xffff_ffff, 1 << 32, Felt::MODULUS - 1, Felt::MODULUS - 2, Felt::MODULUS >> 1];
    let mut state = 1u64;
    let others = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state
    });
    // As they are kept, so that the largest products occur.
    edges.into_iter().chain(others).map(|bits| Felt::from_mont(bits % Felt::MODULUS)).take(count).collect()
}

#[test]
fn a_weighed_sum_is_the_sum_of_products() {
    for count in [0, 1, 2, 20, 200] {
        let values = elements(count);
        let turned: Vec<Felt> = values.iter().rev().copied().collect();
        let plain = values.iter().zip(&turned).fold(Felt::ZERO, |sum, (one, other)| sum + *one * *other);
        assert_eq!(weighed_sum(&values, &turned), plain, "{count}");
        let weights: Vec<Cube> =
            values.iter().map(|value| Cube::new(*value, value.square(), *value + Felt::ONE)).collect();
        let plain =
            weights.iter().zip(&turned).fold(Cube::ZERO, |sum, (one, other)| sum + one.mul_base(*other));
        assert_eq!(weighed_sum(&weights, &turned), plain, "{count}");
    }
}

#[test]
fn a_sum_of_the_largest_products_is_reduced() {
    let largest = vec![Felt::from_mont(Felt::MODULUS - 1); 300];
    let plain = largest.iter().fold(Felt::ZERO, |sum, value| sum + value.square());
    assert_eq!(weighed_sum(&largest, &largest), plain);
}

#[test]
fn what_has_no_partner_counts_for_nothing() {
    let three = elements(3);
    let two: Vec<Felt> = three.iter().take(2).copied().collect();
    assert_eq!(weighed_sum(&three, &two), weighed_sum(&two, &two));
    assert_eq!(weighed_sum(&two, &three), weighed_sum(&two, &two));
}
