//! Whoever answers wrongly, or shows the proof of something else, is refused by name.

use super::{CONTEXT, PAYLOAD, claim, forge, inputs};
use crate::air::{BITS, BYTE, ClassifierAir, SCORES};
use crate::answer::{Answer, Label, MAX_PAYLOAD, Scores};
use crate::trace::{self, FREE_BIT};
use crate::{ClassifierVerifier, METHOD, key, prover, respond};
use dregg_air::field::Felt;
use dregg_artifact::CellId;
use dregg_response::{CallContext, Exchange, ResponseKey, ResponseReject, ResponseVerifier};
use dregg_verify::Reject;

const CONSTRAINTS: Result<(), ResponseReject> = Err(ResponseReject::Proof(Reject::Constraints));

/// What a client says to an answer with a proof.
fn check(payload: &[u8], answer: &Answer, proof: &[u8]) -> Result<(), ResponseReject> {
    ClassifierVerifier.verify(&CONTEXT.exchange(METHOD, payload, &answer.to_json()), proof)
}

#[test]
fn a_wrong_answer_has_no_proof() {
    let truth = Answer::to(PAYLOAD);
    let honest = || trace::columns(PAYLOAD);
    assert_eq!(check(PAYLOAD, &truth, &forge(PAYLOAD, &truth, honest())), Ok(()));

    // Another score; another label with the scores that go with it; each with the columns of the truth.
    let higher = claim(Scores { text: truth.scores.text + 1, ..truth.scores });
    let shouting = claim(Scores { shouting: 1000, ..truth.scores });
    assert_eq!((higher.label, shouting.label), (Label::Text, Label::Shouting));
    for lie in [higher, shouting] {
        assert_eq!(check(PAYLOAD, &lie, &forge(PAYLOAD, &lie, honest())), CONSTRAINTS);
    }
    // The scores of the truth, and another label.
    let mislabelled = Answer { label: Label::Binary, ..truth };
    let proof = forge(PAYLOAD, &mislabelled, honest());
    assert_eq!(check(PAYLOAD, &mislabelled, &proof), Err(ResponseReject::Output));
    // The honest answer to another payload, with its columns.
    let other = Answer::to(b"HELLO");
    let proof = forge(PAYLOAD, &other, trace::columns(b"HELLO"));
    assert_eq!(check(PAYLOAD, &other, &proof), CONSTRAINTS);
    // Columns without anything; the bits of the last row are those that the prover needs.
    let nothing = claim(Scores { text: 0, shouting: 0, figures: 0, binary: 0 });
    let mut columns = honest();
    let last = columns[BYTE].len() - 1;
    columns.iter_mut().for_each(|column| column[..last].fill(Felt::new(0)));
    columns[SCORES..].iter_mut().for_each(|column| column[last] = Felt::new(0));
    assert!(columns[BITS..SCORES].iter().all(|column| column[last] == Felt::from(FREE_BIT)));
    assert_eq!(check(PAYLOAD, &nothing, &forge(PAYLOAD, &nothing, columns)), CONSTRAINTS);
    // Zeros as a payload are no such columns: they have scores.
    let zeros = Answer::to(&[0; 5]);
    assert_eq!(zeros.scores.binary, 30);
    assert_eq!(check(&[0; 5], &zeros, &forge(&[0; 5], &zeros, trace::columns(&[0; 5]))), Ok(()));
}

#[test]
fn zeros_at_the_end_are_part_of_the_payload() {
    let (short, long) = (Answer::to(PAYLOAD), Answer::to(b"hello\0"));
    assert_ne!(short.scores, long.scores);
    // The columns are the same, and the sums in the last row too: the length tells the claims apart.
    assert_eq!(trace::columns(PAYLOAD), trace::columns(b"hello\0"));
    let proof = forge(PAYLOAD, &short, trace::columns(PAYLOAD));
    assert_eq!(check(PAYLOAD, &short, &proof), Ok(()));
    assert_eq!(check(b"hello\0", &long, &proof), CONSTRAINTS);
    let lie = forge(b"hello\0", &short, trace::columns(PAYLOAD));
    assert_eq!(check(b"hello\0", &short, &lie), CONSTRAINTS);
}

