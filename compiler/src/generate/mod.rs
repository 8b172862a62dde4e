//! From HIR to artifact: specificity on the automaton, policy classes with their programs, canonical order.
//!
//! Reading order: `specificity` (the product, E0301 and E0311), `normal` (the ACL normal form), `forms` (which of them
//! each route states), `program` (goals from normal forms), `class` (one policy class an accept set), `plain` (what only
//! changes its type), `text` (what people read), `errors` (what is too large). Not here: names and types (`lower`), the
//! wire format (`dregg-artifact`).

mod class;
mod errors;
mod forms;
mod normal;
mod plain;
mod program;
mod specificity;
#[cfg(test)]
mod tests;
mod text;

use crate::automaton::graph_disagreement;
use crate::hir::Hir;
use dregg_artifact::{Artifact, DecodeError, EDITION, RouteIndex};
use dregg_grammar::Diagnostic;

pub use specificity::{check_routes, patterns};

/// Why a policy has no artifact.
#[derive(Clone, Debug)]
pub enum CompileError {
    /// The policy is wrong.
    Reports(Vec<Diagnostic>),
    /// The compiler is wrong: two forms of the route language disagree, or a runtime would not load what would be
    /// written. Nothing is written then.
    Defect(String),
}

impl From<Vec<Diagnostic>> for CompileError {
    fn from(reports: Vec<Diagnostic>) -> CompileError {
        CompileError::Reports(reports)
    }
}

/// Compiles a policy that was lowered without errors.
///
/// The same policy up to statement order, comments, layout, names of variables and the ACL normal form gives the same
/// bytes; names of captures appear in the texts only.
///
/// # Errors
/// [`CompileError::Reports`] if routes are ambiguous or explode or a bound of the artifact is exceeded;
/// [`CompileError::Defect`] never on a correct compiler.
pub fn compile(hir: &Hir) -> Result<Artifact, CompileError> {
    let table = check_routes(hir)?;
    let forms = forms::Forms::new(hir);
    let classes = class::classes(hir, &forms, table.accepts())?;
    let dfa = specificity::dfa(hir, &table, |accept| classes.number(accept))?;
    let routes = u32::try_from(hir.routes.len()).unwrap_or(u32::MAX);
    let index = RouteIndex::new(table.graph(), classes.of_patterns(), routes)
        .map_err(|error| CompileError::Defect(format!("the route index has no layout: {error:?}")))?;
    // What is written, not what it was made from, is held against the DFA.
    let numbers: Vec<u32> = classes.of_patterns().iter().map(|class| class.unwrap_or(u32::MAX)).collect();
    if let Some(path) = graph_disagreement(&index.graph(), &numbers, &dfa) {
        return Err(CompileError::Defect(format!("the route index and the DFA disagree on {path:?}")));
    }
    drop(table);
    let artifact = Artifact {
        edition: EDITION,
        limits: hir.limits.clone(),
        table_root: dregg_commit::table_root(dfa.rows()),
        dfa,
        index,
        sets: hir.sets.clone(),
        relations: plain::relations(hir),
        predicates: plain::predicates(hir),
        facts: plain::facts(hir),
        routes: plain::routes(hir),
        redirects: plain::redirects(hir),
        gateways: class::gateways(hir)?,
        tombstones: Vec::new(),
        governance: plain::governance(hir),
        cells: hir.cells.iter().map(|cell| (cell.name.clone(), cell.id)).collect(),
        texts: text::texts(hir, &forms, &classes),
        classes: classes.into_classes(),
    };
    match artifact.validate() {
        Ok(()) => Ok(artifact),
        Err(error @ DecodeError::TooLarge { .. }) => {
            Err(vec![errors::artifact_too_large(hir, &error)].into())
        }
        Err(error) => Err(CompileError::Defect(format!("no runtime would load the artifact: {error}"))),
    }
}
