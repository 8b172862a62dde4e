//! `dregg prove OUT.dga PERM PATH --key KEY.json --root ROOT.json --verifier ID --nonce HEX -o access.proof`.

use crate::input::{self, Failure};
use crate::{ALLOW, DENY, Format, attest, files, hexadecimal, keys};
use dregg_attest::{Bundle, Keys, SignedRoot};
use dregg_prove::derive::Unmet;
use dregg_prove::{Ask, AskCaller, Made, Plan, ProveError, Prover, Refusal};
use dregg_runtime::{Permission, Policy};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// The largest bundle, in bytes.
const BUNDLE_BYTES: u64 = 64 << 20;

/// What to prove.
#[derive(clap::Args)]
pub struct Arguments {
    /// The compiled policy.
    artifact: PathBuf,
    /// `read`, `invoke` or `mount`.
    #[arg(value_parser = ["read", "invoke", "mount"])]
    permission: String,
    /// The whole path.
    path: String,
    /// The keys of the cell that asks.
    #[arg(long, value_name = "KEY.json")]
    key: PathBuf,
    /// The attested root to prove under.
    #[arg(long, value_name = "ROOT.json")]
    root: PathBuf,
    /// The cell's private openings: its held facts and stake. Of a directory of bundles, the cell's own.
    #[arg(long, value_name = "BUNDLE.json")]
    bundle: Option<PathBuf>,
    /// The name of whoever is to check the proof, as it calls itself.
    #[arg(long, value_name = "ID")]
    verifier: String,
    /// What the verifier gave out for this one proof: 16 to 32 bytes.
    #[arg(long, value_name = "HEX")]
    nonce: String,
    /// The file for the proof.
    #[arg(short, long, value_name = "access.proof", required_unless_present = "dry_run")]
    output: Option<PathBuf>,
    /// Show a commitment in the place of the path.
    #[arg(long)]
    hide_path: bool,
    /// Show a commitment in the place of the cell, bound to the connection with the key of `--bind`.
    #[arg(long)]
    hide_caller: bool,
    /// The Ed25519 key of the connection; without it one is made and written beside the proof.
    #[arg(long, value_name = "KEYHEX", requires = "hide_caller")]
    bind: Option<String>,
    /// Show the walk beside the proof: far cheaper, for a path in clear.
    #[arg(long, conflicts_with = "hide_path")]
    open_route: bool,
    /// Show everything in clear instead of a proof: nothing is hidden, checking takes up to about 1 ms; for public facts
    /// only.
    #[arg(long, conflicts_with_all = ["hide_path", "hide_caller", "open_route"])]
    open: bool,
    /// The file for what the policy requires, to be checked with `dregg proof requirement`, if the request is denied.
    #[arg(long, value_name = "FILE")]
    denial: Option<PathBuf>,
    /// Say what a proof would take, and make none.
    #[arg(long)]
    dry_run: bool,
}

/// Writes the proof, or says what is missing.
///
/// # Errors
/// Files that cannot be read or written, or that do not belong together.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    let policy = input::policy(&arguments.artifact)?;
    let Some(permission) = Permission::from_word(&arguments.permission) else {
        return Err(Failure::Message(format!("`{}` is no permission", arguments.permission)));
    };
    let nonce = hexadecimal::bytes("nonce", &arguments.nonce)?;
    let root = attest::root(&arguments.root)?;
    let own = keys::read(&arguments.key)?;
    let bundle = arguments.bundle.as_deref().map(|file| bundle(file, &own)).transpose()?;
    let connection = Connection::new(arguments)?;
    let caller =
        connection.as_ref().map_or(AskCaller::Shown, |connection| AskCaller::Hidden(connection.bind));
    let ask = Ask {
        permission,
        path: &arguments.path,
        hide_path: arguments.hide_path,
        caller,
        open_route: arguments.open_route,
        open: arguments.open,
        verifier: &arguments.verifier,
        nonce: &nonce,
    };
    let work = Work { policy: &policy, root: &root, own: &own, bundle: bundle.as_ref(), ask };
    match with_progress(|| work.run(arguments.dry_run))? {
        Ok(Done::Planned(plan)) => print_plan(&plan, format),
        Ok(Done::Made(made)) => {
            let output = arguments.output.as_deref().ok_or_else(|| Failure::Message("no file".to_owned()))?;
            files::write(output, &made.bytes)?;
            if let Some(connection) = &connection {
                connection.write(output)?;
            }
            print_made(&made, arguments, format)
        }
        Ok(Done::Denied(unmet, opening)) => {
            if let Some(file) = &arguments.denial {
                files::write(file, &opening)?;
            }
            print_denied(&Refusal::new(policy.artifact(), permission, &arguments.path, &unmet), format)
        }
        Err(error @ (ProveError::NoRoute | ProveError::Path(_) | ProveError::Redirect(_))) => {
            print_no_route(&error, format)
        }
        Err(error) => Err(Failure::Message(error.to_string())),
    }
}

