//! Cell mutation: whatever cell of an honest trace is changed to whatever value, the change is seen, unless no term reads the
//! cell. Which cells those are is said here, with the reason, column by column.

use dregg_air::air::{MAIN_CONSTRAINTS, fixed, main_constraints, periodic_columns};
use dregg_air::bus::{self, Fraction};
use dregg_air::check::Extension;
use dregg_air::derivation::columns::*;
use dregg_air::field::Felt;
use dregg_air::frame::{Frame, Periodic, WIDTH};
use dregg_air::hash::columns::{
    CALLER, CELL, FACT, GAP, HELD, ISSUED, ISSUED_END, KINDS, NODE, PATH, ROWS, SECOND, SECRET, STAKE, STATE,
    THIRD, TREE, USES,
};
use dregg_air::inputs::AccessInputs;
use dregg_air::route::columns::{INVERSE, STEP, SYMBOL};
use dregg_air::trace::Columns;
use dregg_air::tuple::Challenges;
use dregg_tests::hiding::elimination::rank;
use dregg_tests::statement::{self, Case};
use std::collections::{BTreeMap, BTreeSet};
use winter_math::{ExtensionOf, FieldElement};

const ZERO: Felt = Felt::new(0);
const ONE: Felt = Felt::new(1);

/// A trace whose cells are changed one at a time.
struct Subject {
    columns: Columns,
    real: usize,
    inputs: AccessInputs,
    periodic: Vec<Vec<Felt>>,
    challenges: Challenges<Extension>,
}

impl Subject {
    /// The honest trace of a case.
    fn of(case: &Case) -> Subject {
        let element =
            |seed: u64| Extension::new(Felt::new(seed), Felt::new(seed * 7 + 1), Felt::new(seed * 11 + 3));
        let claimed = case.claimed();
        let real = claimed.real_rows();
        Subject {
            periodic: periodic_columns(claimed.columns.rows(), real),
            columns: claimed.columns,
            real,
            inputs: case.inputs(),
            challenges: Challenges::new(element(0x1234_5678_9ABC), element(0x1357_9BDF)),
        }
    }

    /// The values of all constraints in a row.
    fn constraints(&self, row: usize) -> Vec<Felt> {
        let mut values = vec![ZERO; MAIN_CONSTRAINTS];
        let at: Vec<Felt> = self.periodic.iter().map(|column| column[row % column.len()]).collect();
        let (now, next) = (self.columns.row(row), self.columns.row(row + 1));
        main_constraints(
            &self.inputs,
            &Frame { now: &now, next: &next, at: &Periodic::read(&at) },
            &mut values,
        );
        values
    }

    /// Whether the constraints of the two transitions around a row hold, and the sum of their terms.
    fn around(&self, row: usize) -> (bool, Extension) {
        let mut holds = true;
        let mut sum = Extension::ZERO;
        let mut values = vec![ZERO; MAIN_CONSTRAINTS];
        for row in row.saturating_sub(1)..(row + 1).min(self.real - 1) {
            let at: Vec<Felt> = self.periodic.iter().map(|column| column[row % column.len()]).collect();
            let (now, next) = (self.columns.row(row), self.columns.row(row + 1));
            let frame = Frame { now: &now, next: &next, at: &Periodic::read(&at) };
            main_constraints(&self.inputs, &frame, &mut values);
            holds &= values.iter().all(|value| *value == ZERO);
            let terms = bus::terms(&self.inputs.bounds, &frame, &self.challenges);
            let two = terms.hashes.iter().chain(&terms.rows);
            let four = terms.low.iter().chain(&terms.high).chain(&terms.variables);
            let three = terms.rules.iter().chain(&terms.steps);
            let live = two.chain(four).chain(three).filter(|(times, _)| *times != ZERO);
            let add = |sum: Extension, (times, denominator): &Fraction<Felt, Extension>| {
                sum + denominator.inv().mul_base(*times)
            };
            sum = live.fold(sum, add);
        }
        (holds, sum)
    }

    fn on(&self, columns: &[usize], row: usize) -> bool {
        columns.iter().any(|column| self.columns.get(*column, row) != ZERO)
    }

