//! Every constraint and assertion is needed: for each there is a lie that it alone stops.
//!
//! The liar's columns violate one constraint. The whole AIR refuses the proof; without the one it is accepted.

use super::{CONTEXT, PAYLOAD, claim, forge, inputs};
use crate::air::{
    ASSERTIONS, BIT_COUNT, BITS, BYTE, ClassifierAir, ClassifierInputs, SCORES, trace_info, weight_of,
};
use crate::answer::{Answer, LABELS, Scores};
use crate::{ClassifierVerifier, METHOD, prover, trace};
use dregg_air::field::Felt;
use dregg_response::{ResponseReject, ResponseVerifier, check};
use dregg_verify::Reject;
use winter_air::{Air, AirContext, Assertion, EvaluationFrame, ProofOptions, TraceInfo};
use winter_math::{FieldElement, ToElements};

/// How many transition constraints there are: one a bit, one for the byte, one a score.
const TRANSITIONS: usize = BIT_COUNT + 1 + LABELS.len();

/// The AIR without one constraint: transitions are numbered first, then assertions.
struct Partial {
    whole: ClassifierAir,
    context: AirContext<Felt>,
    without: usize,
}

#[derive(Clone)]
struct PartialInputs {
    inputs: ClassifierInputs,
    without: usize,
}

impl ToElements<Felt> for PartialInputs {
    fn to_elements(&self) -> Vec<Felt> {
        self.inputs.to_elements()
    }
}

impl Air for Partial {
    type BaseField = Felt;
    type PublicInputs = PartialInputs;

    fn new(
        trace: TraceInfo,
        PartialInputs { inputs, without }: PartialInputs,
        options: ProofOptions,
    ) -> Partial {
        let whole = ClassifierAir::new(trace.clone(), inputs, options.clone());
        let ones = vec![Felt::ONE; TRANSITIONS];
        let degrees = whole.get_transition_constraints(&ones).main_constraint_degrees().to_vec();
        let assertions = ASSERTIONS - usize::from(without >= TRANSITIONS);
        Partial { context: AirContext::new(trace, degrees, assertions, options), whole, without }
    }

    fn context(&self) -> &AirContext<Felt> {
        &self.context
    }

    fn evaluate_transition<E: FieldElement<BaseField = Felt>>(
        &self,
        frame: &EvaluationFrame<E>,
        periodic: &[E],
        result: &mut [E],
    ) {
        self.whole.evaluate_transition(frame, periodic, result);
        if let Some(left_out) = result.get_mut(self.without) {
            *left_out = E::ZERO;
        }
    }

    fn get_assertions(&self) -> Vec<Assertion<Felt>> {
        let mut assertions = self.whole.get_assertions();
        if let Some(number) = self.without.checked_sub(TRANSITIONS) {
            assertions.remove(number);
        }
        assertions
    }
}

/// Columns, and the scores that they lead to.
struct Lie {
    columns: Vec<Vec<Felt>>,
    scores: Scores,
}

impl Lie {
    fn truth() -> Lie {
        Lie { columns: trace::columns(PAYLOAD), scores: Answer::to(PAYLOAD).scores }
    }

    fn bits(&mut self, row: usize, bits: [Felt; BIT_COUNT]) {
        for (column, bit) in self.columns[BITS..SCORES].iter_mut().zip(bits) {
            column[row] = bit;
        }
    }

    /// Sums the weights of the bits up again. `None` if the scores are no small integers.
    fn summed(mut self) -> Option<Lie> {
        let truth = Answer::to(PAYLOAD).scores.in_order();
        let last = self.columns[BYTE].len() - 1;
        let honest: Vec<Felt> = self.columns[SCORES..].iter().map(|column| column[last]).collect();
        for row in 0..last {
            let weights = weight_of([5, 6, 7].map(|bit| self.columns[BITS + bit][row]));
            for (column, weight) in self.columns[SCORES..].iter_mut().zip(weights) {
                column[row + 1] = column[row] + weight;
            }
        }
        let mut scores = [0; LABELS.len()];
        for (place, score) in scores.iter_mut().enumerate() {
            let change = self.columns[SCORES + place][last] - honest[place];
            let small = (-1000..1000).find(|small| dregg_air::field::signed(*small) == change)?;
            *score = truth[place] + small as i32;
        }
        self.scores = scores_of(scores);
        (scores != truth).then_some(self)
    }
}

