//! Whatever an AIR states is in its key; whatever tells one exchange from another is in its digest.

use crate::{CallContext, Exchange, ResponseAir, ResponseKey, constraint_digest};
use dregg_air::field::Felt;
use dregg_air::options::proof_options;
use dregg_artifact::CellId;
use std::collections::BTreeSet;
use winter_air::{
    Air, AirContext, Assertion, AuxRandElements, EvaluationFrame, ProofOptions, TraceInfo,
    TransitionConstraintDegree,
};
use winter_math::{ExtensionOf, FieldElement};

const ROWS: usize = 512;

/// What makes the small AIR another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Nothing,
    Length,
    Width,
    Degree,
    Periodic,
    Main,
    Auxiliary,
    AssertedValue,
    AssertedRow,
    AuxiliaryValue,
    Dropped,
}

/// Two segments, a periodic column, an assertion on each segment.
struct Small<const RENAMED: bool = false, const REVISION: u32 = 1> {
    context: AirContext<Felt>,
    change: Change,
}

fn small<const RENAMED: bool, const REVISION: u32>(change: Change) -> Small<RENAMED, REVISION> {
    let width = if change == Change::Width { 3 } else { 2 };
    let rows = if change == Change::Length { 2 * ROWS } else { ROWS };
    let trace = TraceInfo::new_multi_segment(width, 1, 1, rows, Vec::new());
    let degree = if change == Change::Degree { 3 } else { 2 };
    let mut main = vec![TransitionConstraintDegree::with_cycles(degree, vec![8])];
    main.extend((change != Change::Dropped).then(|| TransitionConstraintDegree::new(1)));
    let auxiliary = vec![TransitionConstraintDegree::new(2)];
    Small { context: AirContext::new_multi_segment(trace, main, auxiliary, 1, 1, proof_options()), change }
}

impl<const RENAMED: bool, const REVISION: u32> Air for Small<RENAMED, REVISION> {
    type BaseField = Felt;
    type PublicInputs = ();

    fn new(_: TraceInfo, _: (), _: ProofOptions) -> Self {
        small(Change::Nothing)
    }

    fn context(&self) -> &AirContext<Felt> {
        &self.context
    }

    fn get_periodic_column_values(&self) -> Vec<Vec<Felt>> {
        vec![(0..8).map(|row| Felt::new(row + u64::from(self.change == Change::Periodic))).collect()]
    }

    fn evaluate_transition<E: FieldElement<BaseField = Felt>>(
        &self,
        frame: &EvaluationFrame<E>,
        periodic: &[E],
        result: &mut [E],
    ) {
        let (now, next) = (frame.current(), frame.next());
        let more = if self.change == Change::Main { E::ONE } else { E::ZERO };
        result[0] = next[0] - now[0] * now[1] * periodic[0] - more;
        if let Some(second) = result.get_mut(1) {
            *second = next[1] - now[0];
        }
    }

    fn get_assertions(&self) -> Vec<Assertion<Felt>> {
        let value = Felt::new(5 + u64::from(self.change == Change::AssertedValue));
        vec![Assertion::single(0, usize::from(self.change == Change::AssertedRow), value)]
    }

    fn evaluate_aux_transition<F, E>(
        &self,
        main: &EvaluationFrame<F>,
        auxiliary: &EvaluationFrame<E>,
        _: &[F],
        random: &AuxRandElements<E>,
        result: &mut [E],
    ) where
        F: FieldElement<BaseField = Felt>,
        E: FieldElement<BaseField = Felt> + ExtensionOf<F>,
    {
        let column = usize::from(self.change == Change::Auxiliary);
        let factor = random.rand_elements()[0] - E::from(main.current()[column]);
        result[0] = auxiliary.next()[0] - auxiliary.current()[0] * factor;
    }

    fn get_aux_assertions<E: FieldElement<BaseField = Felt>>(
        &self,
        random: &AuxRandElements<E>,
    ) -> Vec<Assertion<E>> {
        let doubled = self.change == Change::AuxiliaryValue;
        vec![Assertion::single(0, 0, random.rand_elements()[0] * E::from(1 + u8::from(doubled)))]
    }
}

