//! Tests of the automaton against a naive matcher that knows nothing of automata.

mod naive;
mod random_tables;
