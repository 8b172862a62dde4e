//! OpenAPI 3.x and Swagger 2.0, in JSON, as a policy.
//!
//! One route a path (or, with `methods`, one an operation). `invoke` asks for the scopes of **all** its operations,
//! `read` is open. Integer and UUID parameters become regular sets, other parameters match any one segment. What cannot
//! be said exactly is refused by name. Servers of single paths, callbacks and webhooks make no routes.

use super::acl::{Acl, Requirement};
use super::document::{METHODS, below, object, path_parameter, requirement, target};
use super::policy::{Heading, write};
use super::report::{ImportError, Imported, Mapped, Remark, Report};
use super::segment::Segments;
use super::template::{Kind, Kinds, Place, Template};
use super::text::{is_deceptive, plain};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How a document is imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The ACL of `invoke` for documents in which no operation and no global `security` names a scheme, as `.dregg`
    /// text. It is not used for others.
    pub default_acl: Option<String>,
    /// Whether each operation gets a route of its own, with its method in lower case as last segment.
    pub methods: bool,
    /// A literal path all routes begin with.
    pub prefix: Option<String>,
    /// Whether routes begin (after `prefix`) with the document's `basePath`, or the path of its first server's URL.
    pub server_prefix: bool,
    /// Whether paths that cannot be said are left out and reported instead of failing the import.
    pub skip_refused: bool,
}

/// The most references from one path item to the next.
const ITEM_REFERENCES: usize = 8;

/// One route to be, as the document has it.
pub(super) struct Source {
    /// Its path, with `methods` followed by its method; safe to show.
    pub(super) label: String,
    /// Where it stands.
    pub(super) pointer: String,
    /// What it matches.
    pub(super) places: Vec<Place>,
    /// Who may invoke it, unless the default ACL applies.
    pub(super) acl: Acl,
}

/// Turns a document into a policy. Pure, and the same for the same document and options.
///
/// # Errors
/// See [`ImportError`]; paths that cannot be said are all named at once.
pub fn openapi(json: &str, options: &Options) -> Result<Imported, ImportError> {
    let document: Value = serde_json::from_str(json).map_err(|error| ImportError::Json {
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
    })?;
    let format = format(&document).ok_or(ImportError::Version)?;
    let default_acl = options.default_acl.as_deref().map(one_acl).transpose()?;
    let root = prefix(&document, options)?;

    let mut reader = Reader::new(&document, options, root)?;
    let paths = match document.get("paths") {
        Some(paths) => object(paths, "/paths", "`paths`").map_err(ImportError::Shape)?,
        // OpenAPI 3.1 allows a document of webhooks alone.
        None => &Map::new(),
    };
    for (path, item) in paths {
        if !path.starts_with("x-") {
            reader.read(path, item);
        }
    }
    let Reader { mut sources, mut segments, mut report, secured, .. } = reader;
    if !report.refused.is_empty() && !options.skip_refused {
        return Err(ImportError::Refused(report.refused));
    }
    let default_acl = match (secured, default_acl) {
        (true, _) => None,
        (false, Some(acl)) => Some(acl),
        (false, None) => return Err(ImportError::NoSecurity),
    };
    sources.sort_by(|one, other| (&one.label, &one.pointer).cmp(&(&other.label, &other.pointer)));
    let info =
        |key| document.pointer("/info").and_then(|info| info.get(key)).and_then(Value::as_str).unwrap_or("");
    let heading = Heading { format, title: info("title"), version: info("version"), default_acl };
    let text = write(&heading, &sources, &mut segments, &mut report)?;
    Ok(Imported { text, report })
}

/// What the document says it is, in words.
fn format(document: &Value) -> Option<String> {
    let openapi = document.get("openapi").and_then(Value::as_str).filter(|version| version.starts_with("3."));
    let swagger = document.get("swagger").and_then(Value::as_str).filter(|version| *version == "2.0");
    openapi.map(|version| format!("OpenAPI {}", plain(version))).or(swagger.map(|_| "Swagger 2.0".to_owned()))
}

