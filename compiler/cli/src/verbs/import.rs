//! `dreggc import openapi SPEC.json [-o FILE]`.

use crate::files;
use crate::front;
use crate::import::{Options, openapi};
use crate::outcome::{Done, Failure, Outcome};
use crate::output::{self, Stream};
use crate::report::Reporter;
use dregg_compiler::load::load_text;
use dregg_grammar::{Diagnostic, SourceId, parse_acl};
use std::path::PathBuf;

/// The largest document, in bytes.
const DOCUMENT_BYTES: usize = 64 << 20;

/// What to import.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    kind: Kind,
}

/// The formats.
#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// An OpenAPI 3 or Swagger 2 document in JSON
    Openapi(OpenApi),
}

/// How to import an OpenAPI document.
#[derive(Debug, clap::Args)]
struct OpenApi {
    /// The document.
    document: PathBuf,
    /// The policy to write; standard output without it.
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// The ACL to invoke operations of a document without any `security`.
    #[arg(long, value_name = "ACL")]
    default_acl: Option<String>,
    /// Append the method as last segment: one route an operation.
    #[arg(long)]
    methods: bool,
    /// A prefix for all paths.
    #[arg(long, value_name = "PATH")]
    prefix: Option<String>,
    /// Put the path of the first server in front of all paths.
    #[arg(long)]
    server_prefix: bool,
    /// Leave out what cannot be expressed, instead of refusing the document.
    #[arg(long)]
    skip_refused: bool,
}

/// Imports, checks the policy that comes out, and says on standard error what became of the document.
pub(crate) fn run(arguments: &Arguments, reporter: &mut Reporter) -> Done {
    let Kind::Openapi(verb) = &arguments.kind;
    if let Some(acl) = &verb.default_acl
        && let Err(reports) = parse_acl(SourceId::default(), acl)
    {
        let why = reports.first().map_or("", |report| report.message.as_str());
        return Err(Failure::usage(format!("--default-acl is no ACL: {why}")));
    }
    let text = files::read_text(&verb.document, DOCUMENT_BYTES)?;
    let options = Options {
        default_acl: verb.default_acl.clone(),
        methods: verb.methods,
        prefix: verb.prefix.clone(),
        server_prefix: verb.server_prefix,
        skip_refused: verb.skip_refused,
    };
    let imported = openapi(&text, &options).map_err(|error| Failure::new(error.to_string()))?;
    let report = &imported.report;
    for line in report.merged.iter().map(|joined| format!("merged: {joined}")) {
        output::message(&line);
    }
    for line in report.covers.iter().map(|joined| format!("cover: {joined}")) {
        output::message(&line);
    }
    for line in report.refused.iter().map(|remark| format!("left out: {remark}")) {
        output::message(&line);
    }
    for line in report.notes.iter().map(|remark| format!("note: {remark}")) {
        output::message(&line);
    }
    output::message(&format!("{} paths mapped to {} routes", report.mapped.len(), report.routes));
    // A document may well ask for more than a policy may hold; then nothing is written.
    let checked = front::checked(load_text("imported.dregg", &imported.text));
    let findings = checked.all_findings();
    reporter.findings(&checked.sources, &findings, Stream::Error)?;
    if findings.iter().any(Diagnostic::is_error) {
        return Err(Failure::new("the document gives no policy that compiles; nothing was written"));
    }
    match &verb.output {
        Some(file) => output::file(file, imported.text.as_bytes())?,
        None => output::data(&imported.text)?,
    }
    Ok(Outcome::Fine)
}
