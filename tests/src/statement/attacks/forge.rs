//! The tools of a forger: an honest trace to bend, and what is said about the result.

use crate::statement::scenario::{Claimed, Scenario};
use dregg_air::air::{Fixed, fixed};
use dregg_air::derivation::columns::ARGUMENTS;
use dregg_air::derivation::witness::put_instance_numbers;
use dregg_air::field::{Felt, felts};
use dregg_air::hash::columns::{KINDS, STATE, TREE};
use dregg_air::hash::witness::{Cycle, ROWS, State, put, put_state, state};
use dregg_air::inputs::AccessInputs;
use dregg_air::layout::count_bytes;
use dregg_air::mask::Whole;
use dregg_air::range::columns::{BYTES, PER_ROW};
use dregg_air::record::witness::Record;
use dregg_air::tuple::Tag;
use dregg_commit::Digest;
use dregg_commit::hash::RATE;

/// Something that an attack violates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Break {
    /// A constraint: the name of its line, and its place there.
    Constraint(&'static str, usize),
    /// The assertion on a column in the first row.
    First(usize),
    /// The assertion on a column in the last row that counts.
    Last(usize),
    /// A kind of tuples.
    Bus(Tag),
}

/// A false statement with a trace that is right but for what it says it breaks.
#[derive(Clone)]
pub struct Attack {
    /// The lie.
    pub name: &'static str,
    /// The trace.
    pub claimed: Claimed,
    /// The statement.
    pub inputs: AccessInputs<Whole>,
    /// What it violates, and nothing else.
    pub breaks: Vec<Break>,
}

impl Attack {
    /// Which assertion [`Break::First`] or [`Break::Last`] means.
    pub fn assertion(&self, wanted: Break) -> Option<usize> {
        let last = self.claimed.real_rows() - 1;
        let at = |fixed: &Fixed| match wanted {
            Break::First(column) => fixed.column == column && fixed.row == 0,
            Break::Last(column) => fixed.column == column && fixed.row == last,
            Break::Constraint(..) | Break::Bus(_) => false,
        };
        fixed(last + 1).iter().position(at)
    }
}

/// A trace in the forger's hands.
#[derive(Clone)]
pub struct Forge {
    /// The trace.
    pub claimed: Claimed,
    /// The statement it will claim.
    pub inputs: AccessInputs<Whole>,
    /// The names of the states in the scenario's table.
    pub names: Vec<u64>,
}

/// One.
pub const ONE: Felt = Felt::new(1);
/// Zero.
pub const ZERO: Felt = Felt::new(0);

/// A number as an element.
pub fn felt(number: u64) -> Felt {
    Felt::new(number)
}

impl Forge {
    /// Begins with the honest trace of a scenario, which may be no true statement itself.
    pub fn of(scenario: &Scenario) -> Forge {
        let rows = scenario.table.as_ref().map(|table| &table.rows);
        let names = (0..8).filter_map(|state| rows?.name(state)).map(u64::from).collect();
        Forge { claimed: scenario.claimed(), inputs: scenario.inputs(), names }
    }

    /// The name of a state by its number in the scenario's table; what is no state of it stays.
    pub fn name(&self, state: u64) -> u64 {
        usize::try_from(state).ok().and_then(|state| self.names.get(state)).copied().unwrap_or(state)
    }

    /// How many rows count.
    pub fn real(&self) -> usize {
        self.claimed.real_rows()
    }

    /// The last cycle, which must be empty.
    pub fn last_cycle(&self) -> usize {
        self.real() / ROWS - 1
    }

    /// A cell.
    pub fn get(&self, column: usize, row: usize) -> Felt {
        self.claimed.columns.get(column, row)
    }

    /// Sets a cell.
    pub fn set(&mut self, column: usize, row: usize, value: Felt) {
        self.claimed.columns.set(column, row, value);
    }

    /// Adds to a cell.
    pub fn add(&mut self, column: usize, row: usize, value: Felt) {
        let old = self.get(column, row);
        self.set(column, row, old + value);
    }

    /// Sets a column in all rows of a cycle.
    pub fn fill(&mut self, column: usize, cycle: usize, value: Felt) {
        for row in cycle * ROWS..(cycle + 1) * ROWS {
            self.set(column, row, value);
        }
    }

