//! The guarded verifier and the reference verifier agree, on honest, changed and forged proofs, and on the reason.

use dregg_air::mask::Whole;
use dregg_air::options::proof_options;
use dregg_air::{AccessAir, air};
use dregg_tests::proofs::forgery::{Lie, forge};
use dregg_tests::proofs::mutations::mutated;
use dregg_tests::proofs::sums::{self, Claim, SumsAir, SumsTrace};
use dregg_tests::reference_verifier::{
    AirStatement, Base, Cubic, Element, Fault, to_winterfell, value_on_coset, verify,
};
use dregg_tests::statement::{self, Case};
use dregg_verify::Reject;
use dregg_verify::guard::{self, Shape};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use winter_air::{Air, TraceInfo};
use winter_math::fields::f64::BaseElement;
use winter_math::{FieldElement, StarkField, polynom};

/// The reference verifier's word for a reason. All reasons but these are found before anything is computed.
fn fault(reject: Reject) -> Fault {
    let late = [
        (Reject::Remainder, Fault::Remainder),
        (Reject::Constraints, Fault::Constraints),
        (Reject::Grinding, Fault::Work),
        (Reject::Queries, Fault::Rows),
        (Reject::LowDegree, Fault::LowDegree),
    ];
    late.into_iter().find(|(late, _)| *late == reject).map_or(Fault::Form, |(_, fault)| fault)
}

/// Both verdicts on a proof, which are one.
#[track_caller]
fn agreed<A>(trace: TraceInfo, public: &A::PublicInputs, bytes: &[u8]) -> Result<(), Fault>
where
    A: Air<BaseField = BaseElement, PublicInputs: Clone>,
{
    let air = A::new(trace, public.clone(), proof_options());
    let shape = Shape::of(&air).unwrap();
    let first = guard::check::<A>(&shape, public.clone(), bytes).map_err(fault);
    assert_eq!(first, verify(&AirStatement::new(air, public), bytes));
    first
}

/// The same on a proof of the small statement.
#[track_caller]
fn both(log2_rows: u8, claim: Claim, bytes: &[u8]) -> Result<(), Fault> {
    let trace = sums::statement(log2_rows, claim, &proof_options()).trace_info().clone();
    agreed::<SumsAir>(trace, &claim, bytes)
}

#[test]
fn they_agree_on_honest_proofs() {
    for (log2_rows, seed) in [(9, 1), (9, 2), (10, 3), (11, 4)] {
        let (bytes, claim) = sums::prove(log2_rows, seed, &proof_options());
        assert_eq!(both(log2_rows, claim, &bytes), Ok(()));
        assert_eq!(both(log2_rows, Claim(claim.0 + BaseElement::ONE), &bytes), Err(Fault::Constraints));
    }
}

#[test]
fn they_agree_on_changed_proofs() {
    let options = proof_options();
    let ((bytes, claim), (other, _)) = (sums::prove(9, 5, &options), sums::prove(9, 6, &options));
    let mut seen = [Fault::Form; 300];
    for (number, seen) in (1_000_000..).zip(&mut seen) {
        *seen = both(9, claim, &mutated(&bytes, &other, number)).unwrap_err();
    }
    for fault in [Fault::Form, Fault::Remainder, Fault::Constraints, Fault::Rows, Fault::LowDegree] {
        assert!(seen.contains(&fault), "no change leads to {fault:?}");
    }
    // The nonce is last.
    let (said, _) = bytes.split_at(bytes.len() - 8);
    assert_eq!(both(9, claim, &[said, &[0; 8]].concat()), Err(Fault::Work));
}

#[test]
fn they_agree_on_forged_proofs() {
    let claim = Claim(BaseElement::new(42));
    for (lie, fault) in [
        (Lie::Claim, Fault::Constraints),
        (Lie::OutOfDomain, Fault::LowDegree),
        (Lie::Remainder, Fault::Remainder),
    ] {
        let forged = forge(&SumsTrace::new(9, 8), 9, claim, &proof_options(), lie);
        assert_eq!(both(9, claim, &forged.bytes), Err(fault));
    }
}

