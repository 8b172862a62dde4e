//! Whether a request is allowed: classification and rule first, binding only afterwards.

use crate::node::refused;
use crate::session::Session;
use crate::vat::count;
use dregg_air::statement::AccessProof;
use dregg_artifact::Permission;
use dregg_mesh::{Asked, MountEntry, Refusal, Witness};
use dregg_rpc::failure::{Failure, Refused};
use dregg_runtime::{Decision, Needed, Reason};
use dregg_verify::{AskedCaller, AskedPath, Reject, Request};
use serde_json::{Map, json};

impl Session {
    /// Decides a request of this session's cell. The path that it is about then: after a redirect.
    ///
    /// # Errors
    /// [`Failure::Denied`] with an opening of what the policy requires, [`Failure::Refused`] if the witness is none.
    pub(crate) fn admit(
        &self,
        permission: Permission,
        path: &str,
        witness: Option<Witness>,
    ) -> Result<String, Failure> {
        self.vat.node.borrow().check_ready()?;
        let target = self.target(permission, path)?;
        let (proved, bundle) = match witness {
            None => (false, None),
            Some(Witness::Openings(bundle)) => (false, Some(bundle)),
            Some(Witness::Proof(bytes)) => {
                self.verify(permission, &target, &bytes)?;
                (true, None)
            }
        };
        if proved {
            // SOUNDNESS: the proof covers guards and clauses of exactly this request, under the current root.
            count(&self.vat.counts.allowed);
            return Ok(target);
        }
        let asked = Asked {
            permission,
            path: &target,
            caller: self.caller.cell(),
            proved: false,
            bundle: bundle.as_deref(),
        };
        let decision = self.vat.with_node(|node| node.mesh().decide(&asked));
        match decision.map_err(|refusal| refused(&refusal))? {
            Decision::Allow { .. } => {
                count(&self.vat.counts.allowed);
                Ok(target)
            }
            Decision::Deny { reason, needed } => Err(self.denied(permission, &target, reason, needed)),
        }
    }

    /// The mounts at or below a prefix that the cell may read.
    ///
    /// # Errors
    /// As [`Session::admit`]; the same whether or not something is mounted.
    pub(crate) fn listed(&self, prefix: &str, witness: Option<Witness>) -> Result<Vec<MountEntry>, Failure> {
        self.vat.node.borrow().check_ready()?;
        let bundle = match witness {
            Some(Witness::Openings(bundle)) => Some(bundle),
            // SPEC: a proof is about one path; a listing reads many.
            Some(Witness::Proof(_)) => return Err(Failure::refused("Witness")),
            None => None,
        };
        let asked = Asked {
            permission: Permission::Read,
            path: prefix,
            caller: self.caller.cell(),
            proved: false,
            bundle: bundle.as_deref(),
        };
        let listed = self.vat.with_node(|node| {
            let listed = node.mesh().list(prefix, &asked)?;
            Ok(listed.into_iter().cloned().collect())
        });
        match listed {
            Ok(entries) => {
                count(&self.vat.counts.allowed);
                Ok(entries)
            }
            Err(Refusal::Denied { reason, needed }) => {
                Err(self.denied(Permission::Read, prefix, reason, needed))
            }
            Err(refusal) => Err(refused(&refusal)),
        }
    }

    /// Where the request is to be decided.
    fn target(&self, permission: Permission, path: &str) -> Result<String, Failure> {
        let located =
            self.vat.with_node(|node| node.mesh().locate(path).map(|located| located.path.to_owned()));
        located.map_err(|reason| self.denied(permission, path, reason, Needed::Nothing))
    }

    /// Verifies an access proof and spends its nonce, whatever comes of it.
    fn verify(&self, permission: Permission, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let rejected = |reject: Reject| {
            let detail = Map::from_iter([("message".to_owned(), json!(reject.to_string()))]);
            Failure::Refused(Refused { refused: reject.name().to_owned(), detail })
        };
        let node = self.vat.node.borrow();
        let mesh = node.mesh();
        let proof = AccessProof::from_bytes(bytes).map_err(|_| rejected(Reject::NotAProof))?;
        if proof.claim.epoch != mesh.epoch() {
            return Err(rejected(Reject::Epoch));
        }
        // SOUNDNESS: a nonce is this session's and good once; it is spent before anything is looked at.
        let nonce = proof.claim.nonce;
        if !self.take_nonce(mesh.epoch(), &nonce) {
            return Err(rejected(Reject::NonceUnknown));
        }
        let verifier = node.keys().cell().to_hex();
        let gateway = mesh.locate(path).ok().and_then(|located| located.gateway);
        let registry = gateway.and_then(|gateway| mesh.gateway_opening(gateway));
        let request = Request {
            permission,
            path: AskedPath::Shown(path),
            caller: AskedCaller::Cell(self.caller.cell()),
            verifier: &verifier,
            nonce: &nonce,
            accept_opening: false,
            registry: registry.as_ref(),
        };
        dregg_verify::verify(&request, mesh.root().root(), bytes).map_err(rejected)?;
        Ok(())
    }

    /// A denial with the opening that shows it is the policy's.
    fn denied(&self, permission: Permission, path: &str, reason: Reason, needed: Needed) -> Failure {
        count(&self.vat.counts.denied);
        self.vat.node.borrow_mut().denial(permission, path, reason, needed)
    }
}
