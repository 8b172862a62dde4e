//! Range: seven columns of bytes, every one of every row looked up in a table of 256.
//!
//! There is no selector, so no row can have a number that is no byte where some constraint reads one. No constraint of
//! its own: the bus demands everything.

pub mod columns;
