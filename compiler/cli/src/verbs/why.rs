//! `dreggc why PERM PATH --as CELL FILE [--facts FACTS.json] [--epoch N]`.

use super::compile;
use crate::files;
use crate::outcome::{Done, Failure, Outcome};
use crate::output;
use crate::report::Reporter;
use dregg_artifact::Permission;
use dregg_compiler::hir::Fact;
use dregg_compiler::reference::{Node, Request, why};
use dregg_runtime::{Facts, Policy};
use dreggc::render::plain;
use serde_json::{Value, json};
use std::path::PathBuf;

/// The largest facts file, in bytes.
const FACTS_BYTES: usize = 256 << 20;

/// What to explain.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// `read`, `invoke` or `mount`.
    #[arg(value_parser = ["read", "invoke", "mount"])]
    permission: String,
    /// The whole path.
    path: String,
    /// Who asks: `@name` of the policy, or 64 hexadecimal digits.
    #[arg(long = "as", value_name = "CELL")]
    caller: String,
    /// The root file of the policy.
    file: PathBuf,
    /// Facts that hold and stakes, beside the policy's own facts.
    #[arg(long, value_name = "FACTS.json")]
    facts: Option<PathBuf>,
    /// The epoch of the decision.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(..1 << 56))]
    epoch: u64,
    /// Take `require proof` guards as not satisfied.
    #[arg(long)]
    unproved: bool,
}

/// Prints the decision as a tree.
pub(crate) fn run(arguments: &Arguments, reporter: &mut Reporter) -> Done {
    let Some((_, hir, artifact)) = compile::of_file(&arguments.file, reporter)? else {
        return Ok(Outcome::Errors);
    };
    let policy = Policy::from_artifact(artifact);
    let Some(caller) = policy.cell(&arguments.caller) else {
        return Err(Failure::new(format!("`{}` is no cell of the policy", plain(&arguments.caller))));
    };
    let Some(permission) = Permission::from_word(&arguments.permission) else {
        return Err(Failure::usage("the permission is `read`, `invoke` or `mount`"));
    };
    let facts = match &arguments.facts {
        Some(file) => Facts::from_json(&policy, &files::read_text(file, FACTS_BYTES)?)
            .map_err(|error| Failure::new(format!("{}: {error}", output::shown(file))))?,
        None => Facts::new(&policy),
    };
    let shown: Vec<Fact> =
        facts.iter().map(|fact| Fact { relation: fact.relation, arguments: fact.arguments }).collect();
    let request = Request {
        permission,
        path: &arguments.path,
        caller,
        epoch: arguments.epoch,
        proved: !arguments.unproved,
        facts: &shown,
        stakes: facts.stakes(),
    };
    let tree = why(&hir, &request);
    output::data(&if reporter.json() { format!("{}\n", as_json(&tree)) } else { lines(&tree.render()) })?;
    Ok(Outcome::Fine)
}

/// A tree is as deep as rules may derive and ACLs may nest, which both have bounds.
fn as_json(node: &Node) -> Value {
    let children: Vec<Value> = node.children.iter().map(as_json).collect();
    json!({ "text": node.text, "holds": node.holds, "because": children })
}

/// The lines of a tree, without characters that a terminal would obey.
fn lines(tree: &str) -> String {
    tree.lines().map(|line| format!("{}\n", plain(line))).collect()
}
