//! Every example policy and every corpus case: its own tests pass, in the reference and in the runtime over the bytes.

use dregg_tests::{compile_files, engines};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The `.dregg` files of a directory and below, as paths relative to it.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut work = vec![directory.to_owned()];
    while let Some(next) = work.pop() {
        for entry in std::fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                work.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "dregg") {
                found.push(entry.strip_prefix(directory).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// Runs a root file with the files beside it.
fn run(directory: &Path, root_file: &Path) -> usize {
    let read = |file: &Path| std::fs::read_to_string(directory.join(file)).unwrap();
    let mut texts = vec![(root_file.to_str().unwrap().to_owned(), read(root_file))];
    for file in files(directory).iter().filter(|file| *file != root_file) {
        texts.push((file.to_str().unwrap().to_owned(), read(file)));
    }
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let compiled =
        compile_files(&texts).unwrap_or_else(|reports| panic!("{}: {reports:#?}", root_file.display()));
    assert_eq!(engines::failures(&compiled), [] as [String; 0], "{}", root_file.display());
    compiled.hir.tests.iter().map(|test| test.expectations.len()).sum()
}

#[test]
fn example_policies() {
    let mut expectations = 0;
    for (directory, file) in [
        ("service-mesh", "mesh.dregg"),
        ("tiers", "tiers.dregg"),
        ("gateway", "gateway.dregg"),
        ("versions", "versions.dregg"),
    ] {
        expectations += run(&root().join("examples").join(directory), Path::new(file));
    }
    assert!(expectations > 40, "{expectations}");
}

#[test]
fn standard_modules() {
    let directory = root().join("stdlib/tests");
    let cases = files(&directory);
    assert!(!cases.is_empty());
    for case in cases {
        assert!(run(&directory, &case) > 0, "{} expects nothing", case.display());
    }
}

#[test]
fn conformance_corpus() {
    let corpus = root().join("tests/conformance");
    let cases = files(&corpus);
    assert!(cases.len() > 5);
    for case in cases {
        let directory = corpus.join(case.parent().unwrap());
        assert!(
            run(&directory, Path::new(case.file_name().unwrap())) > 0,
            "{} expects nothing",
            case.display()
        );
    }
}

#[test]
fn github_classifies_all_its_own_paths() {
    let text = std::fs::read_to_string(root().join("examples/github-api/github.dregg")).unwrap();
    let compiled = dregg_tests::compile(&text).unwrap_or_else(|reports| panic!("{reports:#?}"));
    assert!(compiled.hir.routes.len() > 700);
    for route in &compiled.hir.routes {
        // A member of the route: a word for each capture. More specific routes may take it; then they match it too.
        let path: String = route
            .pattern
            .segments
            .iter()
            .map(|segment| match segment {
                dregg_artifact::Segment::Literal(text) => format!("/{text}"),
                dregg_artifact::Segment::Any => "/some-word".to_owned(),
                dregg_artifact::Segment::Set(set) => {
                    let set = &compiled.hir.sets[*set as usize];
                    let word =
                        ["1", "main...topic", "x.y", "a...b"].into_iter().find(|word| set.contains(word));
                    format!("/{}", word.unwrap_or_else(|| panic!("no member known for {}", route.path)))
                }
            })
            .collect();
        let path = if path.is_empty() { "/".to_owned() } else { path };
        assert_eq!(
            engines::route_by_runtime(&compiled, &path),
            engines::route_by_reference(&compiled.hir, &path),
            "{path}"
        );
        assert_eq!(engines::route_by_runtime(&compiled, &path), route.path, "{path}");
    }
}
