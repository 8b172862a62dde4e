//! Declarations that stand for themselves: cells, sets of cells, segment sets, relations, facts, limits.

use super::scope::Kind;
use super::{Lowering, elements, errors};
use crate::automaton::{SegmentLanguage, regular_set};
use crate::hir::{Callee, Cell, Fact, Predicate, Relation};
use dregg_artifact::{CellId, Limits, Segment, Type, Value, Visibility, Writer};
use dregg_grammar::{Span, Spanned, ast, closest};

impl Lowering<'_> {
    /// Declares every name of every module, so that order never matters.
    pub(super) fn declare(&mut self) {
        for (module, item) in self.items() {
            let (kind, name) = match item {
                ast::Item::Cell(cell) => (Kind::Cell, &cell.name),
                ast::Item::CellSet(set) => (Kind::CellSet, &set.name),
                ast::Item::Segment(segment) => (Kind::Segment, &segment.name),
                ast::Item::Relation(relation) => (Kind::Callable, &relation.name),
                ast::Item::Policy(_)
                | ast::Item::Use(_)
                | ast::Item::Limits(_)
                | ast::Item::Fact(_)
                | ast::Item::Rule(_)
                | ast::Item::Route(_)
                | ast::Item::Redirect(_)
                | ast::Item::Governance(_)
                | ast::Item::Test(_) => continue,
            };
            self.check_reserved(kind, name);
            self.scope.declare(kind, module, &name.node, name.span, &mut self.reports);
        }
        // A predicate is declared by the first rule that has it as its head; a relation of the name is a clash.
        let mut heads = std::collections::BTreeMap::new();
        for (module, item) in self.items() {
            let ast::Item::Rule(rule) = item else { continue };
            let name = &rule.head.name;
            if heads.insert((module, name.node.clone()), name.span).is_none() {
                self.check_reserved(Kind::Callable, name);
                self.scope.declare(Kind::Callable, module, &name.node, name.span, &mut self.reports);
            }
        }
        self.scope.check_imports(&mut self.reports);
        self.scope.check_full_names(&mut self.reports);
    }

    fn check_reserved(&mut self, kind: Kind, name: &ast::Name) {
        if kind == Kind::Callable && ["open", "proof", "cells"].contains(&name.node.as_str()) {
            self.reports.push(errors::reserved_name(name.span, &name.node));
        }
    }

    pub(super) fn cells_and_sets(&mut self) {
        for (module, item) in self.items() {
            let ast::Item::Cell(cell) = item else { continue };
            let Some(id) = CellId::from_hex(&cell.hex.node) else { continue };
            if !id.is_canonical() {
                self.reports.push(errors::cell_not_canonical(cell.hex.span));
                continue;
            }
            let entity = (module, cell.name.node.clone());
            if self.cells.contains_key(&entity) {
                continue;
            }
            self.hir_cells.push(Cell { name: self.scope.full_name(&entity), id, span: cell.name.span });
            self.cells.insert(entity, id);
        }
        for (module, item) in self.items() {
            match item {
                ast::Item::CellSet(set) => {
                    let members = self.cell_list(module, &set.members);
                    self.cellsets.entry((module, set.name.node.clone())).or_insert(members);
                }
                ast::Item::Segment(definition) => {
                    let segment = self.segment_set(definition);
                    self.segments.entry((module, definition.name.node.clone())).or_insert(segment);
                }
                _ => {}
            }
        }
    }

    fn segment_set(&mut self, definition: &ast::SegmentDefinition) -> Option<Segment> {
        let span = definition.regex.span;
        match regular_set(&definition.regex.node) {
            Ok(SegmentLanguage::Empty) => {
                let help = "match segments: they hold A-Z a-z 0-9 . _ ~ : @ + , = ( ) $ ! - and are neither `.` nor `..`";
                self.reports.push(errors::bad_regex(span, "this regex matches no segment".to_owned(), help));
                None
            }
            Ok(SegmentLanguage::Literal(text)) => Some(Segment::Literal(text)),
            Ok(SegmentLanguage::Any) => Some(Segment::Any),
            Ok(SegmentLanguage::Set(set)) => {
                self.sets.push(set);
                Some(Segment::Set(u32::try_from(self.sets.len() - 1).unwrap_or(u32::MAX)))
            }
            Err(error) => {
                let help =
                    "write a regular expression over the characters of a segment; it is matched as a whole";
                self.reports.push(errors::bad_regex(
                    span,
                    format!("this is no segment regex: {}", error.message),
                    help,
                ));
                None
            }
        }
    }

    pub(super) fn relations(&mut self) {
        let mut found: Vec<(String, usize, &ast::RelationDefinition)> = Vec::new();
        for (module, item) in self.items() {
            let ast::Item::Relation(relation) = item else { continue };
            let entity = (module, relation.name.node.clone());
            if self.scope.place(Kind::Callable, &entity) == relation.name.span {
                found.push((self.scope.full_name(&entity), module, relation));
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, module, definition) in found {
            let number = u32::try_from(self.relations.len()).unwrap_or(u32::MAX);
            self.callees.insert((module, definition.name.node.clone()), Callee::Relation(number));
            let relation = self.relation(name, module, definition);
            self.relations.push(relation);
        }
        self.reports.extend(elements::alike(&self.relations, elements::relation_element));
        // Predicates get their numbers here, so that relations and rules can name them in any order.
        let mut heads = std::collections::BTreeMap::new();
        for (module, item) in self.items() {
            let ast::Item::Rule(rule) = item else { continue };
            let entity = (module, rule.head.name.node.clone());
            if !self.callees.contains_key(&entity) {
                heads
                    .entry((self.scope.full_name(&entity), entity))
                    .or_insert((rule.head.name.span, rule.head.arguments.len()));
            }
        }
        for ((name, entity), (span, columns)) in heads {
            let number = u32::try_from(self.predicates.len()).unwrap_or(u32::MAX);
            self.callees.insert(entity, Callee::Predicate(number));
            let columns = vec![(Type::Text, false); columns];
            self.predicates.push(Predicate { name, columns, rules: Vec::new(), span });
        }
    }

    fn relation(&mut self, name: String, module: usize, definition: &ast::RelationDefinition) -> Relation {
        let mut columns: Vec<(String, Type)> = Vec::new();
        let mut places: Vec<Span> = Vec::new();
        for column in &definition.columns {
            let ty = match column.ty.node.as_str() {
                "cell" => Type::Cell,
                "text" => Type::Text,
                "int" => Type::Int,
                other => {
                    self.reports.push(errors::unknown_type(column.ty.span, other));
                    Type::Text
                }
            };
            if let Some(first) = columns.iter().position(|(name, _)| *name == column.name.node) {
                let first = places.get(first).copied().unwrap_or_default();
                self.reports.push(errors::declared_twice(
                    column.name.span,
                    "column",
                    &column.name.node,
                    first,
                ));
            }
            columns.push((column.name.node.clone(), ty));
            places.push(column.name.span);
        }
        if columns.len() > Limits::ARITY {
            let help = "split the relation in two that share a column";
            let report =
                errors::too_many(definition.name.span, "columns", columns.len(), Limits::ARITY, help);
            self.reports.push(report);
        }
        let writer = self.writer(module, definition.writer.as_ref(), Some(&columns));
        let visibility = if definition.held { Visibility::Held } else { Visibility::Public };
        Relation { name, columns, visibility, writer, span: definition.name.span }
    }

    /// Who may write; the council if nothing is said. `columns`: those a `column` may name, none outside relations.
    pub(super) fn writer(
        &mut self,
        module: usize,
        writer: Option<&ast::Writer>,
        columns: Option<&[(String, Type)]>,
    ) -> Writer {
        match writer {
            None | Some(ast::Writer::Council(_)) => Writer::Council,
            Some(ast::Writer::Cells(cells)) => {
                Writer::Cells(self.cells_ref(module, cells).unwrap_or_default())
            }
            Some(ast::Writer::Column(name)) => {
                let columns = columns.unwrap_or(&[]);
                match columns.iter().position(|(column, _)| *column == name.node) {
                    Some(at) => {
                        if let Some((_, ty)) = columns.get(at)
                            && *ty != Type::Cell
                        {
                            self.reports.push(errors::type_mismatch(name.span, ty.word(), "cell", None));
                        }
                        Writer::Column(u8::try_from(at).unwrap_or(u8::MAX))
                    }
                    None => {
                        let close = closest(&name.node, columns.iter().map(|(column, _)| column.as_str()));
                        let close = close.map(|close| (close, close.to_owned()));
                        self.reports.push(errors::unknown(name.span, "column", &name.node, close, None));
                        Writer::Council
                    }
                }
            }
        }
    }

    pub(super) fn facts(&mut self) {
        for (module, item) in self.items() {
            let ast::Item::Fact(fact) = item else { continue };
            let Some(callee) = self.callee(module, &fact.call.name) else { continue };
            let place = self.callee_place(callee);
            let relation = match callee {
                Callee::Relation(relation) => relation,
                Callee::Predicate(_) => {
                    self.reports.push(errors::fact_not_public(
                        fact.call.span,
                        &fact.call.name.node,
                        false,
                        place,
                    ));
                    continue;
                }
            };
            let held =
                self.relations.get(relation as usize).is_some_and(|r| r.visibility == Visibility::Held);
            if held {
                self.reports.push(errors::fact_not_public(fact.call.span, &fact.call.name.node, true, place));
                continue;
            }
            if let Some(node) = self.ground(module, relation, &fact.call) {
                self.facts.push(Spanned::new(node, fact.call.span));
            }
        }
    }

    /// A fact of a relation from constants; reports arity and types.
    pub(super) fn ground(&mut self, module: usize, relation: u32, call: &ast::Call) -> Option<Fact> {
        let declared = self.relations.get(relation as usize)?.clone();
        if call.arguments.len() != declared.columns.len() {
            let wanted = declared.columns.len();
            let report =
                errors::arity(call.span, &call.name.node, call.arguments.len(), wanted, false, declared.span);
            self.reports.push(report);
            return None;
        }
        let mut arguments = Vec::new();
        for (argument, (column, ty)) in call.arguments.iter().zip(&declared.columns) {
            let value = self.constant(module, argument)?;
            if value.ty() != *ty {
                let why = (declared.span, format!("column `{column}` is {}", errors::article(ty.word())));
                self.reports.push(errors::type_mismatch(
                    argument.span,
                    value.ty().word(),
                    ty.word(),
                    Some(why),
                ));
                return None;
            }
            arguments.push(value);
        }
        Some(Fact { relation, arguments })
    }

    /// The value of a constant term; `None` for a name, or after a report for an unknown cell.
    pub(super) fn constant(&mut self, module: usize, term: &ast::Term) -> Option<Value> {
        match &term.node {
            ast::TermKind::Text(text) => Some(Value::Text(text.clone())),
            ast::TermKind::Int(value) => Some(Value::Int(*value)),
            ast::TermKind::Cell(name) => {
                let name = Spanned::new(name.clone(), term.span);
                self.cell(module, &name).map(Value::Cell)
            }
            ast::TermKind::Name(_) | ast::TermKind::In(_) | ast::TermKind::Epoch => None,
        }
    }

    /// What a call names; reports an unknown name.
    pub(super) fn callee(&mut self, module: usize, name: &ast::Name) -> Option<Callee> {
        match self.scope.find(Kind::Callable, module, &name.node) {
            Some(entity) => self.callees.get(&entity).copied(),
            None => {
                let report = self.scope.unknown(Kind::Callable, module, &name.node, name.span);
                self.reports.push(report);
                None
            }
        }
    }

    pub(super) fn limits(&mut self) {
        let mut seen: std::collections::BTreeMap<&str, Span> = std::collections::BTreeMap::new();
        const NAMES: [&str; 4] = ["path_bytes", "segments", "derivation_depth", "proof_facts"];
        for (_, item) in self.items() {
            let ast::Item::Limits(limits) = item else { continue };
            for limit in limits {
                let name = limit.name.node.as_str();
                if !NAMES.contains(&name) {
                    let help = match closest(name, NAMES.into_iter()) {
                        Some(close) => format!("did you mean `{close}`?"),
                        None => format!("the bounds are `{}`", NAMES.join("`, `")),
                    };
                    self.reports.push(errors::bad_limit(
                        limit.name.span,
                        format!("there is no bound called `{name}`"),
                        help,
                    ));
                    continue;
                }
                if let Some(first) = seen.insert(name, limit.name.span) {
                    self.reports.push(errors::stated_twice(limit.name.span, name, first));
                }
                self.set_limit(name, &limit.value);
            }
        }
    }

    fn set_limit(&mut self, name: &str, value: &Spanned<u64>) {
        let ceiling = match name {
            "path_bytes" => u64::from(Limits::CEILING.path_bytes),
            "segments" => u64::from(Limits::CEILING.segments),
            "derivation_depth" => u64::from(Limits::CEILING.derivation_depth),
            _ => u64::from(Limits::PROOF_FACTS),
        };
        if value.node == 0 || value.node > ceiling {
            let message = format!("`{name}` is 1 to {ceiling}, not {}", value.node);
            self.reports.push(errors::bad_limit(value.span, message, format!("use 1 to {ceiling}")));
            return;
        }
        let small = u8::try_from(value.node).unwrap_or(u8::MAX);
        match name {
            "path_bytes" => self.limits.path_bytes = u16::try_from(value.node).unwrap_or(u16::MAX),
            "segments" => self.limits.segments = small,
            "derivation_depth" => self.limits.derivation_depth = small,
            _ => self.limits.proof_facts = small,
        }
    }
}