    /// Why nothing reads a cell; `None` if something does.
    fn unread(&self, column: usize, row: usize) -> Option<&'static str> {
        let (first, last) = (row.is_multiple_of(8), row % 8 == 7);
        let applies = self.on(&APPLY, row);
        let atom = applies || self.on(&[LOAD], row);
        let record = self.on(&[FACT, HELD, SECOND, THIRD], row);
        // Nobody uses the goal's own fact.
        let derived = self.on(&[HEAD], row) && self.on(&[TIMES], row);
        let given = derived || self.on(&[PREMISE, GOAL], row) || first && self.on(&[FACT, HELD, STAKE], row);
        let read = match column {
            _ if row == self.real - 1 => return Some("terms and transitions of the last row do not count"),
            USES => first && self.on(&[NODE, ROWS, PATH, CALLER], row) || last && self.on(&[CELL], row),
            place if place == USES + 1 => first && self.on(&[NODE, ROWS, PATH], row),
            place if (USES + 2..USES + 4).contains(&place) => first && self.on(&[ROWS, PATH], row),
            TIMES => first && self.on(&[FACT, HELD, STAKE], row) || self.on(&[HEAD, LOAD], row),
            HEIGHT => applies,
            PC => atom,
            SOURCE => atom || record || given || self.on(&[STEP], row),
            PREDICATE => {
                let border = last && self.on(&[GAP, ISSUED], row + 1);
                let issued = self.on(&[ISSUED], row) || first && self.on(&[ISSUED_END], row);
                atom || record || given || border || issued
            }
            LAST => atom || record,
            place if (VARIABLES..VARIABLES + 4).contains(&place) => {
                atom || last && self.on(&[ISSUED], row + 1)
            }
            place if (OCCURRENCES..OCCURRENCES + 4).contains(&place) => atom,
            place if (ARGUMENTS..ARGUMENTS + 16).contains(&place) => {
                let lane = place - ARGUMENTS;
                if given || record {
                    true
                } else if column == INVERSE && self.on(&[STEP], row) {
                    if !self.on(&[SYMBOL], row) {
                        return Some("zero has no inverse");
                    }
                    true
                } else if self.on(&[STEP], row) {
                    lane < 6
                } else if self.on(&[DIFFER], row) && (8..12).contains(&lane) {
                    let value = |lane: usize| self.columns.get(ARGUMENTS + lane, row);
                    if value(lane - 8) == value(lane - 4) {
                        return Some("a weight of what does not differ");
                    }
                    true
                } else {
                    let counted = applies && self.on(&[OCCURRENCES + lane / 4], row);
                    let compared = self.on(&[LESS, AT_MOST, DIFFER], row) && lane < 8;
                    let constant = self.on(&[CONSTANT, LOAD], row) && lane < 4;
                    let after = row > 0 && self.on(&[STEP], row - 1) && lane == 0;
                    counted || compared || constant || after || first && self.on(&[GAP], row) && lane == 0
                }
            }
            _ => true,
        };
        (!read).then_some("nothing of this kind is in the row")
    }

    /// Rows of every class: of each kind of cycle, of each kind of event, and the ends.
    fn rows(&self) -> BTreeSet<usize> {
        let end = self.real - 1;
        let mut rows = BTreeSet::from([0, 1, 7, 8, 300, end - 8, end - 7, end - 1, end]);
        for kind in KINDS {
            let own: Vec<usize> =
                (0..self.real).step_by(8).filter(|row| self.columns.get(kind, *row) == ONE).collect();
            for first in own.first().into_iter().chain(own.last()) {
                let around = [first.saturating_sub(1), *first, first + 1, first + 4, first + 6, first + 7];
                rows.extend(around);
            }
        }
        for selector in APPLY.into_iter().chain([LOAD, STEP]) {
            let own: Vec<usize> =
                (0..self.real).filter(|row| self.columns.get(selector, *row) == ONE).collect();
            for row in own.first().into_iter().chain(own.last()) {
                rows.extend([row.saturating_sub(1), *row, row + 1]);
            }
        }
        rows.retain(|row| *row <= end);
        rows
    }
}

