//! Who is at the other end: what a node says of itself, and how a cell shows that a connection is its own.
//!
//! Over TLS both keys are known from the handshake. Over a plain socket, which its owner alone can reach, the cell signs
//! the challenge of the connection. Either way both keys are given, since a cell is made of both.

use crate::dregg_capnp::{greeting, login};
use dregg_artifact::CellId;
use dregg_attest::Keys;
use dregg_commit::{Digest, cell_of};
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use std::fmt;

/// The protocol that is spoken here.
pub const PROTOCOL: u16 = 1;

/// The context of what a login signs.
const CONTEXT: &str = "dregg login";

/// What carries a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A socket that its owner alone can reach.
    Plain,
    /// TLS with a peer that has shown to hold this key.
    Tls {
        /// The peer's Ed25519 key.
        peer: [u8; 32],
    },
}

/// What a node says of itself when a connection begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// The instance that it is a node of.
    pub instance: [u8; 32],
    /// Its cell.
    pub node: CellId,
    /// Its proving key.
    pub proving_key: Digest,
    /// Random bytes of this connection.
    pub challenge: [u8; 32],
}

/// How a cell answers a greeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Login {
    /// Its Ed25519 key.
    pub key: [u8; 32],
    /// Its proving key.
    pub proving_key: Digest,
    /// Its signature; none over TLS.
    pub signature: Option<[u8; 64]>,
}

impl Greeting {
    /// Reads one.
    ///
    /// # Errors
    /// [`LoginError`]: of another protocol, or malformed.
    pub fn read(reader: greeting::Reader<'_>) -> Result<Greeting, LoginError> {
        let protocol = reader.get_protocol();
        if protocol != PROTOCOL {
            return Err(LoginError::Protocol { protocol });
        }
        Ok(Greeting {
            instance: exactly(reader.get_instance(), "instance")?,
            node: CellId(exactly(reader.get_node(), "node")?),
            proving_key: digest(reader.get_proving_key(), "provingKey")?,
            challenge: exactly(reader.get_challenge(), "challenge")?,
        })
    }

    /// Writes it.
    pub fn write(&self, mut builder: greeting::Builder<'_>) {
        builder.set_protocol(PROTOCOL);
        builder.set_instance(&self.instance);
        builder.set_node(&self.node.0);
        builder.set_proving_key(&self.proving_key.to_bytes());
        builder.set_challenge(&self.challenge);
    }

    /// Whether the peer of this key is the node that it says it is, and the expected one if one is expected.
    ///
    /// SOUNDNESS: over TLS the handshake has shown the key only; without this, any peer could name any cell.
    ///
    /// # Errors
    /// [`LoginError::OtherNode`] if it is not.
    pub fn check_node(&self, peer: &[u8; 32], expected: Option<CellId>) -> Result<(), LoginError> {
        let node = cell_of(peer, &self.proving_key);
        if node == self.node && expected.is_none_or(|expected| expected == node) {
            Ok(())
        } else {
            Err(LoginError::OtherNode { node })
        }
    }

    /// What the cell of these keys signs to log in over a plain socket.
    pub fn message(&self, key: &[u8; 32], proving_key: &Digest) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        for part in [&self.instance, &self.node.0, &self.challenge, key, &proving_key.to_bytes()] {
            hasher.update(part);
        }
        *hasher.finalize().as_bytes()
    }
}

impl Login {
    /// The login of a cell.
    pub fn new(greeting: &Greeting, keys: &Keys, transport: &Transport) -> Login {
        let (key, proving_key) = (keys.public_key(), keys.proving_key());
        let signature = match transport {
            Transport::Tls { .. } => None,
            Transport::Plain => {
                Some(keys.signing_key().sign(&greeting.message(&key, &proving_key)).to_bytes())
            }
        };
        Login { key, proving_key, signature }
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`LoginError::Malformed`] names what is.
    pub fn read(reader: login::Reader<'_>) -> Result<Login, LoginError> {
        let signature = match reader.get_signature() {
            Ok([]) => None,
            signature => Some(exactly(signature, "signature")?),
        };
        let proving_key = digest(reader.get_proving_key(), "provingKey")?;
        Ok(Login { key: exactly(reader.get_key(), "key")?, proving_key, signature })
    }

