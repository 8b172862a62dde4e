//! Values of one decision by number: those of the facts, and those the request and the program add.

use super::Question;
use crate::facts::{Facts, Symbols};
use dregg_artifact::{CellId, Comparison, Term, Value};

/// The numbers of all values in sight, and what terms stand for.
pub(super) struct Values<'a> {
    base: &'a Symbols,
    own: Symbols,
    segments: Vec<&'a str>,
    pub(super) caller: CellId,
    epoch: u64,
}

impl<'a> Values<'a> {
    pub(super) fn new(facts: &'a Facts, question: &Question<'a>) -> Values<'a> {
        Values {
            base: facts.symbols(),
            own: Symbols::default(),
            segments: question.path.segments().collect(),
            caller: question.caller,
            epoch: question.epoch,
        }
    }

    /// The number of a value.
    pub(super) fn number(&mut self, value: &Value) -> u32 {
        match self.base.find(value) {
            Some(number) => number,
            None => self.base.len().saturating_add(self.own.intern(value)),
        }
    }

    /// The value of a number.
    pub(super) fn value(&self, number: u32) -> Option<&Value> {
        match number.checked_sub(self.base.len()) {
            Some(own) => self.own.value(own),
            None => self.base.value(number),
        }
    }

    /// Whether a comparison holds of two numbered values.
    pub(super) fn compare(&self, left: u32, comparison: Comparison, right: u32) -> bool {
        match (self.value(left), self.value(right)) {
            (Some(left), Some(right)) => comparison.holds(left, right),
            (None, _) | (_, None) => false,
        }
    }

    /// The number of a term that is no variable; `None` for a variable or a segment the path does not have.
    pub(super) fn constant(&mut self, term: &Term) -> Option<u32> {
        match term {
            Term::Variable(_) => None,
            Term::Value(value) => Some(self.number(value)),
            Term::Epoch => Some(self.number(&Value::Int(self.epoch))),
            Term::Segment(segment) => {
                let text = (*self.segments.get(usize::from(*segment))?).to_owned();
                Some(self.number(&Value::Text(text)))
            }
        }
    }

    /// The number of a term of a goal rule, where variable 0 is the caller.
    pub(super) fn goal_term(&mut self, term: &Term) -> Option<u32> {
        match term {
            Term::Variable(0) => Some(self.number(&Value::Cell(self.caller))),
            Term::Variable(_) => None,
            Term::Value(_) | Term::Epoch | Term::Segment(_) => self.constant(term),
        }
    }
}
