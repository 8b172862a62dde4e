//! Whether an access proof shows what was asked.
//!
//! SOUNDNESS: everything that counts comes from the request and the attested root. What the proof says of itself is only
//! compared, so that a wrong one is rejected by name; with those lies made to match, the constraints do not hold.

use crate::Reject;
use crate::guard::{self, Shape, log2_rows};
use crate::opening;
use crate::registry::{RegistryOpening, envelope_decides};
use dregg_air::air::trace_info;
use dregg_air::options::proof_options;
use dregg_air::program::ProgramError;
use dregg_air::statement::{
    AccessProof, Bind, Claim, ClaimedCaller, ClaimedPath, FileError, LowerError, MAX_NONCE, MIN_NONCE,
    Sources, lower,
};
use dregg_air::{AccessAir, AccessInputs};
use dregg_artifact::{CellId, ClassKind, ClassLeaf, Path, Permission, alphabet, verify_opening};
use dregg_attest::AttestedRoot;
use dregg_commit::Digest;
use winter_air::Air;

/// The path that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedPath<'a> {
    /// In clear.
    Shown(&'a str),
    /// Only its commitment; `None` takes whichever the proof is about.
    Hidden(Option<Digest>),
}

/// Who has to be the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedCaller {
    /// This cell: the peer of the connection.
    Cell(CellId),
    /// Whichever cell the proof shows.
    Any,
    /// A hidden one, at the other end of the connection with this key.
    Hidden {
        /// The key.
        bind: Bind,
        /// The commitment; `None` takes whichever the proof is about.
        commitment: Option<Digest>,
    },
}

/// What the verifier wants to know.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What for.
    pub permission: Permission,
    /// Where.
    pub path: AskedPath<'a>,
    /// Who.
    pub caller: AskedCaller,
    /// The verifier's own name for itself.
    pub verifier: &'a str,
    /// What it gave out for this one proof.
    pub nonce: &'a [u8],
    /// Whether an opening in clear will do in the place of a proof.
    pub accept_opening: bool,
    /// What it knows of the gateway's table under the registry root. An empty registry needs none.
    pub registry: Option<&'a RegistryOpening>,
}

/// How a claim was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By a proof, the walk in it.
    Proof,
    /// By a proof, the walk shown beside it.
    RouteOpened,
    /// By openings in clear.
    Opening,
}

/// What has been shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The claim.
    pub claim: Claim,
    /// How.
    pub form: Form,
    /// The digest of the statement: what replay is told by.
    pub statement: [u8; 32],
}

/// Whether these bytes show that the request is to be allowed, under an attested root that the caller trusts.
///
/// Whoever releases something afterwards spends the nonce first ([`crate::Nonces`]).
///
/// # Errors
/// [`Reject`]: nothing is shown.
pub fn verify(request: &Request<'_>, root: &AttestedRoot, bytes: &[u8]) -> Result<Verdict, Reject> {
    check(request, root, bytes, true)
}

/// As [`verify`], but takes a proof of a gateway's envelope whatever is published there: for a prover that looks at its
/// own proof. Nothing is to be released by it.
///
/// # Errors
/// [`Reject`]: nothing is shown.
pub fn verify_envelope(request: &Request<'_>, root: &AttestedRoot, bytes: &[u8]) -> Result<Verdict, Reject> {
    check(request, root, bytes, false)
}

fn check(request: &Request<'_>, root: &AttestedRoot, bytes: &[u8], tables: bool) -> Result<Verdict, Reject> {
    let proof = AccessProof::from_bytes(bytes).map_err(|error| match error {
        FileError::TooLong | FileError::Magic | FileError::Truncated => Reject::NotAProof,
        FileError::Version(_) => Reject::FileVersion,
        FileError::Form => Reject::FileForm,
    })?;
    compare(request, root, &proof)?;
    let leaf = open_class(root, &proof)?;
    let claim = &proof.claim;
    if let ClaimedPath::Shown(path) = &claim.path {
        Path::parse(path, &leaf.limits).map_err(|_| Reject::BadPath)?;
    }
    match leaf.content.kind {
        ClassKind::Redirect(_) => return Err(Reject::Redirect),
        // SPEC: until a table is published, the envelope alone decides.
        ClassKind::Gateway(gateway)
            if tables && !envelope_decides(gateway, &root.registry, request.registry) =>
        {
            return Err(Reject::Gateway);
        }
        ClassKind::Gateway(_) | ClassKind::Route => {}
    }
    let opening = proof.evidence.opening.as_ref();
    check_walk(&proof, opening.is_some())?;
    let form = match opening {
        Some(opening) if request.accept_opening && proof.evidence.stark.is_empty() => {
            opening::check(claim, &leaf, root, opening)?;
            Form::Opening
        }
        Some(_) => return Err(Reject::OpeningOnly),
        None => {
            check_proof(&proof, &leaf, root)?;
            if claim.route_opened { Form::RouteOpened } else { Form::Proof }
        }
    };
    Ok(Verdict { statement: claim.digest(), claim: proof.claim, form })
}

