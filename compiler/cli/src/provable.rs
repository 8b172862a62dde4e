//! `expect provable`, by the real prover and the real verifier, over cells that stand in for those of the policy.
//!
//! Nobody here knows the secrets of a policy's cells. Each is replaced, everywhere in policy and tests, by the cell of
//! keys that its bytes determine; everything else stays what it is. Those keys sign and prove, and keep no secret.

use crate::outcome::{Failure, Outcome};
use dregg_artifact::{CellId, Fact, Permission};
use dregg_attest::{AttestError, Attestation, Bundle, Council, Genesis, Keys, Position, SignedRoot};
use dregg_compiler::generate;
use dregg_compiler::hir::{ExpectationKind, Hir, Test};
use dregg_compiler::reference::{self, Decision, Request, decide};
use dregg_prove::{Ask, AskCaller, ProveError, Prover, Refusal};
use dregg_runtime::Policy;
use dregg_verify::{AskedCaller, AskedPath, verify};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;

/// Who checks the proofs.
const VERIFIER: &str = "dreggc test";

/// How many missing facts a message names.
const NAMED: usize = 3;

/// A policy whose cells have stand-ins.
pub(crate) struct Stage<'a> {
    hir: &'a Hir,
    /// The stand-ins by the cells of the policy.
    keys: BTreeMap<CellId, Keys>,
    /// The same with the stand-ins in the places of the cells.
    replaced: Hir,
    policy: Policy,
    random: ChaCha20Rng,
}

/// A proof that was made and accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proved {
    /// The number of the expectation in its test.
    pub(crate) expectation: usize,
    /// How long the proof is.
    pub(crate) bytes: usize,
    /// How many rows its trace has.
    pub(crate) rows: u64,
}

/// An attested epoch of one test.
struct Epoch {
    root: SignedRoot,
    attestation: Attestation,
}

impl<'a> Stage<'a> {
    /// Replaces the cells of a policy and compiles it again.
    pub(crate) fn new(hir: &'a Hir) -> Result<Stage<'a>, Failure> {
        let keys: BTreeMap<CellId, Keys> = hir
            .cell_ids()
            .into_iter()
            .map(|cell| Ok((cell, stand_in(&cell.0)?)))
            .collect::<Result<_, _>>()?;
        let replaced = hir.with_cells(|cell| keys.get(cell).map_or(*cell, Keys::cell));
        let artifact = generate::compile(&replaced)
            .map_err(|_| defect("the policy does not compile for the cells that stand in"))?;
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| Failure::new(format!("no random bytes: {error}")))?;
        let random = ChaCha20Rng::from_seed(seed);
        Ok(Stage { hir, keys, replaced, policy: Policy::from_artifact(artifact), random })
    }

    /// Runs what the `number`th test expects to be provable, in the places of the outcomes that say it was skipped.
    pub(crate) fn run(
        &mut self,
        number: usize,
        outcomes: &mut [(dregg_grammar::Span, reference::Outcome)],
    ) -> Result<Vec<Proved>, Failure> {
        let Some((test, replaced)) = self.hir.tests.get(number).zip(self.replaced.tests.get(number)) else {
            return Ok(Vec::new());
        };
        let replaced = replaced.clone();
        let mut epoch = None;
        let mut proved = Vec::new();
        let expectations = test.expectations.iter().zip(&replaced.expectations).zip(outcomes);
        for (expectation, ((one, other), (_, outcome))) in expectations.enumerate() {
            let ExpectationKind::Provable { permission, path, cell } = &one.kind else { continue };
            let ExpectationKind::Provable { cell: caller, .. } = &other.kind else { continue };
            let epoch = match &mut epoch {
                Some(epoch) => epoch,
                none => none.insert(self.attest(&replaced)?),
            };
            let decision = self.decision(test, *permission, path, *cell);
            *outcome = match epoch {
                Err(error) => reference::Outcome::Failed(format!("the facts cannot be attested: {error}")),
                Ok(epoch) => match self.prove(epoch, *permission, path, caller, *cell)? {
                    Ok((bytes, rows)) => {
                        if let Decision::Deny(reason) = decision {
                            return Err(disagree(*permission, path, reason.name(), "a proof"));
                        }
                        proved.push(Proved { expectation, bytes, rows });
                        reference::Outcome::Passed
                    }
                    Err(error) => self.failed(*permission, path, &decision, &error)?,
                },
            };
        }
        Ok(proved)
    }

    /// The decision that a proof has to agree with. With a proof, guards that demand one hold.
    fn decision(&self, test: &Test, permission: Permission, path: &str, caller: CellId) -> Decision {
        let stakes: BTreeMap<CellId, u64> = test.stakes.iter().copied().collect();
        let (epoch, facts, stakes) = (test.epoch, &test.facts, &stakes);
        decide(self.hir, &Request { permission, path, caller, epoch, proved: true, facts, stakes })
    }

