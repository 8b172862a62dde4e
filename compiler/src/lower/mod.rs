//! From loaded modules to the HIR: names, types, safety, negation, guards, grants, inheritance, redirects, limits.
//!
//! Specificity (E0301) and the state budget (E0311) are checked afterwards on the automaton, by `generate`. Reading
//! order: `scope` (what a name means), `declarations`, `elements`, `rules` and `types`, `acl`, `routes`, `redirects`, `blocks`.

mod acl;
mod blocks;
mod declarations;
mod elements;
mod errors;
mod redirects;
mod routes;
mod rules;
mod scope;
#[cfg(test)]
mod tests;
mod types;

use crate::automaton::number_sets;
use crate::hir::{Callee, Cell, Fact, Governance, Hir, Predicate, Redirect, Relation, Route, Test};
use crate::load::Loaded;
use dregg_artifact::{CellId, Limits, Pattern, Segment, SegmentSet};
use dregg_grammar::{Diagnostic, ERROR_LIMIT, Spanned, ast};
use scope::{Entity, Kind, Scope};
use std::collections::BTreeMap;

pub use elements::{alike, relation_element};

/// What came of lowering.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The policy; to be relied on only if no diagnostic is an error.
    pub hir: Hir,
    /// What was wrong, in order of file and place, at most [`ERROR_LIMIT`] a file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Resolves and checks loaded modules. Call it only if loading gave no errors, so that nothing is reported twice.
pub fn lower(loaded: &Loaded) -> Lowered {
    let mut lowering = Lowering::new(loaded);
    lowering.declare();
    lowering.cells_and_sets();
    lowering.relations();
    lowering.rules();
    lowering.facts();
    lowering.limits();
    lowering.routes();
    lowering.redirects();
    lowering.governance();
    lowering.tests();
    lowering.finish()
}

/// The names of what has been lowered so far, and the reports.
struct Lowering<'a> {
    loaded: &'a Loaded,
    scope: Scope<'a>,
    reports: Vec<Diagnostic>,
    cells: BTreeMap<Entity, CellId>,
    cellsets: BTreeMap<Entity, Vec<CellId>>,
    segments: BTreeMap<Entity, Option<Segment>>,
    sets: Vec<SegmentSet>,
    callees: BTreeMap<Entity, Callee>,
    hir_cells: Vec<Cell>,
    relations: Vec<Relation>,
    predicates: Vec<Predicate>,
    facts: Vec<Spanned<Fact>>,
    limits: Limits,
    routes: Vec<Route>,
    redirects: Vec<Redirect>,
    governance: Option<Governance>,
    tests: Vec<Test>,
}

impl<'a> Lowering<'a> {
    fn new(loaded: &'a Loaded) -> Lowering<'a> {
        Lowering {
            loaded,
            scope: Scope::new(loaded),
            reports: Vec::new(),
            cells: BTreeMap::new(),
            cellsets: BTreeMap::new(),
            segments: BTreeMap::new(),
            sets: Vec::new(),
            callees: BTreeMap::new(),
            hir_cells: Vec::new(),
            relations: Vec::new(),
            predicates: Vec::new(),
            facts: Vec::new(),
            limits: Limits::default(),
            routes: Vec::new(),
            redirects: Vec::new(),
            governance: None,
            tests: Vec::new(),
        }
    }

    /// All items of all modules, with the module's number.
    fn items(&self) -> impl Iterator<Item = (usize, &'a ast::Item)> + use<'a> {
        let modules = self.loaded.modules.iter().enumerate();
        modules.flat_map(|(index, module)| module.ast.items.iter().map(move |item| (index, item)))
    }

    /// A cell by its name in a module; reports an unknown one.
    fn cell(&mut self, module: usize, name: &ast::Name) -> Option<CellId> {
        match self.scope.find(Kind::Cell, module, &name.node) {
            // A declared cell whose bytes were wrong has been reported.
            Some(entity) => self.cells.get(&entity).copied(),
            None => {
                let report = self.scope.unknown(Kind::Cell, module, &name.node, name.span);
                self.reports.push(report);
                None
            }
        }
    }

    /// A sorted set of cells in place or by name; reports what is unknown.
    fn cells_ref(&mut self, module: usize, cells: &ast::CellsRef) -> Option<Vec<CellId>> {
        match cells {
            ast::CellsRef::Set(names, _) => Some(self.cell_list(module, names)),
            ast::CellsRef::Named(name) => match self.scope.find(Kind::CellSet, module, &name.node) {
                Some(entity) => self.cellsets.get(&entity).cloned(),
                None => {
                    let report = self.scope.unknown(Kind::CellSet, module, &name.node, name.span);
                    self.reports.push(report);
                    None
                }
            },
        }
    }

    fn cell_list(&mut self, module: usize, names: &[ast::Name]) -> Vec<CellId> {
        let mut cells: Vec<CellId> = names.iter().filter_map(|name| self.cell(module, name)).collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    fn callee_place(&self, callee: Callee) -> dregg_grammar::Span {
        match callee {
            Callee::Relation(relation) => self.relations.get(relation as usize).map(|relation| relation.span),
            Callee::Predicate(predicate) => {
                self.predicates.get(predicate as usize).map(|predicate| predicate.span)
            }
        }
        .unwrap_or_default()
    }

    fn finish(mut self) -> Lowered {
        self.number_sets();
        self.reports.sort_by_key(|report| (report.primary.span.source, report.primary.span.start));
        self.reports.dedup();
        let mut counts = BTreeMap::new();
        self.reports.retain(|report| {
            let count = counts.entry(report.primary.span.source).or_insert(0usize);
            *count += 1;
            *count <= ERROR_LIMIT
        });
        let root = self.loaded.modules.first().map(|module| &module.ast.items[..]).unwrap_or(&[]);
        let line = root.iter().find_map(|item| match item {
            ast::Item::Policy(line) => Some(line),
            _ => None,
        });
        self.hir_cells.sort_by(|a, b| a.name.cmp(&b.name));
        self.facts.sort_by(|a, b| a.node.cmp(&b.node));
        self.facts.dedup_by(|a, b| a.node == b.node);
        self.routes.sort_by(|a, b| a.pattern.cmp(&b.pattern));
        self.redirects.sort_by(|a, b| a.from.cmp(&b.from));
        let hir = Hir {
            name: line.map(|line| line.name.node.clone()).unwrap_or_default(),
            version: line.map_or(0, |line| line.version),
            limits: self.limits,
            cells: self.hir_cells,
            sets: self.sets,
            relations: self.relations,
            predicates: self.predicates,
            facts: self.facts,
            routes: self.routes,
            redirects: self.redirects,
            governance: self.governance,
            tests: self.tests,
        };
        Lowered { hir, diagnostics: self.reports }
    }

    /// Keeps the sets that routes refer to, in canonical order, and renumbers the patterns.
    fn number_sets(&mut self) {
        let taken = self.routes.iter_mut().map(|route| std::mem::take(&mut route.pattern));
        let mut patterns: Vec<Pattern> = taken.collect();
        self.sets = number_sets(&mut patterns, &self.sets);
        for (route, pattern) in self.routes.iter_mut().zip(patterns) {
            route.pattern = pattern;
        }
    }
}
