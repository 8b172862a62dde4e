//! Reports about an artifact that would be too large, one small function each. Ambiguous routes are in `specificity`.

use super::program::GOALS;
use crate::hir::Hir;
use dregg_artifact::{DecodeError, Permission};
use dregg_grammar::{Diagnostic, Span};

fn place(hir: &Hir, route: usize) -> (Span, &str) {
    hir.routes.get(route).map(|route| (route.span, route.path.as_str())).unwrap_or_default()
}

/// `E0208`: a route with too many conditions for one permission, guards of other routes included.
pub(super) fn program_too_large(hir: &Hir, route: usize, permission: Permission) -> Diagnostic {
    let (span, path) = place(hir, route);
    let word = permission.word();
    Diagnostic::error(
        "E0208",
        span,
        format!("more than {GOALS} guards, clauses and their parts decide `{word}` at `{path}`"),
    )
    .label("too many")
    .note("guards of every route around this one count too")
    .help("state them as facts of a relation, and name that relation in one clause")
}

/// `E0208`: the guards of routes, repeated wherever the routes match, are too many together.
pub(super) fn programs_too_large(hir: &Hir, route: usize, most: usize) -> Diagnostic {
    let (span, path) = place(hir, route);
    Diagnostic::error("E0208", span, format!("the routes of this policy need more than {most} conditions"))
        .label(format!("given up at `{path}`"))
        .note("each route repeats the guards of every route around it, and each clause calls all of them")
        .help("join guards of wide routes, or state long lists of clauses as facts of a relation")
}

/// `E0208`: a delegation with too many parts.
pub(super) fn delegation_too_large(span: Span) -> Diagnostic {
    Diagnostic::error("E0208", span, format!("an ACL with more than {GOALS} parts"))
        .label("too many")
        .help("state them as facts of a relation, and name that relation instead")
}

/// A bound of the artifact as a whole that no single statement breaks.
pub(super) fn artifact_too_large(hir: &Hir, error: &DecodeError) -> Diagnostic {
    let (span, _) = place(hir, 0);
    Diagnostic::error(error.code(), span, format!("no runtime would load this policy: {error}"))
        .label("the first of its routes")
        .help("split the policy, or give it fewer routes and rules")
}
