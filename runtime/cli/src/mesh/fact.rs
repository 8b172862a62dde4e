//! `dregg fact assert|retract|list`: public facts.

use super::{Actor, answered, cell, print, receipt, run as wait, told};
use crate::Format;
use crate::input::Failure;
use dregg_artifact::{Artifact, Type};
use dregg_grammar::ast::{Item, TermKind};
use dregg_grammar::{SourceMap, parse};
use dregg_sdk::{Argument, StatedFact};
use serde_json::{Value, json};

/// What to do with facts.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// State facts, which count from the next epoch on.
    Assert(Facts),
    /// Take facts back, from the next epoch on.
    Retract(Facts),
    /// Show the facts, and what will change.
    List(List),
}

#[derive(clap::Args)]
struct Facts {
    /// The facts, as a policy writes them: 'granted(@alice, "tier2")'.
    #[arg(required = true)]
    facts: Vec<String>,
    #[command(flatten)]
    actor: Actor,
}

#[derive(clap::Args)]
struct List {
    #[command(flatten)]
    actor: Actor,
}

/// Does it.
///
/// # Errors
/// What is no fact of the policy, or a node that cannot be reached.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    match &arguments.what {
        What::Assert(facts) => change(facts, format, true),
        What::Retract(facts) => change(facts, format, false),
        What::List(list) => {
            let clerk = list.actor.clerk()?;
            let asked = wait(async { Ok(clerk.question(&json!({ "ask": "facts" })).await) })?;
            let object = match asked {
                Ok(object) => object,
                Err(error) => return answered(error, format),
            };
            let mut lines = Vec::new();
            for (name, sign) in [("current", " "), ("asserted", "+"), ("retracted", "-")] {
                let facts = object.get(name).and_then(Value::as_array);
                lines.extend(facts.into_iter().flatten().map(|fact| format!("{sign} {}", written(fact))));
            }
            print(format, &object, &lines)
        }
    }
}

fn change(facts: &Facts, format: Format, asserted: bool) -> Result<u8, Failure> {
    let clerk = facts.actor.clerk()?;
    let done = wait(async {
        let (_, artifact) = clerk.root().await.map_err(told)?;
        let stated: Result<Vec<StatedFact>, Failure> =
            facts.facts.iter().map(|text| read(text, &artifact)).collect();
        let stated = stated?;
        Ok(if asserted { clerk.assert_facts(stated).await } else { clerk.retract_facts(stated).await })
    })?;
    let verb = if asserted { "asserted" } else { "retracted" };
    receipt(done, format, &format!("{verb} {} from the next epoch on", facts.facts.join(", ")))
}

/// A fact as a policy writes it.
///
/// # Errors
/// A message: no fact, or none of this policy.
pub fn read(text: &str, artifact: &Artifact) -> Result<StatedFact, Failure> {
    let wrong = |reason: &str| Failure::Message(format!("`{text}`: {reason}"));
    let mut sources = SourceMap::default();
    let source = sources.add("fact".to_owned(), format!("fact {text};"));
    let written = format!("fact {text};");
    let parsed = parse(source, &written);
    if let Some(error) = parsed.diagnostics.iter().find(|one| one.is_error()) {
        return Err(wrong(&error.message));
    }
    let mut items = parsed.module.items.into_iter();
    let (Some(Item::Fact(fact)), None) = (items.next(), items.next()) else {
        return Err(wrong("this is no fact"));
    };
    let relation = fact.call.name.node;
    let args = fact.call.arguments.into_iter().map(|term| match term.node {
        TermKind::Text(text) => Ok(Argument::Text(text)),
        TermKind::Int(int) => Ok(Argument::Int(int)),
        TermKind::Cell(name) => Ok(Argument::Text(cell(&format!("@{name}"), artifact)?.to_hex())),
        TermKind::Name(_) | TermKind::Epoch | TermKind::In(_) => Err(wrong("a fact has constants only")),
    });
    let mut args = args.collect::<Result<Vec<Argument>, Failure>>()?;
    // A cell without a name is written as a text of 64 digits, with or without 0x.
    let declared = artifact.relations.iter().find(|declared| declared.name == relation);
    for (column, argument) in declared.iter().flat_map(|declared| &declared.columns).zip(&mut args) {
        if let (Type::Cell, Argument::Text(text)) = (column.ty, &*argument) {
            let digits = text.strip_prefix("0x").unwrap_or(text).to_owned();
            *argument = Argument::Text(digits);
        }
    }
    let stated = StatedFact { relation, args };
    stated.typed(artifact).map_err(|error| wrong(&error.to_string()))?;
    Ok(stated)
}

fn written(fact: &Value) -> String {
    let args = fact.get("args").and_then(Value::as_array);
    let args: Vec<String> = args.into_iter().flatten().map(Value::to_string).collect();
    format!("{}({})", fact.get("relation").and_then(Value::as_str).unwrap_or_default(), args.join(", "))
}
