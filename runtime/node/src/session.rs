//! What one cell asks of a node, after it has logged in.

use crate::answers;
use crate::caller::Caller;
use crate::kept::Kept;
use crate::membrane::{Bound, Membrane};
use crate::question;
use crate::vat::{Vat, count};
use capnp::Error;
use dregg_artifact::{CellId, Permission};
use dregg_commit::Digest;
use dregg_mesh::{MountEntry, TreeName, Witness};
use dregg_rpc::dregg_capnp::{self as schema, service, session};
use dregg_rpc::failure::{Failure, Fault};
use std::cell::{RefCell, RefMut};
use std::collections::BTreeSet;
use std::rc::Rc;

/// The most bytes of one part of a message.
const DATA_BYTES: usize = (1 << 29) - 1;

/// A session.
pub(crate) struct Session {
    pub(crate) vat: Rc<Vat>,
    pub(crate) caller: Caller,
    nonces: RefCell<Nonces>,
}

/// The nonces that a session got in an epoch and has not spent. They are nobody else's, and none after a restart.
#[derive(Default)]
struct Nonces {
    epoch: u64,
    out: BTreeSet<[u8; 32]>,
}

impl Session {
    pub(crate) fn open(vat: &Rc<Vat>, cell: CellId) -> session::Client {
        let caller = Caller::new(cell, &vat.settings);
        capnp_rpc::new_client(Session { vat: Rc::clone(vat), caller, nonces: RefCell::default() })
    }

    /// The nonces of the current epoch.
    fn nonces(&self, epoch: u64) -> RefMut<'_, Nonces> {
        let mut nonces = self.nonces.borrow_mut();
        if nonces.epoch != epoch {
            *nonces = Nonces { epoch, out: BTreeSet::new() };
        }
        nonces
    }

    /// Fresh nonces, as far as this session may have more.
    fn fresh_nonces(&self, count: usize) -> Vec<[u8; 32]> {
        let mut node = self.vat.node.borrow_mut();
        let mut nonces = self.nonces(node.mesh().epoch());
        let room = self.vat.settings.nonces.saturating_sub(nonces.out.len());
        let fresh: Vec<[u8; 32]> = (0..count.min(room)).map(|_| node.random()).collect();
        nonces.out.extend(&fresh);
        fresh
    }

    /// Whether the nonce is this session's in this epoch; it is not there a second time.
    pub(crate) fn take_nonce(&self, epoch: u64, nonce: &[u8]) -> bool {
        self.nonces(epoch).out.remove(nonce)
    }

    /// The live reference to a mount, if its service is attached.
    ///
    /// # Errors
    /// [`Fault::Overloaded`] if the session has as many references as it may.
    fn live(
        &self,
        entry: &MountEntry,
        path: &str,
        budget: Option<u64>,
    ) -> Result<Option<service::Client>, Failure> {
        if self.vat.host(&entry.cell).is_none() {
            return Ok(None);
        }
        let bound = Bound {
            path: path.to_owned(),
            cell: entry.cell,
            effects: entry.descriptor.effects.clone(),
            pricing: entry.descriptor.pricing,
            epoch: self.vat.with_node(|node| node.mesh().epoch()),
        };
        Membrane::wrap(&self.vat, &self.caller, bound, budget).map(Some)
    }

    /// Decides about a mount that something kept leads to, and gives a live reference to it.
    fn reach(
        &self,
        kept: &Kept,
        witness: Option<Witness>,
    ) -> Result<(service::Client, MountEntry, String), Failure> {
        let (cell, path) = kept.target();
        let path = self.admit(Permission::Invoke, path, witness)?;
        let entry = self.mounts(&path).into_iter().find(|entry| entry.cell == cell);
        let entry = entry.ok_or_else(|| Failure::refused("NothingMounted"))?;
        let service = self.live(&entry, &path, None)?.ok_or_else(unattached)?;
        Ok((service, entry, path))
    }

    fn mounts(&self, path: &str) -> Vec<MountEntry> {
        self.vat.with_node(|node| node.mesh().mounts(path).to_vec())
    }
}

