//! Bytes that claim to be an artifact, as they are and with every digest made to fit.
#![no_main]

use dregg_artifact::{Artifact, wire::reseal};
use dregg_fuzz::decide;
use dregg_runtime::{Facts, Policy};
use libfuzzer_sys::fuzz_target;

fn load(bytes: &[u8]) {
    let Ok(artifact) = Artifact::decode(bytes) else { return };
    let again = artifact.encode();
    // Sections that this version does not know are skipped and not written again.
    assert!(again == bytes || again.len() < bytes.len(), "two files of one artifact");
    assert_eq!(Artifact::decode(&again).as_ref(), Ok(&artifact));
    let _ = artifact.policy_root();
    let policy = Policy::from_artifact(artifact);
    let facts = Facts::new(&policy);
    let mut paths: Vec<String> =
        policy.artifact().redirects.iter().map(|redirect| redirect.from.clone()).take(4).collect();
    paths.extend(
        (0..4)
            .filter_map(|route| policy.route_path(route))
            .map(|path| path.replace("/**", "").replace('*', "a")),
    );
    for path in paths.iter().map(String::as_str).chain(["/", "/translate/v1"]) {
        decide(&policy, &facts, path);
    }
}

fuzz_target!(|bytes: &[u8]| {
    load(bytes);
    let mut sealed = bytes.to_vec();
    reseal(&mut sealed);
    load(&sealed);
});
