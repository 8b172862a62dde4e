//! A node that runs beside the rest of a program, on a thread of its own.

use crate::home::Home;
use crate::node::{Node, NodeError};
use crate::serve::serve_unix;
use crate::settings::Settings;
use crate::vat::Vat;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;
use tokio::task::LocalSet;

/// A running node, stopped when this is dropped. It listens on the socket of its home.
#[derive(Debug)]
pub struct Background {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Starts the node of a home; when this returns, it listens.
    ///
    /// # Errors
    /// As [`Node::open`], and [`NodeError::Socket`].
    pub fn start(home: Home, settings: Settings) -> Result<Background, NodeError> {
        let (told, tell) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let run = move || {
            let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => {
                    let _ = told.send(Err(NodeError::Socket(error)));
                    return;
                }
            };
            LocalSet::new().block_on(&runtime, async move {
                let begun = Node::open(&home).and_then(|node| {
                    let listener = dregg_rpc::listen_unix(&home.socket()).map_err(NodeError::Socket)?;
                    Ok((Vat::new(node, settings), listener))
                });
                match begun {
                    Ok((vat, listener)) => {
                        let _ = told.send(Ok(()));
                        tokio::select! {
                            () = serve_unix(Rc::clone(&vat), listener) => {}
                            _ = stopped => {}
                        }
                        vat.close();
                        let _ = std::fs::remove_file(home.socket());
                    }
                    Err(error) => _ = told.send(Err(error)),
                }
            });
        };
        let thread = std::thread::Builder::new().name("dregg node".to_owned()).spawn(run);
        let thread = thread.map_err(NodeError::Socket)?;
        let gone = || NodeError::Socket(std::io::Error::other("the thread of the node is gone"));
        tell.recv().map_err(|_| gone())??;
        Ok(Background { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
