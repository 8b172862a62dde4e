//! What a service's response proves, and who can check it.
//!
//! A service states what it computes as an AIR of its own ([`ResponseAir`]): request and response are its public inputs, and
//! its constraints say that the response is the function of the request. A proof answers one [`Exchange`]; the
//! [`ResponseKey`] in a service's descriptor names the AIR; a client checks with the [`Verifiers`] it has.
//! `docs/responses.md` says what that shows and what not.
//!
//! Not here: proofs of access (`dregg-verify`); how a service computes and proves (its own crate, such as
//! `examples/classifier-service`).

mod air;
mod exchange;
mod key;
mod reject;
mod verifiers;

pub use air::{ResponseAir, check, constraint_digest};
pub use exchange::{CallContext, Exchange};
pub use key::ResponseKey;
pub use reject::ResponseReject;
pub use verifiers::{Outcome, ResponseVerifier, Verifiers};

#[cfg(test)]
mod tests;
