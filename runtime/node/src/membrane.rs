//! What a client holds of a service: good for one epoch, for the effects the service declares, within a budget.
//!
//! Revocation needs no garbage collection: after the epoch, the first call is answered `EpochOver` before the service
//! sees it.

use crate::caller::{Caller, Held};
use crate::kept::Kept;
use crate::vat::{Vat, count};
use capnp::Error;
use dregg_artifact::CellId;
use dregg_mesh::{Effect, Pricing};
use dregg_rpc::InFlight;
use dregg_rpc::dregg_capnp::{job, service};
use dregg_rpc::failure::{Denial, Failed, Failure, Fault};
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::{LocalBoxFuture, Shared};
use std::cell::Cell;
use std::rc::Rc;

/// The longest name of a method, in bytes.
const METHOD_BYTES: usize = 255;
/// The most characters of what a service says of its failure.
const WORDS: usize = 4096;

/// What a live reference was resolved to.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) path: String,
    pub(crate) cell: CellId,
    pub(crate) effects: Vec<Effect>,
    pub(crate) pricing: Pricing,
    pub(crate) epoch: u64,
}

/// A live reference.
pub(crate) struct Membrane {
    vat: Rc<Vat>,
    caller: Caller,
    bound: Bound,
    /// What is left of the budget given at resolve.
    budget: Cell<Option<u64>>,
    /// One of those that the session may have.
    _counted: InFlight,
}

impl Membrane {
    /// The live reference of a session.
    ///
    /// # Errors
    /// [`Fault::Overloaded`] if the session has as many as it may.
    pub(crate) fn wrap(
        vat: &Rc<Vat>,
        caller: &Caller,
        bound: Bound,
        budget: Option<u64>,
    ) -> Result<service::Client, Failure> {
        let (vat, caller, budget) = (Rc::clone(vat), caller.clone(), Cell::new(budget));
        let counted = caller.references.enter()?;
        Ok(capnp_rpc::new_client(Membrane { vat, caller, bound, budget, _counted: counted }))
    }

    /// Whether the reference is still good.
    fn alive(&self) -> Result<(), Failure> {
        self.vat.node.borrow().check_ready()?;
        let epoch = self.vat.with_node(|node| node.mesh().epoch());
        if epoch == self.bound.epoch {
            return Ok(());
        }
        Err(Failure::failed(Fault::EpochOver, format!("resolved in {}, now {epoch}", self.bound.epoch)))
    }

    fn denied(&self, name: &str, needed: String) -> Failure {
        Failure::Denied(Denial {
            denied: name.to_owned(),
            permission: "invoke".to_owned(),
            path: self.bound.path.clone(),
            needed: vec![needed],
            opening: String::new(),
        })
    }

    /// Whether the service does such things.
    fn check_effect(&self, effect: &str) -> Result<(), Failure> {
        let effect = if effect.is_empty() { Effect::Invoke.word() } else { effect };
        if self.bound.effects.iter().any(|listed| listed.word() == effect) {
            return Ok(());
        }
        let listed: Vec<&str> = self.bound.effects.iter().map(|effect| effect.word()).collect();
        Err(self.denied("Effect", format!("one of {}", listed.join(", "))))
    }

    /// Takes a call's price from the budget. No money moves.
    fn charge(&self) -> Result<(), Failure> {
        if !self.bound.pricing.budget_required {
            return Ok(());
        }
        let price = self.bound.pricing.per_call;
        match self.budget.get().and_then(|budget| budget.checked_sub(price)) {
            Some(left) => {
                self.budget.set(Some(left));
                Ok(())
            }
            None => Err(self.denied("Budget", format!("a budget of {price} computrons for the call"))),
        }
    }
}

impl service::Server for Membrane {
    async fn invoke(
        self: Rc<Self>,
        params: service::InvokeParams,
        mut results: service::InvokeResults,
    ) -> Result<(), Error> {
        let call = params.get()?.get_call()?;
        let (method, payload) = (call.get_method()?.to_str()?, call.get_payload()?);
        let effect = call.get_effect()?.to_str()?;
        self.alive()?;
        if method.is_empty() || method.len() > METHOD_BYTES {
            return Err(Failure::refused("Method").into());
        }
        if payload.len() > self.vat.settings.payload_bytes {
            return Err(Failure::refused("Payload").into());
        }
        self.check_effect(effect)?;
        let host = self.vat.host(&self.bound.cell).ok_or_else(|| {
            count(&self.vat.counts.failed);
            Failure::failed(Fault::Unreachable, "its process does not run")
        })?;
        let id: [u8; 16] = match call.get_id()? {
            [] => self.vat.node.borrow_mut().random(),
            id => id.try_into().map_err(|_| Failure::refused("CallId"))?,
        };
        let flight = self.caller.begin(&self.vat)?;
        let asked_bytes = self.caller.hold(payload.len(), Fault::Overloaded)?;
        self.charge()?;
        let mut request = host.call_request();
        let mut asked = request.get().init_call();
        asked.set_caller(&self.caller.cell().0);
        asked.set_path(self.bound.path.as_str());
        asked.set_method(method);
        asked.set_payload(payload);
        asked.set_effect(if effect.is_empty() { Effect::Invoke.word() } else { effect });
        asked.set_call_id(&id);
        count(&self.vat.counts.calls);
        let promise = request.send().promise;
        let (vat, caller) = (Rc::clone(&self.vat), self.caller.clone());
        let answer = async move {
            let answer = tokio::time::timeout(vat.settings.call_time, promise).await;
            drop(asked_bytes);
            let answer = match answer {
                Ok(answer) => read(answer, &caller, vat.settings.payload_bytes),
                Err(_) => Err(Failure::failed(Fault::TimedOut, "the service took too long")),
            };
            drop(flight);
            if answer.is_err() {
                count(&vat.counts.failed);
            }
            answer
        };
        // The call runs whether or not somebody asks for its result, and ends with the node: a job is no part of it.
        let (done, told) = oneshot::channel();
        tokio::task::spawn_local(async move {
            let _ = done.send(answer.await);
        });
        let gone = || Failure::failed(Fault::Disconnected, "the node has stopped");
        let answer = told.map(move |told| told.unwrap_or_else(|_| Err(gone()))).boxed_local().shared();
        results.get().set_job(capnp_rpc::new_client(Job { answer, id }));
        Ok(())
    }

