//! What owners of gateways do without a vote: publish a table, pass on the right to mount, take it back.

use crate::decide::Shown;
use crate::mesh::{Admitted, Effect, Mesh};
use crate::refusal::Refusal;
use crate::registry::{Delegation, Step};
use crate::table::{self, Table};
use crate::transaction::Witness;
use dregg_artifact::{CellId, Gateway};
use dregg_runtime::{Policy, Reason};
use dregg_verify::RegistryOpening;
use std::sync::Arc;

impl Mesh {
    pub(crate) fn prepare_publish(
        &self,
        admitted: &Admitted<'_>,
        prefix: &str,
        bytes: &[u8],
    ) -> Result<Effect, Refusal> {
        let (number, gateway) = self.gateway(prefix)?;
        if gateway.owner != admitted.actor {
            return Err(Refusal::NotOwner);
        }
        let table = table::read(bytes, self.policy().artifact(), &gateway.prefix).map_err(Refusal::Table)?;
        Ok(Effect::Publish { gateway: number, table: Arc::new(Table::new(table)) })
    }

    pub(crate) fn prepare_delegate(
        &self,
        admitted: &Admitted<'_>,
        prefix: &str,
        to: CellId,
        depth: u8,
        witness: Option<&Witness>,
    ) -> Result<Effect, Refusal> {
        let (number, gateway) = self.gateway(prefix)?;
        let from = admitted.actor;
        let declared = gateway.delegation.as_ref().ok_or(Refusal::Depth { most: None })?;
        let left = if from == gateway.owner {
            u8::try_from(declared.depth).unwrap_or(u8::MAX)
        } else {
            let held = self.registry.delegation(number, &from).ok_or(Refusal::NoDelegation)?;
            let shown = self.shown_by(admitted, witness)?;
            if !self.policy().may_receive(number, from, self.epoch(), &shown.facts) {
                return Err(Refusal::denied(Reason::Clause));
            }
            held.depth
        };
        // Passing it on once is one of the times that are left.
        let most = left.checked_sub(1);
        if most.is_none_or(|most| depth > most) {
            return Err(Refusal::Depth { most });
        }
        if to == gateway.owner || to == from {
            return Err(Refusal::OwnRight);
        }
        if self.registry.delegation(number, &to).is_some() {
            return Err(Refusal::AlreadyDelegated);
        }
        let delegation = Delegation { from, depth };
        Ok(Effect::Registry(Step::Delegate { gateway: number, to, delegation }))
    }

    pub(crate) fn prepare_revoke(
        &self,
        admitted: &Admitted<'_>,
        prefix: &str,
        to: &CellId,
    ) -> Result<Effect, Refusal> {
        let (number, gateway) = self.gateway(prefix)?;
        let delegation = self.registry.delegation(number, to);
        let entitled = |one: &Delegation| [one.from, gateway.owner].contains(&admitted.actor);
        delegation.filter(entitled).ok_or(Refusal::NoDelegation)?;
        let cells = self.registry.hanging_on(number, *to);
        Ok(Effect::Registry(Step::Revoke { gateway: number, cells }))
    }

    /// The openings that the acting cell shows of its right to delegate.
    fn shown_by(&self, admitted: &Admitted<'_>, witness: Option<&Witness>) -> Result<Shown<'_>, Refusal> {
        match witness {
            None => self.shown(admitted.actor, None),
            Some(Witness::Openings(bundle)) => self.shown(admitted.actor, Some(bundle)),
            // SPEC: an access proof is about a class, and a delegation has none.
            Some(Witness::Proof(_)) => Err(Refusal::WrongWitness),
        }
    }

    /// A gateway by its prefix, and its number.
    fn gateway(&self, prefix: &str) -> Result<(u32, &Gateway), Refusal> {
        let number = self.registry.gateway(prefix).ok_or(Refusal::NoGateway)?;
        let gateway = self.policy().artifact().gateways.get(number as usize);
        Ok((number, gateway.ok_or(Refusal::NoGateway)?))
    }

    /// Whether a cell may mount below a gateway by delegation: it holds one, and satisfies the `delegate` ACL.
    pub(crate) fn is_delegate(&self, gateway: u32, cell: CellId, shown: &Shown<'_>) -> bool {
        self.registry.delegation(gateway, &cell).is_some()
            && self.policy().may_receive(gateway, cell, self.epoch(), &shown.facts)
    }

    /// Who holds the right to mount below a gateway, beside its owner. By holder.
    pub fn delegations(&self, gateway: &str) -> impl Iterator<Item = (&CellId, &Delegation)> {
        let number = self.registry.gateway(gateway);
        number.and_then(|number| self.registry.delegations.get(&number)).into_iter().flatten()
    }

    /// The table of a gateway in this epoch, if its owner has published one.
    pub fn table(&self, gateway: u32) -> Option<&Policy> {
        self.snapshot.tables.get(&gateway).map(|table| &table.policy)
    }

    /// What a verifier needs to know of a gateway's table under the current root. `None` if there is no such gateway.
    pub fn gateway_opening(&self, gateway: u32) -> Option<RegistryOpening> {
        let registry = &self.snapshot.registry;
        let at = gateway as usize;
        self.policy().artifact().gateways.get(at)?;
        // Of an empty registry no opening is asked.
        let table = registry.tables.leaves().get(at).copied().unwrap_or_default();
        let siblings = registry.tables.open(at).unwrap_or_default();
        Some(RegistryOpening { entries: registry.entries.root(), table, siblings })
    }
}
