//! Answers and their proofs, honest and not. Changed bytes of proofs are in `tests/tests/responses.rs`.

mod answers;
mod attacks;
mod deletion;
mod honest;

use crate::air::{ClassifierAir, ClassifierInputs};
use crate::answer::{Answer, Scores};
use crate::verifier::key;
use crate::{METHOD, prover};
use dregg_air::field::Felt;
use dregg_artifact::CellId;
use dregg_response::CallContext;

const CONTEXT: CallContext<'static> = CallContext {
    instance: [1; 32],
    service: CellId([2; 32]),
    path: "/services/ai/classify",
    call_id: b"the first call..",
};

const PAYLOAD: &[u8] = b"hello";

/// An answer with these scores, whether they are right or not.
fn claim(scores: Scores) -> Answer {
    Answer { label: scores.highest(), scores }
}

/// The proof of somebody who believes that a payload has an answer, by whatever columns.
fn forge(payload: &[u8], answer: &Answer, columns: Vec<Vec<Felt>>) -> Vec<u8> {
    prover::prove::<ClassifierAir>(columns, inputs(payload, answer)).unwrap()
}

/// What a client makes of a request and an answer.
fn inputs(payload: &[u8], answer: &Answer) -> ClassifierInputs {
    let output = answer.to_json();
    let statement = CONTEXT.exchange(METHOD, payload, &output).statement(&key());
    ClassifierInputs { statement, payload: payload.to_vec(), scores: answer.scores }
}
