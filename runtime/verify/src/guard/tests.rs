//! What is read before any proof is built. Whole proofs, honest and hostile, are in `tests/tests`.

use super::reader::Reader;
use super::*;
use dregg_air::options::{MAX_LOG2_ROWS, MIN_LOG2_ROWS, proof_options};
use winter_utils::ByteWriter;

fn shape() -> Shape {
    Shape {
        main_width: 3,
        aux_width: 2,
        aux_randoms: 2,
        log2_rows: 9,
        constraints: 9,
        quotient_columns: 2,
        options: proof_options(),
    }
}

fn head() -> Vec<u8> {
    let trace = [3, 2, 2, 9, 0, 0];
    let modulus = [8, 1, 0, 0, 0, 255, 255, 255, 255];
    let options = [60, 8, 12, 3, 8, 7, 0, 0, 1, 1];
    [&trace[..], &modulus, &options, &[9 << 1 | 1]].concat()
}

#[test]
fn only_allowed_lengths_of_traces_are_read() {
    for claimed in 0..=u8::MAX {
        let allowed = (MIN_LOG2_ROWS..=MAX_LOG2_ROWS).contains(&claimed);
        let expected = if allowed { Ok(claimed) } else { Err(Reject::TraceShape) };
        assert_eq!(log2_rows(&[3, 2, 2, claimed, 0, 0]), expected);
    }
    assert_eq!(log2_rows(&[3, 2, 2]), Err(Reject::Truncated));
}

#[test]
fn the_head_is_known_to_the_last_byte() {
    let reject = |bytes: &[u8]| layout::walk(bytes, &shape()).unwrap_err();
    assert_eq!(reject(&head()), Reject::Truncated);
    assert_eq!(reject(&[head(), vec![0]].concat()), Reject::QueryCount);
    assert_eq!(reject(&[head(), vec![61]].concat()), Reject::QueryCount);
    assert_eq!(reject(&[head(), vec![60, 1, 0]].concat()), Reject::Commitments);
    for at in 0..head().len() {
        for flip in 1..=u8::MAX {
            let mut bytes = head();
            bytes[at] ^= flip;
            let expected = match at {
                0..6 => Reject::TraceShape,
                6..15 => Reject::Field,
                15..25 => Reject::Options,
                _ => {
                    assert!(
                        [Reject::ConstraintCount, Reject::LengthForm, Reject::Truncated]
                            .contains(&reject(&bytes))
                    );
                    continue;
                }
            };
            assert_eq!(reject(&bytes), expected, "byte {at}");
        }
    }
}

#[test]
fn too_long_is_refused_unread() {
    let bytes = vec![0; MAX_PROOF_BYTES + 1];
    assert_eq!(layout::walk(&bytes, &shape()), Err(Reject::TooLong));
    assert_eq!(layout::walk(&bytes[1..], &shape()), Err(Reject::TraceShape));
}

#[test]
fn lengths_have_one_form() {
    for value in [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, (1 << 28) - 1] {
        let mut bytes = Vec::new();
        bytes.write_usize(value);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.length(), Ok(value));
        assert_eq!(reader.end(Reject::TrailingBytes), Ok(()));
    }
    let length = |bytes: &[u8]| Reader::new(bytes).length();
    // 9 in two, three, four and nine bytes.
    assert_eq!(length(&[9 << 2 | 2, 0]), Err(Reject::LengthForm));
    assert_eq!(length(&[9 << 3 | 4, 0, 0]), Err(Reject::LengthForm));
    assert_eq!(length(&[9 << 4 | 8, 0, 0, 0]), Err(Reject::LengthForm));
    assert_eq!(length(&[0, 9, 0, 0, 0, 0, 0, 0, 0]), Err(Reject::LengthForm));
    // 2^28 and more.
    assert_eq!(length(&[16, 0, 0, 0, 1]), Err(Reject::LengthForm));
    assert_eq!(length(&[2]), Err(Reject::Truncated));
    assert_eq!(length(&[]), Err(Reject::Truncated));
}

#[test]
fn elements_have_one_form() {
    let elements = |values: &[u64]| {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Reader::new(&bytes).elements(values.len())
    };
    let modulus = 0xffff_ffff_0000_0001;
    assert_eq!(elements(&[0, 1, modulus - 1]), Ok(()));
    assert_eq!(elements(&[0, modulus]), Err(Reject::Element));
    assert_eq!(elements(&[u64::MAX]), Err(Reject::Element));
    assert_eq!(Reader::new(&[0; 15]).elements(2), Err(Reject::Truncated));
    assert_eq!(Reader::new(&[0; 15]).elements(usize::MAX), Err(Reject::LengthForm));
}
