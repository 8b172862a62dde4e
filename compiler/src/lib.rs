//! From AST to HIR to automaton and rules to the artifact. Pure: sources in, artifact or diagnostics out.
//!
//! The way through: `load` finds modules through a caller-supplied reader, `lower` resolves and checks them into the
//! [`hir`], `automaton` turns route patterns into the minimal DFA, `generate` writes the artifact. `reference` decides
//! straight from the HIR and is what everything else is tested against.

pub mod automaton;
pub mod codes;
pub mod generate;
pub mod hir;
pub mod load;
pub mod lower;
pub mod reference;
