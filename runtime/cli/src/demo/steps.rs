//! What the demonstration shows, in order.

use super::{mesh, network, proof};
use crate::input::Failure;
use crate::{ALLOW, output};
use dregg_runtime::{Facts, Permission, Policy, Request, Value};
use std::io::Write;

/// Runs the demonstration.
///
/// # Errors
/// Output that cannot be written; anything else would be a defect of the example.
pub fn run() -> Result<u8, Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "1. Compile examples/service-mesh/mesh.dregg")?;
    let hir = mesh::hir()?;
    let bytes = mesh::compile(&hir)?.encode();
    let policy = Policy::load(&bytes).map_err(|error| Failure::Message(error.to_string()))?;
    let artifact = policy.artifact();
    writeln!(
        out,
        "   {} routes, {} policy classes, {} DFA states, {} table rows, {} bytes",
        artifact.routes.len(),
        artifact.classes.len(),
        artifact.dfa.states(),
        artifact.dfa.rows().len(),
        bytes.len(),
    )?;
    writeln!(out, "   policy root {}", artifact.policy_root())?;

    writeln!(out, "\n2. Classify paths")?;
    for path in [
        "/services/ai/inference",
        "/services/ai/models/gpt4/v2",
        "/services/ai/latest",
        "/services/acme/billing",
        "/nowhere",
        "/services/../public",
    ] {
        match policy.classify(path) {
            Ok(found) => writeln!(out, "   {}", output::classified(&policy, path, found))?,
            Err(bad) => writeln!(out, "   {path}: bad path: {bad}")?,
        }
    }

    writeln!(out, "\n3. Decide who may do what (alice was granted \"tier2\"; stakes and proofs as said)")?;
    let alice = cell(&policy, "@alice")?;
    let mut facts = Facts::new(&policy);
    let granted = vec![Value::Cell(alice), Value::Text("tier2".to_owned())];
    facts.assert("granted", granted).map_err(|error| Failure::Message(error.to_string()))?;
    let steps = [
        ("@alice", Permission::Invoke, "/services/ai/inference", true),
        ("@alice", Permission::Invoke, "/services/ai/inference", false),
        ("@gpu2", Permission::Invoke, "/services/ai/inference", true),
        ("@gpu2", Permission::Read, "/services/ai/inference", false),
        ("@alice", Permission::Invoke, "/services/ai/latest", true),
        ("@gpu1", Permission::Mount, "/services/ai/inference", false),
        ("@alice", Permission::Mount, "/services/acme/billing", false),
    ];
    for (name, permission, path, proved) in steps {
        let request = Request { permission, path, caller: cell(&policy, name)?, epoch: 7, proved };
        let decision = policy.decide(&request, &facts);
        let shown = output::decided(&policy, &decision, output::route_of(&policy, path).as_deref())
            .replace('\n', "\n   ");
        let proof = if proved { " with a proof" } else { "" };
        writeln!(out, "   {name} {} {path}{proof}\n     {shown}", permission.word())?;
    }

    writeln!(out, "\n4. One bit of the artifact changed")?;
    let mut damaged = bytes;
    if let Some(byte) = damaged.last_mut() {
        *byte ^= 1;
    }
    match Policy::load(&damaged) {
        Ok(_) => return Err(Failure::Message("a damaged artifact was loaded".to_owned())),
        Err(error) => writeln!(out, "   refused: [{}] {error}", error.code())?,
    }

    let (artifact, all) = proof::with_keys(&hir)?;
    proof::show(&artifact, &all, &mut out)?;
    network::show(&artifact, &all, &mut out)?;
    Ok(ALLOW)
}

fn cell(policy: &Policy, name: &str) -> Result<dregg_runtime::CellId, Failure> {
    policy.cell(name).ok_or_else(|| Failure::Message(format!("the example names no cell {name}")))
}
