//! The exact checker: every constraint, assertion and bus that a trace violates, by name, without a proof.

use crate::air::{MAIN_CONSTRAINTS, fixed, main_constraints, names, periodic_columns};
use crate::bus::{self, Fraction, Terms};
use crate::field::Felt;
use crate::frame::{Frame, Periodic, Row};
use crate::hash::columns::{CALLER, CELL, PATH, ROWS};
use crate::inputs::AccessInputs;
use crate::mask::Mask;
use crate::trace::Columns;
use crate::tuple::{Challenges, Tag};
use std::collections::{BTreeMap, BTreeSet};
use winter_math::fields::CubeExtension;
use winter_math::{ExtensionOf, FieldElement};

/// The field of the challenges.
pub type Extension = CubeExtension<Felt>;

/// What a trace violates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    /// Constraints on main columns by number and name, with the first row in which each is violated.
    pub constraints: BTreeMap<(usize, &'static str), usize>,
    /// Kinds of tuples that do not balance.
    pub buses: BTreeSet<Tag>,
    /// Assertions by number.
    pub assertions: BTreeSet<usize>,
}

impl Violations {
    /// Whether there is none.
    pub fn none(&self) -> bool {
        self.constraints.is_empty() && self.buses.is_empty() && self.assertions.is_empty()
    }

    /// The names of the constraints.
    pub fn constraint_names(&self) -> BTreeSet<&'static str> {
        self.constraints.keys().map(|(_, name)| *name).collect()
    }
}

/// Checks the real rows of a trace. The challenges should be random: balance is shown for these alone.
pub fn check<M: Mask>(
    columns: &Columns,
    real_rows: usize,
    inputs: &AccessInputs<M>,
    challenges: &Challenges<Extension>,
) -> Violations {
    let mut found = Violations::default();
    let mut sums: BTreeMap<Tag, Extension> = BTreeMap::new();
    let periodic = periodic_columns(columns.rows(), real_rows);
    let names: Vec<&'static str> = names().collect();
    let mut values = vec![Felt::ZERO; MAIN_CONSTRAINTS];
    for row in 0..real_rows.saturating_sub(1) {
        let at: Vec<Felt> = periodic
            .iter()
            .map(|column| column.get(row % column.len().max(1)).copied().unwrap_or_default())
            .collect();
        let at = Periodic::read(&at);
        let (now, next) = (columns.row(row), columns.row(row + 1));
        let frame = Frame { now: &now, next: &next, at: &at };
        values.fill(Felt::ZERO);
        main_constraints(inputs, &frame, &mut values);
        for (number, (value, name)) in values.iter().zip(&names).enumerate() {
            if *value != Felt::ZERO && !M::transition(number) {
                found.constraints.entry((number, *name)).or_insert(row);
            }
        }
        add(&mut sums, &bus::terms(&inputs.bounds, &frame, challenges), &now, &at);
    }
    for term in inputs.terms() {
        let denominator = challenges.of(term.tag, &term.coordinates);
        *sums.entry(term.tag).or_default() += denominator.inv().mul_base(term.times);
    }
    found.buses.extend(sums.into_iter().filter(|(_, sum)| *sum != Extension::ZERO).map(|(tag, _)| tag));
    for (number, fixed) in fixed(real_rows).into_iter().enumerate() {
        if columns.get(fixed.column, fixed.row) != fixed.value && !M::assertion(number) {
            found.assertions.insert(number);
        }
    }
    found
}

/// Adds a row's terms, each to the kind of tuple that the row's flags make it.
fn add(
    sums: &mut BTreeMap<Tag, Extension>,
    terms: &Terms<Felt, Extension>,
    now: &Row<Felt>,
    at: &Periodic<Felt>,
) {
    let on = |column: usize| now.get(column).is_some_and(|flag| *flag != Felt::ZERO);
    let (first, last) = (at.first != Felt::ZERO, at.last != Felt::ZERO);
    let lane = match () {
        () if on(ROWS) => Tag::Transition,
        () if on(PATH) => Tag::Path,
        () => Tag::Claim,
    };
    let left = match () {
        () if first && on(CALLER) => Tag::Fact,
        () if last && on(CELL) => Tag::Fact,
        () if on(CALLER) => Tag::HiddenCaller,
        () if last && on(PATH) => Tag::HiddenPath,
        () if last => Tag::Claim,
        () => lane,
    };
    let mut put = |tag: Tag, (times, denominator): &Fraction<Felt, Extension>| {
        if *times != Felt::ZERO {
            *sums.entry(tag).or_default() += denominator.inv().mul_base(*times);
        }
    };
    for (tag, fraction) in [left, lane].into_iter().zip(&terms.hashes) {
        put(tag, fraction);
    }
    for fraction in &terms.rows {
        put(if on(PATH) { Tag::Path } else { Tag::Transition }, fraction);
    }
    for fraction in terms.low.iter().chain(&terms.high) {
        put(Tag::Range, fraction);
    }
    for fraction in &terms.variables {
        put(Tag::Variable, fraction);
    }
    for (tag, fraction) in [Tag::Rule, Tag::Program, Tag::Fact].into_iter().zip(&terms.rules) {
        put(tag, fraction);
    }
    for (tag, fraction) in [Tag::Transition, Tag::Path, Tag::Walk].into_iter().zip(&terms.steps) {
        put(tag, fraction);
    }
}
