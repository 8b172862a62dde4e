//! Loading from memory: accepted and refused imports in pairs.

use super::*;
use std::collections::BTreeSet;

fn memory(files: &[(&str, &str)]) -> Memory {
    let mut memory = Memory::default();
    for (path, text) in files {
        memory.add(*path, *text);
    }
    memory
}

fn loaded(files: &[(&str, &str)]) -> Loaded {
    load(&mut memory(files), "dir/root.dregg")
}

fn codes(loaded: &Loaded) -> Vec<&'static str> {
    loaded.diagnostics.iter().map(|report| report.code.0).collect()
}

#[test]
fn a_diamond_is_loaded_once() {
    let loaded = loaded(&[
        ("root.dregg", "use \"a.dregg\" as a; use \"b/b.dregg\"; use std.capability;"),
        ("a.dregg", "use \"b/../c.dregg\";"),
        ("b/b.dregg", "use \"../c.dregg\" as c;\nuse \"./d.dregg\";"),
        ("c.dregg", "use std.capability;"),
        ("b/d.dregg", ""),
    ]);
    assert_eq!(codes(&loaded), Vec::<&str>::new());
    let names: Vec<&str> = loaded.sources.iter().map(|(_, source)| source.name.as_str()).collect();
    assert_eq!(
        names,
        ["dir/root.dregg", "dir/a.dregg", "dir/b/b.dregg", "std.capability", "dir/c.dregg", "dir/b/d.dregg"]
    );
    let imports = |module: usize| -> Vec<(usize, Option<&str>)> {
        loaded.modules[module].imports.iter().map(|import| (import.module, import.alias.as_deref())).collect()
    };
    assert_eq!(imports(0), [(1, Some("a")), (2, None), (3, None)]);
    assert_eq!(imports(1), [(4, None)]);
    assert_eq!(imports(2), [(4, Some("c")), (5, None)]);
    assert_eq!(imports(4), [(3, None)]);
}

#[test]
fn what_is_no_file_below_the_root_directory_is_refused() {
    for path in [
        "../x.dregg",
        "a/../../x.dregg",
        "/x.dregg",
        "",
        ".",
        "a/",
        "a//b.dregg",
        "a\\\\b.dregg",
        "C:x.dregg",
        "..",
    ] {
        let loaded = loaded(&[("root.dregg", &format!("use \"{path}\";"))]);
        assert_eq!(codes(&loaded), ["E0203"], "{path}");
        assert!(loaded.modules[0].imports.is_empty());
    }
    let root = ModulePath::root("root.dregg").unwrap();
    assert_eq!(root.import("a\0b"), Err(BadModulePath::Character('\0')));
    assert_eq!(root.import("a/./../b").unwrap().to_string(), "b");
    assert!(ModulePath::root("a/b").is_err());
}

#[test]
fn cycles_are_printed_with_every_import() {
    let files = [
        ("root.dregg", "use \"a.dregg\";"),
        ("a.dregg", "use \"b.dregg\";"),
        ("b.dregg", "use std.roles;\nuse \"a.dregg\";"),
    ];
    let cyclic = loaded(&files);
    assert_eq!(codes(&cyclic), ["E0202"]);
    let report = &cyclic.diagnostics[0];
    assert_eq!(cyclic.sources.text(report.primary.span), "use \"a.dregg\";");
    assert_eq!(cyclic.sources.name(report.primary.span), "dir/b.dregg");
    assert_eq!(report.secondary.len(), 1);
    assert_eq!(cyclic.sources.text(report.secondary[0].span), "use \"b.dregg\";");
    assert_eq!(report.notes, ["the cycle: `dir/a.dregg` -> `dir/b.dregg` -> `dir/a.dregg`"]);

    let itself = loaded(&[("root.dregg", "use \"./root.dregg\";")]);
    assert_eq!(codes(&itself), ["E0202"]);
    assert_eq!(itself.diagnostics[0].message, "this file imports itself");
    assert_eq!(codes(&loaded(&files[..1])), ["E0201"]);
}

#[test]
fn unknown_standard_modules_get_a_suggestion() {
    let close = load_text("p.dregg", "use std.capabilty;");
    assert_eq!(codes(&close), ["E0205"]);
    assert_eq!(close.diagnostics[0].help.as_deref(), Some("did you mean `std.capability`?"));
    let fix = close.diagnostics[0].fix.as_ref().unwrap();
    assert_eq!(
        (close.sources.text(fix.span), fix.text.as_str(), fix.safe),
        ("std.capabilty", "std.capability", false)
    );

    let far = load_text("p.dregg", "use std.zzzzzzzzzzzzzzz;");
    assert_eq!(codes(&far), ["E0205"]);
    assert!(far.diagnostics[0].fix.is_none());
    assert_eq!(codes(&load_text("p.dregg", "use capability;")), ["E0205"]);
    assert_eq!(codes(&load_text("p.dregg", "use std.capability;")), Vec::<&str>::new());
}

