//! The event lane: one atom of a rule a row, applied or loaded.

use crate::hash;

/// Four arguments of four elements each.
pub const ARGUMENTS: usize = hash::columns::END;
/// The variable of each argument.
pub const VARIABLES: usize = ARGUMENTS + 16;
/// The occurrence multiplicity of each argument's variable.
pub const OCCURRENCES: usize = VARIABLES + 4;
/// The atom's program counter.
pub const PC: usize = OCCURRENCES + 4;
/// The relation or predicate.
pub const PREDICATE: usize = PC + 1;
/// Where a fact comes from; in a step the tree of the rows walked.
pub const SOURCE: usize = PC + 2;
/// Whether the atom ends its rule; in a record the number of its blocks.
pub const LAST: usize = PC + 3;
/// The number of the rule instance.
pub const INSTANCE: usize = PC + 4;
/// How often what is provided here is used.
pub const TIMES: usize = PC + 5;
/// The kind of the atom as a number.
pub const KIND: usize = PC + 6;
/// The height of what the instance derives.
pub const HEIGHT: usize = PC + 7;
/// The row is the head of an instance.
pub const HEAD: usize = PC + 8;
/// The row is a premise of a predicate's rule.
pub const PREMISE: usize = HEAD + 1;
/// The row is a premise of a reserved goal's rule.
pub const GOAL: usize = HEAD + 2;
/// The row compares an argument with a constant.
pub const CONSTANT: usize = HEAD + 3;
/// The row states that argument 0 is less than argument 1.
pub const LESS: usize = HEAD + 4;
/// The row states that argument 0 is at most argument 1.
pub const AT_MOST: usize = HEAD + 5;
/// The row states that arguments 0 and 1 differ; argument 2 holds the weights that show it.
pub const DIFFER: usize = HEAD + 6;
/// The row loads an atom of the public program.
pub const LOAD: usize = HEAD + 7;
/// The first column that is not of this lane.
pub const END: usize = HEAD + 8;

/// The selectors of rows that apply an atom.
pub const APPLY: [usize; 7] = [HEAD, PREMISE, GOAL, CONSTANT, LESS, AT_MOST, DIFFER];
/// Those that continue a rule.
pub const CONTINUE: [usize; 6] = [PREMISE, GOAL, CONSTANT, LESS, AT_MOST, DIFFER];
