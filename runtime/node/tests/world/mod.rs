//! A mesh in a temporary home, and cells that speak with its node directly, without the client of `dregg-sdk`.
#![allow(dead_code, reason = "each test file uses a part")]

use capnp::Error;
use dregg_artifact::{CellId, Permission};
use dregg_attest::{Argument, Bundle, HeldFact, Keys, StatedFact};
use dregg_commit::{Digest, FactElements, salt_elements};
use dregg_compiler::generate::compile;
use dregg_compiler::load::load_text;
use dregg_compiler::lower::lower;
use dregg_mesh::{Action, Descriptor, Effect, Pricing, Transaction, TreeName, Witness};
use dregg_node::{Home, Node, Settings, Vat, begin, generator};
use dregg_prove::{Ask, AskCaller, Prover};
use dregg_rpc::dregg_capnp::{attachment, host, service, session, witness};
use dregg_rpc::failure::{Denial, Failure, Fault};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

/// The keys of a small number; `@k1` to `@k9` are their cells in every policy of these tests. `@k1` founds the mesh.
pub fn keys(number: u8) -> Keys {
    Keys::new(&format!("k{number}"), &[number; 32], &[number + 100; 32]).unwrap()
}

pub fn cell(number: u8) -> CellId {
    keys(number).cell()
}

/// Runs what spawns tasks of its own.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, future)
}

/// A home with a mesh in it.
pub struct World {
    directory: tempfile::TempDir,
    pub home: Home,
}

pub fn world(rules: &str) -> World {
    let cells: String = (1..=9).map(|number| keys(number).declaration() + "\n").collect();
    let text = format!("policy mesh.sample version 1;\n{cells}{rules}\n");
    let loaded = load_text("policy.dregg", &text);
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    let Ok(artifact) = compile(&lower(&loaded).hir) else { panic!("not compiled") };
    let directory = tempfile::tempdir().unwrap();
    let home = Home::at(directory.path().join("mesh"));
    begin(&home, &artifact.encode(), &[keys(1)]).unwrap();
    World { directory, home }
}

impl World {
    pub fn vat(&self) -> Rc<Vat> {
        self.vat_with(Settings::default())
    }

    pub fn vat_with(&self, settings: Settings) -> Rc<Vat> {
        Vat::new(Node::open(&self.home).unwrap(), settings)
    }
}

/// The name of a failure.
pub fn name(failure: &Failure) -> String {
    match failure {
        Failure::Denied(denial) => denial.denied.clone(),
        Failure::Refused(refused) => refused.refused.clone(),
        Failure::Failed(failed) => format!("{:?}", failed.fault),
        Failure::Other(text) => format!("other: {text}"),
    }
}

/// What went wrong, by name.
#[track_caller]
pub fn failed<T>(result: Result<T, Failure>) -> String {
    match result {
        Ok(_) => panic!("it has not failed"),
        Err(failure) => name(&failure),
    }
}

#[track_caller]
pub fn denied<T>(result: Result<T, Failure>) -> Denial {
    match result {
        Err(Failure::Denied(denial)) => denial,
        Err(failure) => panic!("not denied: {failure}"),
        Ok(_) => panic!("not denied"),
    }
}

/// A cell that has a session with a node.
pub struct Client {
    pub vat: Rc<Vat>,
    pub keys: Keys,
    pub session: session::Client,
}

/// A kept reference as it travels.
#[derive(Clone, Debug)]
pub struct Saved {
    pub instance: Vec<u8>,
    pub cell: Vec<u8>,
    pub swiss: Vec<u8>,
}

impl Client {
    pub fn new(vat: &Rc<Vat>, number: u8) -> Client {
        let keys = keys(number);
        Client { vat: Rc::clone(vat), session: vat.session(keys.cell()), keys }
    }

    pub async fn act(&self, action: Action) -> Result<u64, Failure> {
        let (instance, epoch) = self.vat.with_node(|node| (node.mesh().instance(), node.mesh().epoch()));
        let mut nonce = [0; 16];
        nonce.copy_from_slice(&random()[..16]);
        let bytes = Transaction { instance, epoch, nonce, action }.sign(&[&self.keys]).to_bytes();
        let mut request = self.session.submit_request();
        request.get().set_transaction(&bytes);
        let answer = request.send().promise.await?;
        Ok(answer.get()?.get_receipt()?.get_height())
    }

    pub async fn mount(&self, path: &str, descriptor: Descriptor, priority: u16) -> Result<u64, Failure> {
        let (path, witness) = (path.to_owned(), None);
        self.act(Action::Mount { path, descriptor, priority, expected_version: 0, witness }).await
    }

