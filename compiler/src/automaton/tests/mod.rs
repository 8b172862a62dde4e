//! Tests of the automaton against a naive matcher that knows nothing of automata.

mod agreement;
mod ambiguity;
mod amendments;
mod canonical;
mod drawings;
mod explosion;
mod graph_agreement;
mod inclusions;
mod naive;
mod numbered_sets;
mod order;
mod random_tables;
mod regexes;
mod small_tables;
mod table;
