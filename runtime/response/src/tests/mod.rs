//! Keys, digests and the registry. Whole proofs are in the tests of `examples/classifier-service`.

mod digest;
mod registry;
