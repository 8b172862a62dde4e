//! Live references: calls, their results, and what can be kept of a reference or handed on.

use crate::binding::Binding;
use crate::clerk::AgentCipherclerk;
use crate::error::Error;
use crate::evidence::Showing;
use crate::inside::Inside;
use crate::link::Link;
use crate::resolve::{fill, target};
use crate::sturdy::SturdyRef;
use dregg_artifact::{CellId, Permission};
use dregg_mesh::Effect;
use dregg_response::{Exchange, Outcome, Verifiers};
use dregg_rpc::dregg_capnp::{job, service};
use dregg_rpc::failure::Fault;
use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// A live reference to one service, let go when it is dropped.
#[derive(Clone)]
pub(crate) struct Live {
    pub(crate) binding: Arc<Binding>,
    held: Arc<Held>,
}

struct Held {
    link: Link,
    number: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        let number = self.number;
        self.link.tell(move |inside| inside.release(number));
    }
}

impl Live {
    pub(crate) fn new(link: Link, binding: Binding, number: u64) -> Live {
        Live { binding: Arc::new(binding), held: Arc::new(Held { link, number }) }
    }
}

/// How a call is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallOptions {
    /// What the call does; the service must list it.
    pub effect: Effect,
    /// Whether a second call does no harm: only then is a call that may have run made again elsewhere.
    pub idempotent: bool,
}

impl Default for CallOptions {
    fn default() -> CallOptions {
        CallOptions { effect: Effect::Invoke, idempotent: false }
    }
}

/// The services of a path, in the order in which they are tried. Good for one epoch; resolved again by itself in the next.
pub struct ServiceRef {
    clerk: AgentCipherclerk,
    path: String,
    /// The one cell that it is about, if it is about one.
    cell: Option<CellId>,
    live: Mutex<Vec<Live>>,
}

impl fmt::Debug for ServiceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceRef").field("path", &self.path).field("bindings", &self.bindings()).finish()
    }
}

impl ServiceRef {
    pub(crate) fn new(
        clerk: AgentCipherclerk,
        path: String,
        cell: Option<CellId>,
        live: Vec<Live>,
    ) -> ServiceRef {
        ServiceRef { clerk, path, cell, live: Mutex::new(live) }
    }

    /// Resolves the path again.
    async fn renew(&self) -> Result<(), Error> {
        let mut live = self.clerk.resolve_live(&self.path).await?;
        live.retain(|live| self.cell.is_none_or(|cell| live.binding.cell == cell));
        *self.live.lock().unwrap_or_else(PoisonError::into_inner) = live;
        Ok(())
    }

    fn live(&self) -> Vec<Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it is bound to, in the order in which it is tried.
    pub fn bindings(&self) -> Vec<Binding> {
        self.live().iter().map(|live| Binding::clone(&live.binding)).collect()
    }

    /// The same of one cell alone.
    pub fn only(&self, cell: CellId) -> ServiceRef {
        let live = self.live().into_iter().filter(|live| live.binding.cell == cell).collect();
        ServiceRef::new(self.clerk.clone(), self.path.clone(), Some(cell), live)
    }

    /// Calls a method.
    ///
    /// The next service is tried if one cannot be reached or is overloaded; never after a denial, and never if the call may
    /// have run, unless it is said to be idempotent ([`ServiceRef::invoke_with`]).
    ///
    /// # Errors
    /// [`Error::Failed`] with the fault of the last service tried, [`Error::Denied`].
    pub async fn invoke(&self, method: &str, payload: impl AsRef<[u8]>) -> Result<CallResult, Error> {
        self.invoke_with(method, payload, &CallOptions::default()).await
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`ServiceRef::invoke`].
    pub async fn invoke_with(
        &self,
        method: &str,
        payload: impl AsRef<[u8]>,
        options: &CallOptions,
    ) -> Result<CallResult, Error> {
        let payload: Arc<[u8]> = payload.as_ref().into();
        // The connection was lost before: the references went with it.
        if self.live().iter().any(|live| !live.held.link.alive()) {
            self.renew().await?;
        }
        match self.attempt(method, &payload, options).await {
            // The node has not let the call pass.
            Err(error) if error.fault() == Some(Fault::EpochOver) => {
                self.renew().await?;
                self.attempt(method, &payload, options).await
            }
            result => result,
        }
    }

    async fn attempt(
        &self,
        method: &str,
        payload: &Arc<[u8]>,
        options: &CallOptions,
    ) -> Result<CallResult, Error> {
        let mut last = Error::Failed { fault: Fault::Unreachable, detail: String::new() };
        for live in self.live() {
            let (number, method, options) = (live.held.number, method.to_owned(), options.clone());
            let call = Call { binding: Arc::clone(&live.binding), method, payload: Arc::clone(payload) };
            let verifiers = Arc::clone(&self.clerk.verifiers);
            let elsewhere = options.idempotent;
            let work = move |inside: Rc<Inside>| async move {
                let service = inside.held(number);
                let service = service.ok_or_else(|| Error::Connection("the reference is gone".to_owned()))?;
                let id: [u8; 16] = inside.random();
                let job = invoke(&service, &call.method, &call.payload, &id, &options).pipeline.get_job();
                call.result(job, id, inside.instance, verifiers).await
            };
            match live.held.link.run(work).await {
                Err(error) if error.fault().is_some_and(|fault| may_go_on(fault, elsewhere)) => last = error,
                result => return result,
            }
        }
        Err(last)
    }

