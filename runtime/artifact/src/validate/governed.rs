//! Gateways and their envelopes, tombstones, governance.

use super::index::is_segment;
use super::programs::{allow_shape, goals};
use super::{ascending, cell_set, ensure, numbered};
use crate::artifact::Artifact;
use crate::error::{DecodeError, Fault, Place};
use crate::limits::Limits;
use crate::path::Path;
use crate::pattern::Segment;
use crate::policy::{Delegation, Governance};
use crate::relation::Writer;

pub(super) fn validate(artifact: &Artifact) -> Result<(), DecodeError> {
    gateways(artifact)?;
    tombstones(artifact)?;
    artifact.governance.as_ref().map_or(Ok(()), governance)
}

/// As far as that can be told without the routes and tombstones.
pub(super) fn validate_for_decisions(artifact: &Artifact) -> Result<(), DecodeError> {
    programs_of_gateways(artifact)?;
    artifact.governance.as_ref().map_or(Ok(()), governance)
}

fn gateways(artifact: &Artifact) -> Result<(), DecodeError> {
    programs_of_gateways(artifact)?;
    let mut has_envelope = vec![false; artifact.gateways.len()];
    for (number, route) in numbered(&artifact.routes) {
        let Some(gateway) = route.gateway else { continue };
        let place = Place::Route(number);
        let known = artifact.gateways.get(gateway as usize).zip(has_envelope.get_mut(gateway as usize));
        let (content, has) = known.ok_or(Fault::Reference { what: "gateway", number: gateway }.at(place))?;
        let at = Place::Gateway(gateway);
        let prefix =
            Path::parse(&content.prefix, &Limits::CEILING).map_err(|reason| Fault::Path(reason).at(at))?;
        let spells = route.pattern.segments.len() == prefix.segments().count()
            && route.pattern.segments.iter().zip(prefix.segments()).all(|(segment, text)| match segment {
                Segment::Literal(literal) => literal == text,
                Segment::Set(_) | Segment::Any => false,
            });
        ensure(route.pattern.tail && spells, Fault::Envelope, at)?;
        ensure(!std::mem::replace(has, true), Fault::Envelope, at)?;
    }
    let bare = numbered(&has_envelope).find(|(_, has)| !**has);
    bare.map_or(Ok(()), |(gateway, _)| Err(Fault::Envelope.at(Place::Gateway(gateway))))
}

fn programs_of_gateways(artifact: &Artifact) -> Result<(), DecodeError> {
    ascending(&artifact.gateways, |gateway| &gateway.prefix, Place::Gateway)?;
    for (number, gateway) in numbered(&artifact.gateways) {
        ensure(gateway.owner.is_canonical(), Fault::Cell, Place::Gateway(number))?;
        if let Some(delegation) = &gateway.delegation {
            check_delegation(artifact, delegation, number)?;
        }
    }
    Ok(())
}

fn check_delegation(artifact: &Artifact, delegation: &Delegation, gateway: u32) -> Result<(), DecodeError> {
    let within =
        delegation.depth <= Limits::DELEGATION_DEPTH && delegation.max_routes <= Limits::GATEWAY_ROUTES;
    ensure(within, Fault::Delegation, Place::Gateway(gateway))?;
    let to = &delegation.to;
    ensure(!to.proof && to.guards.is_empty(), Fault::DelegatePrograms, Place::Gateway(gateway))?;
    let place = |goal| Place::GatewayGoal { gateway, goal };
    goals(artifact, to, place)?;
    allow_shape(to, place)
}

fn tombstones(artifact: &Artifact) -> Result<(), DecodeError> {
    ascending(&artifact.tombstones, |tombstone| tombstone, Place::Tombstone)?;
    for (number, tombstone) in numbered(&artifact.tombstones) {
        for segment in &tombstone.pattern.segments {
            let (holds, fault) = match segment {
                Segment::Literal(text) => (is_segment(text), Fault::Segment),
                Segment::Set(set) => {
                    let known = (*set as usize) < artifact.sets.len();
                    (known, Fault::Reference { what: "segment set", number: *set })
                }
                Segment::Any => (true, Fault::Segment),
            };
            ensure(holds, fault, Place::Tombstone(number))?;
        }
    }
    Ok(())
}

/// Two majorities of one council share a member, so no two amendments can both pass against each other.
fn governance(governance: &Governance) -> Result<(), DecodeError> {
    cell_set(&governance.council, Place::Governance)?;
    let (members, threshold) = (governance.council.len() as u64, u64::from(governance.threshold));
    ensure(members < 2 * threshold && threshold <= members, Fault::Threshold, Place::Governance)?;
    match &governance.stakes {
        Writer::Council => Ok(()),
        Writer::Cells(cells) => cell_set(cells, Place::Governance),
        // A stake is nobody's own statement.
        Writer::Column(_) => Err(Fault::Writer.at(Place::Governance)),
    }
}
