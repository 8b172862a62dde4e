//! The mesh as a pure state machine: `apply(height, signed transaction)` gives events or a refusal.
//!
//! Not here: where transactions are kept (`dregg-node`), how they travel (`dregg-rpc`), who makes them (`dregg-sdk`).