/// What they say about proofs of an access statement; the same inputs with a bit of the context flipped are another.
fn access(case: &Case, changes: u64) -> Vec<Fault> {
    let (inputs, claimed) = (case.inputs::<Whole>(), case.claimed());
    let bytes = claimed.prove(&inputs);
    let trace = air::trace_info(1 << claimed.log2_rows);
    let says = |bytes: &[u8]| agreed::<AccessAir>(trace.clone(), &inputs, bytes);
    assert_eq!(says(&bytes), Ok(()), "{}", case.name);
    let mut another = inputs.clone();
    another.context[0] += BaseElement::ONE;
    let other = claimed.prove(&another);
    assert_eq!(says(&other), Err(Fault::Constraints), "{}", case.name);
    (0..changes).map(|number| says(&mutated(&bytes, &other, number)).unwrap_err()).collect()
}

#[test]
fn they_agree_on_access_statements() {
    let cases = statement::all();
    assert!(!cases.is_empty());
    for case in &cases {
        access(case, 2);
    }
    let faults = access(&cases[0], 80);
    for fault in [Fault::Form, Fault::Constraints, Fault::Rows, Fault::LowDegree] {
        assert!(faults.contains(&fault), "no change leads to {fault:?}");
    }
}

#[test]
fn they_agree_on_a_prover_that_believes_a_false_class() {
    let case = statement::all().into_iter().find(|case| case.table.is_some()).unwrap();
    let (mut inputs, claimed) = (case.inputs::<Whole>(), case.claimed());
    inputs.walks[0].class += 1;
    let trace = air::trace_info(1 << claimed.log2_rows);
    assert_eq!(agreed::<AccessAir>(trace, &inputs, &claimed.prove(&inputs)), Err(Fault::Constraints));
}

fn random(random: &mut ChaCha20Rng) -> Cubic {
    Cubic([0; 3].map(|_: u64| Base::new(random.random())))
}

#[test]
fn the_two_fields_are_one() {
    let mut seed = ChaCha20Rng::seed_from_u64(9);
    for _ in 0..200 {
        let (a, b) = (random(&mut seed), random(&mut seed));
        let (c, d) = (to_winterfell(&a), to_winterfell(&b));
        assert_eq!(to_winterfell(&(a + b)), c + d);
        assert_eq!(to_winterfell(&(a - b)), c - d);
        assert_eq!(to_winterfell(&(a * b)), c * d);
        assert_eq!(to_winterfell(&a.inverse()), c.inv());
        assert_eq!(a * a.inverse(), Cubic::ONE);
        assert_eq!(a.0[0].inverse().0, c.to_base_elements()[0].inv().as_int());
    }
    assert_eq!(Cubic::ZERO.inverse(), Cubic::ZERO);
    for log2 in 0..=32 {
        assert_eq!(
            Base::root_of_unity(log2).0,
            if log2 == 0 { 1 } else { BaseElement::get_root_of_unity(log2).as_int() }
        );
    }
}

#[test]
fn values_on_cosets_are_those_of_the_interpolated_polynomial() {
    let mut seed = ChaCha20Rng::seed_from_u64(10);
    for size in [1usize, 2, 8, 16] {
        let shift = Base::new(seed.random());
        let values: Vec<Cubic> = (0..size).map(|_| random(&mut seed)).collect();
        let generator = Base::root_of_unity(size.ilog2());
        let points: Vec<Cubic> =
            (0..size as u64).map(|power| (shift * generator.power(power)).into()).collect();
        let at = random(&mut seed);
        let many = |elements: &[Cubic]| elements.iter().map(to_winterfell).collect::<Vec<Element>>();
        let polynomial = polynom::interpolate(&many(&points), &many(&values), false);
        let expected = polynom::eval(&polynomial, to_winterfell(&at));
        assert_eq!(to_winterfell(&value_on_coset(&values, shift, at)), expected);
        assert_eq!(value_on_coset(&values, shift, points[size - 1]), values[size - 1]);
    }
}
