//! What a request rests on: nothing if public facts are enough, a proof where one is required, else openings.
//!
//! The least is shown that will do, and it is found out here, before the node is asked.

use crate::credentials::hexadecimal;
use crate::error::Error;
use crate::inside::{Inside, State};
use crate::submit::question;
use dregg_artifact::{ClassKind, Permission, PolicyClass};
use dregg_attest::Bundle;
use dregg_mesh::{Transaction, Witness};
use dregg_prove::{Ask, AskCaller, ProveError, Refusal};
use dregg_rpc::dregg_capnp::witness;
use dregg_rpc::failure::Denial;
use dregg_runtime::{Decision, Facts, Request};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};
use std::rc::Rc;
use std::sync::Arc;

/// What the node may be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Showing {
    /// A proof where the policy requires one, openings where they are enough.
    #[default]
    Least,
    /// Always a proof: the node learns of held facts and stake only that they satisfy the rule.
    Proof,
}

/// For whom a proof is made, and the nonce that makes it good once.
enum Verifier {
    Node,
    Transaction([u8; 32]),
}

impl Inside {
    /// The evidence for a request of this session's cell.
    pub(crate) async fn evidence(
        self: &Rc<Self>,
        permission: Permission,
        path: &str,
        showing: Showing,
    ) -> Result<Option<Witness>, Error> {
        self.gather(permission, path, showing, Verifier::Node).await
    }

    /// The evidence for a transaction that mounts or delegates; it is part of what is signed.
    pub(crate) async fn mount_evidence(
        self: &Rc<Self>,
        transaction: &Transaction,
        path: &str,
    ) -> Result<Option<Witness>, Error> {
        let verifier = Verifier::Transaction(transaction.proof_nonce());
        let state = self.state().await?;
        let path = placed(&state, path);
        // A proof shows a right by the gateway's clauses; that of a delegate is shown in clear.
        let showing = if state.gateway(path).is_some() { Showing::Least } else { Showing::Proof };
        self.gather(Permission::Mount, path, showing, verifier).await
    }

    /// What a delegate shows who passes a delegation on: its owner needs nothing.
    pub(crate) async fn delegate_evidence(self: &Rc<Self>, gateway: &str) -> Result<Option<Witness>, Error> {
        let state = self.state().await?;
        let found = (0u32..).zip(&state.artifact.gateways).find(|(_, one)| one.prefix == gateway);
        let Some((number, _)) = found.filter(|(_, one)| one.owner != self.keys.cell()) else {
            return Ok(None);
        };
        let Some(bundle) = self.wallet.bundle(self, &state).await? else { return Ok(None) };
        Ok(shown(self.least_of_delegate(&state, number, bundle)?))
    }

    /// What is shown for a listing. It reads many paths, so that is everything, unless public facts open the prefix; a
    /// proof is about one path.
    pub(crate) async fn listing_evidence(self: &Rc<Self>, prefix: &str) -> Result<Option<Witness>, Error> {
        let state = self.state().await?;
        let prefix = prefix.strip_suffix('/').filter(|shorter| !shorter.is_empty()).unwrap_or(prefix);
        if requires_proof(&state, Permission::Read, prefix) || public(&state, self, Permission::Read, prefix)?
        {
            return Ok(None);
        }
        Ok(shown(self.wallet.bundle(self, &state).await?))
    }

    async fn gather(
        self: &Rc<Self>,
        permission: Permission,
        path: &str,
        showing: Showing,
        verifier: Verifier,
    ) -> Result<Option<Witness>, Error> {
        let state = self.state().await?;
        let required = requires_proof(&state, permission, path);
        if !required && public(&state, self, permission, path)? {
            return Ok(None);
        }
        let bundle = self.wallet.bundle(self, &state).await?;
        let prove = required || showing == Showing::Proof;
        match bundle {
            None if !required => return Ok(None),
            Some(bundle) if !prove => return self.openings(&state, permission, path, bundle).await,
            Some(_) | None => {}
        }
        let (verifier, nonce, unspent) = match verifier {
            Verifier::Node => {
                let nonce = self.nonce().await?;
                (self.node.to_hex(), nonce, Some(nonce))
            }
            Verifier::Transaction(nonce) => (hexadecimal(&self.instance), nonce, None),
        };
        let (keys, path) = (Arc::clone(&self.keys), path.to_owned());
        let mut random = ChaCha20Rng::from_seed(self.random());
        let work = move || {
            let prover = state.prover()?;
            let ask = Ask {
                permission,
                path: &path,
                hide_path: false,
                caller: AskCaller::Shown,
                open_route: false,
                open: false,
                verifier: &verifier,
                nonce: &nonce,
            };
            match prover.prove(&ask, &keys, bundle.as_ref(), &mut random) {
                Ok(made) => Ok(made.bytes),
                Err(ProveError::Denied(unmet)) => {
                    let refusal = Refusal::new(&state.artifact, permission, &path, &unmet);
                    let missing = refusal.missing.iter().map(|fact| format!("missing: {fact}"));
                    let needed = refusal.needed.into_iter().chain(missing).collect();
                    Err(Error::Denied(Box::new(Denial {
                        denied: refusal.reason.to_owned(),
                        permission: permission.word().to_owned(),
                        path: path.clone(),
                        needed,
                        opening: String::new(),
                    })))
                }
                Err(error) => Err(error.into()),
            }
        };
        let proof = tokio::task::spawn_blocking(work).await;
        if let (Some(nonce), Ok(Err(_))) = (unspent, &proof) {
            self.nonces.borrow_mut().push(nonce);
        }
        match proof.map_err(|_| Error::Answer("proving was stopped".to_owned()))? {
            Ok(proof) => Ok(Some(Witness::Proof(proof))),
            // What this cell cannot prove it is told as any denial is, with the opening that shows it.
            Err(Error::Denied(denial)) => {
                let opening = self.requirement(permission, &denial.path).await.unwrap_or_default();
                Err(Error::Denied(Box::new(Denial { opening: hexadecimal(&opening), ..*denial })))
            }
            Err(error) => Err(error),
        }
    }
}

