//! `dregg decide OUT.dga PERM PATH --as CELL [--facts FACTS.json] [--epoch N] [--assume-proved]`.

use crate::input::{self, Failure};
use crate::{ALLOW, DENY, Format, output};
use dregg_runtime::{Facts, Permission, Request};
use std::io::Write;
use std::path::PathBuf;

/// What to decide.
#[derive(clap::Args)]
pub struct Arguments {
    /// The compiled policy.
    artifact: PathBuf,
    /// `read`, `invoke` or `mount`.
    #[arg(value_parser = ["read", "invoke", "mount"])]
    permission: String,
    /// The whole path.
    path: String,
    /// Who asks: `@name` of the policy, or 64 hexadecimal digits.
    #[arg(long = "as", value_name = "CELL")]
    caller: String,
    /// Facts that hold and stakes, beside the policy's own facts.
    #[arg(long, value_name = "FACTS.json")]
    facts: Option<PathBuf>,
    /// The epoch of the decision.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(..1 << 56))]
    epoch: u64,
    /// Take `require proof` guards as satisfied.
    #[arg(long)]
    assume_proved: bool,
}

/// Prints the decision; the status says it too.
///
/// # Errors
/// An artifact or facts file that cannot be loaded, or a cell the policy does not know.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    let policy = input::policy(&arguments.artifact)?;
    let Some(caller) = policy.cell(&arguments.caller) else {
        let names: Vec<String> = policy.artifact().cells.iter().map(|(name, _)| format!("@{name}")).collect();
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(Failure::Message(format!("`{}` is no cell; the policy names {known}", arguments.caller)));
    };
    let Some(permission) = Permission::from_word(&arguments.permission) else {
        return Err(Failure::Message(format!("`{}` is no permission", arguments.permission)));
    };
    let facts = match &arguments.facts {
        Some(file) => Facts::from_json(&policy, &input::facts(file)?)
            .map_err(|error| Failure::Message(format!("{}: {error}", file.display())))?,
        None => Facts::new(&policy),
    };
    let path = arguments.path.as_str();
    let request =
        Request { permission, path, caller, epoch: arguments.epoch, proved: arguments.assume_proved };
    let decision = policy.decide(&request, &facts);
    let route = output::route_of(&policy, path);
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => writeln!(out, "{}", output::decided_json(&policy, &decision, route.as_deref()))?,
        Format::Human => writeln!(out, "{}", output::decided(&policy, &decision, route.as_deref()))?,
    }
    Ok(if decision.is_allow() { ALLOW } else { DENY })
}
