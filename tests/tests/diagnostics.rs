//! What the compiler says about wrong policies: a folder a code in `tests/diagnostics`, a snapshot a case.
//!
//! A case is a `.dregg` text, its further files behind `# file: NAME` lines, or a `.form` line that says how bytes are
//! made. The rendering here is plain on purpose: everything a diagnostic holds, and each place with its line.

use dregg_artifact::Artifact;
use dregg_compiler::generate::CompileError;
use dregg_compiler::load::{Memory, load};
use dregg_grammar::{Diagnostic, SourceMap, Span};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// What came of a case: its texts, and the reports about them.
struct Outcome {
    sources: SourceMap,
    reports: Vec<Diagnostic>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("diagnostics")
}

fn sorted(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

/// Every case with this ending: its code and its file.
fn cases(ending: &str) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for directory in sorted(&folder()).into_iter().filter(|path| path.is_dir()) {
        let files = sorted(&directory).into_iter().filter(|file| file.extension().unwrap() == ending);
        found.extend(files.map(|file| (name(&directory).to_owned(), file)));
    }
    found
}

/// The files of a case; the first is the root.
fn split(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![("policy.dregg".to_owned(), Vec::new())];
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(b"# file: ") {
            Some(name) => files.push((str::from_utf8(name).unwrap().trim().to_owned(), Vec::new())),
            None => files.last_mut().unwrap().1.extend_from_slice(line),
        }
    }
    files
}

fn compile(files: &[(String, Vec<u8>)]) -> Outcome {
    let mut memory = Memory::default();
    for (name, bytes) in files {
        memory.add(name.clone(), bytes.clone());
    }
    let loaded = load(&mut memory, &files[0].0);
    let mut reports = loaded.diagnostics.clone();
    if !loaded.has_errors() {
        let lowered = dregg_compiler::lower::lower(&loaded);
        let wrong = lowered.diagnostics.iter().any(Diagnostic::is_error);
        reports.extend(lowered.diagnostics);
        if !wrong {
            match dregg_compiler::generate::compile(&lowered.hir) {
                Ok(_) => {}
                Err(CompileError::Reports(more)) => reports.extend(more),
                Err(CompileError::Defect(defect)) => panic!("{defect}"),
            }
        }
    }
    Outcome { sources: loaded.sources, reports }
}

/// A wrong policy as text, and what came of it.
struct Wrong {
    code: String,
    case: PathBuf,
    files: Vec<(String, Vec<u8>)>,
    outcome: Outcome,
}

static WRONG: LazyLock<Vec<Wrong>> = LazyLock::new(|| {
    let one = |(code, case): (String, PathBuf)| {
        let files = split(&fs::read(&case).unwrap());
        let outcome = compile(&files);
        Wrong { code, case, files, outcome }
    };
    cases("dregg").into_iter().map(one).collect()
});

/// `policy.dregg:3:21`, a range if `range`; of a standard module the name alone, so that its pages may grow.
fn place(sources: &SourceMap, span: Span, range: bool) -> String {
    let (line, column) = sources.line_column(span);
    if sources.name(span).starts_with("std.") {
        return sources.name(span).to_owned();
    }
    let mut text = format!("{}:{line}:{column}", sources.name(span));
    if range {
        let (line, column) = sources.line_column(Span { start: span.end, ..span });
        write!(text, "-{line}:{column}").unwrap();
    }
    text
}

/// The line of a span with carets under its characters.
fn marked(sources: &SourceMap, span: Span, sign: &str) -> String {
    let text = &sources.get(span.source).unwrap().text;
    let (line, column) = sources.line_column(span);
    let shown = text.split('\n').nth(line - 1).unwrap_or("").trim_end_matches('\r');
    let shown = shown.trim_start_matches('\u{feff}');
    if shown.chars().count() > 200 {
        return format!("    {line:>3} | (a long line)\n");
    }
    let width = sources.text(span).split(['\r', '\n']).next().unwrap_or("").chars().count().max(1);
    // A tab stays one, so that the carets stand under their text however wide it is.
    let indent: String =
        shown.chars().take(column - 1).map(|character| if character == '\t' { '\t' } else { ' ' }).collect();
    let visible: String = shown
        .chars()
        .map(|character| {
            let unseen = character.is_control() && character != '\t' || is_direction_mark(character);
            if unseen { '\u{fffd}' } else { character }
        })
        .collect();
    let line = if sources.name(span).starts_with("std.") { "..".to_owned() } else { line.to_string() };
    format!("    {line:>3} | {visible}\n        | {indent}{}\n", sign.repeat(width))
}

fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// Everything a diagnostic holds.
fn render(sources: &SourceMap, report: &Diagnostic) -> String {
    let mut text = String::new();
    writeln!(text, "{}[{}]: {}", report.severity.word(), report.code.0, report.message).unwrap();
    let labels =
        [(&report.primary, "^")].into_iter().chain(report.secondary.iter().map(|label| (label, "-")));
    for (label, sign) in labels {
        writeln!(text, "  {} {}", place(sources, label.span, false), label.text).unwrap();
        text.push_str(&marked(sources, label.span, sign));
    }
    for note in &report.notes {
        writeln!(text, "  note: {note}").unwrap();
    }
    if let Some(help) = &report.help {
        writeln!(text, "  help: {help}").unwrap();
    }
    if let Some(fix) = &report.fix {
        let kind = if fix.safe { "fix" } else { "suggestion" };
        writeln!(text, "  {kind}: {} becomes {:?}", place(sources, fix.span, true), fix.text).unwrap();
    }
    text
}

#[track_caller]
fn snapshot(code: &str, case: &Path, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder().join(code));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name(case), text));
}

#[test]
fn every_case_says_this() {
    for Wrong { code, case, outcome, .. } in WRONG.iter() {
        let reports: Vec<String> =
            outcome.reports.iter().map(|report| render(&outcome.sources, report)).collect();
        let codes: BTreeSet<&str> = outcome.reports.iter().map(|report| report.code.0).collect();
        // No cascades: one mistake, one code. The end of the list comes with the errors it ends.
        let shown = reports.join("\n");
        assert!(codes.contains(code.as_str()), "{}:\n{shown}", case.display());
        assert!(codes.len() == 1 || code == "E0106", "{}:\n{shown}", case.display());
        snapshot(code, case, &shown);
    }
}

/// The artifact of a small policy, changed as a form says.
fn damaged(words: &[&str]) -> Vec<u8> {
    let text = "policy example version 1;\nroute /a allow read: open;\n";
    let mut bytes = dregg_tests::compile(text).map_err(|reports| format!("{reports:?}")).unwrap().bytes;
    let number = |word: &str| word.parse::<usize>().unwrap();
    match words {
        ["cut", length] => bytes.truncate(number(length)),
        ["grow", more] => bytes.extend(vec![0; number(more)]),
        ["set", offset, value] => bytes[number(offset)] = number(value) as u8,
        ["segments", most] => {
            let mut artifact = Artifact::decode(&bytes).unwrap();
            artifact.limits.segments = number(most) as u8;
            bytes = artifact.encode();
        }
        ["length", length] => bytes[16..24].copy_from_slice(&(number(length) as u64).to_le_bytes()),
        other => panic!("unknown form {other:?}"),
    }
    bytes
}

#[test]
fn bytes_that_no_text_shows_say_this() {
    for (code, case) in cases("form") {
        let form = fs::read_to_string(&case).unwrap();
        let words: Vec<&str> = form.split_whitespace().collect();
        let shown = match words.as_slice() {
            ["repeat", text, count] => {
                let bytes = text.repeat(count.parse().unwrap()).into_bytes();
                let outcome = compile(&[("policy.dregg".to_owned(), bytes)]);
                let reports: Vec<String> =
                    outcome.reports.iter().map(|report| render(&outcome.sources, report)).collect();
                reports.join("\n")
            }
            ["elements", words @ ..] => {
                let (sources, reports) = dregg_tests::collisions::reports(words);
                reports.iter().map(|report| render(&sources, report)).collect::<Vec<String>>().join("\n")
            }
            ["artifact", change @ ..] => {
                let error = Artifact::decode(&damaged(change)).expect_err(&form);
                format!("error[{}]: {error}\n", error.code())
            }
            other => panic!("unknown form {other:?}"),
        };
        assert!(shown.starts_with(&format!("error[{code}]")), "{}: {shown}", case.display());
        assert_eq!(shown.matches("error[").count(), 1, "{shown}");
        snapshot(&code, &case, &shown);
    }
}

