//! How transactions are bytes: postcard, with digests and cells checked as they are read.
//!
//! What has a canonical JSON (descriptors, openings) travels as that text.

use crate::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The bytes of a value. The types of this crate have no value that cannot be written.
pub(crate) fn to_bytes<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_allocvec(value).unwrap_or_default()
}

/// Reads exactly the bytes that [`to_bytes`] writes for some value.
pub(crate) fn from_bytes<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let value: T = postcard::from_bytes(bytes).map_err(|_| Refusal::Malformed)?;
    if to_bytes(&value) == bytes { Ok(value) } else { Err(Refusal::Malformed) }
}

/// A digest: four canonical elements as 32 bytes.
pub(crate) mod digest {
    use dregg_commit::Digest;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
        digest.to_bytes().serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
        let bytes = <[u8; 32]>::deserialize(from)?;
        Digest::from_bytes(&bytes).ok_or_else(|| D::Error::custom("no digest"))
    }
}

/// A cell.
pub(crate) mod cell {
    use dregg_artifact::CellId;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(cell: &CellId, to: S) -> Result<S::Ok, S::Error> {
        cell.0.serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<CellId, D::Error> {
        let cell = CellId(<[u8; 32]>::deserialize(from)?);
        if cell.is_canonical() { Ok(cell) } else { Err(D::Error::custom("no cell")) }
    }
}

/// A signature as two halves.
pub(crate) mod signature {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn halves(signature: &[u8; 64]) -> [[u8; 32]; 2] {
        let mut halves = signature.as_chunks::<32>().0.iter().copied();
        [halves.next().unwrap_or_default(), halves.next().unwrap_or_default()]
    }

    pub(crate) fn whole([low, high]: [[u8; 32]; 2]) -> [u8; 64] {
        let mut whole = [0; 64];
        for (slot, byte) in whole.iter_mut().zip(low.into_iter().chain(high)) {
            *slot = byte;
        }
        whole
    }

    pub(crate) fn serialize<S: Serializer>(signature: &[u8; 64], to: S) -> Result<S::Ok, S::Error> {
        halves(signature).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 64], D::Error> {
        Ok(whole(<[[u8; 32]; 2]>::deserialize(from)?))
    }
}

/// Signatures of a root.
pub(crate) mod signatures {
    use super::signature::{halves, whole};
    use dregg_attest::Signature;
    use dregg_commit::Digest;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    type Parts = ([u8; 32], [u8; 32], [[u8; 32]; 2]);

    pub(crate) fn serialize<S: Serializer>(signatures: &[Signature], to: S) -> Result<S::Ok, S::Error> {
        let parts = |one: &Signature| (one.key, one.proving_key.to_bytes(), halves(&one.signature));
        to.collect_seq(signatures.iter().map(parts))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Signature>, D::Error> {
        let one = |(key, proving_key, signature): Parts| {
            let proving_key = Digest::from_bytes(&proving_key)?;
            Some(Signature { key, proving_key, signature: whole(signature) })
        };
        let all: Option<Vec<Signature>> = Vec::<Parts>::deserialize(from)?.into_iter().map(one).collect();
        all.ok_or_else(|| D::Error::custom("no proving key"))
    }
}

/// Facts by name.
pub(crate) mod facts {
    use dregg_attest::{Argument, StatedFact};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    enum Part {
        Int(u64),
        Text(String),
    }

    pub(crate) fn serialize<S: Serializer>(facts: &[StatedFact], to: S) -> Result<S::Ok, S::Error> {
        let part = |argument: &Argument| match argument {
            Argument::Int(int) => Part::Int(*int),
            Argument::Text(text) => Part::Text(text.clone()),
        };
        let parts = |fact: &StatedFact| -> (String, Vec<Part>) {
            (fact.relation.clone(), fact.args.iter().map(part).collect())
        };
        to.collect_seq(facts.iter().map(parts))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<StatedFact>, D::Error> {
        let argument = |part: Part| match part {
            Part::Int(int) => Argument::Int(int),
            Part::Text(text) => Argument::Text(text),
        };
        let fact = |(relation, parts): (String, Vec<Part>)| StatedFact {
            relation,
            args: parts.into_iter().map(argument).collect(),
        };
        Ok(Vec::<(String, Vec<Part>)>::deserialize(from)?.into_iter().map(fact).collect())
    }
}

/// A descriptor as its JSON.
pub(crate) mod descriptor {
    use crate::descriptor::Descriptor;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(descriptor: &Descriptor, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&descriptor.to_json())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Descriptor, D::Error> {
        Descriptor::read(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// Openings as their JSON.
pub(crate) mod bundle {
    use dregg_attest::Bundle;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bundle: &Bundle, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&bundle.to_json())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Box<Bundle>, D::Error> {
        Bundle::from_json(&String::deserialize(from)?).map(Box::new).map_err(D::Error::custom)
    }
}
