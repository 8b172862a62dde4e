//! From a path to live references, and to what is mounted there.

use crate::binding::Binding;
use crate::clerk::AgentCipherclerk;
use crate::error::Error;
use crate::evidence::{self, Showing};
use crate::inside::{Inside, State};
use crate::reference::{Live, ServiceRef};
use dregg_artifact::{CellId, Permission};
use dregg_mesh::Witness;
use dregg_rpc::dregg_capnp::{ask, service};
use std::rc::Rc;

/// One line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Where it is mounted.
    pub path: String,
    /// The service's cell.
    pub cell: CellId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
}

impl AgentCipherclerk {
    /// Resolves a path to live references: classification and rule first, then binding. Proves access without being asked
    /// where the policy requires it.
    ///
    /// # Errors
    /// [`Error::Denied`] with an opening of the rule; [`Error::Refused`] `NothingMounted`; [`Error::Failed`] `Unreachable`
    /// if no service that is mounted there is attached.
    pub async fn resolve_service(&mut self, path: &str) -> Result<ServiceRef, Error> {
        self.resolve(path).await
    }

    /// The same, for whoever shares the clerk.
    ///
    /// # Errors
    /// As [`AgentCipherclerk::resolve_service`].
    pub async fn resolve(&self, path: &str) -> Result<ServiceRef, Error> {
        let live = self.resolve_live(path).await?;
        Ok(ServiceRef::new(self.clone(), path.to_owned(), None, live))
    }

    pub(crate) async fn resolve_live(&self, path: &str) -> Result<Vec<Live>, Error> {
        let (link, showing, budget) = (self.link().await?, self.showing, self.budget);
        let path = path.to_owned();
        let found = link
            .run(move |inside| async move {
                inside.timely(async || resolve_all(&inside, &path, showing, budget).await).await
            })
            .await?;
        Ok(found.into_iter().map(|(binding, number)| Live::new(link.clone(), binding, number)).collect())
    }

    /// What is mounted at a path, in the order in which it is tried, for whoever may read there.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub async fn describe(&self, path: &str) -> Result<Vec<Binding>, Error> {
        let (link, showing) = (self.link().await?, self.showing);
        let path = path.to_owned();
        link.run(move |inside| async move {
            inside.timely(async || describe(&inside, &path, showing).await).await
        })
        .await
    }

    /// The services at and below a prefix that this cell may read.
    ///
    /// # Errors
    /// [`Error::Denied`] if it may not read the prefix itself.
    pub async fn list(&self, prefix: &str) -> Result<Vec<Listing>, Error> {
        let link = self.link().await?;
        let prefix = prefix.to_owned();
        link.run(move |inside| async move { inside.timely(async || list(&inside, &prefix).await).await })
            .await
    }

    /// What the policy requires for a permission at a path, as an opening that [`dregg_verify::requirement`] checks.
    ///
    /// # Errors
    /// [`Error::Refused`] `NoRoute`.
    pub async fn requirement(&self, permission: Permission, path: &str) -> Result<Vec<u8>, Error> {
        let link = self.link().await?;
        let path = path.to_owned();
        link.run(move |inside| async move { inside.requirement(permission, &path).await }).await
    }

    /// The cells that the policy lists at a path as coordinators, which hand calls on to the other services there.
    ///
    /// # Errors
    /// [`Error::Connection`].
    pub async fn coordinators(&self, path: &str) -> Result<Vec<CellId>, Error> {
        let link = self.link().await?;
        let path = path.to_owned();
        link.run(move |inside| async move {
            let state = inside.state().await?;
            let found = state.policy.classify(target(&state, &path)).ok().flatten();
            let class = found.and_then(|found| state.artifact.classes.get(found.class as usize));
            let listed = class.into_iter().flat_map(|class| &class.services);
            Ok(listed.filter(|service| service.coordinator).map(|service| service.cell).collect())
        })
        .await
    }

    /// The current attested root, as `ROOT.json`, and the policy's artifact.
    ///
    /// # Errors
    /// [`Error::Answer`] if the two do not belong together.
    pub async fn root(
        &self,
    ) -> Result<(dregg_attest::SignedRoot, std::sync::Arc<dregg_artifact::Artifact>), Error> {
        let link = self.link().await?;
        link.run(|inside| async move {
            inside.forget();
            let state = inside.state().await?;
            Ok(((*state.root).clone(), std::sync::Arc::clone(&state.artifact)))
        })
        .await
    }
}