    async fn save(
        self: Rc<Self>,
        _: service::SaveParams,
        mut results: service::SaveResults,
    ) -> Result<(), Error> {
        self.alive()?;
        let mut node = self.vat.node.borrow_mut();
        let swiss: [u8; 32] = node.random();
        let holder = self.caller.cell().0;
        let kept = Kept::Sturdy { holder, cell: self.bound.cell.0, path: self.bound.path.clone() };
        node.keep(&kept, &swiss, &self.vat.settings)?;
        let mut reference = results.get().init_ref();
        reference.set_instance(&node.mesh().instance());
        reference.set_cell(&self.bound.cell.0);
        reference.set_swiss(&swiss);
        Ok(())
    }

    async fn hand_off(
        self: Rc<Self>,
        params: service::HandOffParams,
        mut results: service::HandOffResults,
    ) -> Result<(), Error> {
        self.alive()?;
        let params = params.get()?;
        let recipient = <[u8; 32]>::try_from(params.get_recipient()?).ok().map(CellId);
        let recipient =
            recipient.filter(CellId::is_canonical).ok_or_else(|| Failure::refused("Recipient"))?;
        let expiry = params.get_expiry();
        let mut node = self.vat.node.borrow_mut();
        if expiry < node.mesh().epoch() {
            return Err(Failure::refused("Expired").into());
        }
        let nonce: [u8; 32] = node.random();
        let kept = Kept::HandOff {
            introducer: self.caller.cell().0,
            recipient: recipient.0,
            cell: self.bound.cell.0,
            path: self.bound.path.clone(),
            expiry,
        };
        node.keep(&kept, &nonce, &self.vat.settings)?;
        let certificate = kept.certificate(&node.mesh().instance(), &nonce, node.keys())?;
        results.get().set_certificate(&certificate);
        Ok(())
    }
}

/// What a service answered.
#[derive(Debug)]
struct Answer {
    output: Vec<u8>,
    proof: Vec<u8>,
    /// Counted for the caller until it lets the job go.
    _held: Held,
}

type Answered = Result<Rc<Answer>, Failure>;

fn read(
    answer: Result<capnp::capability::Response<dregg_rpc::dregg_capnp::host::call_results::Owned>, Error>,
    caller: &Caller,
    most: usize,
) -> Answered {
    let answer = answer.map_err(of_service)?;
    let response = answer.get().and_then(|answer| answer.get_response()).map_err(of_service)?;
    let output = response.get_output().map_err(of_service)?;
    let proof = response.get_proof().map_err(of_service)?;
    let bytes = output.len().saturating_add(proof.len());
    if bytes > most {
        return Err(Failure::failed(Fault::Service, "the response is too large"));
    }
    // The call has run: it is none that may be made elsewhere.
    let held = caller.hold(bytes, Fault::Service)?;
    Ok(Rc::new(Answer { output: output.to_vec(), proof: proof.to_vec(), _held: held }))
}

/// What a service says of its failure, in words that bind nobody.
///
/// SOUNDNESS: only the node denies, refuses, or says that a call has not reached the service: clients repeat such calls. Of
/// a service's own words it is believed alone that it has too much to do and has done nothing.
fn of_service(error: Error) -> Failure {
    let (fault, text) = match Failure::from(error) {
        Failure::Failed(Failed { fault, detail }) => match fault {
            Fault::Overloaded | Fault::TimedOut | Fault::Disconnected | Fault::Service => (fault, detail),
            Fault::Unreachable | Fault::EpochOver => (Fault::Service, fault.to_string()),
        },
        Failure::Denied(denial) => (Fault::Service, denial.denied),
        Failure::Refused(refused) => (Fault::Service, refused.refused),
        Failure::Other(text) => (Fault::Service, text),
    };
    Failure::failed(fault, text.chars().take(WORDS).collect::<String>())
}

/// A call under way.
struct Job {
    answer: Shared<LocalBoxFuture<'static, Answered>>,
    id: [u8; 16],
}

impl job::Server for Job {
    async fn result(
        self: Rc<Self>,
        _: job::ResultParams,
        mut results: job::ResultResults,
    ) -> Result<(), Error> {
        let answer = self.answer.clone().await?;
        let mut results = results.get();
        results.set_call_id(&self.id);
        let mut response = results.init_response();
        response.set_output(&answer.output);
        response.set_proof(&answer.proof);
        Ok(())
    }
}
