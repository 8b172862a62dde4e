//! The mesh for programs: mount a service, resolve a path to a live reference, invoke it, verify the answer.
//!
//! Not here: the node (`dregg-node`).
