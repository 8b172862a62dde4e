//! What a cell holds and shows to nobody: held facts and its stake, as files, and the bundle they make under a root.

use crate::error::Error;
use crate::inside::{Inside, State, Way};
use dregg_artifact::CellId;
use dregg_attest::bundle::{HeldFact, StakeOpening};
use dregg_attest::{Argument, Bundle, StatedFact};
use dregg_commit::record::{self, Salt};
use dregg_commit::{Digest, FactElements, salt_elements};
use dregg_node::{files, home};
use dregg_rpc::dregg_capnp::Tree;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// What an issuer hands to a holder, as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Credential {
    /// A held fact.
    Fact {
        /// Of which mesh: 64 hexadecimal digits.
        instance: String,
        /// The relation.
        relation: String,
        /// One argument a column.
        args: Vec<Argument>,
        /// What hides them: 64 hexadecimal digits.
        salt: String,
        /// The cell that signed it.
        signer: String,
        /// The epoch at which it ends.
        expiry: u64,
    },
    /// A stake.
    Stake {
        /// Of which mesh.
        instance: String,
        /// Whose.
        cell: String,
        /// How much.
        amount: u64,
        /// What hides it.
        salt: String,
    },
}

impl Credential {
    /// Reads a credential.
    ///
    /// # Errors
    /// [`Error::Credential`] says what it is not.
    pub fn from_json(text: &str) -> Result<Credential, Error> {
        serde_json::from_str(text).map_err(|error| Error::Credential(error.to_string()))
    }

    /// The text of a credential.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The mesh it is of.
    pub fn instance(&self) -> &str {
        match self {
            Credential::Fact { instance, .. } | Credential::Stake { instance, .. } => instance,
        }
    }
}

/// The directory of a cell's credentials.
#[derive(Clone, Debug)]
pub struct Wallet {
    directory: PathBuf,
}

impl Wallet {
    /// The wallet in a directory, which need not be there.
    pub fn at(directory: impl Into<PathBuf>) -> Wallet {
        Wallet { directory: directory.into() }
    }

    /// Keeps a credential; a second time is no error. The file it is in.
    ///
    /// # Errors
    /// [`Error::Credential`] with the file.
    pub fn import(&self, credential: &Credential) -> Result<PathBuf, Error> {
        let text = credential.to_json();
        let name = blake3::hash(text.as_bytes()).to_hex();
        let file = self.directory.join(format!("{}.json", name.as_str().get(..32).unwrap_or_default()));
        let written = files::private_directory(&self.directory);
        let written = written.and_then(|()| files::write_private(&file, text.as_bytes()));
        written.map_err(|error| failed(&file, &error))?;
        Ok(file)
    }

    /// Everything in it, by the names of the files.
    ///
    /// # Errors
    /// [`Error::Credential`] with the file that is none.
    pub fn credentials(&self) -> Result<Vec<Credential>, Error> {
        let mut found = Vec::new();
        for file in home::json_files(&self.directory)? {
            let text = fs::read_to_string(&file).map_err(|error| failed(&file, &error))?;
            found.push(Credential::from_json(&text).map_err(|error| failed(&file, &error))?);
        }
        Ok(found)
    }

