//! Openings in clear: no proof, for paths, callers and facts that need not be hidden.

use crate::derive::{BaseFact, Derivation};
use crate::error::ProveError;
use dregg_air::record::witness::Record;
use dregg_air::statement::{CallerSignature, Claim, OpenedFact, PublicOpening};
use dregg_attest::Keys;
use dregg_commit::FactTree;
use dregg_verify::signed_message;
use ed25519_dalek::Signer;

/// The opening of a derivation from public facts, signed by the caller.
///
/// # Errors
/// [`ProveError::NotPublic`] if it uses a held fact or a stake, or a tree lacks a fact.
pub(crate) fn open(
    derivation: Derivation,
    facts: Option<&FactTree>,
    claim: &Claim,
    keys: &Keys,
) -> Result<PublicOpening, ProveError> {
    let opened = |base: &BaseFact| {
        let own = crate::witness::Own::default();
        let (record, leaf) = own.record(base, facts).ok_or(ProveError::NotPublic)?;
        let gap = match record {
            Record::Public { .. } => None,
            Record::Absent { gap, .. } => Some(gap),
            Record::Held { .. } | Record::Stake { .. } => return Err(ProveError::NotPublic),
        };
        let siblings = facts.and_then(|facts| facts.tree().open(leaf)).ok_or(ProveError::Facts)?;
        Ok(OpenedFact { fact: base.elements(), gap, leaf: leaf as u64, siblings })
    };
    let facts = derivation.records.iter().map(opened).collect::<Result<Vec<OpenedFact>, ProveError>>()?;
    let signature = keys.signing_key().sign(&signed_message(&claim.digest()));
    Ok(PublicOpening {
        instances: derivation.instances,
        facts,
        signature: Some(CallerSignature {
            key: keys.public_key(),
            proving_key: keys.proving_key(),
            signature: signature.to_bytes(),
        }),
    })
}
