//! `dregg gateway publish|delegate|revoke|status`: the part of a namespace that a cell owns.

use super::init::artifact;
use super::{Actor, answered, cell, print, receipt, run as wait, told};
use crate::input::Failure;
use crate::{ERROR, Format};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What to do with a gateway.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Publish the gateway's own table, from the next epoch on.
    Publish(Publish),
    /// Pass on the right to mount below the gateway.
    Delegate(Delegate),
    /// Take a delegation back, with all that hang on it.
    Revoke(Revoke),
    /// Show a gateway.
    Status(Status),
}

#[derive(clap::Args)]
struct Publish {
    /// The gateway's prefix, as /services/acme.
    prefix: String,
    /// The table: a policy whose routes all lie below the prefix, as source or artifact.
    table: PathBuf,
    #[command(flatten)]
    actor: Actor,
}

#[derive(clap::Args)]
struct Delegate {
    /// The gateway's prefix.
    prefix: String,
    /// To whom: 64 hexadecimal digits, or @NAME.
    #[arg(long, value_name = "CELL")]
    to: String,
    /// How often it may be passed on again.
    #[arg(long, default_value_t = 0)]
    depth: u8,
    #[command(flatten)]
    actor: Actor,
}

#[derive(clap::Args)]
struct Revoke {
    /// The gateway's prefix.
    prefix: String,
    /// Whose: 64 hexadecimal digits, or @NAME.
    #[arg(long, value_name = "CELL")]
    to: String,
    #[command(flatten)]
    actor: Actor,
}

#[derive(clap::Args)]
struct Status {
    /// The gateway's prefix.
    prefix: String,
    #[command(flatten)]
    actor: Actor,
}

/// Does it.
///
/// # Errors
/// Files, or a node that cannot be reached.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    match &arguments.what {
        What::Publish(publish) => {
            let Some(table) = artifact(&publish.table)? else { return Ok(ERROR) };
            let mut clerk = publish.actor.clerk()?;
            let done = wait(async { Ok(clerk.mount_gateway(&publish.prefix, table).await) })?;
            receipt(
                done,
                format,
                &format!("published the table of {} from the next epoch on", publish.prefix),
            )
        }
        What::Delegate(delegate) => {
            let mut clerk = delegate.actor.clerk()?;
            let done = wait(async {
                let (_, artifact) = clerk.root().await.map_err(told)?;
                let to = cell(&delegate.to, &artifact)?;
                Ok(clerk.delegate_mount(&delegate.prefix, to, delegate.depth).await)
            })?;
            receipt(done, format, &format!("{} may mount below {}", delegate.to, delegate.prefix))
        }
        What::Revoke(revoke) => {
            let clerk = revoke.actor.clerk()?;
            let done = wait(async {
                let (_, artifact) = clerk.root().await.map_err(told)?;
                let to = cell(&revoke.to, &artifact)?;
                Ok(clerk.revoke_delegation(&revoke.prefix, to).await)
            })?;
            receipt(done, format, &format!("{} may no longer mount below {}", revoke.to, revoke.prefix))
        }
        What::Status(status) => {
            let prefix = status.prefix.strip_suffix('/').unwrap_or(&status.prefix);
            let clerk = status.actor.clerk()?;
            let asked =
                wait(async { Ok(clerk.question(&json!({ "ask": "gateway", "prefix": prefix })).await) })?;
            let object = match asked {
                Ok(object) => object,
                Err(error) => return answered(error, format),
            };
            let mut lines = Vec::new();
            for name in ["prefix", "owner", "table", "depth", "max_routes", "mounts"] {
                match object.get(name) {
                    None | Some(Value::Null) => {}
                    Some(Value::String(text)) => lines.push(format!("{name}: {text}")),
                    Some(value) => lines.push(format!("{name}: {value}")),
                }
            }
            for one in object.get("delegations").and_then(Value::as_array).into_iter().flatten() {
                let text = |name: &str| one.get(name).map(|value| value.to_string().replace('"', ""));
                let text = |name: &str| text(name).unwrap_or_default();
                lines.push(format!(
                    "delegation: {} to {}, depth {}",
                    text("from"),
                    text("to"),
                    text("depth")
                ));
            }
            print(format, &object, &lines)
        }
    }
}
