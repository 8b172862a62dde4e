//! Follows the imports of a root file, each file once.

use super::path::ModulePath;
use super::reader::{Memory, ReadError, Reader};
use super::{IMPORTS, cycles, errors};
use dregg_grammar::ast::{self, Import, Item};
use dregg_grammar::{Comment, Diagnostic, SourceId, SourceMap, Span, decode, parse};
use std::collections::BTreeMap;

/// A file of policy text, loaded.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its text.
    pub source: SourceId,
    /// Its tree; partial if it has errors.
    pub ast: ast::Module,
    /// Its comments.
    pub comments: Vec<Comment>,
    /// Where it comes from.
    pub origin: Origin,
    /// Its imports that were found, in order of the text.
    pub imports: Vec<ResolvedImport>,
}

/// Where a module comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A file of the root directory or below.
    File(ModulePath),
    /// A standard module by its name without `std.`.
    Standard(String),
}

/// A `use` item whose module was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedImport {
    /// The whole item.
    pub span: Span,
    /// The module's place in [`Loaded::modules`].
    pub module: usize,
    /// The prefix its names get.
    pub alias: Option<String>,
}

/// A root file with everything it imports.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// All texts.
    pub sources: SourceMap,
    /// The modules: the root first, then in the order in which they were met. Empty only if the root cannot be read.
    pub modules: Vec<Module>,
    /// What was wrong, by source, then place. At most [`dregg_grammar::ERROR_LIMIT`] and one more a file from its
    /// syntax, and a few for each of at most [`IMPORTS`] imports.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether any diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Loads a root file and everything it imports.
///
/// `root` is the root file as people name it, directories separated by `/`; messages name the other files in the same
/// way. The reader is asked for paths relative to its directory, the root file first. Total: errors are diagnostics.
pub fn load(reader: &mut dyn Reader, root: &str) -> Loaded {
    let (directory, file) = match root.rfind('/') {
        Some(at) => root.split_at_checked(at + 1).unwrap_or(("", root)),
        None => ("", root),
    };
    let mut loader = Loader {
        reader,
        directory: directory.to_owned(),
        loaded: Loaded::default(),
        known: BTreeMap::new(),
        imports: 0,
    };
    match ModulePath::root(file) {
        Ok(path) => {
            loader.open(Origin::File(path), None);
        }
        Err(problem) => {
            let source = loader.loaded.sources.add(root, "");
            loader.loaded.diagnostics.push(errors::bad_path(Span::new(source, 0, 0), problem));
        }
    }
    loader.follow();
    loader.finish()
}

/// Loads a text as a root file that has no other files beside it.
pub fn load_text(name: &str, text: &str) -> Loaded {
    let mut memory = Memory::default();
    let file = name.rsplit('/').next().unwrap_or(name);
    memory.add(file, text);
    load(&mut memory, name)
}

struct Loader<'r> {
    reader: &'r mut dyn Reader,
    /// Of the root file, as people name it; empty or with a `/` at the end.
    directory: String,
    loaded: Loaded,
    /// What was met before: its module, or nothing if it could not be read.
    known: BTreeMap<Origin, Option<usize>>,
    imports: usize,
}

