//! Seven bytes a row, and how often each byte of the table is used.

use crate::route;

/// The bytes; every one of every row is looked up.
pub const BYTES: usize = route::columns::END;
/// How many there are in a row.
pub const PER_ROW: usize = 7;
/// In row `b` below 256: how often byte `b` occurs.
pub const COUNT: usize = BYTES + PER_ROW;
/// How many columns the whole trace has.
pub const END: usize = COUNT + 1;
