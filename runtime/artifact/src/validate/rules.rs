//! Rules of predicates and of goals: arity, types, numbering of variables, safety, negation.
//!
//! SOUNDNESS: what passes here can be evaluated in finite steps by any order of rules. Each variable that a negation, a
//! comparison, a head or an input column needs gets its value from a positive literal first.

use super::{ascending, cell_set, ensure, numbered};
use crate::artifact::Artifact;
use crate::error::{DecodeError, Fault, Place};
use crate::limits::Limits;
use crate::policy::{Comparison, Literal, PredicateColumn, Term};
use crate::relation::Visibility;
use crate::value::{CellId, INT_BOUND, TEXT_BYTES, Type, Value};
use std::collections::BTreeMap;

/// A check that does not know its place.
pub(super) type TermCheck<T> = Result<T, Fault>;

pub(super) fn validate(artifact: &Artifact) -> Result<(), DecodeError> {
    for (number, predicate) in numbered(&artifact.predicates) {
        ascending(&predicate.rules, |rule| rule, |rule| Place::Rule { predicate: number, rule })?;
        for (rule_number, rule) in numbered(&predicate.rules) {
            let place = Place::Rule { predicate: number, rule: rule_number };
            ensure(rule.body.len() <= Limits::BODY_ATOMS, Fault::BodyAtoms, place)?;
            check_rule(artifact, &rule.head, &predicate.columns, &rule.body, place)?;
        }
    }
    Ok(())
}

fn check_rule(
    artifact: &Artifact,
    head: &[Term],
    columns: &[PredicateColumn],
    body: &[Literal],
    place: Place,
) -> Result<(), DecodeError> {
    let mut variables = Variables::none();
    let scope = Scope { artifact, goal: None };
    let checks = |variables: &mut Variables| {
        variables.typed(head, columns.iter().map(|column| column.ty), &scope)?;
        scope.types(body, variables)?;
        for (term, column) in head.iter().zip(columns) {
            if let (Term::Variable(variable), true) = (term, column.input) {
                variables.bind(*variable);
            }
        }
        scope.bindings(body, variables)?;
        head.iter().try_for_each(|term| variables.bound_term(term))
    };
    checks(&mut variables).map_err(|fault| fault.at(place))
}

/// Checks the body of a rule of a reserved goal.
pub(super) fn check_goal_rule(
    artifact: &Artifact,
    goal: u16,
    body: &[Literal],
    place: Place,
) -> Result<(), DecodeError> {
    let mut variables = Variables::caller();
    let scope = Scope { artifact, goal: Some(goal) };
    let checks = |variables: &mut Variables| {
        scope.types(body, variables)?;
        scope.bindings(body, variables)
    };
    checks(&mut variables).map_err(|fault| fault.at(place))
}

/// The type of a constant that is within its bounds.
pub(super) fn value(value: &Value) -> TermCheck<Type> {
    match value {
        Value::Cell(cell) if !cell.is_canonical() => Err(Fault::Cell),
        Value::Text(text) if text.len() > TEXT_BYTES => Err(Fault::TextLength),
        Value::Int(int) if *int >= INT_BOUND => Err(Fault::Int),
        Value::Cell(_) | Value::Text(_) | Value::Int(_) => Ok(value.ty()),
    }
}

/// What a body may name.
struct Scope<'a> {
    artifact: &'a Artifact,
    /// The number of the goal the rule belongs to; `None` in the rules of predicates.
    goal: Option<u16>,
}

