//! From text to everything the engines need.

use dregg_artifact::Artifact;
use dregg_compiler::generate::CompileError;
use dregg_compiler::hir::Hir;
use dregg_compiler::load::{Loaded, Memory, load};
use dregg_grammar::Diagnostic;
use dregg_runtime::Policy;

/// One policy in all its forms.
pub struct Compiled {
    /// The policy as meant: what the reference decides from.
    pub hir: Hir,
    /// The artifact as compiled.
    pub artifact: Artifact,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The policy as a runtime loads it from those bytes.
    pub policy: Policy,
}

/// Compiles a single file.
pub fn compile(text: &str) -> Result<Compiled, Vec<Diagnostic>> {
    compile_files(&[("policy.dregg", text)])
}

/// Compiles files; the first is the root.
pub fn compile_files(files: &[(&str, &str)]) -> Result<Compiled, Vec<Diagnostic>> {
    let mut memory = Memory::default();
    for (name, text) in files {
        memory.add(*name, *text);
    }
    compile_loaded(&load(&mut memory, files[0].0))
}

/// Compiles loaded modules.
pub fn compile_loaded(loaded: &Loaded) -> Result<Compiled, Vec<Diagnostic>> {
    let errors = |reports: &[Diagnostic]| reports.iter().any(Diagnostic::is_error);
    if errors(&loaded.diagnostics) {
        return Err(loaded.diagnostics.clone());
    }
    let lowered = dregg_compiler::lower::lower(loaded);
    if errors(&lowered.diagnostics) {
        return Err(lowered.diagnostics);
    }
    let artifact = match dregg_compiler::generate::compile(&lowered.hir) {
        Ok(artifact) => artifact,
        Err(CompileError::Reports(reports)) => return Err(reports),
        Err(CompileError::Defect(defect)) => panic!("{defect}"),
    };
    let bytes = artifact.encode();
    let policy = Policy::load(&bytes).expect("what the compiler wrote, the runtime loads");
    Ok(Compiled { hir: lowered.hir, artifact, bytes, policy })
}
