//! The agent's clerk: everything a program asks of the mesh, on behalf of one cell.

use crate::credentials::{Credential, Wallet};
use crate::error::Error;
use crate::evidence::Showing;
use crate::inside::{PATIENCE, Seen, Start};
use crate::link::Link;
use crate::place::{Place, default_home, default_keys};
use crate::submit::{self, Receipt};
use dregg_artifact::CellId;
use dregg_attest::{Keys, StatedFact};
use dregg_mesh::{Action, Descriptor};
use dregg_node::Home;
use dregg_response::{ResponseVerifier, Verifiers};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock};
use std::time::Duration;

/// The verifiers of this process.
static TRUSTED: LazyLock<Arc<RwLock<Verifiers>>> = LazyLock::new(Arc::default);

/// Lets responses under a verifier's key be verified, in all of this process: a key says which computation it is of, so a
/// verifier does no harm to whoever does not meet its key.
pub fn trust(verifier: impl ResponseVerifier + 'static) {
    TRUSTED.write().unwrap_or_else(PoisonError::into_inner).register(verifier);
}

/// Acts for one cell in one mesh. Clones share the connection, which is made when it is first needed.
#[derive(Clone)]
pub struct AgentCipherclerk {
    place: Place,
    keys: Option<Arc<Keys>>,
    cosigners: Arc<Vec<Keys>>,
    wallet: Wallet,
    pub(crate) showing: Showing,
    pub(crate) budget: Option<u64>,
    patience: Duration,
    seen: Seen,
    link: Arc<Mutex<Option<Link>>>,
    pub(crate) verifiers: Arc<RwLock<Verifiers>>,
}

impl Default for AgentCipherclerk {
    fn default() -> AgentCipherclerk {
        AgentCipherclerk::new()
    }
}

impl AgentCipherclerk {
    /// The clerk of the environment: the mesh of `$DREGG_HOME` (else the platform's directory for data), for the cell of
    /// `$DREGG_KEY` (else the first that the mesh began with). A running node is used; without one it is embedded.
    pub fn new() -> AgentCipherclerk {
        AgentCipherclerk::at(default_home())
    }

    /// The clerk of a home, for the cell of `$DREGG_KEY`, else the home's own.
    pub fn at(home: Home) -> AgentCipherclerk {
        let wallet = Wallet::at(home.credentials());
        AgentCipherclerk {
            place: Place::Home(home),
            keys: None,
            cosigners: Arc::default(),
            wallet,
            showing: Showing::default(),
            budget: None,
            patience: PATIENCE,
            seen: Seen::default(),
            link: Arc::default(),
            verifiers: Arc::clone(&TRUSTED),
        }
    }

    /// A clerk that reaches a node over TLS. `wallet` is the directory of the cell's credentials.
    pub fn connect(place: Place, keys: Keys, wallet: impl Into<PathBuf>) -> AgentCipherclerk {
        let clerk = AgentCipherclerk::at(Home::at(PathBuf::new()));
        AgentCipherclerk { place, wallet: Wallet::at(wallet), ..clerk }.with_keys(keys)
    }

    /// The same with the running node alone: nothing is embedded.
    pub fn with_running_node(self) -> AgentCipherclerk {
        let place = match self.place {
            Place::Home(home) => Place::Running(home),
            place @ (Place::Running(_) | Place::Tcp { .. }) => place,
        };
        AgentCipherclerk { place, link: Arc::default(), ..self }
    }

    /// The same for another cell.
    pub fn with_keys(self, keys: Keys) -> AgentCipherclerk {
        AgentCipherclerk { keys: Some(Arc::new(keys)), link: Arc::default(), ..self }
    }

    /// The same, with cells that sign every transaction too: what the council writes needs several.
    pub fn with_cosigners(self, cosigners: Vec<Keys>) -> AgentCipherclerk {
        AgentCipherclerk { cosigners: Arc::new(cosigners), ..self }
    }

    /// The same with another directory of credentials.
    pub fn with_wallet(self, wallet: Wallet) -> AgentCipherclerk {
        AgentCipherclerk { wallet, link: Arc::default(), ..self }
    }

    /// The same, showing always a proof in the place of held facts and stake.
    pub fn with_proofs(self) -> AgentCipherclerk {
        AgentCipherclerk { showing: Showing::Proof, ..self }
    }

