//! A fact that a proof would have needed, in the words of the policy.

use dregg_air::source;
use dregg_commit::{Digest, relation_element, value_elements};
use dregg_prove::derive::MissingFact;
use dregg_runtime::{Policy, Value};

/// The fact as text; values that the policy does not name are digests. `None` for what has no name.
pub fn text(policy: &Policy, fact: &MissingFact) -> Option<String> {
    if fact.source == source::STAKE {
        return Some("a stake of the caller".to_owned());
    }
    let artifact = policy.artifact();
    let relation = artifact.relations.iter().find(|relation| relation_element(relation) == fact.predicate)?;
    let arguments = relation.columns.iter().zip(&fact.arguments);
    let arguments = arguments.map(|(column, argument)| match argument {
        None => format!("some {}", column.name),
        Some(digest) => value(policy, digest),
    });
    let arguments: Vec<String> = arguments.collect();
    let absent = matches!(fact.source, source::ABSENT | source::ABSENT_LONG);
    let not = if absent { "not " } else { "" };
    Some(format!("{not}{}({})", relation.name, arguments.join(", ")))
}

fn value(policy: &Policy, digest: &Digest) -> String {
    let artifact = policy.artifact();
    if let [int, 0, 0, 0] = digest.0 {
        return int.to_string();
    }
    let bytes = digest.to_bytes();
    if let Some((name, _)) = artifact.cells.iter().find(|(_, cell)| cell.0 == bytes) {
        return format!("@{}", name.trim_start_matches('@'));
    }
    match texts(policy).find(|text| value_elements(&Value::Text((*text).to_owned())) == Some(*digest)) {
        Some(text) => format!("{text:?}"),
        None => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// The texts that the policy's rules and facts name.
fn texts(policy: &Policy) -> impl Iterator<Item = &str> {
    use dregg_artifact::{Literal, Term};
    let artifact = policy.artifact();
    let goals = artifact.classes.iter().flat_map(|class| &class.access).flat_map(|access| &access.goals);
    let goal_literals = goals.flat_map(|goal| &goal.rules).flat_map(|rule| &rule.body);
    let rules = artifact.predicates.iter().flat_map(|predicate| &predicate.rules);
    let literals = goal_literals.chain(rules.flat_map(|rule| &rule.body));
    let terms = literals.flat_map(|literal| match literal {
        Literal::Relation { terms, .. } | Literal::Predicate { terms, .. } => terms.as_slice(),
        Literal::Compare { .. } | Literal::Member { .. } | Literal::Stake { .. } | Literal::Goal { .. } => {
            &[]
        }
    });
    let named = terms.filter_map(|term| match term {
        Term::Value(Value::Text(text)) => Some(text.as_str()),
        Term::Value(Value::Cell(_) | Value::Int(_)) | Term::Variable(_) | Term::Epoch | Term::Segment(_) => {
            None
        }
    });
    let facts = artifact.facts.iter().flat_map(|fact| &fact.arguments).filter_map(|value| match value {
        Value::Text(text) => Some(text.as_str()),
        Value::Cell(_) | Value::Int(_) => None,
    });
    named.chain(facts)
}
