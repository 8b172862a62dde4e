//! `dregg stake set CELL AMOUNT -o FILE.json`: stakes, hidden from everybody but writer and holder.

use super::{Actor, answered, cell, receipt, run as wait, told};
use crate::input::Failure;
use crate::{Format, files};
use std::path::PathBuf;

/// What to do with stakes.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Set a cell's stake from the next epoch on; the file is for the cell alone.
    Set(Set),
}

#[derive(clap::Args)]
struct Set {
    /// Whose: 64 hexadecimal digits, or @NAME.
    cell: String,
    /// How much; 0 takes it away.
    amount: u64,
    /// The file for the cell.
    #[arg(short, long, value_name = "FILE.json")]
    output: PathBuf,
    #[command(flatten)]
    actor: Actor,
}

/// Does it.
///
/// # Errors
/// Files, or a node that cannot be reached.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    let What::Set(set) = &arguments.what;
    let clerk = set.actor.clerk()?;
    let done = wait(async {
        let (_, artifact) = clerk.root().await.map_err(told)?;
        let owner = cell(&set.cell, &artifact)?;
        Ok(clerk.set_stake(owner, set.amount).await)
    })?;
    match done {
        Ok((credential, done)) => {
            files::write_private(&set.output, credential.to_json().as_bytes())?;
            let text = format!(
                "set the stake of {} from the next epoch on; its opening is in {}",
                set.cell,
                set.output.display()
            );
            receipt(Ok(done), format, &text)
        }
        Err(error) => answered(error, format),
    }
}