    /// The bundle of a cell under the current root: what of this wallet is committed to there.
    pub(crate) async fn bundle(&self, inside: &Inside, state: &State) -> Result<Option<Bundle>, Error> {
        let instance = hexadecimal(&inside.instance);
        let all = self.credentials()?;
        let own = all.iter().filter(|credential| credential.instance() == instance);
        let cell = inside.keys.cell();
        let mut bundle = Bundle {
            cell,
            epoch: state.epoch(),
            root: state.root.root().digest(),
            stake: None,
            facts: Vec::new(),
        };
        for credential in own {
            match credential {
                Credential::Fact { relation, args, salt, signer, expiry, .. } => {
                    let (salt, signer) = (bytes::<32>(salt)?, CellId(bytes(signer)?));
                    let fact = (relation.as_str(), args.as_slice(), &salt, signer, *expiry);
                    // A fact of a relation that this policy has not is of no use, and no error.
                    let Some(leaf) = leaf(state, fact) else { continue };
                    let Some((leaf, siblings)) = open(inside, state, Tree::Credentials, &leaf).await? else {
                        continue;
                    };
                    let (relation, args, expiry) = (relation.clone(), args.clone(), *expiry);
                    bundle.facts.push(HeldFact { relation, args, salt, signer, expiry, leaf, siblings });
                }
                Credential::Stake { cell: owner, amount, salt, .. } => {
                    let (salt, owner) = (bytes::<32>(salt)?, CellId(bytes(owner)?));
                    let Some(digest) = Digest::from_bytes(&owner.0).filter(|_| owner == cell) else {
                        continue;
                    };
                    let leaf = record::stake(digest, *amount, salt_elements(&salt)).digest();
                    let Some((leaf, siblings)) = open(inside, state, Tree::Stakes, &leaf).await? else {
                        continue;
                    };
                    bundle.stake = Some(StakeOpening { amount: *amount, salt, leaf, siblings });
                }
            }
        }
        Ok((bundle.stake.is_some() || !bundle.facts.is_empty()).then_some(bundle))
    }
}

/// The leaf of a held fact. `None` if it is none of the policy.
fn leaf(
    state: &State,
    (relation, args, salt, signer, expiry): (&str, &[Argument], &Salt, CellId, u64),
) -> Option<Digest> {
    let stated = StatedFact { relation: relation.to_owned(), args: args.to_vec() };
    let fact = stated.typed(&state.artifact).ok()?;
    let relation = state.artifact.relations.get(fact.relation as usize)?;
    let elements = FactElements::new(relation, &fact.arguments)?;
    let commitment = elements.held(salt_elements(salt)).digest();
    let signer = Digest::from_bytes(&signer.0)?;
    Some(record::credential(commitment, signer, elements.relation, expiry).digest())
}

/// The Merkle path of a leaf, asked for once an epoch; the node learns which leaf was asked for.
async fn open(inside: &Inside, state: &State, tree: Tree, leaf: &Digest) -> Result<Way, Error> {
    // A leaf is of one tree: held facts and stakes are hashed apart.
    let known = state.opened().get(leaf).cloned();
    if let Some(way) = known {
        return Ok(way);
    }
    let way = ask(inside, tree, leaf).await?;
    state.opened().insert(*leaf, way.clone());
    Ok(way)
}

async fn ask(inside: &Inside, tree: Tree, leaf: &Digest) -> Result<Way, Error> {
    let mut request = inside.session.open_request();
    request.get().set_tree(tree);
    request.get().set_leaf(&leaf.to_bytes());
    let answer = match request.send().promise.await {
        Ok(answer) => answer,
        Err(error) => match Error::from(error) {
            Error::Refused { name, .. } if name == "NoLeaf" => return Ok(None),
            error => return Err(error),
        },
    };
    let answer = answer.get()?;
    let sibling = |data: capnp::Result<&[u8]>| {
        let bytes = <[u8; 32]>::try_from(data?).ok();
        bytes
            .and_then(|bytes| Digest::from_bytes(&bytes))
            .ok_or_else(|| Error::Answer("no digest".to_owned()))
    };
    let siblings: Result<Vec<Digest>, Error> = answer.get_siblings()?.iter().map(sibling).collect();
    Ok(Some((answer.get_index(), siblings?)))
}

fn failed(file: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::Credential(format!("{}: {error}", file.display()))
}

/// Reads hexadecimal digits of this many bytes.
pub(crate) fn bytes<const N: usize>(text: &str) -> Result<[u8; N], Error> {
    let found = decode(text).and_then(|bytes| bytes.try_into().ok());
    found.ok_or_else(|| Error::Credential(format!("`{text}` is not {} hexadecimal digits", 2 * N)))
}

/// Reads hexadecimal digits.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    let byte = |[high, low]: &[u32; 2]| u8::try_from(16 * high + low).ok();
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
