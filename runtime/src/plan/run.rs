//! Bodies carried out: nested loops over indexes and answers, with early exit.
//!
//! A loop inside a loop is a call inside a call of [`Machine::run`]; bodies have at most [`super::shape::ATOMS`] atoms, and
//! calls nest at most as deep as the policy's derivation depth.

use super::compile::Plans;
use super::scratch::Memory;
use super::shape::{Body, EPOCH_SLOT, End, Filter, Join, Key, Origin, SLOTS, Slots};
use super::walk::Walk;
use crate::evaluate::Exceeded;
use crate::facts::{Row, Snapshot, Symbols};
use dregg_artifact::{Comparison, Limits, Value};
use std::ops::Range;

/// The symbol of a caller that no fact and no constant mentions; likewise below.
pub(super) const CALLER: u32 = u32::MAX;
/// The symbol of such an epoch.
pub(super) const EPOCH: u32 = u32::MAX - 1;
/// The symbol of such a text in segment 0; segment `i` has this minus `i`. Facts have far fewer symbols.
pub(super) const SEGMENT: u32 = u32::MAX - 2;

/// The values that come with the question. INVARIANT: in one decision two values are equal iff their symbols are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asking {
    pub(super) caller: u32,
    pub(super) epoch: u32,
    pub(super) epoch_value: u64,
    pub(super) segments: [u32; Limits::CEILING.segments as usize],
}

/// What a body is carried out for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// Whether a goal holds.
    Goal,
    /// Whether the call that a walk looks at holds.
    Walk,
    /// The answers of a call, into the table of this number.
    Table(usize),
}

/// A body under way.
pub(super) struct Frame {
    pub(super) slots: Slots,
    pub(super) purpose: Purpose,
    /// The height that the trees of what it calls may have.
    pub(super) below: u8,
    /// In a walk: see `walk`.
    pub(super) walk: Walk,
    /// Where answers spread (see `answers`): the table, and the rows in it that the one call of a rule is to read.
    pub(super) fresh: Option<(usize, Range<usize>)>,
}

/// One decision's evaluation.
pub(super) struct Machine<'a, 's> {
    pub(super) plans: &'a Plans,
    pub(super) snapshot: &'a Snapshot,
    pub(super) symbols: &'a Symbols,
    pub(super) asking: Asking,
    pub(super) scratch: &'s mut Memory,
    /// How many steps it may still take.
    pub(super) steps: usize,
    /// How many walks it has begun.
    pub(super) walks: u32,
}

