//! Rules compiled once a policy, so that a decision looks at no more facts than it needs.
//!
//! **What is compiled.** Every use of a predicate has some columns with a value (the caller, constants, what earlier atoms
//! bind): the predicate is specialised to these columns, a *variant*. A variant's rules are sequences of index lookups,
//! conditions, and calls of further variants (`resolve` reads literals, `order` arranges them, `compile` finds all
//! variants, `shape` holds the result).
//!
//! **What a decision does.** Goals are judged one by one as they are needed (`judge`). A call whose columns all have
//! values is proved by walking backwards from it, a tuple at a time, nearest first (`walk`); one with open columns gets a
//! table of answers (`answers`); bodies are nested loops over indexes (`run`). Nothing is derived that nobody asked for. `scratch` keeps the memory for the next decision.
//!
//! **Why the answers are those of rounds by height.** Everything is asked with the height that remains, and answered by
//! the definition: a tuple has a tree of height `h` iff some rule's conditions hold and its calls have trees of height
//! `h - 1`. See `walk` for why a tuple need be looked at once. `tests/random.rs` compares with `evaluate`.
//!
//! **What is left to `evaluate`.** Bodies of more than [`shape::VARIABLES`] variables or [`shape::ATOMS`] atoms, goals nested
//! deeper than [`shape::NESTING`], derivation depths beyond the language's ceiling, questions that need more than
//! [`PLAN_STEPS`] steps, and facts that were typed against another policy. All but the last two occur in no policy that a
//! compiler made.

mod answers;
mod compile;
mod judge;
mod order;
mod resolve;
mod run;
mod scratch;
mod shape;
mod walk;

pub(crate) use compile::Plans;
pub(crate) use judge::Judge;
pub(crate) use scratch::Scratch;

/// How many steps the plans may take for one decision: tuples looked at and calls made. A question that needs more is
/// left to the bottom-up evaluation, with bounds of its own.
pub const PLAN_STEPS: usize = 4_000_000;