fn unattached() -> Failure {
    Failure::failed(Fault::Unreachable, "its process does not run")
}

fn nonces(list: &[[u8; 32]], mut builder: capnp::data_list::Builder<'_>) {
    for (place, nonce) in (0u32..).zip(list) {
        builder.set(place, nonce);
    }
}

impl session::Server for Session {
    async fn state(
        self: Rc<Self>,
        params: session::StateParams,
        mut results: session::StateResults,
    ) -> Result<(), Error> {
        let known = params.get()?.get_known()?;
        let node = self.vat.node.borrow();
        node.check_ready()?;
        let (mesh, mut state) = (node.mesh(), results.get().init_state());
        state.set_epoch(mesh.epoch());
        state.set_height(mesh.height());
        state.set_root(mesh.root().to_json().as_str());
        if known != mesh.root().root().policy.0.as_slice() {
            // The library refuses larger texts by a panic.
            if mesh.artifact_bytes().len() > DATA_BYTES {
                return Err(Failure::refused("ArtifactTooLarge").into());
            }
            state.set_artifact(mesh.artifact_bytes());
        }
        Ok(())
    }

    async fn nonces(
        self: Rc<Self>,
        params: session::NoncesParams,
        mut results: session::NoncesResults,
    ) -> Result<(), Error> {
        let count = usize::from(params.get()?.get_count());
        let fresh = self.fresh_nonces(count);
        if fresh.is_empty() && count > 0 {
            return Err(Failure::failed(Fault::Overloaded, "the nonces of this session are all out").into());
        }
        nonces(&fresh, results.get().init_nonces(fresh.len() as u32));
        Ok(())
    }

    async fn submit(
        self: Rc<Self>,
        params: session::SubmitParams,
        mut results: session::SubmitResults,
    ) -> Result<(), Error> {
        let transaction = params.get()?.get_transaction()?;
        let taken = self.vat.node.borrow_mut().submit(transaction);
        count(if taken.is_ok() { &self.vat.counts.transactions } else { &self.vat.counts.refused });
        let receipt = taken?;
        let mut builder = results.get().init_receipt();
        builder.set_height(receipt.height);
        builder.set_epoch(receipt.epoch);
        builder.set_detail(answers::events(&receipt.events).as_str());
        Ok(())
    }

    async fn resolve(
        self: Rc<Self>,
        params: session::ResolveParams,
        mut results: session::ResolveResults,
    ) -> Result<(), Error> {
        let ask = answers::Ask::read(params.get()?.get_ask()?)?;
        let spent = usize::from(ask.proves());
        let path = self.admit(Permission::Invoke, &ask.path, ask.witness)?;
        let mounts = self.mounts(&path);
        if mounts.is_empty() {
            return Err(Failure::refused("NothingMounted").into());
        }
        let live = |entry| Some((entry, self.live(entry, &path, ask.budget).transpose()?));
        let (entry, service) = mounts.iter().find_map(live).ok_or_else(unattached)?;
        let service = service?;
        let fresh = self.fresh_nonces(spent);
        let mut results = results.get();
        results.set_service(service);
        nonces(&fresh, results.reborrow().init_nonces(fresh.len() as u32));
        self.vat.with_node(|node| answers::binding(node, &ask.path, &path, entry, results.init_binding()));
        Ok(())
    }

