//! What the thread of a link holds: the session with a node, and what is known of the mesh.

use crate::credentials::{Wallet, decode};
use crate::error::Error;
use crate::place::Place;
use dregg_artifact::{Artifact, CellId, Permission, PolicyRoot};
use dregg_attest::{Keys, SignedRoot};
use dregg_commit::Digest;
use dregg_node::{Home, HomeError, Node, NodeError, Settings, StoreError, Vat, generator};
use dregg_prove::{ProveError, Prover};
use dregg_rpc::dregg_capnp::{service, session};
use dregg_rpc::failure::{Denial, Fault};
use dregg_rpc::login::{Greeting, Transport};
use dregg_rpc::tls::Connector;
use dregg_rpc::{Limits, connect, keep_alive, log_in};
use dregg_runtime::{Facts, Policy};
use dregg_verify::{Reject, requirement};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::Notify;

/// How many nonces a session begins with.
const NONCES: u16 = 8;
/// How long to wait for another process that has the store open for a moment.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// What a link begins with.
pub(crate) struct Start {
    pub(crate) place: Place,
    pub(crate) keys: Keys,
    pub(crate) wallet: Wallet,
    /// How long to wait for another process that has the store open.
    pub(crate) patience: Duration,
    pub(crate) seen: Seen,
}

/// The digest of the last attested root that was seen, over all connections of a clerk.
pub(crate) type Seen = Arc<Mutex<Option<[u8; 32]>>>;

/// What is known of the mesh in one epoch.
pub(crate) struct State {
    pub(crate) policy: Arc<Policy>,
    pub(crate) artifact: Arc<Artifact>,
    pub(crate) root: Arc<SignedRoot>,
    /// Made when the first proof is.
    prover: OnceLock<Result<Arc<Prover<'static>>, String>>,
    /// Made when the first decision is.
    pub(crate) public: OnceLock<Result<Facts, String>>,
    opened: Mutex<BTreeMap<Digest, Way>>,
    tables: Mutex<BTreeMap<u32, bool>>,
}

/// The place of a leaf under a root and the digests beside its way up; `None` if it is not there.
pub(crate) type Way = Option<(u64, Vec<Digest>)>;

impl State {
    /// What makes proofs in this epoch. Takes a while the first time.
    pub(crate) fn prover(&self) -> Result<Arc<Prover<'static>>, Error> {
        let made = self.prover.get_or_init(|| {
            let made = Prover::shared(Arc::clone(&self.artifact), Arc::clone(&self.root));
            made.map(Arc::new).map_err(|error| error.to_string())
        });
        made.clone().map_err(Error::Answer)
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.root.root().epoch
    }

    /// What the node has opened so far, by leaf: within an epoch it is asked once.
    pub(crate) fn opened(&self) -> MutexGuard<'_, BTreeMap<Digest, Way>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which gateways have a table, as far as the node was asked; it is the same through an epoch.
    pub(crate) fn tables(&self) -> MutexGuard<'_, BTreeMap<u32, bool>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a denial is not under the root that is known here.
    fn contradicts(&self, denial: &Denial) -> bool {
        let asked = Permission::ALL.into_iter().find(|permission| permission.word() == denial.permission);
        let opening = decode(&denial.opening).filter(|opening| !opening.is_empty());
        let (Some(permission), Some(opening)) = (asked, opening) else { return false };
        requirement(self.root.root(), permission, &denial.path, &opening) == Err(Reject::Root)
    }
}

/// A session with a node.
pub(crate) struct Inside {
    pub(crate) session: session::Client,
    pub(crate) keys: Arc<Keys>,
    pub(crate) node: CellId,
    pub(crate) instance: [u8; 32],
    pub(crate) wallet: Wallet,
    state: RefCell<Option<Arc<State>>>,
    /// The policy of the last epoch, which most often is that of the next.
    last: RefCell<Option<Last>>,
    seen: Seen,
    /// The epoch of the nonces.
    epoch: Cell<Option<u64>>,
    pub(crate) nonces: RefCell<Vec<[u8; 32]>>,
    services: RefCell<BTreeMap<u64, service::Client>>,
    numbers: Cell<u64>,
    random: RefCell<ChaCha20Rng>,
    lost: Rc<Lost>,
    /// The node itself, if it is embedded.
    _vat: Option<Rc<Vat>>,
}

/// A policy and its root.
type Last = (PolicyRoot, Arc<Policy>, Arc<Artifact>);

/// Whether the connection is lost.
#[derive(Default)]
struct Lost {
    is: Cell<bool>,
    told: Notify,
}

/// A session that has begun.
struct Reached {
    session: session::Client,
    greeting: Greeting,
    lost: Rc<Lost>,
    vat: Option<Rc<Vat>>,
}