/// A text that stands where an ACL does and ends there.
fn one_acl(text: &str) -> Result<&str, ImportError> {
    let refuse = |reason: &str| Err(ImportError::DefaultAcl(reason.to_owned()));
    let text = text.trim();
    if text.is_empty() {
        return refuse("it is empty");
    }
    if text.chars().any(is_deceptive) {
        return refuse("it holds a line break, control, invisible or bidirectional character");
    }
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' | '#' if !quoted => return refuse("it goes on after the ACL"),
            _ => {}
        }
    }
    if quoted { refuse("a text in it is not closed") } else { Ok(text) }
}

/// The segments every route begins with.
fn prefix(document: &Value, options: &Options) -> Result<Template, ImportError> {
    let mut root = Template::default();
    let servers =
        if options.server_prefix { server_path(document).map_err(ImportError::Shape)? } else { None };
    for text in options.prefix.iter().cloned().chain(servers) {
        let parsed = Template::parse(&text).and_then(|template| {
            if template.is_literal() {
                root.clone().join(template)
            } else {
                Err("it holds a parameter".to_owned())
            }
        });
        root = parsed.map_err(|reason| ImportError::Prefix { prefix: text, reason })?;
    }
    Ok(root)
}

/// The path of the server all paths are below, if the document names one.
fn server_path(document: &Value) -> Result<Option<String>, Remark> {
    if let Some(base) = document.get("basePath") {
        let base = base.as_str().ok_or_else(|| Remark::new("/basePath", "`basePath` is no text"))?;
        return Ok(Some(base.to_owned()).filter(|base| !base.is_empty()));
    }
    let Some(server) = document.pointer("/servers/0") else { return Ok(None) };
    let pointer = "/servers/0/url";
    let Some(url) = server.get("url").and_then(Value::as_str) else {
        return Err(Remark::new(pointer, "a server has no URL"));
    };
    let mut url = url.to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten() {
        if let Some(default) = variable.get("default").and_then(Value::as_str) {
            url = url.replace(&format!("{{{name}}}"), default);
        }
    }
    let path = match url.split_once("//") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(""),
        None => &url,
    };
    Ok(Some(path.to_owned()).filter(|path| !path.is_empty()))
}

/// Collects the routes of a document's paths.
struct Reader<'d> {
    document: &'d Value,
    options: &'d Options,
    root: Template,
    /// What operations ask for that do not say it themselves.
    global: Requirement,
    /// Whether any `security` names a scheme.
    secured: bool,
    segments: Segments,
    sources: Vec<Source>,
    report: Report,
}

/// One operation of a path.
struct Operation<'d> {
    method: &'d str,
    pointer: String,
    requirement: Requirement,
    kinds: BTreeMap<&'d str, Kind>,
}

