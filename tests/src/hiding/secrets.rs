//! Every secret of a witness, every way to write it down, and the search for those in bytes.

use crate::statement::Scenario;
use crate::statement::scenario::symbols;
use dregg_air::record::witness::Record;
use dregg_commit::Digest;
use dregg_commit::encode::secret_block;
use std::collections::HashSet;
use winter_math::StarkField;
use winter_math::fields::f64::BaseElement;

/// A secret number below the modulus, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it is.
    pub name: String,
    /// The number.
    pub number: u64,
}

/// Numbers below this occur in every proof by chance: headers, lengths, nonces.
const TELLING: u64 = 1 << 32;

/// All numbers of a witness that tell something and stand in no public input of a statement that hides all it can.
pub fn of(scenario: &Scenario) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut put = |name: &str, numbers: &[u64]| {
        let telling = numbers.iter().enumerate().filter(|(_, number)| **number >= TELLING);
        found.extend(
            telling.map(|(place, number)| Secret { name: format!("{name} {place}"), number: *number }),
        );
    };
    if let Some(identity) = &scenario.identity {
        put("secret", &secret_block(&identity.secret));
        put("key digest", &identity.key_digest.0);
        put("cell", &identity.cell().0);
        put("proving key", &dregg_commit::encode::proving_key(&identity.secret).0);
        put("salt of the caller", &identity.hidden.unwrap_or_default());
    }
    put("salt of the path", &scenario.hidden_path.unwrap_or_default());
    for (number, record) in scenario.records.iter().enumerate() {
        let arguments: Vec<u64> = record.arguments().iter().flat_map(|Digest(limbs)| *limbs).collect();
        put(&format!("argument of {number}"), &arguments);
        put(&format!("leaf of {number}"), &record.leaf().0);
        match record {
            Record::Stake { salt, .. } => put("salt of the stake", salt),
            Record::Held { fact, salt, signer, expiry, .. } => {
                put("salt of the voucher", salt);
                put("signer", &signer.0);
                put("expiry", &[*expiry]);
                put("commitment", &fact.held(*salt).digest().0);
            }
            Record::Public { .. } | Record::Absent { .. } => {}
        }
    }
    found
}

/// A number in all the ways in which it could be written.
pub fn encodings(number: u64) -> Vec<(&'static str, Vec<u8>)> {
    let modulus = u128::from(BaseElement::MODULUS);
    let montgomery = ((u128::from(number) << 64) % modulus) as u64;
    let hex = |bytes: [u8; 8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    let (little, big) = (number.to_le_bytes(), number.to_be_bytes());
    vec![
        ("little-endian", little.to_vec()),
        ("big-endian", big.to_vec()),
        ("Montgomery, little-endian", montgomery.to_le_bytes().to_vec()),
        ("Montgomery, big-endian", montgomery.to_be_bytes().to_vec()),
        ("negative", (BaseElement::MODULUS - number % BaseElement::MODULUS).to_le_bytes().to_vec()),
        ("hex, little-endian", hex(little).into_bytes()),
        ("hex, big-endian", hex(big).into_bytes()),
        ("hex, capitals", hex(big).to_uppercase().into_bytes()),
        ("decimal", number.to_string().into_bytes()),
    ]
}

/// The hidden path in the ways in which it could be written: as text, as symbols of one byte and of eight.
pub fn path_encodings(path: &str) -> Vec<(&'static str, Vec<u8>)> {
    let symbols = symbols(path);
    let eight = |symbols: &[u8]| symbols.iter().flat_map(|symbol| u64::from(*symbol).to_le_bytes()).collect();
    vec![
        ("text", path.as_bytes()[..8].to_vec()),
        ("symbols", symbols[..8].to_vec()),
        // A block's first two symbols, that are in neighbouring columns.
        ("elements", eight(&symbols[..2])),
    ]
}

/// Bytes to search, indexed by their windows of eight.
pub struct Searched<'a> {
    bytes: &'a [u8],
    windows: HashSet<&'a [u8]>,
}

/// As long as the shortest encoding.
const WINDOW: usize = 8;

impl<'a> Searched<'a> {
    /// Indexes bytes.
    pub fn new(bytes: &'a [u8]) -> Searched<'a> {
        Searched { bytes, windows: bytes.windows(WINDOW).collect() }
    }

    /// Whether they contain others, at least eight.
    pub fn contains(&self, wanted: &[u8]) -> bool {
        let begins = self.windows.contains(&wanted[..WINDOW]);
        begins && self.bytes.windows(wanted.len()).any(|window| window == wanted)
    }

    /// The secrets that are found, each with its encoding.
    pub fn found(&self, secrets: &[Secret]) -> Vec<String> {
        let all = secrets.iter().flat_map(|secret| {
            encodings(secret.number).into_iter().map(|(encoding, wanted)| (&secret.name, encoding, wanted))
        });
        let hits = all.filter(|(_, _, wanted)| self.contains(wanted));
        hits.map(|(name, encoding, _)| format!("{name}, {encoding}")).collect()
    }
}
