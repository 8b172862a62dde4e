//! winterfell's prover over a trace.

use super::auxiliary;
use super::evaluator::Evaluator;
use super::extension::{self, Quotient};
use super::random::element;
use dregg_air::air::{AccessAir, challenges, trace_info};
use dregg_air::field::Felt;
use dregg_air::hasher::Blake3;
use dregg_air::inputs::AccessInputs;
use dregg_air::mask::Mask;
use dregg_air::merkle::ExactTree;
use dregg_air::options::{proof_options, real_rows};
use dregg_air::trace::Columns;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use std::fmt;
use winter_air::{AuxRandElements, PartitionOptions, ProofOptions, TraceInfo};
use winter_crypto::DefaultRandomCoin;
use winter_math::FieldElement;
use winter_prover::matrix::ColMatrix;
use winter_prover::{
    CompositionPoly, CompositionPolyTrace, ConstraintCompositionCoefficients, Prover, StarkDomain, Trace,
    TracePolyTable,
};

/// winterfell could not make a proof. Not known to occur for a trace of a length that it allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StarkError(String);

impl fmt::Display for StarkError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "no proof could be made: {}", self.0)
    }
}

impl std::error::Error for StarkError {}

/// The proof's bytes for a trace whose rows that are not real may be anything: they become random here.
///
/// Nobody checks that the trace is right; a wrong one gives a proof that no verifier accepts.
///
/// # Errors
/// [`StarkError`].
pub fn prove<M: Mask>(
    mut columns: Columns,
    inputs: &AccessInputs<M>,
    random: &mut impl Rng,
) -> Result<Vec<u8>, StarkError> {
    let rows = columns.rows();
    let log2_rows = u8::try_from(rows.checked_ilog2().unwrap_or(0)).unwrap_or(0);
    let real_rows = real_rows(log2_rows);
    let mut seed = [0; 32];
    random.fill_bytes(&mut seed);
    let mut random = ChaCha20Rng::from_seed(seed);
    for column in columns.columns_mut() {
        for cell in column.iter_mut().skip(real_rows) {
            *cell = element(&mut random);
        }
    }
    let mut auxiliary_seed = [0; 32];
    random.fill_bytes(&mut auxiliary_seed);
    let trace = MainTrace { info: trace_info(rows), columns: ColMatrix::new(columns.into_columns()) };
    let prover =
        AccessProver { options: proof_options(), inputs: inputs.clone(), real_rows, seed: auxiliary_seed };
    let proof = prover.prove(trace).map_err(|error| StarkError(error.to_string()))?;
    Ok(proof.to_bytes())
}

struct MainTrace {
    info: TraceInfo,
    columns: ColMatrix<Felt>,
}

impl Trace for MainTrace {
    type BaseField = Felt;

    fn info(&self) -> &TraceInfo {
        &self.info
    }

    fn main_segment(&self) -> &ColMatrix<Felt> {
        &self.columns
    }

    fn read_main_frame(&self, row: usize, frame: &mut winter_air::EvaluationFrame<Felt>) {
        self.columns.read_row_into(row, frame.current_mut());
        self.columns.read_row_into((row + 1) % self.info.length(), frame.next_mut());
    }
}

struct AccessProver<M> {
    options: ProofOptions,
    inputs: AccessInputs<M>,
    real_rows: usize,
    /// Of the randomness of the auxiliary columns.
    seed: [u8; 32],
}

impl<M: Mask> Prover for AccessProver<M> {
    type BaseField = Felt;
    type Air = AccessAir<M>;
    type Trace = MainTrace;
    type HashFn = Blake3;
    type VC = ExactTree<Blake3>;
    type RandomCoin = DefaultRandomCoin<Blake3>;
    type TraceLde<E: FieldElement<BaseField = Felt>> = extension::Columns<E>;
    type ConstraintCommitment<E: FieldElement<BaseField = Felt>> = Quotient<E>;
    type ConstraintEvaluator<'a, E: FieldElement<BaseField = Felt>> = Evaluator<'a, M, E>;

    fn get_pub_inputs(&self, _trace: &MainTrace) -> AccessInputs<M> {
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
        _partitions: PartitionOptions,
    ) -> (Self::TraceLde<E>, TracePolyTable<E>) {
        extension::Columns::new(info, main, domain)
    }

    fn new_evaluator<'a, E: FieldElement<BaseField = Felt>>(
        &self,
        air: &'a AccessAir<M>,
        random: Option<AuxRandElements<E>>,
        coefficients: ConstraintCompositionCoefficients<E>,
    ) -> Self::ConstraintEvaluator<'a, E> {
        Evaluator::new(air, random, coefficients)
    }

    fn build_constraint_commitment<E: FieldElement<BaseField = Felt>>(
        &self,
        trace: CompositionPolyTrace<E>,
        columns: usize,
        domain: &StarkDomain<Felt>,
        _partitions: PartitionOptions,
    ) -> (Self::ConstraintCommitment<E>, CompositionPoly<E>) {
        Quotient::new(trace, columns, domain)
    }

    fn build_aux_trace<E: FieldElement<BaseField = Felt>>(
        &self,
        trace: &MainTrace,
        random: &AuxRandElements<E>,
    ) -> ColMatrix<E> {
        let Some(challenges) = challenges(random) else {
            return ColMatrix::new(vec![vec![E::ZERO; trace.info.length()]; dregg_air::air::AUXILIARY_WIDTH]);
        };
        let mut own = ChaCha20Rng::from_seed(self.seed);
        auxiliary::columns(&trace.columns, self.real_rows, &self.inputs.bounds, &challenges, &mut own)
    }
}
