//! The bytes of an access proof: magic, version, the length of the head, the head, and the proof proper.
//!
//! The head is written by `postcard`. Reading is strict: every file has one spelling, because what was read is written
//! again and compared.

use super::claim::{Claim, ClaimedCaller, ClaimedPath, PROTOCOL};
use super::evidence::{CallerSignature, Evidence, OpenedFact, PublicOpening};
use crate::derivation::witness::{Instance, Support};
use dregg_artifact::{CellId, Opening, Permission, RootParts};
use dregg_commit::record::FactElements;
use dregg_commit::{Digest, Gap, WalkOpening};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest file.
pub const MAX_FILE_BYTES: usize = 1 << 20;

const MAGIC: &[u8; 8] = b"\x89dgproof";

/// Why bytes are no access proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    /// More than [`MAX_FILE_BYTES`].
    TooLong,
    /// Not the beginning of an access proof.
    Magic,
    /// A version that this code does not speak.
    Version(u16),
    /// Too short, or a head that cannot be read.
    Truncated,
    /// Another spelling of something, or a number out of its range.
    Form,
}

impl fmt::Display for FileError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileError::TooLong => to.write_str("longer than any access proof"),
            FileError::Magic => to.write_str("no access proof"),
            FileError::Version(version) => {
                write!(to, "an access proof of version {version}, which is not known")
            }
            FileError::Truncated => to.write_str("the access proof ends too early"),
            FileError::Form => to.write_str("the access proof is not in its one form"),
        }
    }
}

impl std::error::Error for FileError {}

/// An access proof: a claim with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessProof {
    /// What it says.
    pub claim: Claim,
    /// The path that was asked for, if the policy redirects that to the claim's.
    pub asked: Option<String>,
    /// What shows it.
    pub evidence: Evidence,
}

#[derive(Serialize, Deserialize)]
enum HeadPath {
    Shown(String),
    Hidden(u16, [u64; 4]),
}

#[derive(Serialize, Deserialize)]
enum HeadCaller {
    Shown([u8; 32]),
    Hidden([u64; 4], [u8; 32]),
    Nobody,
}

#[derive(Serialize, Deserialize)]
struct HeadWalk {
    depth: u8,
    leaves: Vec<(u32, [(u64, u64); 4])>,
    siblings: Vec<[u64; 4]>,
}

#[derive(Serialize, Deserialize)]
enum HeadSupport {
    Instance(u32),
    Record(u32),
    Caller,
}

#[derive(Serialize, Deserialize)]
struct HeadInstance {
    rule: u32,
    values: Vec<(u8, [u64; 4])>,
    premises: Vec<HeadSupport>,
    height: u8,
}

#[derive(Serialize, Deserialize)]
struct HeadFact {
    relation: u64,
    arity: u8,
    values: [[u64; 4]; 4],
    gap: Option<(u64, u64)>,
    leaf: u64,
    siblings: Vec<[u64; 4]>,
}

#[derive(Serialize, Deserialize)]
struct HeadOpening {
    instances: Vec<HeadInstance>,
    facts: Vec<HeadFact>,
    signature: Option<HeadSignature>,
}

#[derive(Serialize, Deserialize)]
struct HeadSignature {
    key: [u8; 32],
    proving_key: [u64; 4],
    low: [u8; 32],
    high: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct Head {
    root: [u8; 32],
    epoch: u64,
    permission: u8,
    path: HeadPath,
    asked: Option<String>,
    class: u32,
    caller: HeadCaller,
    verifier: String,
    nonce: Vec<u8>,
    route_opened: bool,
    edition: u16,
    parts: Vec<[u8; 32]>,
    leaf: Vec<u8>,
    classes: u32,
    class_siblings: Vec<[u8; 32]>,
    walk: Option<HeadWalk>,
    opening: Option<HeadOpening>,
}

impl AccessProof {
    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = postcard::to_allocvec(&self.head()).unwrap_or_default();
        let length = u32::try_from(head.len()).unwrap_or(u32::MAX);
        let parts: [&[u8]; 5] =
            [MAGIC, &PROTOCOL.to_le_bytes(), &length.to_le_bytes(), &head, &self.evidence.stark];
        parts.concat()
    }

