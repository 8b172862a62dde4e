//! A service that says what a payload looks like (text, shouting, figures or binary) and proves each answer.
//!
//! The example of `docs/responses.md`. [`respond`] is the whole service: payload in, answer and proof out. A client adds
//! [`ClassifierVerifier`] to its verifiers. What is computed is in `answer`, the same as constraints in `air`, a trace that
//! satisfies them in `trace`; `prover` is winterfell's, for any AIR.
//!
//! Not here: how a call comes in (the mesh), or a command (`dregg`). Nothing is hidden: the client knows request and
//! response, so the proof need not be zero-knowledge, and is not.

mod air;
mod answer;
mod prover;
mod service;
mod trace;
mod verifier;

pub use answer::{Answer, LABELS, Label, MAX_PAYLOAD, Scores};
pub use service::{METHOD, RespondError, respond};
pub use verifier::{ClassifierVerifier, key};

#[cfg(test)]
mod tests;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/responses.md")]
struct Page;
