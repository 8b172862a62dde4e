//! `dregg proof inspect FILE`: what an access proof says of itself. Nothing of it is checked.

use crate::input::{self, Failure};
use crate::{ALLOW, Format, attest, hexadecimal, verify};
use dregg_air::statement::{AccessProof, ClaimedCaller, ClaimedPath, MAX_FILE_BYTES};
use dregg_runtime::Permission;
use dregg_verify::guard::log2_rows;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// What to do with a proof.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Print what a proof says of itself, unchecked.
    Inspect {
        /// The proof.
        file: PathBuf,
    },
    /// Check what goes with a denial, and print what the policy requires: 0 valid, 3 rejected.
    Requirement(Requirement),
}

/// What was denied.
#[derive(clap::Args)]
struct Requirement {
    /// What `dregg prove --denial` wrote, or a service sent.
    file: PathBuf,
    /// The attested root to check under.
    #[arg(long, value_name = "ROOT.json")]
    root: PathBuf,
    /// For what.
    #[arg(long = "perm", value_parser = ["read", "invoke", "mount"])]
    permission: String,
    /// Where.
    #[arg(long)]
    path: String,
}

/// Prints it.
///
/// # Errors
/// A file that is no access proof.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    let file = match &arguments.what {
        What::Inspect { file } => file,
        What::Requirement(asked) => return requirement(asked, format),
    };
    let bytes = input::bytes(file, MAX_FILE_BYTES as u64)?;
    let proof = AccessProof::from_bytes(&bytes)
        .map_err(|error| Failure::Message(format!("{}: {error}", file.display())))?;
    let object = object(&proof, bytes.len());
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => writeln!(out, "{object}")?,
        Format::Human => {
            writeln!(out, "an access proof of {} bytes; what it says is not checked", bytes.len())?;
            for (name, value) in object.as_object().into_iter().flatten() {
                match value {
                    Value::Null => {}
                    Value::String(text) => writeln!(out, "  {name}: {text}")?,
                    Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                        writeln!(out, "  {name}: {value}")?;
                    }
                }
            }
        }
    }
    Ok(ALLOW)
}

fn requirement(asked: &Requirement, format: Format) -> Result<u8, Failure> {
    let root = attest::root(&asked.root)?;
    let bytes = input::bytes(&asked.file, MAX_FILE_BYTES as u64)?;
    let Some(permission) = Permission::from_word(&asked.permission) else {
        return Err(Failure::Message(format!("`{}` is no permission", asked.permission)));
    };
    let required = match dregg_verify::requirement(root.root(), permission, &asked.path, &bytes) {
        Ok(required) => required,
        Err(reject) => return verify::print_rejected(reject, format),
    };
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => writeln!(
            out,
            "{}",
            json!({
                "valid": true, "target": required.target, "proof": required.proof(),
                "guards": required.guards(), "clauses": required.clauses(),
            })
        )?,
        Format::Human => {
            writeln!(out, "the policy requires, for {} {}:", permission.word(), asked.path)?;
            if let Some(target) = &required.target {
                writeln!(out, "  whatever it requires for {target}: the path is redirected")?;
            }
            if required.proof() {
                writeln!(out, "  a proof")?;
            }
            for guard in required.guards() {
                writeln!(out, "  {guard}")?;
            }
            let clauses = required.clauses();
            match clauses.as_slice() {
                [] if required.target.is_some() => {}
                [] => writeln!(out, "  nobody may")?,
                [one] => writeln!(out, "  {one}")?,
                _ => {
                    writeln!(out, "  one of:")?;
                    clauses.iter().try_for_each(|clause| writeln!(out, "    {clause}"))?;
                }
            }
        }
    }
    Ok(ALLOW)
}

fn object(proof: &AccessProof, bytes: usize) -> Value {
    let (claim, evidence) = (&proof.claim, &proof.evidence);
    let (path, path_commitment) = match &claim.path {
        ClaimedPath::Shown(path) => (Some(path.as_str()), None),
        ClaimedPath::Hidden { commitment, .. } => (None, Some(hexadecimal::text(&commitment.to_bytes()))),
    };
    let (caller, caller_commitment, bind) = match &claim.caller {
        ClaimedCaller::Shown(cell) => (Some(cell.to_hex()), None, None),
        ClaimedCaller::Hidden { commitment, bind } => {
            (None, Some(hexadecimal::text(&commitment.to_bytes())), Some(hexadecimal::text(bind)))
        }
        ClaimedCaller::Nobody => (None, None, None),
    };
    let form = match (&evidence.opening, claim.route_opened) {
        (Some(_), _) => "opening",
        (None, true) if evidence.stark.is_empty() => "requirement",
        (None, true) => "proof, route opened",
        (None, false) => "proof",
    };
    json!({
        "form": form, "permission": claim.permission.word(), "path": path, "path_commitment": path_commitment,
        "redirected_from": proof.asked, "class": claim.class, "caller": caller,
        "caller_commitment": caller_commitment, "bind": bind, "verifier": claim.verifier,
        "nonce": hexadecimal::text(&claim.nonce), "epoch": claim.epoch,
        "attested_root": hexadecimal::text(&claim.root), "policy_root": evidence.policy.root().to_string(),
        "statement": hexadecimal::text(&claim.digest()), "bytes": bytes, "stark_bytes": evidence.stark.len(),
        "rows": log2_rows(&evidence.stark).ok().map(|log2_rows| 1u64 << log2_rows),
    })
}
