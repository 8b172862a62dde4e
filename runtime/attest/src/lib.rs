//! Attested roots: what a federation signs for an epoch, and the private openings a cell gets under it.
//!
//! Not here: the hashing of single records and trees (`dregg-commit`), what is proved about them (`dregg-air`).
