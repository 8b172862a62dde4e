//! The thread that speaks with a node.
//!
//! Cap'n Proto's references are of one thread; a [`Link`] hands work to that thread and waits for the result, so that the
//! rest of the SDK can be used from any thread and under any executor.

use crate::error::Error;
use crate::inside::{Inside, Start};
use futures::future::LocalBoxFuture;
use std::future::Future;
use std::rc::Rc;
use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;

type Work = Box<dyn FnOnce(Rc<Inside>) -> LocalBoxFuture<'static, ()> + Send>;

/// The way to the thread. When the last one is dropped, the connection ends.
#[derive(Clone)]
pub(crate) struct Link {
    work: mpsc::UnboundedSender<Work>,
}

impl Link {
    /// Connects.
    pub(crate) async fn new(start: Start) -> Result<Link, Error> {
        let (work, mut queue) = mpsc::unbounded_channel::<Work>();
        let (begun, beginning) = oneshot::channel();
        let thread = move || {
            let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => {
                    let _ = begun.send(Err(Error::Connection(error.to_string())));
                    return;
                }
            };
            let run = async move {
                let inside = match Inside::start(start).await {
                    Ok(inside) => {
                        let _ = begun.send(Ok(()));
                        Rc::new(inside)
                    }
                    Err(error) => {
                        let _ = begun.send(Err(error));
                        return;
                    }
                };
                loop {
                    let work = tokio::select! {
                        work = queue.recv() => work,
                        () = inside.lost() => None,
                    };
                    let Some(work) = work else { break };
                    tokio::task::spawn_local(work(Rc::clone(&inside)));
                }
                inside.end().await;
            };
            LocalSet::new().block_on(&runtime, run);
            // Work that blocks, a proof perhaps, is not waited for.
            runtime.shutdown_background();
        };
        let spawned = std::thread::Builder::new().name("dregg link".to_owned()).spawn(thread);
        spawned.map_err(|error| Error::Connection(error.to_string()))?;
        beginning.await.map_err(|_| gone())??;
        Ok(Link { work })
    }

    /// Whether the connection is there.
    pub(crate) fn alive(&self) -> bool {
        !self.work.is_closed()
    }

    /// Has work done on the thread.
    pub(crate) async fn run<T, W, F>(&self, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(Rc<Inside>) -> F + Send + 'static,
        F: Future<Output = Result<T, Error>> + 'static,
    {
        let (done, result) = oneshot::channel();
        let work: Work = Box::new(move |inside| {
            Box::pin(async move {
                let _ = done.send(work(inside).await);
            })
        });
        self.work.send(work).map_err(|_| gone())?;
        result.await.map_err(|_| gone())?
    }

    /// The same without waiting for it.
    pub(crate) fn tell<W>(&self, work: W)
    where
        W: FnOnce(Rc<Inside>) + Send + 'static,
    {
        let _ = self.work.send(Box::new(move |inside| {
            work(inside);
            Box::pin(std::future::ready(()))
        }));
    }
}

fn gone() -> Error {
    Error::Connection("the connection has ended".to_owned())
}
