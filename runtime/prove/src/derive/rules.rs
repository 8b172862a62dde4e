//! The program as the search reads it: values by number, atoms by what is done with them.

use super::facts::{NOTHING, Row, Symbol, World};
use dregg_air::program::{Atom, AtomKind, PREDICATES, Program};
use dregg_air::source;
use std::collections::{BTreeMap, BTreeSet};

/// Where the facts of a premise come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Rules of the program.
    Rules,
    /// A tree; with the number of the source.
    Table(u64),
    /// A public tuple that is not there; with the number of the source.
    Absent(u64),
    /// The caller.
    Caller,
}

/// A fact that a body needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Premise {
    pub(super) origin: Origin,
    pub(super) predicate: u64,
    /// The variable of each argument, 0 where there is none.
    pub(super) arguments: [u8; 4],
    /// The columns that must have values before it is looked for, as bits.
    pub(super) inputs: u8,
}

/// A comparison.
#[derive(Clone, Copy, Debug)]
pub(super) struct Check {
    kind: AtomKind,
    left: u8,
    right: u8,
}

/// A rule.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Its number in the program.
    pub(super) number: usize,
    pub(super) predicate: u64,
    pub(super) head: [u8; 4],
    /// In the order of the atoms.
    pub(super) premises: Vec<Premise>,
    pub(super) checks: Vec<Check>,
    /// The value of each variable as constants fix it, [`NOTHING`] for the others. Variable 0 is none.
    pub(super) values: Vec<Symbol>,
}

/// All rules that may hold.
pub(super) struct Rules {
    pub(super) rules: Vec<Rule>,
    /// The places of a predicate's rules in `rules`.
    by_predicate: BTreeMap<u64, Vec<usize>>,
    /// The reserved goals that rules name, in order.
    pub(super) reserved: BTreeSet<u64>,
}

impl Rules {
    pub(super) fn new(program: &Program, world: &mut World<'_>) -> Rules {
        let mut rules = Rules { rules: Vec::new(), by_predicate: BTreeMap::new(), reserved: BTreeSet::new() };
        for number in 0..program.rules.len() {
            let atoms = program.rule(number);
            let named = atoms.iter().filter(|atom| atom.source == source::DERIVED && atom.predicate != 0);
            let named = named.map(|atom| atom.predicate);
            rules.reserved.extend(named.filter(|predicate| is_reserved(*predicate)));
            if let Some(rule) = rule(program, number, atoms, world) {
                rules.by_predicate.entry(rule.predicate).or_default().push(rules.rules.len());
                rules.rules.push(rule);
            }
        }
        rules
    }

    /// The places of a predicate's rules.
    pub(super) fn of(&self, predicate: u64) -> &[usize] {
        self.by_predicate.get(&predicate).map_or(&[], Vec::as_slice)
    }
}

/// Whether a predicate is a reserved goal, whose height does not count.
pub(super) fn is_reserved(predicate: u64) -> bool {
    predicate < PREDICATES
}

/// `None` if constants contradict each other.
fn rule(program: &Program, number: usize, atoms: &[Atom], world: &mut World<'_>) -> Option<Rule> {
    let (head, body) = atoms.split_first()?;
    let variables = atoms.iter().flat_map(|atom| atom.variables).max().unwrap_or(0);
    let mut rule = Rule {
        number,
        predicate: head.predicate,
        head: head.variables,
        premises: Vec::new(),
        checks: Vec::new(),
        values: vec![NOTHING; usize::from(variables) + 1],
    };
    for atom in body {
        let [left, right, ..] = atom.variables;
        match atom.kind {
            AtomKind::Premise | AtomKind::GoalPremise => rule.premises.push(premise(program, atom)),
            AtomKind::Less | AtomKind::LessOrEqual | AtomKind::NotEqual => {
                rule.checks.push(Check { kind: atom.kind, left, right });
            }
            AtomKind::Constant => {
                let constant = world.intern(&atom.constant);
                let slot = rule.values.get_mut(usize::from(left))?;
                if *slot != NOTHING && *slot != constant {
                    return None;
                }
                *slot = constant;
            }
            // One head a rule.
            AtomKind::Head => return None,
        }
    }
    Some(rule)
}

fn premise(program: &Program, atom: &Atom) -> Premise {
    let origin = match atom.source {
        source::DERIVED => Origin::Rules,
        source::CALLER | source::HIDDEN_CALLER => Origin::Caller,
        source::ABSENT | source::ABSENT_LONG => Origin::Absent(atom.source),
        other => Origin::Table(other),
    };
    let wanted = match origin {
        Origin::Absent(_) => [true; 4],
        Origin::Rules => program.inputs.get(&atom.predicate).copied().unwrap_or_default(),
        Origin::Table(_) | Origin::Caller => [false; 4],
    };
    let inputs = bits(|column| wanted.get(column).copied().unwrap_or(false));
    let used = bits(|column| atom.variables.get(column).is_some_and(|variable| *variable != 0));
    Premise { origin, predicate: atom.predicate, arguments: atom.variables, inputs: inputs & used }
}

fn bits(set: impl Fn(usize) -> bool) -> u8 {
    (0..4).filter(|column| set(*column)).fold(0, |bits, column| bits | 1 << column)
}

/// The values of some variables, and the columns that have one as bits.
pub(super) fn bound(arguments: &[u8; 4], values: &[Symbol]) -> (u8, Row) {
    let mut row = [NOTHING; 4];
    for (slot, variable) in row.iter_mut().zip(arguments) {
        *slot = value(values, *variable);
    }
    (bits(|column| row.get(column).is_some_and(|symbol| *symbol != NOTHING)), row)
}

/// The columns that there are, as bits.
pub(super) fn columns(arguments: &[u8; 4]) -> u8 {
    bits(|column| arguments.get(column).is_some_and(|variable| *variable != 0))
}

/// Gives variables the values of a tuple. `false` if one has another.
pub(super) fn unify(arguments: &[u8; 4], row: &Row, values: &mut [Symbol]) -> bool {
    arguments.iter().zip(row).filter(|(variable, _)| **variable != 0).all(|(variable, symbol)| {
        let Some(slot) = values.get_mut(usize::from(*variable)) else { return false };
        if *slot == NOTHING {
            *slot = *symbol;
        }
        *slot == *symbol
    })
}

fn value(values: &[Symbol], variable: u8) -> Symbol {
    if variable == 0 { NOTHING } else { values.get(usize::from(variable)).copied().unwrap_or(NOTHING) }
}

impl Check {
    /// Whether the variable is a side of it.
    pub(super) fn compares(&self, variable: u8) -> bool {
        variable != 0 && (self.left == variable || self.right == variable)
    }

    /// Whether it holds; `None` as long as a side has no value.
    pub(super) fn holds(&self, values: &[Symbol], world: &World<'_>) -> Option<bool> {
        let (left, right) = (value(values, self.left), value(values, self.right));
        if left == NOTHING || right == NOTHING {
            return None;
        }
        Some(compare(self.kind, left == right, world.int(left), world.int(right)))
    }
}

/// Whether a comparison holds of two values: whether they are equal, and the integers they are.
pub(super) fn compare(kind: AtomKind, equal: bool, left: Option<u64>, right: Option<u64>) -> bool {
    let ints = left.zip(right);
    match kind {
        AtomKind::NotEqual => !equal,
        AtomKind::Less => ints.is_some_and(|(left, right)| left < right),
        AtomKind::LessOrEqual => ints.is_some_and(|(left, right)| left <= right),
        AtomKind::Head | AtomKind::Premise | AtomKind::Constant | AtomKind::GoalPremise => false,
    }
}
