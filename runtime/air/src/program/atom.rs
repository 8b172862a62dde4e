//! The one format of everything a rule consists of.

use dregg_commit::Digest;
use std::collections::BTreeMap;
use std::ops::Range;

/// What an atom is; the number stands in the trace's `KIND` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AtomKind {
    /// The head: what an instance of the rule derives.
    Head,
    /// A fact that the body of a predicate's rule needs; its height is below the head's.
    Premise,
    /// Argument 0 is the constant.
    Constant,
    /// Argument 0 is less than argument 1, both integers.
    Less,
    /// Argument 0 is at most argument 1, both integers.
    LessOrEqual,
    /// Arguments 0 and 1 differ.
    NotEqual,
    /// A fact that the body of a reserved goal's rule needs; its height is at most the derivation depth.
    GoalPremise,
}

impl AtomKind {
    /// The number of the kind.
    pub fn number(self) -> u64 {
        match self {
            AtomKind::Head => 1,
            AtomKind::Premise => 2,
            AtomKind::Constant => 3,
            AtomKind::Less => 4,
            AtomKind::LessOrEqual => 5,
            AtomKind::NotEqual => 6,
            AtomKind::GoalPremise => 7,
        }
    }
}

/// One atom of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atom {
    /// Its program counter: 1 for the first atom of the program, one more each.
    pub pc: u64,
    /// What it is.
    pub kind: AtomKind,
    /// Where a fact comes from (see [`crate::source`]); 0 for heads and everything else.
    pub source: u64,
    /// The relation or predicate of a head or premise, else 0.
    pub predicate: u64,
    /// Whether it is the last atom of its rule.
    pub last: bool,
    /// The variable of each argument, numbered from 1 in each rule; 0 for an argument that is not there.
    pub variables: [u8; 4],
    /// At the first occurrence of a variable in its rule the number of its other occurrences, at every other one -1.
    pub occurrences: [i64; 4],
    /// The constant of an atom of kind `Constant`, else zeros.
    pub constant: Digest,
}

/// Rules as atoms; the rule at program counter 1 is the goal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// All atoms, in the order of their program counters.
    pub atoms: Vec<Atom>,
    /// For each rule the places of its atoms in `atoms`, the head first.
    pub rules: Vec<Range<usize>>,
    /// For predicates of which every use binds some columns that their rules need not (`in`): which. Advice for whoever
    /// looks for a derivation; it follows from the same leaf, and no constraint reads it.
    pub inputs: BTreeMap<u64, [bool; 4]>,
}

impl Program {
    /// The atoms of a rule, the head first; none if there is no such rule.
    pub fn rule(&self, rule: usize) -> &[Atom] {
        self.rules.get(rule).and_then(|range| self.atoms.get(range.clone())).unwrap_or(&[])
    }
}
