//! A node that other processes reach: over its socket, and over TLS.

use crate::vat::Vat;
use dregg_rpc::login::Transport;
use dregg_rpc::tls::Acceptor;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};

/// How long to wait after a connection could not be taken.
const PAUSE: Duration = Duration::from_millis(50);

/// One of the connections that there may be; counted until it is dropped.
struct Place(Rc<Cell<usize>>);

impl Place {
    fn take(taken: &Rc<Cell<usize>>, most: usize) -> Option<Place> {
        let free = taken.get() < most;
        free.then(|| {
            taken.set(taken.get() + 1);
            Place(Rc::clone(taken))
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

/// Serves everybody who connects to the socket, which its owner alone can reach. Ends never; drop it to stop.
pub async fn serve_unix(vat: Rc<Vat>, listener: UnixListener) {
    let taken = Rc::new(Cell::new(0));
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                if let Some(place) = Place::take(&taken, vat.settings.connections) {
                    tokio::task::spawn_local(connection(Rc::clone(&vat), stream, Transport::Plain, place));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Serves everybody who connects over TLS with a key of their own. Ends never; drop it to stop.
pub async fn serve_tcp(vat: Rc<Vat>, listener: TcpListener, acceptor: Acceptor) {
    let taken = Rc::new(Cell::new(0));
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                let Some(place) = Place::take(&taken, vat.settings.connections) else { continue };
                let _ = stream.set_nodelay(true);
                let (vat, acceptor) = (Rc::clone(&vat), acceptor.clone());
                tokio::task::spawn_local(async move {
                    match acceptor.accept(stream).await {
                        Ok((stream, peer)) => connection(vat, stream, Transport::Tls { peer }, place).await,
                        Err(error) => tracing::info!(%address, %error, "a handshake failed"),
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn connection<S>(vat: Rc<Vat>, stream: S, transport: Transport, place: Place)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let (greeting, limits) = (vat.greeting(), vat.settings.limits);
    let enter = move |cell| Ok(vat.session(cell));
    if let Err(error) = dregg_rpc::serve_cell(stream, transport, greeting, &limits, enter).await {
        tracing::debug!(%error, "a connection ended");
    }
    drop(place);
}
