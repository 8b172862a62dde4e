//! A text through the whole compiler; and what it writes is read back as it was.
#![no_main]

use dregg_artifact::Artifact;
use dregg_fuzz::{compile, decide};
use dregg_runtime::{Facts, Policy};
use libfuzzer_sys::fuzz_target;

/// Larger texts explore nothing new and take longer.
const LARGEST: usize = 6 * 1024;

fuzz_target!(|text: &str| {
    if text.len() > LARGEST {
        return;
    }
    let Some(artifact) = compile(&[("policy.dregg", text)]) else { return };
    let bytes = artifact.encode();
    let decoded = Artifact::decode(&bytes);
    assert_eq!(decoded.as_ref(), Ok(&artifact), "the compiler's artifact is not read back");
    let policy = Policy::from_artifact(artifact);
    decide(&policy, &Facts::new(&policy), "/api/v1");
});
