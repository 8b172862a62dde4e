//! A small statement with everything a big one has: two segments, a bus, periodic columns, assertions.
//!
//! "I know a Fibonacci sequence of 2^n rows that ends in this number, and as many bytes." Main columns: two neighbours of
//! the sequence, a byte, how often each byte occurs. Auxiliary columns: the running sum of the bus that compares the bytes
//! with the table 0 to 255, and a free one.

use dregg_air::hasher::Blake3;
use dregg_air::merkle::ExactTree;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use winter_air::{
    Air, AirContext, Assertion, AuxRandElements, EvaluationFrame, PartitionOptions, ProofOptions, TraceInfo,
    TransitionConstraintDegree,
};
use winter_crypto::DefaultRandomCoin;
use winter_math::fields::f64::BaseElement;
use winter_math::{ExtensionOf, FieldElement, ToElements};
use winter_prover::matrix::ColMatrix;
use winter_prover::{
    CompositionPoly, CompositionPolyTrace, DefaultConstraintCommitment, DefaultConstraintEvaluator,
    DefaultTraceLde, Prover, StarkDomain, Trace, TracePolyTable,
};

/// Columns of the main segment.
pub const MAIN: usize = 4;
/// Columns of the auxiliary segment.
pub const AUX: usize = 2;

const BYTE: usize = 2;
const OCCURRENCES: usize = 3;
const TABLE: usize = 256;

/// What is claimed: the last number of the sequence.
#[derive(Clone, Copy, Debug)]
pub struct Claim(pub BaseElement);

impl ToElements<BaseElement> for Claim {
    fn to_elements(&self) -> Vec<BaseElement> {
        vec![self.0]
    }
}

/// The constraints.
pub struct SumsAir {
    context: AirContext<BaseElement>,
    claim: Claim,
}

impl Air for SumsAir {
    type BaseField = BaseElement;
    type PublicInputs = Claim;

    fn new(trace: TraceInfo, claim: Claim, options: ProofOptions) -> Self {
        let main = vec![TransitionConstraintDegree::new(1); 2];
        let aux = vec![TransitionConstraintDegree::with_cycles(2, vec![TABLE])];
        SumsAir { context: AirContext::new_multi_segment(trace, main, aux, 3, 2, options), claim }
    }

    fn context(&self) -> &AirContext<BaseElement> {
        &self.context
    }

    fn get_periodic_column_values(&self) -> Vec<Vec<BaseElement>> {
        vec![(0..TABLE as u64).map(BaseElement::new).collect()]
    }

    fn evaluate_transition<E: FieldElement<BaseField = BaseElement>>(
        &self,
        frame: &EvaluationFrame<E>,
        _: &[E],
        result: &mut [E],
    ) {
        let (now, next) = (frame.current(), frame.next());
        result[0] = next[0] - now[1];
        result[1] = next[1] - now[0] - now[1];
    }

    fn get_assertions(&self) -> Vec<Assertion<BaseElement>> {
        vec![
            // Not in winterfell's order, which is by step and then by column.
            Assertion::single(0, self.trace_length() - 1, self.claim.0),
            Assertion::single(1, 0, BaseElement::ONE),
            Assertion::single(0, 0, BaseElement::ZERO),
        ]
    }

    fn evaluate_aux_transition<F, E>(
        &self,
        main: &EvaluationFrame<F>,
        aux: &EvaluationFrame<E>,
        periodic: &[F],
        randoms: &AuxRandElements<E>,
        result: &mut [E],
    ) where
        F: FieldElement<BaseField = BaseElement>,
        E: FieldElement<BaseField = BaseElement> + ExtensionOf<F>,
    {
        let challenge = randoms.rand_elements()[0];
        let byte = challenge - main.current()[BYTE].into();
        let entry = challenge - periodic[0].into();
        let step = aux.next()[0] - aux.current()[0];
        result[0] = step * byte * entry - entry + byte * main.current()[OCCURRENCES].into();
    }

    fn get_aux_assertions<E: FieldElement<BaseField = BaseElement>>(
        &self,
        _: &AuxRandElements<E>,
    ) -> Vec<Assertion<E>> {
        vec![Assertion::single(0, 0, E::ZERO), Assertion::single(0, self.trace_length() - 1, E::ZERO)]
    }
}

/// A trace of the main segment.
pub struct SumsTrace {
    info: TraceInfo,
    main: ColMatrix<BaseElement>,
}

impl SumsTrace {
    /// An honest trace of 2 to the power `log2_rows` rows, at least 256, with bytes from a seed.
    pub fn new(log2_rows: u8, seed: u64) -> Self {
        let rows = 1usize << log2_rows;
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let mut columns = vec![Vec::new(); MAIN];
        let (mut a, mut b) = (BaseElement::ZERO, BaseElement::ONE);
        let mut occurrences = vec![0u64; rows];
        for row in 0..rows {
            let byte: u8 = random.random();
            // The last row is exempt.
            occurrences[usize::from(byte)] += u64::from(row + 1 < rows);
            columns[0].push(a);
            columns[1].push(b);
            columns[BYTE].push(BaseElement::from(byte));
            (a, b) = (b, a + b);
        }
        columns[OCCURRENCES] = occurrences.into_iter().map(BaseElement::new).collect();
        let info = TraceInfo::new_multi_segment(MAIN, AUX, 1, rows, Vec::new());
        SumsTrace { info, main: ColMatrix::new(columns) }
    }

