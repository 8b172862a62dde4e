//! `dregg namespace mount|resolve|list|unmount|transfer|requirement`: what is mounted, and by what right.

use super::{Actor, answered, cell, print, receipt, run as wait, told};
use crate::input::{self, Failure};
use crate::{Format, attest};
use dregg_artifact::Permission;
use dregg_sdk::{Binding, Descriptor};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// The largest descriptor file, in bytes.
const DESCRIPTOR_BYTES: u64 = 1 << 16;

/// What to do in the namespace.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Mount a service, or change what this cell has mounted there.
    Mount(Mount),
    /// Show what is mounted at a path, in the order in which it is tried.
    Resolve(At),
    /// Show the services at and below a prefix.
    List(At),
    /// Take this cell's mount away.
    Unmount(At),
    /// Hand this cell's mount to another cell.
    Transfer(Transfer),
    /// Show what the policy requires, from an opening that is checked here against the attested root.
    Requirement(Requirement),
}

#[derive(clap::Args)]
struct Mount {
    /// Where.
    #[arg(long)]
    path: String,
    /// What the service says of itself.
    #[arg(long, value_name = "FILE.json")]
    descriptor: PathBuf,
    /// The lower, the earlier it is tried (default: the policy's own for the cell, else behind all that are there).
    #[arg(long)]
    priority: Option<u16>,
    #[command(flatten)]
    actor: Actor,
}

#[derive(clap::Args)]
struct At {
    /// The path.
    path: String,
    #[command(flatten)]
    actor: Actor,
}

#[derive(clap::Args)]
struct Transfer {
    /// The path.
    path: String,
    /// The cell that gets it: 64 hexadecimal digits, or @NAME.
    #[arg(long, value_name = "CELL")]
    to: String,
    #[command(flatten)]
    actor: Actor,
}

#[derive(clap::Args)]
struct Requirement {
    /// For what.
    #[arg(value_parser = ["read", "invoke", "mount"])]
    permission: String,
    /// Where.
    path: String,
    /// The attested root to check it against (default: the node's own, after a check of its chain).
    #[arg(long, value_name = "ROOT.json")]
    root: Option<PathBuf>,
    /// An opening that came with a denial, as hexadecimal digits; without it the node is asked.
    #[arg(long, value_name = "HEX")]
    opening: Option<String>,
    #[command(flatten)]
    actor: Actor,
}

/// Does it.
///
/// # Errors
/// Files that cannot be read, or a node that cannot be reached.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    match &arguments.what {
        What::Mount(mount) => {
            let text = input::text(&mount.descriptor, DESCRIPTOR_BYTES)?;
            let descriptor = Descriptor::from_json(&text)
                .map_err(|error| Failure::Message(format!("{}: {error}", mount.descriptor.display())))?;
            let key = descriptor.verification_key.as_deref();
            if key.is_some_and(|key| dregg_response::ResponseKey::from_hex(key).is_none()) {
                let file = mount.descriptor.display();
                writeln!(
                    std::io::stderr().lock(),
                    "warning: {file}: `verification_key` is not 64 hexadecimal digits: no response can be verified under it"
                )?;
            }
            let clerk = mount.actor.clerk()?;
            let done = wait(async { Ok(clerk.mount(&mount.path, descriptor, mount.priority).await) })?;
            receipt(done, format, &format!("mounted {}", mount.path))
        }
        What::Resolve(at) => {
            let clerk = at.actor.clerk()?;
            match wait(async { Ok(clerk.describe(&at.path).await) })? {
                Ok(bindings) if bindings.is_empty() => {
                    let error = dregg_sdk::Error::Refused {
                        name: "NothingMounted".to_owned(),
                        message: format!("nothing is mounted at {}", at.path),
                        detail: serde_json::Map::new(),
                    };
                    answered(error, format)
                }
                Ok(bindings) => resolved(&bindings, format),
                Err(error) => answered(error, format),
            }
        }
        What::List(at) => {
            let clerk = at.actor.clerk()?;
            match wait(async { Ok(clerk.list(&at.path).await) })? {
                Ok(found) => {
                    let lines: Vec<String> =
                        found.iter().map(|one| format!("{} -- {}", one.path, one.description)).collect();
                    let services: Vec<Value> = found
                        .iter()
                        .map(|one| {
                            json!({
                                "path": one.path, "cell": one.cell.to_hex(), "name": one.name,
                                "description": one.description,
                            })
                        })
                        .collect();
                    print(format, &json!({ "services": services }), &lines)
                }
                Err(error) => answered(error, format),
            }
        }
        What::Unmount(at) => {
            let clerk = at.actor.clerk()?;
            let done = wait(async { Ok(clerk.unmount(&at.path).await) })?;
            receipt(done, format, &format!("unmounted {}", at.path))
        }
        What::Transfer(transfer) => {
            let clerk = transfer.actor.clerk()?;
            let done = wait(async {
                let (_, artifact) = clerk.root().await.map_err(told)?;
                let to = cell(&transfer.to, &artifact)?;
                Ok(clerk.transfer(&transfer.path, to).await)
            })?;
            receipt(done, format, &format!("handed {} to {}", transfer.path, transfer.to))
        }
        What::Requirement(requirement) => required(requirement, format),
    }
}

