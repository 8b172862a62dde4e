//! The scripts of `examples/patterns`: each checks what it says.

use std::path::PathBuf;
use std::process::Command;

/// Runs a pattern; what it says.
fn says(name: &str) -> String {
    let script =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/patterns").join(name).join("run.sh");
    let mut command = Command::new("sh");
    let output = command.arg(script).env("DREGG", env!("CARGO_BIN_EXE_dregg")).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let (data, errors) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{data}\n{errors}");
    data
}

#[test]
fn a_gateway_delegates_narrows_and_revokes() {
    let said = says("gateway");
    assert!(said.ends_with("with it falls @shop's right and what @shop mounted, at once\n"), "{said}");
}

#[test]
fn calls_are_balanced_whoever_dies() {
    let said = says("balance");
    assert!(said.ends_with("@turns is killed: calls go by priority again, to @first\n"), "{said}");
}

#[test]
fn versions_are_pinned_and_latest_leads_to_one() {
    let said = says("versions");
    assert!(said.ends_with("@gpu2 is back, and so is latest\n"), "{said}");
}
