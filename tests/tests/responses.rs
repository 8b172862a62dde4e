//! Changed proofs of responses: none is accepted and none panics. Lies about responses are in
//! `examples/classifier-service/src/tests`.

use classifier_service::{ClassifierVerifier, METHOD, key, respond};
use dregg_air::hasher::Blake3;
use dregg_artifact::CellId;
use dregg_response::{CallContext, Outcome, ResponseReject, Verifiers};
use dregg_tests::proofs::mutations::mutated;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;
use winter_air::proof::Proof;

const CONTEXT: CallContext<'static> = CallContext {
    instance: [1; 32],
    service: CellId([2; 32]),
    path: "/services/ai/classify",
    call_id: &[3; 16],
};

/// How many changes.
const CHANGES: u64 = 2_000;

/// A request, what came back, and a proof of the same length to take parts from.
struct Base {
    payload: Vec<u8>,
    output: Vec<u8>,
    proof: Vec<u8>,
    other: Vec<u8>,
}

fn base(payload: Vec<u8>) -> Base {
    let start = Instant::now();
    let (output, proof) = respond(METHOD, &payload, &CONTEXT).unwrap();
    let (_, other) = respond(METHOD, &payload, &CallContext { call_id: &[4; 16], ..CONTEXT }).unwrap();
    println!(
        "payload {} bytes, proof {} bytes, made and verified in {:.1} ms",
        payload.len(),
        proof.len(),
        start.elapsed().as_secs_f64() * 500.0
    );
    Base { payload, output, proof, other }
}

#[test]
fn the_bits_are_those_of_the_page() {
    for length in [0, 600] {
        let proof = Proof::from_bytes(&base(vec![0; length]).proof).unwrap();
        assert_eq!(proof.proven_security::<Blake3>().ldr_bits(), 101);
    }
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/responses.md");
    assert!(std::fs::read_to_string(page).unwrap().contains("101 bits, proven"));
}

#[test]
fn changed_proofs_are_refused_without_a_panic() {
    let mut verifiers = Verifiers::new();
    verifiers.register(ClassifierVerifier);
    let key = key().to_string();
    let check = |base: &Base, proof: &[u8]| {
        let exchange = CONTEXT.exchange(METHOD, &base.payload, &base.output);
        let checked = AssertUnwindSafe(|| verifiers.check(Some(&key), &exchange, proof));
        panic::catch_unwind(checked).expect("no panic")
    };
    let bases = [base(b"hello".to_vec()), base(vec![0; 600])];
    for base in &bases {
        let start = Instant::now();
        assert_eq!(check(base, &base.proof), Ok(Outcome::Proved));
        println!("verified in {:.2} ms", start.elapsed().as_secs_f64() * 1000.0);
        assert!(check(base, &base.other).is_err());
    }
    let mut rejects: BTreeMap<&str, u64> = BTreeMap::new();
    for number in 0..CHANGES {
        let base = &bases[number as usize % bases.len()];
        let changed = mutated(&base.proof, &base.other, number);
        match check(base, &changed) {
            Ok(outcome) => panic!("change {number} is taken for {outcome:?}"),
            Err(reject) => {
                let proper = matches!(reject, ResponseReject::Proof(_) | ResponseReject::NoProof);
                assert!(proper, "change {number}: {reject}");
                *rejects.entry(reject.name()).or_default() += 1;
            }
        }
    }
    println!("{CHANGES} changes: {rejects:?}");
    for name in ["Truncated", "Element", "Opening", "Constraints", "Queries", "LowDegree", "Remainder"] {
        assert!(rejects.contains_key(name), "{name}");
    }
}
