//! The rules of the import, each on a small document; `automata` tests the machinery below them. Every text that is
//! looked at is also given to the compiler.

mod automata;
mod rules;
mod security;

use super::{ImportError, Imported, Options, Remark};
use dregg_artifact::Pattern;
use dregg_compiler::automaton::{Budget, build};
use dregg_compiler::load::load_text;
use dregg_compiler::lower::lower;
use serde_json::{Value, json};

/// Imports, and compiles what comes out as far as the automaton, which knows every ambiguity.
fn openapi(json: &str, options: &Options) -> Result<Imported, ImportError> {
    let imported = super::openapi(json, options)?;
    let text = &imported.text;
    let loaded = load_text("imported.dregg", text);
    assert!(loaded.diagnostics.is_empty(), "{:?}\n{text}", loaded.diagnostics);
    let lowered = lower(&loaded);
    assert!(lowered.diagnostics.is_empty(), "{:?}\n{text}", lowered.diagnostics);
    let patterns: Vec<Pattern> = lowered.hir.routes.iter().map(|route| route.pattern.clone()).collect();
    assert_eq!(patterns.len(), imported.report.routes, "{text}");
    let built = build(&patterns, &lowered.hir.sets, &Budget::for_patterns(&patterns));
    assert!(built.is_ok(), "{:?}\n{text}", built.err());
    Ok(imported)
}

/// A document with these paths, and without any `security`.
fn document(paths: &Value) -> String {
    json!({ "openapi": "3.0.3", "info": { "title": "Pets", "version": "1.0" }, "paths": paths }).to_string()
}

fn with_default() -> Options {
    Options { default_acl: Some("capability(\"api\")".to_owned()), ..Options::default() }
}

/// Imports a document of paths without security.
fn import(paths: &Value) -> Imported {
    openapi(&document(paths), &with_default()).unwrap()
}

/// The refusals of a document of paths without security.
fn refused(paths: &Value) -> Vec<Remark> {
    match openapi(&document(paths), &with_default()) {
        Err(ImportError::Refused(remarks)) => remarks,
        other => panic!("not refused: {other:?}"),
    }
}

/// The route statements of a text as `PATTERN ACL OF INVOKE`.
fn routes(imported: &Imported) -> Vec<String> {
    imported
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("route "))
        .map(|line| {
            if let Some(pattern) = line.strip_suffix(" allow read, invoke: open;") {
                return format!("{pattern} open");
            }
            let body = line.strip_suffix("; }").unwrap();
            body.replacen(" { allow read: open; allow invoke: ", " ", 1)
        })
        .collect()
}

/// The patterns of a text's routes, for documents under the default ACL.
fn patterns(imported: &Imported) -> Vec<String> {
    routes(imported)
        .iter()
        .map(|route| route.strip_suffix(" capability(\"api\")").unwrap().to_owned())
        .collect()
}

/// A path item whose only operation has these path parameters.
fn get(parameters: &Value) -> Value {
    json!({ "get": { "parameters": parameters } })
}

fn parameter(name: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}
