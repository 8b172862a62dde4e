//! Membership: nodes and leaves of all trees, opened together.
//!
//! A node claims its own digest and provides its children's as often as they claim. A claim goes up until the public
//! root of its tree; it cannot end elsewhere, since going up in circles would be a cycle of hashes. There is no level and
//! no index, so any shape of tree will do. No constraint of its own: a block claims by being of its kind (`hash`), and
//! the bus demands the rest.

pub mod witness;