impl Scope<'_> {
    /// Numbers, arity, types and what may stand where. Comparisons come last: by then every bound variable has its type.
    fn types(&self, body: &[Literal], variables: &mut Variables) -> TermCheck<()> {
        for literal in body {
            match literal {
                Literal::Relation { relation, terms, negated } => {
                    let number = *relation;
                    let relation = self.artifact.relations.get(number as usize);
                    let relation = relation.ok_or(Fault::Reference { what: "relation", number })?;
                    if *negated && relation.visibility == Visibility::Held {
                        return Err(Fault::NegatedHeld);
                    }
                    variables.typed(terms, relation.columns.iter().map(|column| column.ty), self)?;
                }
                Literal::Predicate { predicate, terms } => {
                    let columns = self.columns(*predicate)?;
                    variables.typed(terms, columns.iter().map(|column| column.ty), self)?;
                }
                Literal::Compare { left, right, .. } => {
                    variables.number(left)?;
                    variables.number(right)?;
                }
                Literal::Member { cells, .. } => {
                    self.goal.ok_or(Fault::GoalOnly)?;
                    check_cells(cells)?;
                }
                Literal::Stake { at_least } => {
                    self.goal.ok_or(Fault::GoalOnly)?;
                    if *at_least >= INT_BOUND {
                        return Err(Fault::Int);
                    }
                }
                Literal::Goal { goal: called } => {
                    let goal = self.goal.ok_or(Fault::GoalOnly)?;
                    if *called >= goal {
                        return Err(Fault::GoalOrder { called: *called });
                    }
                }
            }
        }
        for literal in body {
            if let Literal::Compare { left, comparison, right } = literal {
                let types = (variables.ty(left, self)?, variables.ty(right, self)?);
                let fits = match comparison {
                    Comparison::Equal | Comparison::NotEqual => types.0 == types.1,
                    Comparison::Less
                    | Comparison::LessOrEqual
                    | Comparison::Greater
                    | Comparison::GreaterOrEqual => types == (Type::Int, Type::Int),
                };
                if !fits {
                    return Err(Fault::Type);
                }
            }
        }
        Ok(())
    }

    /// Whether everything that needs a value gets one.
    ///
    /// A predicate binds its other columns once its input columns are bound; a literal that waits is tried again when
    /// the variable it waits for is bound, so each is tried at most once a column.
    fn bindings(&self, body: &[Literal], variables: &mut Variables) -> TermCheck<()> {
        let mut ready: Vec<&Literal> = Vec::new();
        for literal in body {
            match literal {
                Literal::Relation { terms, negated: false, .. } => {
                    terms.iter().filter_map(variable).for_each(|variable| {
                        variables.bind(variable);
                    });
                }
                Literal::Predicate { .. } => ready.push(literal),
                Literal::Relation { .. }
                | Literal::Compare { .. }
                | Literal::Member { .. }
                | Literal::Stake { .. }
                | Literal::Goal { .. } => {}
            }
        }
        let mut waiting: BTreeMap<u8, Vec<&Literal>> = BTreeMap::new();
        while let Some(literal) = ready.pop() {
            let Literal::Predicate { predicate, terms } = literal else { continue };
            let columns = self.columns(*predicate)?;
            let inputs = terms.iter().zip(columns).filter(|(_, column)| column.input);
            let missing =
                inputs.filter_map(|(term, _)| variable(term)).find(|input| !variables.is_bound(*input));
            if let Some(missing) = missing {
                waiting.entry(missing).or_default().push(literal);
                continue;
            }
            for output in terms.iter().filter_map(variable) {
                if variables.bind(output) {
                    ready.extend(waiting.remove(&output).unwrap_or_default());
                }
            }
        }
        if let Some((&variable, _)) = waiting.first_key_value() {
            return Err(Fault::Unbound { variable });
        }
        for literal in body {
            match literal {
                Literal::Relation { terms, negated: true, .. } => {
                    terms.iter().try_for_each(|term| variables.bound_term(term))?;
                }
                Literal::Compare { left, right, .. } => {
                    variables.bound_term(left)?;
                    variables.bound_term(right)?;
                }
                Literal::Relation { .. }
                | Literal::Predicate { .. }
                | Literal::Member { .. }
                | Literal::Stake { .. }
                | Literal::Goal { .. } => {}
            }
        }
        Ok(())
    }

    fn columns(&self, predicate: u32) -> TermCheck<&[PredicateColumn]> {
        let found = self.artifact.predicates.get(predicate as usize);
        Ok(&found.ok_or(Fault::Reference { what: "predicate", number: predicate })?.columns)
    }
}