fn scores_of([text, shouting, figures, binary]: [i32; LABELS.len()]) -> Scores {
    Scores { text, shouting, figures, binary }
}

fn raised(scores: Scores, place: usize) -> Scores {
    let mut scores = scores.in_order();
    scores[place] += 1;
    scores_of(scores)
}

fn bits_of(byte: u8) -> [Felt; BIT_COUNT] {
    std::array::from_fn(|bit| Felt::from(byte >> bit & 1))
}

/// Bits that make the byte, all of them but one 0 or 1, and what their weights add up to in both rows of the letter l.
fn bent_bit(bit: usize) -> Lie {
    let byte = b'l';
    let [first, second] = [2, 3];
    assert_eq!([PAYLOAD[first], PAYLOAD[second]], [byte; 2]);
    let bent = (0..=u8::MAX).filter(|others| others >> bit & 1 == 0).find_map(|others| {
        let mut bits = bits_of(others);
        bits[bit] = (Felt::from(byte) - Felt::from(others)) / Felt::from(1u8 << bit);
        let mut lie = Lie::truth();
        lie.bits(first, bits);
        lie.bits(second, bits);
        lie.summed()
    });
    bent.unwrap()
}

/// What only the constraint of this number stops.
fn lie(number: usize) -> Lie {
    let mut lie = Lie::truth();
    let assertion = number.checked_sub(TRANSITIONS);
    match (number, assertion) {
        (0..BIT_COUNT, _) => return bent_bit(number),
        // The bits of another byte.
        (BIT_COUNT, _) => {
            lie.bits(0, bits_of(b'H'));
            return lie.summed().unwrap();
        }
        // A score that jumps.
        (_, None) => {
            let place = number - BIT_COUNT - 1;
            lie.columns[SCORES + place][1..].iter_mut().for_each(|score| *score += Felt::ONE);
            lie.scores = raised(lie.scores, place);
        }
        // Another byte in an even or an odd row.
        (_, Some(row @ (0 | 1))) => {
            lie.columns[BYTE][row] = Felt::from(b'H');
            lie.bits(row, bits_of(b'H'));
            return lie.summed().unwrap();
        }
        // A head start, or another end.
        (_, Some(assertion)) => {
            let place = (assertion - 2) / 2;
            if assertion % 2 == 0 {
                lie.columns[SCORES + place].iter_mut().for_each(|score| *score += Felt::ONE);
            }
            lie.scores = raised(lie.scores, place);
        }
    }
    lie
}

#[test]
fn each_constraint_stops_a_lie_that_no_other_does() {
    for number in 0..TRANSITIONS + ASSERTIONS {
        let Lie { columns, scores } = lie(number);
        let answer = claim(scores);
        assert_ne!(scores, Answer::to(PAYLOAD).scores, "{number}");
        let proof = forge(PAYLOAD, &answer, columns.clone());
        let output = answer.to_json();
        let exchange = CONTEXT.exchange(METHOD, PAYLOAD, &output);
        let refused = ClassifierVerifier.verify(&exchange, &proof);
        assert_eq!(refused, Err(ResponseReject::Proof(Reject::Constraints)), "{number}");

        let partial = PartialInputs { inputs: inputs(PAYLOAD, &answer), without: number };
        let proof = prover::prove::<Partial>(columns, partial.clone()).unwrap();
        let accepted = check::<Partial>(trace_info(PAYLOAD.len()), partial, &proof);
        assert_eq!(accepted, Ok(()), "{number}");
    }
}

#[test]
fn the_truth_passes_without_a_constraint_too() {
    let Lie { columns, scores } = Lie::truth();
    for without in [0, TRANSITIONS] {
        let partial = PartialInputs { inputs: inputs(PAYLOAD, &claim(scores)), without };
        let proof = prover::prove::<Partial>(columns.clone(), partial.clone()).unwrap();
        assert_eq!(check::<Partial>(trace_info(PAYLOAD.len()), partial, &proof), Ok(()));
    }
}
