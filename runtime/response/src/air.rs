//! The AIR of a service: its name, its digest, and the check of a proof.

use crate::ResponseReject;
use dregg_air::field::Felt;
use dregg_air::options::proof_options;
use dregg_verify::Reject;
use dregg_verify::guard::{self, Shape};
use winter_air::{Air, Assertion, AuxRandElements, EvaluationFrame, TraceInfo, TransitionConstraintDegree};
use winter_math::FieldElement;

/// An AIR whose public inputs are a request and its response, and whose constraints say that the one follows from the other.
///
/// Its public inputs hold [`Exchange::statement`](crate::Exchange::statement) as well, so that they are in the transcript.
pub trait ResponseAir: Air<BaseField = Felt> + Sized {
    /// What it is called, for its [`ResponseKey`](crate::ResponseKey).
    const NAME: &'static str;

    /// Which edition of it this is: the next one whenever a response comes to mean something else.
    const REVISION: u32;

    /// Fixed statements, one for each length that a trace may have.
    fn samples() -> Vec<Self>;

    /// The digest of all that is constrained.
    fn constraint_digest() -> [u8; 32] {
        constraint_digest(&Self::samples())
    }
}

/// Checks a proof of a statement, of a trace of a shape that follows from the statement alone.
///
/// # Errors
/// [`ResponseReject::Proof`].
pub fn check<A>(trace: TraceInfo, public: A::PublicInputs, proof: &[u8]) -> Result<(), ResponseReject>
where
    A: Air<BaseField = Felt>,
    A::PublicInputs: Clone,
{
    let air = A::new(trace, public.clone(), proof_options());
    let shape = Shape::of(&air).ok_or(Reject::TraceShape)?;
    Ok(guard::check::<A>(&shape, public, proof)?)
}

/// How many random rows each constraint is evaluated on.
const FRAMES: usize = 2;

/// A digest of what an AIR constrains, by sample statements: shapes, degrees, periodic columns, assertions with their values,
/// and what the transition constraints evaluate to on fixed pseudo-random rows.
///
/// Two constraints of a degree far below the size of the field agree on such rows by a chance of about 2^-60. The rows are
/// known, so this tells honest changes; it does not stop whoever writes constraints in order to agree on them. Nobody needs
/// to be stopped: a client's verifier is code that the client chose.
pub fn constraint_digest<A: Air<BaseField = Felt>>(samples: &[A]) -> [u8; 32] {
    let mut hasher = Absorber(blake3::Hasher::new_derive_key("dregg response constraints"));
    hasher.number(samples.len());
    for air in samples {
        absorb(air, &mut hasher);
    }
    *hasher.0.finalize().as_bytes()
}

fn absorb<A: Air<BaseField = Felt>>(air: &A, hasher: &mut Absorber) {
    let (context, trace) = (air.context(), air.trace_info());
    let (main_width, auxiliary_width) = (trace.main_trace_width(), trace.aux_segment_width());
    let randoms = trace.get_num_aux_segment_rand_elements();
    let shape = [main_width, auxiliary_width, randoms, trace.length(), context.num_transition_exemptions()];
    shape.into_iter().for_each(|number| hasher.number(number));

    let constraints = air.get_transition_constraints(&vec![Felt::ONE; context.num_transition_constraints()]);
    let degrees = [constraints.main_constraint_degrees(), constraints.aux_constraint_degrees()];
    for degrees in degrees {
        hasher.number(degrees.len());
        let degree = |degree: &TransitionConstraintDegree| degree.get_evaluation_degree(trace.length());
        degrees.iter().for_each(|constraint| hasher.number(degree(constraint)));
    }

    let periodic = air.get_periodic_column_values();
    hasher.number(periodic.len());
    periodic.iter().for_each(|column| hasher.elements(column));

    let mut random = Random::new();
    let auxiliary = (auxiliary_width > 0).then(|| AuxRandElements::new(random.elements(randoms)));
    hasher.assertions(&air.get_assertions());
    if let Some(auxiliary) = &auxiliary {
        hasher.assertions(&air.get_aux_assertions(auxiliary));
    }

    for _ in 0..FRAMES {
        let main = random.frame(main_width);
        let periodic = random.elements(periodic.len());
        let mut values = vec![Felt::ZERO; context.num_main_transition_constraints()];
        air.evaluate_transition(&main, &periodic, &mut values);
        hasher.elements(&values);
        if let Some(auxiliary) = &auxiliary {
            let frame = random.frame(auxiliary_width);
            let mut values = vec![Felt::ZERO; context.num_aux_transition_constraints()];
            air.evaluate_aux_transition(&main, &frame, &periodic, auxiliary, &mut values);
            hasher.elements(&values);
        }
    }
}

/// A hash of numbers and of lists, each with its length before it.
struct Absorber(blake3::Hasher);

impl Absorber {
    fn number(&mut self, number: usize) {
        self.0.update(&(number as u64).to_le_bytes());
    }

    fn elements(&mut self, elements: &[Felt]) {
        self.number(elements.len());
        for element in elements {
            self.0.update(&element.as_int().to_le_bytes());
        }
    }

    fn assertions(&mut self, assertions: &[Assertion<Felt>]) {
        self.number(assertions.len());
        for assertion in assertions {
            let place = [assertion.column(), assertion.first_step(), assertion.stride()];
            place.into_iter().for_each(|number| self.number(number));
            self.elements(assertion.values());
        }
    }
}

/// Always the same elements.
struct Random(blake3::OutputReader);

impl Random {
    fn new() -> Random {
        Random(blake3::Hasher::new_derive_key("dregg response rows").finalize_xof())
    }

    fn elements(&mut self, count: usize) -> Vec<Felt> {
        let element = |_| {
            let mut bytes = [0; 8];
            self.0.fill(&mut bytes);
            // Reduced modulo p, which is near enough to uniform here.
            Felt::new(u64::from_le_bytes(bytes))
        };
        (0..count).map(element).collect()
    }

    fn frame(&mut self, width: usize) -> EvaluationFrame<Felt> {
        EvaluationFrame::from_rows(self.elements(width), self.elements(width))
    }
}
