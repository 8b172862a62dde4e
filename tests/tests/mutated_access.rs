//! Whole files of access proofs, changed: none is accepted, none panics, and none makes the verifier take more than a little
//! memory. Openings have a few other spellings; one that is accepted states the same.
//!
//! One test, because the counter of memory belongs to the whole process. Changes in the head are refused in microseconds,
//! those in the proof proper take a verification; of `DREGG_PROOF_MUTATIONS` changes every 64th may fall anywhere. With that
//! set, every length of the files is tried, else some.

use dregg_air::statement::AccessProof;
use dregg_tests::proofs::mutations::mutated;
use dregg_tests::samples::{Sample, policy, samples, world};
use dregg_tests::world::{World, keys};
use dregg_verify::{Form, Reject, Verdict};
use peak_alloc::PeakAlloc;
use std::collections::BTreeMap;
use std::panic;
use std::thread;
use std::time::Instant;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const THREADS: u64 = 2;

/// A file may make the verifier take this many times its own length.
const TIMES: usize = 8;

/// And so much besides, also a short file that claims the longest trace.
const BESIDES: usize = 64 << 10;

/// Changes anywhere, one in so many.
const ANYWHERE: u64 = 64;

/// A sample, and another file of the same statement.
struct Base {
    sample: Sample,
    other: Vec<u8>,
    statement: [u8; 32],
}

impl Base {
    fn new(sample: Sample, other: Vec<u8>) -> Base {
        let statement = AccessProof::from_bytes(&sample.bytes).unwrap().claim.digest();
        Base { sample, other, statement }
    }

    /// Where the head ends.
    fn head(&self) -> usize {
        let length = self.sample.bytes[10..14].try_into().unwrap();
        14 + u32::from_le_bytes(length) as usize
    }
}

/// What came of some changes.
#[derive(Default)]
struct Tally {
    panics: u64,
    accepted: Vec<String>,
    /// Openings of the same statement in other bytes.
    respelled: u64,
    rejects: BTreeMap<&'static str, u64>,
}

impl Tally {
    fn add(&mut self, base: &Base, what: impl Fn() -> String, verdict: Option<Result<Verdict, Reject>>) {
        match verdict {
            None => self.panics += 1,
            Some(Ok(verdict)) if verdict.form == Form::Opening && verdict.statement == base.statement => {
                self.respelled += 1;
            }
            Some(Ok(_)) => self.accepted.push(what()),
            Some(Err(reject)) => *self.rejects.entry(reject.name()).or_default() += 1,
        }
    }
}

fn check(world: &World<'_>, base: &Base, bytes: &[u8]) -> Option<Result<Verdict, Reject>> {
    let caller = keys(base.sample.caller).cell();
    panic::catch_unwind(panic::AssertUnwindSafe(|| world.verify(&base.sample.ask, caller, bytes))).ok()
}

/// The change of this number: in the head, or anywhere.
fn changed(base: &Base, number: u64) -> Vec<u8> {
    let bytes = &base.sample.bytes;
    if number.is_multiple_of(ANYWHERE) {
        return mutated(bytes, &base.other, number / ANYWHERE);
    }
    let (head, rest) = bytes.split_at(base.head());
    let mut changed = mutated(head, &base.other, number);
    changed.extend_from_slice(rest);
    changed
}

fn campaign(world: &World<'_>, bases: &[Base], numbers: impl Iterator<Item = u64>) -> Tally {
    let mut tally = Tally::default();
    for number in numbers {
        let base = &bases[(number / ANYWHERE) as usize % bases.len()];
        let bytes = changed(base, number);
        tally.add(base, || format!("{} change {number}", base.sample.name), check(world, base, &bytes));
    }
    tally
}

