//! Frozen values, and pairs of what is accepted and what is not.

mod facts;
mod records;
mod table;
mod trees;
