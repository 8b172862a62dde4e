//! The normal form of an ACL: negations inwards, `and` and `or` flattened, sorted, without duplicates.
//!
//! Equal normal forms are what merges policy classes, so nothing here depends on layout, order or names of captures.

use crate::hir::{Acl, AclKind, Callee, Term};
use dregg_artifact::{Limits, Literal, Term as Coded};

/// An ACL in normal form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Normal {
    /// Always holds.
    Open,
    /// One literal over the caller, who is variable 0.
    Atom(Literal),
    /// All of at least two.
    All(Vec<Normal>),
    /// One of these; empty: never holds.
    Any(Vec<Normal>),
}

impl Normal {
    /// How many literals and parts it has.
    pub(super) fn size(&self) -> usize {
        match self {
            Normal::Open | Normal::Atom(_) => 1,
            Normal::All(parts) | Normal::Any(parts) => 1 + parts.iter().map(Normal::size).sum::<usize>(),
        }
    }
}

/// The normal form of an ACL. Its depth is bounded by the language.
///
/// What asks for a segment that no path within the limits has never holds: no decision is ever made there.
pub(super) fn normal(acl: &Acl, limits: &Limits) -> Normal {
    signed(acl, limits, false)
}

fn signed(acl: &Acl, limits: &Limits, negated: bool) -> Normal {
    match &acl.kind {
        AclKind::Open if negated => Normal::Any(Vec::new()),
        AclKind::Open => Normal::Open,
        AclKind::Cells(cells) => Normal::Atom(Literal::Member { cells: cells.clone(), negated }),
        // A negated stake or predicate does not pass the checks; it never holds, should it come here.
        AclKind::Stake(_) | AclKind::Call(Callee::Predicate(_), _) if negated => Normal::Any(Vec::new()),
        AclKind::Call(_, terms) if terms.iter().any(|term| beyond(term, limits)) => Normal::Any(Vec::new()),
        AclKind::Stake(amount) => Normal::Atom(Literal::Stake { at_least: *amount }),
        AclKind::Call(Callee::Relation(relation), terms) => Normal::Atom(Literal::Relation {
            relation: *relation,
            terms: terms.iter().map(term).collect(),
            negated,
        }),
        AclKind::Call(Callee::Predicate(predicate), terms) => Normal::Atom(Literal::Predicate {
            predicate: *predicate,
            terms: terms.iter().map(term).collect(),
        }),
        AclKind::Not(inner) => signed(inner, limits, !negated),
        AclKind::And(parts) if negated => any(parts, limits, negated),
        AclKind::Or(parts) if negated => all(parts, limits, negated),
        AclKind::And(parts) => all(parts, limits, negated),
        AclKind::Or(parts) => any(parts, limits, negated),
    }
}

fn all(parts: &[Acl], limits: &Limits, negated: bool) -> Normal {
    let mut flat = Vec::new();
    for part in parts {
        match signed(part, limits, negated) {
            Normal::Open => {}
            Normal::Any(inner) if inner.is_empty() => return Normal::Any(inner),
            Normal::All(inner) => flat.extend(inner),
            other @ (Normal::Atom(_) | Normal::Any(_)) => flat.push(other),
        }
    }
    flat.sort();
    flat.dedup();
    match flat.len() {
        0 => Normal::Open,
        1 => flat.pop().unwrap_or(Normal::Open),
        _ => Normal::All(flat),
    }
}

fn any(parts: &[Acl], limits: &Limits, negated: bool) -> Normal {
    let mut flat = Vec::new();
    for part in parts {
        match signed(part, limits, negated) {
            Normal::Open => return Normal::Open,
            Normal::Any(inner) => flat.extend(inner),
            other @ (Normal::Atom(_) | Normal::All(_)) => flat.push(other),
        }
    }
    flat.sort();
    flat.dedup();
    match flat.len() {
        1 => flat.pop().unwrap_or(Normal::Open),
        _ => Normal::Any(flat),
    }
}

fn beyond(term: &Term, limits: &Limits) -> bool {
    match term {
        Term::Segment(segment) => *segment >= limits.segments,
        Term::Variable(_) | Term::Value(_) | Term::Epoch | Term::Caller => false,
    }
}

/// A term as the artifact writes it; in a goal rule variable 0 is the caller.
pub(super) fn term(term: &Term) -> Coded {
    match term {
        Term::Variable(variable) => Coded::Variable(*variable),
        Term::Value(value) => Coded::Value(value.clone()),
        Term::Epoch => Coded::Epoch,
        Term::Caller => Coded::Variable(0),
        Term::Segment(segment) => Coded::Segment(*segment),
    }
}
