//! The atoms of one rule.
//!
//! Order: the head, the premises in the order of the body, the constants in the order of their first use, then
//! comparisons, those of the body first. Equal terms are one variable; a constant is a variable and an atom that fixes it.
//! What constants alone decide is decided here. Not here: what a literal stands for (`lower`).

use super::ProgramError;
use super::atom::{Atom, AtomKind};
use dregg_artifact::{Comparison, Limits, Value};
use dregg_commit::{Digest, value_elements};
use std::collections::BTreeMap;

/// A term without epoch and segments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operand {
    /// A variable of the rule as the policy numbers it.
    Variable(u8),
    /// A constant of the policy or the request.
    Constant(Constant),
}

/// A constant with the elements it stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Constant {
    /// A value of the language.
    Value(Value),
    /// A set of cells, by its digest.
    Set(Digest),
}

impl Operand {
    pub(super) fn value(value: Value) -> Operand {
        Operand::Constant(Constant::Value(value))
    }
}

/// An atom before its variables are numbered.
#[derive(Clone, Debug)]
struct Draft {
    kind: AtomKind,
    source: u64,
    predicate: u64,
    arguments: Vec<Operand>,
    constant: Digest,
}

/// A rule as it grows: premises first, then equalities, then what compares.
#[derive(Clone, Debug)]
pub(super) struct Draftsman {
    head: Draft,
    premises: Vec<Draft>,
    comparisons: Vec<(Operand, Comparison, Operand)>,
    /// Integers whose range nobody else vouches for.
    ranges: Vec<Operand>,
}

impl Draftsman {
    pub(super) fn new(predicate: u64, arguments: Vec<Operand>) -> Draftsman {
        let head = Draft::new(AtomKind::Head, 0, predicate, arguments);
        Draftsman { head, premises: Vec::new(), comparisons: Vec::new(), ranges: Vec::new() }
    }

    /// A fact that the body needs; `kind` is one of the two of premises.
    pub(super) fn premise(&mut self, kind: AtomKind, source: u64, predicate: u64, arguments: Vec<Operand>) {
        self.premises.push(Draft::new(kind, source, predicate, arguments));
    }

    /// Fixes a term right here among the premises, where constants otherwise come after them.
    pub(super) fn constant(&mut self, term: Operand, value: Value) -> Result<(), ProgramError> {
        let constant = elements(&Constant::Value(value))?;
        self.premises.push(Draft { constant, ..Draft::new(AtomKind::Constant, 0, 0, vec![term]) });
        Ok(())
    }

    pub(super) fn compare(&mut self, left: Operand, comparison: Comparison, right: Operand) {
        self.comparisons.push((left, comparison, right));
    }

    /// Demands that an integer is one of the language.
    pub(super) fn range(&mut self, int: Operand) {
        self.ranges.push(int);
    }

    /// The atoms, their program counters still 0. `None` if constants refute the body.
    pub(super) fn finish(mut self) -> Result<Option<Vec<Atom>>, ProgramError> {
        let Some(equal) = Equal::of(&self.comparisons) else { return Ok(None) };
        for draft in [&mut self.head].into_iter().chain(&mut self.premises) {
            for argument in &mut draft.arguments {
                *argument = equal.find(argument);
            }
        }
        let mut checks: Vec<Draft> = Vec::new();
        for (left, comparison, right) in &self.comparisons {
            match check(equal.find(left), *comparison, equal.find(right)) {
                Checked::Holds => {}
                Checked::Fails => return Ok(None),
                Checked::Open(draft) => checks.push(draft),
            }
        }
        let mut ranged: Vec<Operand> = Vec::new();
        for int in &self.ranges {
            let int = equal.find(int);
            // A constant is in range, else it would have no elements.
            if let Operand::Variable(_) = int
                && !ranged.contains(&int)
            {
                checks.push(Draft::comparison(
                    AtomKind::LessOrEqual,
                    Operand::value(Value::Int(0)),
                    int.clone(),
                ));
                ranged.push(int);
            }
        }
        let mut drafts = vec![self.head];
        drafts.append(&mut self.premises);
        let constants = constants(drafts.iter().chain(&checks))?;
        drafts.extend(constants);
        drafts.append(&mut checks);
        number(&drafts).map(Some)
    }
}

impl Draft {
    fn new(kind: AtomKind, source: u64, predicate: u64, arguments: Vec<Operand>) -> Draft {
        Draft { kind, source, predicate, arguments, constant: Digest::ZERO }
    }

    fn comparison(kind: AtomKind, left: Operand, right: Operand) -> Draft {
        Draft::new(kind, 0, 0, vec![left, right])
    }
}

/// What the equalities of a body say: for a variable another one, smaller, or a constant.
struct Equal {
    stands_for: BTreeMap<u8, Operand>,
}

