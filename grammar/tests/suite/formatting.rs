//! Formatting every correct text of the repository: once is enough, and the tree stays the same.

use crate::corpus;
use dregg_grammar::{Diagnostic, SourceId, format, parse};

const SOURCE: SourceId = SourceId(0);

#[test]
fn good_samples_have_no_errors() {
    for sample in corpus::samples("good") {
        assert_eq!(parse(SOURCE, &sample.text).diagnostics, [], "{}", sample.name);
    }
}

#[test]
fn formatting_keeps_the_tree_and_changes_nothing_the_second_time() {
    let mut formatted = 0;
    for sample in corpus::repository() {
        let before = parse(SOURCE, &sample.text);
        if before.diagnostics.iter().any(Diagnostic::is_error) {
            assert!(format(SOURCE, &sample.text).is_err(), "{}: wrong, and formatted", sample.name);
            continue;
        }
        let once = format(SOURCE, &sample.text).unwrap_or_else(|error| panic!("{}: {error:?}", sample.name));
        let twice = format(SOURCE, &once).unwrap_or_else(|error| panic!("{}: {error:?}", sample.name));
        assert_eq!(once, twice, "{}", sample.name);
        let after = parse(SOURCE, &once);
        assert_eq!(without_spans(&before.module), without_spans(&after.module), "{}", sample.name);
        assert_eq!(before.comments.len(), after.comments.len(), "{}", sample.name);
        formatted += 1;
    }
    assert!(formatted > 10);
}

#[test]
fn layout() {
    let shown: Vec<String> = ["layout", "acls", "paths", "crlf", "comments"]
        .iter()
        .map(|name| {
            let samples = corpus::samples("good");
            let sample = samples.iter().find(|sample| sample.name == *name).expect("the sample exists");
            format!("==== {name}\n{}", format(SOURCE, &sample.text).expect("the sample is correct"))
        })
        .collect();
    insta::assert_snapshot!(shown.concat());
}

/// The tree as text, with every place left out.
fn without_spans(module: &dregg_grammar::ast::Module) -> String {
    let debug = format!("{module:?}");
    let mut result = String::with_capacity(debug.len());
    let mut rest = debug.as_str();
    // A span shows as `0:12..15`; nothing else in a tree shows that way outside quotes, and texts are compared either way.
    while let Some(at) = rest.find("0:") {
        let (before, after) = rest.split_at(at + 2);
        result.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    }
    result + rest
}
