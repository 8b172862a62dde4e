//! From a request to an access proof.

use crate::budget::{allowance, dearest_walk};
use crate::derive::{Derivation, Known, derive};
use crate::error::ProveError;
use crate::opening;
use crate::public::Public;
use crate::requirement::{open_walk, requirement};
use crate::stark;
use crate::witness::{Own, leaves_by_tree};
use dregg_air::hash::witness::Cycle;
use dregg_air::identity::witness::Identity;
use dregg_air::inputs::{AccessInputs, PathInput};
use dregg_air::layout::{Layout, RouteWitness, Spare, TreeWitness, Witness};
use dregg_air::membership::witness::Digests;
use dregg_air::options::MAX_LOG2_ROWS;
use dregg_air::route::witness::{SYMBOLS_A_BLOCK, Walked, path_blocks, path_cycles, walk};
use dregg_air::source::tree;
use dregg_air::statement::{
    AccessProof, Bind, Claim, ClaimedCaller, ClaimedPath, Evidence, MAX_NONCE, MAX_VERIFIER, MIN_NONCE,
    Sources, lower,
};
use dregg_artifact::{Artifact, ClassKind, ClassLeaf, Path, Permission, RootParts, alphabet, class_opening};
use dregg_attest::{Bundle, Keys, SignedRoot};
use dregg_commit::encode::key_digest;
use dregg_commit::{Digest, TableTree};
use dregg_verify::{AskedCaller, AskedPath, Request, verify_envelope};
use rand::Rng;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
/// How the caller shows itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskCaller {
    /// By its cell.
    Shown,
    /// By a commitment, bound to the connection with this key.
    Hidden(Bind),
}

/// What is to be proved.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What for.
    pub permission: Permission,
    /// Where.
    pub path: &'a str,
    /// Whether the path stays hidden.
    pub hide_path: bool,
    /// How the caller shows itself.
    pub caller: AskCaller,
    /// Whether the walk is shown beside the proof, which is then far cheaper.
    pub open_route: bool,
    /// Whether everything is opened in clear instead of proved.
    pub open: bool,
    /// The name of whoever is to check it.
    pub verifier: &'a str,
    /// What it gave out for this one proof: 16 to 32 bytes.
    pub nonce: &'a [u8],
}

/// What a proof will take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The logarithm of the rows of the trace.
    pub log2_rows: u8,
    /// How many hash cycles there are.
    pub hash_cycles: usize,
    /// How many rows of rules and steps.
    pub events: usize,
    /// How many rule instances.
    pub instances: usize,
    /// How many base facts.
    pub facts: usize,
}

impl Plan {
    /// About how long proving takes on one core, in milliseconds, and how many bytes the proof will have. Measured on the
    /// machine of `docs/performance.md`.
    pub fn expected(&self) -> (u64, u64) {
        match self.log2_rows {
            0..=9 => (45, 125_000),
            10 => (90, 140_000),
            11 => (180, 155_000),
            12 => (360, 165_000),
            13 => (720, 180_000),
            _ => (1440, 195_000),
        }
    }
}

/// A proof that was made and accepted.
#[derive(Clone, Debug)]
pub struct Made {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What it says.
    pub claim: Claim,
    /// What it took; nothing for an opening.
    pub plan: Option<Plan>,
}

/// Everything that proofs of one policy under one attested root share.
pub struct Prover<'a> {
    artifact: Held<'a, Artifact>,
    root: Held<'a, SignedRoot>,
    parts: RootParts,
    table: TableTree,
    public: Public,
    /// The most cycles of any walk, once a path is to be hidden.
    dearest_walk: OnceLock<usize>,
}

/// What belongs to somebody else, or to several.
enum Held<'a, T> {
    Borrowed(&'a T),
    Shared(Arc<T>),
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Held::Borrowed(held) => held,
            Held::Shared(held) => held,
        }
    }
}

/// A request with everything found for it.
struct Prepared {
    claim: Claim,
    asked: Option<String>,
    inputs: AccessInputs,
    evidence: Evidence,
    walked: Walked,
    symbols: Vec<u8>,
    path_salts: Vec<[u64; 4]>,
    identity: Identity,
    derivation: Derivation,
    own: Own,
    proof_facts: u8,
}

