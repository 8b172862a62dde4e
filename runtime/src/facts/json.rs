//! `FACTS.json`: `{"facts":[{"relation":"granted","args":["@alice","tier2"]}],"stakes":{"@alice":12000}}`.
//!
//! Cells are `@name` of the policy or 64 hexadecimal digits, texts are strings, integers are JSON integers. Unknown
//! fields are refused. serde_json bounds the depth.

use super::Facts;
use super::error::{FactError, FactProblem};
use crate::policy::{Named, Policy};
use dregg_artifact::{Column, Type, Value};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    facts: Vec<Object<Entry>>,
    #[serde(default)]
    stakes: Stakes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    relation: String,
    args: Vec<Argument>,
}

/// An object and nothing else: by itself serde also takes a list of a struct's fields.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

/// An argument as JSON has it; what fits no column is told with the column's name, so it is no error yet.
enum Argument {
    Int(u64),
    Text(String),
    Other,
}

impl<'de> Deserialize<'de> for Argument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Argument;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an integer")
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Argument, E> {
                Ok(Argument::Int(number))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Argument, E> {
                Ok(Argument::Text(text.to_owned()))
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<Argument, E> {
                Ok(Argument::Other)
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<Argument, E> {
                Ok(Argument::Other)
            }
            fn visit_bool<E: Error>(self, _: bool) -> Result<Argument, E> {
                Ok(Argument::Other)
            }
            fn visit_unit<E: Error>(self) -> Result<Argument, E> {
                Ok(Argument::Other)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Argument, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Argument::Other)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Argument, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Argument::Other)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// The stakes in order; a map would lose a second entry of one cell.
#[derive(Default)]
struct Stakes(Vec<(String, u64)>);

impl<'de> Deserialize<'de> for Stakes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Stakes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of cells and integers")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Stakes, A::Error> {
                let mut stakes = Vec::new();
                while let Some(entry) = map.next_entry::<String, u64>()? {
                    stakes.push(entry);
                }
                Ok(Stakes(stakes))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

pub(super) fn facts(policy: &Policy, text: &str) -> Result<Facts, FactError> {
    let Object::<File>(file) =
        serde_json::from_str(text).map_err(|error| FactError::Json(error.to_string()))?;
    let mut facts = Facts::new(policy);
    for (index, Object(entry)) in file.facts.into_iter().enumerate() {
        let wrong = |problem| FactError::Fact { index, problem };
        let columns = match policy.named(&entry.relation) {
            Some(Named::Relation(number)) => {
                policy.relation(number).map_or(&[][..], |relation| &relation.columns)
            }
            // Asserting says what is wrong with the name.
            Some(Named::Predicate) | None => &[],
        };
        let values: Result<Vec<Value>, FactProblem> = if columns.len() == entry.args.len() {
            columns.iter().zip(entry.args).map(|(column, argument)| value(policy, column, argument)).collect()
        } else {
            Ok(entry.args.iter().map(|_| Value::Int(0)).collect())
        };
        facts.assert(&entry.relation, values.map_err(wrong)?).map_err(wrong)?;
    }
    let mut seen = BTreeSet::new();
    for (name, amount) in file.stakes.0 {
        let wrong = |problem| FactError::Stake { cell: name.clone(), problem };
        let unknown = || FactProblem::Cell { column: "stakes".to_owned() };
        let cell = policy.cell(&name).ok_or_else(unknown).map_err(wrong)?;
        if !seen.insert(cell) {
            return Err(wrong(FactProblem::StakeTwice { cell: name.clone() }));
        }
        facts.stake(cell, amount).map_err(wrong)?;
    }
    Ok(facts)
}

fn value(policy: &Policy, column: &Column, argument: Argument) -> Result<Value, FactProblem> {
    let wrong = || FactProblem::Type { column: column.name.clone(), expected: column.ty };
    match (column.ty, argument) {
        (Type::Cell, Argument::Text(text)) => match policy.cell(&text) {
            Some(cell) => Ok(Value::Cell(cell)),
            None => Err(FactProblem::Cell { column: column.name.clone() }),
        },
        (Type::Text, Argument::Text(text)) => Ok(Value::Text(text)),
        (Type::Int, Argument::Int(number)) => Ok(Value::Int(number)),
        (Type::Cell | Type::Text, Argument::Int(_) | Argument::Other)
        | (Type::Int, Argument::Text(_) | Argument::Other) => Err(wrong()),
    }
}