    /// What can be claimed of it.
    pub fn claim(&self) -> Claim {
        Claim(self.main.get(0, self.info.length() - 1))
    }

    /// The columns.
    pub fn columns(&self) -> &ColMatrix<BaseElement> {
        &self.main
    }

    /// The columns of the auxiliary segment.
    pub fn aux<E: FieldElement<BaseField = BaseElement>>(
        &self,
        randoms: &AuxRandElements<E>,
    ) -> ColMatrix<E> {
        let (rows, challenge) = (self.info.length(), randoms.rand_elements()[0]);
        let mut random = ChaCha20Rng::seed_from_u64(self.claim().0.as_int());
        let mut columns = vec![vec![E::ZERO; rows]; AUX];
        for row in 0..rows - 1 {
            let byte = (challenge - self.main.get(BYTE, row).into()).inv();
            let entry = (challenge - E::from((row % TABLE) as u32)).inv();
            columns[0][row + 1] = columns[0][row] + byte - entry * self.main.get(OCCURRENCES, row).into();
        }
        for cell in &mut columns[1] {
            let base: Vec<BaseElement> =
                (0..E::EXTENSION_DEGREE).map(|_| BaseElement::new(random.random())).collect();
            *cell = E::slice_from_base_elements(&base)[0];
        }
        ColMatrix::new(columns)
    }
}

impl Trace for SumsTrace {
    type BaseField = BaseElement;

    fn info(&self) -> &TraceInfo {
        &self.info
    }

    fn main_segment(&self) -> &ColMatrix<BaseElement> {
        &self.main
    }

    fn read_main_frame(&self, row: usize, frame: &mut EvaluationFrame<BaseElement>) {
        self.main.read_row_into(row, frame.current_mut());
        self.main.read_row_into((row + 1) % self.info.length(), frame.next_mut());
    }
}

/// winterfell's prover for it, with any parameters.
struct SumsProver {
    options: ProofOptions,
}

impl Prover for SumsProver {
    type BaseField = BaseElement;
    type Air = SumsAir;
    type Trace = SumsTrace;
    type HashFn = Blake3;
    type VC = ExactTree<Blake3>;
    type RandomCoin = DefaultRandomCoin<Blake3>;
    type TraceLde<E: FieldElement<BaseField = BaseElement>> = DefaultTraceLde<E, Blake3, ExactTree<Blake3>>;
    type ConstraintCommitment<E: FieldElement<BaseField = BaseElement>> =
        DefaultConstraintCommitment<E, Blake3, ExactTree<Blake3>>;
    type ConstraintEvaluator<'a, E: FieldElement<BaseField = BaseElement>> =
        DefaultConstraintEvaluator<'a, SumsAir, E>;

    fn get_pub_inputs(&self, trace: &SumsTrace) -> Claim {
        trace.claim()
    }

    fn options(&self) -> &ProofOptions {
        &self.options
    }

    fn new_trace_lde<E: FieldElement<BaseField = BaseElement>>(
        &self,
        info: &TraceInfo,
        main: &ColMatrix<BaseElement>,
        domain: &StarkDomain<BaseElement>,
        partitions: PartitionOptions,
    ) -> (Self::TraceLde<E>, TracePolyTable<E>) {
        DefaultTraceLde::new(info, main, domain, partitions)
    }

    fn new_evaluator<'a, E: FieldElement<BaseField = BaseElement>>(
        &self,
        air: &'a SumsAir,
        randoms: Option<AuxRandElements<E>>,
        coefficients: winter_air::ConstraintCompositionCoefficients<E>,
    ) -> Self::ConstraintEvaluator<'a, E> {
        DefaultConstraintEvaluator::new(air, randoms, coefficients)
    }

    fn build_constraint_commitment<E: FieldElement<BaseField = BaseElement>>(
        &self,
        trace: CompositionPolyTrace<E>,
        columns: usize,
        domain: &StarkDomain<BaseElement>,
        partitions: PartitionOptions,
    ) -> (Self::ConstraintCommitment<E>, CompositionPoly<E>) {
        DefaultConstraintCommitment::new(trace, columns, domain, partitions)
    }

    fn build_aux_trace<E: FieldElement<BaseField = BaseElement>>(
        &self,
        trace: &SumsTrace,
        randoms: &AuxRandElements<E>,
    ) -> ColMatrix<E> {
        trace.aux(randoms)
    }
}

/// An honest proof and its claim.
pub fn prove(log2_rows: u8, seed: u64, options: &ProofOptions) -> (Vec<u8>, Claim) {
    let trace = SumsTrace::new(log2_rows, seed);
    let claim = trace.claim();
    let proof = SumsProver { options: options.clone() }.prove(trace).expect("an honest trace proves");
    (proof.to_bytes(), claim)
}

/// The statement that a claim makes about traces of 2 to the power `log2_rows` rows.
pub fn statement(log2_rows: u8, claim: Claim, options: &ProofOptions) -> SumsAir {
    let info = TraceInfo::new_multi_segment(MAIN, AUX, 1, 1 << log2_rows, Vec::new());
    SumsAir::new(info, claim, options.clone())
}
