//! `dregg credential issue|show|import`: held facts, from their issuer to their holder.

use super::fact::read;
use super::{Actor, answered, print, receipt, run as wait, told};
use crate::input::{self, Failure};
use crate::{Format, files};
use dregg_attest::attest::NEVER;
use dregg_sdk::{Argument, Credential};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The largest credential file, in bytes.
const CREDENTIAL_BYTES: u64 = 1 << 16;

/// What to do with credentials.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Sign a held fact; the file is for its holder alone. It counts from the next epoch on.
    Issue(Issue),
    /// Show what this cell holds.
    Show(Show),
    /// Keep a credential that was issued to this cell.
    Import(Import),
}

#[derive(clap::Args)]
struct Issue {
    /// The fact, as a policy writes it: 'granted(@alice, "tier2")'.
    fact: String,
    /// The first epoch in which it no longer holds (default: it does not end by itself).
    #[arg(long, value_name = "EPOCH")]
    until: Option<u64>,
    /// The file for its holder.
    #[arg(short, long, value_name = "FILE.json")]
    output: PathBuf,
    #[command(flatten)]
    actor: Actor,
}

#[derive(clap::Args)]
struct Show {
    #[command(flatten)]
    actor: Actor,
}

#[derive(clap::Args)]
struct Import {
    /// The file of its issuer.
    file: PathBuf,
    #[command(flatten)]
    actor: Actor,
}

/// Does it.
///
/// # Errors
/// Files, or a node that cannot be reached.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    match &arguments.what {
        What::Issue(issue) => {
            let clerk = issue.actor.clerk()?;
            let issued = wait(async {
                let (_, artifact) = clerk.root().await.map_err(told)?;
                let fact = read(&issue.fact, &artifact)?;
                Ok(clerk.issue(fact, issue.until.unwrap_or(NEVER)).await)
            })?;
            match issued {
                Ok((credential, done)) => {
                    files::write_private(&issue.output, credential.to_json().as_bytes())?;
                    let text = format!(
                        "issued {} in {}, from the next epoch on",
                        issue.fact,
                        issue.output.display()
                    );
                    receipt(Ok(done), format, &text)
                }
                Err(error) => answered(error, format),
            }
        }
        What::Show(show) => {
            let held = show.actor.clerk()?.credentials().map_err(told)?;
            let lines: Vec<String> = held.iter().map(line).collect();
            let objects: Vec<Value> = held.iter().map(object).collect();
            print(format, &json!({ "credentials": objects }), &lines)
        }
        What::Import(import) => {
            let text = input::text(&import.file, CREDENTIAL_BYTES)?;
            let named = |error| Failure::Message(format!("{}: {error}", import.file.display()));
            let credential = Credential::from_json(&text).map_err(named)?;
            let kept = import.actor.clerk()?.import(&credential).map_err(told)?;
            print(
                format,
                &json!({ "result": "imported", "file": kept }),
                &[format!("imported {}", line(&credential))],
            )
        }
    }
}

fn line(credential: &Credential) -> String {
    match credential {
        Credential::Fact { relation, args, expiry, .. } => {
            let args: Vec<String> = args
                .iter()
                .map(|argument| match argument {
                    Argument::Int(int) => int.to_string(),
                    Argument::Text(text) => format!("{text:?}"),
                })
                .collect();
            let until = if *expiry == NEVER { String::new() } else { format!(" until {expiry}") };
            format!("{relation}({}){until}", args.join(", "))
        }
        Credential::Stake { amount, .. } => format!("stake {amount}"),
    }
}

/// Without the salt, which is what hides it.
fn object(credential: &Credential) -> Value {
    match credential {
        Credential::Fact { relation, args, signer, expiry, .. } => {
            json!({ "relation": relation, "args": args, "signer": signer, "expiry": expiry })
        }
        Credential::Stake { cell, amount, .. } => json!({ "stake": amount, "cell": cell }),
    }
}
