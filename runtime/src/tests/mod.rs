//! Tests over artifacts made by hand: no compiler takes part.
//!
//! `build` makes the artifacts, `naive` is the evaluator that `random` compares with.

mod build;
mod facts;
mod hostile;
mod naive;
mod paths;
mod random;
mod reasons;
mod rules;
