//! What a service's response proves, and who can check it.
//!
//! Not here: proofs of access (`dregg-verify`); how a service computes (its own crate).