    /// A reference that outlives this process and the node's: whoever comes with it, as the same cell, is decided about
    /// again.
    ///
    /// # Errors
    /// [`Error::Failed`] if the epoch is over or the node keeps too many.
    pub async fn save(&self) -> Result<SturdyRef, Error> {
        let live = self.first()?;
        let number = live.held.number;
        live.held
            .link
            .run(move |inside| async move {
                let service = inside.held(number);
                let service = service.ok_or_else(|| Error::Connection("the reference is gone".to_owned()))?;
                let saved = service.save_request().send().promise.await?;
                let saved = saved.get()?.get_ref()?;
                let exactly = |data: capnp::Result<&[u8]>| -> Result<[u8; 32], Error> {
                    <[u8; 32]>::try_from(data?).map_err(|_| Error::Answer("no reference".to_owned()))
                };
                Ok(SturdyRef {
                    instance: exactly(saved.get_instance())?,
                    cell: CellId(exactly(saved.get_cell())?),
                    swiss: exactly(saved.get_swiss())?,
                })
            })
            .await
    }

    /// A certificate with which one other cell gets a reference to the same service, once, up to and with an epoch; if the
    /// policy lets it.
    ///
    /// # Errors
    /// As [`ServiceRef::save`].
    pub async fn hand_off(&self, recipient: CellId, expiry: u64) -> Result<Vec<u8>, Error> {
        let live = self.first()?;
        let number = live.held.number;
        live.held
            .link
            .run(move |inside| async move {
                let service = inside.held(number);
                let service = service.ok_or_else(|| Error::Connection("the reference is gone".to_owned()))?;
                let mut request = service.hand_off_request();
                request.get().set_recipient(&recipient.0);
                request.get().set_expiry(expiry);
                let answer = request.send().promise.await?;
                Ok(answer.get()?.get_certificate()?.to_vec())
            })
            .await
    }

    fn first(&self) -> Result<Live, Error> {
        let first = self.live().into_iter().next();
        first.ok_or(Error::Failed { fault: Fault::Unreachable, detail: String::new() })
    }
}

/// Whether the next service may be tried.
fn may_go_on(fault: Fault, idempotent: bool) -> bool {
    match fault {
        Fault::Unreachable | Fault::Overloaded => true,
        Fault::TimedOut | Fault::Disconnected => idempotent,
        Fault::EpochOver | Fault::Service => false,
    }
}

/// Whether a call that failed so has not run: it may be made again elsewhere.
pub fn never_ran(fault: Fault) -> bool {
    may_go_on(fault, false)
}

fn invoke(
    service: &service::Client,
    method: &str,
    payload: &[u8],
    id: &[u8; 16],
    options: &CallOptions,
) -> capnp::capability::RemotePromise<service::invoke_results::Owned> {
    let mut request = service.invoke_request();
    let mut call = request.get().init_call();
    call.set_method(method);
    call.set_payload(payload);
    call.set_effect(options.effect.word());
    call.set_idempotent(options.idempotent);
    call.set_id(id);
    request.send()
}

/// A call under way.
struct Call {
    binding: Arc<Binding>,
    method: String,
    payload: Arc<[u8]>,
}

impl Call {
    async fn result(
        self,
        job: job::Client,
        id: [u8; 16],
        instance: [u8; 32],
        verifiers: Arc<RwLock<Verifiers>>,
    ) -> Result<CallResult, Error> {
        let answer = job.result_request().send().promise.await?;
        let response = answer.get()?.get_response()?;
        let (output, proof) = (response.get_output()?.to_vec(), response.get_proof()?.to_vec());
        let Call { binding, method, payload } = self;
        Ok(CallResult { output, proof, binding, method, payload, id, instance, verifiers })
    }
}

/// What a service answered.
pub struct CallResult {
    output: Vec<u8>,
    proof: Vec<u8>,
    binding: Arc<Binding>,
    method: String,
    payload: Arc<[u8]>,
    id: [u8; 16],
    instance: [u8; 32],
    verifiers: Arc<RwLock<Verifiers>>,
}

impl fmt::Debug for CallResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("CallResult");
        out.field("path", &self.binding.path).field("output", &self.output.len()).finish_non_exhaustive()
    }
}

impl CallResult {
    /// The answer.
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// The proof that came with it; empty if there is none.
    pub fn proof(&self) -> &[u8] {
        &self.proof
    }

