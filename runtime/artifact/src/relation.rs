//! Base relations, who may write them, and the facts a policy states itself.

use crate::value::{CellId, Type, Value};

/// Who can see a relation's facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visibility {
    /// Under the facts root, in clear.
    Public,
    /// A secret of whoever holds its opening.
    Held,
}

/// Who may state a fact of a relation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writer {
    /// The council, by its threshold.
    Council,
    /// Any one of these cells (sorted, without duplicates).
    Cells(Vec<CellId>),
    /// The cell in this column.
    Column(u8),
}

/// A column of a relation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    /// Its name, for people and `FACTS.json`.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// A base relation. Relations are sorted by name in an artifact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// Its name, unique among relations and predicates.
    pub name: String,
    /// Its columns, at most [`crate::Limits::ARITY`].
    pub columns: Vec<Column>,
    /// Who can see it.
    pub visibility: Visibility,
    /// Who may write it.
    pub writer: Writer,
}

/// A fact: a relation by number and one value a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact {
    /// The relation's number.
    pub relation: u32,
    /// The arguments.
    pub arguments: Vec<Value>,
}
