//! Changed proofs: none is accepted, none panics, and none makes the verifier take more than a little memory.
//!
//! One test, because the counter of memory belongs to the whole process. `DREGG_PROOF_MUTATIONS` sets the number of
//! changes.

use dregg_air::options::proof_options;
use dregg_tests::proofs::forgery::{Lie, forge};
use dregg_tests::proofs::mutations::mutated;
use dregg_tests::proofs::sums::{self, Claim, SumsAir, SumsTrace};
use dregg_verify::Reject;
use dregg_verify::guard::{self, Shape};
use peak_alloc::PeakAlloc;
use std::collections::BTreeMap;
use std::panic;
use std::thread;
use std::time::Instant;
use winter_math::fields::f64::BaseElement;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const THREADS: u64 = 2;

/// A proof may make the verifier take this many times its own length.
const TIMES: usize = 8;

/// A proof to change, and one to take parts from.
struct Base {
    claim: Claim,
    bytes: Vec<u8>,
    other: Vec<u8>,
    shape: Shape,
    accepted: bool,
}

fn bases() -> Vec<Base> {
    let options = proof_options();
    let honest = |log2_rows: u8| {
        let ((bytes, claim), (other, _)) =
            (sums::prove(log2_rows, 1, &options), sums::prove(log2_rows, 2, &options));
        let shape = Shape::of(&sums::statement(log2_rows, claim, &options)).unwrap();
        Base { claim, bytes, other, shape, accepted: true }
    };
    let claim = Claim(BaseElement::new(42));
    let lie = |lie| forge(&SumsTrace::new(9, 3), 9, claim, &options, lie).bytes;
    let shape = Shape::of(&sums::statement(9, claim, &options)).unwrap();
    let forged =
        Base { claim, bytes: lie(Lie::Remainder), other: lie(Lie::OutOfDomain), shape, accepted: false };
    vec![honest(9), honest(10), forged]
}

/// What came of some changes.
#[derive(Default)]
struct Tally {
    panics: u64,
    accepted: u64,
    rejects: BTreeMap<&'static str, u64>,
}

fn check(base: &Base, bytes: &[u8]) -> Option<Result<(), Reject>> {
    panic::catch_unwind(|| guard::check::<SumsAir>(&base.shape, base.claim, bytes)).ok()
}

fn campaign(bases: &[Base], numbers: impl Iterator<Item = u64>) -> Tally {
    let mut tally = Tally::default();
    for number in numbers {
        let base = &bases[number as usize % bases.len()];
        let bytes = mutated(&base.bytes, &base.other, number / bases.len() as u64);
        match check(base, &bytes) {
            None => tally.panics += 1,
            Some(Ok(())) => tally.accepted += 1,
            Some(Err(reject)) => *tally.rejects.entry(reject.name()).or_default() += 1,
        }
    }
    tally
}

#[test]
fn changed_proofs_are_refused_without_a_panic_and_in_little_memory() {
    let wanted = std::env::var("DREGG_PROOF_MUTATIONS").map_or(20_000, |number| number.parse().unwrap());
    let bases = bases();
    for base in &bases {
        assert_eq!(check(base, &base.bytes).unwrap().is_ok(), base.accepted);
    }
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let start = Instant::now();
    let tallies = thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS)
            .map(|first| (first..wanted).step_by(THREADS as usize))
            .map(|numbers| scope.spawn(|| campaign(&bases, numbers)))
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    let seconds = start.elapsed().as_secs_f64();
    let peak = MEMORY.peak_usage() - before;
    let mut rejects: BTreeMap<&str, u64> = BTreeMap::new();
    for (name, count) in tallies.iter().flat_map(|tally| &tally.rejects) {
        *rejects.entry(name).or_default() += count;
    }
    println!("{wanted} changes, {:.0} a second, peak {peak} bytes: {rejects:?}", wanted as f64 / seconds);
    assert_eq!(tallies.iter().map(|tally| tally.panics).sum::<u64>(), 0, "panics");
    assert_eq!(tallies.iter().map(|tally| tally.accepted).sum::<u64>(), 0, "accepted");
    assert_eq!(rejects.values().sum::<u64>(), wanted);
    let longest = bases.iter().map(|base| base.bytes.len()).max().unwrap();
    assert!(peak < THREADS as usize * TIMES * longest, "peak {peak}");
    // The changes reach every stage.
    for name in [
        "Truncated",
        "LengthForm",
        "Element",
        "Opening",
        "Constraints",
        "Queries",
        "Grinding",
        "LowDegree",
        "Remainder",
    ] {
        assert!(rejects.contains_key(name), "{name}");
    }
}
