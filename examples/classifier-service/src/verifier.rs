//! The client's side: whether an answer is the one to a request.

use crate::air::{ClassifierAir, ClassifierInputs, trace_info};
use crate::answer::{Answer, MAX_PAYLOAD};
use crate::service::METHOD;
use dregg_response::{Exchange, ResponseKey, ResponseReject, ResponseVerifier, check};
use std::sync::OnceLock;

/// The key of the service's AIR, for its descriptor.
pub fn key() -> ResponseKey {
    static KEY: OnceLock<ResponseKey> = OnceLock::new();
    *KEY.get_or_init(ResponseKey::of::<ClassifierAir>)
}

/// Checks the answers of the service.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClassifierVerifier;

impl ResponseVerifier for ClassifierVerifier {
    fn key(&self) -> ResponseKey {
        key()
    }

    /// The scores are proved, that the label is that of the highest is checked here.
    fn verify(&self, exchange: &Exchange<'_>, proof: &[u8]) -> Result<(), ResponseReject> {
        let payload = exchange.payload;
        if exchange.method != METHOD || payload.len() > MAX_PAYLOAD {
            return Err(ResponseReject::Request);
        }
        let answer = Answer::from_json(exchange.output).ok_or(ResponseReject::Output)?;
        let inputs = ClassifierInputs {
            statement: exchange.statement(&key()),
            payload: payload.to_vec(),
            scores: answer.scores,
        };
        check::<ClassifierAir>(trace_info(payload.len()), inputs, proof)
    }
}
