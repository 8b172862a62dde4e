//! The hasher agrees with winterfell's.

use super::*;
use winter_math::fields::CubeExtension;

#[test]
fn every_length_hashes_as_winterfell_hashes_it() {
    let elements: Vec<BaseElement> =
        (0..700u64).map(|at| BaseElement::new(at.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    for length in [0, 1, 2, 127, 128, 129, 255, 256, 257, 700] {
        let some = &elements[..length];
        assert_eq!(Blake3::hash_elements(some), Blake3_256::<BaseElement>::hash_elements(some), "{length}");
    }
}

#[test]
fn extension_elements_hash_as_their_base_elements() {
    let base: Vec<BaseElement> = (1..=150u64).map(BaseElement::new).collect();
    let cubic = CubeExtension::<BaseElement>::slice_from_base_elements(&base);
    assert_eq!(Blake3::hash_elements(cubic), Blake3::hash_elements(&base));
    assert_eq!(Blake3::hash_elements(cubic), Blake3_256::<BaseElement>::hash_elements(cubic));
}

#[test]
fn digests_merge_as_winterfell_merges_them() {
    let (a, b) = (Blake3::hash(b"a"), Blake3::hash(b"b"));
    assert_eq!(Blake3::merge(&[a, b]), Blake3_256::<BaseElement>::merge(&[a, b]));
    assert_eq!(Blake3::merge_many(&[a, b, a]), Blake3_256::<BaseElement>::merge_many(&[a, b, a]));
    assert_eq!(Blake3::merge_with_int(a, 7), Blake3_256::<BaseElement>::merge_with_int(a, 7));
    assert_ne!(Blake3::merge(&[a, b]), Blake3::merge(&[b, a]));
}

#[test]
fn inputs_hashed_together_have_the_digests_they_have_alone() {
    let bytes: Vec<u8> = (0..40_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for length in (0..=1100).step_by(7).chain([63, 64, 65, 128, 168, 360, 640, 1024]) {
        for count in [0, 1, 2, 15, 16, 17, 33] {
            let inputs: Vec<&[u8]> = (0..count).map(|at| &bytes[at * 31..at * 31 + length]).collect();
            let alone: Vec<Digest> = inputs.iter().map(|input| Blake3::hash(input)).collect();
            assert_eq!(hash_each(&inputs), alone, "{count} of {length} bytes");
        }
    }
}

#[test]
fn inputs_of_unequal_lengths_are_hashed_too() {
    let inputs: [&[u8]; 3] = [&[1; 64], &[2; 65], &[3; 200]];
    assert_eq!(hash_each(&inputs), inputs.map(Blake3::hash));
}
