//! `dregg node run|backup|restore`: a node that other processes reach, and its copies.

use super::print;
use super::stop::Stop;
use crate::input::Failure;
use crate::{ALLOW, Format};
use dregg_node::{
    Acceptor, Home, HomeError, Node, NodeError, Settings, StoreError, Vat, serve_tcp, serve_unix,
};
use dregg_sdk::default_home;
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::LocalSet;

/// How long a starting node waits for the store, and a stopping one for calls under way.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);
/// Between two looks at the state of the store.
const LOOK: Duration = Duration::from_millis(250);

/// What to do with a node.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Run the node of a mesh until it is stopped.
    Run(Run),
    /// Copy everything that a node keeps to a new directory. The node must not run.
    Backup(Copy),
    /// Begin a home from a copy; its whole log is checked first.
    Restore(Copy),
}

#[derive(clap::Args)]
struct Run {
    /// Listen for other machines too, over TLS with raw keys.
    #[arg(long, value_name = "IP:PORT")]
    listen: Option<SocketAddr>,
    /// Answer /livez, /readyz and /metrics over HTTP, for whoever watches the node.
    #[arg(long, value_name = "IP:PORT")]
    http: Option<SocketAddr>,
    /// How long a service may take for one call, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 30_000)]
    call_time: u64,
    /// How much to tell: error, warn, info, debug.
    #[arg(long, default_value = "info")]
    log: tracing::Level,
    /// The directory of the mesh (default: `$DREGG_HOME`, else the platform's directory for data).
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Copy {
    /// The directory of the copy. It holds secret keys.
    copy: PathBuf,
    /// The directory of the mesh (default: `$DREGG_HOME`, else the platform's directory for data).
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
}

/// Does it.
///
/// # Errors
/// A home without a mesh, a store in use, an address in use.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    match &arguments.what {
        What::Run(run) => {
            let log = tracing_subscriber::fmt().with_max_level(run.log).with_writer(std::io::stderr);
            log.with_ansi(std::io::stderr().is_terminal()).init();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| Failure::Message(error.to_string()))?;
            LocalSet::new().block_on(&runtime, serve(run, format))
        }
        What::Backup(copy) => {
            let (from, to) = (home(copy.home.as_ref()), Home::at(&copy.copy));
            copied(&from, &to, format, "copied")
        }
        What::Restore(copy) => {
            let (from, to) = (Home::at(&copy.copy), home(copy.home.as_ref()));
            copied(&from, &to, format, "restored")
        }
    }
}

fn home(named: Option<&PathBuf>) -> Home {
    named.map_or_else(default_home, Home::at)
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Message(error.to_string())
}

async fn serve(run: &Run, format: Format) -> Result<u8, Failure> {
    let mut stop = Stop::new()?;
    let home = home(run.home.as_ref());
    let node = opened(&home).await?;
    let keys = node.keys().clone();
    let (instance, epoch) = (dregg_mesh::verifier_name(&node.mesh().instance()), node.mesh().epoch());
    let settings = Settings { call_time: Duration::from_millis(run.call_time), ..Settings::default() };
    let vat = Vat::new(node, settings);

    let socket = home.socket();
    let listener = dregg_rpc::listen_unix(&socket)
        .map_err(|error| Failure::Message(format!("{}: {error}", socket.display())))?;
    let mut serving = vec![tokio::task::spawn_local(serve_unix(Rc::clone(&vat), listener))];
    let mut lines = vec![
        format!("mesh {instance}, epoch {epoch}"),
        format!("node {}", keys.cell()),
        format!("listening on {}", socket.display()),
    ];
    let mut object = json!({
        "instance": instance, "epoch": epoch, "node": keys.cell().to_hex(), "socket": socket,
    });
    let mut note = |name: &str, address: SocketAddr| {
        lines.push(format!("{name} on {address}"));
        if let Some(object) = object.as_object_mut() {
            object.insert(name.to_owned(), json!(address.to_string()));
        }
    };
    if let Some(address) = run.listen {
        let bound = TcpListener::bind(address).await.map_err(|error| unbound(address, &error))?;
        note("tls", bound.local_addr().map_err(failed)?);
        let acceptor = Acceptor::new(&keys).map_err(failed)?;
        serving.push(tokio::task::spawn_local(serve_tcp(Rc::clone(&vat), bound, acceptor)));
    }
    if let Some(address) = run.http {
        let bound = TcpListener::bind(address).await.map_err(|error| unbound(address, &error))?;
        note("http", bound.local_addr().map_err(failed)?);
        serving.push(tokio::task::spawn_local(super::watch::serve(Rc::clone(&vat), bound)));
    }
    print(format, &object, &lines)?;
    std::io::stdout().lock().flush()?;

    let broken = tokio::select! {
        () = stop.told() => false,
        () = broken(&vat) => true,
    };
    tracing::info!("stopping");
    for task in &serving {
        task.abort();
    }
    let begun = std::time::Instant::now();
    while vat.flying() > 0 && begun.elapsed() < PATIENCE {
        tokio::time::sleep(PAUSE).await;
    }
    // A socket that is left behind is replaced by the next node; gone is tidier.
    let _ = std::fs::remove_file(&socket);
    if broken {
        return Err(Failure::Message(
            "the store has failed; what is on the disk is read again at the next start".to_owned(),
        ));
    }
    Ok(ALLOW)
}

/// Waits until the node answers no more, since nobody knows what its disk has kept.
async fn broken(vat: &Vat) {
    while vat.with_node(Node::ready) {
        tokio::time::sleep(LOOK).await;
    }
}

/// The node of a home; a command that has the store open for a moment is waited for.
async fn opened(home: &Home) -> Result<Node, Failure> {
    let begun = std::time::Instant::now();
    loop {
        match Node::open(home) {
            Err(NodeError::Home(HomeError::Store(StoreError::InUse))) if begun.elapsed() < PATIENCE => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(NodeError::Home(HomeError::Store(StoreError::NoStore))) => return Err(super::nowhere()),
            opened => return opened.map_err(failed),
        }
    }
}

fn unbound(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::Message(format!("{address}: {error}"))
}

/// Copies a home, after its whole log was read and applied.
fn copied(from: &Home, to: &Home, format: Format, verb: &str) -> Result<u8, Failure> {
    if to.begun() {
        return Err(Failure::Message(format!("{}: there is a mesh already", to.directory().display())));
    }
    let node = Node::open(from).map_err(failed)?;
    let (height, epoch) = (node.mesh().height(), node.mesh().epoch());
    to.copy_from(from).map_err(failed)?;
    let store = node.store().copy_to(&to.store_file()).map_err(failed)?;
    if store.head() != node.store().head() {
        return Err(Failure::Message("the copy is not like the original".to_owned()));
    }
    let text = format!("{verb} {} entries up to epoch {epoch}, in {}", height, to.directory().display());
    print(format, &json!({ "height": height, "epoch": epoch, "directory": to.directory() }), &[text])
}
