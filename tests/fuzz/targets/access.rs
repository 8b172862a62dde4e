//! Bytes that claim to be an access proof or a requirement, met by a verifier with a root and requests of its own.
#![no_main]

use dregg_air::statement::{AccessProof, Claim};
use dregg_artifact::Permission;
use dregg_tests::Compiled;
use dregg_tests::samples::{self, Sample};
use dregg_tests::world::{World, keys};
use dregg_verify::{Requirement, requirement};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static COMPILED: LazyLock<Compiled> = LazyLock::new(samples::policy);
static WORLD: LazyLock<World<'static>> = LazyLock::new(|| samples::world(&COMPILED));
static SAMPLES: LazyLock<Vec<(Sample, Claim)>> = LazyLock::new(|| {
    let with_claim = |sample: Sample| {
        let claim = AccessProof::from_bytes(&sample.bytes).expect("what was proved is read").claim;
        (sample, claim)
    };
    samples::samples(&WORLD, 1).into_iter().map(with_claim).collect()
});
static REQUIREMENT: LazyLock<Requirement> = LazyLock::new(|| {
    let bytes = WORLD.prover().requirement(Permission::Invoke, samples::PATH).expect("there is such a path");
    required(&bytes).expect("it is what was opened")
});

fn required(bytes: &[u8]) -> Option<Requirement> {
    requirement(WORLD.root.root(), Permission::Invoke, samples::PATH, bytes).ok()
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(proof) = AccessProof::from_bytes(bytes) {
        assert!(proof.to_bytes() == bytes, "two files of one proof");
    }
    // Whatever is accepted states what was proved, even if its bytes are others.
    for (sample, claim) in SAMPLES.iter() {
        if let Ok(verdict) = WORLD.verify(&sample.ask, keys(sample.caller).cell(), bytes) {
            assert_eq!(verdict.claim, *claim);
        }
    }
    if let Some(found) = required(bytes) {
        assert_eq!(found, *REQUIREMENT);
    }
});
