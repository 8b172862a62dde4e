//! The rows of a derivation: its instances, the goal first, then the program that is loaded.

use super::FIRST_INSTANCE;
use super::columns::{
    ARGUMENTS, AT_MOST, CONSTANT, DIFFER, GOAL, HEAD, HEIGHT, INSTANCE, KIND, LAST, LESS, LOAD, OCCURRENCES,
    PC, PREDICATE, PREMISE, SOURCE, TIMES, VARIABLES,
};
use crate::field::{Felt, felts, signed};
use crate::program::{Atom, AtomKind, Program};
use crate::range::columns::{BYTES, PER_ROW};
use crate::record::witness::put_number;
use crate::trace::Columns;
use dregg_commit::Digest;
use std::collections::BTreeMap;
use winter_math::FieldElement;

/// Where a premise's fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Support {
    /// An instance with a larger index.
    Instance(usize),
    /// A base fact.
    Record(usize),
    /// The caller's identity.
    Caller,
}

/// One application of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The rule's number in the program.
    pub rule: usize,
    /// The value of each variable of the rule.
    pub values: BTreeMap<u8, Digest>,
    /// Where the fact of each premise comes from, in the order of the atoms.
    pub premises: Vec<Support>,
    /// The height of what it derives: at least 1.
    pub height: u8,
}

/// How often everything is used, counted over a derivation.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    /// Of each instance's head.
    pub instances: Vec<u64>,
    /// Of each record.
    pub records: Vec<u64>,
    /// Of the caller.
    pub caller: u64,
    /// Of each atom of the program.
    pub atoms: Vec<u64>,
}

impl Uses {
    /// Counts.
    pub fn of(program: &Program, instances: &[Instance], records: usize) -> Uses {
        let mut uses = Uses {
            instances: vec![0; instances.len()],
            records: vec![0; records],
            caller: 0,
            atoms: vec![0; program.atoms.len()],
        };
        for instance in instances {
            let atoms = program.rules.get(instance.rule).cloned().unwrap_or_default();
            for count in uses.atoms.get_mut(atoms).into_iter().flatten() {
                *count += 1;
            }
            for support in &instance.premises {
                let count = match support {
                    Support::Instance(at) => uses.instances.get_mut(*at),
                    Support::Record(at) => uses.records.get_mut(*at),
                    Support::Caller => Some(&mut uses.caller),
                };
                if let Some(count) = count {
                    *count += 1;
                }
            }
        }
        uses
    }
}

/// Writes the instances and the program from row 0 on. Returns the row after them.
pub fn put(
    columns: &mut Columns,
    program: &Program,
    depth: u64,
    instances: &[Instance],
    uses: &Uses,
) -> usize {
    let mut row = 0;
    for (at, instance) in instances.iter().enumerate() {
        let number = FIRST_INSTANCE.saturating_sub(at as u64);
        let atoms = program.rules.get(instance.rule).and_then(|range| program.atoms.get(range.clone()));
        let mut premises = instance.premises.iter();
        for atom in atoms.unwrap_or(&[]) {
            put_atom(columns, row, atom);
            columns.set(HEIGHT, row, Felt::new(u64::from(instance.height)));
            put_arguments(columns, row, atom, instance);
            match atom.kind {
                AtomKind::Head => {
                    columns.set(HEAD, row, Felt::ONE);
                    let times = uses.instances.get(at).copied().unwrap_or(0);
                    columns.set(TIMES, row, Felt::new(times));
                    let below = instance.height.saturating_sub(1);
                    columns.set(BYTES + PER_ROW - 1, row, Felt::new(u64::from(below)));
                }
                AtomKind::Premise | AtomKind::GoalPremise => {
                    let goal = atom.kind == AtomKind::GoalPremise;
                    columns.set(if goal { GOAL } else { PREMISE }, row, Felt::ONE);
                    let (given, height) = match premises.next() {
                        Some(Support::Instance(other)) => (
                            FIRST_INSTANCE.saturating_sub(*other as u64),
                            instances.get(*other).map_or(0, |other| u64::from(other.height)),
                        ),
                        Some(Support::Record(_) | Support::Caller) | None => (0, 0),
                    };
                    columns.set(BYTES, row, Felt::new(number) - Felt::new(given) - Felt::ONE);
                    let most = if goal { depth } else { u64::from(instance.height.saturating_sub(1)) };
                    columns.set(BYTES + 1, row, Felt::new(most) - Felt::new(height));
                }
                AtomKind::Constant => columns.set(CONSTANT, row, Felt::ONE),
                AtomKind::Less => put_comparison(columns, row, LESS, 1),
                AtomKind::LessOrEqual => put_comparison(columns, row, AT_MOST, 0),
                AtomKind::NotEqual => put_difference(columns, row),
            }
            row += 1;
        }
    }
    for (atom, count) in program.atoms.iter().zip(&uses.atoms) {
        put_atom(columns, row, atom);
        columns.set(LOAD, row, Felt::ONE);
        columns.set(TIMES, row, Felt::new(*count));
        for (lane, element) in felts(&atom.constant).into_iter().enumerate() {
            columns.set(ARGUMENTS + lane, row, element);
        }
        row += 1;
    }
    row
}

