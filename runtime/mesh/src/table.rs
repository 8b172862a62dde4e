//! Tables that gateways publish: what makes one, and decisions by it.
//!
//! A table is a compiled policy of its own. It only ever takes away: the gateway's envelope decides too.

use crate::decide::Shown;
use dregg_artifact::{Artifact, Fact, Literal, PolicyRoot, Predicate, Relation, Rule, Segment, Service};
use dregg_commit::{Digest, record};
use dregg_runtime::{Decision, Facts, Needed, Policy, Request};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;

/// Why a table is none for its gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableFault {
    /// It is no artifact; the message says why.
    Unreadable(String),
    /// A route is not at or below the gateway's prefix, by whole segments.
    Outside {
        /// The route's number.
        route: usize,
    },
    /// It has gateways, redirects, tombstones or a council of its own.
    Governs,
    /// It has a relation that the policy does not have, or has otherwise.
    Relation {
        /// Its name.
        name: String,
    },
    /// It has a predicate that the policy does not have, or has otherwise.
    Predicate {
        /// Its name.
        name: String,
    },
    /// It states a fact that the policy does not state.
    States,
}

impl TableFault {
    /// The name of the reason.
    pub fn name(&self) -> &'static str {
        match self {
            TableFault::Unreadable(_) => "TableUnreadable",
            TableFault::Outside { .. } => "TableOutside",
            TableFault::Governs => "TableGoverns",
            TableFault::Relation { .. } => "TableRelation",
            TableFault::Predicate { .. } => "TablePredicate",
            TableFault::States => "TableStates",
        }
    }
}

impl fmt::Display for TableFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableFault::Unreadable(message) => write!(f, "the table is no artifact: {message}"),
            TableFault::Outside { route } => write!(f, "route {route} of the table is not below the gateway"),
            TableFault::Governs => {
                f.write_str("a table has no gateways, redirects, tombstones or council of its own")
            }
            TableFault::Relation { name } => write!(f, "the policy has no such relation `{name}`"),
            TableFault::Predicate { name } => write!(f, "the policy has no such predicate `{name}`"),
            TableFault::States => f.write_str("a table states no facts of its own"),
        }
    }
}

/// Reads a table and checks it against its policy and gateway.
pub(crate) fn read(bytes: &[u8], base: &Artifact, prefix: &str) -> Result<Policy, TableFault> {
    let policy = Policy::load(bytes).map_err(|error| TableFault::Unreadable(error.to_string()))?;
    let table = policy.artifact();
    let own = !table.gateways.is_empty() || !table.redirects.is_empty() || !table.tombstones.is_empty();
    if own || table.governance.is_some() {
        return Err(TableFault::Governs);
    }
    let prefix: Vec<&str> = prefix.split('/').filter(|segment| !segment.is_empty()).collect();
    let outside = table.routes.iter().position(|route| {
        let segments = &route.pattern.segments;
        let literal = |(segment, text): (&Segment, &&str)| *segment == Segment::Literal((*text).to_owned());
        segments.len() < prefix.len() || !segments.iter().zip(&prefix).all(literal)
    });
    if let Some(route) = outside {
        return Err(TableFault::Outside { route });
    }
    let numbers = Numbers::new(table, base)?;
    let missing = table.predicates.iter().find(|predicate| !numbers.has_predicate(base, predicate));
    if let Some(predicate) = missing {
        return Err(TableFault::Predicate { name: predicate.name.clone() });
    }
    let facts: BTreeSet<&Fact> = base.facts.iter().collect();
    let stated = |fact: &Fact| {
        let relation = numbers.relations.get(fact.relation as usize).copied();
        let fact = relation.map(|relation| Fact { relation, arguments: fact.arguments.clone() });
        fact.is_some_and(|fact| facts.contains(&fact))
    };
    if table.facts.iter().all(stated) { Ok(policy) } else { Err(TableFault::States) }
}

/// The policy's numbers of what a table names by its own.
struct Numbers {
    relations: Vec<u32>,
    predicates: Vec<u32>,
}

