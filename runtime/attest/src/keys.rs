//! What a cell signs and proves with, and the file it is kept in.

use crate::error::KeysError;
use crate::hexadecimal;
use dregg_artifact::CellId;
use dregg_commit::{Digest, Secret, cell_of, proving_key};
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// The secrets of one cell, wiped when dropped and never printed.
#[derive(Clone)]
pub struct Keys {
    name: String,
    signing: SigningKey,
    secret: Zeroizing<Secret>,
    cell: CellId,
}

/// The form of `KEY.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    cell: String,
    ed25519_secret: String,
    proving_secret: String,
}

impl Drop for File {
    fn drop(&mut self) {
        self.ed25519_secret.zeroize();
        self.proving_secret.zeroize();
    }
}

impl Keys {
    /// The keys of two secrets of 32 random bytes each.
    ///
    /// # Errors
    /// [`KeysError::Name`] if `name` is none that a policy could declare as `@name`.
    pub fn new(name: &str, signing: &[u8; 32], secret: &Secret) -> Result<Keys, KeysError> {
        if !is_name(name) {
            return Err(KeysError::Name { name: name.to_owned() });
        }
        let signing = SigningKey::from_bytes(signing);
        let cell = cell_of(signing.verifying_key().as_bytes(), &proving_key(secret));
        Ok(Keys { name: name.to_owned(), signing, secret: Zeroizing::new(*secret), cell })
    }

    /// Reads a `KEY.json`.
    ///
    /// # Errors
    /// [`KeysError`]: not that form, or the secrets are not those of the cell it names. No error shows a secret.
    pub fn from_json(text: &str) -> Result<Keys, KeysError> {
        let file: File = serde_json::from_str(text)
            .map_err(|error| KeysError::Json { line: error.line(), column: error.column() })?;
        let secret = |digits: &str| -> Result<Zeroizing<[u8; 32]>, KeysError> {
            let bytes = Zeroizing::new(hexadecimal::read(digits).ok_or(KeysError::Secret)?);
            let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| KeysError::Secret)?;
            Ok(Zeroizing::new(bytes))
        };
        let keys = Keys::new(&file.name, &*secret(&file.ed25519_secret)?, &*secret(&file.proving_secret)?)?;
        if CellId::from_hex(&file.cell) != Some(keys.cell) {
            return Err(KeysError::OtherCell { cell: keys.cell });
        }
        Ok(keys)
    }

    /// The text of a `KEY.json`.
    pub fn to_json(&self) -> Zeroizing<String> {
        let file = File {
            name: self.name.clone(),
            cell: self.cell.to_hex(),
            ed25519_secret: hexadecimal::write(self.signing.as_bytes()),
            proving_secret: hexadecimal::write(self.secret.as_slice()),
        };
        let mut text = Zeroizing::new(serde_json::to_string_pretty(&file).unwrap_or_default());
        text.push('\n');
        text
    }

    /// The name, without `@`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The cell.
    pub fn cell(&self) -> CellId {
        self.cell
    }

    /// The line that declares the cell in a policy.
    pub fn declaration(&self) -> String {
        format!("cell @{} = 0x{};", self.name, self.cell)
    }

    /// The Ed25519 key that signs.
    pub fn signing_key(&self) -> &SigningKey {
        &self.signing
    }

    /// The Ed25519 key that others know.
    pub fn public_key(&self) -> [u8; 32] {
        self.signing.verifying_key().to_bytes()
    }

    /// The secret that a proof shows knowledge of.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The proving key that others know.
    pub fn proving_key(&self) -> Digest {
        proving_key(&self.secret)
    }
}

/// Says whose keys they are, not what they are.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("name", &self.name).field("cell", &self.cell).finish_non_exhaustive()
    }
}

/// SPEC: `grammar/GRAMMAR.md`, cell names: lower-case letters, digits and `_`, with single or more `-` inside.
fn is_name(name: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let ends = !name.starts_with('-') && !name.ends_with('-') && !name.is_empty();
    ends && name.len() <= 64 && name.bytes().all(|byte| inside(byte) || byte == b'-')
}
