//! What the artifact takes over from the HIR with another type and in canonical order.

use super::class::gateway_numbers;
use super::normal::term;
use crate::hir::{Atom, Callee, Hir};
use dregg_artifact::{
    Column, Fact, Governance, Literal, Predicate, PredicateColumn, Redirect, Relation, Route, Rule, Term,
};
use std::collections::BTreeMap;

pub(super) fn relations(hir: &Hir) -> Vec<Relation> {
    let columns = |columns: &[(String, dregg_artifact::Type)]| {
        columns.iter().map(|(name, ty)| Column { name: name.clone(), ty: *ty }).collect()
    };
    let relation = |relation: &crate::hir::Relation| Relation {
        name: relation.name.clone(),
        columns: columns(&relation.columns),
        visibility: relation.visibility,
        writer: relation.writer.clone(),
    };
    hir.relations.iter().map(relation).collect()
}

/// Rules are sorted and without duplicates; their variables are numbered by first occurrence already.
pub(super) fn predicates(hir: &Hir) -> Vec<Predicate> {
    let predicate = |predicate: &crate::hir::Predicate| {
        let mut rules: Vec<Rule> = predicate.rules.iter().map(rule).collect();
        rules.sort();
        rules.dedup();
        let columns = predicate.columns.iter().map(|(ty, input)| PredicateColumn { ty: *ty, input: *input });
        Predicate { name: predicate.name.clone(), columns: columns.collect(), rules }
    };
    hir.predicates.iter().map(predicate).collect()
}

fn rule(rule: &crate::hir::Rule) -> Rule {
    let terms = |terms: &[crate::hir::Term]| terms.iter().map(term).collect::<Vec<Term>>();
    let literal = |atom: &Atom| match atom {
        Atom::Call(Callee::Relation(relation), arguments, _) => {
            Literal::Relation { relation: *relation, terms: terms(arguments), negated: false }
        }
        Atom::Call(Callee::Predicate(predicate), arguments, _) => {
            Literal::Predicate { predicate: *predicate, terms: terms(arguments) }
        }
        Atom::Not(relation, arguments, _) => {
            Literal::Relation { relation: *relation, terms: terms(arguments), negated: true }
        }
        Atom::Compare(left, comparison, right, _) => {
            Literal::Compare { left: term(left), comparison: *comparison, right: term(right) }
        }
    };
    Rule { head: terms(&rule.head), body: rule.body.iter().map(literal).collect() }
}

pub(super) fn facts(hir: &Hir) -> Vec<Fact> {
    let fact = |fact: &crate::hir::Fact| Fact { relation: fact.relation, arguments: fact.arguments.clone() };
    let mut facts: Vec<Fact> = hir.facts.iter().map(|spanned| fact(&spanned.node)).collect();
    facts.sort();
    facts.dedup();
    facts
}

pub(super) fn routes(hir: &Hir) -> Vec<Route> {
    let numbers = gateway_numbers(hir);
    hir.routes.iter().map(|one| route(one, &numbers)).collect()
}

/// `gateways` are the numbers of all gateways by prefix.
pub(super) fn route(route: &crate::hir::Route, gateways: &BTreeMap<&str, u32>) -> Route {
    Route {
        pattern: route.pattern.clone(),
        gateway: route.gateway.as_ref().and_then(|gateway| gateways.get(gateway.prefix.as_str()).copied()),
        deprecated: route.deprecated.clone(),
    }
}

pub(super) fn redirects(hir: &Hir) -> Vec<Redirect> {
    hir.redirects
        .iter()
        .map(|redirect| Redirect { from: redirect.from.clone(), to: redirect.to.clone() })
        .collect()
}

pub(super) fn governance(hir: &Hir) -> Option<Governance> {
    let governance = hir.governance.as_ref()?;
    Some(Governance {
        council: governance.council.clone(),
        threshold: governance.threshold,
        epoch_blocks: governance.epoch_blocks,
        stakes: governance.stakes.clone(),
    })
}
