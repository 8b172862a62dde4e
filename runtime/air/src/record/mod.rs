//! Records: blocks of the hash lane that are a public fact, a held fact with its credential, a stake, or a fact that is
//! absent. The border between hash lane and event lane, where most of what can go wrong goes wrong.
//!
//! | blocks in order | gives | under |
//! |---|---|---|
//! | `FACT SECOND [THIRD]` | the public fact | facts |
//! | `FACT SECOND [THIRD] GAP` | that the public fact is absent | facts |
//! | `HELD SECOND [THIRD] ISSUED ISSUED_END` | the held fact | credentials |
//! | `STAKE` | the stake of a cell | stakes |
//!
//! The fact is given by the first row of the first block; everything after it only has to be there. The table of
//! constraints with the attack each stops is [`constraints::CONSTRAINTS`].

pub mod constraints;
pub mod witness;

pub(crate) use constraints::number;
