//! Serving: what a cell has mounted, answered by this process.

use crate::clerk::AgentCipherclerk;
use crate::error::Error;
use crate::inside::Inside;
use crate::link::Link;
use capnp::Error as Exception;
use dregg_artifact::CellId;
use dregg_rpc::dregg_capnp::{attachment, host};
use dregg_rpc::failure::{Failure, Fault};
use std::rc::Rc;
use std::sync::Arc;
use tokio::sync::{Semaphore, oneshot};

/// How many calls a service answers at a time, unless it says so itself.
const CALLS: usize = 256;

/// A call that has come in. Path, effect and budget are what the node has checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The mesh.
    pub instance: [u8; 32],
    /// The service's own cell.
    pub service: CellId,
    /// Who calls.
    pub caller: CellId,
    /// Where the service is mounted.
    pub path: String,
    /// The method.
    pub method: String,
    /// What it is called with.
    pub payload: Vec<u8>,
    /// What the call does.
    pub effect: String,
    /// What a proof of the response is bound to.
    pub call_id: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// What the caller gets.
    pub output: Vec<u8>,
    /// What proves it; empty if nothing does.
    pub proof: Vec<u8>,
}

impl From<Vec<u8>> for Reply {
    fn from(output: Vec<u8>) -> Reply {
        Reply { output, proof: Vec::new() }
    }
}

/// What answers calls. Each is answered on a thread of its own, so it may take its time.
pub trait Service: Send + Sync + 'static {
    /// Answers a call.
    ///
    /// # Errors
    /// What the caller is told.
    fn call(&self, call: &Incoming) -> Result<Reply, String>;
}

impl<F> Service for F
where
    F: Fn(&Incoming) -> Result<Reply, String> + Send + Sync + 'static,
{
    fn call(&self, call: &Incoming) -> Result<Reply, String> {
        self(call)
    }
}

/// A service that is attached until this is dropped.
pub struct Serving {
    stop: Option<oneshot::Sender<()>>,
    ended: oneshot::Receiver<()>,
    /// The connection lasts as long as this.
    _link: Link,
}

impl Serving {
    /// Waits until the connection is lost.
    pub async fn ended(&mut self) {
        let _ = (&mut self.ended).await;
    }

    /// Detaches.
    pub fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

impl AgentCipherclerk {
    /// Answers the calls of everything that this cell has mounted. If several processes serve one cell, the last one to
    /// come answers.
    ///
    /// # Errors
    /// [`Error::Connection`].
    pub async fn serve(&self, service: impl Service) -> Result<Serving, Error> {
        self.serve_at_most(service, CALLS).await
    }

    /// The same, answering so many calls at a time: whoever calls beyond them is told that it is overloaded, and tries
    /// another service.
    ///
    /// # Errors
    /// As [`AgentCipherclerk::serve`].
    pub async fn serve_at_most(&self, service: impl Service, calls: usize) -> Result<Serving, Error> {
        let service: Arc<dyn Service> = Arc::new(service);
        let room = Arc::new(Semaphore::new(calls));
        let (stop, stopped) = oneshot::channel::<()>();
        let (end, ended) = oneshot::channel();
        let link = self.link().await?;
        link.run(move |inside| async move {
            let host = Host { service, room, cell: inside.keys.cell(), instance: inside.instance };
            let mut request = inside.session.attach_request();
            request.get().set_service(capnp_rpc::new_client(host));
            let attached = request.send().promise.await?;
            let attachment = attached.get()?.get_attachment()?;
            tokio::task::spawn_local(keep(inside, attachment, stopped, end));
            Ok(())
        })
        .await?;
        Ok(Serving { stop: Some(stop), ended, _link: link })
    }
}

/// Holds the attachment until it is to stop, or the connection is lost.
async fn keep(
    inside: Rc<Inside>,
    attachment: attachment::Client,
    stopped: oneshot::Receiver<()>,
    end: oneshot::Sender<()>,
) {
    tokio::select! {
        _ = stopped => {}
        () = inside.lost() => {}
    }
    drop(attachment);
    let _ = end.send(());
}

struct Host {
    service: Arc<dyn Service>,
    /// For the calls that are answered at a time.
    room: Arc<Semaphore>,
    cell: CellId,
    instance: [u8; 32],
}

impl host::Server for Host {
    async fn call(
        self: Rc<Self>,
        params: host::CallParams,
        mut results: host::CallResults,
    ) -> Result<(), Exception> {
        let call = params.get()?.get_call()?;
        let caller = <[u8; 32]>::try_from(call.get_caller()?).map(CellId);
        let incoming = Incoming {
            instance: self.instance,
            service: self.cell,
            caller: caller.map_err(|_| Failure::refused("Caller"))?,
            path: call.get_path()?.to_str()?.to_owned(),
            method: call.get_method()?.to_str()?.to_owned(),
            payload: call.get_payload()?.to_vec(),
            effect: call.get_effect()?.to_str()?.to_owned(),
            call_id: call.get_call_id()?.to_vec(),
        };
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            return Err(Failure::failed(Fault::Overloaded, "the service has enough to do").into());
        };
        let service = Arc::clone(&self.service);
        let work = move || {
            // Held for as long as the work takes, also if nobody waits for it any more.
            let _place = place;
            service.call(&incoming)
        };
        let reply = tokio::task::spawn_blocking(work).await;
        let reply = reply.map_err(|_| Failure::failed(Fault::Service, "the service panicked"))?;
        let reply = reply.map_err(|message| Failure::failed(Fault::Service, message))?;
        let mut response = results.get().init_response();
        response.set_output(&reply.output);
        response.set_proof(&reply.proof);
        Ok(())
    }
}
