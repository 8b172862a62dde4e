//! What is computed, as constraints: a row for each byte of the payload.
//!
//! | column | what |
//! |---|---|
//! | `BYTE` | the byte; zero after the last one |
//! | `BITS`, 8 | its bits, the lowest first |
//! | `SCORES`, one a label | the sum of the weights of all bytes before this row |
//!
//! | constraint | count | degree | what it stops |
//! |---|---|---|---|
//! | `BIT` | 8 | 2 | a bit that is neither 0 nor 1, and so any weight |
//! | `WHOLE` | 1 | 1 | the bits of another byte |
//! | `SUM` | 4 | 3 | a weight that is not that of the bits, a score that jumps |
//!
//! | assertion | count | what it stops |
//! |---|---|---|
//! | `BYTE` is the payload's, in even and in odd rows | 2 | another payload |
//! | `SCORES` are 0 in the first row | 4 | a head start |
//! | `SCORES` are those of the response in the last row | 4 | another response |
//!
//! The transition out of the last row is not checked, so that row holds no byte of the payload and its bits are free.

use crate::answer::{LABELS, MAX_PAYLOAD, Scores, WEIGHTS, weights};
use dregg_air::field::{Felt, signed};
use dregg_air::options::{MIN_LOG2_ROWS, proof_options};
use dregg_response::ResponseAir;
use winter_air::{
    Air, AirContext, Assertion, EvaluationFrame, ProofOptions, TraceInfo, TransitionConstraintDegree,
};
use winter_math::{FieldElement, ToElements};

/// The column of the byte.
pub(crate) const BYTE: usize = 0;
/// The first of the columns of its bits.
pub(crate) const BITS: usize = 1;
/// How many bits there are.
pub(crate) const BIT_COUNT: usize = 8;
/// The first of the columns of scores.
pub(crate) const SCORES: usize = BITS + BIT_COUNT;
/// How many columns there are.
pub(crate) const WIDTH: usize = SCORES + LABELS.len();

/// How many assertions there are.
pub(crate) const ASSERTIONS: usize = 2 + 2 * LABELS.len();

/// Bytes in an element of the transcript.
const LIMB: usize = 7;

/// How many rows the trace of a payload has: a row for each byte and one more, and no fewer than the shortest proof.
pub(crate) fn rows(payload: usize) -> usize {
    (payload + 1).next_power_of_two().max(1 << MIN_LOG2_ROWS)
}

/// The shape of the trace of a payload.
pub(crate) fn trace_info(payload: usize) -> TraceInfo {
    TraceInfo::new(WIDTH, rows(payload))
}

/// Request and response, as far as they are computed with, and the digest of both with everything around them.
#[derive(Clone, Debug)]
pub(crate) struct ClassifierInputs {
    /// [`dregg_response::Exchange::statement`].
    pub(crate) statement: [Felt; 5],
    /// The payload, not longer than [`MAX_PAYLOAD`].
    pub(crate) payload: Vec<u8>,
    /// The scores of the response.
    pub(crate) scores: Scores,
}

/// Everything, the payload with its length before it, so that no two statements have one sequence.
impl ToElements<Felt> for ClassifierInputs {
    fn to_elements(&self) -> Vec<Felt> {
        let limb = |bytes: &[u8]| bytes.iter().rev().fold(0u64, |limb, byte| limb << 8 | u64::from(*byte));
        let mut elements = self.statement.to_vec();
        elements.push(Felt::new(self.payload.len() as u64));
        elements.extend(self.payload.chunks(LIMB).map(|bytes| Felt::new(limb(bytes))));
        elements.extend(self.scores.in_order().map(|score| signed(i64::from(score))));
        elements
    }
}

/// The AIR of an answer.
pub(crate) struct ClassifierAir {
    context: AirContext<Felt>,
    inputs: ClassifierInputs,
}

impl ClassifierAir {
    /// What the scores are in the last row: those of the payload and of the zeros after it.
    ///
    /// SOUNDNESS: the integers, not only their residues. Every weight is between -6 and 6 and there are fewer than 2^10
    /// rows, so sums are below 2^13; claimed scores are below 2^31, and integers between -2^32 and 2^32 are equal if they
    /// are equal modulo p, which is above 2^63.
    fn sums(&self) -> impl Iterator<Item = Felt> {
        let zeros = self.trace_length() - 1 - self.inputs.payload.len().min(self.trace_length() - 1);
        let scores = self.inputs.scores.in_order().into_iter().zip(weights(0));
        scores.map(move |(score, weight)| signed(i64::from(score) + i64::from(weight) * zeros as i64))
    }
}

