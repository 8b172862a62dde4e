//! Two neighbouring rows with the periodic values, and where constraints go.

use crate::field::Felt;
use crate::periodic::{BYTE, CONSTANTS, FIRST, LANES, LAST, POINT, ROUND};
use crate::range;
use winter_math::FieldElement;

/// How many main columns there are.
pub const WIDTH: usize = range::columns::END;

/// A row of the main trace.
pub type Row<E> = [E; WIDTH];

/// The values of the periodic columns in a row.
#[derive(Clone, Copy, Debug)]
pub struct Periodic<E> {
    /// 1 in the first seven rows of every cycle of eight.
    pub round: E,
    /// 1 in the first row of every cycle.
    pub first: E,
    /// 1 in the last row of every cycle but the last one.
    pub last: E,
    /// 1 in every row whose transition counts.
    pub live: E,
    /// The byte of the table.
    pub byte: E,
    /// The row's point of the trace domain.
    pub point: E,
    /// The round constants before the inverse S-box and after it.
    pub constants: [[E; 12]; 2],
}

impl<E: FieldElement<BaseField = Felt>> Periodic<E> {
    /// Reads the values in the order of the columns. Missing ones are zero.
    #[inline(always)]
    pub fn read(values: &[E]) -> Periodic<E> {
        let at = |index: usize| values.get(index).copied().unwrap_or(E::ZERO);
        Periodic {
            round: at(ROUND),
            first: at(FIRST),
            last: at(LAST),
            // Every row whose transition counts is one of these.
            live: at(ROUND) + at(LAST),
            byte: at(BYTE),
            point: at(POINT),
            constants: [CONSTANTS, CONSTANTS + LANES].map(|from| std::array::from_fn(|lane| at(from + lane))),
        }
    }
}

/// Two neighbouring rows.
pub struct Frame<'a, E> {
    /// The row.
    pub now: &'a Row<E>,
    /// The row after it.
    pub next: &'a Row<E>,
    /// The periodic values of the row.
    pub at: &'a Periodic<E>,
}

/// Where a module writes the values of its constraints, in the order of its table.
pub struct Out<'a, E> {
    slots: std::slice::IterMut<'a, E>,
}

impl<'a, E> Out<'a, E> {
    /// All slots of a slice.
    pub fn new(slots: &'a mut [E]) -> Out<'a, E> {
        Out { slots: slots.iter_mut() }
    }

    /// Writes the next constraint; beyond the last slot it is lost (a test counts them).
    #[inline(always)]
    pub fn put(&mut self, value: E) {
        if let Some(slot) = self.slots.next() {
            *slot = value;
        }
    }

    /// How many slots are still empty.
    pub fn left(&self) -> usize {
        self.slots.len()
    }
}

/// A line of a module's table of constraints.
#[derive(Clone, Copy, Debug)]
pub struct Constraint {
    /// Its number in the module, as the module's page and the tests name it.
    pub name: &'static str,
    /// How many constraints the line stands for.
    pub count: usize,
    /// The degree in trace columns.
    pub degree: usize,
    /// The attack it stops.
    pub stops: &'static str,
}

/// A line of a table.
pub(crate) const fn line(name: &'static str, count: usize, degree: usize, stops: &'static str) -> Constraint {
    Constraint { name, count, degree, stops }
}