impl Numbers {
    fn new(table: &Artifact, base: &Artifact) -> Result<Numbers, TableFault> {
        let relation = |own: &Relation| {
            let found = (0u32..).zip(&base.relations).find(|(_, relation)| *relation == own);
            let missing = || TableFault::Relation { name: own.name.clone() };
            found.map(|(number, _)| number).ok_or_else(missing)
        };
        let predicate = |own: &Predicate| {
            let found = (0u32..).zip(&base.predicates).find(|(_, predicate)| predicate.name == own.name);
            let missing = || TableFault::Predicate { name: own.name.clone() };
            found.map(|(number, _)| number).ok_or_else(missing)
        };
        Ok(Numbers {
            relations: table.relations.iter().map(relation).collect::<Result<_, _>>()?,
            predicates: table.predicates.iter().map(predicate).collect::<Result<_, _>>()?,
        })
    }

    /// Whether the policy has the predicate by the same rules.
    fn has_predicate(&self, base: &Artifact, predicate: &Predicate) -> bool {
        let there = base.predicates.iter().find(|other| other.name == predicate.name);
        let Some(there) = there.filter(|other| other.columns == predicate.columns) else { return false };
        let renumbered: Option<BTreeSet<Rule>> = predicate.rules.iter().map(|rule| self.rule(rule)).collect();
        renumbered == Some(there.rules.iter().cloned().collect())
    }

    fn rule(&self, rule: &Rule) -> Option<Rule> {
        let body = rule.body.iter().cloned().map(|literal| self.literal(literal));
        Some(Rule { head: rule.head.clone(), body: body.collect::<Option<_>>()? })
    }

    fn literal(&self, literal: Literal) -> Option<Literal> {
        Some(match literal {
            Literal::Relation { relation, terms, negated } => {
                Literal::Relation { relation: *self.relations.get(relation as usize)?, terms, negated }
            }
            Literal::Predicate { predicate, terms } => {
                Literal::Predicate { predicate: *self.predicates.get(predicate as usize)?, terms }
            }
            Literal::Compare { .. }
            | Literal::Member { .. }
            | Literal::Stake { .. }
            | Literal::Goal { .. } => literal,
        })
    }
}

/// A published table in one epoch.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) policy: Policy,
    root: PolicyRoot,
    /// The epoch's public facts as the table types them; made by the first decision.
    facts: OnceLock<Facts>,
}

impl Table {
    pub(crate) fn new(policy: Policy) -> Table {
        Table { root: policy.artifact().policy_root(), policy, facts: OnceLock::new() }
    }

    /// The same table in an epoch of other facts.
    pub(crate) fn again(&self) -> Table {
        Table { policy: self.policy.clone(), root: self.root, facts: OnceLock::new() }
    }

    /// The leaf under the registry root. SPEC: `docs/mesh.md`, "Registry leaves".
    pub(crate) fn leaf(&self, prefix: &str) -> Digest {
        let mut bytes = vec![2];
        bytes.extend((prefix.len() as u64).to_le_bytes());
        bytes.extend(prefix.as_bytes());
        bytes.extend(self.root.0);
        record::registry_entry(&bytes)
    }

    /// The services that the table lists at a path.
    pub(crate) fn services(&self, path: &str) -> &[Service] {
        let found = self.policy.classify(path).ok().flatten();
        let class = found.and_then(|found| self.policy.artifact().classes.get(found.class as usize));
        class.map_or(&[], |class| &class.services)
    }

    /// Decides by the table alone. `base` is the policy whose facts `public` and `shown` hold.
    pub(crate) fn decide(
        &self,
        request: &Request<'_>,
        base: &Artifact,
        public: &BTreeSet<Fact>,
        shown: &Shown<'_>,
    ) -> Decision {
        let epoch = self.facts.get_or_init(|| {
            let mut facts = Facts::new(&self.policy);
            base.facts.iter().chain(public).for_each(|fact| state(&mut facts, base, fact));
            facts
        });
        let decision = if shown.held.is_empty() && shown.stake.is_none() {
            self.policy.decide(request, epoch)
        } else {
            let mut facts = epoch.clone();
            shown.held.iter().for_each(|fact| state(&mut facts, base, fact));
            shown.stake(&mut facts);
            self.policy.decide(request, &facts)
        };
        match decision {
            Decision::Allow { .. } => decision,
            // What would be needed is numbered by the table, not by the policy.
            Decision::Deny { reason, .. } => Decision::Deny { reason, needed: Needed::Nothing },
        }
    }
}

/// Adds a fact of the policy, if the table has its relation.
fn state(facts: &mut Facts, base: &Artifact, fact: &Fact) {
    if let Some(relation) = base.relations.get(fact.relation as usize) {
        // A relation that the table does not use is none of it; there are no other reasons.
        let _ = facts.assert(&relation.name, fact.arguments.clone());
    }
}
