//! A prover that lies about the sums of the bus: the honest one makes its auxiliary columns from a bent trace as they should
//! be, this one adds what is missing to one of them.

use super::scenario::{Claimed, verify};
use dregg_air::air::{
    ACCUMULATOR, AUXILIARY_WIDTH, AccessAir, BLIND, challenges, periodic_columns, trace_info,
};
use dregg_air::bus::{self, Fraction, SUMS};
use dregg_air::field::Felt;
use dregg_air::frame::{Frame, Periodic};
use dregg_air::hasher::Blake3;
use dregg_air::inputs::AccessInputs;
use dregg_air::mask::Mask;
use dregg_air::merkle::ExactTree;
use dregg_air::options::proof_options;
use dregg_air::trace::Columns;
use dregg_verify::Reject;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use winter_air::{AuxRandElements, EvaluationFrame, PartitionOptions, ProofOptions, TraceInfo};
use winter_crypto::DefaultRandomCoin;
use winter_math::FieldElement;
use winter_prover::matrix::ColMatrix;
use winter_prover::{
    CompositionPoly, CompositionPolyTrace, ConstraintCompositionCoefficients, DefaultConstraintCommitment,
    DefaultConstraintEvaluator, DefaultTraceLde, Prover, StarkDomain, Trace, TracePolyTable,
};

/// Where what is missing is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// To the sums of a column, or beyond the last of those to the accumulator's own step.
    Column(usize),
    /// Before the first row.
    Start,
    /// Nowhere: the end is another.
    End,
}

/// What the verifier says to a bent trace with a lie about its sums.
pub fn verdict<M: Mask>(claimed: &Claimed, inputs: &AccessInputs<M>, lie: Lie) -> Result<(), Reject> {
    let mut random = ChaCha20Rng::seed_from_u64(9);
    let mut columns = claimed.columns.clone();
    for column in columns.columns_mut() {
        column.iter_mut().skip(claimed.real_rows()).for_each(|cell| *cell = element(&mut random));
    }
    let trace =
        Liar { info: trace_info(columns.rows()), columns: ColMatrix::new(columns.clone().into_columns()) };
    let prover = LyingProver {
        options: proof_options(),
        inputs: inputs.clone(),
        columns,
        real_rows: claimed.real_rows(),
        lie,
    };
    let proof = prover.prove(trace).unwrap().to_bytes();
    verify(claimed.log2_rows, inputs, &proof)
}

fn element(random: &mut impl Rng) -> Felt {
    Felt::new(random.next_u64() >> 1)
}

struct Liar {
    info: TraceInfo,
    columns: ColMatrix<Felt>,
}

impl Trace for Liar {
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

struct LyingProver<M> {
    options: ProofOptions,
    inputs: AccessInputs<M>,
    columns: Columns,
    real_rows: usize,
    lie: Lie,
}

impl<M: Mask> LyingProver<M> {
    fn sums<E: FieldElement<BaseField = Felt>>(&self, random: &AuxRandElements<E>) -> ColMatrix<E> {
        let challenges = challenges(random).unwrap();
        let rows = self.columns.rows();
        let periodic = periodic_columns(rows, self.real_rows);
        let mut columns = vec![vec![E::ZERO; rows]; AUXILIARY_WIDTH];
        let mut steps = vec![E::ZERO; rows];
        let sum = |fractions: &[Fraction<Felt, E>]| {
            let live = fractions.iter().filter(|(times, _)| *times != Felt::ZERO);
            live.fold(E::ZERO, |sum, (times, denominator)| sum + denominator.inv().mul_base(*times))
        };
        for row in 0..self.real_rows - 1 {
            let at: Vec<Felt> = periodic.iter().map(|column| column[row % column.len()]).collect();
            let (now, next) = (self.columns.row(row), self.columns.row(row + 1));
            let frame = Frame { now: &now, next: &next, at: &Periodic::read(&at) };
            let terms = bus::terms(&self.inputs.bounds, &frame, &challenges);
            for (column, fractions) in terms.by_column().into_iter().enumerate() {
                let place = if column == ACCUMULATOR { &mut steps } else { &mut columns[column] };
                place[row] = sum(fractions);
            }
        }
        let all = columns.iter().take(SUMS).flatten().chain(&steps);
        let total = all.fold(E::ZERO, |sum, part| sum + *part);
        let missing = -self.inputs.public_sum(&challenges) - total;
        let mut accumulated = E::ZERO;
        match self.lie {
            Lie::Column(column) if column < SUMS => columns[column][0] += missing,
            Lie::Column(_) => steps[0] += missing,
            Lie::Start => accumulated = missing,
            Lie::End => {}
        }
        for row in 0..self.real_rows {
            columns[ACCUMULATOR][row] = accumulated;
            let parts = (0..SUMS).fold(steps[row], |sum, column| sum + columns[column][row]);
            accumulated += parts;
        }
        let mut random = ChaCha20Rng::seed_from_u64(11);
        for (number, column) in columns.iter_mut().enumerate() {
            let from = if number < BLIND { self.real_rows } else { 0 };
            column.iter_mut().skip(from).for_each(|cell| *cell = E::from(element(&mut random)));
        }
        ColMatrix::new(columns)
    }
}

impl<M: Mask> Prover for LyingProver<M> {
    type BaseField = Felt;
    type Air = AccessAir<M>;
    type Trace = Liar;
    type HashFn = Blake3;
    type VC = ExactTree<Blake3>;
    type RandomCoin = DefaultRandomCoin<Blake3>;
    type TraceLde<E: FieldElement<BaseField = Felt>> = DefaultTraceLde<E, Blake3, ExactTree<Blake3>>;
    type ConstraintCommitment<E: FieldElement<BaseField = Felt>> =
        DefaultConstraintCommitment<E, Blake3, ExactTree<Blake3>>;
    type ConstraintEvaluator<'a, E: FieldElement<BaseField = Felt>> =
        DefaultConstraintEvaluator<'a, AccessAir<M>, E>;

    fn get_pub_inputs(&self, _trace: &Liar) -> AccessInputs<M> {
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
        air: &'a AccessAir<M>,
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
        _trace: &Liar,
        random: &AuxRandElements<E>,
    ) -> ColMatrix<E> {
        self.sums(random)
    }
}
