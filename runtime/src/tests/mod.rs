//! Tests over artifacts made by hand: no compiler takes part.
//!
//! `build` makes the artifacts, `naive` is the evaluator that `random` and `graphs` compare with.

mod build;
mod facts;
mod graphs;
mod heights;
mod hostile;
mod naive;
mod paths;
mod random;
mod reasons;
mod rules;