impl<'a> Machine<'a, '_> {
    /// Whether a body comes to an end that holds. For answers: never, they are put into their table.
    pub(super) fn body(&mut self, body: &'a Body, frame: &mut Frame) -> Result<bool, Exceeded> {
        Ok(self.filters(&body.filters, &frame.slots) && self.go(body, &body.joins, frame)?)
    }

    /// Takes the next step of a body, if there is one.
    #[inline]
    fn go(&mut self, body: &'a Body, joins: &'a [Join], frame: &mut Frame) -> Result<bool, Exceeded> {
        match joins.split_first() {
            Some((join, rest)) => self.run(body, join, rest, frame),
            None => self.end(body, frame),
        }
    }

    fn run(
        &mut self,
        body: &'a Body,
        join: &'a Join,
        rest: &'a [Join],
        frame: &mut Frame,
    ) -> Result<bool, Exceeded> {
        let number = match join.origin {
            Origin::Index(number) => number,
            Origin::Variant(number) => return self.call(number, body, join, rest, frame),
        };
        let snapshot = self.snapshot;
        let Some(index) = snapshot.index(number) else { return Ok(false) };
        for tuple in index.group(|place| join.key.value(place, &frame.slots)) {
            self.step()?;
            if self.take(join, tuple, &mut frame.slots) {
                let found = self.go(body, rest, frame)?;
                if found || join.once {
                    return Ok(found);
                }
            }
        }
        Ok(false)
    }

    /// A join with what a variant answers.
    #[inline(never)]
    fn call(
        &mut self,
        number: u32,
        body: &'a Body,
        join: &'a Join,
        rest: &'a [Join],
        frame: &mut Frame,
    ) -> Result<bool, Exceeded> {
        let Some(variant) = self.plans.variant(number) else { return Ok(false) };
        let key = join.key.key(&frame.slots);
        if variant.ground {
            let holds = self.prove(number, key, frame.below)?;
            return Ok(holds && self.filters(&join.filters, &frame.slots) && self.go(body, rest, frame)?);
        }
        let (table, answers) = match &frame.fresh {
            Some((table, fresh)) => (*table, fresh.clone()),
            None => self.answers(number, key, frame.below)?,
        };
        // Other tables are made while this one is read, and what spreads adds to it.
        for place in answers {
            let Some(tuple) = self.scratch.tables.get(table).and_then(|table| table.rows.get_index(place))
            else {
                return Ok(false);
            };
            let tuple = *tuple;
            self.step()?;
            if self.take(join, &tuple, &mut frame.slots) {
                let found = self.go(body, rest, frame)?;
                if found || join.once {
                    return Ok(found);
                }
            }
        }
        Ok(false)
    }

    fn end(&mut self, body: &Body, frame: &mut Frame) -> Result<bool, Exceeded> {
        match (&body.end, frame.purpose) {
            (End::Unsupported, _) => Err(Exceeded),
            (End::Holds, _) => Ok(true),
            (End::Call(variant, parts), Purpose::Goal | Purpose::Table(_)) => {
                let key = parts.key(&frame.slots);
                self.prove(*variant, key, frame.below)
            }
            (End::Call(variant, parts), Purpose::Walk) => {
                let key = parts.key(&frame.slots);
                self.go_on(*variant, key, frame.below, &mut frame.walk)
            }
            (End::Answer(parts), Purpose::Table(number)) => {
                let row = parts.key(&frame.slots).row();
                self.step()?;
                if let Some(table) = self.scratch.tables.get_mut(number) {
                    table.rows.insert(row);
                }
                Ok(false)
            }
            (End::Answer(_), Purpose::Goal | Purpose::Walk) => Ok(false),
        }
    }

    /// Takes a tuple's values, if it fits and the join's conditions hold.
    #[inline]
    fn take(&self, join: &Join, tuple: &Row, slots: &mut Slots) -> bool {
        let column = |place: u8| tuple.get(usize::from(place) % Limits::ARITY).copied().unwrap_or_default();
        for (place, slot) in &join.take {
            if let Some(slot) = slots.get_mut(usize::from(*slot) % SLOTS) {
                *slot = column(*place);
            }
        }
        join.same.iter().all(|(one, other)| column(*one) == column(*other))
            && self.filters(&join.filters, slots)
    }

    /// Whether all of these hold.
    #[inline]
    pub(super) fn filters(&self, filters: &[Filter], slots: &Slots) -> bool {
        filters.is_empty() || self.all(filters, slots)
    }

    fn all(&self, filters: &[Filter], slots: &Slots) -> bool {
        filters.iter().all(|filter| match filter {
            Filter::Compare(left, comparison, right) => {
                self.compare(left.of(slots), *comparison, right.of(slots))
            }
            Filter::Fact { index, key, present } => {
                let index = self.snapshot.index(*index);
                index.is_some_and(|index| index.contains(|place| key.value(place, slots))) == *present
            }
        })
    }

    fn compare(&self, left: u32, comparison: Comparison, right: u32) -> bool {
        match comparison {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less => self.ints(left, right).is_some_and(|(left, right)| left < right),
            Comparison::LessOrEqual => self.ints(left, right).is_some_and(|(left, right)| left <= right),
            Comparison::Greater => self.ints(left, right).is_some_and(|(left, right)| left > right),
            Comparison::GreaterOrEqual => self.ints(left, right).is_some_and(|(left, right)| left >= right),
        }
    }

    /// Two integers. Nothing else is ordered.
    #[inline]
    fn ints(&self, left: u32, right: u32) -> Option<(u64, u64)> {
        Some((self.int(left)?, self.int(right)?))
    }

    fn int(&self, symbol: u32) -> Option<u64> {
        match self.symbols.value(symbol) {
            Some(Value::Int(int)) => Some(*int),
            Some(Value::Cell(_) | Value::Text(_)) => None,
            None => (symbol == EPOCH).then_some(self.asking.epoch_value),
        }
    }

    /// Before every tuple and every call.
    pub(super) fn step(&mut self) -> Result<(), Exceeded> {
        self.steps = self.steps.checked_sub(1).ok_or(Exceeded)?;
        Ok(())
    }
}

impl Frame {
    /// A body whose first slots hold a key.
    pub(super) fn new(key: Key, asking: &Asking, purpose: Purpose, below: u8) -> Frame {
        let mut frame = Frame { slots: [0; SLOTS], purpose, below, walk: Walk::default(), fresh: None };
        frame.put(EPOCH_SLOT, asking.epoch);
        frame.set(key);
        frame
    }

    /// Puts a value into a slot.
    pub(super) fn put(&mut self, slot: u8, symbol: u32) {
        if let Some(slot) = self.slots.get_mut(usize::from(slot) % SLOTS) {
            *slot = symbol;
        }
    }

    /// Puts a key into the first slots.
    #[inline]
    pub(super) fn set(&mut self, key: Key) {
        for (slot, symbol) in self.slots.iter_mut().zip(key.row()) {
            *slot = symbol;
        }
    }
}