#[test]
fn every_code_has_a_case_and_every_snapshot_too() {
    let with_case: BTreeSet<String> =
        cases("dregg").into_iter().chain(cases("form")).map(|(code, _)| code).collect();
    let known: BTreeSet<String> =
        dregg_compiler::codes::all().iter().map(|(code, _)| (*code).to_owned()).collect();
    assert_eq!(with_case, known);
    for (_, snapshot) in cases("snap") {
        let has = |ending: &str| snapshot.with_extension(ending).exists();
        assert!(has("dregg") || has("form"), "{} shows no case", snapshot.display());
    }
}

/// Each report's code, line and column; `down` lines are taken off the root's.
fn places(outcome: &Outcome, down: usize) -> Vec<(&'static str, String, usize, usize)> {
    let place = |report: &Diagnostic| {
        let (line, column) = outcome.sources.line_column(report.primary.span);
        let name = outcome.sources.name(report.primary.span).to_owned();
        let off = if name == "policy.dregg" { down } else { 0 };
        (report.code.0, name, line - off, column)
    };
    outcome.reports.iter().map(place).collect()
}

#[test]
fn line_ends_byte_order_marks_and_wide_characters_move_no_place() {
    let mut count = 0;
    for Wrong { code, case, files, outcome } in WRONG.iter() {
        let Ok(text) = String::from_utf8(files[0].1.clone()) else { continue };
        // An explosion takes as long as everything else here together.
        if text.starts_with('\u{feff}') || text.contains('\r') || code == "E0311" {
            continue;
        }
        count += 1;
        let with = |text: String| {
            let mut files = files.clone();
            files[0].1 = text.into_bytes();
            compile(&files)
        };
        let plain = places(outcome, 0);
        let shown = case.display();
        assert_eq!(places(&with(text.replace('\n', "\r\n")), 0), plain, "{shown} with CRLF");
        assert_eq!(places(&with(format!("\u{feff}{text}")), 0), plain, "{shown} with a byte order mark");
        let wide = format!("# \u{6f22}\u{5b57} \u{1f409} e\u{301}\n{text}");
        assert_eq!(places(&with(wide), 1), plain, "{shown} below wide characters");
    }
    assert!(count > 50, "{count}");
}

#[test]
fn an_edit_mends_what_it_is_offered_for() {
    let mut count = 0;
    for Wrong { code, case, files, outcome } in WRONG.iter() {
        // Behind a full list of errors the next one comes up.
        for report in outcome.reports.iter().filter(|_| code != "E0106") {
            let Some(fix) = &report.fix else { continue };
            count += 1;
            let mut mended = files.clone();
            let name = outcome.sources.name(fix.span);
            let file = mended.iter_mut().find(|(file, _)| file == name).unwrap();
            file.1.splice(fix.span.range(), fix.text.bytes());
            let after = compile(&mended);
            let remains = after.reports.iter().any(|other| other == report);
            let fewer = after.reports.len() < outcome.reports.len();
            let shown: Vec<String> = after.reports.iter().map(|one| render(&after.sources, one)).collect();
            assert!(!remains, "{}:\n{}", case.display(), shown.join("\n"));
            // A certain edit leaves nothing behind.
            assert!(fewer || !fix.safe, "{}:\n{}", case.display(), shown.join("\n"));
        }
    }
    assert!(count > 10, "{count}");
}

#[test]
fn messages_keep_the_style() {
    let mut wrong = Vec::new();
    for Wrong { code, case, outcome, .. } in WRONG.iter() {
        for report in &outcome.reports {
            let labels = [&report.primary].into_iter().chain(&report.secondary).map(|label| &label.text);
            let texts = labels.chain(&report.notes).chain(&report.help).chain([&report.message]);
            for text in texts {
                let upper = text.starts_with(|c: char| c.is_ascii_uppercase())
                    && !text.starts_with("U+")
                    && !text.starts_with(char::is_numeric);
                let open = text.matches('`').count() % 2 == 1;
                if upper || open || text.ends_with('.') && !text.ends_with("..") || text.contains("::") {
                    wrong.push(format!("{}: {text}", case.display()));
                }
            }
            // What was expected says what to do.
            if report.help.is_none() && code != "E0101" {
                wrong.push(format!("{}: no help", case.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
