//! Live references over Cap'n Proto, between cells that authenticate by key: schema, connections, limits.
//!
//! Not here: what a node answers (`dregg-node`), what a program asks (`dregg-sdk`).
