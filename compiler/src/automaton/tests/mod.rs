//! Tests of the automaton against a naive matcher that knows nothing of automata.

mod agreement;
mod ambiguity;
mod canonical;
mod drawings;
mod explosion;
mod inclusions;
mod naive;
mod order;
mod random_tables;
mod regexes;
mod routing_index;
mod small_tables;
mod table;
