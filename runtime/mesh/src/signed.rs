//! A transaction with the signatures of its cells, and its bytes.
//!
//! Every signature is also of the acting cell, so that nobody on the way makes another signer act.
//! A witness is signed by its hash, so that what a mount keeps of its transaction ([`SignedTransaction::without_witness`])
//! is small, shows no openings, and still verifies.

use crate::refusal::Refusal;
use crate::transaction::{Transaction, Witness};
use crate::wire;
use dregg_artifact::CellId;
use dregg_attest::Keys;
use dregg_commit::{Digest, cell_of};
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use serde::{Deserialize, Serialize};

/// The most bytes of a signed transaction.
pub const MAX_TRANSACTION_BYTES: usize = 1 << 20;

/// The most signatures of a transaction.
pub const MAX_SIGNERS: usize = 256;

/// One cell's signature of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The Ed25519 key.
    pub key: [u8; 32],
    /// The proving key that makes it a cell.
    #[serde(with = "wire::digest")]
    pub proving_key: Digest,
    /// The signature of [`SignedTransaction::digest`]: 32 bytes that no other protocol hashes to.
    #[serde(with = "wire::signature")]
    pub signature: [u8; 64],
}

/// The witness of a signed transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Enclosed {
    /// The transaction has none.
    Nothing,
    /// Its bytes.
    Witness(Vec<u8>),
    /// Its hash, where the witness was taken out.
    Hash([u8; 32]),
}

/// A transaction with its signatures; the first signer is the cell that acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedTransaction {
    /// The bytes of the transaction, the witness left out.
    pub body: Vec<u8>,
    /// The witness.
    pub witness: Enclosed,
    /// The signatures.
    pub signatures: Vec<Signed>,
}

impl Signed {
    /// The cell of its keys.
    pub fn cell(&self) -> CellId {
        cell_of(&self.key, &self.proving_key)
    }

    /// Strict: a key of small order signs nothing.
    fn holds(&self, digest: &[u8; 32]) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        VerifyingKey::from_bytes(&self.key).is_ok_and(|key| key.verify_strict(digest, &signature).is_ok())
    }
}

impl SignedTransaction {
    pub(crate) fn new(body: Vec<u8>, witness: Option<&Witness>, keys: &[&Keys]) -> SignedTransaction {
        let witness = witness.map_or(Enclosed::Nothing, |one| Enclosed::Witness(wire::to_bytes(one)));
        let mut signed = SignedTransaction { body, witness, signatures: Vec::new() };
        keys.iter().for_each(|keys| signed.sign(keys));
        signed
    }

    /// Adds a cell's signature.
    pub fn sign(&mut self, keys: &Keys) {
        let actor = self.signatures.first().map_or_else(|| keys.cell(), Signed::cell);
        let signature = keys.signing_key().sign(&self.digest_by(actor)).to_bytes();
        self.signatures.push(Signed { key: keys.public_key(), proving_key: keys.proving_key(), signature });
    }

    /// What is signed, and what a repetition is told by: the hash of the acting cell, body and witness.
    pub fn digest(&self) -> [u8; 32] {
        self.digest_by(self.signatures.first().map_or(CellId([0; 32]), Signed::cell))
    }

    fn digest_by(&self, actor: CellId) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("dregg transaction");
        hasher.update(&actor.0);
        hasher.update(&(self.body.len() as u64).to_le_bytes());
        hasher.update(&self.body);
        match &self.witness {
            Enclosed::Nothing => {}
            Enclosed::Witness(witness) => _ = hasher.update(&witness_hash(witness)),
            Enclosed::Hash(hash) => _ = hasher.update(hash),
        }
        *hasher.finalize().as_bytes()
    }

    /// The cells that signed, the acting one first.
    ///
    /// # Errors
    /// [`Refusal`]: nobody signed, one twice, too many, or a signature is not good.
    pub fn signers(&self) -> Result<Vec<CellId>, Refusal> {
        if self.signatures.len() > MAX_SIGNERS {
            return Err(Refusal::TooLong);
        }
        let digest = self.digest();
        let mut cells = Vec::with_capacity(self.signatures.len());
        for signed in &self.signatures {
            let cell = signed.cell();
            if cells.contains(&cell) {
                return Err(Refusal::SignedTwice { cell });
            }
            if !signed.holds(&digest) {
                return Err(Refusal::Forged { cell });
            }
            cells.push(cell);
        }
        if cells.is_empty() { Err(Refusal::Unsigned) } else { Ok(cells) }
    }

    /// The transaction; without its witness if that was taken out.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn transaction(&self) -> Result<Transaction, Refusal> {
        let mut transaction: Transaction = wire::from_bytes(&self.body)?;
        if let Enclosed::Nothing = self.witness {
            let bare = transaction.action.witness_mut().is_none_or(|witness| witness.is_none());
            return if bare { Ok(transaction) } else { Err(Refusal::Malformed) };
        }
        let place = transaction.action.witness_mut().filter(|witness| witness.is_none());
        let place = place.ok_or(Refusal::Malformed)?;
        if let Enclosed::Witness(witness) = &self.witness {
            *place = Some(wire::from_bytes(witness)?);
        }
        Ok(transaction)
    }

    /// The same with only the hash of its witness. It has the same digest and the same signatures.
    pub fn without_witness(&self) -> SignedTransaction {
        let witness = match &self.witness {
            Enclosed::Witness(witness) => Enclosed::Hash(witness_hash(witness)),
            Enclosed::Nothing | Enclosed::Hash(_) => self.witness.clone(),
        };
        SignedTransaction { body: self.body.clone(), witness, signatures: self.signatures.clone() }
    }

    /// Whether only the hash of the witness is there.
    pub(crate) fn has_lost_witness(&self) -> bool {
        match self.witness {
            Enclosed::Hash(_) => true,
            Enclosed::Nothing | Enclosed::Witness(_) => false,
        }
    }

    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::to_bytes(self)
    }

    /// Reads the bytes. Nothing they say is checked yet.
    ///
    /// # Errors
    /// [`Refusal::TooLong`], [`Refusal::Malformed`]: never a panic, and memory of a small multiple of the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<SignedTransaction, Refusal> {
        if bytes.len() > MAX_TRANSACTION_BYTES {
            return Err(Refusal::TooLong);
        }
        wire::from_bytes(bytes)
    }
}

fn witness_hash(witness: &[u8]) -> [u8; 32] {
    blake3::derive_key("dregg transaction witness", witness)
}
