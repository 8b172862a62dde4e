//! The verbs that speak with a mesh: who acts, on which node, and how an error is told.
//!
//! Not here: what they ask for (`dregg-sdk`), keys and proofs as files (the verbs beside this folder).

pub mod credential;
pub mod epoch;
pub mod fact;
pub mod gateway;
pub mod init;
pub mod invoke;
pub mod namespace;
pub mod node;
pub mod service;
pub mod stake;
mod stop;
mod watch;

use crate::input::Failure;
use crate::{DENY, ERROR, Format, keys};
use dregg_artifact::Artifact;
use dregg_sdk::{AgentCipherclerk, CellId, Error, Home, Place, Receipt, default_home};
use serde_json::{Value, json};
use std::future::Future;
use std::io::Write;
use std::path::PathBuf;

/// Who acts, and where.
#[derive(clap::Args)]
pub struct Actor {
    /// The keys of the cell that acts (default: `$DREGG_KEY`, else the first that the mesh began with); further ones sign
    /// too, for what a council writes.
    #[arg(long = "key", value_name = "KEY.json")]
    keys: Vec<PathBuf>,
    /// The directory of the mesh (default: `$DREGG_HOME`, else the platform's directory for data).
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// A node elsewhere, over TLS: its address and its cell.
    #[arg(long, value_name = "IP:PORT/CELL")]
    node: Option<String>,
}

impl Actor {
    /// The home that is meant.
    pub fn home(&self) -> Home {
        self.home.clone().map_or_else(default_home, Home::at)
    }

    /// The clerk that acts.
    ///
    /// # Errors
    /// Keys that cannot be read, or an address that is none.
    pub fn clerk(&self) -> Result<AgentCipherclerk, Failure> {
        let mut given =
            self.keys.iter().map(|file| keys::read(file)).collect::<Result<Vec<_>, _>>()?.into_iter();
        let first = given.next();
        let home = self.home();
        let clerk = match (&self.node, first) {
            (None, None) => AgentCipherclerk::at(home),
            (None, Some(keys)) => AgentCipherclerk::at(home).with_keys(keys),
            (Some(node), first) => {
                let keys = match first {
                    Some(keys) => keys,
                    None => dregg_sdk::default_keys(&home).map_err(told)?,
                };
                AgentCipherclerk::connect(place(node)?, keys, home.credentials())
            }
        };
        Ok(clerk.with_cosigners(given.collect()))
    }
}

fn place(text: &str) -> Result<Place, Failure> {
    let wrong = || Failure::Message(format!("`{text}` is not IP:PORT/CELL"));
    let (address, cell) = text.split_once('/').ok_or_else(wrong)?;
    let address = address.parse().map_err(|_| wrong())?;
    let node = CellId::from_hex(cell).filter(CellId::is_canonical).ok_or_else(wrong)?;
    Ok(Place::Tcp { address, node })
}

/// Runs to the end.
///
/// # Errors
/// Of the work, or of the system.
pub fn run<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::Message(error.to_string()))?.block_on(work)
}

/// There is no mesh where one was looked for.
pub fn nowhere() -> Failure {
    Failure::Message("there is no mesh here; `dregg init POLICY.dregg --key KEY.json` begins one".to_owned())
}

/// An error as a message.
pub fn told(error: Error) -> Failure {
    match &error {
        Error::Home(dregg_node::HomeError::Store(dregg_node::StoreError::NoStore)) => Failure::Message(
            "there is no mesh here; `dregg init POLICY.dregg --key KEY.json` begins one".to_owned(),
        ),
        error => Failure::Message(error.to_string()),
    }
}

/// An error as the answer it is: a denial and a refusal are answers, printed like others, with a status of their own.
///
/// # Errors
/// Everything that is no answer.
pub fn answered(error: Error, format: Format) -> Result<u8, Failure> {
    let object = match &error {
        Error::Denied(denial) => json!({
            "result": "denied", "reason": denial.denied, "permission": denial.permission, "path": denial.path,
            "needed": denial.needed, "opening": denial.opening,
        }),
        Error::Refused { name, message, .. } => {
            json!({ "result": "refused", "reason": name, "message": message })
        }
        Error::Failed { detail, .. } => {
            json!({ "result": "failed", "reason": error.name(), "message": detail })
        }
        Error::Prove(dregg_prove::ProveError::Denied(_)) => {
            json!({ "result": "denied", "reason": "Unproved", "message": error.to_string() })
        }
        Error::Home(_)
        | Error::Node(_)
        | Error::Login(_)
        | Error::Connection(_)
        | Error::Prove(_)
        | Error::Descriptor(_)
        | Error::Answer(_)
        | Error::Root(_)
        | Error::Credential(_)
        | Error::Response(_) => return Err(told(error)),
    };
    let status = match &error {
        Error::Failed { .. } => ERROR,
        _ => DENY,
    };
    match format {
        Format::Json => writeln!(std::io::stdout().lock(), "{object}")?,
        Format::Human => {
            let mut out = std::io::stderr().lock();
            match &error {
                Error::Denied(denial) => {
                    let (permission, path) = (&denial.permission, &denial.path);
                    writeln!(out, "denied: {permission} {path}: {}", denial.denied)?;
                    for needed in &denial.needed {
                        let what = if needed.starts_with("missing: ") { "" } else { "needed: " };
                        writeln!(out, "  {what}{needed}")?;
                    }
                    if !denial.opening.is_empty() {
                        writeln!(out, "  check it: dregg namespace requirement {permission} {path}")?;
                    }
                }
                error => writeln!(out, "{error}")?,
            }
        }
    }
    Ok(status)
}

/// Prints what came of a change.
///
/// # Errors
/// Of writing, or what is no answer.
pub fn receipt(result: Result<Receipt, Error>, format: Format, text: &str) -> Result<u8, Failure> {
    let receipt = match result {
        Ok(receipt) => receipt,
        Err(error) => return answered(error, format),
    };
    let mut out = std::io::stdout().lock();
    match format {
        Format::Human => writeln!(out, "{text} (height {}, epoch {})", receipt.height, receipt.epoch)?,
        Format::Json => {
            let mut object = json!({ "result": "done", "height": receipt.height, "epoch": receipt.epoch });
            if let (Some(object), Some(detail)) = (object.as_object_mut(), receipt.detail.as_object()) {
                object.extend(detail.clone());
            }
            writeln!(out, "{object}")?;
        }
    }
    Ok(crate::ALLOW)
}

/// Prints an object, or lines for people.
///
/// # Errors
/// Of writing.
pub fn print(format: Format, object: &Value, lines: &[String]) -> Result<u8, Failure> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => writeln!(out, "{object}")?,
        Format::Human => lines.iter().try_for_each(|line| writeln!(out, "{line}"))?,
    }
    Ok(crate::ALLOW)
}

/// A cell by 64 hexadecimal digits, or by the policy's name for it.
///
/// # Errors
/// A message if it is neither.
pub fn cell(text: &str, artifact: &Artifact) -> Result<CellId, Failure> {
    let name = text.strip_prefix('@');
    let named =
        name.and_then(|name| artifact.cells.iter().find(|(known, _)| known == name)).map(|(_, cell)| *cell);
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let found = named.or_else(|| CellId::from_hex(digits).filter(CellId::is_canonical));
    found.ok_or_else(|| {
        Failure::Message(match name {
            Some(name) => format!("the policy names no cell @{name}"),
            None => format!("`{text}` is no cell: 64 hexadecimal digits, or @NAME"),
        })
    })
}