impl<'a> Prover<'a> {
    /// Hashes the policy's rows: about 5 µs a row, on all cores. Public facts are hashed when a request first rests on them.
    ///
    /// # Errors
    /// [`ProveError`] if artifact, root and facts do not belong together.
    pub fn new(artifact: &'a Artifact, root: &'a SignedRoot) -> Result<Prover<'a>, ProveError> {
        Prover::of(Held::Borrowed(artifact), Held::Borrowed(root))
    }

    /// The same for whoever keeps it as long as there are requests.
    ///
    /// # Errors
    /// As [`Prover::new`].
    pub fn shared(artifact: Arc<Artifact>, root: Arc<SignedRoot>) -> Result<Prover<'static>, ProveError> {
        Prover::of(Held::Shared(artifact), Held::Shared(root))
    }

    fn of(artifact: Held<'a, Artifact>, root: Held<'a, SignedRoot>) -> Result<Prover<'a>, ProveError> {
        let parts = artifact.root_parts();
        if parts.root() != root.root().policy {
            return Err(ProveError::Policy);
        }
        let table = TableTree::new(artifact.dfa.rows());
        if table.root() != artifact.table_root {
            return Err(ProveError::Table);
        }
        let public = Public::new(&artifact, &root)?;
        Ok(Prover { artifact, root, parts, table, public, dearest_walk: OnceLock::new() })
    }

    /// What a proof would take, without making it.
    ///
    /// # Errors
    /// [`ProveError`] as [`Prover::prove`].
    pub fn plan(
        &self,
        ask: &Ask<'_>,
        keys: &Keys,
        bundle: Option<&Bundle>,
        random: &mut impl Rng,
    ) -> Result<Plan, ProveError> {
        let prepared = self.prepare(ask, keys, bundle, random)?;
        self.with_layout(&prepared, |layout, log2_rows| plan_of(&prepared, layout, log2_rows))
    }

    /// Makes a proof and has it verified. `random` is a cryptographic generator, seeded by the operating system.
    ///
    /// # Errors
    /// [`ProveError`]: most of all [`ProveError::Denied`], with what is missing.
    pub fn prove(
        &self,
        ask: &Ask<'_>,
        keys: &Keys,
        bundle: Option<&Bundle>,
        random: &mut impl Rng,
    ) -> Result<Made, ProveError> {
        let mut prepared = self.prepare(ask, keys, bundle, random)?;
        let mut plan = None;
        if ask.open {
            let derivation = std::mem::take(&mut prepared.derivation);
            let opened = opening::open(derivation, self.public.hashed(), &prepared.claim, keys)?;
            prepared.evidence.opening = Some(opened);
        } else {
            let (columns, planned) = self.with_layout(&prepared, |layout, log2_rows| {
                (layout.trace(log2_rows), plan_of(&prepared, layout, log2_rows))
            })?;
            plan = Some(planned);
            prepared.evidence.stark =
                stark::prove(columns, &prepared.inputs, random).map_err(ProveError::Stark)?;
        }
        let Prepared { claim, asked, evidence, .. } = prepared;
        let bytes = AccessProof { claim: claim.clone(), asked, evidence }.to_bytes();
        self.check(ask, &claim, &bytes)?;
        Ok(Made { bytes, claim, plan })
    }

    /// What goes with a denial: an opening of what the policy requires at a path, for whoever wants to check it
    /// ([`dregg_verify::requirement`]). Of a redirect it opens the redirect itself.
    ///
    /// # Errors
    /// [`ProveError`] if there is no such route.
    pub fn requirement(&self, permission: Permission, path: &str) -> Result<Vec<u8>, ProveError> {
        requirement(&self.artifact, &self.parts, &self.table, self.root.root(), permission, path)
    }

    /// The verifier's answer to our own proof.
    fn check(&self, ask: &Ask<'_>, claim: &Claim, bytes: &[u8]) -> Result<(), ProveError> {
        let path = match &claim.path {
            ClaimedPath::Shown(path) => AskedPath::Shown(path),
            ClaimedPath::Hidden { commitment, .. } => AskedPath::Hidden(Some(*commitment)),
        };
        let caller = match &claim.caller {
            ClaimedCaller::Shown(cell) => AskedCaller::Cell(*cell),
            ClaimedCaller::Hidden { commitment, bind } => {
                AskedCaller::Hidden { bind: *bind, commitment: Some(*commitment) }
            }
            ClaimedCaller::Nobody => AskedCaller::Any,
        };
        let request = Request {
            permission: ask.permission,
            path,
            caller,
            verifier: ask.verifier,
            nonce: ask.nonce,
            accept_opening: ask.open,
            registry: None,
        };
        // Whether a table counts at a gateway is for whoever is shown the proof to know.
        verify_envelope(&request, self.root.root(), bytes).map_err(ProveError::Defect).map(|_| ())
    }

    /// The class that a path leads to and the path that is proved: the target of a redirect.
    fn locate(&self, ask: &Ask<'_>) -> Result<(String, u32, Option<String>), ProveError> {
        let class = |text: &str| {
            let path = Path::parse(text, &self.artifact.limits).map_err(ProveError::Path)?;
            self.artifact.dfa.classify(path).ok_or(ProveError::NoRoute)
        };
        let found = class(ask.path)?;
        let kind = self.artifact.classes.get(found as usize).map(|class| &class.kind);
        let Some(ClassKind::Redirect(number)) = kind else { return Ok((ask.path.to_owned(), found, None)) };
        let target = self.artifact.redirects.get(*number as usize).ok_or(ProveError::NoRoute)?.to.clone();
        if ask.permission == Permission::Mount {
            return Err(ProveError::Redirect(target));
        }
        let found = class(&target)?;
        Ok((target, found, Some(ask.path.to_owned())))
    }

    fn prepare(
        &self,
        ask: &Ask<'_>,
        keys: &Keys,
        bundle: Option<&Bundle>,
        random: &mut impl Rng,
    ) -> Result<Prepared, ProveError> {
        let root = self.root.root();
        if !(MIN_NONCE..=MAX_NONCE).contains(&ask.nonce.len()) || ask.verifier.len() > MAX_VERIFIER {
            return Err(ProveError::Name);
        }
        let hidden_caller = matches!(ask.caller, AskCaller::Hidden(_));
        if ask.open && (ask.hide_path || hidden_caller) || ask.open_route && ask.hide_path {
            return Err(ProveError::NotPublic);
        }
        let (path, class, asked) = self.locate(ask)?;
        let symbols: Vec<u8> = path.bytes().filter_map(alphabet::symbol).collect();
        let walked = walk(&self.artifact.dfa, &self.table, &symbols).ok_or(ProveError::NoRoute)?;
        let opening = class_opening(&self.artifact, class).ok_or(ProveError::NoRoute)?;
        let leaf = ClassLeaf::decode(&opening.leaf).map_err(|_| ProveError::Policy)?;
        let identity = Identity {
            secret: *keys.secret(),
            key_digest: key_digest(&keys.public_key()),
            hidden: hidden_caller.then(|| salt(random)),
        };
        let path_salts = salts(ask.hide_path, symbols.len(), random);
        let claim = Claim {
            root: root.digest(),
            epoch: root.epoch,
            permission: ask.permission,
            path: claimed_path(&path, &symbols, &path_salts),
            class,
            caller: match (ask.caller, identity.commitment()) {
                (AskCaller::Hidden(bind), Some(commitment)) => ClaimedCaller::Hidden { commitment, bind },
                (AskCaller::Hidden(_) | AskCaller::Shown, _) => ClaimedCaller::Shown(keys.cell()),
            },
            verifier: ask.verifier.to_owned(),
            nonce: ask.nonce.to_vec(),
            route_opened: ask.open_route || ask.open,
        };
        let own = self.own(keys, bundle)?;
        let inputs = lower(&claim, &leaf, &self.sources()?).map_err(ProveError::Statement)?;
        if inputs.roots.iter().any(|(number, _)| *number == tree::FACTS) {
            self.public.tree(&self.artifact, &self.root)?;
        }
        // Only a path in clear has segments; the program is the same with or without the others.
        let mut known =
            Known::new(self.public.known(), Digest::from_bytes(&keys.cell().0).ok_or(ProveError::Policy)?);
        own.tell(&mut known);
        let derivation = derive(&inputs.program, &known, leaf.limits.derivation_depth)?;
        if ask.open && leaf.content.access_for(ask.permission).proof {
            return Err(ProveError::ProofRequired);
        }
        let walk = if claim.route_opened { Some(open_walk(&self.table, &walked)?) } else { None };
        let evidence =
            Evidence { policy: self.parts.clone(), class: opening, walk, opening: None, stark: Vec::new() };
        let proof_facts = leaf.limits.proof_facts;
        Ok(Prepared {
            claim,
            // A hidden path stays hidden under its other name too.
            asked: asked.filter(|_| !ask.hide_path),
            inputs,
            evidence,
            walked,
            symbols,
            path_salts,
            identity,
            derivation,
            own,
            proof_facts,
        })
    }

    fn own(&self, keys: &Keys, bundle: Option<&Bundle>) -> Result<Own, ProveError> {
        let Some(bundle) = bundle else { return Ok(Own::default()) };
        if bundle.cell != keys.cell() {
            return Err(ProveError::OtherBundle);
        }
        bundle.check(&self.artifact, self.root.root()).map_err(ProveError::Bundle)?;
        Own::new(&self.artifact, bundle)
    }

    fn sources(&self) -> Result<Sources, ProveError> {
        let root = self.root.root();
        let table = Digest::from_bytes(&self.parts.table_root()).ok_or(ProveError::Table)?;
        Ok(Sources { table, facts: root.facts, credentials: root.credentials, stakes: root.stakes })
    }

    /// Lays a witness out and gives it with the length of its trace.
    fn with_layout<T>(
        &self,
        prepared: &Prepared,
        then: impl FnOnce(&Layout<'_>, u8) -> T,
    ) -> Result<T, ProveError> {
        let root = self.root.root();
        let base = &prepared.derivation.records;
        let facts = self.public.hashed();
        let found: Option<Vec<_>> = base.iter().map(|base| prepared.own.record(base, facts)).collect();
        // A tuple that shares its key with a fact that is there cannot be shown absent.
        let found = found.ok_or(ProveError::TooLarge)?;
        let mut leaves = leaves_by_tree(&found);
        let mut own = prepared.own.trees(root.credentials, root.stakes);
        self.tops(&mut own);
        let trees = prepared.inputs.roots.iter().filter_map(|(number, _)| {
            let digests: &dyn Digests = match *number {
                tree::FACTS => facts?.tree(),
                tree::CREDENTIALS => &own.credentials,
                tree::STAKE => &own.stakes,
                _ => return None,
            };
            Some(TreeWitness { tree: *number, digests, leaves: leaves.remove(number).unwrap_or_default() })
        });
        let routes = (!prepared.claim.route_opened).then(|| RouteWitness {
            tree: tree::ROUTE,
            table: &self.table,
            walked: prepared.walked.clone(),
        });
        let own = routes.as_ref().and_then(|route| route.walked.cycles(route.table, route.tree));
        let (walk, spare) = self.room(prepared, own.map_or(0, |cycles| cycles.len()));
        let witness = Witness {
            routes: routes.into_iter().collect(),
            path: path_blocks_of(prepared),
            program: &prepared.inputs.program,
            bounds: prepared.inputs.bounds,
            instances: prepared.derivation.instances.clone(),
            records: found.iter().map(|(record, _)| record.clone()).collect(),
            trees: trees.collect(),
            identity: Some(prepared.identity.clone()),
        };
        let layout = Layout::new(witness).ok_or(ProveError::Unopened)?;
        let needed = layout.log2_rows().ok_or(ProveError::TooLarge)?;
        let needed = layout.log2_rows_with(spare).unwrap_or(MAX_LOG2_ROWS).max(needed);
        let log2_rows = needed.max(allowance(&prepared.inputs, walk, prepared.proof_facts));
        Ok(then(&layout, log2_rows))
    }

    /// For how many cycles of a walk a trace is laid out, given how many this walk takes, and so how much room is left. What
    /// the walk of a hidden path takes must not show.
    fn room(&self, prepared: &Prepared, own: usize) -> (usize, Spare) {
        match &prepared.inputs.path {
            PathInput::Opened | PathInput::Shown(_) => (own, Spare::default()),
            PathInput::Hidden { .. } => {
                let dearest =
                    *self.dearest_walk.get_or_init(|| dearest_walk(&self.artifact.dfa, &self.table));
                let steps = prepared.path_salts.len() * SYMBOLS_A_BLOCK;
                let spare = Spare {
                    cycles: dearest.saturating_sub(own),
                    events: steps.saturating_sub(prepared.walked.steps.len()),
                };
                (dearest, spare)
            }
        }
    }

    /// The tops of trees of which the caller has nothing to show but the root.
    fn tops(&self, own: &mut crate::witness::OwnTrees) {
        let tops = &self.root.tops;
        own.credentials.top(tops.credentials);
        own.stakes.top(tops.stakes);
    }
}