    /// Who answered.
    pub fn binding(&self) -> &Binding {
        &self.binding
    }

    /// Checks that the answer is what the service's key says it is: [`Outcome::Proved`], or [`Outcome::NoKey`] if its
    /// descriptor names none.
    ///
    /// # Errors
    /// [`Error::Response`]: it is not, or the key is one that nobody here can check ([`crate::trust`]);
    /// [`Error::Answer`] if the key is not the cell's own word.
    pub fn verify(&self) -> Result<Outcome, Error> {
        let key = self.binding.descriptor.verification_key.as_deref();
        if key.is_some() && !self.binding.signed {
            return Err(Error::Answer("the service's cell has not signed its descriptor".to_owned()));
        }
        let exchange = Exchange {
            instance: self.instance,
            service: self.binding.cell,
            path: &self.binding.path,
            method: &self.method,
            payload: &self.payload,
            output: &self.output,
            call_id: &self.id,
        };
        let verifiers = self.verifiers.read().unwrap_or_else(PoisonError::into_inner);
        Ok(verifiers.check(key, &exchange, &self.proof)?)
    }
}

impl AgentCipherclerk {
    /// Resolves a path and calls a method of the first service there, in one round trip: the call goes out before the
    /// reference is back. Where [`ServiceRef::invoke`] would try the next service, the
    /// others are tried.
    ///
    /// # Errors
    /// As [`AgentCipherclerk::resolve_service`] and [`ServiceRef::invoke`].
    pub async fn call(
        &self,
        path: &str,
        method: &str,
        payload: impl AsRef<[u8]>,
    ) -> Result<CallResult, Error> {
        self.call_with(path, method, payload, &CallOptions::default()).await
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`AgentCipherclerk::call`].
    pub async fn call_with(
        &self,
        path: &str,
        method: &str,
        payload: impl AsRef<[u8]>,
        options: &CallOptions,
    ) -> Result<CallResult, Error> {
        let (link, payload): (Link, Arc<[u8]>) = (self.link().await?, payload.as_ref().into());
        let shared = Arc::clone(&payload);
        let (named, called, chosen) = (path.to_owned(), method.to_owned(), options.clone());
        let (showing, budget, verifiers) = (self.showing, self.budget, Arc::clone(&self.verifiers));
        let work = move |inside: Rc<Inside>| async move {
            let (options, reached) = (chosen, Cell::new(None));
            let pipe =
                Pipe { path: named, method: called, payload: shared, options, showing, budget, reached };
            let result = inside.timely(async || pipe.call(&inside, &verifiers).await).await;
            Ok((result, pipe.reached.get()))
        };
        match link.run(work).await? {
            (Err(error), Some(reached))
                if error.fault().is_some_and(|fault| may_go_on(fault, options.idempotent)) =>
            {
                let mut others = self.resolve_live(path).await?;
                others.retain(|live| live.binding.cell != reached);
                if others.is_empty() {
                    return Err(error);
                }
                let others = ServiceRef::new(self.clone(), path.to_owned(), None, others);
                others.invoke_with(method, &payload, options).await
            }
            (result, _) => result,
        }
    }
}

/// Resolve, invoke and result in one go.
struct Pipe {
    path: String,
    method: String,
    payload: Arc<[u8]>,
    options: CallOptions,
    showing: Showing,
    budget: Option<u64>,
    /// Whose service the call went to.
    reached: Cell<Option<CellId>>,
}

impl Pipe {
    async fn call(
        &self,
        inside: &Rc<Inside>,
        verifiers: &Arc<RwLock<Verifiers>>,
    ) -> Result<CallResult, Error> {
        let witness = inside.evidence(Permission::Invoke, &self.path, self.showing).await?;
        let state = inside.state().await?;
        let mut request = inside.session.resolve_request();
        fill(request.get().init_ask(), Permission::Invoke, &self.path, witness.as_ref(), self.budget);
        let resolved = request.send();
        let id: [u8; 16] = inside.random();
        let service = resolved.pipeline.get_service();
        let job = invoke(&service, &self.method, &self.payload, &id, &self.options).pipeline.get_job();
        let result = job.result_request().send();
        let answer = resolved.promise.await?;
        let answer = answer.get()?;
        inside.keep_nonces(answer.get_nonces()?)?;
        let target = target(&state, &self.path);
        let binding = Arc::new(Binding::read(answer.get_binding()?, &inside.instance, Some(target))?);
        self.reached.set(Some(binding.cell));
        let answer = result.promise.await?;
        let response = answer.get()?.get_response()?;
        Ok(CallResult {
            output: response.get_output()?.to_vec(),
            proof: response.get_proof()?.to_vec(),
            binding,
            method: self.method.clone(),
            payload: Arc::clone(&self.payload),
            id,
            instance: inside.instance,
            verifiers: Arc::clone(verifiers),
        })
    }
}