impl Inside {
    pub(crate) async fn start(start: Start) -> Result<Inside, Error> {
        let reached = match &start.place {
            Place::Home(home) => reach_home(home, &start.keys, start.patience).await?,
            Place::Running(home) => {
                let begun = Instant::now();
                let stream = loop {
                    match UnixStream::connect(home.socket()).await {
                        Ok(stream) => break stream,
                        // A node that is about to listen.
                        Err(_) if begun.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
                        Err(error) => {
                            let socket = home.socket();
                            return Err(Error::Connection(format!("{}: {error}", socket.display())));
                        }
                    }
                };
                enter(stream, &start.keys, Transport::Plain, None).await?
            }
            Place::Tcp { address, node } => {
                let stream = TcpStream::connect(address).await;
                let stream = stream.map_err(|error| Error::Connection(error.to_string()))?;
                let _ = stream.set_nodelay(true);
                let connector = Connector::new(&start.keys, None);
                let connector = connector.map_err(|error| Error::Connection(error.to_string()))?;
                let secured = connector.connect(stream).await;
                let (stream, peer) = secured.map_err(|error| Error::Connection(error.to_string()))?;
                enter(stream, &start.keys, Transport::Tls { peer }, Some(*node)).await?
            }
        };
        let Reached { session, greeting, lost, vat } = reached;
        let nonces = ask_nonces(&session, NONCES);
        Ok(Inside {
            nonces: RefCell::new(nonces.await?),
            session,
            keys: Arc::new(start.keys),
            node: greeting.node,
            instance: greeting.instance,
            wallet: start.wallet,
            state: RefCell::default(),
            last: RefCell::default(),
            seen: start.seen,
            epoch: Cell::default(),
            services: RefCell::default(),
            numbers: Cell::default(),
            random: RefCell::new(generator()?),
            lost,
            _vat: vat,
        })
    }

    /// What is known of the mesh; asked for once, and again after [`Inside::forget`].
    pub(crate) async fn state(&self) -> Result<Arc<State>, Error> {
        let known = self.state.borrow().clone();
        if let Some(state) = known {
            return Ok(state);
        }
        let last = self.last.borrow().clone();
        let mut request = self.session.state_request();
        request.get().set_known(last.as_ref().map_or(&[], |(root, ..)| root.0.as_slice()));
        let answer = request.send().promise.await?;
        let answer = answer.get()?.get_state()?;
        let root = answer.get_root()?.to_str().map_err(|error| Error::Answer(error.to_string()))?;
        let root = self.trusted(SignedRoot::from_json(root).map_err(Error::Root)?)?;
        let (policy_root, policy, artifact) = match (answer.get_artifact()?, last) {
            ([], Some(last)) => last,
            (bytes, _) => {
                let policy = Policy::load(bytes).map_err(|error| Error::Answer(error.to_string()))?;
                let artifact = Arc::new(policy.artifact().clone());
                (artifact.policy_root(), Arc::new(policy), artifact)
            }
        };
        // SOUNDNESS: a root of another instance, or an artifact of another policy, is not what was logged in to.
        if root.root().instance != self.instance || policy_root != root.root().policy {
            return Err(Error::Answer("root and policy do not belong together".to_owned()));
        }
        *self.last.borrow_mut() = Some((policy_root, Arc::clone(&policy), Arc::clone(&artifact)));
        let (prover, public) = (OnceLock::new(), OnceLock::new());
        let (root, opened, tables) = (Arc::new(root), Mutex::default(), Mutex::default());
        let state = Arc::new(State { policy, artifact, root, prover, public, opened, tables });
        // Nonces are of an epoch. Those of the same one are still good, and there are only so many.
        if self.epoch.replace(Some(state.epoch())) != Some(state.epoch()) {
            self.nonces.borrow_mut().clear();
        }
        *self.state.borrow_mut() = Some(Arc::clone(&state));
        Ok(state)
    }