fn plan_of(prepared: &Prepared, layout: &Layout<'_>, log2_rows: u8) -> Plan {
    Plan {
        log2_rows,
        hash_cycles: layout.hash_cycles(),
        events: layout.events(),
        instances: prepared.derivation.instances.len(),
        facts: prepared.derivation.records.len(),
    }
}

/// Four uniform elements.
fn salt(random: &mut impl Rng) -> [u64; 4] {
    let mut bytes = [0; 32];
    random.fill_bytes(&mut bytes);
    dregg_commit::salt_elements(&bytes)
}

fn salts(hide_path: bool, symbols: usize, random: &mut impl Rng) -> Vec<[u64; 4]> {
    let blocks = if hide_path { path_blocks(symbols) } else { 0 };
    (0..blocks).map(|_| salt(random)).collect()
}

fn claimed_path(path: &str, symbols: &[u8], salts: &[[u64; 4]]) -> ClaimedPath {
    if salts.is_empty() {
        return ClaimedPath::Shown(path.to_owned());
    }
    let (cycles, commitment) = path_cycles(symbols, salts, 1);
    ClaimedPath::Hidden { blocks: u16::try_from(cycles.len()).unwrap_or(u16::MAX), commitment }
}

fn path_blocks_of(prepared: &Prepared) -> Vec<Cycle> {
    if prepared.path_salts.is_empty() {
        return Vec::new();
    }
    path_cycles(&prepared.symbols, &prepared.path_salts, 1).0
}
