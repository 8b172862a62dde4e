//! `dregg epoch status|advance`: where the mesh stands, and closing the epoch.

use super::{Actor, answered, print, run as wait};
use crate::input::Failure;
use crate::{Format, files};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What to do with the epoch.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show where the mesh stands.
    Status(Status),
    /// Close the epoch, with the council's keys that the node has: what was written counts then.
    Advance(Advance),
}

#[derive(clap::Args)]
struct Status {
    /// Write the attested root to a file, for `dregg verify` and `dregg prove`.
    #[arg(long, value_name = "ROOT.json")]
    root: Option<PathBuf>,
    #[command(flatten)]
    actor: Actor,
}

#[derive(clap::Args)]
struct Advance {
    #[command(flatten)]
    actor: Actor,
}

/// Does it.
///
/// # Errors
/// A node that cannot be reached, or a file that cannot be written.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    match &arguments.what {
        What::Advance(advance) => {
            let clerk = advance.actor.clerk()?;
            match wait(async { Ok(clerk.advance_epoch().await) })? {
                Ok(epoch) => print(format, &json!({ "epoch": epoch }), &[format!("epoch {epoch} has begun")]),
                Err(error) => answered(error, format),
            }
        }
        What::Status(status) => {
            let clerk = status.actor.clerk()?;
            let asked = wait(async {
                let root = match &status.root {
                    Some(_) => Some(clerk.root().await.map_err(super::told)?.0),
                    None => None,
                };
                Ok(clerk.question(&json!({ "ask": "epoch" })).await.map(|object| (object, root)))
            })?;
            let (object, root) = match asked {
                Ok(answer) => answer,
                Err(error) => return answered(error, format),
            };
            if let (Some(file), Some(root)) = (&status.root, root) {
                files::write(file, root.to_json().as_bytes())?;
            }
            let mut lines = Vec::new();
            for name in ["epoch", "height", "instance", "root", "policy", "node", "quorum", "blocks"] {
                match object.get(name) {
                    None | Some(Value::Null) => {}
                    Some(Value::String(text)) => lines.push(format!("{name}: {text}")),
                    Some(value) => lines.push(format!("{name}: {value}")),
                }
            }
            print(format, &object, &lines)
        }
    }
}