    /// Writes it.
    pub fn write(&self, mut builder: login::Builder<'_>) {
        builder.set_key(&self.key);
        builder.set_proving_key(&self.proving_key.to_bytes());
        if let Some(signature) = &self.signature {
            builder.set_signature(signature);
        }
    }

    /// The cell that has logged in by this, after that greeting, over that transport.
    ///
    /// # Errors
    /// [`LoginError`] says why it has not.
    pub fn check(&self, greeting: &Greeting, transport: &Transport) -> Result<CellId, LoginError> {
        match (transport, &self.signature) {
            (Transport::Tls { peer }, None) if *peer == self.key => {}
            (Transport::Tls { .. }, None) => return Err(LoginError::OtherKey),
            (Transport::Tls { .. }, Some(_)) => return Err(LoginError::Malformed { part: "signature" }),
            (Transport::Plain, None) => return Err(LoginError::Signature),
            (Transport::Plain, Some(signature)) => self.check_signature(greeting, signature)?,
        }
        Ok(cell_of(&self.key, &self.proving_key))
    }

    /// Strict: a key of small order signs nothing.
    fn check_signature(&self, greeting: &Greeting, signature: &[u8; 64]) -> Result<(), LoginError> {
        let message = greeting.message(&self.key, &self.proving_key);
        let signature = Signature::from_bytes(signature);
        let key = VerifyingKey::from_bytes(&self.key).map_err(|_| LoginError::Signature)?;
        key.verify_strict(&message, &signature).map_err(|_| LoginError::Signature)
    }
}

fn exactly<const N: usize>(data: capnp::Result<&[u8]>, part: &'static str) -> Result<[u8; N], LoginError> {
    data.ok().and_then(|data| data.try_into().ok()).ok_or(LoginError::Malformed { part })
}

fn digest(data: capnp::Result<&[u8]>, part: &'static str) -> Result<Digest, LoginError> {
    Digest::from_bytes(&exactly(data, part)?).ok_or(LoginError::Malformed { part })
}

/// Why a connection is not who it says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginError {
    /// The node speaks another protocol.
    Protocol {
        /// Which.
        protocol: u16,
    },
    /// Something is missing, of another length, or no digest; or there is a signature where none belongs.
    Malformed {
        /// What.
        part: &'static str,
    },
    /// The node is not the cell that it says it is, or not the expected one.
    OtherNode {
        /// The cell that it is.
        node: CellId,
    },
    /// The key is not the one that the handshake has shown.
    OtherKey,
    /// The signature is not one of this cell under this greeting.
    Signature,
    /// The connection has logged in before.
    Again,
}

impl LoginError {
    /// Its name in a refusal.
    pub fn name(&self) -> &'static str {
        match self {
            LoginError::Protocol { .. } => "Protocol",
            LoginError::Malformed { .. } => "Login",
            LoginError::OtherNode { .. } => "OtherNode",
            LoginError::OtherKey => "OtherKey",
            LoginError::Signature => "Signature",
            LoginError::Again => "LoggedIn",
        }
    }
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoginError::Protocol { protocol } => {
                write!(f, "the node speaks protocol {protocol}, this is protocol {PROTOCOL}")
            }
            LoginError::Malformed { part } => write!(f, "`{part}` is not what belongs there"),
            LoginError::OtherNode { node } => write!(f, "the node is cell {node}, another one than expected"),
            LoginError::OtherKey => f.write_str("the key is not the one of the connection"),
            LoginError::Signature => f.write_str("the login is not signed by the cell"),
            LoginError::Again => f.write_str("the connection has logged in before"),
        }
    }
}

impl std::error::Error for LoginError {}
