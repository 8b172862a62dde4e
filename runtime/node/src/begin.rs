//! A new mesh: its genesis, and the root of its epoch 0.

use crate::home::{Home, HomeError};
use crate::node::{NodeError, generator};
use dregg_artifact::Artifact;
use dregg_attest::{Council, Genesis, Keys, Position, SignatureError, SignedRoot, attest};
use dregg_runtime::Policy;
use rand_chacha::rand_core::Rng;
use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

/// Why a mesh was not begun.
#[derive(Debug)]
pub enum BeginError {
    /// There are no keys to begin with.
    NoKeys,
    /// The policy is none that a mesh can begin with.
    Policy(String),
    /// The keys are not enough, or not the council's.
    Signers(SignatureError),
    /// Its home.
    Home(HomeError),
    /// The system gives no random bytes.
    Random,
}

impl fmt::Display for BeginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BeginError::NoKeys => f.write_str("no keys to begin with"),
            BeginError::Policy(error) => f.write_str(error),
            BeginError::Signers(error) => write!(f, "{}: {error}", error.name()),
            BeginError::Home(error) => error.fmt(f),
            BeginError::Random => f.write_str("the system gives no random bytes"),
        }
    }
}

impl std::error::Error for BeginError {}

/// The signed root of epoch 0: of the policy, with nothing but its own facts, signed by these keys.
///
/// # Errors
/// [`BeginError`]: most of all too few of the council's keys.
pub fn genesis(artifact: &Artifact, signers: &[Keys]) -> Result<SignedRoot, BeginError> {
    let founder = signers.first().ok_or(BeginError::NoKeys)?.cell();
    let council = Council::founding(artifact, founder);
    let cells: Vec<_> = signers.iter().map(Keys::cell).collect();
    council.admit(&cells).map_err(BeginError::Signers)?;
    let mut random = generator().map_err(random)?;
    let mut genesis = Genesis { policy: artifact.policy_root(), council, random: [0; 32] };
    random.fill_bytes(&mut genesis.random);
    let position = Position {
        instance: genesis.instance(),
        epoch: 0,
        previous: [0; 32],
        height: 0,
        council: genesis.council.members.first().copied().unwrap_or(founder),
    };
    let attested = attest(artifact, &[], &BTreeMap::new(), &position, || [0; 32]);
    let attested = attested.map_err(|error| BeginError::Policy(error.to_string()))?;
    Ok(attested.signed(artifact, genesis, None, signers))
}

/// Begins the mesh of a policy in a home.
///
/// # Errors
/// [`BeginError`]; then no mesh was begun.
pub fn begin(home: &Home, artifact: &[u8], signers: &[Keys]) -> Result<SignedRoot, BeginError> {
    let policy = Policy::load(artifact).map_err(|error| BeginError::Policy(error.to_string()))?;
    let root = genesis(policy.artifact(), signers)?;
    let node = new_keys("node").map_err(random)?;
    home.begin(artifact, &root, signers, &node).map_err(BeginError::Home)?;
    Ok(root)
}

/// New keys of a name.
///
/// # Errors
/// [`NodeError::Random`].
pub fn new_keys(name: &str) -> Result<Keys, NodeError> {
    let mut random = generator()?;
    let (mut signing, mut secret) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
    random.fill_bytes(signing.as_mut());
    random.fill_bytes(secret.as_mut());
    Keys::new(name, &signing, &secret).map_err(|_| NodeError::Random)
}

fn random(_: NodeError) -> BeginError {
    BeginError::Random
}