    /// The cycle of a kind: the first, second, ... of those.
    pub fn cycle(&self, kind: usize, nth: usize) -> usize {
        let mut cycles = (0..self.real() / ROWS).filter(|cycle| self.get(kind, cycle * ROWS) == ONE);
        cycles.nth(nth).unwrap()
    }

    /// The row of an event: the first, second, ... of those.
    pub fn row(&self, selector: usize, nth: usize) -> usize {
        (0..self.real()).filter(|row| self.get(selector, *row) == ONE).nth(nth).unwrap()
    }

    /// Writes a cycle.
    pub fn put(&mut self, cycle: usize, content: &Cycle) {
        put(&mut self.claimed.columns, cycle, content);
    }

    /// Writes the rows of a permutation only.
    pub fn put_state(&mut self, cycle: usize, state: State) {
        put_state(&mut self.claimed.columns, cycle, state);
    }

    /// The state that a cycle begins with.
    pub fn state(&self, cycle: usize) -> State {
        std::array::from_fn(|lane| self.get(STATE + lane, cycle * ROWS))
    }

    /// Changes one element of the state that a cycle begins with.
    pub fn bend_state(&mut self, cycle: usize, lane: usize, value: Felt) {
        let mut state = self.state(cycle);
        state[lane] = value;
        self.put_state(cycle, state);
    }

    /// The digest that a cycle ends with.
    pub fn digest(&self, cycle: usize) -> Digest {
        let row = cycle * ROWS + ROWS - 1;
        dregg_air::field::digest(std::array::from_fn(|lane| self.get(STATE + 4 + lane, row)))
    }

    /// Makes a cycle one of nothing.
    pub fn clear(&mut self, cycle: usize) {
        self.put_state(cycle, state([RATE as u64, 0, 0, 0], [0; RATE]));
        for kind in KINDS.into_iter().chain([TREE]) {
            self.fill(kind, cycle, ZERO);
        }
    }

    /// Writes a record.
    pub fn record(&mut self, record: &Record, cycle: usize, times: u64) {
        record.put(&mut self.claimed.columns, cycle, times);
    }

    /// Sets an argument's four elements.
    pub fn argument(&mut self, place: usize, row: usize, value: &Digest) {
        for (lane, element) in felts(value).into_iter().enumerate() {
            self.set(ARGUMENTS + 4 * place + lane, row, element);
        }
    }

    /// Sets the bytes of a row to those of a number.
    pub fn number(&mut self, row: usize, number: u64) {
        for (place, byte) in number.to_le_bytes().into_iter().take(PER_ROW).enumerate() {
            self.set(BYTES + place, row, felt(u64::from(byte)));
        }
    }

    /// Moves a cycle of the hash lane to another place.
    pub fn move_cycle(&mut self, from: usize, to: usize) {
        for column in 0..ARGUMENTS {
            for row in 0..ROWS {
                let value = self.get(column, from * ROWS + row);
                self.set(column, to * ROWS + row, value);
                self.set(column, from * ROWS + row, ZERO);
            }
        }
        self.clear(from);
    }

    /// Moves everything of the event lane and the bytes in some rows to others, as far down as `to`.
    pub fn move_rows(&mut self, from: std::ops::Range<usize>, to: usize) {
        let columns: Vec<usize> = (ARGUMENTS..BYTES + PER_ROW).collect();
        let rows: Vec<Vec<Felt>> =
            from.clone().map(|row| columns.iter().map(|column| self.get(*column, row)).collect()).collect();
        for row in from {
            columns.iter().for_each(|column| self.set(*column, row, ZERO));
        }
        for (place, row) in rows.iter().enumerate() {
            for (column, value) in columns.iter().zip(row) {
                self.set(*column, to + place, *value);
            }
        }
    }

    /// Numbers the instances anew, heads counting as they stand.
    pub fn renumber(&mut self) {
        let real = self.real();
        put_instance_numbers(&mut self.claimed.columns, real);
    }

    /// The attack as it stands now.
    pub fn done(mut self, name: &'static str, breaks: &[Break]) -> Attack {
        let real = self.real();
        count_bytes(&mut self.claimed.columns, real);
        Attack { name, claimed: self.claimed, inputs: self.inputs, breaks: breaks.to_vec() }
    }

    /// The attack as it stands now, against one number of a line of constraints.
    pub fn breaks(self, name: &'static str, constraint: &'static str, place: usize) -> Attack {
        self.done(name, &[Break::Constraint(constraint, place)])
    }
}