impl<'d> Reader<'d> {
    fn new(document: &'d Value, options: &'d Options, root: Template) -> Result<Reader<'d>, ImportError> {
        let mut reader = Reader {
            document,
            options,
            root,
            global: Requirement::new(),
            secured: false,
            segments: Segments::default(),
            sources: Vec::new(),
            report: Report::default(),
        };
        if let Some(list) = document.get("security") {
            reader.global = requirement(list, "/security").map_err(ImportError::Shape)?;
            reader.secured = names_scheme(list);
        }
        Ok(reader)
    }

    /// Reads one path and its item into sources, or refuses it.
    fn read(&mut self, path: &str, item: &'d Value) {
        let pointer = below("/paths", path);
        match self.operations(item, &pointer).and_then(|operations| self.routes(path, &pointer, operations)) {
            Ok(sources) => self.sources.extend(sources),
            Err(remark) => self.report.refused.push(remark),
        }
    }

    fn routes(
        &mut self,
        path: &str,
        pointer: &str,
        operations: Vec<Operation<'d>>,
    ) -> Result<Vec<Source>, Remark> {
        let refuse = |reason| Remark::new(pointer, reason);
        let template =
            Template::parse(path).and_then(|template| self.root.clone().join(template)).map_err(refuse)?;
        if operations.is_empty() {
            self.report.notes.push(Remark::new(pointer, "it has no operation, so it gets no route"));
            return Ok(Vec::new());
        }
        if template.trailing_slash {
            self.report.notes.push(Remark::new(pointer, "no path ends in `/`: its route is written without"));
        }
        let mut sources = Vec::new();
        if self.options.methods {
            for operation in &operations {
                let method = Template::parse(&format!("/{}", operation.method.to_ascii_lowercase()));
                let places = method
                    .and_then(|method| template.clone().join(method))
                    .and_then(|template| template.places(&joined([operation]), &mut self.segments))
                    .map_err(|reason| Remark::new(&operation.pointer, reason))?;
                let label = format!("{} {}", plain(path), plain(operation.method));
                sources.push(Source {
                    label,
                    pointer: operation.pointer.clone(),
                    places,
                    acl: acl([operation]),
                });
            }
        } else {
            let places = template.places(&joined(&operations), &mut self.segments).map_err(refuse)?;
            let (label, pointer) = (plain(path), pointer.to_owned());
            sources.push(Source { label, pointer, places, acl: acl(&operations) });
        }
        Ok(sources)
    }

    /// All operations of a path item, through its references.
    fn operations(&mut self, item: &'d Value, pointer: &str) -> Result<Vec<Operation<'d>>, Remark> {
        let mut parts = vec![(object(item, pointer, "a path item")?, pointer.to_owned())];
        // A reference stands for all of a path item, so what it leads to belongs to the path; what stands beside it
        // (undefined before 3.1) is taken as well, so that no operation's scopes are lost.
        while let Some((reference, at)) = parts.last().and_then(|(part, at)| Some((part.get("$ref")?, at))) {
            let place = below(at, "$ref");
            let found = reference.as_str().and_then(|text| Some((text, target(self.document, text)?)));
            let Some((text, item)) = found.filter(|_| parts.len() <= ITEM_REFERENCES) else {
                return Err(Remark::new(place, "the reference leads to nothing in this document"));
            };
            let at = text.trim_start_matches('#').to_owned();
            parts.push((object(item, &at, "a path item")?, at));
        }
        let mut operations = Vec::new();
        let shared: Vec<&Value> = parts.iter().rev().filter_map(|(part, _)| part.get("parameters")).collect();
        for (part, at) in &parts {
            for method in METHODS {
                if let Some(operation) = part.get(method) {
                    operations.push(self.operation(method, operation, below(at, method), &shared)?);
                }
            }
            if let Some(additional) = part.get("additionalOperations") {
                let at = below(at, "additionalOperations");
                for (method, operation) in object(additional, &at, "`additionalOperations`")? {
                    operations.push(self.operation(method, operation, below(&at, method), &shared)?);
                }
            }
        }
        Ok(operations)
    }

    fn operation(
        &mut self,
        method: &'d str,
        operation: &'d Value,
        pointer: String,
        shared: &[&'d Value],
    ) -> Result<Operation<'d>, Remark> {
        let operation = object(operation, &pointer, "an operation")?;
        let requirement = match operation.get("security") {
            Some(list) => {
                self.secured |= names_scheme(list);
                requirement(list, &below(&pointer, "security"))?
            }
            None => self.global.clone(),
        };
        let lists = shared.iter().copied().chain(operation.get("parameters"));
        let parameters = lists.filter_map(Value::as_array).flatten();
        let kinds = parameters.filter_map(|parameter| path_parameter(self.document, parameter)).collect();
        Ok(Operation { method, pointer, requirement, kinds })
    }
}

/// Whether a `security` list asks for anything, if only as one choice.
fn names_scheme(list: &Value) -> bool {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .any(|alternative| !alternative.is_empty())
}

/// The kinds a route of these operations has to match: of each parameter, what any of them takes.
fn joined<'o, 'd: 'o>(operations: impl IntoIterator<Item = &'o Operation<'d>>) -> Kinds {
    let mut kinds = Kinds::new();
    let operations: Vec<_> = operations.into_iter().collect();
    for name in operations.iter().flat_map(|operation| operation.kinds.keys()) {
        // An operation that does not declare the parameter takes whatever comes.
        let all = operations
            .iter()
            .map(|operation| operation.kinds.get(name).copied().unwrap_or(Kind::Text))
            .collect();
        kinds.insert((*name).to_owned(), all);
    }
    kinds
}

fn acl<'o, 'd: 'o>(operations: impl IntoIterator<Item = &'o Operation<'d>>) -> Acl {
    let mut acl = Acl::default();
    for operation in operations {
        acl.require(operation.requirement.clone());
    }
    acl
}

/// What the report says of a source.
impl Source {
    pub(super) fn mapped(&self, route: &str) -> Mapped {
        Mapped { pointer: self.pointer.clone(), route: route.to_owned() }
    }
}
