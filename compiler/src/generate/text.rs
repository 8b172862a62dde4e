//! What people read of an artifact: route texts, and guards and clauses printed from their normal forms.

use super::class::{Classes, Listed};
use super::forms::Forms;
use super::normal::Normal;
use crate::hir::{Callee, Hir};
use dregg_artifact::{Literal, RouteText, Term, Texts, Value};

pub(super) fn texts(hir: &Hir, forms: &Forms, classes: &Classes) -> Texts {
    Texts {
        policy: hir.name.clone(),
        version: hir.version,
        routes: hir.routes.iter().map(route).collect(),
        classes: of_classes(hir, forms, classes),
    }
}

pub(super) fn route(route: &crate::hir::Route) -> RouteText {
    RouteText { path: route.path.clone(), captures: route.captures.clone() }
}

/// Guards and clauses of each class, by permission.
pub(super) fn of_classes(hir: &Hir, forms: &Forms, classes: &Classes) -> Vec<[Vec<String>; 3]> {
    let all = |listed: &Listed| {
        let numbered = [forms.named(&listed.guards), forms.named(&listed.clauses)].concat();
        numbered.into_iter().map(|form| shown(hir, form, false)).collect()
    };
    classes.listed().map(|[read, invoke, mount]| [all(read), all(invoke), all(mount)]).collect()
}

/// An ACL as the language would write it; `inner` asks for parentheses around what has parts.
fn shown(hir: &Hir, form: &Normal, inner: bool) -> String {
    let join = |parts: &[Normal], word: &str| {
        let parts: Vec<String> = parts.iter().map(|part| shown(hir, part, true)).collect();
        let text = parts.join(word);
        if inner { format!("({text})") } else { text }
    };
    match form {
        Normal::Open => "open".to_owned(),
        Normal::Atom(literal) => atom(hir, literal),
        Normal::All(parts) => join(parts, " and "),
        Normal::Any(parts) if parts.is_empty() => "cells {}".to_owned(),
        Normal::Any(parts) => join(parts, " or "),
    }
}

fn atom(hir: &Hir, literal: &Literal) -> String {
    let not = |negated: bool| if negated { "not " } else { "" };
    match literal {
        Literal::Relation { relation, terms, negated } => {
            format!("{}{}", not(*negated), call(hir, Callee::Relation(*relation), terms))
        }
        Literal::Predicate { predicate, terms } => call(hir, Callee::Predicate(*predicate), terms),
        Literal::Member { cells, negated } => {
            let cells: Vec<String> = cells.iter().map(|cell| hir.cell_name(cell)).collect();
            format!("{}cells {{ {} }}", not(*negated), cells.join(", "))
        }
        Literal::Stake { at_least } => format!("stake >= {at_least}"),
        // Normal forms hold neither.
        Literal::Compare { .. } | Literal::Goal { .. } => String::new(),
    }
}

/// The caller is implied, as in an ACL.
fn call(hir: &Hir, callee: Callee, terms: &[Term]) -> String {
    let implied = usize::from(terms.first() == Some(&Term::Variable(0)));
    let terms: Vec<String> = terms.iter().skip(implied).map(|term| argument(hir, term)).collect();
    format!("{}({})", hir.callee_name(callee), terms.join(", "))
}

fn argument(hir: &Hir, term: &Term) -> String {
    match term {
        Term::Variable(_) => "caller".to_owned(),
        Term::Value(Value::Cell(cell)) => hir.cell_name(cell),
        Term::Value(Value::Text(text)) => {
            let text =
                text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
            format!("\"{text}\"")
        }
        Term::Value(Value::Int(number)) => number.to_string(),
        Term::Epoch => "epoch".to_owned(),
        Term::Segment(segment) => format!("segment {}", u16::from(*segment) + 1),
    }
}