    async fn resolve_all(
        self: Rc<Self>,
        params: session::ResolveAllParams,
        mut results: session::ResolveAllResults,
    ) -> Result<(), Error> {
        let ask = answers::Ask::read(params.get()?.get_ask()?)?;
        let spent = usize::from(ask.proves());
        let path = self.admit(Permission::Invoke, &ask.path, ask.witness)?;
        let mounts = self.mounts(&path);
        if mounts.is_empty() {
            return Err(Failure::refused("NothingMounted").into());
        }
        let live = |entry| Some(self.live(entry, &path, ask.budget).transpose()?.map(|live| (entry, live)));
        let live: Vec<_> = mounts.iter().filter_map(live).collect::<Result<_, Failure>>()?;
        if live.is_empty() {
            return Err(unattached().into());
        }
        let fresh = self.fresh_nonces(spent);
        let mut results = results.get();
        nonces(&fresh, results.reborrow().init_nonces(fresh.len() as u32));
        let mut bindings = results.init_bindings(live.len() as u32);
        for (place, (entry, service)) in (0u32..).zip(live) {
            let mut bound = bindings.reborrow().get(place);
            bound.set_service(service);
            self.vat.with_node(|node| answers::binding(node, &ask.path, &path, entry, bound.init_binding()));
        }
        Ok(())
    }

    async fn describe(
        self: Rc<Self>,
        params: session::DescribeParams,
        mut results: session::DescribeResults,
    ) -> Result<(), Error> {
        let ask = answers::Ask::read(params.get()?.get_ask()?)?;
        let spent = usize::from(ask.proves());
        let path = self.admit(Permission::Read, &ask.path, ask.witness)?;
        let mounts = self.mounts(&path);
        let fresh = self.fresh_nonces(spent);
        let mut results = results.get();
        nonces(&fresh, results.reborrow().init_nonces(fresh.len() as u32));
        let mut bindings = results.init_bindings(mounts.len() as u32);
        for (place, entry) in (0u32..).zip(&mounts) {
            let builder = bindings.reborrow().get(place);
            self.vat.with_node(|node| answers::binding(node, &ask.path, &path, entry, builder));
        }
        Ok(())
    }

    async fn list(
        self: Rc<Self>,
        params: session::ListParams,
        mut results: session::ListResults,
    ) -> Result<(), Error> {
        let ask = answers::Ask::read(params.get()?.get_ask()?)?;
        let spent = usize::from(ask.proves());
        let found = self.listed(&ask.path, ask.witness)?;
        let fresh = self.fresh_nonces(spent);
        let mut results = results.get();
        nonces(&fresh, results.reborrow().init_nonces(fresh.len() as u32));
        let mut entries = results.init_entries(found.len() as u32);
        for (place, mount) in (0u32..).zip(&found) {
            let mut entry = entries.reborrow().get(place);
            entry.set_path(mount.path.as_str());
            entry.set_cell(&mount.cell.0);
            entry.set_name(mount.descriptor.name.as_str());
            entry.set_description(mount.descriptor.description.as_str());
        }
        Ok(())
    }

    async fn open(
        self: Rc<Self>,
        params: session::OpenParams,
        mut results: session::OpenResults,
    ) -> Result<(), Error> {
        let params = params.get()?;
        let tree = match params.get_tree()? {
            schema::Tree::Credentials => TreeName::Credentials,
            schema::Tree::Stakes => TreeName::Stakes,
        };
        let leaf = <[u8; 32]>::try_from(params.get_leaf()?).ok();
        let leaf = leaf.and_then(|leaf| Digest::from_bytes(&leaf));
        let node = self.vat.node.borrow();
        let opened = leaf.and_then(|leaf| node.mesh().open(tree, &leaf));
        let (index, siblings) = opened.ok_or_else(|| Failure::refused("NoLeaf"))?;
        let mut results = results.get();
        results.set_index(index);
        let mut list = results.init_siblings(siblings.len() as u32);
        for (place, sibling) in (0u32..).zip(&siblings) {
            list.set(place, &sibling.to_bytes());
        }
        Ok(())
    }

    async fn attach(
        self: Rc<Self>,
        params: session::AttachParams,
        mut results: session::AttachResults,
    ) -> Result<(), Error> {
        let host = params.get()?.get_service()?;
        let counted = self.caller.attachments.enter()?;
        results.get().set_attachment(self.vat.attach(self.caller.cell(), host, counted));
        Ok(())
    }

