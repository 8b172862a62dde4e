//! What the suite of hiding needs: the maps from random cells to opened values, a prover without the masks, and readers
//! of what a proof shows. The argument that they back is `docs/zero-knowledge.md`.
//!
//! Reading order: `points` (what is opened), `elimination` (ranks), then one map each: `columns`, `quotient`, `deep`. Of
//! proofs: `witnesses`, `unmasked` (a prover that hides nothing), `shown` (what a proof opens), `secrets`, `recovery`,
//! `distinguisher`.

pub mod columns;
pub mod deep;
pub mod distinguisher;
pub mod elimination;
pub mod points;
pub mod quotient;
pub mod recovery;
pub mod secrets;
pub mod shown;
pub mod unmasked;
pub mod witnesses;
