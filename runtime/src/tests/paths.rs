//! Classification: class, route, captures, redirects, and the whole string always.

use super::build::{closed, empty, redirect, route, tables};
use crate::{BadPath, Policy};
use dregg_artifact::Artifact;

fn namespace() -> Artifact {
    let mut artifact = empty();
    redirect(&mut artifact, "/services/ai/latest", "/services/ai/inference");
    artifact.classes.extend([closed(), closed(), closed()]);
    route(&mut artifact, "/services/ai/inference");
    route(&mut artifact, "/models/{name}/{rev: version}");
    route(&mut artifact, "/models/{name}/{other}");
    route(&mut artifact, "/services/**");
    tables(&mut artifact, &[1, 2, 3, 2]);
    artifact
}

/// What the route of a path is, and its class.
fn at(policy: &Policy, path: &str) -> Option<(String, u32)> {
    let found = policy.classify(path).unwrap()?;
    Some((policy.route_path(found.route.unwrap()).unwrap(), found.class))
}

fn captures<'p>(policy: &'p Policy, path: &'p str) -> Vec<(&'p str, &'p str)> {
    policy.captures(policy.classify(path).unwrap().unwrap().route.unwrap(), path).collect()
}

#[test]
fn many_paths_are_classified_as_one_is() {
    let policy = Policy::from_artifact(namespace());
    let mut paths =
        vec!["/services", "/models/m/v1", "/services/ai/latest", "/x", "", "/models/a/b/c", "/models//b"];
    let long = format!("/services/{}", "a".repeat(100));
    paths.push(&long);
    let paths: Vec<&str> = paths.iter().copied().cycle().take(41).collect();
    let mut answers = Vec::new();
    policy.classify_batch(&paths, &mut answers);
    let one_by_one: Vec<_> = paths.iter().map(|path| policy.classify(path).ok().flatten()).collect();
    assert_eq!(answers, one_by_one);
    assert_eq!(answers.iter().filter(|answer| answer.is_some()).count(), 21);
}

#[test]
fn the_most_specific_route_is_selected() {
    let policy = Policy::from_artifact(namespace());
    assert_eq!(at(&policy, "/services/ai/inference"), Some(("/services/ai/inference".to_owned(), 1)));
    assert_eq!(at(&policy, "/services/ai/inferences"), Some(("/services/**".to_owned(), 2)));
    assert_eq!(at(&policy, "/services"), Some(("/services/**".to_owned(), 2)));
    assert_eq!(at(&policy, "/models/m/v12"), Some(("/models/{name}/{rev: version}".to_owned(), 2)));
    assert_eq!(at(&policy, "/models/m/v"), Some(("/models/{name}/{other}".to_owned(), 3)));
}

#[test]
fn the_whole_string_must_match() {
    let policy = Policy::from_artifact(namespace());
    for path in ["/", "/service", "/servicesx", "/models", "/models/m", "/models/m/v1/x", "/x/services/a"] {
        assert_eq!(policy.classify(path), Ok(None), "{path}");
    }
}

#[test]
fn captures_are_named_in_path_order() {
    let policy = Policy::from_artifact(namespace());
    assert_eq!(captures(&policy, "/models/llama/v3"), [("name", "llama"), ("rev", "v3")]);
    assert_eq!(captures(&policy, "/services/a/b"), []);
}

#[test]
fn without_texts_a_route_is_spelled_from_its_pattern() {
    let mut artifact = namespace();
    artifact.texts.routes.clear();
    let policy = Policy::from_artifact(artifact);
    assert_eq!(at(&policy, "/models/m/v12"), Some(("/models/*/*".to_owned(), 2)));
    assert_eq!(at(&policy, "/services"), Some(("/services/**".to_owned(), 2)));
    assert_eq!(captures(&policy, "/models/m/v12"), []);
    assert_eq!(policy.route_path(99), None);
}

#[test]
fn a_redirect_is_shown_and_not_followed() {
    let policy = Policy::from_artifact(namespace());
    let found = policy.classify("/services/ai/latest").unwrap().unwrap();
    assert_eq!((found.class, found.route), (0, None));
    assert_eq!(found.redirect, Some("/services/ai/inference"));
    let target = policy.classify("/services/ai/inference").unwrap().unwrap();
    assert_eq!((target.route, target.redirect), (Some(0), None));
}

#[test]
fn a_text_that_is_no_path_is_never_repaired() {
    let policy = Policy::from_artifact(namespace());
    let long = format!("/{}", "a".repeat(1024));
    let deep = "/a".repeat(33);
    let cases = [
        ("", BadPath::NotAbsolute),
        ("services", BadPath::NotAbsolute),
        (" /services", BadPath::NotAbsolute),
        ("/services/", BadPath::TrailingSlash),
        ("/services//a", BadPath::EmptySegment(10)),
        ("/services/../models", BadPath::DotSegment(10)),
        ("/services/.", BadPath::DotSegment(10)),
        ("/services/%2e", BadPath::Byte(10, b'%')),
        ("/services\n", BadPath::Byte(9, b'\n')),
        ("/services/é", BadPath::Byte(10, 0xc3)),
        (&long, BadPath::TooLong(1024)),
        (&deep, BadPath::TooManySegments(32)),
    ];
    for (path, bad) in cases {
        assert_eq!(policy.classify(path), Err(bad), "{path:?}");
    }
    assert!(policy.classify(&format!("/services/{}", "a".repeat(1000))).unwrap().is_some());
    assert!(policy.classify(&format!("/services{}", "/a".repeat(31))).unwrap().is_some());
}

#[test]
fn cells_are_found_by_name_or_digits() {
    let policy = Policy::from_artifact(namespace());
    let alice = Some(super::build::cell(1));
    assert_eq!(policy.cell("@alice"), alice);
    assert_eq!(policy.cell(&"01".repeat(32)), alice);
    assert_eq!(policy.cell(&format!("0x{}", "01".repeat(32))), alice);
    for wrong in
        ["alice", "@carol", "@", "", "0x", "01", &"ff".repeat(32), &format!("0x0x{}", "01".repeat(31))]
    {
        assert_eq!(policy.cell(wrong), None, "{wrong}");
    }
}
