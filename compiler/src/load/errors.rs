//! Every diagnostic of loading, one small function each (`E0201` to `E0210`).

use super::path::BadModulePath;
use super::reader::ReadError;
use dregg_grammar::{Diagnostic, SOURCE_BYTES, Span, closest};

/// `E0201`, or `E0203` for a link that leads out: a file that cannot be read.
pub(super) fn cannot_read(span: Span, name: &str, error: &ReadError) -> Diagnostic {
    let report = Diagnostic::error("E0201", span, format!("`{name}` cannot be read"));
    match error {
        ReadError::NotFound => report
            .label("there is no such file")
            .help("correct the path; it is relative to the importing file"),
        ReadError::NotAFile => report.label("not a regular file").help("name a file of policy text"),
        ReadError::TooLarge => {
            report.label(format!("larger than {SOURCE_BYTES} bytes")).help("split it into several files")
        }
        ReadError::Other(reason) => report.label(reason.clone()).help("make the file readable"),
        ReadError::Outside => Diagnostic::error(
            "E0203",
            span,
            format!("`{name}` is not inside the root directory"),
        )
        .label("a symbolic link leads out of it")
        .help(
            "copy the file into the directory of the root file, or compile from a directory that holds both",
        ),
    }
}

/// `E0202`: files that import one another. `uses` are the `use` items of the cycle in order; `names` the files in
/// order, the first one again at the end.
pub(super) fn cycle(uses: &[Span], names: &[&str]) -> Diagnostic {
    let (last, rest) = match uses.split_last() {
        Some((last, rest)) => (*last, rest),
        None => (Span::default(), uses),
    };
    let message =
        if names.len() == 2 { "this file imports itself" } else { "these files import one another" };
    let mut report = Diagnostic::error("E0202", last, message).label("this import closes the cycle");
    for (span, pair) in rest.iter().zip(names.windows(2)) {
        if let [from, to] = pair {
            report = report.also(*span, format!("`{from}` imports `{to}`"));
        }
    }
    let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let help = if names.len() == 2 { "remove this import" } else { "move what they share into a third file" };
    report.note(format!("the cycle: {}", shown.join(" -> "))).help(help)
}

/// `E0203`: a text that names no file below the root directory.
pub(super) fn bad_path(span: Span, problem: BadModulePath) -> Diagnostic {
    let report = |message: &str| Diagnostic::error("E0203", span, message);
    match problem {
        BadModulePath::NoFile => {
            report("this import names no file").label("no file name").help("write the path of a file, such as \"shared.dregg\"")
        }
        BadModulePath::Absolute => report("an import may not be an absolute path")
            .label("begins with `/`")
            .help("write the path relative to the importing file"),
        BadModulePath::Outside => report("this import leads out of the root directory")
            .label("more `..` than directories")
            .help("move the file into the directory of the root file, or compile from a directory that holds both"),
        BadModulePath::Character(character) => report("an import's path holds a character it may not have")
            .label(match character {
                '\\' => "`\\` is no separator here".to_owned(),
                ':' => "`:` is not allowed".to_owned(),
                other => format!("the control character U+{:04X}", u32::from(other)),
            })
            .help("separate directories by `/`, and use no `\\`, `:` or control characters"),
        BadModulePath::EmptySegment => {
            report("this import's path has an empty part").label("`//`").help("write one `/`")
        }
    }
}

/// `E0203`: a standard module that imports a file.
pub(super) fn file_of_standard(span: Span) -> Diagnostic {
    Diagnostic::error("E0203", span, "a standard module imports no files")
        .label("there is no directory to look in")
        .help("import another standard module")
}

/// `E0205`: a standard module that does not exist.
pub(super) fn unknown_standard(span: Span, name: &str) -> Diagnostic {
    let known: Vec<String> = dregg_stdlib::names().iter().map(|name| format!("std.{name}")).collect();
    let close = closest(name, known.iter().map(String::as_str));
    let report = Diagnostic::error("E0205", span, format!("there is no standard module `{name}`"))
        .label("unknown module");
    match close {
        Some(close) => report.help(format!("did you mean `{close}`?")).suggest(span, close),
        None if name.starts_with("std.") => report.help(format!("use one of {}", quoted(&known))),
        None => report.help(format!("write a file in double quotes, or use one of {}", quoted(&known))),
    }
}

/// `E0208`: more imports than the limit.
pub(super) fn too_many_imports(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::error("E0208", span, format!("too many imports, the limit is {limit}"))
        .label("the first one beyond the limit")
        .help("join files")
}

/// `E0210`: a `policy` line in an imported file.
pub(super) fn policy_line_in_module(span: Span, imported: Option<Span>) -> Diagnostic {
    let report = Diagnostic::error("E0210", span, "only the root file has a `policy` line")
        .label("in an imported file");
    let report = match imported {
        Some(span) => report.also(span, "imported here"),
        None => report,
    };
    report.help("remove the line, or check this file by itself")
}

/// `E0406`: two imports of one file with the same alias.
pub(super) fn alias_twice(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error("E0406", span, format!("`{name}` names two imports"))
        .label("the second")
        .also(first, "the first")
        .help("choose another name after `as`")
}

fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
