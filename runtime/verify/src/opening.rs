//! Openings in clear: a derivation from public facts alone, each under the facts root, and the caller's signature.
//!
//! Smaller than a proof and checked sooner, in up to about 1 ms, most of it for hashes; but it hides nothing. Not here: the
//! walk and the class, which are checked for proofs and openings alike (`access`).

use crate::Reject;
use crate::access::rejected;
use dregg_air::derivation::judge::{Given, judge};
use dregg_air::program::{Program, Query};
use dregg_air::record::witness::Record;
use dregg_air::statement::{Claim, ClaimedCaller, ClaimedPath, LowerError, OpenedFact, PublicOpening};
use dregg_artifact::{CellId, ClassLeaf, Path};
use dregg_attest::AttestedRoot;
use dregg_commit::{Digest, cell_of, root_above};
use ed25519_dalek::{Signature, VerifyingKey};

/// What a caller signs: the statement's digest under a name of its own, so that no signature for anything else passes.
pub fn signed_message(statement: &[u8; 32]) -> [u8; 32] {
    blake3::derive_key("dregg opening signature", statement)
}

/// Checks an opening of a claim whose class and walk are good.
///
/// # Errors
/// [`Reject`].
pub(crate) fn check(
    claim: &Claim,
    leaf: &ClassLeaf,
    root: &AttestedRoot,
    opening: &PublicOpening,
) -> Result<(), Reject> {
    let ClaimedPath::Shown(path) = &claim.path else { return Err(Reject::Path) };
    let access = leaf.content.access_for(claim.permission);
    // SPEC: a `require proof` asks for a proof, and an opening is none.
    if access.proof {
        return Err(Reject::OpeningOnly);
    }
    let caller = match &claim.caller {
        ClaimedCaller::Shown(cell) => {
            check_signature(claim, cell, opening)?;
            *cell
        }
        ClaimedCaller::Hidden { .. } => return Err(Reject::OpeningOnly),
        // SPEC: a class with `open` and no guards may go without a caller.
        ClaimedCaller::Nobody if access.is_open() => return Ok(()),
        ClaimedCaller::Nobody => return Err(Reject::CallerUnproved),
    };
    let path = Path::parse(path, &leaf.limits).map_err(|_| Reject::BadPath)?;
    let segments: Vec<&str> = path.segments().collect();
    let query = Query {
        leaf,
        permission: claim.permission,
        caller: Some(caller),
        epoch: claim.epoch,
        segments: Some(&segments),
    };
    let program = Program::of(&query).map_err(|error| rejected(LowerError::Program(error)))?;
    let given = opening.facts.iter().map(|fact| given(fact, root)).collect::<Result<Vec<Given>, Reject>>()?;
    let cell = Digest::from_bytes(&caller.0).ok_or(Reject::Caller)?;
    let depth = u64::from(leaf.limits.derivation_depth).max(1);
    judge(&program, &opening.instances, &given, Some(cell), depth).map_err(|_| Reject::Derivation)
}

/// The fact, once it stands under the facts root, or the gap that it lies in does.
fn given(opened: &OpenedFact, root: &AttestedRoot) -> Result<Given, Reject> {
    let record = match opened.gap {
        None => Record::Public { fact: opened.fact },
        Some(gap) => {
            let key = dregg_commit::facts::key(&opened.fact.public().digest());
            if gap.relation != opened.fact.relation || key <= gap.low || key >= gap.high {
                return Err(Reject::FactOpening);
            }
            Record::Absent { fact: opened.fact, gap }
        }
    };
    // The fourth argument of a shorter record is not hashed.
    let [.., fourth] = opened.fact.values;
    if opened.fact.arity > 4 || (opened.fact.arity < 4 && fourth != Digest::ZERO) {
        return Err(Reject::FactOpening);
    }
    if root_above(record.leaf(), opened.leaf, &opened.siblings) != Some(root.facts) {
        return Err(Reject::FactOpening);
    }
    Ok(Given { source: record.source(), predicate: record.predicate(), arguments: record.arguments() })
}

/// The caller's signature over the statement, by the key that its cell is made of.
fn check_signature(claim: &Claim, cell: &CellId, opening: &PublicOpening) -> Result<(), Reject> {
    let signed = opening.signature.as_ref().ok_or(Reject::CallerUnproved)?;
    if cell_of(&signed.key, &signed.proving_key) != *cell {
        return Err(Reject::CallerUnproved);
    }
    let key = VerifyingKey::from_bytes(&signed.key).map_err(|_| Reject::CallerUnproved)?;
    let signature = Signature::from_bytes(&signed.signature);
    key.verify_strict(&signed_message(&claim.digest()), &signature).map_err(|_| Reject::CallerUnproved)
}