/// Compares the claim with the request and the root, field by field.
fn compare(request: &Request<'_>, root: &AttestedRoot, proof: &AccessProof) -> Result<(), Reject> {
    let claim = &proof.claim;
    let wrong = |wrong: bool, reject: Reject| if wrong { Err(reject) } else { Ok(()) };
    wrong(!(MIN_NONCE..=MAX_NONCE).contains(&request.nonce.len()), Reject::NonceLength)?;
    wrong(claim.epoch != root.epoch, Reject::Epoch)?;
    wrong(claim.root != root.digest(), Reject::Root)?;
    wrong(claim.permission != request.permission, Reject::Permission)?;
    match (request.path, &claim.path) {
        (AskedPath::Shown(asked), ClaimedPath::Shown(claimed)) => {
            wrong(proof.asked.as_deref() == Some(asked) && asked != claimed, Reject::Redirect)?;
            wrong(asked != claimed, Reject::Path)?;
        }
        (AskedPath::Hidden(asked), ClaimedPath::Hidden { commitment, .. }) => {
            wrong(asked.is_some_and(|asked| asked != *commitment), Reject::Path)?;
        }
        (AskedPath::Shown(_), ClaimedPath::Hidden { .. }) | (AskedPath::Hidden(_), ClaimedPath::Shown(_)) => {
            return Err(Reject::Path);
        }
    }
    match (request.caller, &claim.caller) {
        (AskedCaller::Cell(asked), ClaimedCaller::Shown(claimed)) => {
            wrong(asked != *claimed, Reject::Caller)?;
        }
        (AskedCaller::Any, ClaimedCaller::Shown(_) | ClaimedCaller::Nobody) => {}
        (
            AskedCaller::Hidden { bind, commitment },
            ClaimedCaller::Hidden { commitment: claimed, bind: bound },
        ) => {
            wrong(bind != *bound, Reject::Bind)?;
            wrong(commitment.is_some_and(|asked| asked != *claimed), Reject::Caller)?;
        }
        (AskedCaller::Cell(_), ClaimedCaller::Hidden { .. } | ClaimedCaller::Nobody)
        | (AskedCaller::Any, ClaimedCaller::Hidden { .. })
        | (AskedCaller::Hidden { .. }, ClaimedCaller::Shown(_) | ClaimedCaller::Nobody) => {
            return Err(Reject::Caller);
        }
    }
    wrong(claim.verifier != request.verifier, Reject::Verifier)?;
    wrong(claim.nonce != request.nonce, Reject::Nonce)
}

/// The leaf of the claimed class, opened under the policy of the attested root.
pub(crate) fn open_class(root: &AttestedRoot, proof: &AccessProof) -> Result<ClassLeaf, Reject> {
    let evidence = &proof.evidence;
    if evidence.policy.root() != root.policy {
        return Err(Reject::Policy);
    }
    let opening = &evidence.class;
    if opening.index != proof.claim.class || !verify_opening(opening, &evidence.policy.class_root()) {
        return Err(Reject::Class);
    }
    ClassLeaf::decode(&opening.leaf).map_err(|_| Reject::Class)
}

/// A walk shown in clear leads to the class. A proof that does not show it has none, an opening always has.
pub(crate) fn check_walk(proof: &AccessProof, opening: bool) -> Result<(), Reject> {
    let claim = &proof.claim;
    match (&proof.evidence.walk, &claim.path) {
        (None, _) if !claim.route_opened && !opening => Ok(()),
        (Some(walk), ClaimedPath::Shown(path)) if claim.route_opened => {
            let symbols: Vec<u8> = path.bytes().filter_map(alphabet::symbol).collect();
            let class = walk.class(&proof.evidence.policy.table_root(), &symbols);
            if class == Ok(claim.class) { Ok(()) } else { Err(Reject::Walk) }
        }
        (Some(_) | None, _) => Err(Reject::Walk),
    }
}

/// The proof proper.
fn check_proof(proof: &AccessProof, leaf: &ClassLeaf, root: &AttestedRoot) -> Result<(), Reject> {
    let table = Digest::from_bytes(&proof.evidence.policy.table_root()).ok_or(Reject::Policy)?;
    let sources = Sources { table, facts: root.facts, credentials: root.credentials, stakes: root.stakes };
    let inputs = lower(&proof.claim, leaf, &sources).map_err(rejected)?;
    check_inputs(inputs, &proof.evidence.stark)
}

/// What a claim without public inputs is rejected for.
pub(crate) fn rejected(error: LowerError) -> Reject {
    match error {
        LowerError::Path(_) => Reject::BadPath,
        LowerError::Program(ProgramError::SegmentsHidden) => Reject::SegmentsHidden,
        LowerError::Program(ProgramError::Redirect) => Reject::Redirect,
        LowerError::Program(_) => Reject::Program,
        LowerError::Nobody => Reject::CallerUnproved,
    }
}

/// A proof for public inputs, of any length of trace that there is.
///
/// # Errors
/// [`Reject`].
pub fn check_inputs(inputs: AccessInputs, stark: &[u8]) -> Result<(), Reject> {
    let log2_rows = log2_rows(stark)?;
    let air = AccessAir::new(trace_info(1 << log2_rows), inputs.clone(), proof_options());
    let shape = Shape::of(&air).ok_or(Reject::TraceShape)?;
    guard::check::<AccessAir>(&shape, inputs, stark)
}