impl Air for ClassifierAir {
    type BaseField = Felt;
    type PublicInputs = ClassifierInputs;

    fn new(trace: TraceInfo, inputs: ClassifierInputs, options: ProofOptions) -> ClassifierAir {
        let degrees = [(2, BIT_COUNT), (1, 1), (3, LABELS.len())];
        let degrees = degrees.into_iter().flat_map(|(degree, count)| std::iter::repeat_n(degree, count));
        let degrees = degrees.map(TransitionConstraintDegree::new).collect();
        ClassifierAir { context: AirContext::new(trace, degrees, ASSERTIONS, options), inputs }
    }

    fn context(&self) -> &AirContext<Felt> {
        &self.context
    }

    fn evaluate_transition<E: FieldElement<BaseField = Felt>>(
        &self,
        frame: &EvaluationFrame<E>,
        _periodic: &[E],
        result: &mut [E],
    ) {
        let (Some(now), Some(next)) = (row(frame.current()), row(frame.next())) else { return };
        let [byte, b0, b1, b2, b3, b4, b5, b6, b7, scores @ ..] = *now;
        let [_, _, _, _, _, _, _, _, _, scores_next @ ..] = *next;
        let bits = [b0, b1, b2, b3, b4, b5, b6, b7];
        let bit = bits.into_iter().map(|bit| bit.square() - bit);
        let whole = byte - bits.into_iter().rev().fold(E::ZERO, |sum, bit| sum.double() + bit);
        let added = weight_of([b5, b6, b7]);
        let sum =
            scores_next.into_iter().zip(scores).zip(added).map(|((next, now), weight)| next - now - weight);
        for (slot, value) in result.iter_mut().zip(bit.chain([whole]).chain(sum)) {
            *slot = value;
        }
    }

    fn get_assertions(&self) -> Vec<Assertion<Felt>> {
        let last = self.trace_length() - 1;
        let bytes = self.inputs.payload.iter().copied().chain(std::iter::repeat(0));
        let bytes: Vec<Felt> = bytes.take(last + 1).map(Felt::from).collect();
        let every_second = |first| bytes.iter().skip(first).step_by(2).copied().collect();
        let mut assertions = vec![
            // winterfell has no sequence with a value for every row.
            Assertion::sequence(BYTE, 0, 2, every_second(0)),
            Assertion::sequence(BYTE, 1, 2, every_second(1)),
        ];
        for (column, sum) in (SCORES..).zip(self.sums()) {
            assertions.push(Assertion::single(column, 0, Felt::ZERO));
            assertions.push(Assertion::single(column, last, sum));
        }
        assertions
    }
}

fn row<E>(values: &[E]) -> Option<&[E; WIDTH]> {
    values.first_chunk()
}

/// The weights of the byte with these highest bits: for each label the polynomial, linear in each bit, that goes through
/// [`WEIGHTS`].
pub(crate) fn weight_of<E: FieldElement<BaseField = Felt>>([b5, b6, b7]: [E; 3]) -> [E; LABELS.len()] {
    let chosen = |bit: E, high: bool| if high { bit } else { E::ONE - bit };
    let is =
        |index: usize| chosen(b5, index & 1 != 0) * chosen(b6, index & 2 != 0) * chosen(b7, index & 4 != 0);
    let selectors: [E; 8] = std::array::from_fn(is);
    WEIGHTS.map(|row| {
        let terms = selectors.iter().zip(row);
        terms.fold(E::ZERO, |sum, (selector, weight)| sum + selector.mul_base(signed(i64::from(weight))))
    })
}

impl ResponseAir for ClassifierAir {
    const NAME: &'static str = "classifier";
    const REVISION: u32 = 1;

    fn samples() -> Vec<ClassifierAir> {
        let mut samples: Vec<ClassifierAir> = Vec::new();
        for length in 0..=MAX_PAYLOAD {
            if samples.last().is_none_or(|sample| sample.trace_length() < rows(length)) {
                let payload: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
                let scores = Scores::of(&payload);
                let inputs = ClassifierInputs { statement: [Felt::ZERO; 5], payload, scores };
                samples.push(ClassifierAir::new(trace_info(length), inputs, proof_options()));
            }
        }
        samples
    }
}