    async fn restore(
        self: Rc<Self>,
        params: session::RestoreParams,
        mut results: session::RestoreResults,
    ) -> Result<(), Error> {
        let params = params.get()?;
        let reference = params.get_ref()?;
        let witness = answers::witness(params.get_witness()?)?;
        let spent = usize::from(matches!(witness, Some(Witness::Proof(_))));
        let unknown = || Failure::refused("UnknownReference");
        let kept = {
            let node = self.vat.node.borrow();
            let swiss = <[u8; 32]>::try_from(reference.get_swiss()?).map_err(|_| unknown())?;
            let kept = node.find(&swiss)?.ok_or_else(unknown)?;
            let (cell, _) = kept.target();
            let here = reference.get_instance()? == node.mesh().instance().as_slice();
            let same = reference.get_cell()? == cell.0.as_slice();
            // A reference is its holder's: nobody else's swiss number is of use.
            let own = matches!(&kept, Kept::Sturdy { holder, .. } if *holder == self.caller.cell().0);
            if !(here && same && own) {
                return Err(unknown().into());
            }
            kept
        };
        let (service, entry, path) = self.reach(&kept, witness)?;
        let fresh = self.fresh_nonces(spent);
        let mut results = results.get();
        results.set_service(service);
        nonces(&fresh, results.reborrow().init_nonces(fresh.len() as u32));
        self.vat.with_node(|node| answers::binding(node, &path, &path, &entry, results.init_binding()));
        Ok(())
    }

    async fn requirement(
        self: Rc<Self>,
        params: session::RequirementParams,
        mut results: session::RequirementResults,
    ) -> Result<(), Error> {
        let params = params.get()?;
        let permission = answers::permission(params.get_permission())?;
        let path = params.get_path()?.to_str()?;
        let opening = self.vat.node.borrow_mut().requirement(permission, path);
        results.get().set_opening(&opening.ok_or_else(|| Failure::refused("NoRoute"))?);
        Ok(())
    }

    async fn hand_off(
        self: Rc<Self>,
        params: session::HandOffParams,
        mut results: session::HandOffResults,
    ) -> Result<(), Error> {
        let params = params.get()?;
        let witness = answers::witness(params.get_witness()?)?;
        let spent = usize::from(matches!(witness, Some(Witness::Proof(_))));
        let refused = |name: &str| Error::from(Failure::refused(name));
        let (kept, nonce) = {
            let node = self.vat.node.borrow();
            let certificate = params.get_certificate()?;
            let certified = Kept::certified(certificate, &node.mesh().instance(), node.keys());
            let (kept, nonce) = certified.ok_or_else(|| refused("Certificate"))?;
            let Kept::HandOff { recipient, expiry, .. } = &kept else { return Err(refused("Certificate")) };
            if *recipient != self.caller.cell().0 {
                return Err(refused("OtherRecipient"));
            }
            if node.mesh().epoch() > *expiry {
                return Err(refused("Expired"));
            }
            if node.find(&nonce)?.as_ref() != Some(&kept) {
                return Err(refused("Taken"));
            }
            (kept, nonce)
        };
        let (service, entry, path) = self.reach(&kept, witness)?;
        // INVARIANT: it is gone from the disk before anything is given for it.
        if !self.vat.node.borrow_mut().spend(&nonce)? {
            return Err(refused("Taken"));
        }
        let fresh = self.fresh_nonces(spent);
        let mut results = results.get();
        results.set_service(service);
        nonces(&fresh, results.reborrow().init_nonces(fresh.len() as u32));
        self.vat.with_node(|node| answers::binding(node, &path, &path, &entry, results.init_binding()));
        Ok(())
    }

    async fn question(
        self: Rc<Self>,
        params: session::QuestionParams,
        mut results: session::QuestionResults,
    ) -> Result<(), Error> {
        let answer = question::answer(&self, params.get()?.get_json()?.to_str()?)?;
        results.get().set_json(answer.as_str());
        Ok(())
    }
}
