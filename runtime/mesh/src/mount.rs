//! Who may register, change, hand over and take away a mount.

use crate::decide::Shown;
use crate::mesh::{Admitted, Effect, Mesh};
use crate::refusal::Refusal;
use crate::registry::{MountEntry, Step};
use crate::transaction::{Action, Witness};
use dregg_artifact::{BadPath, CellId, ClassKind, Permission, PolicyClass, Service};
use dregg_runtime::{Admission, Decision, Reason};
use dregg_verify::{AskedCaller, AskedPath, Request, verify};

/// A place where mounts can be.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The path, without the `/` at its end that a gateway's mount may have.
    pub(crate) path: &'a str,
    pub(crate) class: &'a PolicyClass,
}

impl Place<'_> {
    /// The gateway whose envelope it is in.
    pub(crate) fn gateway(&self) -> Option<u32> {
        match self.class.kind {
            ClassKind::Gateway(gateway) => Some(gateway),
            ClassKind::Route | ClassKind::Redirect(_) => None,
        }
    }
}

impl Mesh {
    pub(crate) fn prepare_mount(&self, admitted: &Admitted<'_>) -> Result<Effect, Refusal> {
        let Action::Mount { path, descriptor, priority, expected_version, witness } =
            &admitted.transaction.action
        else {
            return Err(Refusal::Malformed);
        };
        let place = self.place(path)?;
        descriptor.validate().map_err(Refusal::Descriptor)?;
        let cell = admitted.actor;
        let existing = self.registry.mount(place.path, &cell);
        let current = existing.map_or(0, |entry| entry.version);
        if *expected_version != current {
            return Err(Refusal::Version { current });
        }
        let shown = self.evidence(admitted, place, witness.as_ref())?;
        let delegated = self.admit(place, shown.as_ref())?;
        if existing.is_none() {
            self.check_room(place)?;
        }
        if existing.is_none_or(|entry| entry.priority != *priority) {
            self.check_priority(place, cell, *priority)?;
        }
        Ok(Effect::Registry(Step::Mount(Box::new(MountEntry {
            path: place.path.to_owned(),
            cell,
            priority: *priority,
            version: self.registry.next_version(place.path, &cell),
            descriptor: descriptor.clone(),
            transaction: admitted.signed.without_witness().to_bytes(),
            height: self.height(),
            delegated,
        }))))
    }

    pub(crate) fn prepare_unmount(
        &self,
        admitted: &Admitted<'_>,
        path: &str,
        expected_version: u64,
    ) -> Result<Effect, Refusal> {
        let (place, _) = self.owned(path, admitted.actor, expected_version)?;
        Ok(Effect::Registry(Step::Unmount { path: place.path.to_owned(), cell: admitted.actor }))
    }

    pub(crate) fn prepare_transfer(
        &self,
        admitted: &Admitted<'_>,
        path: &str,
        to: CellId,
        expected_version: u64,
    ) -> Result<Effect, Refusal> {
        let from = admitted.actor;
        let (place, entry) = self.owned(path, from, expected_version)?;
        if self.registry.mount(place.path, &to).is_some() {
            return Err(Refusal::Taken);
        }
        let delegated = self.admit(place, Some(&self.shown(to, None)?))?;
        // A listed place goes to no cell that the policy does not list there.
        let listed = self.listed(place, to);
        if listed.is_some() || self.listed(place, from).is_some() {
            let expected = listed.map_or_else(|| self.free_priority(place, to), Some);
            if listed != Some(entry.priority) {
                return Err(Refusal::Priority { expected });
            }
        }
        Ok(Effect::Registry(Step::Transfer { path: place.path.to_owned(), from, to, delegated }))
    }

