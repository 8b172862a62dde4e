//! Route: the DFA's walk over the whole path, a symbol a row, each row of the lookup table under the policy's root.
//!
//! Also the blocks of a hidden path, each of four symbols and four salts. The table of constraints with the attack each
//! stops is [`constraints::CONSTRAINTS`].

pub mod columns;
pub mod constraints;
pub mod witness;