impl Loader<'_> {
    /// Resolves the imports of every module in turn; modules are added while it runs.
    fn follow(&mut self) {
        let mut index = 0;
        while let Some(module) = self.loaded.modules.get(index) {
            let origin = module.origin.clone();
            let uses: Vec<ast::Use> = module.ast.items.iter().filter_map(as_use).cloned().collect();
            let mut imports: Vec<ResolvedImport> = Vec::new();
            for item in uses {
                self.imports += 1;
                if self.imports > IMPORTS {
                    if self.imports == IMPORTS + 1 {
                        self.loaded.diagnostics.push(errors::too_many_imports(item.span, IMPORTS));
                    }
                    break;
                }
                let Some(target) = self.target(&origin, &item) else { continue };
                let alias = item.alias.as_ref().map(|alias| alias.node.clone());
                if let Some(name) = &item.alias
                    && let Some(first) = imports.iter().find(|import| import.alias == alias)
                {
                    self.loaded.diagnostics.push(errors::alias_twice(name.span, &name.node, first.span));
                    continue;
                }
                imports.push(ResolvedImport { span: item.span, module: target, alias });
            }
            if let Some(module) = self.loaded.modules.get_mut(index) {
                module.imports = imports;
            }
            index += 1;
        }
    }

    /// The module that a `use` item names, loaded if it is new.
    fn target(&mut self, importer: &Origin, item: &ast::Use) -> Option<usize> {
        let (origin, place) = match &item.import {
            Import::Standard(name) => match name.node.strip_prefix("std.") {
                Some(module) if dregg_stdlib::module(module).is_some() => {
                    (Origin::Standard(module.to_owned()), name.span)
                }
                Some(_) | None => {
                    self.loaded.diagnostics.push(errors::unknown_standard(name.span, &name.node));
                    return None;
                }
            },
            Import::File(text) => match importer {
                Origin::Standard(_) => {
                    self.loaded.diagnostics.push(errors::file_of_standard(text.span));
                    return None;
                }
                Origin::File(importer) => match importer.import(&text.node) {
                    Ok(path) => (Origin::File(path), text.span),
                    Err(problem) => {
                        self.loaded.diagnostics.push(errors::bad_path(text.span, problem));
                        return None;
                    }
                },
            },
        };
        match self.known.get(&origin) {
            Some(known) => *known,
            None => self.open(origin, Some((place, item.span))),
        }
    }

    /// Reads and parses a module that was not met before. `from` is where it is named, and the whole `use` item; nothing
    /// for the root.
    fn open(&mut self, origin: Origin, from: Option<(Span, Span)>) -> Option<usize> {
        self.known.insert(origin.clone(), None);
        let (name, bytes) = match &origin {
            Origin::Standard(module) => {
                let text = dregg_stdlib::module(module).unwrap_or("");
                (format!("std.{module}"), Ok(text.as_bytes().to_vec()))
            }
            Origin::File(path) => (format!("{}{path}", self.directory), self.reader.read(path)),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                self.unreadable(&name, from, &error);
                return None;
            }
        };
        // A text that is no UTF-8 is kept up to its first bad byte, so that the report has a place.
        let next = SourceId(u32::try_from(self.loaded.sources.iter().count()).unwrap_or(u32::MAX));
        let (text, problem) = match decode(next, &bytes) {
            Ok(text) => (text, None),
            Err(report) => {
                let good = std::str::from_utf8(bytes.get(..report.primary.span.range().start).unwrap_or(&[]));
                (good.unwrap_or(""), Some(*report))
            }
        };
        let source = self.loaded.sources.add(name, text);
        let parsed = match problem {
            None => parse(source, text),
            Some(report) => {
                dregg_grammar::Parsed { diagnostics: vec![report], ..dregg_grammar::Parsed::default() }
            }
        };
        if let Some((_, item)) = from {
            self.refuse_policy_line(&parsed.module, item);
        }
        self.loaded.diagnostics.extend(parsed.diagnostics);
        let index = self.loaded.modules.len();
        let module = Module {
            source,
            ast: parsed.module,
            comments: parsed.comments,
            origin: origin.clone(),
            imports: Vec::new(),
        };
        self.loaded.modules.push(module);
        self.known.insert(origin, Some(index));
        Some(index)
    }

    fn unreadable(&mut self, name: &str, from: Option<(Span, Span)>, error: &ReadError) {
        let place = match from {
            Some((place, _)) => place,
            None => Span::new(self.loaded.sources.add(name, ""), 0, 0),
        };
        self.loaded.diagnostics.push(errors::cannot_read(place, name, error));
    }

    fn refuse_policy_line(&mut self, module: &ast::Module, imported: Span) {
        for item in &module.items {
            if let Item::Policy(line) = item {
                self.loaded.diagnostics.push(errors::policy_line_in_module(line.span, Some(imported)));
            }
        }
    }

    fn finish(self) -> Loaded {
        let mut loaded = self.loaded;
        loaded.diagnostics.extend(cycles::find(&loaded.modules, &loaded.sources));
        loaded.diagnostics.sort_by_key(|report| (report.primary.span.source, report.primary.span.start));
        loaded
    }
}

fn as_use(item: &Item) -> Option<&ast::Use> {
    match item {
        Item::Use(item) => Some(item),
        Item::Policy(_)
        | Item::Limits(_)
        | Item::Cell(_)
        | Item::CellSet(_)
        | Item::Segment(_)
        | Item::Relation(_)
        | Item::Fact(_)
        | Item::Rule(_)
        | Item::Route(_)
        | Item::Redirect(_)
        | Item::Governance(_)
        | Item::Test(_) => None,
    }
}
