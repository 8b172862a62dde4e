//! The same commitments, rows and openings as winterfell's.

use super::super::random::{element, extension};
use super::{Columns, Quotient};
use dregg_air::air::{AUXILIARY_WIDTH, QUOTIENT_COLUMNS, trace_info};
use dregg_air::field::Felt;
use dregg_air::frame::WIDTH;
use dregg_air::hasher::Blake3;
use dregg_air::merkle::ExactTree;
use dregg_air::options::{BLOWUP, MIN_LOG2_ROWS};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use winter_air::{EvaluationFrame, PartitionOptions};
use winter_math::fields::CubeExtension;
use winter_math::{FieldElement, StarkField, fft};
use winter_prover::matrix::ColMatrix;
use winter_prover::{
    CompositionPolyTrace, ConstraintCommitment, DefaultConstraintCommitment, DefaultTraceLde, StarkDomain,
    TraceLde,
};

type Cube = CubeExtension<Felt>;
type Theirs = DefaultTraceLde<Cube, Blake3, ExactTree<Blake3>>;
type TheirQuotient = DefaultConstraintCommitment<Cube, Blake3, ExactTree<Blake3>>;

const ROWS: usize = 1 << MIN_LOG2_ROWS;

fn domain() -> StarkDomain<Felt> {
    StarkDomain::from_twiddles(fft::get_twiddles(ROWS), BLOWUP, Felt::GENERATOR)
}

#[test]
fn columns_are_those_of_winterfell() {
    let (mut random, domain, info) = (ChaCha20Rng::seed_from_u64(5), domain(), trace_info(ROWS));
    let main = (0..WIDTH).map(|_| (0..ROWS).map(|_| element(&mut random)).collect());
    let main = ColMatrix::new(main.collect());
    let auxiliary = (0..AUXILIARY_WIDTH).map(|_| (0..ROWS).map(|_| extension(&mut random)).collect());
    let auxiliary: ColMatrix<Cube> = ColMatrix::new(auxiliary.collect());
    let (mut ours, our_polys) = Columns::<Cube>::new(&info, &main, &domain);
    let (mut theirs, their_polys) = Theirs::new(&info, &main, &domain, PartitionOptions::default());
    assert_eq!(ours.get_main_trace_commitment(), theirs.get_main_trace_commitment());
    assert!(our_polys.main_trace_polys().eq(their_polys.main_trace_polys()));
    let (our_polys, our_root) = ours.set_aux_trace(&auxiliary, &domain);
    let (their_polys, their_root) = theirs.set_aux_trace(&auxiliary, &domain);
    assert_eq!(our_root, their_root);
    assert!(our_polys.columns().eq(their_polys.columns()));
    assert_eq!((ours.trace_len(), ours.blowup()), (theirs.trace_len(), theirs.blowup()));
    let frames = |lde: &dyn Fn(&mut EvaluationFrame<Felt>, &mut EvaluationFrame<Cube>)| {
        let mut frames = (EvaluationFrame::new(WIDTH), EvaluationFrame::new(AUXILIARY_WIDTH));
        lde(&mut frames.0, &mut frames.1);
        let (main, auxiliary) = frames;
        let main = [main.current().to_vec(), main.next().to_vec()];
        (main, [auxiliary.current().to_vec(), auxiliary.next().to_vec()])
    };
    for row in [0, 1, 2047, ROWS * BLOWUP - BLOWUP, ROWS * BLOWUP - 1] {
        let our_frames = frames(&|main, auxiliary| {
            ours.read_main_trace_frame_into(row, main);
            ours.read_aux_trace_frame_into(row, auxiliary);
        });
        let their_frames = frames(&|main, auxiliary| {
            theirs.read_main_trace_frame_into(row, main);
            theirs.read_aux_trace_frame_into(row, auxiliary);
        });
        assert_eq!(our_frames, their_frames, "{row}");
    }
    let positions = [3, 4, 5, 1000, ROWS * BLOWUP - 1];
    assert_eq!(ours.query(&positions), theirs.query(&positions));
}

#[test]
fn quotients_are_those_of_winterfell() {
    let (mut random, domain) = (ChaCha20Rng::seed_from_u64(6), domain());
    // Of seven chunks, so that there are coefficients to leave out.
    let mut values: Vec<Cube> = (0..ROWS * QUOTIENT_COLUMNS).map(|_| extension(&mut random)).collect();
    values.resize(ROWS * BLOWUP, Cube::ZERO);
    let twiddles = fft::get_twiddles(values.len());
    fft::evaluate_poly(&mut values, &twiddles);
    let trace = || CompositionPolyTrace::new(values.clone());
    let (ours, our_poly) = Quotient::new(trace(), QUOTIENT_COLUMNS, &domain);
    let (theirs, their_poly) =
        TheirQuotient::new(trace(), QUOTIENT_COLUMNS, &domain, PartitionOptions::default());
    assert_eq!(ours.commitment(), theirs.commitment());
    assert!(our_poly.data().columns().eq(their_poly.data().columns()));
    let positions = [0, 17, 18, 4095];
    assert_eq!(ours.query(&positions), theirs.query(&positions));
}
