//! `dregg invoke PATH METHOD --payload …`: calls a service.

use super::{Actor, answered, run as wait};
use crate::input::{self, Failure};
use crate::{DENY, Format};
use classifier_service::ClassifierVerifier;
use dregg_sdk::{CallOptions, Effect, Error, Fault, Outcome};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The largest payload file, in bytes.
const PAYLOAD_BYTES: u64 = 4 << 20;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// What to call.
#[derive(clap::Args)]
pub struct Arguments {
    /// Where the service is mounted.
    path: String,
    /// The method.
    method: String,
    /// What it is called with, as text.
    #[arg(long, conflicts_with = "payload_file")]
    payload: Option<String>,
    /// What it is called with, from a file.
    #[arg(long, value_name = "FILE")]
    payload_file: Option<PathBuf>,
    /// The budget for the call, in computrons.
    #[arg(long)]
    budget: Option<u64>,
    /// What the call does.
    #[arg(long, value_parser = ["Invoke", "Transfer"], default_value = "Invoke")]
    effect: String,
    /// A second call does no harm: another service may be tried when one may have run it already.
    #[arg(long)]
    idempotent: bool,
    /// Show a proof in the place of held facts, also where openings would do.
    #[arg(long)]
    prove: bool,
    /// Wait for the running node and for a service there, up to so many seconds.
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    /// Fail if the response is not proved.
    #[arg(long)]
    proved: bool,
    #[command(flatten)]
    actor: Actor,
}

/// Calls it and prints the output. The status: 0 answered, 3 denied or not proved, 1 for an error.
///
/// # Errors
/// A node that cannot be reached.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    let payload = match (&arguments.payload, &arguments.payload_file) {
        (Some(text), _) => text.clone().into_bytes(),
        (None, Some(file)) => input::bytes(file, PAYLOAD_BYTES)?,
        (None, None) => Vec::new(),
    };
    let mut clerk = arguments.actor.clerk()?;
    dregg_sdk::trust(ClassifierVerifier);
    if let Some(budget) = arguments.budget {
        clerk = clerk.with_budget(budget);
    }
    if arguments.prove {
        clerk = clerk.with_proofs();
    }
    let effect = if arguments.effect == "Transfer" { Effect::Transfer } else { Effect::Invoke };
    let options = CallOptions { effect, idempotent: arguments.idempotent };
    let until = arguments.wait.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    if until.is_some() {
        clerk = clerk.with_running_node();
    }
    let called = wait(async {
        loop {
            let called = clerk.call_with(&arguments.path, &arguments.method, &payload, &options).await;
            let absent = |error: &Error| error.fault() == Some(Fault::Unreachable);
            if !(called.as_ref().is_err_and(absent) && until.is_some_and(|until| Instant::now() < until)) {
                return Ok(called);
            }
            tokio::time::sleep(PAUSE).await;
        }
    })?;
    let result = match called {
        Ok(result) => result,
        Err(error) => return answered(error, format),
    };
    let verdict = match result.verify() {
        Ok(Outcome::Proved) => "proved".to_owned(),
        Ok(Outcome::NoKey) => "no key".to_owned(),
        Err(Error::Response(reject)) => reject.name().to_owned(),
        Err(error) => return Err(super::told(error)),
    };
    let good = verdict == "proved" || (verdict == "no key" && !arguments.proved);
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => {
            let object = json!({
                "output": String::from_utf8_lossy(result.output()), "proof_bytes": result.proof().len(),
                "response": verdict, "cell": result.binding().cell.to_hex(), "path": result.binding().path,
                "deprecated": result.binding().deprecated,
            });
            writeln!(out, "{object}")?;
        }
        Format::Human => {
            out.write_all(result.output())?;
            if !result.output().ends_with(b"\n") {
                writeln!(out)?;
            }
            let proof = match result.proof().len() {
                0 => String::new(),
                bytes => format!(" ({bytes} bytes)"),
            };
            let said = if good { "response" } else { "error: response" };
            let mut told = std::io::stderr().lock();
            writeln!(told, "{said}: {verdict}{proof}")?;
            if let Some(text) = &result.binding().deprecated {
                writeln!(told, "warning: deprecated: {text}")?;
            }
        }
    }
    Ok(if good { crate::ALLOW } else { DENY })
}
