//! Why a response is not taken for proved, under the names a user sees.

use dregg_verify::Reject;
use std::fmt;

/// Why a response counts for nothing. Every reason means the same for the caller: whatever came is not what was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseReject {
    /// The descriptor's key is not 64 lower-case hexadecimal digits.
    MalformedKey,
    /// The descriptor's key names an AIR that this client has no verifier for.
    UnknownKey,
    /// The descriptor has a key, and the response came without a proof.
    NoProof,
    /// The AIR states nothing about such a request: another method, or a payload it does not take.
    Request,
    /// No response of the AIR reads like this one, or its parts contradict each other.
    Output,
    /// The proof does not show that this response is the one to this request.
    Proof(Reject),
}

impl ResponseReject {
    /// The name of the reason; for a proof the reason that the proof itself is rejected for.
    pub fn name(self) -> &'static str {
        match self {
            ResponseReject::MalformedKey => "MalformedKey",
            ResponseReject::UnknownKey => "UnknownKey",
            ResponseReject::NoProof => "NoProof",
            ResponseReject::Request => "Request",
            ResponseReject::Output => "Output",
            ResponseReject::Proof(reject) => reject.name(),
        }
    }
}

impl fmt::Display for ResponseReject {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match self {
            ResponseReject::MalformedKey => "the descriptor's key is not 64 lower-case hexadecimal digits",
            ResponseReject::UnknownKey => "there is no verifier for the descriptor's key",
            ResponseReject::NoProof => "the response came without the proof that the descriptor promises",
            ResponseReject::Request => "nothing is proved about such a request",
            ResponseReject::Output => "the response is none of those that can be proved",
            ResponseReject::Proof(reject) => return write!(to, "proof of the response: {reject}"),
        };
        write!(to, "{}: {sentence}", self.name())
    }
}

impl std::error::Error for ResponseReject {}

impl From<Reject> for ResponseReject {
    fn from(reject: Reject) -> ResponseReject {
        ResponseReject::Proof(reject)
    }
}
