//! A body as a sequence of joins: in which order, on which columns, and what is carried on.
//!
//! The order is the body's up to one rule: next comes the atom with the most columns that have a value already, one that
//! shares a variable with what is bound before one that does not, and the demand last. So a product is made only where
//! the rule has one.

use super::body::{Argument, Atom, Body, Check, Source};
use crate::facts::{Row, row};
use std::collections::BTreeSet;

/// The most variables of one body. A rule that passed validation has at most 28.
pub(super) const VARIABLES: usize = 32;

/// Bodies with more atoms than this (of no rule, only of a goal that no compiler writes) are joined as written.
const ORDERED_ATOMS: usize = 64;

/// A constant, or the slot of a binding that holds a variable's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Constant(u32),
    Slot(usize),
}

impl Part {
    pub(super) fn of(self, binding: &[u32]) -> u32 {
        match self {
            Part::Constant(number) => number,
            Part::Slot(slot) => binding.get(slot).copied().unwrap_or_default(),
        }
    }
}

/// The values of some parts as a key; unused places are 0.
pub(super) fn key(parts: &[Part], binding: &[u32]) -> Row {
    row(parts.iter().map(|part| part.of(binding)))
}

/// Which tuples of a source, under which key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IndexKey {
    pub(super) source: Source,
    /// The columns that make the key, in order.
    pub(super) columns: Vec<usize>,
    /// Pairs of columns that must agree, for a new variable that stands twice.
    pub(super) equal: Vec<(usize, usize)>,
}

/// What a step does with the bindings whose keys it is given.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// Joins with an index, and takes these columns into these slots.
    Join { index: IndexKey, take: Vec<(usize, usize)> },
    /// Drops the bindings whose key is a tuple of this base relation.
    Without { relation: u32 },
}

/// One step of a plan.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) action: Action,
    /// The key of a binding before the step.
    pub(super) key: Vec<Part>,
    /// What must hold after it.
    pub(super) checks: Vec<(Part, dregg_artifact::Comparison, Part)>,
    /// Which slots are needed after it; the others are cleared, so that bindings that differ in nothing else are one.
    pub(super) live: [bool; VARIABLES],
}

/// A body with the terms to be told of each binding: a rule's head, or nothing.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    pub(super) head: Vec<Part>,
    /// How many slots are used.
    pub(super) width: usize,
}

/// Plans a body. `latest` is the place of the atom that takes what the last round derived, `extra` an atom beside the
/// body's (the demand). `None` if there are more than [`VARIABLES`] variables.
pub(super) fn plan(
    body: &Body,
    latest: Option<usize>,
    extra: Option<Atom>,
    head: &[Argument],
) -> Option<Plan> {
    let mut atoms: Vec<Atom> = body.atoms.clone();
    if let Some(atom) = latest.and_then(|place| atoms.get_mut(place))
        && let Source::Predicate(predicate) = atom.source
    {
        atom.source = Source::Latest(predicate);
    }
    let first = latest.filter(|place| *place < atoms.len()).map(|place| atoms.remove(place));
    atoms.extend(extra);

    let mut planner = Planner {
        slots: Vec::new(),
        bound: BTreeSet::new(),
        steps: Vec::new(),
        absent: body.absent.clone(),
        checks: body.checks.clone(),
    };
    planner.filter()?;
    if let Some(atom) = first {
        planner.join(&atom)?;
    }
    let ordered = atoms.len() <= ORDERED_ATOMS;
    while !atoms.is_empty() {
        let place = if ordered { planner.next(&atoms) } else { 0 };
        let atom = atoms.remove(place);
        planner.join(&atom)?;
    }
    let head: Option<Vec<Part>> = head.iter().map(|argument| planner.part(*argument)).collect();
    let mut plan = Plan { head: head?, width: planner.slots.len(), steps: planner.steps };
    keep_live(&mut plan);
    Some(plan)
}

struct Planner {
    /// The variable in each slot.
    slots: Vec<u8>,
    bound: BTreeSet<u8>,
    steps: Vec<Step>,
    /// Not yet placed.
    absent: Vec<(u32, Vec<Argument>)>,
    /// Not yet placed.
    checks: Vec<Check>,
}

