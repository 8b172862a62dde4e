//! From HIR to artifact: specificity on the automaton, policy classes with their programs, canonical order.
//!
//! Reading order: `specificity` (the product, E0301 and E0311), `normal` (the ACL normal form), `forms` (which of them
//! each route states), `program` (goals from normal forms), `class` (one policy class an accept set), `plain` (what only
//! changes its type), `text` (what people read), `errors` (what is too large); `amendable` (all that for one route at a time). Not here: names and types (`lower`), the
//! wire format (`dregg-artifact`).

mod amendable;
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
use class::{Classes, Contents};
use dregg_artifact::{Artifact, DecodeError, Dfa, EDITION, RouteGraph, RouteIndex};
use dregg_grammar::Diagnostic;
use forms::Forms;

pub use amendable::Amendable;
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
    let (table, forms) = rayon::join(|| check_routes(hir), || Forms::new(hir));
    let table = table?;
    let gateways = class::gateway_numbers(hir);
    let mut contents = Contents::default();
    let classes = contents.classes(hir, &forms, table.accepts().iter(), |contents, accept| {
        (accept.least, contents.number(hir, &forms, &gateways, accept.least, &accept.patterns))
    })?;
    let (dfa, index) = rayon::join(
        || specificity::dfa(hir, &table, |accept| classes.number(accept.least)),
        || index(hir, table.graph(), &classes).map(|index| (index.graph(), index)),
    );
    let (dfa, (graph, index)) = (dfa?, index?);
    drop(table);
    let mut artifact = artifact(hir, &forms, &classes, dfa, index, [0; 32])?;
    // Hashing the rows keeps all cores busy only as long as there is nothing else to do.
    let (table_root, checked) = rayon::join(
        || dregg_commit::table_root(artifact.dfa.rows()),
        || {
            // What is written, not what it was made from, is held against the DFA.
            if let Some(path) = graph_disagreement(&graph, &numbers(&classes), &artifact.dfa) {
                let defect = format!("the route index and the DFA disagree on {path:?}");
                return Err(CompileError::Defect(defect));
            }
            artifact.validate().map_err(|error| refused(hir, &error))
        },
    );
    checked?;
    artifact.table_root = table_root;
    Ok(artifact)
}

fn index(hir: &Hir, graph: &RouteGraph, classes: &Classes) -> Result<RouteIndex, CompileError> {
    let routes = u32::try_from(hir.routes.len()).unwrap_or(u32::MAX);
    RouteIndex::new(graph, classes.of_patterns(), routes)
        .map_err(|error| CompileError::Defect(format!("the route index has no layout: {error:?}")))
}

/// The class of each pattern, for [`graph_disagreement`].
fn numbers(classes: &Classes) -> Vec<u32> {
    classes.of_patterns().iter().map(|class| class.unwrap_or(u32::MAX)).collect()
}

fn artifact(
    hir: &Hir,
    forms: &Forms,
    classes: &Classes,
    dfa: Dfa,
    index: RouteIndex,
    table_root: [u8; 32],
) -> Result<Artifact, CompileError> {
    Ok(Artifact {
        edition: EDITION,
        limits: hir.limits.clone(),
        table_root,
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
        texts: text::texts(hir, forms, classes),
        classes: classes.classes(),
    })
}

/// Why a runtime would not load what was made.
fn refused(hir: &Hir, error: &DecodeError) -> CompileError {
    match error {
        error @ DecodeError::TooLarge { .. } => vec![errors::artifact_too_large(hir, error)].into(),
        error => CompileError::Defect(format!("no runtime would load the artifact: {error}")),
    }
}
