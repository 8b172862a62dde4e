//! Where a fact comes from: a tuple that leaves a tree carries its tree.
//!
//! SOUNDNESS: these numbers are part of every statement. A fact of one source never passes for one of another.

/// Derived by a rule of the program.
pub const DERIVED: u64 = 0;
/// A public fact under the facts root.
pub const FACTS: u64 = tree::FACTS;
/// A held fact under the credential root, of a relation whose writer is no column. With a writer column see
/// [`credentials`].
pub const CREDENTIALS: u64 = tree::CREDENTIALS;
/// A stake under the stake root: cell and amount.
pub const STAKE: u64 = tree::STAKE;
/// A public tuple that is not under the facts root, of a relation with at most three columns.
pub const ABSENT: u64 = 6;
/// The same, of a relation with four columns.
///
/// SOUNDNESS: the absence of a tuple is the absence of its digest, and a record of another number of blocks has another
/// digest; so the number of blocks is part of the source.
pub const ABSENT_LONG: u64 = 7;
/// The cell whose secret the prover knows.
pub const CALLER: u64 = 9;
/// The same, of a caller that the statement names by a commitment only.
pub const HIDDEN_CALLER: u64 = 10;

/// The source of held facts of a relation: with a writer column the signer of the credential is the cell there.
pub fn credentials(writer_column: Option<u8>) -> u64 {
    CREDENTIALS + 8 * writer_column.map_or(0, |column| u64::from(column) + 1)
}

/// The source of absent tuples of a relation with so many columns.
pub fn absent(columns: usize) -> u64 {
    if columns > 3 { ABSENT_LONG } else { ABSENT }
}

/// The numbers of the trees; each claim of a node or leaf carries one.
pub mod tree {
    /// The lookup rows of the policy.
    pub const ROUTE: u64 = 1;
    /// Public facts and gaps.
    pub const FACTS: u64 = 2;
    /// Leaves of held facts.
    pub const CREDENTIALS: u64 = 3;
    /// Leaves of stakes.
    pub const STAKE: u64 = 4;
    /// The lookup rows of a gateway's sub-table.
    pub const SUB_ROUTE: u64 = 5;
    /// The first block of a hidden path; block `i` has this number plus `i`.
    pub const PATH: u64 = 1000;
}