    /// The same with a budget for each live reference, in computrons.
    pub fn with_budget(self, budget: u64) -> AgentCipherclerk {
        AgentCipherclerk { budget: Some(budget), ..self }
    }

    /// The same, taking no root that does not go on from the one with this digest. Without it the first one is believed,
    /// and those that go on from it.
    pub fn with_root(self, digest: [u8; 32]) -> AgentCipherclerk {
        AgentCipherclerk { seen: Arc::new(Mutex::new(Some(digest))), link: Arc::default(), ..self }
    }

    /// The same, waiting so long for another process that has the store open; ten seconds otherwise.
    pub fn with_patience(self, patience: Duration) -> AgentCipherclerk {
        AgentCipherclerk { patience, link: Arc::default(), ..self }
    }

    /// The cell it acts for.
    ///
    /// # Errors
    /// [`Error::Home`] if no keys are named.
    pub fn cell(&self) -> Result<CellId, Error> {
        Ok(self.keys()?.cell())
    }

    /// The keys it acts with.
    fn keys(&self) -> Result<Keys, Error> {
        match (&self.keys, &self.place) {
            (Some(keys), _) => Ok(Keys::clone(keys)),
            (None, Place::Home(home) | Place::Running(home)) => default_keys(home),
            (None, Place::Tcp { .. }) => Err(Error::Connection("no keys to log in with".to_owned())),
        }
    }

    pub(crate) async fn link(&self) -> Result<Link, Error> {
        let known = self.known();
        if let Some(link) = known.filter(Link::alive) {
            return Ok(link);
        }
        let (place, wallet, patience) = (self.place.clone(), self.wallet.clone(), self.patience);
        let start = Start { place, keys: self.keys()?, wallet, patience, seen: Arc::clone(&self.seen) };
        let link = Link::new(start).await?;
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = Some(link.clone());
        Ok(link)
    }

    fn known(&self) -> Option<Link> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Mounts a service, or changes what this cell has mounted there. The priority is the one the policy lists for the
    /// cell, else the lowest one behind all that are there.
    ///
    /// # Errors
    /// [`Error::Denied`] if the cell may not mount there; the state machine's refusals by name.
    pub async fn mount_service(
        &mut self,
        path: &str,
        descriptor: impl Into<Descriptor>,
    ) -> Result<Receipt, Error> {
        self.mount(path, descriptor, None).await
    }

    /// The same with a priority: the lower, the earlier it is tried.
    ///
    /// # Errors
    /// As [`AgentCipherclerk::mount_service`].
    pub async fn mount(
        &self,
        path: &str,
        descriptor: impl Into<Descriptor>,
        priority: Option<u16>,
    ) -> Result<Receipt, Error> {
        let (path, descriptor, cosigners) = (path.to_owned(), descriptor.into(), Arc::clone(&self.cosigners));
        let link = self.link().await?;
        link.run(move |inside| async move {
            submit::mount(&inside, &path, descriptor, priority, &cosigners).await
        })
        .await
    }

    /// Takes this cell's mount away.
    ///
    /// # Errors
    /// The state machine's refusals by name.
    pub async fn unmount(&self, path: &str) -> Result<Receipt, Error> {
        let (path, cosigners) = (path.to_owned(), Arc::clone(&self.cosigners));
        let link = self.link().await?;
        link.run(move |inside| async move {
            let version = submit::version(&inside, &path).await?.map_or(0, |(version, _)| version);
            submit::send(&inside, Action::Unmount { path, expected_version: version }, &cosigners).await
        })
        .await
    }

    /// Hands this cell's mount to another cell.
    ///
    /// # Errors
    /// The state machine's refusals by name.
    pub async fn transfer(&self, path: &str, to: CellId) -> Result<Receipt, Error> {
        let (path, cosigners) = (path.to_owned(), Arc::clone(&self.cosigners));
        let link = self.link().await?;
        link.run(move |inside| async move {
            let version = submit::version(&inside, &path).await?.map_or(0, |(version, _)| version);
            submit::send(&inside, Action::Transfer { path, to, expected_version: version }, &cosigners).await
        })
        .await
    }

    /// Publishes the table of a gateway that this cell owns: a compiled policy whose routes all lie below the prefix. It
    /// counts from the next epoch on.
    ///
    /// # Errors
    /// The state machine's refusals by name.
    pub async fn mount_gateway(&mut self, prefix: &str, table: Vec<u8>) -> Result<Receipt, Error> {
        self.submit(Action::Publish { gateway: without_slash(prefix), table }).await
    }

