//! Make access proofs: find a derivation, lay out the trace, prove, and verify before handing out.
//!
//! Not here: the constraints (`dregg-air`), reading a proof (`dregg-verify`).

pub mod derive;
pub mod stark;