    /// The cell's mount at a path, in the version it expects.
    fn owned<'a>(
        &'a self,
        path: &'a str,
        cell: CellId,
        expected_version: u64,
    ) -> Result<(Place<'a>, &'a MountEntry), Refusal> {
        let place = self.place(path)?;
        let entry = self.registry.mount(place.path, &cell).ok_or(Refusal::NotMounted)?;
        if entry.version == expected_version {
            Ok((place, entry))
        } else {
            Err(Refusal::Version { current: entry.version })
        }
    }

    /// Where a path leads for a mount.
    pub(crate) fn place<'a>(&'a self, path: &'a str) -> Result<Place<'a>, Refusal> {
        match self.place_at(path) {
            // SPEC: a gateway's mount may end in one `/`.
            Err(bad @ Refusal::Denied { reason: Reason::BadPath(BadPath::TrailingSlash), .. }) => {
                let shorter = path.strip_suffix('/').and_then(|path| self.place_at(path).ok());
                shorter.filter(|place| place.gateway().is_some()).ok_or(bad)
            }
            place => place,
        }
    }

    fn place_at<'a>(&'a self, path: &'a str) -> Result<Place<'a>, Refusal> {
        let found = self.policy().classify(path).map_err(|bad| Refusal::denied(Reason::BadPath(bad)))?;
        let found = found.ok_or(Refusal::denied(Reason::NoRoute))?;
        if found.redirect.is_some() {
            return Err(Refusal::denied(Reason::Redirect));
        }
        let class = self.policy().artifact().classes.get(found.class as usize);
        Ok(Place { path, class: class.ok_or(Refusal::denied(Reason::NoRoute))? })
    }

    /// What the acting cell shows in clear for its right to mount at a place; `None` if a proof shows the right.
    fn evidence<'a>(
        &'a self,
        admitted: &Admitted<'_>,
        place: Place<'_>,
        witness: Option<&Witness>,
    ) -> Result<Option<Shown<'a>>, Refusal> {
        match witness {
            None => self.shown(admitted.actor, None).map(Some),
            Some(Witness::Openings(bundle)) => self.shown(admitted.actor, Some(bundle)).map(Some),
            Some(Witness::Proof(bytes)) => {
                let registry = place.gateway().and_then(|gateway| self.gateway_opening(gateway));
                let request = Request {
                    permission: Permission::Mount,
                    path: AskedPath::Shown(place.path),
                    caller: AskedCaller::Cell(admitted.actor),
                    verifier: &crate::verifier_name(&self.instance()),
                    nonce: &admitted.transaction.proof_nonce(),
                    accept_opening: false,
                    registry: registry.as_ref(),
                };
                verify(&request, self.root().root(), bytes).map_err(Refusal::Proof)?;
                Ok(None)
            }
        }
    }

    /// Whether a cell may mount at a place; the gateway by whose delegation, if by one.
    fn admit(&self, place: Place<'_>, shown: Option<&Shown<'_>>) -> Result<Option<u32>, Refusal> {
        // SOUNDNESS: the proof is of this path, cell, epoch and transaction, and of guards and clause alike.
        let Some(shown) = shown else { return Ok(None) };
        match self.judge(Permission::Mount, place.path, false, shown) {
            Decision::Allow { clause: Admission::Delegate, .. } => Ok(place.gateway()),
            Decision::Allow { clause: Admission::Clause(_) | Admission::Service { .. }, .. } => Ok(None),
            Decision::Deny { reason, needed } => Err(Refusal::Denied { reason, needed }),
        }
    }

    /// There are only so many mounts below a gateway.
    fn check_room(&self, place: Place<'_>) -> Result<(), Refusal> {
        let Some(number) = place.gateway() else { return Ok(()) };
        let gateway = self.policy().artifact().gateways.get(number as usize);
        match gateway.and_then(|gateway| gateway.delegation.as_ref()) {
            Some(delegation) if self.registry.below(number) >= u64::from(delegation.max_routes) => {
                Err(Refusal::MaxRoutes { most: delegation.max_routes })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A listed service has its own priority; any other cell only comes after all that are there.
    fn check_priority(&self, place: Place<'_>, cell: CellId, priority: u16) -> Result<(), Refusal> {
        let listed = self.listed(place, cell);
        let good = match listed {
            Some(own) => own == priority,
            None => self.free_priority(place, cell).is_some_and(|free| free <= priority),
        };
        let expected = || listed.or_else(|| self.free_priority(place, cell));
        if good { Ok(()) } else { Err(Refusal::Priority { expected: expected() }) }
    }

    /// The lowest priority behind those listed and those of others that are mounted; `None` if there is none.
    fn free_priority(&self, place: Place<'_>, cell: CellId) -> Option<u16> {
        let listed = self.services(place).map(|service| service.priority);
        let others = self.registry.mounts(place.path).iter().filter(|entry| entry.cell != cell);
        let last = listed.chain(others.map(|entry| entry.priority)).max();
        last.map_or(Some(0), |last| last.checked_add(1))
    }

    /// The priority with which a cell is listed at a place.
    fn listed(&self, place: Place<'_>, cell: CellId) -> Option<u16> {
        self.services(place).find(|service| service.cell == cell).map(|service| service.priority)
    }

    /// The services listed at a place, by the policy or by its gateway's table.
    fn services<'a>(&'a self, place: Place<'a>) -> impl Iterator<Item = &'a Service> {
        let table = place.gateway().and_then(|gateway| self.snapshot.tables.get(&gateway));
        let listed = table.map_or(&[][..], |table| table.services(place.path));
        place.class.services.iter().chain(listed)
    }
}
