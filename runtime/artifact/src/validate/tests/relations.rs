//! Relations, names, writers, facts, cells.

use super::{accepted, refused, wild_cell};
use crate::sample::{DELEGATED, GRANTED, REVOKED, SPENT, cell, relation};
use crate::{Artifact, Fact, Fault, Place, Relation, Type, Value, Writer};

fn change(number: u32, change: impl FnOnce(&mut Relation)) -> impl FnOnce(&mut Artifact) {
    move |artifact| change(&mut artifact.relations[number as usize])
}

#[test]
fn names_are_printable_sorted_and_unique() {
    let place = Place::Relation(SPENT);
    refused(change(SPENT, |relation| relation.name = "granted".into()), place, Fault::Order);
    refused(change(SPENT, |relation| relation.name = "sp\u{1b}ent".into()), place, Fault::Name);
    refused(change(SPENT, |relation| relation.name = "spent".repeat(52)), place, Fault::Name);
    let unnamed = change(DELEGATED, |relation| relation.name = String::new());
    refused(unnamed, Place::Relation(DELEGATED), Fault::Name);
    let both = |artifact: &mut Artifact| artifact.predicates[1].name = "granted".into();
    refused(both, Place::Predicate(1), Fault::NameTwice);
    refused(|artifact| artifact.predicates.swap(0, 1), Place::Predicate(1), Fault::Order);
    refused(|artifact| artifact.predicates[0].name = String::new(), Place::Predicate(0), Fault::Name);
}

#[test]
fn columns_are_at_most_four_with_names_of_their_own() {
    let wide = change(SPENT, |relation| {
        let columns = ["a", "b", "c", "d", "e"].map(|name| (name, Type::Int));
        *relation = crate::sample::relation("spent", &columns, false, Writer::Council);
    });
    refused(wide, Place::Relation(SPENT), Fault::Arity);
    let twice = change(SPENT, |relation| relation.columns[1].name = "who".into());
    refused(twice, Place::Relation(SPENT), Fault::NameTwice);
    let unnamed = change(SPENT, |relation| relation.columns[1].name.clear());
    refused(unnamed, Place::Relation(SPENT), Fault::Name);
    let wide = |artifact: &mut Artifact| {
        let column = artifact.predicates[0].columns[0];
        artifact.predicates[0].columns = vec![column; 5];
    };
    refused(wide, Place::Predicate(0), Fault::Arity);
    let none = |artifact: &mut Artifact| {
        artifact.relations.push(relation("zero", &[], false, Writer::Council));
        artifact.facts.push(Fact { relation: 4, arguments: vec![] });
    };
    accepted(none);
}

#[test]
fn writers_are_cells_or_a_cell_column() {
    let place = Place::Relation(SPENT);
    let writer = |writer: Writer| change(SPENT, move |relation| relation.writer = writer);
    accepted(writer(Writer::Column(0)));
    accepted(writer(Writer::Cells(vec![])));
    refused(writer(Writer::Column(1)), place, Fault::Writer);
    refused(writer(Writer::Column(2)), place, Fault::Writer);
    refused(writer(Writer::Cells(vec![cell(2), cell(1)])), place, Fault::Order);
    refused(writer(Writer::Cells(vec![cell(1), cell(1)])), place, Fault::Order);
    refused(writer(Writer::Cells(vec![wild_cell()])), place, Fault::Cell);
}

#[test]
fn facts_are_public_typed_sorted_and_unique() {
    let fact = |at: usize, relation: u32, arguments: Vec<Value>| {
        move |artifact: &mut Artifact| artifact.facts[at] = Fact { relation, arguments }
    };
    let (ann, int, text) = (Value::Cell(cell(1)), Value::Int(1), Value::Text("x".into()));
    let held = vec![ann.clone(), ann.clone(), text.clone(), int.clone()];
    refused(fact(0, DELEGATED, held), Place::Fact(0), Fault::HeldFact);
    refused(fact(2, 4, vec![]), Place::Fact(2), Fault::Reference { what: "relation", number: 4 });
    refused(fact(2, SPENT, vec![ann.clone()]), Place::Fact(2), Fault::TermCount);
    refused(fact(2, SPENT, vec![ann.clone(), text.clone()]), Place::Fact(2), Fault::Type);
    refused(fact(2, SPENT, vec![ann.clone(), Value::Int(1 << 56)]), Place::Fact(2), Fault::Int);
    refused(fact(2, SPENT, vec![Value::Cell(wild_cell()), int]), Place::Fact(2), Fault::Cell);
    refused(fact(2, REVOKED, vec![Value::Text("x".repeat(256))]), Place::Fact(2), Fault::TextLength);
    accepted(fact(2, REVOKED, vec![Value::Text("x".repeat(255))]));
    refused(|artifact| artifact.facts.swap(0, 1), Place::Fact(1), Fault::Order);
    refused(|artifact| artifact.facts[1] = artifact.facts[0].clone(), Place::Fact(1), Fault::Order);
    refused(fact(0, GRANTED, vec![Value::Cell(cell(9)), text]), Place::Fact(1), Fault::Order);
}

#[test]
fn named_cells_are_canonical_and_sorted() {
    refused(|artifact| artifact.cells.swap(0, 1), Place::Cell(1), Fault::Order);
    refused(|artifact| artifact.cells[1].0 = "acme".into(), Place::Cell(1), Fault::Order);
    refused(|artifact| artifact.cells[0].0 = String::new(), Place::Cell(0), Fault::Name);
    refused(|artifact| artifact.cells[0].1 = wild_cell(), Place::Cell(0), Fault::Cell);
    accepted(|artifact| artifact.cells[1].1 = artifact.cells[0].1);
}
