//! Bytes, digests and cells as hexadecimal strings in JSON.
//!
//! SOUNDNESS: a digest or cell with a limb that is no element is refused when it is read, so none is met later.

use dregg_artifact::{CellId, PolicyRoot};
use dregg_commit::Digest;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// What is written as hexadecimal digits.
pub(crate) trait Hexadecimal: Sized {
    fn bytes(&self) -> Vec<u8>;
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl<const N: usize> Hexadecimal for [u8; N] {
    fn bytes(&self) -> Vec<u8> {
        self.to_vec()
    }
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok()
    }
}

impl Hexadecimal for Vec<u8> {
    fn bytes(&self) -> Vec<u8> {
        self.clone()
    }
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(bytes.to_vec())
    }
}

impl Hexadecimal for Digest {
    fn bytes(&self) -> Vec<u8> {
        self.to_bytes().to_vec()
    }
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Digest::from_bytes(bytes.try_into().ok()?)
    }
}

impl Hexadecimal for CellId {
    fn bytes(&self) -> Vec<u8> {
        self.0.to_vec()
    }
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(CellId(bytes.try_into().ok()?)).filter(CellId::is_canonical)
    }
}

impl Hexadecimal for PolicyRoot {
    fn bytes(&self) -> Vec<u8> {
        self.0.to_vec()
    }
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(PolicyRoot(bytes.try_into().ok()?))
    }
}

/// Two lower-case digits a byte.
pub(crate) fn write(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of an even number of digits.
pub(crate) fn read(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        })
        .collect()
}

fn parse<'de, T: Hexadecimal, D: Deserializer<'de>>(text: &str) -> Result<T, D::Error> {
    let value = read(text).and_then(|bytes| T::from_bytes(&bytes));
    value.ok_or_else(|| D::Error::custom("not the hexadecimal digits that belong here"))
}

pub(crate) fn serialize<T: Hexadecimal, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&write(&value.bytes()))
}

pub(crate) fn deserialize<'de, T: Hexadecimal, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    parse::<T, D>(&String::deserialize(from)?)
}

/// Lists of such.
pub(crate) mod list {
    use super::{Hexadecimal, parse, write};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<T: Hexadecimal, S: Serializer>(values: &[T], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().map(|value| write(&value.bytes())))
    }

    pub(crate) fn deserialize<'de, T: Hexadecimal, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<T>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        texts.iter().map(|text| parse::<T, D>(text)).collect()
    }
}

/// Pairs of such.
pub(crate) mod pair {
    use super::{Hexadecimal, list};
    use serde::de::Error;
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<T: Hexadecimal, S: Serializer>(pair: &[T; 2], to: S) -> Result<S::Ok, S::Error> {
        list::serialize(pair, to)
    }

    pub(crate) fn deserialize<'de, T: Hexadecimal, D: Deserializer<'de>>(
        from: D,
    ) -> Result<[T; 2], D::Error> {
        let pair: Result<[T; 2], _> = list::deserialize::<T, D>(from)?.try_into();
        pair.map_err(|_| D::Error::custom("not a pair"))
    }
}