/// Every length of the head, and of the rest one in so many.
fn cuts(world: &World<'_>, bases: &[Base], step: usize, tally: &mut Tally) {
    for base in bases {
        let bytes = &base.sample.bytes;
        let head = base.head();
        let step = if bytes.len() < 8192 { 1 } else { step };
        for length in
            (0..head + 64).chain((head + 64..).step_by(step)).take_while(|length| *length < bytes.len())
        {
            let verdict = check(world, base, &bytes[..length]);
            tally.add(base, || format!("{} cut at {length}", base.sample.name), verdict);
        }
        for more in [1, 8, 1000] {
            let longer = [bytes, &vec![more as u8; more][..]].concat();
            tally.add(base, || format!("{} and {more} bytes", base.sample.name), check(world, base, &longer));
        }
    }
}

#[test]
fn changed_files_are_refused_without_a_panic_and_in_little_memory() {
    let wanted = std::env::var("DREGG_PROOF_MUTATIONS").ok().map(|number| number.parse::<u64>().unwrap());
    let compiled = policy();
    let world = world(&compiled);
    let others = samples(&world, 2).into_iter().map(|sample| sample.bytes);
    let bases: Vec<Base> =
        samples(&world, 1).into_iter().zip(others).map(|(sample, other)| Base::new(sample, other)).collect();
    for base in &bases {
        assert_eq!(
            check(&world, base, &base.sample.bytes).unwrap().map(|verdict| verdict.form),
            Ok(base.sample.form)
        );
    }
    let numbers = wanted.unwrap_or(20_000);
    let step = if wanted.is_some() { 1 } else { 199 };
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let start = Instant::now();
    let mut tallies = thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS)
            .map(|first| (first..numbers).step_by(THREADS as usize))
            .map(|numbers| scope.spawn(|| campaign(&world, &bases, numbers)))
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    let seconds = start.elapsed().as_secs_f64();
    let mut cut = Tally::default();
    cuts(&world, &bases, step, &mut cut);
    tallies.push(cut);
    let peak = MEMORY.peak_usage() - before;
    let longest = bases.iter().map(|base| base.sample.bytes.len()).max().unwrap();
    let mut rejects: BTreeMap<&str, u64> = BTreeMap::new();
    for (name, count) in tallies.iter().flat_map(|tally| &tally.rejects) {
        *rejects.entry(name).or_default() += count;
    }
    // The head of a small file with the first bytes of a proof that claims the longest trace.
    let shown = &bases[0];
    let small = &shown.sample.bytes[..shown.head() + 8];
    let mut small = small.to_vec();
    small[shown.head() + 3] = dregg_air::options::MAX_LOG2_ROWS;
    MEMORY.reset_peak_usage();
    assert_eq!(check(&world, shown, &small).unwrap().map(|verdict| verdict.form), Err(Reject::Truncated));
    let for_small = MEMORY.peak_usage() - before;
    let respelled = tallies.iter().map(|tally| tally.respelled).sum::<u64>();
    println!(
        "{numbers} changes, {respelled} respelled, {:.0} a second, and {} cuts; peak {peak} bytes for {longest}, {for_small} for {}: {rejects:?}",
        numbers as f64 / seconds,
        tallies[THREADS as usize].rejects.values().sum::<u64>(),
        small.len(),
    );
    let accepted: Vec<&String> = tallies.iter().flat_map(|tally| &tally.accepted).collect();
    assert_eq!(tallies.iter().map(|tally| tally.panics).sum::<u64>(), 0, "panics");
    assert!(accepted.is_empty(), "accepted: {accepted:?}");
    assert!(respelled * 1000 <= numbers, "{respelled} respelled");
    assert!(peak < THREADS as usize * (TIMES * longest + BESIDES), "peak {peak}");
    assert!(for_small < TIMES * small.len() + BESIDES, "peak {for_small}");
    // The changes reach every stage.
    for name in [
        "NotAProof",
        "FileVersion",
        "FileForm",
        "Root",
        "Epoch",
        "Permission",
        "Path",
        "Caller",
        "Bind",
        "Verifier",
        "Nonce",
        "Policy",
        "Class",
        "Walk",
        "FactOpening",
        "Derivation",
        "CallerUnproved",
        "Truncated",
        "TrailingBytes",
        "OpeningOnly",
        "Constraints",
        "Queries",
        "LowDegree",
    ] {
        assert!(rejects.contains_key(name), "{name}: {rejects:?}");
    }
}
