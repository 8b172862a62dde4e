//! A refusal in the words of the policy: the guard or the clauses that do not hold, and the nearest missing facts.

use crate::derive::{Lacking, MissingFact, Unmet};
use dregg_air::source;
use dregg_artifact::{Artifact, ClassKind, Literal, Path, Permission, PolicyClass, Term, Value};
use dregg_commit::{Digest, relation_element, value_elements};

/// Why a request that was denied has no proof, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The name of the reason, as a decision has it: `NoRoute`, `Guard`, `NoClause` or `Clause`.
    pub reason: &'static str,
    /// The rules that do not hold, as the policy writes them: one guard, or all clauses.
    pub needed: Vec<String>,
    /// Facts that some rule lacked, those first whose rules lacked least else. What the policy does not name is written as
    /// a digest.
    pub missing: Vec<String>,
}

impl Refusal {
    /// What is unmet of a request.
    pub fn new(artifact: &Artifact, permission: Permission, path: &str, unmet: &Unmet) -> Refusal {
        let words = Words { artifact, path };
        let missing = unmet.facts.iter().filter_map(|fact| words.fact(fact)).collect();
        let (reason, needed) = needed(artifact, permission, path, unmet);
        Refusal { reason, needed, missing }
    }
}

fn needed(
    artifact: &Artifact,
    permission: Permission,
    path: &str,
    unmet: &Unmet,
) -> (&'static str, Vec<String>) {
    let Some((number, class)) = class(artifact, path) else { return ("NoRoute", Vec::new()) };
    let access = class.access_for(permission);
    let texts = artifact.texts.classes.get(number as usize);
    let texts = texts.and_then(|texts| texts.get(permission.ordinal())).cloned().unwrap_or_default();
    let guards = access.guards.len();
    match unmet.lacking(access) {
        Lacking::Guard(guard) => ("Guard", texts.into_iter().skip(guard as usize).take(1).collect()),
        Lacking::Clauses => ("NoClause", Vec::new()),
        Lacking::Clause => ("Clause", texts.into_iter().skip(guards).collect()),
    }
}

/// The class that decides about a path: that of the target of a redirect.
fn class<'a>(artifact: &'a Artifact, path: &str) -> Option<(u32, &'a PolicyClass)> {
    let found = |text: &str| {
        let path = Path::parse(text, &artifact.limits).ok()?;
        let number = artifact.dfa.classify(path)?;
        Some((number, artifact.classes.get(number as usize)?))
    };
    let (number, class) = found(path)?;
    match class.kind {
        ClassKind::Redirect(redirect) => found(&artifact.redirects.get(redirect as usize)?.to),
        ClassKind::Route | ClassKind::Gateway(_) => Some((number, class)),
    }
}

/// What digests stand for, as far as policy and path tell.
struct Words<'a> {
    artifact: &'a Artifact,
    path: &'a str,
}

impl Words<'_> {
    /// A fact as text. `None` for what has no name.
    fn fact(&self, fact: &MissingFact) -> Option<String> {
        if fact.source == source::STAKE {
            return Some("a large enough stake of the caller".to_owned());
        }
        let relations = &self.artifact.relations;
        let relation = relations.iter().find(|relation| relation_element(relation) == fact.predicate)?;
        let arguments = relation.columns.iter().zip(&fact.arguments);
        let arguments: Vec<String> = arguments
            .map(|(column, argument)| match argument {
                None => format!("some {}", column.name),
                Some(digest) => self.value(digest),
            })
            .collect();
        let absent = matches!(fact.source, source::ABSENT | source::ABSENT_LONG);
        let not = if absent { "not " } else { "" };
        Some(format!("{not}{}({})", relation.name, arguments.join(", ")))
    }

    fn value(&self, digest: &Digest) -> String {
        if let [int, 0, 0, 0] = digest.0 {
            return int.to_string();
        }
        let bytes = digest.to_bytes();
        if let Some((name, _)) = self.artifact.cells.iter().find(|(_, cell)| cell.0 == bytes) {
            return format!("@{}", name.trim_start_matches('@'));
        }
        match self.texts().find(|text| value_elements(&Value::Text((*text).to_owned())) == Some(*digest)) {
            Some(text) => format!("{text:?}"),
            None => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }

    /// The texts that the policy's rules and facts name, and the segments of the path.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let classes = self.artifact.classes.iter();
        let goals = classes.flat_map(|class| &class.access).flat_map(|access| &access.goals);
        let goals = goals.flat_map(|goal| &goal.rules).flat_map(|rule| &rule.body);
        let rules = self.artifact.predicates.iter().flat_map(|predicate| &predicate.rules);
        let literals = goals.chain(rules.flat_map(|rule| &rule.body));
        let terms = literals.flat_map(|literal| match literal {
            Literal::Relation { terms, .. } | Literal::Predicate { terms, .. } => terms.as_slice(),
            Literal::Compare { .. }
            | Literal::Member { .. }
            | Literal::Stake { .. }
            | Literal::Goal { .. } => &[],
        });
        let values = terms.filter_map(|term| match term {
            Term::Value(value) => Some(value),
            Term::Variable(_) | Term::Epoch | Term::Segment(_) => None,
        });
        let facts = self.artifact.facts.iter().flat_map(|fact| &fact.arguments);
        let named = values.chain(facts).filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::Cell(_) | Value::Int(_) => None,
        });
        named.chain(self.path.split('/').filter(|segment| !segment.is_empty()))
    }
}
