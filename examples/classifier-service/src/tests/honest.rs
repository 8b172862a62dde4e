//! Honest answers, every kind of payload.

use super::{CONTEXT, PAYLOAD};
use crate::answer::{Answer, MAX_PAYLOAD};
use crate::{ClassifierVerifier, METHOD, RespondError, key, respond};
use dregg_response::{Outcome, ResponseReject, Verifiers};

#[test]
fn an_answer_is_proved_under_the_key_of_the_descriptor() {
    let mut verifiers = Verifiers::new();
    verifiers.register(ClassifierVerifier);
    let key = key().to_string();
    let (output, proof) = respond(METHOD, PAYLOAD, &CONTEXT).unwrap();
    let exchange = CONTEXT.exchange(METHOD, PAYLOAD, &output);
    assert_eq!(Answer::from_json(&output), Some(Answer::to(PAYLOAD)));
    assert_eq!(verifiers.check(Some(&key), &exchange, &proof), Ok(Outcome::Proved));
    assert_eq!(verifiers.check(Some(&key), &exchange, &[]), Err(ResponseReject::NoProof));
    assert_eq!(Verifiers::new().check(Some(&key), &exchange, &proof), Err(ResponseReject::UnknownKey));
}

/// Whatever changes the key makes every descriptor out of date: raise the revision, and write the new key here and into the
/// descriptor.
#[test]
fn the_key_is_that_of_the_descriptor() {
    let descriptor: serde_json::Value = serde_json::from_str(include_str!("../../descriptor.json")).unwrap();
    assert_eq!(descriptor["verification_key"], key().to_string());
}

/// Constant columns make winterfell's prover panic, so zeros and nothing at all are the hard ones. One and two rows are left
/// over at the lengths where the trace gets longer. [`respond`] verifies each proof.
#[test]
fn payloads_of_every_kind_and_length_are_answered() {
    let mut payloads = vec![Vec::new(), vec![0xff; MAX_PAYLOAD], (0..=u8::MAX).cycle().take(1000).collect()];
    payloads.extend([1, 510, 511, 512, MAX_PAYLOAD].map(|length| vec![0; length]));
    for payload in payloads {
        let (output, proof) = respond(METHOD, &payload, &CONTEXT).unwrap();
        assert_eq!(Answer::from_json(&output), Some(Answer::to(&payload)));
        assert!(proof.len() < 80 * 1024, "{}", proof.len());
    }
}

#[test]
fn what_cannot_be_proved_is_not_answered() {
    assert_eq!(respond("train", PAYLOAD, &CONTEXT), Err(RespondError::Method));
    assert_eq!(respond(METHOD, &[0; MAX_PAYLOAD + 1], &CONTEXT), Err(RespondError::TooLong));
}
