//! The numbers of the periodic columns. Their values are in [`crate::air::periodic_columns`], and a row of them is read by
//! [`crate::frame::Periodic`].

/// The first seven rows of every cycle of eight.
pub const ROUND: usize = 0;
/// The first row of every cycle.
pub const FIRST: usize = 1;
/// The last row of every cycle but the last one.
pub const LAST: usize = 2;
/// The byte of the table.
pub const BYTE: usize = 3;
/// The row's point of the trace domain.
pub const POINT: usize = 4;
/// Where the round constants begin: those before the inverse S-box, then those after it.
pub const CONSTANTS: usize = 5;
/// How many lanes have each kind of constant.
pub const LANES: usize = 12;
/// How many columns there are.
pub const END: usize = CONSTANTS + 2 * LANES;
