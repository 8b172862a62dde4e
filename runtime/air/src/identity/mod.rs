//! Identity: blocks `SECRET CELL [CALLER]`, a secret, the cell made of it, and for a hidden caller the commitment of it.
//!
//! A shown caller is given by the last row of `CELL`, a hidden one by the first row of `CALLER`: each under a source of
//! its own, so that the commitment that the statement demands is that of the cell the program speaks of. The table of
//! constraints with the attack each stops is [`constraints::CONSTRAINTS`].

pub mod constraints;
pub mod witness;
