//! A mesh in a temporary home, clerks of several cells in it, and services that count their calls.
#![allow(dead_code, reason = "each test file uses a part")]

use dregg_attest::{Argument, Keys, StatedFact};
use dregg_compiler::generate::compile;
use dregg_compiler::load::load_text;
use dregg_compiler::lower::lower;
use dregg_node::{Background, Home, Settings, begin};
use dregg_sdk::{
    AgentCipherclerk, CellId, Effect, Error, Incoming, Pricing, Reply, Service, ServiceDescriptor, Wallet,
};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The keys of a small number; `@k1` to `@k9` are their cells in every policy of these tests. `@k1` founds the mesh.
pub fn keys(number: u8) -> Keys {
    Keys::new(&format!("k{number}"), &[number; 32], &[number + 100; 32]).unwrap()
}

pub fn cell(number: u8) -> CellId {
    keys(number).cell()
}

pub fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub struct World {
    pub directory: tempfile::TempDir,
    pub home: Home,
}

/// The artifact of a policy of these rules.
pub fn compiled(rules: &str) -> Vec<u8> {
    let cells: String = (1..=9).map(|number| keys(number).declaration() + "\n").collect();
    let text = format!("policy mesh.sample version 1;\n{cells}{rules}\n");
    let loaded = load_text("policy.dregg", &text);
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    let Ok(artifact) = compile(&lower(&loaded).hir) else { panic!("not compiled") };
    artifact.encode()
}

pub fn world(rules: &str) -> World {
    let directory = tempfile::tempdir().unwrap();
    let home = Home::at(directory.path().join("mesh"));
    begin(&home, &compiled(rules), &[keys(1)]).unwrap();
    World { directory, home }
}

impl World {
    /// The running node of the home.
    pub fn node(&self) -> Background {
        self.node_with(Settings::default())
    }

    pub fn node_with(&self, settings: Settings) -> Background {
        Background::start(self.home.clone(), settings).unwrap()
    }

    /// The clerk of a cell, with a connection and a wallet of its own.
    pub fn clerk(&self, number: u8) -> AgentCipherclerk {
        self.clerk_at(&self.home, number)
    }

    pub fn clerk_at(&self, home: &Home, number: u8) -> AgentCipherclerk {
        let wallet = Wallet::at(self.directory.path().join(format!("wallet {number}")));
        AgentCipherclerk::at(home.clone()).with_keys(keys(number)).with_wallet(wallet)
    }
}

pub fn descriptor(name: &str) -> ServiceDescriptor {
    ServiceDescriptor {
        name: name.into(),
        description: "a service".into(),
        accepted_effects: vec![Effect::Invoke],
        pricing: Pricing { per_call: 10, budget_required: false },
        verification_key: None,
    }
}

/// A fact about cells.
pub fn fact(relation: &str, cells: &[u8]) -> StatedFact {
    let args = cells.iter().map(|number| Argument::Text(cell(*number).to_hex())).collect();
    StatedFact { relation: relation.to_owned(), args }
}

/// What went wrong, by name.
#[track_caller]
pub fn failed<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => panic!("it has not failed"),
        Err(error) => error.name().to_owned(),
    }
}

/// A service that counts its calls. What it does is in the method: `name` says who it is, `echo`, `wait` for the
/// milliseconds of the payload, or `fail`.
#[derive(Clone)]
pub struct Counting {
    pub name: &'static str,
    calls: Arc<AtomicU32>,
    /// How long each call takes.
    pub slow: Duration,
}

pub fn counting(name: &'static str) -> Counting {
    Counting { name, calls: Arc::default(), slow: Duration::ZERO }
}

impl Counting {
    pub fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Service for Counting {
    fn call(&self, call: &Incoming) -> Result<Reply, String> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(self.slow);
        match call.method.as_str() {
            "name" => Ok(Reply::from(self.name.as_bytes().to_vec())),
            "echo" => Ok(Reply::from(call.payload.clone())),
            "wait" => {
                let time = String::from_utf8(call.payload.clone()).unwrap().parse().unwrap();
                std::thread::sleep(Duration::from_millis(time));
                Ok(Reply::from(self.name.as_bytes().to_vec()))
            }
            method => Err(format!("no method {method}")),
        }
    }
}