fn resolved(bindings: &[Binding], format: Format) -> Result<u8, Failure> {
    let mut lines = Vec::new();
    for (number, binding) in bindings.iter().enumerate() {
        if number > 0 {
            lines.push(String::new());
        }
        if binding.asked != binding.path {
            lines.push(format!("path: {}", binding.path));
        }
        let effects: Vec<&str> = binding.descriptor.effects.iter().map(|effect| effect.word()).collect();
        lines.push(format!("cell: {}", binding.cell));
        lines.push(format!("name: {}", binding.descriptor.name));
        lines.push(format!("effects: [{}]", effects.join(", ")));
        lines.push(format!("pricing: {} computrons/call", binding.descriptor.pricing.per_call));
        if let Some(text) = &binding.deprecated {
            lines.push(format!("warning: deprecated: {text}"));
        }
        if !binding.signed {
            lines.push("warning: the descriptor is not signed by this cell".to_owned());
        }
    }
    let objects: Vec<Value> = bindings
        .iter()
        .map(|binding| {
            let descriptor: Value = serde_json::from_str(&binding.descriptor.to_json()).unwrap_or_default();
            json!({
                "path": binding.path, "cell": binding.cell.to_hex(), "priority": binding.priority,
                "version": binding.version, "epoch": binding.epoch, "descriptor": descriptor,
                "deprecated": binding.deprecated, "signed": binding.signed,
            })
        })
        .collect();
    print(format, &json!({ "bindings": objects }), &lines)
}

fn required(asked: &Requirement, format: Format) -> Result<u8, Failure> {
    let permission = Permission::from_word(&asked.permission)
        .ok_or_else(|| Failure::Message(format!("`{}` is no permission", asked.permission)))?;
    let given = asked.root.as_deref().map(attest::root).transpose()?;
    let opening = match &asked.opening {
        Some(digits) => Ok(crate::hexadecimal::bytes("opening", digits)?),
        None => {
            let clerk = asked.actor.clerk()?;
            wait(async { Ok(clerk.requirement(permission, &asked.path).await) })?
        }
    };
    let opening = match opening {
        Ok(opening) => opening,
        Err(error) => return answered(error, format),
    };
    let root = match given {
        Some(root) => root,
        None => {
            let clerk = asked.actor.clerk()?;
            wait(async { clerk.root().await.map(|(root, _)| root).map_err(told) })?
        }
    };
    let found =
        dregg_verify::requirement(root.root(), permission, &asked.path, &opening).map_err(|reject| {
            Failure::Message(format!("the opening is rejected: {}: {reject}", reject.name()))
        })?;
    let (guards, clauses) = (found.guards(), found.clauses());
    let mut lines = vec![format!("{} {}", asked.permission, asked.path)];
    if let Some(target) = &found.target {
        lines.push(format!("  redirect to {target}"));
    } else {
        if found.proof() {
            lines.push("  needs: a proof".to_owned());
        }
        lines.extend(guards.iter().map(|guard| format!("  needs: {guard}")));
        lines.extend(clauses.iter().map(|clause| format!("  one of: {clause}")));
        if clauses.is_empty() {
            lines.push("  nobody may".to_owned());
        }
    }
    lines.push(format!("  opened under the root of epoch {}", root.root().epoch));
    let object = json!({
        "permission": asked.permission, "path": asked.path, "proof": found.proof(), "guards": guards,
        "clauses": clauses, "target": found.target, "epoch": root.root().epoch,
    });
    print(format, &object, &lines)
}