/// How many rows [`put`] writes.
pub fn rows(program: &Program, instances: &[Instance]) -> usize {
    let of = |instance: &Instance| program.rules.get(instance.rule).map_or(0, ExactSizeIterator::len);
    program.atoms.len() + instances.iter().map(of).sum::<usize>()
}

/// Writes the numbers of the instances, which every row carries.
pub fn put_instance_numbers(columns: &mut Columns, real_rows: usize) {
    let mut number = Felt::new(FIRST_INSTANCE);
    for row in 0..real_rows {
        if row > 0 {
            number -= columns.get(HEAD, row);
        }
        columns.set(INSTANCE, row, number);
    }
}

fn put_atom(columns: &mut Columns, row: usize, atom: &Atom) {
    columns.set(PC, row, Felt::new(atom.pc));
    columns.set(KIND, row, Felt::new(atom.kind.number()));
    columns.set(SOURCE, row, Felt::new(atom.source));
    columns.set(PREDICATE, row, Felt::new(atom.predicate));
    columns.set(LAST, row, Felt::new(u64::from(atom.last)));
    for (place, variable) in atom.variables.into_iter().enumerate() {
        columns.set(VARIABLES + place, row, Felt::new(u64::from(variable)));
    }
    for (place, occurrences) in atom.occurrences.into_iter().enumerate() {
        columns.set(OCCURRENCES + place, row, signed(occurrences));
    }
}

fn put_arguments(columns: &mut Columns, row: usize, atom: &Atom, instance: &Instance) {
    for (place, variable) in atom.variables.iter().enumerate() {
        let Some(value) = instance.values.get(variable) else { continue };
        for (lane, element) in felts(value).into_iter().enumerate() {
            columns.set(ARGUMENTS + 4 * place + lane, row, element);
        }
    }
}

fn put_comparison(columns: &mut Columns, row: usize, selector: usize, offset: u64) {
    columns.set(selector, row, Felt::ONE);
    let difference = columns.get(ARGUMENTS + 4, row) - columns.get(ARGUMENTS, row) - Felt::new(offset);
    put_number(columns, row, difference.as_int());
}

/// The weights that show that two values differ: the inverse of the first difference that is not zero.
fn put_difference(columns: &mut Columns, row: usize) {
    columns.set(DIFFER, row, Felt::ONE);
    for lane in 0..4 {
        let difference = columns.get(ARGUMENTS + lane, row) - columns.get(ARGUMENTS + 4 + lane, row);
        if difference != Felt::ZERO {
            columns.set(ARGUMENTS + 8 + lane, row, difference.inv());
            return;
        }
    }
}
