//! The least of a bundle that will do: what is shown in clear the node sees, and of a transaction everyone who keeps the
//! log.
//!
//! Not here: whether anything must be shown (`evidence`), what a wallet holds (`credentials`).

use crate::error::Error;
use crate::inside::{Inside, State};
use dregg_artifact::Permission;
use dregg_attest::{Bundle, StatedFact};
use dregg_runtime::{Decision, Facts, Reason, Request};

impl Inside {
    /// What of a bundle a request rests on; nothing, if the whole is not enough.
    pub(crate) fn least(
        &self,
        state: &State,
        permission: Permission,
        path: &str,
        bundle: Bundle,
    ) -> Result<Option<Bundle>, Error> {
        let request =
            Request { permission, path, caller: self.keys.cell(), epoch: state.epoch(), proved: false };
        let gateway = state.gateway(path).filter(|_| permission == Permission::Mount);
        cut(state, bundle, |facts| match state.policy.decide(&request, facts) {
            Decision::Allow { .. } => true,
            // All guards hold. Whether it has a delegation the node knows.
            Decision::Deny { reason: Reason::Clause, .. } => {
                gateway.is_some_and(|gateway| self.may_receive(state, gateway, facts))
            }
            Decision::Deny { .. } => false,
        })
    }

    /// The same for passing on a delegation of a gateway.
    pub(crate) fn least_of_delegate(
        &self,
        state: &State,
        gateway: u32,
        bundle: Bundle,
    ) -> Result<Option<Bundle>, Error> {
        cut(state, bundle, |facts| self.may_receive(state, gateway, facts))
    }

    fn may_receive(&self, state: &State, gateway: u32, facts: &Facts) -> bool {
        state.policy.may_receive(gateway, self.keys.cell(), state.epoch(), facts)
    }
}

/// Leaves out what is not missed, one after the other: a decision never turns to denial for more that is shown.
fn cut(state: &State, bundle: Bundle, enough: impl Fn(&Facts) -> bool) -> Result<Option<Bundle>, Error> {
    let mut kept = bundle;
    if !enough(&with(state, &kept)?) {
        return Ok(None);
    }
    if let Some(stake) = kept.stake.take()
        && !enough(&with(state, &kept)?)
    {
        kept.stake = Some(stake);
    }
    let mut place = kept.facts.len();
    while let Some(before) = place.checked_sub(1) {
        place = before;
        let fact = kept.facts.remove(place);
        if !enough(&with(state, &kept)?) {
            kept.facts.insert(place, fact);
        }
    }
    Ok((kept.stake.is_some() || !kept.facts.is_empty()).then_some(kept))
}

/// The public facts, and those of a bundle.
fn with(state: &State, bundle: &Bundle) -> Result<Facts, Error> {
    let wrong = |error: &dyn std::fmt::Display| Error::Credential(error.to_string());
    let mut facts = state.facts()?.clone();
    for held in &bundle.facts {
        let stated = StatedFact { relation: held.relation.clone(), args: held.args.clone() };
        let typed = stated.typed(&state.artifact).map_err(|error| wrong(&error))?;
        facts.assert(&held.relation, typed.arguments).map_err(|error| wrong(&error))?;
    }
    if let Some(stake) = &bundle.stake {
        facts.stake(bundle.cell, stake.amount).map_err(|error| wrong(&error))?;
    }
    Ok(facts)
}
