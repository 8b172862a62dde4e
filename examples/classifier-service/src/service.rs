//! The service: a request in, an answer and its proof out.

use crate::air::{ClassifierAir, ClassifierInputs};
use crate::answer::{Answer, MAX_PAYLOAD};
use crate::verifier::{ClassifierVerifier, key};
use crate::{prover, trace};
use dregg_response::{CallContext, ResponseReject, ResponseVerifier};
use std::fmt;

/// The one method. It changes nothing, so a client may call it again.
pub const METHOD: &str = "classify";

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RespondError {
    /// There is no such method.
    Method,
    /// The payload is longer than [`MAX_PAYLOAD`].
    TooLong,
    /// winterfell could not make a proof. Not known to occur.
    Prover(String),
    /// The proof that was made does not verify. Not known to occur.
    Rejected(ResponseReject),
}

impl fmt::Display for RespondError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RespondError::Method => write!(to, "the only method is {METHOD}"),
            RespondError::TooLong => write!(to, "the payload is longer than {MAX_PAYLOAD} bytes"),
            RespondError::Prover(error) => write!(to, "no proof could be made: {error}"),
            RespondError::Rejected(reject) => write!(to, "the proof does not verify: {reject}"),
        }
    }
}

impl std::error::Error for RespondError {}

/// The answer to a request, as JSON, and its proof.
///
/// # Errors
/// [`RespondError`].
pub fn respond(
    method: &str,
    payload: &[u8],
    context: &CallContext<'_>,
) -> Result<(Vec<u8>, Vec<u8>), RespondError> {
    if method != METHOD {
        return Err(RespondError::Method);
    }
    if payload.len() > MAX_PAYLOAD {
        return Err(RespondError::TooLong);
    }
    let answer = Answer::to(payload);
    let output = answer.to_json();
    let exchange = context.exchange(method, payload, &output);
    let inputs = ClassifierInputs {
        statement: exchange.statement(&key()),
        payload: payload.to_vec(),
        scores: answer.scores,
    };
    let proof = prover::prove::<ClassifierAir>(trace::columns(payload), inputs)
        .map_err(|error| RespondError::Prover(error.to_string()))?;
    ClassifierVerifier.verify(&exchange, &proof).map_err(RespondError::Rejected)?;
    Ok((output, proof))
}