#[test]
fn a_proof_is_for_one_exchange() {
    let (output, proof) = respond(METHOD, PAYLOAD, &CONTEXT).unwrap();
    let base = CONTEXT.exchange(METHOD, PAYLOAD, &output);
    let verify = |exchange: &Exchange<'_>| ClassifierVerifier.verify(exchange, &proof);
    assert_eq!(verify(&base), Ok(()));

    let other = Answer::to(b"hellish").to_json();
    for (what, changed) in [
        ("instance", Exchange { instance: [9; 32], ..base }),
        ("service", Exchange { service: CellId([9; 32]), ..base }),
        ("path", Exchange { path: "/services/ai/classifier", ..base }),
        ("call", Exchange { call_id: b"the second call.", ..base }),
        ("no call", Exchange { call_id: b"", ..base }),
        ("payload of the same scores", Exchange { payload: b"olleh", ..base }),
        ("payload", Exchange { payload: b"hellp", ..base }),
        ("output", Exchange { output: &other, ..base }),
    ] {
        assert_eq!(verify(&changed), CONSTRAINTS, "{what}");
    }
    let spaced = [&output[..], b" "].concat();
    let (long, longer) = ([0; 512], [0; MAX_PAYLOAD + 1]);
    for (changed, reject) in [
        (Exchange { method: "Classify", ..base }, ResponseReject::Request),
        (Exchange { payload: &longer, ..base }, ResponseReject::Request),
        (Exchange { output: &spaced, ..base }, ResponseReject::Output),
        (Exchange { output: b"", ..base }, ResponseReject::Output),
        (Exchange { payload: &long, ..base }, ResponseReject::Proof(Reject::TraceShape)),
    ] {
        assert_eq!(verify(&changed), Err(reject));
    }
    // The other way round: what the service makes for another call is no proof for this one.
    let elsewhere = CallContext { call_id: b"the second call.", ..CONTEXT };
    let (again, proof) = respond(METHOD, PAYLOAD, &elsewhere).unwrap();
    assert_eq!(again, output);
    assert_eq!(ClassifierVerifier.verify(&base, &proof), CONSTRAINTS);
}

#[test]
fn a_proof_under_another_key_is_none() {
    let answer = Answer::to(PAYLOAD);
    let output = answer.to_json();
    let exchange = CONTEXT.exchange(METHOD, PAYLOAD, &output);
    let proof = |key: &ResponseKey| {
        let inputs =
            crate::air::ClassifierInputs { statement: exchange.statement(key), ..inputs(PAYLOAD, &answer) };
        prover::prove::<ClassifierAir>(trace::columns(PAYLOAD), inputs).unwrap()
    };
    assert_eq!(ClassifierVerifier.verify(&exchange, &proof(&key())), Ok(()));
    let mut next = key();
    next.0[0] ^= 1;
    assert_eq!(ClassifierVerifier.verify(&exchange, &proof(&next)), CONSTRAINTS);
}

#[test]
fn a_proof_is_whole() {
    let (output, proof) = respond(METHOD, PAYLOAD, &CONTEXT).unwrap();
    let exchange = CONTEXT.exchange(METHOD, PAYLOAD, &output);
    let verify = |proof: &[u8]| ClassifierVerifier.verify(&exchange, proof);
    for length in (0..proof.len()).step_by(101) {
        let reject = verify(&proof[..length]).unwrap_err();
        assert!(["Truncated", "Opening"].contains(&reject.name()), "{length}: {reject}");
    }
    let longer = [&proof[..], &[0]].concat();
    assert_eq!(verify(&longer), Err(ResponseReject::Proof(Reject::TrailingBytes)));
    assert_eq!(verify(&vec![0; 1 << 20]), Err(ResponseReject::Proof(Reject::TooLong)));
}
