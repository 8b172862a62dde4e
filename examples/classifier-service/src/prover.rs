//! winterfell's prover, for an AIR of one segment and nothing to hide.

use dregg_air::field::Felt;
use dregg_air::hasher::Blake3;
use dregg_air::merkle::ExactTree;
use dregg_air::options::proof_options;
use winter_air::{
    Air, AuxRandElements, ConstraintCompositionCoefficients, PartitionOptions, ProofOptions, TraceInfo,
};
use winter_crypto::DefaultRandomCoin;
use winter_math::FieldElement;
use winter_prover::matrix::ColMatrix;
use winter_prover::{
    CompositionPoly, CompositionPolyTrace, DefaultConstraintCommitment, DefaultConstraintEvaluator,
    DefaultTraceLde, Prover, ProverError, StarkDomain, TracePolyTable, TraceTable,
};

/// The bytes of a proof. The columns are not checked: wrong ones give a proof that no verifier accepts.
///
/// # Errors
/// winterfell's; none is known to occur.
pub(crate) fn prove<A>(columns: Vec<Vec<Felt>>, inputs: A::PublicInputs) -> Result<Vec<u8>, ProverError>
where
    A: Air<BaseField = Felt> + 'static,
    A::PublicInputs: Clone + Send,
{
    let prover = PlainProver::<A> { options: proof_options(), inputs };
    Ok(prover.prove(TraceTable::init(columns))?.to_bytes())
}

struct PlainProver<A: Air> {
    options: ProofOptions,
    inputs: A::PublicInputs,
}

impl<A> Prover for PlainProver<A>
where
    A: Air<BaseField = Felt> + 'static,
    A::PublicInputs: Clone,
{
    type BaseField = Felt;
    type Air = A;
    type Trace = TraceTable<Felt>;
    type HashFn = Blake3;
    type VC = ExactTree<Blake3>;
    type RandomCoin = DefaultRandomCoin<Blake3>;
    type TraceLde<E: FieldElement<BaseField = Felt>> = DefaultTraceLde<E, Blake3, ExactTree<Blake3>>;
    type ConstraintCommitment<E: FieldElement<BaseField = Felt>> =
        DefaultConstraintCommitment<E, Blake3, ExactTree<Blake3>>;
    type ConstraintEvaluator<'a, E: FieldElement<BaseField = Felt>> = DefaultConstraintEvaluator<'a, A, E>;

    fn get_pub_inputs(&self, _trace: &TraceTable<Felt>) -> A::PublicInputs {
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
        air: &'a A,
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
}