/// Where the policy leads a path: itself, or the target of a redirect. What is no route the node says.
pub(crate) fn target<'a>(state: &'a State, path: &'a str) -> &'a str {
    let found = state.policy.classify(path).ok().flatten();
    found.and_then(|found| found.redirect).unwrap_or(path)
}

pub(crate) fn fill(
    mut ask: ask::Builder<'_>,
    permission: Permission,
    path: &str,
    witness: Option<&Witness>,
    budget: Option<u64>,
) {
    ask.set_path(path);
    ask.set_permission(permission.ordinal() as u8);
    ask.set_has_budget(budget.is_some());
    ask.set_budget(budget.unwrap_or(0));
    evidence::write(witness, ask.init_witness());
}

async fn resolve_all(
    inside: &Rc<Inside>,
    path: &str,
    showing: Showing,
    budget: Option<u64>,
) -> Result<Vec<(Binding, u64)>, Error> {
    let witness = inside.evidence(Permission::Invoke, path, showing).await?;
    let state = inside.state().await?;
    let mut request = inside.session.resolve_all_request();
    fill(request.get().init_ask(), Permission::Invoke, path, witness.as_ref(), budget);
    let answer = request.send().promise.await?;
    let answer = answer.get()?;
    inside.keep_nonces(answer.get_nonces()?)?;
    let mut found = Vec::new();
    for bound in answer.get_bindings()? {
        let service: service::Client = bound.get_service()?;
        let binding = Binding::read(bound.get_binding()?, &inside.instance, Some(target(&state, path)))?;
        found.push((binding, inside.hold(service)));
    }
    Ok(found)
}

async fn describe(inside: &Rc<Inside>, path: &str, showing: Showing) -> Result<Vec<Binding>, Error> {
    let witness = inside.evidence(Permission::Read, path, showing).await?;
    let state = inside.state().await?;
    let mut request = inside.session.describe_request();
    fill(request.get().init_ask(), Permission::Read, path, witness.as_ref(), None);
    let answer = request.send().promise.await?;
    let answer = answer.get()?;
    inside.keep_nonces(answer.get_nonces()?)?;
    let bindings = answer.get_bindings()?;
    bindings.iter().map(|one| Binding::read(one, &inside.instance, Some(target(&state, path)))).collect()
}

async fn list(inside: &Rc<Inside>, prefix: &str) -> Result<Vec<Listing>, Error> {
    let witness = inside.listing_evidence(prefix).await?;
    let mut request = inside.session.list_request();
    fill(request.get().init_ask(), Permission::Read, prefix, witness.as_ref(), None);
    let answer = request.send().promise.await?;
    let answer = answer.get()?;
    inside.keep_nonces(answer.get_nonces()?)?;
    let text = |text: capnp::Result<capnp::text::Reader<'_>>| -> Result<String, Error> {
        Ok(text?.to_str().map_err(|error| Error::Answer(error.to_string()))?.to_owned())
    };
    let mut found = Vec::new();
    for entry in answer.get_entries()? {
        let cell = <[u8; 32]>::try_from(entry.get_cell()?).map(CellId);
        found.push(Listing {
            path: text(entry.get_path())?,
            cell: cell.map_err(|_| Error::Answer("a cell of another length".to_owned()))?,
            name: text(entry.get_name())?,
            description: text(entry.get_description())?,
        });
    }
    Ok(found)
}
