//! A text as FACTS.json; and whatever facts come of it, a decision does.
#![no_main]

use dregg_fuzz::{decide, example};
use dregg_runtime::{Facts, Policy};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static POLICY: LazyLock<Policy> = LazyLock::new(|| example(0));

fuzz_target!(|text: &str| {
    let Ok(facts) = Facts::from_json(&POLICY, text) else { return };
    for path in
        ["/services/ai/inference", "/services/ai/models/gpt4/v2", "/services/acme/x", "/services/ai/latest"]
    {
        decide(&POLICY, &facts, path);
    }
});
