//! What the targets share: policies to ask, compiled once, and the way from text to artifact. A target is one door and
//! what must hold of everything that comes through it.

use dregg_artifact::{Artifact, CellId, Permission};
use dregg_compiler::generate::{self, CompileError};
use dregg_compiler::load::{Memory, load};
use dregg_compiler::lower::lower;
use dregg_runtime::{Facts, Policy, Request};

/// The example policies, roots first, with the files they import.
pub const EXAMPLES: [&[(&str, &str)]; 4] = [
    &[
        ("mesh.dregg", include_str!("../../../examples/service-mesh/mesh.dregg")),
        ("shared/limits.dregg", include_str!("../../../examples/service-mesh/shared/limits.dregg")),
    ],
    &[("tiers.dregg", include_str!("../../../examples/tiers/tiers.dregg"))],
    &[("gateway.dregg", include_str!("../../../examples/gateway/gateway.dregg"))],
    &[("versions.dregg", include_str!("../../../examples/versions/versions.dregg"))],
];

/// Compiles files, the first of them the root; `None` if they have errors.
pub fn compile(files: &[(&str, &str)]) -> Option<Artifact> {
    let mut memory = Memory::default();
    for (name, text) in files {
        memory.add(*name, *text);
    }
    let loaded = load(&mut memory, files.first()?.0);
    if loaded.has_errors() {
        return None;
    }
    let lowered = lower(&loaded);
    if lowered.diagnostics.iter().any(|report| report.is_error()) {
        return None;
    }
    match generate::compile(&lowered.hir) {
        Ok(artifact) => Some(artifact),
        Err(CompileError::Reports(reports)) => {
            assert!(reports.iter().any(|report| report.is_error()), "refused without an error");
            None
        }
        Err(CompileError::Defect(defect)) => panic!("{defect}"),
    }
}

/// Example number `number`, compiled.
pub fn example(number: usize) -> Policy {
    Policy::from_artifact(compile(EXAMPLES[number]).expect("the examples compile"))
}

/// Decides every permission at `path` for the first cells of the policy and one it does not know.
pub fn decide(policy: &Policy, facts: &Facts, path: &str) {
    let named = policy.artifact().cells.iter().take(2).map(|(_, cell)| *cell);
    for caller in named.chain([CellId([1; 32])]) {
        for permission in Permission::ALL {
            for proved in [false, true] {
                let request = Request { permission, path, caller, epoch: 7, proved };
                assert_eq!(policy.decide(&request, facts), policy.decide(&request, facts));
            }
        }
    }
}