impl Planner {
    /// The place of the atom to join next.
    fn next(&self, atoms: &[Atom]) -> usize {
        let rank = |atom: &Atom| {
            let shares = atom.variables().any(|variable| self.bound.contains(&variable));
            let known = atom.arguments.iter().filter(|argument| self.is_known(**argument)).count();
            let demand = match atom.source {
                Source::Demand(_) => true,
                Source::Relation(_) | Source::Predicate(_) | Source::Latest(_) => false,
            };
            (shares, known, !demand)
        };
        let ranked = atoms.iter().enumerate().max_by_key(|(place, atom)| (rank(atom), usize::MAX - place));
        ranked.map_or(0, |(place, _)| place)
    }

    fn is_known(&self, argument: Argument) -> bool {
        argument.variable().is_none_or(|variable| self.bound.contains(&variable))
    }

    /// The slot of a variable, a new one if it has none.
    fn slot(&mut self, variable: u8) -> Option<usize> {
        if let Some(slot) = self.slots.iter().position(|known| *known == variable) {
            return Some(slot);
        }
        self.slots.push(variable);
        (self.slots.len() <= VARIABLES).then_some(self.slots.len() - 1)
    }

    fn part(&mut self, argument: Argument) -> Option<Part> {
        Some(match argument {
            Argument::Constant(number) => Part::Constant(number),
            Argument::Variable(variable) => Part::Slot(self.slot(variable)?),
        })
    }

    fn join(&mut self, atom: &Atom) -> Option<()> {
        let mut index = IndexKey { source: atom.source, columns: Vec::new(), equal: Vec::new() };
        let mut key = Vec::new();
        let mut take: Vec<(usize, usize)> = Vec::new();
        for (column, argument) in atom.arguments.iter().enumerate() {
            let part = self.part(*argument)?;
            match part {
                Part::Slot(slot) if !self.is_known(*argument) => {
                    match take.iter().find(|(_, taken)| *taken == slot) {
                        Some((before, _)) => index.equal.push((*before, column)),
                        None => take.push((column, slot)),
                    }
                }
                Part::Slot(_) | Part::Constant(_) => {
                    index.columns.push(column);
                    key.push(part);
                }
            }
        }
        self.bound.extend(atom.variables());
        self.push(Action::Join { index, take }, key);
        self.filter()
    }

    /// Places every comparison and negation whose variables are bound.
    fn filter(&mut self) -> Option<()> {
        let (ready, later): (Vec<Check>, Vec<Check>) =
            self.checks.iter().partition(|check| self.is_known(check.left) && self.is_known(check.right));
        self.checks = later;
        for check in ready {
            let parts = (self.part(check.left)?, check.comparison, self.part(check.right)?);
            // Comparisons of constants alone are decided before, so a step has bound something.
            self.steps.last_mut()?.checks.push(parts);
        }
        let (ready, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.absent)
            .into_iter()
            .partition(|(_, arguments)| arguments.iter().all(|argument| self.is_known(*argument)));
        self.absent = later;
        for (relation, arguments) in ready {
            let key: Option<Vec<Part>> = arguments.iter().map(|argument| self.part(*argument)).collect();
            self.push(Action::Without { relation }, key?);
        }
        Some(())
    }

    fn push(&mut self, action: Action, key: Vec<Part>) {
        self.steps.push(Step { action, key, checks: Vec::new(), live: [false; VARIABLES] });
    }
}

/// Fills in which slots are needed after each step: by its checks, and by keys and checks of later steps.
///
/// The key of the next step is computed with the step's rows, so only what later steps read beyond that counts.
fn keep_live(plan: &mut Plan) {
    let mut needed = [false; VARIABLES];
    let mark = |part: &Part, needed: &mut [bool; VARIABLES]| {
        if let Part::Slot(slot) = part
            && let Some(place) = needed.get_mut(*slot)
        {
            *place = true;
        }
    };
    let mut later_key: &[Part] = &plan.head;
    for step in plan.steps.iter_mut().rev() {
        // `needed` is what the steps after the next one read, and what the next one checks.
        let mut live = needed;
        step.checks.iter().for_each(|(left, _, right)| {
            mark(left, &mut live);
            mark(right, &mut live);
        });
        step.live = live;
        needed = live;
        later_key.iter().for_each(|part| mark(part, &mut needed));
        later_key = &step.key;
    }
}

impl Plan {
    /// The indexes its joins read.
    pub(super) fn indexes(&self) -> impl Iterator<Item = &IndexKey> {
        self.steps.iter().filter_map(|step| match &step.action {
            Action::Join { index, .. } => Some(index),
            Action::Without { .. } => None,
        })
    }
}
