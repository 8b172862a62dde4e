//! One step of the walk a row, in the arguments of the event lane.

use crate::derivation::columns as event;

/// The row is a step of a walk.
pub const STEP: usize = event::END;
/// The first column after it.
pub const END: usize = STEP + 1;

/// The state the step leaves.
pub const STATE: usize = event::ARGUMENTS;
/// The symbol it reads.
pub const SYMBOL: usize = event::ARGUMENTS + 1;
/// The symbol's place in the path.
pub const INDEX: usize = event::ARGUMENTS + 2;
/// How many `/` have been read, this one included.
pub const SLASHES: usize = event::ARGUMENTS + 3;
/// The inverse of the symbol, unless that is `/`.
pub const INVERSE: usize = event::ARGUMENTS + 4;
/// Whether the symbol is `/`.
pub const IS_SLASH: usize = event::ARGUMENTS + 5;
/// The tree of the rows.
pub const TREE: usize = event::SOURCE;