/// Demands that cells are canonical, sorted and without duplicates, wherever they stand.
fn check_cells(cells: &[CellId]) -> TermCheck<()> {
    match cell_set(cells, Place::Index) {
        Ok(()) => Ok(()),
        Err(DecodeError::Invalid { fault, .. }) => Err(fault),
        Err(_) => Err(Fault::Order),
    }
}

fn variable(term: &Term) -> Option<u8> {
    match term {
        Term::Variable(variable) => Some(*variable),
        Term::Value(_) | Term::Epoch | Term::Segment(_) => None,
    }
}

/// What is known of the variables of one rule.
struct Variables {
    /// How many there are so far.
    count: usize,
    types: [Option<Type>; 256],
    bound: [bool; 256],
}

impl Variables {
    fn none() -> Variables {
        Variables { count: 0, types: [None; 256], bound: [false; 256] }
    }

    /// Variable 0 is the caller: a cell, and bound.
    fn caller() -> Variables {
        let mut variables = Variables::none();
        variables.count = 1;
        variables.bind(0);
        if let Some(ty) = variables.types.first_mut() {
            *ty = Some(Type::Cell);
        }
        variables
    }

    /// Demands that a variable has been seen, or is the next new one.
    fn number(&mut self, term: &Term) -> TermCheck<()> {
        let Some(number) = variable(term).map(usize::from) else { return Ok(()) };
        if number > self.count {
            return Err(Fault::VariableNumbering);
        }
        self.count = self.count.max(number + 1);
        Ok(())
    }

    /// Gives each term the type of its column.
    fn typed(
        &mut self,
        terms: &[Term],
        columns: impl ExactSizeIterator<Item = Type>,
        scope: &Scope<'_>,
    ) -> TermCheck<()> {
        if terms.len() != columns.len() {
            return Err(Fault::TermCount);
        }
        for (term, wanted) in terms.iter().zip(columns) {
            self.number(term)?;
            if let Some(slot) = variable(term).and_then(|number| self.types.get_mut(usize::from(number))) {
                slot.get_or_insert(wanted);
            }
            if self.ty(term, scope)? != wanted {
                return Err(Fault::Type);
            }
        }
        Ok(())
    }

    /// The type of a term that may stand in this scope.
    fn ty(&self, term: &Term, scope: &Scope<'_>) -> TermCheck<Type> {
        match term {
            Term::Variable(variable) => {
                let known = self.types.get(usize::from(*variable)).copied().flatten();
                known.ok_or(Fault::Unbound { variable: *variable })
            }
            Term::Value(constant) => value(constant),
            Term::Epoch => Ok(Type::Int),
            Term::Segment(_) if scope.goal.is_none() => Err(Fault::GoalOnly),
            Term::Segment(segment) if *segment >= scope.artifact.limits.segments => Err(Fault::SegmentNumber),
            Term::Segment(_) => Ok(Type::Text),
        }
    }

    /// Whether this bound it for the first time.
    fn bind(&mut self, variable: u8) -> bool {
        let slot = self.bound.get_mut(usize::from(variable));
        slot.is_some_and(|slot| !std::mem::replace(slot, true))
    }

    fn is_bound(&self, variable: u8) -> bool {
        self.bound.get(usize::from(variable)).copied().unwrap_or(false)
    }

    fn bound_term(&self, term: &Term) -> TermCheck<()> {
        match variable(term) {
            Some(variable) if !self.is_bound(variable) => Err(Fault::Unbound { variable }),
            Some(_) | None => Ok(()),
        }
    }
}
