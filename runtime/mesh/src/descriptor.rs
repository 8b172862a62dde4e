//! What a service says of itself: JSON in, committed to by its hash.

use dregg_artifact::value::{INT_BOUND, TEXT_BYTES};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The most bytes of a description.
pub const DESCRIPTION_BYTES: usize = 4096;

/// The most offers.
pub const OFFERS: usize = 32;

/// What calling a service may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Effect {
    /// A method is called.
    Invoke,
    /// Something changes hands.
    Transfer,
}

impl Effect {
    /// The word a descriptor uses.
    pub fn word(self) -> &'static str {
        match self {
            Effect::Invoke => "Invoke",
            Effect::Transfer => "Transfer",
        }
    }
}

/// What a call costs, in computrons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pricing {
    /// A call, below 2^56.
    pub per_call: u64,
    /// Whether a call needs a budget.
    pub budget_required: bool,
}

/// Something a service says it can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Offer {
    /// An integer below 2^56.
    Int(u64),
    /// A text.
    Text(String),
}

/// What a service says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Descriptor {
    /// Its name.
    pub name: String,
    /// What it is, in a line or a few.
    pub description: String,
    /// Everything that calling it may do, each once.
    pub effects: Vec<Effect>,
    /// What it costs.
    pub pricing: Pricing,
    /// The key that its responses are verified under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_key: Option<String>,
    /// What it says it can do: its own word.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub offers: BTreeMap<String, Offer>,
}

/// Why a descriptor is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DescriptorError {
    /// It is not the JSON that a descriptor is; the message names the field.
    Json(String),
    /// A text is empty, too long or has control characters.
    Text {
        /// The field.
        field: &'static str,
    },
    /// An effect is listed twice.
    EffectTwice {
        /// Which.
        effect: Effect,
    },
    /// An integer is not below 2^56.
    TooLarge {
        /// The field.
        field: &'static str,
    },
    /// More than [`OFFERS`] offers.
    Offers,
}

impl fmt::Display for DescriptorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DescriptorError::Json(message) => f.write_str(message),
            DescriptorError::Text { field } => {
                write!(f, "`{field}` is empty, too long or has control characters")
            }
            DescriptorError::EffectTwice { effect } => {
                write!(f, "the effect {} is listed twice", effect.word())
            }
            DescriptorError::TooLarge { field } => write!(f, "`{field}` is not below 2^56"),
            DescriptorError::Offers => write!(f, "more than {OFFERS} offers"),
        }
    }
}

impl std::error::Error for DescriptorError {}

impl Descriptor {
    /// Reads a descriptor and checks it.
    ///
    /// # Errors
    /// [`DescriptorError`] names the field.
    pub fn from_json(text: &str) -> Result<Descriptor, DescriptorError> {
        let descriptor = Descriptor::read(text)?;
        descriptor.validate()?;
        Ok(descriptor)
    }

    /// Reads a descriptor that is checked later.
    pub(crate) fn read(text: &str) -> Result<Descriptor, DescriptorError> {
        serde_json::from_str(text).map_err(|error| DescriptorError::Json(error.to_string()))
    }

    /// The JSON, always the same for the same descriptor.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What the registry commits to.
    pub fn digest(&self) -> [u8; 32] {
        blake3::derive_key("dregg descriptor", self.to_json().as_bytes())
    }

    /// Whether every field is within its bounds.
    ///
    /// # Errors
    /// [`DescriptorError`] names the field.
    pub fn validate(&self) -> Result<(), DescriptorError> {
        let text = |field, text: &str, most: usize| {
            let good = !text.is_empty() && text.len() <= most && !text.contains(char::is_control);
            if good { Ok(()) } else { Err(DescriptorError::Text { field }) }
        };
        let int = |field, int: u64| {
            if int < INT_BOUND { Ok(()) } else { Err(DescriptorError::TooLarge { field }) }
        };
        text("name", &self.name, TEXT_BYTES)?;
        text("description", &self.description, DESCRIPTION_BYTES)?;
        int("per_call", self.pricing.per_call)?;
        if let Some(key) = &self.verification_key {
            text("verification_key", key, TEXT_BYTES)?;
        }
        let mut seen = BTreeSet::new();
        if let Some(effect) = self.effects.iter().find(|effect| !seen.insert(**effect)) {
            return Err(DescriptorError::EffectTwice { effect: *effect });
        }
        if self.offers.len() > OFFERS {
            return Err(DescriptorError::Offers);
        }
        for (key, offer) in &self.offers {
            text("offers", key, TEXT_BYTES)?;
            match offer {
                Offer::Int(value) => int("offers", *value)?,
                Offer::Text(value) => text("offers", value, TEXT_BYTES)?,
            }
        }
        Ok(())
    }
}