    /// Closes the epoch, with the keys that the node has.
    pub async fn close(&self) -> Result<(), Failure> {
        self.question(r#"{"ask":"advance"}"#).await.map(|_| ())
    }

    pub async fn question(&self, text: &str) -> Result<serde_json::Value, Failure> {
        let mut request = self.session.question_request();
        request.get().set_json(text);
        let answer = request.send().promise.await?;
        let text = answer.get()?.get_json()?.to_str().unwrap().to_owned();
        Ok(serde_json::from_str(&text).unwrap())
    }

    pub async fn nonces(&self, count: u16) -> Result<Vec<Vec<u8>>, Failure> {
        let mut request = self.session.nonces_request();
        request.get().set_count(count);
        let answer = request.send().promise.await?;
        Ok(answer.get()?.get_nonces()?.iter().map(|nonce| nonce.unwrap().to_vec()).collect())
    }

    pub async fn attach(&self, host: Counting) -> Result<attachment::Client, Failure> {
        let mut request = self.session.attach_request();
        request.get().set_service(capnp_rpc::new_client(host));
        let answer = request.send().promise.await?;
        Ok(answer.get()?.get_attachment()?)
    }

    pub async fn resolve(&self, path: &str, witness: Option<&Witness>) -> Result<service::Client, Failure> {
        self.resolve_with(path, witness, None).await
    }

    pub async fn resolve_with(
        &self,
        path: &str,
        witness: Option<&Witness>,
        budget: Option<u64>,
    ) -> Result<service::Client, Failure> {
        let mut request = self.session.resolve_request();
        let mut ask = request.get().init_ask();
        ask.set_path(path);
        ask.set_permission(Permission::Invoke.ordinal() as u8);
        ask.set_has_budget(budget.is_some());
        ask.set_budget(budget.unwrap_or(0));
        write(witness, ask.init_witness());
        let answer = request.send().promise.await?;
        Ok(answer.get()?.get_service()?)
    }

    pub async fn restore(
        &self,
        saved: &Saved,
        witness: Option<&Witness>,
    ) -> Result<service::Client, Failure> {
        let mut request = self.session.restore_request();
        write(witness, request.get().init_witness());
        let mut reference = request.get().init_ref();
        reference.set_instance(&saved.instance);
        reference.set_cell(&saved.cell);
        reference.set_swiss(&saved.swiss);
        let answer = request.send().promise.await?;
        Ok(answer.get()?.get_service()?)
    }

    pub async fn accept(&self, certificate: &[u8]) -> Result<service::Client, Failure> {
        let mut request = self.session.hand_off_request();
        request.get().set_certificate(certificate);
        request.get().init_witness().set_nothing(());
        let answer = request.send().promise.await?;
        Ok(answer.get()?.get_service()?)
    }
}

fn write(witness: Option<&Witness>, mut builder: witness::Builder<'_>) {
    match witness {
        None => builder.set_nothing(()),
        Some(Witness::Proof(proof)) => builder.set_proof(proof),
        Some(Witness::Openings(bundle)) => builder.set_openings(bundle.to_json().as_str()),
    }
}

/// Bytes as hexadecimal digits, and back.
pub fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn bytes(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
    digits.chunks_exact(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

pub fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    rand_chacha::rand_core::Rng::fill_bytes(&mut generator().unwrap(), &mut bytes);
    bytes
}

pub async fn save(service: &service::Client) -> Result<Saved, Failure> {
    let answer = service.save_request().send().promise.await?;
    let saved = answer.get()?.get_ref()?;
    Ok(Saved {
        instance: saved.get_instance()?.to_vec(),
        cell: saved.get_cell()?.to_vec(),
        swiss: saved.get_swiss()?.to_vec(),
    })
}

pub async fn hand_off(service: &service::Client, to: CellId, expiry: u64) -> Result<Vec<u8>, Failure> {
    let mut request = service.hand_off_request();
    request.get().set_recipient(&to.0);
    request.get().set_expiry(expiry);
    let answer = request.send().promise.await?;
    Ok(answer.get()?.get_certificate()?.to_vec())
}

/// Calls a method and waits for the result.
pub async fn call(service: &service::Client, method: &str, payload: &[u8]) -> Result<Vec<u8>, Failure> {
    call_as(service, method, payload, "Invoke").await
}

pub async fn call_as(
    service: &service::Client,
    method: &str,
    payload: &[u8],
    effect: &str,
) -> Result<Vec<u8>, Failure> {
    let mut request = service.invoke_request();
    let mut call = request.get().init_call();
    call.set_method(method);
    call.set_payload(payload);
    call.set_effect(effect);
    call.set_id(&[7; 16]);
    let job = request.send().pipeline.get_job();
    let answer = job.result_request().send().promise.await?;
    Ok(answer.get()?.get_response()?.get_output()?.to_vec())
}

/// A service that counts its calls. What it is asked to do is in the method: `echo`, `wait` for the milliseconds of the
/// payload, or `fail` with the payload as the text of the exception.
#[derive(Clone, Default)]
pub struct Counting {
    pub calls: Rc<Cell<u32>>,
    /// The paths it was called at, with the callers.
    pub seen: Rc<RefCell<Vec<(String, CellId)>>>,
}

impl host::Server for Counting {
    async fn call(
        self: Rc<Self>,
        params: host::CallParams,
        mut results: host::CallResults,
    ) -> Result<(), Error> {
        let call = params.get()?.get_call()?;
        self.calls.set(self.calls.get() + 1);
        let caller = CellId(call.get_caller()?.try_into().unwrap());
        self.seen.borrow_mut().push((call.get_path()?.to_str()?.to_owned(), caller));
        let payload = call.get_payload()?;
        let text = || String::from_utf8(payload.to_vec()).unwrap();
        match call.get_method()?.to_str()? {
            "echo" => results.get().init_response().set_output(payload),
            "wait" => {
                tokio::time::sleep(Duration::from_millis(text().parse().unwrap())).await;
                results.get().init_response().set_output(b"waited");
            }
            "bytes" => results.get().init_response().set_output(&vec![7; text().parse().unwrap()]),
            "fail" => return Err(Error::failed(text())),
            method => return Err(Failure::failed(Fault::Service, format!("no method {method}")).into()),
        }
        Ok(())
    }
}

pub fn descriptor(name: &str) -> Descriptor {
    Descriptor {
        name: name.to_owned(),
        description: "a service".to_owned(),
        effects: vec![Effect::Invoke],
        pricing: Pricing { per_call: 10, budget_required: false },
        verification_key: None,
        offers: BTreeMap::new(),
    }
}

/// A fact about cells.
pub fn fact(relation: &str, cells: &[u8]) -> StatedFact {
    let args = cells.iter().map(|number| Argument::Text(cell(*number).to_hex())).collect();
    StatedFact { relation: relation.to_owned(), args }
}

/// A held fact about cells with what hides it, and the action that commits to it.
pub fn held(vat: &Vat, signer: u8, relation: &str, cells: &[u8], expiry: u64) -> (HeldFact, Action) {
    vat.with_node(|node| {
        let (stated, artifact) = (fact(relation, cells), node.mesh().policy().artifact());
        let typed = stated.typed(artifact).unwrap();
        let relation = &artifact.relations[typed.relation as usize];
        let elements = FactElements::new(relation, &typed.arguments).unwrap();
        let (salt, relation) = (random(), stated.relation.clone());
        let commitment = elements.held(salt_elements(&salt)).digest();
        let action = Action::Credential { relation: relation.clone(), commitment, expiry };
        let (args, signer, leaf, siblings) = (stated.args, cell(signer), 0, Vec::new());
        (HeldFact { relation, args, salt, signer, expiry, leaf, siblings }, action)
    })
}

/// What a cell can open of its held facts under the current root.
pub fn bundle(vat: &Vat, owner: u8, held: &[HeldFact]) -> Bundle {
    vat.with_node(|node| {
        let mesh = node.mesh();
        let facts = held.iter().cloned().map(|mut one| {
            let (_, elements) = one.fact(mesh.policy().artifact()).unwrap();
            let (_, leaf) = one.preimages(&elements).unwrap();
            let opened = mesh.open(TreeName::Credentials, &leaf.digest());
            (one.leaf, one.siblings) = opened.unwrap_or((0, vec![Digest::ZERO]));
            one
        });
        let root = mesh.root().root();
        let facts = facts.collect();
        Bundle { cell: cell(owner), epoch: root.epoch, root: root.digest(), stake: None, facts }
    })
}

/// A proof that a cell makes, for whichever verifier and nonce.
pub struct Proof<'a> {
    pub permission: Permission,
    pub path: &'a str,
    pub prover: u8,
    pub bundle: Option<Bundle>,
    pub verifier: String,
    pub nonce: &'a [u8],
    /// Openings of what was derived in the place of a proof.
    pub open: bool,
}

impl<'a> Proof<'a> {
    /// Of an invocation, for the node itself.
    pub fn new(vat: &Vat, path: &'a str, prover: u8, held: &[HeldFact], nonce: &'a [u8]) -> Proof<'a> {
        Proof {
            permission: Permission::Invoke,
            path,
            prover,
            bundle: (!held.is_empty()).then(|| bundle(vat, prover, held)),
            verifier: vat.with_node(|node| node.keys().cell().to_hex()),
            nonce,
            open: false,
        }
    }

    pub fn make(&self, vat: &Vat) -> Witness {
        vat.with_node(|node| {
            let mesh = node.mesh();
            let prover = Prover::new(mesh.policy().artifact(), mesh.root()).unwrap();
            let ask = Ask {
                permission: self.permission,
                path: self.path,
                hide_path: false,
                caller: AskCaller::Shown,
                open_route: self.open,
                open: self.open,
                verifier: &self.verifier,
                nonce: self.nonce,
            };
            let mut random = generator().unwrap();
            let made = prover.prove(&ask, &keys(self.prover), self.bundle.as_ref(), &mut random).unwrap();
            Witness::Proof(made.bytes)
        })
    }
}