impl<const RENAMED: bool, const REVISION: u32> ResponseAir for Small<RENAMED, REVISION> {
    const NAME: &'static str = if RENAMED { "little" } else { "small" };
    const REVISION: u32 = REVISION;

    fn samples() -> Vec<Self> {
        vec![small(Change::Nothing)]
    }
}

#[test]
fn whatever_is_constrained_is_in_the_digest() {
    let changes = [
        Change::Nothing,
        Change::Length,
        Change::Width,
        Change::Degree,
        Change::Periodic,
        Change::Main,
        Change::Auxiliary,
        Change::AssertedValue,
        Change::AssertedRow,
        Change::AuxiliaryValue,
        Change::Dropped,
    ];
    let digest = |change| constraint_digest(&[small::<false, 1>(change)]);
    let digests: BTreeSet<[u8; 32]> = changes.into_iter().map(digest).collect();
    assert_eq!(digests.len(), changes.len());
    assert_eq!(digest(Change::Main), digest(Change::Main));
    let two = constraint_digest(&[small::<false, 1>(Change::Nothing), small(Change::Length)]);
    assert!(!digests.contains(&two));
}

#[test]
fn a_key_names_one_air_in_one_revision() {
    let keys = [
        ResponseKey::of::<Small>(),
        ResponseKey::of::<Small<true, 1>>(),
        ResponseKey::of::<Small<false, 2>>(),
        ResponseKey::of::<Small<true, 2>>(),
    ];
    assert_eq!(keys.into_iter().collect::<BTreeSet<_>>().len(), keys.len());
    assert_eq!(keys[0], ResponseKey::of::<Small>());
}

#[test]
fn a_key_has_one_form() {
    let key = ResponseKey(std::array::from_fn(|byte| byte as u8 * 7 + 30));
    let text = key.to_string();
    assert_eq!(text.len(), 64);
    assert_eq!(ResponseKey::from_hex(&text), Some(key));
    assert_eq!(ResponseKey::from_hex(&text.to_uppercase()), None);
    let wrong = [
        text.split_at(1).1,
        text.split_at(2).1,
        "",
        &format!("{text}00"),
        &format!(" {text}"),
        &"g".repeat(64),
    ];
    for wrong in wrong {
        assert_eq!(ResponseKey::from_hex(wrong), None, "{wrong}");
    }
}

#[test]
fn every_part_of_an_exchange_is_in_its_digest() {
    let key = ResponseKey([1; 32]);
    let context = CallContext { instance: [2; 32], service: CellId([3; 32]), path: "/a", call_id: &[4; 16] };
    let base = context.exchange("m", b"payload", b"output");
    let changed = [
        base,
        Exchange { instance: [0; 32], ..base },
        Exchange { service: CellId([0; 32]), ..base },
        Exchange { path: "/b", ..base },
        Exchange { method: "n", ..base },
        Exchange { payload: b"payloae", ..base },
        Exchange { output: b"outpuu", ..base },
        Exchange { call_id: &[5; 16], ..base },
        // The same bytes, cut elsewhere.
        Exchange { path: "/am", method: "", ..base },
        Exchange { payload: b"payloadoutput", output: b"", ..base },
        Exchange { payload: b"", output: b"payloadoutput", ..base },
        Exchange { output: b"", call_id: b"output", ..base },
    ];
    let mut digests: BTreeSet<[u8; 32]> = changed.iter().map(|exchange| exchange.digest(&key)).collect();
    assert!(digests.insert(base.digest(&ResponseKey([0; 32]))));
    assert_eq!(digests.len(), changed.len() + 1);
}

#[test]
fn a_statement_has_all_bits_of_the_digest() {
    let key = ResponseKey([1; 32]);
    let exchange = Exchange {
        instance: [0; 32],
        service: CellId([0; 32]),
        path: "",
        method: "",
        payload: b"",
        output: b"",
        call_id: b"",
    };
    let limbs = exchange.statement(&key).map(|limb| limb.as_int().to_le_bytes());
    let bytes: Vec<u8> = limbs.iter().flat_map(|limb| limb[..7].to_vec()).collect();
    assert_eq!(bytes[..32], exchange.digest(&key));
    assert_eq!(bytes[32..], [0; 3]);
    assert!(limbs.iter().all(|limb| limb[7] == 0));
}