    /// A root that goes on from the last one that was seen of this mesh, and is then the last one.
    fn trusted(&self, root: SignedRoot) -> Result<SignedRoot, Error> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match *seen {
            // SOUNDNESS: a node whose store was put back answers with an earlier epoch, whose rights are over.
            Some(before) => root.check_from(&before),
            None => root.check(),
        }
        .map_err(Error::Root)?;
        *seen = Some(root.root().digest());
        Ok(root)
    }

    /// Forgets what is known: the epoch may be another one.
    pub(crate) fn forget(&self) {
        self.state.borrow_mut().take();
    }

    /// Does what rests on what is known of the epoch; once more, if it turns out that the epoch is another one. Nothing
    /// has been done then: no service has seen a call, no transaction was taken.
    pub(crate) async fn timely<T>(&self, work: impl AsyncFn() -> Result<T, Error>) -> Result<T, Error> {
        match work().await {
            Err(error) if self.is_late(&error) => {
                self.forget();
                work().await
            }
            result => result,
        }
    }

    /// Whether something went wrong for being of another epoch than the current one.
    fn is_late(&self, error: &Error) -> bool {
        match error {
            Error::Refused { name, .. } => {
                ["OtherEpoch", "Epoch", "Root", "NonceUnknown", "Bundle"].contains(&name.as_str())
            }
            // Opened by the node under a later root than the one known here.
            Error::Prove(ProveError::Bundle(_)) => true,
            // What was to be shown was found out under an earlier root.
            Error::Denied(denial) => {
                self.state.borrow().as_ref().is_some_and(|state| state.contradicts(denial))
            }
            error => error.fault() == Some(Fault::EpochOver),
        }
    }

    /// A nonce that the node gave out.
    pub(crate) async fn nonce(&self) -> Result<[u8; 32], Error> {
        if let Some(nonce) = self.nonces.borrow_mut().pop() {
            return Ok(nonce);
        }
        let mut fresh = ask_nonces(&self.session, NONCES).await?;
        let nonce = fresh.pop().ok_or_else(|| Error::Answer("no nonces".to_owned()))?;
        self.nonces.borrow_mut().extend(fresh);
        Ok(nonce)
    }

    /// Keeps the nonces that came with an answer.
    pub(crate) fn keep_nonces(&self, list: capnp::data_list::Reader<'_>) -> Result<(), Error> {
        let fresh = read_nonces(list)?;
        self.nonces.borrow_mut().extend(fresh);
        Ok(())
    }

    /// Keeps a live reference, under a number that other threads can hold.
    pub(crate) fn hold(&self, service: service::Client) -> u64 {
        let number = self.numbers.get();
        self.numbers.set(number + 1);
        self.services.borrow_mut().insert(number, service);
        number
    }

    pub(crate) fn held(&self, number: u64) -> Option<service::Client> {
        self.services.borrow().get(&number).cloned()
    }

    pub(crate) fn release(&self, number: u64) {
        let released = self.services.borrow_mut().remove(&number);
        drop(released);
    }

    /// Fresh random bytes.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.borrow_mut().fill_bytes(&mut bytes);
        bytes
    }

    /// Waits until the connection is lost; for ever, if the node is embedded.
    pub(crate) async fn lost(&self) {
        let told = self.lost.told.notified();
        if !self.lost.is.get() {
            told.await;
        }
    }

    /// Lets references go before the connection does.
    pub(crate) async fn end(&self) {
        self.services.borrow_mut().clear();
        tokio::task::yield_now().await;
    }
}

async fn ask_nonces(session: &session::Client, count: u16) -> Result<Vec<[u8; 32]>, Error> {
    let mut request = session.nonces_request();
    request.get().set_count(count);
    let answer = request.send().promise.await?;
    read_nonces(answer.get()?.get_nonces()?)
}

fn read_nonces(list: capnp::data_list::Reader<'_>) -> Result<Vec<[u8; 32]>, Error> {
    let nonce = |data: capnp::Result<&[u8]>| {
        <[u8; 32]>::try_from(data?).map_err(|_| Error::Answer("a nonce of another length".to_owned()))
    };
    list.iter().map(nonce).collect()
}

/// Logs in over a stream, and has the connection driven until it ends.
async fn enter<S>(
    stream: S,
    keys: &Keys,
    transport: Transport,
    expected: Option<CellId>,
) -> Result<Reached, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let (door, driver, _) = connect(stream, &Limits::client());
    let lost = Rc::new(Lost::default());
    let told = Rc::clone(&lost);
    tokio::task::spawn_local(async move {
        let _ = driver.await;
        told.is.set(true);
        told.told.notify_waiters();
    });
    let (session, greeting) = log_in(&door, keys, &transport, expected).await?;
    tokio::task::spawn_local(keep_alive(door));
    Ok(Reached { session, greeting, lost, vat: None })
}

/// The running node of a home, else the node itself.
async fn reach_home(home: &Home, keys: &Keys, patience: Duration) -> Result<Reached, Error> {
    let begun = Instant::now();
    loop {
        if let Ok(stream) = UnixStream::connect(home.socket()).await {
            return enter(stream, keys, Transport::Plain, None).await;
        }
        match Node::open(home) {
            Ok(node) => {
                let vat = Vat::new(node, Settings::default());
                let (session, greeting) = (vat.session(keys.cell()), vat.greeting());
                return Ok(Reached { session, greeting, lost: Rc::default(), vat: Some(vat) });
            }
            // Another process has the store open: a command that ends soon, or a node about to listen.
            Err(NodeError::Home(HomeError::Store(StoreError::InUse))) if begun.elapsed() < patience => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}
