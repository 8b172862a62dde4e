//! A program that uses the runtime alone: no compiler, no parser.
//!
//! ```sh
//! dreggc compile examples/tiers/tiers.dregg -o tiers.dga
//! cargo run -p embed -- tiers.dga @silver /api/search/text
//! ```
//!
//! It loads the artifact, classifies the path, and decides `invoke` twice: without facts, and after asserting that the
//! caller was granted "silver".

use dregg_runtime::{Decision, Facts, Permission, Policy, Request, Value};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, caller, path] = arguments.as_slice() else {
        return Err("usage: embed ARTIFACT CELL PATH".into());
    };
    let policy = Policy::load(&std::fs::read(file)?)?;
    let caller = policy.cell(caller).ok_or("the policy names no such cell")?;

    match policy.classify(path)? {
        Some(found) => {
            let route = found.route.and_then(|route| policy.route_path(route));
            println!("class {}, route {}", found.class, route.as_deref().unwrap_or("(redirect)"))
        }
        None => println!("no route matches {path}"),
    }
    let mut facts = Facts::new(&policy);
    let request = Request { permission: Permission::Invoke, path, caller, epoch: 0, proved: false };
    show(&policy, "without facts", &policy.decide(&request, &facts));
    facts.assert("granted", vec![Value::Cell(caller), Value::Text("silver".to_owned())])?;
    show(&policy, "granted \"silver\"", &policy.decide(&request, &facts));
    Ok(())
}

fn show(policy: &Policy, when: &str, decision: &Decision) {
    match decision {
        Decision::Allow { .. } => println!("{when}: allow"),
        Decision::Deny { reason, needed } => {
            println!("{when}: deny, {reason}; needed: {}", needed.texts(policy).join(" | "))
        }
    }
}
