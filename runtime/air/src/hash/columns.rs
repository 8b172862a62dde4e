//! The hash lane: the state of one permutation, what its block is, and under which tree.

/// The twelve elements of the state: four of capacity, eight of rate.
pub const STATE: usize = 0;
/// Where the digest stands in the last row of a cycle: the first half of the rate.
pub const DIGEST: usize = STATE + 4;
/// The second half of the rate.
pub const RIGHT: usize = STATE + 8;

/// An inner node: two digests.
pub const NODE: usize = 12;
/// A leaf of four lookup rows.
pub const ROWS: usize = 13;
/// The first block of a public fact.
pub const FACT: usize = 14;
/// The first block of a held fact's commitment.
pub const HELD: usize = 15;
/// The second block of either.
pub const SECOND: usize = 16;
/// The third block of either.
pub const THIRD: usize = 17;
/// The first block of a credential: commitment and signer.
pub const ISSUED: usize = 18;
/// The second block of a credential: relation and expiry.
pub const ISSUED_END: usize = 19;
/// A gap between two neighbouring keys of a relation.
pub const GAP: usize = 20;
/// A stake.
pub const STAKE: usize = 21;
/// A secret, hashed to its proving key.
pub const SECRET: usize = 22;
/// A cell: key digest and proving key.
pub const CELL: usize = 23;
/// The commitment of a hidden caller.
pub const CALLER: usize = 24;
/// A block of a hidden path.
pub const PATH: usize = 25;
/// All kinds; at most one is set in a cycle, none in an empty one.
pub const KINDS: [usize; 14] =
    [NODE, ROWS, FACT, HELD, SECOND, THIRD, ISSUED, ISSUED_END, GAP, STAKE, SECRET, CELL, CALLER, PATH];

/// The kinds whose flags have to be checked.
///
/// SOUNDNESS: the others follow. `SECOND` is what `FACT` and `HELD` were in the cycle before, `CELL` what `SECRET` was, and
/// `ISSUED` what `ISSUED_END` will be. In the first cycle `SECOND` and `CELL` are fixed, in the last one `ISSUED` is. So all
/// are bits, and as their sum is one too, at most one is set.
pub const FLAGS: [usize; 11] = [NODE, ROWS, FACT, HELD, THIRD, ISSUED_END, GAP, STAKE, SECRET, CALLER, PATH];

/// The tree that the block stands under (see [`crate::source::tree`]).
pub const TREE: usize = 26;
/// How often each of up to four tuples of the cycle is used.
pub const USES: usize = 27;
/// The first column that is not of this lane.
pub const END: usize = 31;
