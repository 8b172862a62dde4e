//! `dregg verify access.proof --root ROOT.json --perm PERM --path PATH [--as CELL] --verifier ID --nonce HEX`.

use crate::input::{self, Failure};
use crate::{ALLOW, DENY, Format, attest, hexadecimal};
use dregg_air::statement::{ClaimedCaller, ClaimedPath, MAX_FILE_BYTES};
use dregg_attest::SignedRoot;
use dregg_commit::Digest;
use dregg_runtime::{CellId, Permission};
use dregg_verify::{AskedCaller, AskedPath, Form, Reject, Request, Verdict, verify};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What to check.
#[derive(clap::Args)]
pub struct Arguments {
    /// The proof.
    proof: PathBuf,
    /// The attested root to check under; trusted as it is, unless `--trust` is given.
    #[arg(long, value_name = "ROOT.json")]
    root: PathBuf,
    /// An earlier root that is trusted: `--root` must follow from it by its council's signatures.
    #[arg(long, value_name = "ROOT.json")]
    trust: Option<PathBuf>,
    /// What it has to be a proof for.
    #[arg(long = "perm", value_parser = ["read", "invoke", "mount"])]
    permission: String,
    /// The path it has to be about; without it the path is hidden.
    #[arg(long)]
    path: Option<String>,
    /// The commitment of a hidden path.
    #[arg(long, value_name = "HEX", conflicts_with = "path")]
    path_commitment: Option<String>,
    /// The cell it has to be of: 64 hexadecimal digits. Without it whoever the proof shows.
    #[arg(long = "as", value_name = "CELL", conflicts_with = "bind")]
    caller: Option<String>,
    /// The Ed25519 key of the connection: the caller is hidden.
    #[arg(long, value_name = "KEYHEX")]
    bind: Option<String>,
    /// The verifier's own name for itself.
    #[arg(long, value_name = "ID")]
    verifier: String,
    /// The nonce that it gave out for this proof.
    #[arg(long, value_name = "HEX")]
    nonce: String,
    /// Take an opening in clear in the place of a proof.
    #[arg(long)]
    accept_opening: bool,
}

/// Prints the verdict; the status says it too: 0 valid, 3 rejected.
///
/// # Errors
/// Files that cannot be read, or arguments that are nothing.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    let root = attest::root(&arguments.root)?;
    if let Some(trusted) = &arguments.trust {
        follow(&root, trusted, &arguments.root)?;
    }
    let bytes = input::bytes(&arguments.proof, MAX_FILE_BYTES as u64)?;
    let Some(permission) = Permission::from_word(&arguments.permission) else {
        return Err(Failure::Message(format!("`{}` is no permission", arguments.permission)));
    };
    let nonce = hexadecimal::bytes("nonce", &arguments.nonce)?;
    let path = match (&arguments.path, &arguments.path_commitment) {
        (Some(path), _) => AskedPath::Shown(path),
        (None, Some(commitment)) => {
            let digest = Digest::from_bytes(&hexadecimal::array("path commitment", commitment)?);
            let digest = digest.ok_or_else(|| Failure::Message("the path commitment is none".to_owned()))?;
            AskedPath::Hidden(Some(digest))
        }
        (None, None) => AskedPath::Hidden(None),
    };
    let caller = match (&arguments.caller, &arguments.bind) {
        (Some(cell), _) => AskedCaller::Cell(self::cell(cell)?),
        (None, Some(bind)) => {
            AskedCaller::Hidden { bind: hexadecimal::array("connection key", bind)?, commitment: None }
        }
        (None, None) => AskedCaller::Any,
    };
    let request = Request {
        permission,
        path,
        caller,
        verifier: &arguments.verifier,
        nonce: &nonce,
        accept_opening: arguments.accept_opening,
        registry: None,
    };
    match verify(&request, root.root(), &bytes) {
        Ok(verdict) => print_valid(&verdict, format),
        Err(reject) => print_rejected(reject, format),
    }
}

fn cell(text: &str) -> Result<CellId, Failure> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    CellId::from_hex(digits)
        .filter(CellId::is_canonical)
        .ok_or_else(|| Failure::Message(format!("`{text}` is no cell: 64 hexadecimal digits name one")))
}

fn follow(root: &SignedRoot, trusted: &Path, file: &Path) -> Result<(), Failure> {
    let earlier = attest::root(trusted)?;
    root.check_from(&earlier.root().digest())
        .map_err(|error| Failure::Message(format!("{}: {}: {error}", file.display(), error.name())))
}

/// How a claim was shown, in words.
fn form(form: Form) -> &'static str {
    match form {
        Form::Proof => "proof",
        Form::RouteOpened => "proof, route opened",
        Form::Opening => "opening",
    }
}

fn print_valid(verdict: &Verdict, format: Format) -> Result<u8, Failure> {
    let claim = &verdict.claim;
    let path = match &claim.path {
        ClaimedPath::Shown(path) => path.clone(),
        ClaimedPath::Hidden { commitment, .. } => {
            format!("hidden, commitment {}", hexadecimal::text(&commitment.to_bytes()))
        }
    };
    let caller = match &claim.caller {
        ClaimedCaller::Shown(cell) => cell.to_hex(),
        ClaimedCaller::Hidden { commitment, .. } => {
            format!("hidden, commitment {}", hexadecimal::text(&commitment.to_bytes()))
        }
        ClaimedCaller::Nobody => "none".to_owned(),
    };
    let statement = hexadecimal::text(&verdict.statement);
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => writeln!(
            out,
            "{}",
            json!({
                "valid": true, "form": form(verdict.form), "permission": claim.permission.word(),
                "path": path, "class": claim.class, "caller": caller, "epoch": claim.epoch,
                "statement": statement,
            })
        )?,
        Format::Human => {
            writeln!(out, "valid ({}): may {} {path}", form(verdict.form), claim.permission.word())?;
            writeln!(out, "  caller: {caller}")?;
            writeln!(out, "  class {}, epoch {}, statement {statement}", claim.class, claim.epoch)?;
        }
    }
    Ok(ALLOW)
}

/// Prints why not.
pub fn print_rejected(reject: Reject, format: Format) -> Result<u8, Failure> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => {
            let message = reject.to_string();
            writeln!(out, "{}", json!({ "valid": false, "reason": reject.name(), "message": message }))?;
        }
        Format::Human => writeln!(out, "rejected: {reject}")?,
    }
    Ok(DENY)
}
