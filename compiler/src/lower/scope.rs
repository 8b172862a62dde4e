//! What every file declares, and what a name means in a file.
//!
//! `use` without `as` adds the other file's own names; with `as` they are reached through the alias. Nothing is
//! re-exported. The artifact knows an entity by the shortest name the root file could reach it by.

use super::errors;
use crate::load::Loaded;
use dregg_grammar::{Diagnostic, Span, closest};
use std::collections::BTreeMap;

/// The kinds of names; each has a space of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Cell,
    CellSet,
    Segment,
    /// Relations and predicates.
    Callable,
}

impl Kind {
    pub(super) fn words(self) -> &'static str {
        match self {
            Kind::Cell => "cell",
            Kind::CellSet => "cell set",
            Kind::Segment => "segment set",
            Kind::Callable => "relation or predicate",
        }
    }
}

/// An entity: the module that declares it and its name there.
pub(super) type Entity = (usize, String);

/// All declarations, by kind, module and name.
pub(super) struct Scope<'a> {
    loaded: &'a Loaded,
    declared: BTreeMap<Kind, BTreeMap<Entity, Span>>,
    prefixes: Vec<String>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(loaded: &'a Loaded) -> Scope<'a> {
        Scope { loaded, declared: BTreeMap::new(), prefixes: prefixes(loaded) }
    }

    /// Declares a name in a module; `false` with a report if it is taken.
    pub(super) fn declare(
        &mut self,
        kind: Kind,
        module: usize,
        name: &str,
        span: Span,
        reports: &mut Vec<Diagnostic>,
    ) -> bool {
        let space = self.declared.entry(kind).or_default();
        if let Some(first) = space.get(&(module, name.to_owned())) {
            reports.push(errors::declared_twice(span, kind.words(), name, *first));
            return false;
        }
        space.insert((module, name.to_owned()), span);
        true
    }

    /// Reports names that a file both declares and imports, or imports from two files.
    pub(super) fn check_imports(&self, reports: &mut Vec<Diagnostic>) {
        for (index, module) in self.loaded.modules.iter().enumerate() {
            let plain: Vec<_> = module.imports.iter().filter(|import| import.alias.is_none()).collect();
            for (kind, space) in &self.declared {
                let mut seen: BTreeMap<&str, (usize, Span)> = BTreeMap::new();
                for other in plain.iter().map(|import| import.module).chain([index]) {
                    for ((owner, name), span) in
                        space.range((other, String::new())..(other + 1, String::new()))
                    {
                        match seen.get(name.as_str()) {
                            Some((first, _)) if first == owner => {}
                            Some((_, first)) => {
                                let report = errors::declared_twice(*span, kind.words(), name, *first);
                                reports.push(report.help(if other == index {
                                    "choose another name: an import brings this one"
                                } else {
                                    "import one of the files with `as name`"
                                }));
                            }
                            None => {
                                seen.insert(name, (*owner, *span));
                            }
                        }
                    }
                }
            }
        }
    }

    /// What a name means in a module.
    pub(super) fn find(&self, kind: Kind, module: usize, name: &str) -> Option<Entity> {
        let space = self.declared.get(&kind)?;
        let has = |owner: usize, name: &str| {
            let entity = (owner, name.to_owned());
            space.contains_key(&entity).then_some(entity)
        };
        let imports = &self.loaded.modules.get(module)?.imports;
        match name.split_once('.') {
            Some((alias, rest)) => {
                let import = imports.iter().find(|import| import.alias.as_deref() == Some(alias))?;
                has(import.module, rest)
            }
            None => has(module, name).or_else(|| {
                imports
                    .iter()
                    .filter(|import| import.alias.is_none())
                    .find_map(|import| has(import.module, name))
            }),
        }
    }

    /// Where an entity is declared.
    pub(super) fn place(&self, kind: Kind, entity: &Entity) -> Span {
        self.declared.get(&kind).and_then(|space| space.get(entity)).copied().unwrap_or_default()
    }

    /// Reports that a name means nothing here, with the closest that does.
    pub(super) fn unknown(&self, kind: Kind, module: usize, name: &str, span: Span) -> Diagnostic {
        let visible = self.visible(kind, module);
        let close = closest(name, visible.iter().map(String::as_str));
        let sign = if kind == Kind::Cell { "@" } else { "" };
        let hint = match kind {
            Kind::Callable => standard_module_of(name).map(|module| format!("add `use std.{module};`")),
            Kind::Cell | Kind::CellSet | Kind::Segment => None,
        };
        let close = close.map(|close| (format!("{sign}{close}"), format!("{sign}{close}")));
        let shown = close.as_ref().map(|(shown, edit)| (shown.as_str(), edit.clone()));
        errors::unknown(
            span,
            kind.words(),
            &format!("{sign}{name}"),
            if hint.is_some() { None } else { shown },
            hint,
        )
    }

    fn visible(&self, kind: Kind, module: usize) -> Vec<String> {
        let mut names = Vec::new();
        let Some(space) = self.declared.get(&kind) else { return names };
        let Some(imports) = self.loaded.modules.get(module).map(|module| &module.imports) else {
            return names;
        };
        for (owner, name) in space.keys() {
            if *owner == module {
                names.push(name.clone());
            }
            for import in imports.iter().filter(|import| import.module == *owner) {
                names.push(match &import.alias {
                    Some(alias) => format!("{alias}.{name}"),
                    None => name.clone(),
                });
            }
        }
        names
    }

    /// The name the artifact knows an entity by.
    pub(super) fn full_name(&self, entity: &Entity) -> String {
        format!("{}{}", self.prefixes.get(entity.0).map_or("", String::as_str), entity.1)
    }

    /// Reports two entities of one kind that the artifact would know by one name.
    pub(super) fn check_full_names(&self, reports: &mut Vec<Diagnostic>) {
        for (kind, space) in &self.declared {
            let mut seen: BTreeMap<String, Span> = BTreeMap::new();
            for (entity, span) in space {
                if let Some(first) = seen.insert(self.full_name(entity), *span) {
                    let report = errors::declared_twice(*span, kind.words(), &entity.1, first);
                    let names = |other: &Diagnostic, place: Span| {
                        other.primary.span == place || other.secondary.iter().any(|label| label.span == place)
                    };
                    // A clash that is already reported as a declaration or import is not reported again.
                    if !reports
                        .iter()
                        .any(|other| other.code == report.code && names(other, *span) && names(other, first))
                    {
                        reports.push(report.help("import one of the files with `as name`"));
                    }
                }
            }
        }
    }
}