impl Inside {
    /// The least openings for a request. A gateway's table can only be decided by where it is, so if there is one,
    /// everything is shown.
    async fn openings(
        self: &Rc<Self>,
        state: &State,
        permission: Permission,
        path: &str,
        bundle: Bundle,
    ) -> Result<Option<Witness>, Error> {
        match state.gateway(path) {
            Some(gateway) if self.has_table(state, gateway).await? => Ok(shown(Some(bundle))),
            Some(_) | None => Ok(shown(self.least(state, permission, path, bundle)?)),
        }
    }

    /// Whether a gateway has a table in this epoch.
    async fn has_table(self: &Rc<Self>, state: &State, gateway: u32) -> Result<bool, Error> {
        let known = state.tables().get(&gateway).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let prefix = state.artifact.gateways.get(gateway as usize).map(|gateway| &gateway.prefix);
        let answer = question(self, &json!({ "ask": "gateway", "prefix": prefix }).to_string()).await?;
        let there = answer.get("table").is_some_and(Value::is_string);
        state.tables().insert(gateway, there);
        Ok(there)
    }
}

fn shown(bundle: Option<Bundle>) -> Option<Witness> {
    bundle.map(|bundle| Witness::Openings(Box::new(bundle)))
}

/// The class that a path leads to, through a redirect if it is one.
fn class<'a>(state: &'a State, path: &str) -> Option<&'a PolicyClass> {
    let class = |path: &str| state.policy.classify(path).ok().flatten();
    let found = class(path).and_then(|found| match found.redirect {
        Some(target) => class(target),
        None => Some(found),
    });
    found.and_then(|found| state.artifact.classes.get(found.class as usize))
}

/// Where a mount goes: one `/` at its end is dropped at a gateway, as the state machine does.
fn placed<'a>(state: &State, path: &'a str) -> &'a str {
    let shorter = path.strip_suffix('/').filter(|shorter| !shorter.is_empty());
    shorter.filter(|shorter| state.gateway(shorter).is_some()).unwrap_or(path)
}

/// Whether the class that a path leads to requires a proof.
fn requires_proof(state: &State, permission: Permission, path: &str) -> bool {
    class(state, path).is_some_and(|class| match class.kind {
        ClassKind::Route | ClassKind::Gateway(_) => class.access_for(permission).proof,
        ClassKind::Redirect(_) => false,
    })
}

/// Whether public facts are enough.
fn public(state: &State, inside: &Inside, permission: Permission, path: &str) -> Result<bool, Error> {
    let facts = state.facts()?;
    let request =
        Request { permission, path, caller: inside.keys.cell(), epoch: state.epoch(), proved: false };
    Ok(match state.policy.decide(&request, facts) {
        Decision::Allow { .. } => true,
        Decision::Deny { .. } => false,
    })
}

impl State {
    /// The number of the gateway in whose envelope a path is.
    pub(crate) fn gateway(&self, path: &str) -> Option<u32> {
        match class(self, path)?.kind {
            ClassKind::Gateway(number) => Some(number),
            ClassKind::Route | ClassKind::Redirect(_) => None,
        }
    }

    /// The public facts of the epoch, as decisions read them.
    pub(crate) fn facts(&self) -> Result<&Facts, Error> {
        let made = self.public.get_or_init(|| {
            let mut facts = Facts::new(&self.policy);
            let stated = self.root.public_facts(&self.artifact).map_err(|error| error.to_string())?;
            for fact in stated {
                let relation = self.artifact.relations.get(fact.relation as usize);
                let name = relation.map_or("", |relation| relation.name.as_str());
                facts.assert(name, fact.arguments).map_err(|error| error.to_string())?;
            }
            Ok(facts)
        });
        made.as_ref().map_err(|error| Error::Answer(error.clone()))
    }
}

impl Inside {
    /// What the policy requires, opened.
    pub(crate) async fn requirement(&self, permission: Permission, path: &str) -> Result<Vec<u8>, Error> {
        let mut request = self.session.requirement_request();
        request.get().set_permission(permission.ordinal() as u8);
        request.get().set_path(path);
        let answer = request.send().promise.await?;
        Ok(answer.get()?.get_opening()?.to_vec())
    }
}

/// Writes evidence into an ask.
pub(crate) fn write(witness: Option<&Witness>, mut builder: witness::Builder<'_>) {
    match witness {
        None => builder.set_nothing(()),
        Some(Witness::Proof(proof)) => builder.set_proof(proof),
        Some(Witness::Openings(bundle)) => builder.set_openings(bundle.to_json().as_str()),
    }
}