    /// Passes on the right to mount below a gateway, to be passed on `depth` times again.
    ///
    /// # Errors
    /// The state machine's refusals by name.
    pub async fn delegate_mount(&mut self, prefix: &str, to: CellId, depth: u8) -> Result<Receipt, Error> {
        let gateway = without_slash(prefix);
        self.submit(Action::Delegate { gateway, to, depth, witness: None }).await
    }

    /// Takes a delegation back, with all that hang on it.
    ///
    /// # Errors
    /// The state machine's refusals by name.
    pub async fn revoke_delegation(&self, prefix: &str, to: CellId) -> Result<Receipt, Error> {
        self.submit(Action::RevokeDelegation { gateway: without_slash(prefix), to }).await
    }

    /// States public facts; they count from the next epoch on.
    ///
    /// # Errors
    /// The state machine's refusals by name.
    pub async fn assert_facts(&self, facts: Vec<StatedFact>) -> Result<Receipt, Error> {
        self.submit(Action::Assert { facts }).await
    }

    /// Takes public facts back, from the next epoch on.
    ///
    /// # Errors
    /// The state machine's refusals by name.
    pub async fn retract_facts(&self, facts: Vec<StatedFact>) -> Result<Receipt, Error> {
        self.submit(Action::Retract { facts }).await
    }

    /// Signs a held fact and gives what its holder needs. Nobody else sees the arguments.
    ///
    /// # Errors
    /// The state machine's refusals by name.
    pub async fn issue(&self, fact: StatedFact, expiry: u64) -> Result<(Credential, Receipt), Error> {
        let cosigners = Arc::clone(&self.cosigners);
        let link = self.link().await?;
        link.run(move |inside| async move { submit::issue(&inside, fact, expiry, &cosigners).await }).await
    }

    /// Sets a cell's stake, and gives what the cell needs to use it; 0 takes it away. The log shows whose stake changed,
    /// never the amount.
    ///
    /// # Errors
    /// The state machine's refusals by name.
    pub async fn set_stake(&self, cell: CellId, amount: u64) -> Result<(Credential, Receipt), Error> {
        let cosigners = Arc::clone(&self.cosigners);
        let link = self.link().await?;
        link.run(move |inside| async move { submit::stake(&inside, cell, amount, &cosigners).await }).await
    }

    /// Keeps a credential in this cell's wallet.
    ///
    /// # Errors
    /// [`Error::Credential`] with the file.
    pub fn import(&self, credential: &Credential) -> Result<PathBuf, Error> {
        self.wallet.import(credential)
    }

    /// What this cell's wallet holds.
    ///
    /// # Errors
    /// [`Error::Credential`] with the file.
    pub fn credentials(&self) -> Result<Vec<Credential>, Error> {
        self.wallet.credentials()
    }

    /// Closes the epoch, with the council's keys that the node has.
    ///
    /// # Errors
    /// [`Error::Refused`] if there are too few.
    pub async fn advance_epoch(&self) -> Result<u64, Error> {
        let link = self.link().await?;
        let answer = link
            .run(|inside| async move {
                let answer = submit::question(&inside, r#"{"ask":"advance"}"#).await;
                inside.forget();
                answer
            })
            .await?;
        answer.get("epoch").and_then(Value::as_u64).ok_or_else(|| Error::Answer("no epoch".to_owned()))
    }

    /// Asks the node a small administrative question. SPEC: `docs/rpc.md`.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub async fn question(&self, question: &Value) -> Result<Value, Error> {
        let text = question.to_string();
        let link = self.link().await?;
        link.run(move |inside| async move { submit::question(&inside, &text).await }).await
    }

    /// Asks for any change.
    ///
    /// # Errors
    /// The state machine's refusals by name.
    pub async fn submit(&self, action: Action) -> Result<Receipt, Error> {
        let cosigners = Arc::clone(&self.cosigners);
        let link = self.link().await?;
        link.run(move |inside| async move { submit::send(&inside, action, &cosigners).await }).await
    }
}

fn without_slash(prefix: &str) -> String {
    prefix.strip_suffix('/').unwrap_or(prefix).to_owned()
}