    /// Attests what a test gives.
    fn attest(&mut self, test: &Test) -> Result<Result<Epoch, AttestError>, Failure> {
        let artifact = self.policy.artifact();
        let fact = |fact: &dregg_compiler::hir::Fact| {
            let name = &self.replaced.relations.get(fact.relation as usize)?.name;
            let found = (0u32..).zip(&artifact.relations).find(|(_, relation)| relation.name == *name);
            found.map(|(relation, _)| Fact { relation, arguments: fact.arguments.clone() })
        };
        let facts: Option<Vec<Fact>> = test.facts.iter().map(fact).collect();
        let facts = facts.ok_or_else(|| defect("a test gives a fact of no relation"))?;
        let stakes: BTreeMap<CellId, u64> = test.stakes.iter().copied().collect();
        let founder = stand_in(b"founder")?;
        let council = Council::founding(artifact, founder.cell());
        let known = self.keys.values().chain([&founder]);
        let signers: Vec<Keys> =
            known.filter(|keys| council.members.contains(&keys.cell())).cloned().collect();
        let genesis = Genesis { policy: artifact.policy_root(), council, random: bytes(&mut self.random) };
        let position = Position {
            instance: genesis.instance(),
            epoch: test.epoch,
            previous: [0; 32],
            height: 0,
            council: genesis.council.members.first().copied().unwrap_or(founder.cell()),
        };
        let attested = dregg_attest::attest(artifact, &facts, &stakes, &position, || bytes(&mut self.random));
        let attestation = match attested {
            Ok(attestation) => attestation,
            Err(error) => return Ok(Err(error)),
        };
        let root = attestation.signed(artifact, genesis, None, &signers);
        root.check().map_err(|error| defect(format!("the attested root does not hold: {error}")))?;
        Ok(Ok(Epoch { root, attestation }))
    }

    /// Proves and verifies one request: the length of the proof and the rows of its trace.
    fn prove(
        &mut self,
        epoch: &Epoch,
        permission: Permission,
        path: &str,
        caller: &CellId,
        cell: CellId,
    ) -> Result<Result<(usize, u64), ProveError>, Failure> {
        let own = self.keys.get(&cell).ok_or_else(|| defect("a cell has no stand-in"))?;
        let bundle: Bundle = epoch.attestation.bundle(caller);
        let nonce: [u8; 16] = bytes(&mut self.random);
        let ask = Ask {
            permission,
            path,
            hide_path: false,
            caller: AskCaller::Shown,
            open_route: false,
            open: false,
            verifier: VERIFIER,
            nonce: &nonce,
        };
        let prover = Prover::new(self.policy.artifact(), &epoch.root);
        let made = prover.and_then(|prover| prover.prove(&ask, own, Some(&bundle), &mut self.random));
        let made = match made {
            Ok(made) => made,
            Err(error) => return Ok(Err(error)),
        };
        // Whoever checks asks for the target of a redirect.
        let target = self.policy.classify(path).ok().flatten().and_then(|found| found.redirect);
        let request = dregg_verify::Request {
            permission,
            path: AskedPath::Shown(target.unwrap_or(path)),
            caller: AskedCaller::Cell(*caller),
            verifier: VERIFIER,
            nonce: &nonce,
            accept_opening: false,
            registry: None,
        };
        verify(&request, epoch.root.root(), &made.bytes).map_err(|reject| {
            defect(format!("a proof for {} {path} is rejected: {reject}", permission.word()))
        })?;
        let rows = made.plan.map_or(0, |plan| 1 << plan.log2_rows);
        Ok(Ok((made.bytes.len(), rows)))
    }

    /// What it means that there is no proof.
    fn failed(
        &self,
        permission: Permission,
        path: &str,
        decision: &Decision,
        error: &ProveError,
    ) -> Result<reference::Outcome, Failure> {
        let said = match (error, decision) {
            (ProveError::Denied(unmet), Decision::Deny(_)) => {
                refused(&Refusal::new(self.policy.artifact(), permission, path, unmet))
            }
            (ProveError::Path(_) | ProveError::NoRoute | ProveError::Redirect(_), Decision::Deny(_))
            | (ProveError::TooLarge | ProveError::Exhausted | ProveError::Statement(_), _) => {
                format!("{}, {error}", error.name())
            }
            (
                ProveError::Denied(_) | ProveError::Path(_) | ProveError::NoRoute | ProveError::Redirect(_),
                Decision::Allow { .. },
            ) => return Err(disagree(permission, path, "allow", error.name())),
            (
                ProveError::Policy
                | ProveError::Table
                | ProveError::Facts
                | ProveError::Fact(_)
                | ProveError::Relations(_)
                | ProveError::Bundle(_)
                | ProveError::OtherBundle
                | ProveError::Unopened
                | ProveError::Name
                | ProveError::NotPublic
                | ProveError::ProofRequired
                | ProveError::Stark(_)
                | ProveError::Defect(_),
                _,
            ) => return Err(defect(format!("{} {path}: {}, {error}", permission.word(), error.name()))),
        };
        Ok(reference::Outcome::Failed(format!("expected provable, got {said}")))
    }
}

/// A refusal in one line.
fn refused(refusal: &Refusal) -> String {
    let mut said = format!("deny: {}", refusal.reason);
    for needed in &refusal.needed {
        said += &format!("; needed: {needed}");
    }
    let missing: Vec<&str> = refusal.missing.iter().take(NAMED).map(String::as_str).collect();
    if !missing.is_empty() {
        said += &format!("; nearest missing facts: {}", missing.join(", "));
    }
    said
}

/// The keys that stand in for a cell, of its bytes: the same in every run, and known to everybody.
fn stand_in(cell: &[u8]) -> Result<Keys, Failure> {
    let signing = blake3::derive_key("dregg test keys: signing", cell);
    let secret = blake3::derive_key("dregg test keys: proving", cell);
    Keys::new("stand-in", &signing, &secret).map_err(|error| defect(error.to_string()))
}

fn bytes<const N: usize>(random: &mut ChaCha20Rng) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill_bytes(&mut bytes);
    bytes
}

fn defect(message: impl Into<String>) -> Failure {
    Failure { message: message.into(), outcome: Outcome::Internal }
}

fn disagree(permission: Permission, path: &str, decided: &str, proved: &str) -> Failure {
    let word = permission.word();
    defect(format!("decision and prover disagree on {word} {path}: {decided} and {proved}"))
}
