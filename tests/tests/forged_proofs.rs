//! Proofs of false claims, by a prover that believes them: what winterfell alone says, what the guard says, and what the
//! reference verifier says.

use dregg_air::options::proof_options;
use dregg_tests::proofs::forgery::{Forged, Lie, forge};
use dregg_tests::proofs::raw;
use dregg_tests::proofs::sums::{self, Claim, SumsAir, SumsTrace};
use dregg_tests::reference_verifier::{AirStatement, Fault, verify};
use dregg_verify::Reject;
use dregg_verify::guard::{self, Shape};
use winter_air::{BatchingMethod, FieldExtension, ProofOptions};
use winter_math::fields::f64::BaseElement;
use winter_verifier::VerifierError;

const LOG2_ROWS: u8 = 9;

/// The claim that every forger makes; no honest sequence ends so.
const FALSE: Claim = Claim(BaseElement::new(42));

/// As the pinned options, but with up to 256 coefficients in the last polynomial.
fn large_remainder() -> ProofOptions {
    let linear = BatchingMethod::Linear;
    ProofOptions::new(60, 8, 12, FieldExtension::Cubic, 8, 255, linear, linear)
}

fn guarded(claim: Claim, bytes: &[u8], options: &ProofOptions) -> Result<(), Reject> {
    let shape = Shape::of(&sums::statement(LOG2_ROWS, claim, options)).unwrap();
    guard::check::<SumsAir>(&shape, claim, bytes)
}

fn reference(claim: Claim, bytes: &[u8], options: &ProofOptions) -> Result<(), Fault> {
    verify(&AirStatement::new(sums::statement(LOG2_ROWS, claim, options), &claim), bytes)
}

fn forged(options: &ProofOptions, lie: Lie) -> Forged {
    forge(&SumsTrace::new(LOG2_ROWS, 3), LOG2_ROWS, FALSE, options, lie)
}

#[test]
fn winterfell_alone_accepts_a_remainder_fitted_to_the_queries_and_the_guard_does_not() {
    let options = large_remainder();
    let fitted = forged(&options, Lie::Remainder);
    assert!(fitted.points <= fitted.proof.remainder.len());
    assert_eq!(raw::verify(FALSE, &fitted.bytes, &options), Ok(()), "the hole is there");
    assert_eq!(guarded(FALSE, &fitted.bytes, &options), Err(Reject::Remainder));
    assert_eq!(reference(FALSE, &fitted.bytes, &options), Err(Fault::Remainder));
    // The fit is what winterfell falls for, and honest proofs with these parameters pass.
    let unfitted = forged(&options, Lie::OutOfDomain);
    assert!(matches!(
        raw::verify(FALSE, &unfitted.bytes, &options),
        Err(VerifierError::FriVerificationFailed(_))
    ));
    assert_eq!(guarded(FALSE, &unfitted.bytes, &options), Err(Reject::LowDegree));
    assert_eq!(reference(FALSE, &unfitted.bytes, &options), Err(Fault::LowDegree));
    let (honest, claim) = sums::prove(LOG2_ROWS, 3, &options);
    assert_eq!(raw::verify(claim, &honest, &options), Ok(()));
    assert_eq!(guarded(claim, &honest, &options), Ok(()));
    assert_eq!(reference(claim, &honest, &options), Ok(()));
    // And with the pinned parameters such a proof is not even looked at.
    assert_eq!(guarded(FALSE, &fitted.bytes, &proof_options()), Err(Reject::Options));
}

#[test]
fn with_the_pinned_options_every_stage_of_the_lie_is_refused_under_its_name() {
    let options = proof_options();
    let stages = [
        (Lie::Claim, Reject::Constraints, Fault::Constraints),
        (Lie::OutOfDomain, Reject::LowDegree, Fault::LowDegree),
        (Lie::Remainder, Reject::Remainder, Fault::Remainder),
    ];
    for (lie, reject, fault) in stages {
        let forged = forged(&options, lie);
        assert!(forged.points > 2 * forged.proof.remainder.len(), "far more points than coefficients");
        assert!(raw::verify(FALSE, &forged.bytes, &options).is_err());
        assert_eq!(guarded(FALSE, &forged.bytes, &options), Err(reject));
        assert_eq!(reference(FALSE, &forged.bytes, &options), Err(fault));
    }
}

#[test]
fn the_claim_is_in_the_transcript() {
    let options = proof_options();
    let (honest, claim) = sums::prove(LOG2_ROWS, 3, &options);
    assert_eq!(guarded(claim, &honest, &options), Ok(()));
    assert_eq!(guarded(FALSE, &honest, &options), Err(Reject::Constraints));
    assert_eq!(reference(FALSE, &honest, &options), Err(Fault::Constraints));
}
