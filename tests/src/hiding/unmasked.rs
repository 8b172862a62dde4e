//! A prover with the masks left out, to see that the tests of hiding find what it gives away.
//!
//! Rows beyond the real ones stay zero, and so do the blinding columns, all but the one that makes the DEEP polynomial
//! uniform: without any randomness a witness would have one proof only, and always be asked at the same positions. The
//! verifier accepts what it proves. Not here: the prover that counts (`dregg-prove`).

use super::points::element;
use dregg_air::AccessAir;
use dregg_air::air::{ACCUMULATOR, AUXILIARY_WIDTH, BLIND, challenges, periodic_columns, trace_info};
use dregg_air::bus::{self, Fraction};
use dregg_air::field::Felt;
use dregg_air::frame::{Frame, Periodic, WIDTH};
use dregg_air::hasher::Blake3;
use dregg_air::inputs::AccessInputs;
use dregg_air::mask::Whole;
use dregg_air::merkle::ExactTree;
use dregg_air::options::{proof_options, real_rows};
use dregg_air::periodic::CONSTANTS;
use dregg_air::trace::Columns;
use dregg_air::tuple::Challenges;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use winter_air::{AuxRandElements, EvaluationFrame, PartitionOptions, ProofOptions, TraceInfo};
use winter_crypto::DefaultRandomCoin;
use winter_math::{FieldElement, batch_inversion};
use winter_prover::matrix::ColMatrix;
use winter_prover::{
    CompositionPoly, CompositionPolyTrace, ConstraintCompositionCoefficients, DefaultConstraintCommitment,
    DefaultConstraintEvaluator, DefaultTraceLde, Prover, StarkDomain, Trace, TracePolyTable,
};

/// A proof that hides nothing but the DEEP polynomial, which is blinded from this seed.
pub fn prove(columns: Columns, inputs: &AccessInputs, seed: u64) -> Vec<u8> {
    let rows = columns.rows();
    let trace = BareTrace { info: trace_info(rows), columns: ColMatrix::new(columns.into_columns()) };
    let prover = BareProver { options: proof_options(), inputs: inputs.clone(), seed };
    prover.prove(trace).unwrap().to_bytes()
}

/// Sums of fractions in the real rows, then the accumulator, then the blinding columns, all zero but one.
fn auxiliary<E: FieldElement<BaseField = Felt>>(
    main: &ColMatrix<Felt>,
    inputs: &AccessInputs,
    challenges: &Challenges<E>,
    seed: u64,
) -> ColMatrix<E> {
    let rows = main.num_rows();
    let real_rows = real_rows(rows.ilog2() as u8);
    let periodic = periodic_columns(rows, real_rows);
    let mut columns = vec![vec![E::ZERO; rows]; AUXILIARY_WIDTH];
    let mut sum = E::ZERO;
    let [mut now, mut next] = [[Felt::ZERO; WIDTH]; 2];
    for row in 0..real_rows {
        columns[ACCUMULATOR][row] = sum;
        if row + 1 == real_rows {
            break;
        }
        main.read_row_into(row, &mut now);
        main.read_row_into(row + 1, &mut next);
        let values: Vec<Felt> =
            periodic.iter().take(CONSTANTS).map(|column| column[row % column.len()]).collect();
        let at = Periodic::read(&values);
        let terms = bus::terms(&inputs.bounds, &Frame { now: &now, next: &next, at: &at }, challenges);
        for (column, fractions) in terms.by_column().into_iter().enumerate() {
            let part = total(fractions);
            sum += part;
            if column != ACCUMULATOR {
                columns[column][row] = part;
            }
        }
    }
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    for cell in &mut columns[BLIND] {
        let parts: Vec<Felt> = (0..E::EXTENSION_DEGREE).map(|_| element(&mut random)).collect();
        *cell = E::slice_from_base_elements(&parts)[0];
    }
    ColMatrix::new(columns)
}

fn total<E: FieldElement<BaseField = Felt>>(fractions: &[Fraction<Felt, E>]) -> E {
    let used = fractions.iter().filter(|(times, _)| *times != Felt::ZERO);
    let (times, denominators): (Vec<Felt>, Vec<E>) = used.copied().unzip();
    let inverses = batch_inversion(&denominators);
    inverses.iter().zip(times).fold(E::ZERO, |sum, (inverse, times)| sum + inverse.mul_base(times))
}

struct BareTrace {
    info: TraceInfo,
    columns: ColMatrix<Felt>,
}

impl Trace for BareTrace {
    type BaseField = Felt;

    fn info(&self) -> &TraceInfo {
        &self.info
    }

    fn main_segment(&self) -> &ColMatrix<Felt> {
        &self.columns
    }

    fn read_main_frame(&self, row: usize, frame: &mut EvaluationFrame<Felt>) {
        self.columns.read_row_into(row, frame.current_mut());
        self.columns.read_row_into((row + 1) % self.info.length(), frame.next_mut());
    }
}

struct BareProver {
    options: ProofOptions,
    inputs: AccessInputs,
    seed: u64,
}

impl Prover for BareProver {
    type BaseField = Felt;
    type Air = AccessAir<Whole>;
    type Trace = BareTrace;
    type HashFn = Blake3;
    type VC = ExactTree<Blake3>;
    type RandomCoin = DefaultRandomCoin<Blake3>;
    type TraceLde<E: FieldElement<BaseField = Felt>> = DefaultTraceLde<E, Blake3, ExactTree<Blake3>>;
    type ConstraintCommitment<E: FieldElement<BaseField = Felt>> =
        DefaultConstraintCommitment<E, Blake3, ExactTree<Blake3>>;
    type ConstraintEvaluator<'a, E: FieldElement<BaseField = Felt>> =
        DefaultConstraintEvaluator<'a, AccessAir<Whole>, E>;

    fn get_pub_inputs(&self, _trace: &BareTrace) -> AccessInputs {
        self.inputs.clone()
    }

    fn options(&self) -> &ProofOptions {
        &self.options
    }

    fn new_trace_lde<E: FieldElement<BaseField = Felt>>(
        &self,
        info: &TraceInfo,
        main: &ColMatrix<Felt>,
        domain: &StarkDomain<Felt>,
        partitions: PartitionOptions,
    ) -> (Self::TraceLde<E>, TracePolyTable<E>) {
        DefaultTraceLde::new(info, main, domain, partitions)
    }

    fn new_evaluator<'a, E: FieldElement<BaseField = Felt>>(
        &self,
        air: &'a AccessAir<Whole>,
        random: Option<AuxRandElements<E>>,
        coefficients: ConstraintCompositionCoefficients<E>,
    ) -> Self::ConstraintEvaluator<'a, E> {
        DefaultConstraintEvaluator::new(air, random, coefficients)
    }

    fn build_constraint_commitment<E: FieldElement<BaseField = Felt>>(
        &self,
        trace: CompositionPolyTrace<E>,
        columns: usize,
        domain: &StarkDomain<Felt>,
        partitions: PartitionOptions,
    ) -> (Self::ConstraintCommitment<E>, CompositionPoly<E>) {
        DefaultConstraintCommitment::new(trace, columns, domain, partitions)
    }

    fn build_aux_trace<E: FieldElement<BaseField = Felt>>(
        &self,
        trace: &BareTrace,
        random: &AuxRandElements<E>,
    ) -> ColMatrix<E> {
        auxiliary(&trace.columns, &self.inputs, &challenges(random).unwrap(), self.seed)
    }
}
