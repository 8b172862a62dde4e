//! The example mesh, compiled.

use crate::input::Failure;
use dregg_artifact::Artifact;
use dregg_compiler::generate::CompileError;
use dregg_compiler::hir::Hir;
use dregg_compiler::load::Memory;

const MESH: &str = include_str!("../../../../examples/service-mesh/mesh.dregg");
const SHARED: &str = include_str!("../../../../examples/service-mesh/shared/limits.dregg");

/// The policy, checked.
///
/// # Errors
/// A defect of the example.
pub fn hir() -> Result<Hir, Failure> {
    let mut files = Memory::default();
    files.add("mesh.dregg", MESH);
    files.add("shared/limits.dregg", SHARED);
    let loaded = dregg_compiler::load::load(&mut files, "mesh.dregg");
    if let Some(failure) = first(&loaded.diagnostics) {
        return Err(failure);
    }
    let lowered = dregg_compiler::lower::lower(&loaded);
    match first(&lowered.diagnostics) {
        Some(failure) => Err(failure),
        None => Ok(lowered.hir),
    }
}

/// Its compiled form.
///
/// # Errors
/// A defect of the example.
pub fn compile(hir: &Hir) -> Result<Artifact, Failure> {
    dregg_compiler::generate::compile(hir).map_err(|error| match error {
        CompileError::Reports(reports) => {
            first(&reports).unwrap_or_else(|| Failure::Message("not compiled".to_owned()))
        }
        CompileError::Defect(defect) => Failure::Message(defect),
    })
}

fn first(reports: &[dregg_grammar::Diagnostic]) -> Option<Failure> {
    let report = reports.iter().find(|report| report.is_error())?;
    Some(Failure::Message(format!("[{}] {}", report.code.0, report.message)))
}