    /// Reads the bytes. What they say is checked by nobody yet.
    ///
    /// # Errors
    /// [`FileError`]: never a panic, and memory of a small multiple of the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<AccessProof, FileError> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(FileError::TooLong);
        }
        let rest = bytes.strip_prefix(MAGIC).ok_or(FileError::Magic)?;
        let (version, rest) = rest.split_first_chunk::<2>().ok_or(FileError::Truncated)?;
        let version = u16::from_le_bytes(*version);
        if version != PROTOCOL {
            return Err(FileError::Version(version));
        }
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(FileError::Truncated)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (head, stark) = rest.split_at_checked(length).ok_or(FileError::Truncated)?;
        let head: Head = postcard::from_bytes(head).map_err(|_| FileError::Truncated)?;
        let proof = head.proof(stark.to_vec()).ok_or(FileError::Form)?;
        if proof.to_bytes() == bytes { Ok(proof) } else { Err(FileError::Form) }
    }

    fn head(&self) -> Head {
        let claim = &self.claim;
        let evidence = &self.evidence;
        Head {
            root: claim.root,
            epoch: claim.epoch,
            permission: claim.permission.ordinal() as u8,
            path: match &claim.path {
                ClaimedPath::Shown(path) => HeadPath::Shown(path.clone()),
                ClaimedPath::Hidden { blocks, commitment } => HeadPath::Hidden(*blocks, commitment.0),
            },
            asked: self.asked.clone(),
            class: claim.class,
            caller: match &claim.caller {
                ClaimedCaller::Shown(cell) => HeadCaller::Shown(cell.0),
                ClaimedCaller::Hidden { commitment, bind } => HeadCaller::Hidden(commitment.0, *bind),
                ClaimedCaller::Nobody => HeadCaller::Nobody,
            },
            verifier: claim.verifier.clone(),
            nonce: claim.nonce.clone(),
            route_opened: claim.route_opened,
            edition: evidence.policy.edition,
            parts: evidence.policy.parts.to_vec(),
            leaf: evidence.class.leaf.clone(),
            classes: evidence.class.count,
            class_siblings: evidence.class.siblings.clone(),
            walk: evidence.walk.as_ref().map(|walk| HeadWalk {
                depth: walk.depth,
                leaves: walk.leaves.clone(),
                siblings: walk.siblings.iter().map(|digest| digest.0).collect(),
            }),
            opening: evidence.opening.as_ref().map(head_opening),
        }
    }
}

fn head_opening(opening: &PublicOpening) -> HeadOpening {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let support = |support: &Support| match support {
        Support::Instance(at) => HeadSupport::Instance(number(*at)),
        Support::Record(at) => HeadSupport::Record(number(*at)),
        Support::Caller => HeadSupport::Caller,
    };
    let instance = |instance: &Instance| HeadInstance {
        rule: number(instance.rule),
        values: instance.values.iter().map(|(variable, value)| (*variable, value.0)).collect(),
        premises: instance.premises.iter().map(support).collect(),
        height: instance.height,
    };
    let fact = |fact: &OpenedFact| HeadFact {
        relation: fact.fact.relation,
        arity: u8::try_from(fact.fact.arity).unwrap_or(u8::MAX),
        values: fact.fact.values.map(|value| value.0),
        gap: fact.gap.map(|gap| (gap.low, gap.high)),
        leaf: fact.leaf,
        siblings: fact.siblings.iter().map(|digest| digest.0).collect(),
    };
    HeadOpening {
        instances: opening.instances.iter().map(instance).collect(),
        facts: opening.facts.iter().map(fact).collect(),
        signature: opening.signature.as_ref().map(|signed| {
            let mut halves = signed.signature.as_chunks::<32>().0.iter().copied();
            let mut half = || halves.next().unwrap_or_default();
            HeadSignature { key: signed.key, proving_key: signed.proving_key.0, low: half(), high: half() }
        }),
    }
}

