//! Values that policies speak of: cells, texts and integers, and the permissions they are decided for.

use std::fmt;

/// An identity: 32 bytes, compared for equality only.
///
/// The bytes are four little-endian 64-bit limbs, each a canonical Goldilocks element (`design: proofs, encodings`).
/// This type holds any 32 bytes; [`CellId::is_canonical`] says whether they are such limbs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId(pub [u8; 32]);

/// The Goldilocks prime, the modulus of every limb of a cell.
pub const FIELD_MODULUS: u64 = 0xffff_ffff_0000_0001;

/// The largest integer of the language plus one: integers are `0..2^56`.
pub const INT_BOUND: u64 = 1 << 56;

/// The longest text of a policy or fact, in bytes. Path segments enter as texts up to `path_bytes`.
pub const TEXT_BYTES: usize = 255;

impl CellId {
    /// Reads 64 hexadecimal digits, without a prefix. `None` if the text is anything else.
    pub fn from_hex(text: &str) -> Option<CellId> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let (Some(high), Some(low)) = (pair.first(), pair.get(1)) else { return None };
            let high = char::from(*high).to_digit(16)?;
            let low = char::from(*low).to_digit(16)?;
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        Some(CellId(bytes))
    }

    /// The 64 lower-case hexadecimal digits of this cell.
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The four limbs, least significant byte first.
    pub fn limbs(&self) -> [u64; 4] {
        let mut limbs = [0u64; 4];
        for (limb, bytes) in limbs.iter_mut().zip(self.0.chunks_exact(8)) {
            for (place, byte) in bytes.iter().enumerate() {
                *limb |= u64::from(*byte) << (8 * place);
            }
        }
        limbs
    }

    /// Whether every limb is below the field's modulus; only such bytes name a cell.
    pub fn is_canonical(&self) -> bool {
        self.limbs().iter().all(|limb| *limb < FIELD_MODULUS)
    }
}

impl fmt::Debug for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CellId(")?;
        fmt::Display::fmt(self, f)?;
        f.write_str(")")
    }
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

/// The type of a column, parameter or term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// 32 bytes, equality only.
    Cell,
    /// Up to [`TEXT_BYTES`] bytes of UTF-8, equality only.
    Text,
    /// An integer below [`INT_BOUND`], equality and order.
    Int,
}

impl Type {
    /// The word the language uses for it.
    pub fn word(self) -> &'static str {
        match self {
            Type::Cell => "cell",
            Type::Text => "text",
            Type::Int => "int",
        }
    }
}

/// A constant of a policy, or an argument of a fact. Ordered by type, then by content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A cell.
    Cell(CellId),
    /// A text.
    Text(String),
    /// An integer below [`INT_BOUND`].
    Int(u64),
}

impl Value {
    /// The type of this value.
    pub fn ty(&self) -> Type {
        match self {
            Value::Cell(_) => Type::Cell,
            Value::Text(_) => Type::Text,
            Value::Int(_) => Type::Int,
        }
    }
}

/// What a cell may do at a path. The order is the canonical one everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Be listed to, and see the descriptor.
    Read,
    /// Obtain and use a live reference.
    Invoke,
    /// Register a service here.
    Mount,
}

impl Permission {
    /// All permissions, in canonical order.
    pub const ALL: [Permission; 3] = [Permission::Read, Permission::Invoke, Permission::Mount];

    /// The word the language uses for it.
    pub fn word(self) -> &'static str {
        match self {
            Permission::Read => "read",
            Permission::Invoke => "invoke",
            Permission::Mount => "mount",
        }
    }

    /// The permission of that word.
    pub fn from_word(word: &str) -> Option<Permission> {
        Permission::ALL.into_iter().find(|permission| permission.word() == word)
    }

    /// Its place in [`Permission::ALL`].
    pub fn ordinal(self) -> usize {
        match self {
            Permission::Read => 0,
            Permission::Invoke => 1,
            Permission::Mount => 2,
        }
    }
}
