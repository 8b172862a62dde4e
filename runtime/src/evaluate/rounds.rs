//! The immediate-consequence operator, applied `derivation_depth` times or until nothing is new.

use super::demand::Possible;
use super::join::{Bindings, variable};
use super::values::Values;
use super::{DERIVED_TUPLES, Exceeded};
use crate::facts::{Facts, Row};
use dregg_artifact::{Artifact, Literal, Predicate, Rule};
use std::collections::{BTreeMap, BTreeSet};

/// What is derived of a predicate.
#[derive(Default)]
struct Extension {
    /// All tuples of rounds before this one.
    all: BTreeSet<Row>,
    /// Those of the round before this one.
    latest: BTreeSet<Row>,
}

/// The derived tuples by predicate.
pub(super) type Derived = BTreeMap<u32, BTreeSet<Row>>;

/// Derives everything of height up to the policy's bound.
pub(super) fn run(
    artifact: &Artifact,
    reachable: &BTreeSet<u32>,
    possible: &Possible,
    facts: &Facts,
    values: &mut Values<'_>,
) -> Result<Derived, Exceeded> {
    let mut extensions: BTreeMap<u32, Extension> =
        reachable.iter().map(|number| (*number, Extension::default())).collect();
    let mut total = 0usize;
    for round in 1..=artifact.limits.derivation_depth {
        let mut fresh: BTreeMap<u32, BTreeSet<Row>> = BTreeMap::new();
        for number in reachable {
            let Some(predicate) = artifact.predicates.get(*number as usize) else { continue };
            let known = extensions.get(number).map(|extension| &extension.all);
            let mut found = BTreeSet::new();
            for rule in &predicate.rules {
                let body =
                    Body { number: *number, predicate, rule, facts, possible, extensions: &extensions };
                found.extend(body.derive(round == 1, values)?);
            }
            found.retain(|tuple| !known.is_some_and(|known| known.contains(tuple)));
            total = total.saturating_add(found.len());
            if total > DERIVED_TUPLES {
                return Err(Exceeded);
            }
            fresh.insert(*number, found);
        }
        let anything = fresh.values().any(|tuples| !tuples.is_empty());
        for (number, tuples) in fresh {
            let extension = extensions.entry(number).or_default();
            extension.all.extend(tuples.iter().copied());
            extension.latest = tuples;
        }
        if !anything {
            break;
        }
    }
    Ok(extensions.into_iter().map(|(number, extension)| (number, extension.all)).collect())
}

/// A rule with everything it is evaluated over.
struct Body<'a> {
    number: u32,
    predicate: &'a Predicate,
    rule: &'a Rule,
    facts: &'a Facts,
    possible: &'a Possible,
    extensions: &'a BTreeMap<u32, Extension>,
}

impl Body<'_> {
    /// The heads that follow in this round and could not follow before: in the first round from facts alone, later with
    /// at least one premise of the round before.
    fn derive(&self, first: bool, values: &mut Values<'_>) -> Result<Vec<Row>, Exceeded> {
        let premises: Vec<usize> = (self.rule.body.iter().enumerate())
            .filter(|(_, literal)| matches!(literal, Literal::Predicate { .. }))
            .map(|(place, _)| place)
            .collect();
        if premises.is_empty() {
            return if first { self.solve(None, values) } else { Ok(Vec::new()) };
        }
        let mut heads = Vec::new();
        if !first {
            for premise in premises {
                heads.extend(self.solve(Some(premise), values)?);
            }
        }
        Ok(heads)
    }

    /// Joins the premise of the round before first, if there is one, then the other positive literals in order.
    fn solve(&self, latest: Option<usize>, values: &mut Values<'_>) -> Result<Vec<Row>, Exceeded> {
        let is_filter = |literal: &Literal| match literal {
            Literal::Relation { negated, .. } => *negated,
            Literal::Compare { .. } => true,
            Literal::Predicate { .. } => false,
            // Never in a rule (the loader sees to it): such a rule then derives nothing.
            Literal::Member { .. } | Literal::Stake { .. } | Literal::Goal { .. } => true,
        };
        let mut pending: Vec<&Literal> = self.rule.body.iter().filter(|literal| is_filter(literal)).collect();
        let mut bindings = Bindings::start();
        let others = (0..self.rule.body.len()).filter(|place| Some(*place) != latest);
        for place in latest.into_iter().chain(others) {
            let Some(literal) = self.rule.body.get(place).filter(|literal| !is_filter(literal)) else {
                continue;
            };
            let (terms, tuples): (_, Vec<Row>) = match literal {
                Literal::Relation { relation, terms, .. } => {
                    (terms, self.facts.tuples(*relation).into_iter().flatten().copied().collect())
                }
                Literal::Predicate { predicate, terms } => {
                    let extension = self.extensions.get(predicate);
                    let set = extension.map(|e| if Some(place) == latest { &e.latest } else { &e.all });
                    (terms, set.into_iter().flatten().copied().collect())
                }
                Literal::Compare { .. }
                | Literal::Member { .. }
                | Literal::Stake { .. }
                | Literal::Goal { .. } => continue,
            };
            bindings.join(terms, &tuples, values)?;
            bindings.filter(&mut pending, self.facts, values);
            if bindings.is_empty() {
                return Ok(Vec::new());
            }
        }
        let nothing = BTreeSet::new();
        for (place, term) in self.rule.head.iter().enumerate() {
            let input = self.predicate.columns.get(place).is_some_and(|column| column.input);
            if let Some(unbound) = variable(term).filter(|one| input && !bindings.is_bound(*one)) {
                bindings.range(unbound, self.possible.get(&(self.number, place)).unwrap_or(&nothing))?;
                bindings.filter(&mut pending, self.facts, values);
            }
        }
        bindings.filter(&mut pending, self.facts, values);
        if !pending.is_empty() {
            return Ok(Vec::new());
        }
        Ok(bindings.heads(&self.rule.head, values))
    }
}
