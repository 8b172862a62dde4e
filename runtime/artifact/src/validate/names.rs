//! Relations with their writers, named cells, and the facts the policy states.

use super::rules::{TermCheck, value};
use super::{ascending, cell_set, ensure, numbered};
use crate::artifact::Artifact;
use crate::error::{DecodeError, Fault, Place};
use crate::limits::Limits;
use crate::relation::{Relation, Visibility, Writer};
use crate::value::{TEXT_BYTES, Type};
use std::cmp::Ordering;

pub(super) fn validate(artifact: &Artifact) -> Result<(), DecodeError> {
    ascending(&artifact.relations, |relation| &relation.name, Place::Relation)?;
    ascending(&artifact.predicates, |predicate| &predicate.name, Place::Predicate)?;
    for (number, relation) in numbered(&artifact.relations) {
        check_relation(relation, Place::Relation(number))?;
    }
    for (number, predicate) in numbered(&artifact.predicates) {
        let place = Place::Predicate(number);
        ensure(is_name(&predicate.name), Fault::Name, place)?;
        ensure(predicate.columns.len() <= Limits::ARITY, Fault::Arity, place)?;
    }
    unique_among_both(artifact)?;
    ascending(&artifact.cells, |(name, _)| name, Place::Cell)?;
    for (number, (name, cell)) in numbered(&artifact.cells) {
        ensure(is_name(name), Fault::Name, Place::Cell(number))?;
        ensure(cell.is_canonical(), Fault::Cell, Place::Cell(number))?;
    }
    facts(artifact)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= TEXT_BYTES && !name.chars().any(char::is_control)
}

fn check_relation(relation: &Relation, place: Place) -> Result<(), DecodeError> {
    ensure(is_name(&relation.name), Fault::Name, place)?;
    ensure(relation.columns.len() <= Limits::ARITY, Fault::Arity, place)?;
    for (at, column) in relation.columns.iter().enumerate() {
        ensure(is_name(&column.name), Fault::Name, place)?;
        let before = relation.columns.iter().take(at);
        ensure(before.into_iter().all(|other| other.name != column.name), Fault::NameTwice, place)?;
    }
    match &relation.writer {
        Writer::Council => Ok(()),
        Writer::Cells(cells) => cell_set(cells, place),
        Writer::Column(column) => {
            let column = relation.columns.get(usize::from(*column));
            ensure(column.is_some_and(|column| column.ty == Type::Cell), Fault::Writer, place)
        }
    }
}

/// Walks both sorted lists at once.
fn unique_among_both(artifact: &Artifact) -> Result<(), DecodeError> {
    let mut relations = artifact.relations.iter().peekable();
    for (number, predicate) in numbered(&artifact.predicates) {
        while let Some(relation) = relations.peek() {
            match relation.name.cmp(&predicate.name) {
                Ordering::Less => relations.next(),
                Ordering::Equal => return Err(Fault::NameTwice.at(Place::Predicate(number))),
                Ordering::Greater => break,
            };
        }
    }
    Ok(())
}

fn facts(artifact: &Artifact) -> Result<(), DecodeError> {
    ascending(&artifact.facts, |fact| fact, Place::Fact)?;
    for (number, fact) in numbered(&artifact.facts) {
        let place = Place::Fact(number);
        let relation = artifact.relations.get(fact.relation as usize);
        let relation =
            relation.ok_or(Fault::Reference { what: "relation", number: fact.relation }.at(place))?;
        ensure(relation.visibility == Visibility::Public, Fault::HeldFact, place)?;
        ensure(relation.columns.len() == fact.arguments.len(), Fault::TermCount, place)?;
        for (argument, column) in fact.arguments.iter().zip(&relation.columns) {
            value(argument).and_then(|ty| same(ty, column.ty)).map_err(|fault| fault.at(place))?;
        }
    }
    Ok(())
}

fn same(found: Type, wanted: Type) -> TermCheck<()> {
    if found == wanted { Ok(()) } else { Err(Fault::Type) }
}
