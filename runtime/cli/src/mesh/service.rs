//! `dregg service serve KIND`: the services of the examples, for what the acting cell has mounted.

use super::stop::Stop;
use super::{Actor, run as wait, told};
use crate::ALLOW;
use crate::input::Failure;
use classifier_service::respond;
use dregg_response::CallContext;
use dregg_sdk::{AgentCipherclerk, CallOptions, Effect, Incoming, Reply};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long to wait before a lost node is looked for again.
const PAUSE: Duration = Duration::from_millis(500);

/// What the classifier says of itself, its key among it.
const CLASSIFIER: &str = include_str!("../../../../examples/classifier-service/descriptor.json");
/// What the echo says of itself.
const ECHO: &str = r#"{
  "name": "echo",
  "description": "Gives back what it gets",
  "effects": ["Invoke"],
  "pricing": { "per_call": 1, "budget_required": false }
}
"#;

/// What to do with services.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Answer the calls of everything that this cell has mounted, until stopped. Needs a running node.
    Serve(Serve),
    /// Print a descriptor of an example's service, to be mounted.
    Descriptor {
        /// Which service.
        #[arg(value_parser = ["echo", "classifier"])]
        kind: String,
    },
}

#[derive(clap::Args)]
struct Serve {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(clap::Subcommand)]
enum Kind {
    /// Gives back what it gets (method `echo`), and says who it is (`name`).
    Echo {
        #[command(flatten)]
        actor: Actor,
    },
    /// Classifies bytes and proves each answer (method `classify`).
    Classifier {
        #[command(flatten)]
        actor: Actor,
    },
    /// Hands each call to the next of the services at its path that are no coordinators. Their answers come without proofs.
    RoundRobin {
        /// The budget for each call that is handed on, in computrons.
        #[arg(long)]
        budget: Option<u64>,
        #[command(flatten)]
        actor: Actor,
    },
}

/// Serves until it is stopped.
///
/// # Errors
/// A node that cannot be reached at first.
pub fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let serve = match &arguments.what {
        What::Serve(serve) => serve,
        What::Descriptor { kind } => {
            let text = if kind == "echo" { ECHO } else { CLASSIFIER };
            write!(std::io::stdout().lock(), "{text}")?;
            return Ok(ALLOW);
        }
    };
    let (Kind::Echo { actor } | Kind::Classifier { actor } | Kind::RoundRobin { actor, .. }) = &serve.kind;
    let clerk = actor.clerk()?.with_running_node();
    let name = clerk.cell().map_err(told)?.to_hex();
    wait(async {
        match &serve.kind {
            Kind::Echo { .. } => {
                keep(&clerk, move || {
                    let name = name.clone();
                    move |call: &Incoming| echo(call, &name)
                })
                .await
            }
            Kind::Classifier { .. } => keep(&clerk, || classify).await,
            Kind::RoundRobin { budget, .. } => {
                let others = match budget {
                    Some(budget) => clerk.clone().with_budget(*budget),
                    None => clerk.clone(),
                };
                keep(&clerk, move || {
                    let (others, turn) = (others.clone(), AtomicUsize::new(0));
                    move |call: &Incoming| pass_on(call, &others, turn.fetch_add(1, Ordering::Relaxed))
                })
                .await
            }
        }
    })
}

/// Attaches, and attaches again when the node was away.
async fn keep<S, M>(clerk: &AgentCipherclerk, make: M) -> Result<u8, Failure>
where
    S: dregg_sdk::Service,
    M: Fn() -> S,
{
    let mut stop = Stop::new()?;
    let mut serving = clerk.serve(make()).await.map_err(told)?;
    writeln!(std::io::stdout().lock(), "serving {}", clerk.cell().map_err(told)?)?;
    loop {
        tokio::select! {
            () = serving.ended() => {}
            () = stop.told() => return Ok(ALLOW),
        }
        loop {
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = stop.told() => return Ok(ALLOW),
            }
            match clerk.serve(make()).await {
                Ok(again) => {
                    serving = again;
                    break;
                }
                Err(error) => writeln!(std::io::stderr().lock(), "waiting for the node: {error}")?,
            }
        }
    }
}

fn echo(call: &Incoming, name: &str) -> Result<Reply, String> {
    match call.method.as_str() {
        "echo" => Ok(Reply::from(call.payload.clone())),
        "name" => Ok(Reply::from(name.as_bytes().to_vec())),
        method => Err(format!("no method `{method}`; there are `echo` and `name`")),
    }
}

fn classify(call: &Incoming) -> Result<Reply, String> {
    let context = CallContext {
        instance: call.instance,
        service: call.service,
        path: &call.path,
        call_id: &call.call_id,
    };
    let (output, proof) =
        respond(&call.method, &call.payload, &context).map_err(|error| error.to_string())?;
    Ok(Reply { output, proof })
}

/// Calls the next of the services at the same path, with the same effect; if it cannot be reached, the one after it.
/// Coordinators do not call each other: nothing would end that.
fn pass_on(call: &Incoming, clerk: &AgentCipherclerk, turn: usize) -> Result<Reply, String> {
    let effect = if call.effect == Effect::Transfer.word() { Effect::Transfer } else { Effect::Invoke };
    let options = CallOptions { effect, idempotent: false };
    let work = async {
        let coordinators = clerk.coordinators(&call.path).await?;
        let service = clerk.resolve(&call.path).await?;
        let mut others = service.bindings();
        others.retain(|binding| binding.cell != call.service && !coordinators.contains(&binding.cell));
        let order = (0..others.len()).filter_map(|step| others.get((turn + step) % others.len()));
        let mut last = None;
        for binding in order {
            match service.only(binding.cell).invoke_with(&call.method, &call.payload, &options).await {
                Err(error) if error.fault().is_some_and(dregg_sdk::never_ran) => last = Some(error),
                result => return result.map(Some),
            }
        }
        last.map_or(Ok(None), Err)
    };
    match futures::executor::block_on(work) {
        Ok(Some(result)) => Ok(Reply::from(result.output().to_vec())),
        Ok(None) => Err("no service beside coordinators is attached here".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