fn bundle(file: &std::path::Path, own: &Keys) -> Result<Bundle, Failure> {
    let file = if file.is_dir() { file.join(format!("{}.json", own.cell())) } else { file.to_owned() };
    Bundle::from_json(&input::text(&file, BUNDLE_BYTES)?)
        .map_err(|error| Failure::Message(format!("{}: {error}", file.display())))
}

/// The connection that a hidden caller's proof is bound to.
struct Connection {
    bind: [u8; 32],
    /// The secret of a key that was made here.
    made: Option<zeroize::Zeroizing<[u8; 32]>>,
}

impl Connection {
    fn new(arguments: &Arguments) -> Result<Option<Connection>, Failure> {
        if !arguments.hide_caller {
            return Ok(None);
        }
        if let Some(bind) = &arguments.bind {
            let bind = hexadecimal::array("connection key", bind)?;
            return Ok(Some(Connection { bind, made: None }));
        }
        let mut secret = zeroize::Zeroizing::new([0; 32]);
        keys::random(secret.as_mut())?;
        let bind = ed25519_dalek::SigningKey::from_bytes(&secret).verifying_key().to_bytes();
        Ok(Some(Connection { bind, made: Some(secret) }))
    }

    /// Writes a key that was made here beside the proof.
    fn write(&self, proof: &std::path::Path) -> Result<(), Failure> {
        let Some(secret) = &self.made else { return Ok(()) };
        let mut name = proof.as_os_str().to_owned();
        name.push(".connection.json");
        let object = json!({
            "ed25519": hexadecimal::text(&self.bind), "ed25519_secret": hexadecimal::text(secret.as_ref()),
        });
        files::write_private(std::path::Path::new(&name), format!("{object}\n").as_bytes())
    }
}

struct Work<'a> {
    policy: &'a Policy,
    root: &'a SignedRoot,
    own: &'a Keys,
    bundle: Option<&'a Bundle>,
    ask: Ask<'a>,
}

enum Done {
    Planned(Plan),
    Made(Box<Made>),
    /// Denied, with what goes with a denial.
    Denied(Unmet, Vec<u8>),
}

impl Work<'_> {
    fn run(&self, dry: bool) -> Result<Result<Done, ProveError>, Failure> {
        let mut seed = zeroize::Zeroizing::new([0; 32]);
        keys::random(seed.as_mut())?;
        let mut random = ChaCha20Rng::from_seed(*seed);
        let prover = match Prover::new(self.policy.artifact(), self.root) {
            Ok(prover) => prover,
            Err(error) => return Ok(Err(error)),
        };
        let done = if dry {
            prover.plan(&self.ask, self.own, self.bundle, &mut random).map(Done::Planned)
        } else {
            prover.prove(&self.ask, self.own, self.bundle, &mut random).map(|made| Done::Made(Box::new(made)))
        };
        Ok(match done {
            Err(ProveError::Denied(unmet)) => prover
                .requirement(self.ask.permission, self.ask.path)
                .map(|opening| Done::Denied(unmet, opening)),
            other => other,
        })
    }
}

