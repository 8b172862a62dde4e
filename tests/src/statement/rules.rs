//! Programs in short form: an atom a call, variables counted here.

use dregg_air::program::{Atom, AtomKind, Program};
use dregg_commit::Digest;
use std::collections::{BTreeMap, BTreeSet};

/// An atom whose variables are not counted yet.
#[derive(Clone, Debug)]
pub struct Short {
    kind: AtomKind,
    source: u64,
    predicate: u64,
    variables: Vec<u8>,
    constant: Digest,
}

fn short(kind: AtomKind, source: u64, predicate: u64, variables: &[u8]) -> Short {
    Short { kind, source, predicate, variables: variables.to_vec(), constant: Digest::ZERO }
}

/// The head of a rule.
pub fn head(predicate: u64, variables: &[u8]) -> Short {
    short(AtomKind::Head, 0, predicate, variables)
}

/// A premise of a predicate's rule.
pub fn premise(source: u64, predicate: u64, variables: &[u8]) -> Short {
    short(AtomKind::Premise, source, predicate, variables)
}

/// A premise of a reserved goal's rule.
pub fn goal(source: u64, predicate: u64, variables: &[u8]) -> Short {
    short(AtomKind::GoalPremise, source, predicate, variables)
}

/// A variable that is a constant.
pub fn constant(variable: u8, constant: Digest) -> Short {
    Short { constant, ..short(AtomKind::Constant, 0, 0, &[variable]) }
}

/// One variable is less than the other.
pub fn less(left: u8, right: u8) -> Short {
    short(AtomKind::Less, 0, 0, &[left, right])
}

/// One variable is at most the other.
pub fn at_most(left: u8, right: u8) -> Short {
    short(AtomKind::LessOrEqual, 0, 0, &[left, right])
}

/// Two variables differ.
pub fn differ(left: u8, right: u8) -> Short {
    short(AtomKind::NotEqual, 0, 0, &[left, right])
}

/// An integer as a value.
pub fn int(number: u64) -> Digest {
    Digest([number, 0, 0, 0])
}

/// Counts variables and numbers atoms.
pub fn program(rules: &[Vec<Short>]) -> Program {
    let mut program = Program::default();
    for rule in rules {
        let start = program.atoms.len();
        let mut counts: BTreeMap<u8, i64> = BTreeMap::new();
        for variable in rule.iter().flat_map(|atom| &atom.variables) {
            *counts.entry(*variable).or_default() += 1;
        }
        let mut seen = BTreeSet::new();
        for (place, atom) in rule.iter().enumerate() {
            let mut variables = [0; 4];
            let mut occurrences = [0; 4];
            for (at, variable) in atom.variables.iter().enumerate() {
                variables[at] = *variable;
                occurrences[at] = if seen.insert(*variable) { counts[variable] - 1 } else { -1 };
            }
            program.atoms.push(Atom {
                pc: program.atoms.len() as u64 + 1,
                kind: atom.kind,
                source: atom.source,
                predicate: atom.predicate,
                last: place + 1 == rule.len(),
                variables,
                occurrences,
                constant: atom.constant,
            });
        }
        program.rules.push(start..program.atoms.len());
    }
    program
}