/// Four canonical elements.
fn digest(limbs: [u64; 4]) -> Option<Digest> {
    Digest::from_bytes(&Digest(limbs).to_bytes())
}

impl Head {
    fn proof(self, stark: Vec<u8>) -> Option<AccessProof> {
        let path = match self.path {
            HeadPath::Shown(path) => ClaimedPath::Shown(path),
            // Of a hidden path nothing is told, nor what is redirected to it.
            HeadPath::Hidden(..) if self.asked.is_some() => return None,
            HeadPath::Hidden(blocks, commitment) => {
                ClaimedPath::Hidden { blocks, commitment: digest(commitment)? }
            }
        };
        let caller = match self.caller {
            HeadCaller::Shown(cell) => ClaimedCaller::Shown(CellId(cell)),
            HeadCaller::Hidden(commitment, bind) => {
                ClaimedCaller::Hidden { commitment: digest(commitment)?, bind }
            }
            HeadCaller::Nobody => ClaimedCaller::Nobody,
        };
        let claim = Claim {
            root: self.root,
            epoch: self.epoch,
            permission: *Permission::ALL.get(usize::from(self.permission))?,
            path,
            class: self.class,
            caller,
            verifier: self.verifier,
            nonce: self.nonce,
            route_opened: self.route_opened,
        };
        let policy = RootParts { edition: self.edition, parts: self.parts.as_slice().try_into().ok()? };
        let class = Opening {
            leaf: self.leaf,
            index: self.class,
            count: self.classes,
            siblings: self.class_siblings,
        };
        let walk = match self.walk {
            Some(walk) => Some(WalkOpening {
                depth: walk.depth,
                leaves: walk.leaves,
                siblings: walk.siblings.into_iter().map(digest).collect::<Option<_>>()?,
            }),
            None => None,
        };
        let opening = match self.opening {
            Some(opening) => Some(opening.read()?),
            None => None,
        };
        let evidence = Evidence { policy, class, walk, opening, stark };
        Some(AccessProof { claim, asked: self.asked, evidence })
    }
}

impl HeadOpening {
    fn read(self) -> Option<PublicOpening> {
        let support = |support: HeadSupport| match support {
            HeadSupport::Instance(at) => Support::Instance(at as usize),
            HeadSupport::Record(at) => Support::Record(at as usize),
            HeadSupport::Caller => Support::Caller,
        };
        let instance = |instance: HeadInstance| {
            let values =
                instance.values.into_iter().map(|(variable, value)| Some((variable, digest(value)?)));
            Some(Instance {
                rule: instance.rule as usize,
                values: values.collect::<Option<_>>()?,
                premises: instance.premises.into_iter().map(support).collect(),
                height: instance.height,
            })
        };
        let fact = |fact: HeadFact| {
            let [a, b, c, d] = fact.values;
            let values = [digest(a)?, digest(b)?, digest(c)?, digest(d)?];
            let siblings = fact.siblings.into_iter().map(digest).collect::<Option<_>>()?;
            let gap = fact.gap.map(|(low, high)| Gap { relation: fact.relation, low, high });
            let elements = FactElements { relation: fact.relation, arity: usize::from(fact.arity), values };
            Some(OpenedFact { fact: elements, gap, leaf: fact.leaf, siblings })
        };
        let signature = match self.signature {
            Some(signed) => {
                let mut signature = [0; 64];
                for (slot, byte) in signature.iter_mut().zip(signed.low.into_iter().chain(signed.high)) {
                    *slot = byte;
                }
                Some(CallerSignature { key: signed.key, proving_key: digest(signed.proving_key)?, signature })
            }
            None => None,
        };
        Some(PublicOpening {
            instances: self.instances.into_iter().map(instance).collect::<Option<_>>()?,
            facts: self.facts.into_iter().map(fact).collect::<Option<_>>()?,
            signature,
        })
    }
}
