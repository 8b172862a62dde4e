//! What a service says of itself, in the words of the SDK.

use dregg_mesh::{Descriptor, Offer};
use std::collections::BTreeMap;

pub use dregg_mesh::{Effect, Pricing};

/// What a service says of itself when it is mounted. The prices are told and enforced; no money moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceDescriptor {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Everything that calling it may do.
    pub accepted_effects: Vec<Effect>,
    /// What a call costs, in computrons.
    pub pricing: Pricing,
    /// The key that its responses are verified under, if they prove what they say ([`dregg_response::ResponseKey`]).
    pub verification_key: Option<String>,
}

/// A descriptor with offers: what the service says it can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offering {
    descriptor: ServiceDescriptor,
    offers: BTreeMap<String, Offer>,
}

impl ServiceDescriptor {
    /// The same with offers, up to 32 keys to text or integer.
    pub fn with_offers(self, offers: impl IntoIterator<Item = (String, Offer)>) -> Offering {
        Offering { descriptor: self, offers: offers.into_iter().collect() }
    }
}

impl From<ServiceDescriptor> for Descriptor {
    fn from(descriptor: ServiceDescriptor) -> Descriptor {
        Descriptor {
            name: descriptor.name,
            description: descriptor.description,
            effects: descriptor.accepted_effects,
            pricing: descriptor.pricing,
            verification_key: descriptor.verification_key,
            offers: BTreeMap::new(),
        }
    }
}

impl From<Offering> for Descriptor {
    fn from(offering: Offering) -> Descriptor {
        Descriptor { offers: offering.offers, ..offering.descriptor.into() }
    }
}

impl From<Descriptor> for ServiceDescriptor {
    fn from(descriptor: Descriptor) -> ServiceDescriptor {
        ServiceDescriptor {
            name: descriptor.name,
            description: descriptor.description,
            accepted_effects: descriptor.effects,
            pricing: descriptor.pricing,
            verification_key: descriptor.verification_key,
        }
    }
}
