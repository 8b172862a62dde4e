//! One body against tuples: bindings of a rule's variables, joined literal by literal.

use super::values::Values;
use super::{Exceeded, JOIN_ROWS};
use crate::facts::{Facts, Row, row};
use datafrog::Relation;
use dregg_artifact::{Comparison, Limits, Literal, Term, Value};
use std::collections::BTreeSet;

/// The most variables of a rule: those of its head and of every atom of its body.
pub(super) const VARIABLES: usize = Limits::ARITY * (1 + Limits::BODY_ATOMS);

/// No value yet.
const UNBOUND: u32 = u32::MAX;

/// The values of a rule's variables.
pub(super) type Binding = [u32; VARIABLES];

/// All bindings found so far for one body.
pub(super) struct Bindings {
    rows: Vec<Binding>,
    bound: BTreeSet<u8>,
}

impl Bindings {
    /// One binding that binds nothing.
    pub(super) fn start() -> Bindings {
        Bindings { rows: vec![[UNBOUND; VARIABLES]], bound: BTreeSet::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn is_bound(&self, variable: u8) -> bool {
        self.bound.contains(&variable)
    }

    /// Joins with tuples: terms with a value must agree, other variables take the tuple's values.
    pub(super) fn join(
        &mut self,
        terms: &[Term],
        tuples: &[Row],
        values: &mut Values<'_>,
    ) -> Result<(), Exceeded> {
        let constants: Vec<Option<u32>> = terms.iter().map(|term| values.constant(term)).collect();
        // The columns that have a value before the join are its key.
        let known: Vec<bool> = terms
            .iter()
            .map(|term| match term {
                Term::Variable(variable) => self.bound.contains(variable),
                Term::Value(_) | Term::Epoch | Term::Segment(_) => true,
            })
            .collect();
        let left: Vec<(Row, Binding)> = self
            .rows
            .iter()
            .map(|binding| {
                let key = terms.iter().zip(&constants).zip(&known).map(|((term, constant), known)| {
                    match (term, known) {
                        (_, false) => 0,
                        (Term::Variable(variable), true) => get(binding, *variable),
                        (Term::Value(_) | Term::Epoch | Term::Segment(_), true) => {
                            constant.unwrap_or(UNBOUND)
                        }
                    }
                });
                (row(key), *binding)
            })
            .collect();
        let right: Vec<(Row, Row)> = tuples
            .iter()
            .map(|tuple| {
                let key = known.iter().zip(tuple).map(|(known, symbol)| if *known { *symbol } else { 0 });
                (row(key), *tuple)
            })
            .collect();
        let (left, right) = (Relation::from_vec(left), Relation::from_vec(right));
        if joined_rows(&left.elements, &right.elements) > JOIN_ROWS {
            return Err(Exceeded);
        }
        let joined: Relation<Option<Binding>> = Relation::from_join(&left, &right, |_, binding, tuple| {
            let mut binding = *binding;
            for (term, symbol) in terms.iter().zip(tuple) {
                if let Term::Variable(variable) = term {
                    let slot = binding.get_mut(usize::from(*variable))?;
                    if *slot != UNBOUND && slot != symbol {
                        return None;
                    }
                    *slot = *symbol;
                }
            }
            Some(binding)
        });
        self.rows = joined.elements.into_iter().flatten().collect();
        self.bound.extend(terms.iter().filter_map(variable));
        Ok(())
    }

    /// Gives a variable every one of these values.
    pub(super) fn range(&mut self, variable: u8, over: &BTreeSet<u32>) -> Result<(), Exceeded> {
        if self.rows.len().saturating_mul(over.len()) > JOIN_ROWS {
            return Err(Exceeded);
        }
        let mut rows = Vec::with_capacity(self.rows.len() * over.len());
        for binding in &self.rows {
            for symbol in over {
                let mut binding = *binding;
                if let Some(slot) = binding.get_mut(usize::from(variable)) {
                    *slot = *symbol;
                }
                rows.push(binding);
            }
        }
        self.rows = rows;
        self.bound.insert(variable);
        Ok(())
    }

    /// Applies the filters whose variables are bound, and keeps the others pending.
    pub(super) fn filter<'l>(
        &mut self,
        pending: &mut Vec<&'l Literal>,
        facts: &Facts,
        values: &mut Values<'_>,
    ) {
        let ready = |literal: &Literal, bound: &BTreeSet<u8>| match literal {
            Literal::Relation { terms, .. } => {
                terms.iter().filter_map(variable).all(|one| bound.contains(&one))
            }
            Literal::Compare { left, right, .. } => {
                [left, right].into_iter().filter_map(variable).all(|one| bound.contains(&one))
            }
            Literal::Predicate { .. }
            | Literal::Member { .. }
            | Literal::Stake { .. }
            | Literal::Goal { .. } => false,
        };
        let (now, later): (Vec<&'l Literal>, Vec<&'l Literal>) =
            pending.iter().copied().partition(|literal| ready(literal, &self.bound));
        *pending = later;
        for literal in now {
            match literal {
                Literal::Relation { relation, terms, .. } => self.absent(*relation, terms, facts, values),
                Literal::Compare { left, comparison, right } => {
                    self.compare(left, *comparison, right, values)
                }
                Literal::Predicate { .. }
                | Literal::Member { .. }
                | Literal::Stake { .. }
                | Literal::Goal { .. } => {}
            }
        }
    }

    /// Keeps the bindings for which a base relation does not hold.
    ///
    /// Not `Relation::from_antijoin`: in datafrog 2.0.1 it looks at the recent tuples of its input only, and a relation
    /// has none, so it always answers nothing.
    fn absent(&mut self, relation: u32, terms: &[Term], facts: &Facts, values: &mut Values<'_>) {
        let constants: Vec<Option<u32>> = terms.iter().map(|term| values.constant(term)).collect();
        let Some(tuples) = facts.tuples(relation) else {
            self.rows.clear();
            return;
        };
        self.rows.retain(|binding| {
            let key = terms.iter().zip(&constants).map(|(term, constant)| match term {
                Term::Variable(variable) => get(binding, *variable),
                Term::Value(_) | Term::Epoch | Term::Segment(_) => constant.unwrap_or(UNBOUND),
            });
            !tuples.contains(&row(key))
        });
    }

    fn compare(&mut self, left: &Term, comparison: Comparison, right: &Term, values: &mut Values<'_>) {
        let (fixed_left, fixed_right) = (values.constant(left), values.constant(right));
        let values = &*values;
        let side = |term: &Term, fixed: Option<u32>, binding: &Binding| -> Option<Value> {
            let number = match term {
                Term::Variable(variable) => get(binding, *variable),
                Term::Value(_) | Term::Epoch | Term::Segment(_) => fixed?,
            };
            values.value(number).cloned()
        };
        self.rows.retain(|binding| {
            match (side(left, fixed_left, binding), side(right, fixed_right, binding)) {
                (Some(left), Some(right)) => comparison.holds(&left, &right),
                _ => false,
            }
        });
    }

    /// The heads of all bindings; those with an unbound variable are dropped.
    pub(super) fn heads(&self, head: &[Term], values: &mut Values<'_>) -> Vec<Row> {
        let constants: Vec<Option<u32>> = head.iter().map(|term| values.constant(term)).collect();
        let tuple = |binding: &Binding| {
            let symbols = head.iter().zip(&constants).map(|(term, constant)| match term {
                Term::Variable(variable) => Some(get(binding, *variable)).filter(|symbol| *symbol != UNBOUND),
                Term::Value(_) | Term::Epoch | Term::Segment(_) => *constant,
            });
            symbols.collect::<Option<Vec<u32>>>().map(|symbols| row(symbols.into_iter()))
        };
        self.rows.iter().filter_map(tuple).collect()
    }
}

fn get(binding: &Binding, variable: u8) -> u32 {
    binding.get(usize::from(variable)).copied().unwrap_or(UNBOUND)
}

pub(super) fn variable(term: &Term) -> Option<u8> {
    match term {
        Term::Variable(variable) => Some(*variable),
        Term::Value(_) | Term::Epoch | Term::Segment(_) => None,
    }
}

/// How many rows a join of two sorted relations has.
fn joined_rows(left: &[(Row, Binding)], right: &[(Row, Row)]) -> usize {
    let (mut left, mut right) = (left, right);
    let mut total = 0usize;
    while let (Some((key, _)), Some((other, _))) = (left.first(), right.first()) {
        let left_same = left.partition_point(|(one, _)| one <= key);
        let right_same = right.partition_point(|(one, _)| one <= other);
        match key.cmp(other) {
            std::cmp::Ordering::Less => left = left.get(left_same..).unwrap_or(&[]),
            std::cmp::Ordering::Greater => right = right.get(right_same..).unwrap_or(&[]),
            std::cmp::Ordering::Equal => {
                total = total.saturating_add(left_same.saturating_mul(right_same));
                left = left.get(left_same..).unwrap_or(&[]);
                right = right.get(right_same..).unwrap_or(&[]);
            }
        }
    }
    total
}