#[test]
fn every_changed_cell_that_something_reads_is_seen() {
    let (mut changed, mut free) = (0usize, BTreeMap::<&str, usize>::new());
    for case in statement::all() {
        let mut subject = Subject::of(&case);
        let real = subject.real;
        let fixed: BTreeMap<(usize, usize), Felt> =
            fixed(real).into_iter().map(|fixed| ((fixed.column, fixed.row), fixed.value)).collect();
        for row in subject.rows() {
            let before = subject.around(row);
            assert!(before.0, "{}: row {row} of the honest trace", case.name);
            for column in 0..WIDTH {
                let old = subject.columns.get(column, row);
                let unread = subject.unread(column, row);
                let neighbour = subject.columns.get(column, row.saturating_sub(1));
                let next_column = subject.columns.get((column + 1) % WIDTH, row);
                let values =
                    [old + ONE, old - ONE, ZERO, ONE, -ONE, neighbour, next_column, Felt::new(1 << 40)];
                for value in values.into_iter().filter(|value| *value != old) {
                    changed += 1;
                    subject.columns.set(column, row, value);
                    let fixed_still = fixed.get(&(column, row)).is_none_or(|fixed| *fixed == value);
                    if subject.around(row) == before && fixed_still {
                        let reason = unread.unwrap_or_else(|| {
                            panic!("{}: column {column}, row {row}: {old} to {value} is not seen", case.name)
                        });
                        *free.entry(reason).or_default() += 1;
                    }
                }
                subject.columns.set(column, row, old);
            }
        }
    }
    assert!(changed > 50_000, "{changed} cells changed");
    println!("{changed} changes; not seen, because nothing reads the cell: {free:?}");
}

/// What may move in a cycle when all other cells stand still, to the first order: the elements of its block that nothing
/// binds, and the tree where only the bus does.
const FREEDOM: [(usize, usize); 14] = [
    (NODE, 8 + 1),
    (ROWS, 8 + 1),
    (FACT, 0),
    // The salt.
    (HELD, 3),
    (SECOND, 0),
    (THIRD, 0),
    // The signer is the writer column's cell.
    (ISSUED, 0),
    // The expiry, and what is hashed as zeros.
    (ISSUED_END, 7),
    (GAP, 5),
    (STAKE, 3),
    (SECRET, 8 + 1),
    // The digest of the signature key.
    (CELL, 4 + 1),
    // The salt.
    (CALLER, 4 + 1),
    // Symbols, which the bus binds, and salts.
    (PATH, 8),
];

#[test]
fn a_cycle_is_as_free_as_its_block() {
    // The derivative of a polynomial of degree 8 at zero, from its values at 1 to 4 and -1 to -4.
    let weights: Vec<(Felt, Felt)> = [(1u64, 4u64, 5u64), (2, 1, 5), (3, 4, 105), (4, 1, 280)]
        .into_iter()
        .map(|(at, over, under)| {
            let weight = Felt::new(over) * Felt::new(under).inv();
            (Felt::new(at), if at % 2 == 0 { -weight } else { weight })
        })
        .collect();
    let mut seen = BTreeSet::new();
    for case in statement::all() {
        let mut subject = Subject::of(&case);
        for (kind, freedom) in FREEDOM {
            let Some(first) = (8..subject.real).step_by(8).find(|row| subject.columns.get(kind, *row) == ONE)
            else {
                continue;
            };
            if !seen.insert(kind) {
                continue;
            }
            let cells = (first..first + 8).flat_map(|row| (STATE..=TREE).map(move |column| (column, row)));
            let moved: Vec<Vec<Felt>> = cells
                .map(|(column, row)| {
                    let old = subject.columns.get(column, row);
                    let mut slope = vec![ZERO; 8 * MAIN_CONSTRAINTS];
                    for (at, weight) in &weights {
                        for (value, weight) in [(old + *at, *weight), (old - *at, -*weight)] {
                            subject.columns.set(column, row, value);
                            let from = (row - first) * MAIN_CONSTRAINTS;
                            // The transition into the row; the one out of it unless it leaves the cycle.
                            for (place, row) in [(from, row - 1), (from + MAIN_CONSTRAINTS, row)] {
                                let Some(slots) = slope.get_mut(place..place + MAIN_CONSTRAINTS) else {
                                    continue;
                                };
                                let values = subject.constraints(row);
                                slots
                                    .iter_mut()
                                    .zip(values)
                                    .for_each(|(slot, value)| *slot += weight * value);
                            }
                        }
                    }
                    subject.columns.set(column, row, old);
                    slope
                })
                .collect();
            let count = moved.len();
            let used: Vec<usize> =
                (0..8 * MAIN_CONSTRAINTS).filter(|at| moved.iter().any(|slope| slope[*at] != ZERO)).collect();
            let rows: Vec<Vec<Felt>> =
                moved.iter().map(|slope| used.iter().map(|at| slope[*at]).collect()).collect();
            assert_eq!(count - rank(rows), freedom, "{}: column {kind}", case.name);
        }
    }
    assert_eq!(seen.len(), KINDS.len());
}
