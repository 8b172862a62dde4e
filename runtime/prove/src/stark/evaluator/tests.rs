//! The same values as winterfell's evaluator, on columns that satisfy nothing, with and without masks.

use super::super::random::{element, extension};
use super::Evaluator;
use dregg_air::air::{AUXILIARY_WIDTH, AccessAir, LOW_DEGREE, ROUND_CONSTRAINTS, TABLES, trace_info};
use dregg_air::field::Felt;
use dregg_air::frame::WIDTH;
use dregg_air::hasher::Blake3;
use dregg_air::inputs::{AccessInputs, Bounds, PathInput};
use dregg_air::mask::{Mask, Whole};
use dregg_air::merkle::ExactTree;
use dregg_air::options::{MIN_LOG2_ROWS, proof_options};
use dregg_air::tuple::Tag;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use std::marker::PhantomData;
use winter_air::{Air, AuxRandElements, ConstraintCompositionCoefficients, PartitionOptions};
use winter_math::fields::CubeExtension;
use winter_prover::matrix::ColMatrix;
use winter_prover::{
    ConstraintEvaluator, DefaultConstraintEvaluator, DefaultTraceLde, StarkDomain, TraceLde,
};

type Cube = CubeExtension<Felt>;
type Lde = DefaultTraceLde<Cube, Blake3, ExactTree<Blake3>>;

/// Leaves every third constraint and assertion out.
#[derive(Clone, Copy, Debug)]
struct EveryThird;

impl Mask for EveryThird {
    fn transition(index: usize) -> bool {
        index.is_multiple_of(3)
    }

    fn assertion(index: usize) -> bool {
        index.is_multiple_of(3)
    }

    fn public(_tag: Tag) -> bool {
        false
    }
}

fn agrees<M: Mask>() {
    let rows = 1 << MIN_LOG2_ROWS;
    let mut random = ChaCha20Rng::seed_from_u64(3);
    let inputs = AccessInputs::<M> {
        context: [1, 2, 3, 4, 5].map(Felt::new),
        roots: Vec::new(),
        path: PathInput::Opened,
        walks: Vec::new(),
        hidden_caller: None,
        program: Default::default(),
        bounds: Bounds { segments: 12, bytes: 192, depth: 16 },
        mask: PhantomData,
    };
    let air = AccessAir::<M>::new(trace_info(rows), inputs, proof_options());
    let domain = StarkDomain::new(&air);
    let main: Vec<Vec<Felt>> =
        (0..WIDTH).map(|_| (0..rows).map(|_| element(&mut random)).collect()).collect();
    let auxiliary: Vec<Vec<Cube>> =
        (0..AUXILIARY_WIDTH).map(|_| (0..rows).map(|_| extension(&mut random)).collect()).collect();
    let (mut lde, _) =
        Lde::new(&trace_info(rows), &ColMatrix::new(main), &domain, PartitionOptions::default());
    lde.set_aux_trace(&ColMatrix::new(auxiliary), &domain);
    let challenges: Vec<Cube> = (0..2).map(|_| extension(&mut random)).collect();
    let mut draw = |count: usize| (0..count).map(|_| extension(&mut random)).collect::<Vec<Cube>>();
    let transition = draw(air.context().num_transition_constraints());
    let boundary = draw(air.context().num_assertions());
    let coefficients =
        || ConstraintCompositionCoefficients { transition: transition.clone(), boundary: boundary.clone() };
    let challenges = || Some(AuxRandElements::new(challenges.clone()));
    let theirs = DefaultConstraintEvaluator::new(&air, challenges(), coefficients()).evaluate(&lde, &domain);
    let ours = Evaluator::new(&air, challenges(), coefficients()).evaluate(&lde, &domain);
    assert!(ours.into_inner() == theirs.into_inner());
}

#[test]
fn values_are_those_of_the_plain_evaluator() {
    agrees::<Whole>();
}

#[test]
fn values_are_those_of_the_plain_evaluator_where_constraints_are_left_out() {
    agrees::<EveryThird>();
}

#[test]
fn only_rounds_are_of_a_high_degree() {
    let lines = TABLES.into_iter().flatten().flat_map(|line| std::iter::repeat_n(line, line.count));
    for (number, line) in lines.enumerate() {
        assert_eq!(line.degree > LOW_DEGREE, number < ROUND_CONSTRAINTS, "{}", line.name);
    }
}
