//! What people are told of every wrong sample: the codes and lines that `bad/expected.txt` lists, and a snapshot of the
//! reports in words.

use crate::corpus;
use dregg_grammar::{Diagnostic, SourceMap, parse};
use std::fmt::Write;

#[test]
fn every_mistake_has_its_code_and_line() {
    let mut found = String::new();
    for sample in corpus::samples("bad") {
        let mut sources = SourceMap::default();
        let source = sources.add(&sample.name, &sample.text);
        write!(found, "{}:", sample.name).expect("writing to a string");
        for report in parse(source, &sample.text).diagnostics {
            let (line, _) = sources.line_column(report.primary.span);
            write!(found, " {}@{line}", report.code.0).expect("writing to a string");
        }
        found.push('\n');
    }
    assert_eq!(found, include_str!("../bad/expected.txt"));
}

#[test]
fn reports_in_words() {
    insta::assert_snapshot!(
        corpus::samples("bad").iter().map(|sample| rendered(&sample.name, &sample.text)).collect::<String>()
    );
}

/// The reports of a text as plain lines: place, message, the marked source, label and help.
fn rendered(name: &str, text: &str) -> String {
    let mut sources = SourceMap::default();
    let source = sources.add(name, text);
    let mut shown = format!("==== {name}\n");
    for report in parse(source, text).diagnostics {
        let (line, column) = sources.line_column(report.primary.span);
        render(&mut shown, &report, text, line, column).expect("writing to a string");
    }
    shown
}

fn render(
    shown: &mut String,
    report: &Diagnostic,
    text: &str,
    line: usize,
    column: usize,
) -> std::fmt::Result {
    writeln!(shown, "{line}:{column}: {}: {}", report.code.0, report.message)?;
    let source = text.lines().nth(line - 1).unwrap_or("");
    let width = text.get(report.primary.span.range()).unwrap_or("").chars().count().max(1);
    writeln!(shown, "    {source}")?;
    writeln!(shown, "    {}{} {}", " ".repeat(column - 1), "^".repeat(width), report.primary.text)?;
    for place in &report.secondary {
        writeln!(shown, "    also {:?}: {}", place.span, place.text)?;
    }
    if let Some(help) = &report.help {
        writeln!(shown, "    help: {help}")?;
    }
    if let Some(fix) = &report.fix {
        let certain = if fix.safe { "" } else { "perhaps " };
        writeln!(
            shown,
            "    fix: {certain}`{}` for `{}`",
            fix.text,
            text.get(fix.span.range()).unwrap_or("")
        )?;
    }
    Ok(())
}
