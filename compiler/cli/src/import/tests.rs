//! The rules of the import, each on a small document; `automata` tests the machinery below them.

mod automata;
mod rules;
mod security;

use super::{ImportError, Imported, Options, Remark, openapi};
use serde_json::{Value, json};

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
