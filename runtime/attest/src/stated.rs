//! Facts as the files of this crate hold them: by name, so that they need no artifact to be read.

use crate::error::FactFault;
use crate::hexadecimal;
use dregg_artifact::value::TEXT_BYTES;
use dregg_artifact::{Artifact, CellId, Fact, Type, Value};
use dregg_commit::FactElements;
use serde::{Deserialize, Serialize};

/// An argument: an integer, a text, or a cell as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Argument {
    /// An integer.
    Int(u64),
    /// A text or a cell.
    Text(String),
}

/// A fact by the name of its relation, as in `FACTS.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedFact {
    /// The relation.
    pub relation: String,
    /// One argument a column.
    pub args: Vec<Argument>,
}

impl StatedFact {
    /// A fact of this policy by name. `None` if there is no such relation.
    pub fn of(artifact: &Artifact, fact: &Fact) -> Option<StatedFact> {
        let relation = artifact.relations.get(fact.relation as usize)?.name.clone();
        Some(StatedFact { relation, args: StatedFact::arguments(fact) })
    }

    /// The arguments of a fact.
    pub(crate) fn arguments(fact: &Fact) -> Vec<Argument> {
        let argument = |value: &Value| match value {
            Value::Cell(cell) => Argument::Text(hexadecimal::write(&cell.0)),
            Value::Text(text) => Argument::Text(text.clone()),
            Value::Int(int) => Argument::Int(*int),
        };
        fact.arguments.iter().map(argument).collect()
    }

    /// The fact as this policy types it.
    ///
    /// # Errors
    /// [`FactFault`] if the policy has no such relation, or it has other columns.
    pub fn typed(&self, artifact: &Artifact) -> Result<Fact, FactFault> {
        let named = (0u32..).zip(&artifact.relations).find(|(_, relation)| relation.name == self.relation);
        let (number, relation) =
            named.ok_or_else(|| FactFault::Unknown { relation: self.relation.clone() })?;
        let columns = || FactFault::Columns { relation: self.relation.clone() };
        if relation.columns.len() != self.args.len() {
            return Err(columns());
        }
        let value = |(column, argument): (&dregg_artifact::Column, &Argument)| match (column.ty, argument) {
            (Type::Cell, Argument::Text(digits)) => {
                CellId::from_hex(digits).filter(CellId::is_canonical).map(Value::Cell)
            }
            (Type::Text, Argument::Text(text)) => {
                (text.len() <= TEXT_BYTES).then(|| Value::Text(text.clone()))
            }
            (Type::Int, Argument::Int(int)) => Some(Value::Int(*int)),
            (Type::Int, Argument::Text(_)) | (Type::Cell | Type::Text, Argument::Int(_)) => None,
        };
        let arguments: Option<Vec<Value>> = relation.columns.iter().zip(&self.args).map(value).collect();
        let arguments = arguments.ok_or_else(columns)?;
        // The elements exist only of values in range.
        FactElements::new(relation, &arguments).ok_or_else(columns)?;
        Ok(Fact { relation: number, arguments })
    }
}
