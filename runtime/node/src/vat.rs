//! What all connections of one node share, on one thread.

use crate::node::Node;
use crate::session::Session;
use crate::settings::Settings;
use dregg_artifact::CellId;
use dregg_rpc::InFlight;
use dregg_rpc::dregg_capnp::{attachment, host, session};
use dregg_rpc::login::Greeting;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A node as its connections see it.
///
/// Nothing here is held over an `await`: whoever borrows the node does so for one step.
pub struct Vat {
    pub(crate) node: RefCell<Node>,
    pub(crate) settings: Settings,
    /// The attached services of each cell; the last one answers.
    hosts: RefCell<BTreeMap<CellId, Vec<(u64, host::Client)>>>,
    attachments: Cell<u64>,
    /// Calls of services that are not answered yet.
    pub(crate) flying: Rc<Cell<usize>>,
    /// What has happened since the start.
    pub counts: Counts,
}

/// Counters since the start, for metrics.
#[derive(Debug, Default)]
pub struct Counts {
    /// Logins.
    pub logins: Cell<u64>,
    /// Transactions on the disk.
    pub transactions: Cell<u64>,
    /// Transactions refused.
    pub refused: Cell<u64>,
    /// Requests decided and allowed.
    pub allowed: Cell<u64>,
    /// Requests decided and denied.
    pub denied: Cell<u64>,
    /// Calls handed to services.
    pub calls: Cell<u64>,
    /// Calls that failed on the way.
    pub failed: Cell<u64>,
}

/// Counts one more.
pub(crate) fn count(counter: &Cell<u64>) {
    counter.set(counter.get().saturating_add(1));
}

impl Vat {
    /// The vat of a node.
    pub fn new(node: Node, settings: Settings) -> Rc<Vat> {
        Rc::new(Vat {
            node: RefCell::new(node),
            settings,
            hosts: RefCell::default(),
            attachments: Cell::default(),
            flying: Rc::default(),
            counts: Counts::default(),
        })
    }

    /// What a connection is greeted with.
    pub fn greeting(&self) -> Greeting {
        let mut node = self.node.borrow_mut();
        Greeting {
            instance: node.mesh().instance(),
            node: node.keys().cell(),
            proving_key: node.keys().proving_key(),
            challenge: node.random(),
        }
    }

    /// A session for a cell: that it is this cell is for whoever asks to know.
    pub fn session(self: &Rc<Vat>, cell: CellId) -> session::Client {
        count(&self.counts.logins);
        Session::open(self, cell)
    }

    /// Looks at the node.
    pub fn with_node<T>(&self, look: impl FnOnce(&Node) -> T) -> T {
        look(&self.node.borrow())
    }

    /// How many calls of services are not answered yet.
    pub fn flying(&self) -> usize {
        self.flying.get()
    }

    /// How many services are attached.
    pub fn attached(&self) -> usize {
        self.hosts.borrow().values().map(Vec::len).sum()
    }

    /// Lets all attached services go. A service's connection holds sessions, sessions hold the vat and the vat holds
    /// services, so that without this the store of a node that has stopped stays open until its process ends.
    pub fn close(&self) {
        let hosts = self.hosts.take();
        drop(hosts);
    }

    /// The service of a cell, if one is attached.
    pub(crate) fn host(&self, cell: &CellId) -> Option<host::Client> {
        self.hosts.borrow().get(cell).and_then(|hosts| hosts.last()).map(|(_, host)| host.clone())
    }

    /// Attaches a service for as long as the capability is held.
    pub(crate) fn attach(
        self: &Rc<Vat>,
        cell: CellId,
        host: host::Client,
        counted: InFlight,
    ) -> attachment::Client {
        let number = self.attachments.get();
        self.attachments.set(number + 1);
        self.hosts.borrow_mut().entry(cell).or_default().push((number, host));
        tracing::info!(%cell, "a service is attached");
        capnp_rpc::new_client(Attachment { vat: Rc::clone(self), cell, number, _counted: counted })
    }
}

/// Detaches when it is dropped: by its holder, or because the connection is gone.
struct Attachment {
    vat: Rc<Vat>,
    cell: CellId,
    number: u64,
    /// One of those that the session may have.
    _counted: InFlight,
}

impl attachment::Server for Attachment {
    async fn ping(
        self: Rc<Self>,
        _: attachment::PingParams,
        _: attachment::PingResults,
    ) -> Result<(), capnp::Error> {
        Ok(())
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        // The client is dropped after the borrow has ended: dropping it may run others' code.
        let mut gone = None;
        if let Ok(mut hosts) = self.vat.hosts.try_borrow_mut()
            && let Some(attached) = hosts.get_mut(&self.cell)
        {
            let place = attached.iter().position(|(number, _)| *number == self.number);
            gone = place.map(|place| attached.remove(place));
            if attached.is_empty() {
                hosts.remove(&self.cell);
            }
        }
        drop(gone);
        tracing::info!(cell = %self.cell, "a service is gone");
    }
}