/// Says that there is still work going on after a second, and every five.
fn with_progress<T>(work: impl FnOnce() -> T) -> T {
    let (done, waiting): (_, Receiver<()>) = channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut passed = 1;
            let mut pause = 1;
            while waiting.recv_timeout(Duration::from_secs(pause)) == Err(RecvTimeoutError::Timeout) {
                eprintln!("proving, {passed} s so far");
                pause = 5;
                passed += pause;
            }
        });
        let result = work();
        drop(done);
        result
    })
}

fn plan_json(plan: &Plan) -> Value {
    let (milliseconds, bytes) = plan.expected();
    json!({
        "rows": 1u64 << plan.log2_rows, "hash_cycles": plan.hash_cycles, "events": plan.events,
        "instances": plan.instances, "facts": plan.facts,
        "expected_milliseconds": milliseconds, "expected_bytes": bytes,
    })
}

fn print_plan(plan: &Plan, format: Format) -> Result<u8, Failure> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => writeln!(out, "{}", plan_json(plan))?,
        Format::Human => {
            let (milliseconds, bytes) = plan.expected();
            writeln!(out, "provable: {} rule instances over {} facts", plan.instances, plan.facts)?;
            writeln!(
                out,
                "  {} rows ({} hash cycles, {} events), about {milliseconds} ms and {} KB",
                1u64 << plan.log2_rows,
                plan.hash_cycles,
                plan.events,
                bytes / 1000,
            )?;
        }
    }
    Ok(ALLOW)
}

fn print_made(made: &Made, arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    let statement = hexadecimal::text(&made.claim.digest());
    let output = arguments.output.as_deref().map(|file| file.display().to_string()).unwrap_or_default();
    let mut out = std::io::stdout().lock();
    let target = match &made.claim.path {
        dregg_air::statement::ClaimedPath::Shown(path) if *path != arguments.path => Some(path.as_str()),
        dregg_air::statement::ClaimedPath::Shown(_) | dregg_air::statement::ClaimedPath::Hidden { .. } => {
            None
        }
    };
    match format {
        Format::Json => writeln!(
            out,
            "{}",
            json!({
                "proof": output, "bytes": made.bytes.len(), "statement": statement, "class": made.claim.class,
                "target": target, "rows": made.plan.map(|plan| 1u64 << plan.log2_rows),
            })
        )?,
        Format::Human => {
            if let Some(target) = target {
                writeln!(out, "{} is redirected: proved for {target}", arguments.path)?;
            }
            writeln!(out, "proved and verified: wrote {output} ({} bytes)", made.bytes.len())?;
            writeln!(out, "  statement {statement}")?;
        }
    }
    Ok(ALLOW)
}

/// Denied without any rule: there is no such route.
fn print_no_route(error: &ProveError, format: Format) -> Result<u8, Failure> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => {
            let message = error.to_string();
            let none: [&str; 0] = [];
            let object =
                json!({ "denied": error.name(), "needed": none, "missing": none, "message": message });
            writeln!(out, "{object}")?;
        }
        Format::Human => writeln!(out, "denied: {}: {error}", error.name())?,
    }
    Ok(DENY)
}

/// What is missing, in the words of the policy.
fn print_denied(refusal: &Refusal, format: Format) -> Result<u8, Failure> {
    let Refusal { reason, needed, missing } = refusal;
    match format {
        Format::Json => {
            let object = json!({ "denied": reason, "needed": needed, "missing": missing });
            writeln!(std::io::stdout().lock(), "{object}")?;
        }
        Format::Human => {
            let mut text = format!("denied: {reason}");
            for one in needed {
                text.push_str("\n  needed: ");
                text.push_str(one);
            }
            for fact in missing.iter().take(5) {
                text.push_str("\n  nearest missing fact: ");
                text.push_str(fact);
            }
            writeln!(std::io::stdout().lock(), "{text}")?;
        }
    }
    Ok(DENY)
}