#[test]
fn the_limit_of_imports_counts_every_use() {
    let uses = |count: usize| (0..count).map(|_| "use \"a.dregg\";\n").collect::<String>();
    assert_eq!(codes(&loaded(&[("root.dregg", &uses(64)), ("a.dregg", "")])), Vec::<&str>::new());
    let over = loaded(&[("root.dregg", &uses(66)), ("a.dregg", "")]);
    assert_eq!(codes(&over), ["E0208"]);
    assert_eq!(over.sources.line_column(over.diagnostics[0].primary.span), (65, 1));
    let spread = loaded(&[("root.dregg", &uses(60)), ("a.dregg", &"use std.roles;".repeat(5))]);
    assert_eq!(codes(&spread), ["E0208"]);
}

#[test]
fn a_long_chain_of_files_is_followed() {
    let mut memory = Memory::default();
    for index in 0..=64 {
        memory.add(format!("{index}.dregg"), format!("use \"{}.dregg\";", index + 1));
    }
    memory.add("64.dregg", "");
    let chain = load(&mut memory, "0.dregg");
    assert_eq!(codes(&chain), Vec::<&str>::new());
    assert_eq!(chain.modules.len(), 65);
}

#[test]
fn bytes_that_are_no_text_are_reported_in_their_file() {
    let mut files = memory(&[("root.dregg", "use \"a.dregg\";")]);
    files.add("a.dregg", b"# good\n\xff".to_vec());
    let loaded = load(&mut files, "root.dregg");
    assert_eq!(codes(&loaded), ["E0007"]);
    let span = loaded.diagnostics[0].primary.span;
    assert_eq!((loaded.sources.name(span), loaded.sources.line_column(span)), ("a.dregg", (2, 1)));
}

#[test]
fn only_the_root_has_a_policy_line() {
    let line = "policy acme version 1;";
    assert_eq!(codes(&loaded(&[("root.dregg", line)])), Vec::<&str>::new());
    let imported = loaded(&[("root.dregg", "use \"a.dregg\";"), ("a.dregg", line)]);
    assert_eq!(codes(&imported), ["E0210"]);
    assert_eq!(imported.sources.text(imported.diagnostics[0].primary.span), line);
}

#[test]
fn an_alias_names_one_import() {
    let text = |second: &str| format!("use \"a.dregg\" as x; use \"a.dregg\" as {second};");
    assert_eq!(codes(&loaded(&[("root.dregg", &text("y")), ("a.dregg", "")])), Vec::<&str>::new());
    assert_eq!(codes(&loaded(&[("root.dregg", &text("x")), ("a.dregg", "")])), ["E0406"]);
}

#[test]
fn syntax_errors_of_every_file_come_through_and_in_order() {
    let bad = "relation ;\n".repeat(30);
    let loaded = loaded(&[("root.dregg", "use \"a.dregg\"; fact ;"), ("a.dregg", &bad)]);
    let sources: Vec<u32> = loaded.diagnostics.iter().map(|report| report.primary.span.source.0).collect();
    assert!(sources.is_sorted());
    assert_eq!(sources.iter().collect::<BTreeSet<_>>().len(), 2);
    assert_eq!(sources.iter().filter(|source| **source == 1).count(), 21);
}

#[test]
fn an_unreadable_root_is_reported_in_its_name() {
    struct Refusing(ReadError);
    impl Reader for Refusing {
        fn read(&mut self, _: &ModulePath) -> Result<Vec<u8>, ReadError> {
            Err(self.0.clone())
        }
    }
    for (error, code) in [
        (ReadError::NotFound, "E0201"),
        (ReadError::NotAFile, "E0201"),
        (ReadError::TooLarge, "E0201"),
        (ReadError::Other("permission denied".to_owned()), "E0201"),
        (ReadError::Outside, "E0203"),
    ] {
        let loaded = load(&mut Refusing(error), "dir/root.dregg");
        assert_eq!(codes(&loaded), [code]);
        assert_eq!(loaded.sources.name(loaded.diagnostics[0].primary.span), "dir/root.dregg");
        assert!(loaded.modules.is_empty());
    }
}

#[test]
fn every_standard_module_loads_without_a_finding() {
    for name in dregg_stdlib::names() {
        let loaded = load_text("p.dregg", &format!("use std.{name};"));
        assert_eq!(codes(&loaded), Vec::<&str>::new(), "std.{name}");
    }
}