/// Each module's least prefix over all ways to import it: fewest dots, then by text.
fn prefixes(loaded: &Loaded) -> Vec<String> {
    let mut best: Vec<Option<String>> = vec![None; loaded.modules.len()];
    let mut work = vec![(0usize, String::new())];
    while let Some((module, prefix)) = work.pop() {
        let rank = |text: &str| (text.matches('.').count(), text.to_owned());
        let Some(slot) = best.get_mut(module) else { continue };
        if slot.as_ref().is_some_and(|old| rank(old) <= rank(&prefix)) {
            continue;
        }
        *slot = Some(prefix.clone());
        for import in loaded.modules.get(module).map_or(&[][..], |module| &module.imports) {
            let next = match &import.alias {
                Some(alias) => format!("{prefix}{alias}."),
                None => prefix.clone(),
            };
            work.push((import.module, next));
        }
    }
    best.into_iter().map(Option::unwrap_or_default).collect()
}

/// The standard module that declares a relation or predicate of this name.
fn standard_module_of(name: &str) -> Option<&'static str> {
    let declares =
        |text: &str| ["relation ", "rule "].iter().any(|word| text.contains(&format!("{word}{name}(")));
    dregg_stdlib::names().iter().copied().find(|module| dregg_stdlib::module(module).is_some_and(declares))
}