impl Equal {
    /// `None` if they contradict each other.
    fn of(comparisons: &[(Operand, Comparison, Operand)]) -> Option<Equal> {
        let mut equal = Equal { stands_for: BTreeMap::new() };
        for (left, comparison, right) in comparisons {
            if *comparison != Comparison::Equal {
                continue;
            }
            match (equal.find(left), equal.find(right)) {
                (Operand::Variable(one), Operand::Variable(other)) if one == other => {}
                (Operand::Variable(one), Operand::Variable(other)) => {
                    equal.stands_for.insert(one.max(other), Operand::Variable(one.min(other)));
                }
                (Operand::Variable(variable), constant) | (constant, Operand::Variable(variable)) => {
                    equal.stands_for.insert(variable, constant);
                }
                (Operand::Constant(one), Operand::Constant(other)) => {
                    if one != other {
                        return None;
                    }
                }
            }
        }
        Some(equal)
    }

    /// Ends: each step leads to a smaller variable or to a constant.
    fn find(&self, operand: &Operand) -> Operand {
        let mut found = operand;
        while let Operand::Variable(variable) = found
            && let Some(next) = self.stands_for.get(variable)
        {
            found = next;
        }
        found.clone()
    }
}

enum Checked {
    Holds,
    Fails,
    Open(Draft),
}

fn check(left: Operand, comparison: Comparison, right: Operand) -> Checked {
    let decided = |holds| if holds { Checked::Holds } else { Checked::Fails };
    match (&left, &right) {
        (Operand::Constant(Constant::Value(left)), Operand::Constant(Constant::Value(right))) => {
            return decided(comparison.holds(left, right));
        }
        // No comparison of a policy names a set.
        (Operand::Constant(_), Operand::Constant(_)) => return Checked::Fails,
        (Operand::Variable(_), _) | (_, Operand::Variable(_)) => {}
    }
    let same = left == right;
    let (kind, left, right) = match comparison {
        // Equal operands are one by now.
        Comparison::Equal => return decided(same),
        Comparison::NotEqual => (AtomKind::NotEqual, left, right),
        Comparison::Less => (AtomKind::Less, left, right),
        Comparison::LessOrEqual => (AtomKind::LessOrEqual, left, right),
        Comparison::Greater => (AtomKind::Less, right, left),
        Comparison::GreaterOrEqual => (AtomKind::LessOrEqual, right, left),
    };
    if same {
        return decided(kind == AtomKind::LessOrEqual);
    }
    Checked::Open(Draft::comparison(kind, left, right))
}

/// An atom for each distinct constant, in the order of first use.
fn constants<'a>(drafts: impl Iterator<Item = &'a Draft>) -> Result<Vec<Draft>, ProgramError> {
    let mut found: Vec<&Constant> = Vec::new();
    for argument in drafts.flat_map(|draft| &draft.arguments) {
        if let Operand::Constant(constant) = argument
            && !found.contains(&constant)
        {
            found.push(constant);
        }
    }
    let atom = |constant: &Constant| {
        let arguments = vec![Operand::Constant(constant.clone())];
        let constant = elements(constant)?;
        Ok(Draft { constant, ..Draft::new(AtomKind::Constant, 0, 0, arguments) })
    };
    found.into_iter().map(atom).collect()
}

fn elements(constant: &Constant) -> Result<Digest, ProgramError> {
    match constant {
        Constant::Set(digest) => Ok(*digest),
        Constant::Value(value) => value_elements(value).ok_or(match value {
            Value::Int(_) => ProgramError::IntTooLarge,
            Value::Cell(_) | Value::Text(_) => ProgramError::Cell,
        }),
    }
}

/// Numbers variables by first occurrence and counts their occurrences.
fn number(drafts: &[Draft]) -> Result<Vec<Atom>, ProgramError> {
    let mut numbers: BTreeMap<&Operand, (u8, i64)> = BTreeMap::new();
    for argument in drafts.iter().flat_map(|draft| &draft.arguments) {
        if let Some((_, count)) = numbers.get_mut(argument) {
            *count += 1;
        } else {
            let next = u8::try_from(numbers.len() + 1).map_err(|_| ProgramError::Variables)?;
            numbers.insert(argument, (next, 1));
        }
    }
    let mut atoms = Vec::with_capacity(drafts.len());
    let mut seen = 0;
    for (place, draft) in drafts.iter().enumerate() {
        if draft.arguments.len() > Limits::ARITY {
            return Err(ProgramError::Malformed);
        }
        let (mut variables, mut occurrences) = ([0; 4], [0; 4]);
        let slots = variables.iter_mut().zip(&mut occurrences);
        for ((variable, others), argument) in slots.zip(&draft.arguments) {
            let (number, count) = numbers.get(argument).copied().unwrap_or_default();
            // Numbers go by first occurrence, so a new one is above all before it.
            (*variable, *others) = (number, if number > seen { count - 1 } else { -1 });
            seen = seen.max(number);
        }
        let last = place + 1 == drafts.len();
        let Draft { kind, source, predicate, constant, .. } = *draft;
        atoms.push(Atom { pc: 0, kind, source, predicate, last, variables, occurrences, constant });
    }
    Ok(atoms)
}
