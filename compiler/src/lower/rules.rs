//! Rules: variables, types, safety, negation. All rules of all files are typed together.

use super::types::{Node, Types};
use super::{Lowering, errors};
use crate::hir::{Atom, Callee, Rule, Term};
use dregg_artifact::{Comparison, Limits, Type, Visibility};
use dregg_grammar::{Span, ast};
use std::collections::BTreeSet;

/// The variables of one rule.
struct Variables {
    names: Vec<String>,
    places: Vec<Span>,
    nodes: Vec<Node>,
}

impl Variables {
    fn number(&mut self, name: &str, span: Span, types: &mut Types) -> u8 {
        let at = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.places.push(span);
            self.nodes.push(types.fresh());
            self.names.len() - 1
        });
        u8::try_from(at).unwrap_or(u8::MAX)
    }
}

impl Lowering<'_> {
    pub(super) fn rules(&mut self) {
        let mut types = Types::default();
        let columns: Vec<Vec<Node>> = self
            .predicates
            .iter()
            .map(|predicate| predicate.columns.iter().map(|_| types.fresh()).collect())
            .collect();
        let before = self.reports.len();
        for (module, item) in self.items() {
            let ast::Item::Rule(rule) = item else { continue };
            self.input_columns(module, rule);
        }
        for (module, item) in self.items() {
            let ast::Item::Rule(rule) = item else { continue };
            self.rule(module, rule, &columns, &mut types);
        }
        // An unknown type is reported only where no earlier error could be its cause.
        let clean = self.reports.len() == before;
        for (predicate, nodes) in self.predicates.iter_mut().zip(&columns) {
            for (place, (column, node)) in predicate.columns.iter_mut().zip(nodes).enumerate() {
                match types.get(*node) {
                    Some(ty) => column.0 = ty,
                    None if clean => {
                        self.reports.push(errors::type_unknown(predicate.span, &predicate.name, place + 1));
                    }
                    None => {}
                }
            }
        }
    }

    /// A column is an input if any rule of the predicate marks it `in`.
    fn input_columns(&mut self, module: usize, rule: &ast::RuleDefinition) {
        let entity = (module, rule.head.name.node.clone());
        let Some(Callee::Predicate(predicate)) = self.callees.get(&entity).copied() else { return };
        let Some(predicate) = self.predicates.get_mut(predicate as usize) else { return };
        for (column, term) in predicate.columns.iter_mut().zip(&rule.head.arguments) {
            column.1 |= matches!(term.node, ast::TermKind::In(_));
        }
    }

    fn rule(&mut self, module: usize, rule: &ast::RuleDefinition, columns: &[Vec<Node>], types: &mut Types) {
        let entity = (module, rule.head.name.node.clone());
        let Some(Callee::Predicate(number)) = self.callees.get(&entity).copied() else { return };
        let Some((wanted, declared)) =
            self.predicates.get(number as usize).map(|p| (p.columns.len(), p.span))
        else {
            return;
        };
        let found = rule.head.arguments.len();
        if found != wanted {
            self.reports.push(errors::arity(
                rule.head.span,
                &rule.head.name.node,
                found,
                wanted,
                false,
                declared,
            ));
            return;
        }
        if found > Limits::ARITY {
            let help = "split the predicate in two that share a column";
            self.reports.push(errors::too_many(rule.head.span, "columns", found, Limits::ARITY, help));
            return;
        }
        if rule.body.len() > Limits::BODY_ATOMS {
            let help = "move some of them into a rule of their own";
            self.reports.push(errors::too_many(
                rule.span,
                "atoms in one body",
                rule.body.len(),
                Limits::BODY_ATOMS,
                help,
            ));
            return;
        }
        let before = self.reports.len();
        let mut variables = Variables { names: Vec::new(), places: Vec::new(), nodes: Vec::new() };
        let nodes = columns.get(number as usize).cloned().unwrap_or_default();
        let mut head = Vec::new();
        for (term, node) in rule.head.arguments.iter().zip(&nodes) {
            head.extend(self.term(module, term, *node, &mut variables, types));
        }
        let body: Vec<Atom> = rule
            .body
            .iter()
            .filter_map(|atom| self.atom(module, atom, columns, &mut variables, types))
            .collect();
        if self.reports.len() == before {
            self.safety(rule, &head, &body, &variables);
        }
        if self.reports.len() == before
            && let Some(predicate) = self.predicates.get_mut(number as usize)
        {
            predicate.rules.push(Rule { head, body, variables: variables.names, span: rule.span });
        }
    }

    /// A term whose place has the type of `node`.
    fn term(
        &mut self,
        module: usize,
        term: &ast::Term,
        node: Node,
        variables: &mut Variables,
        types: &mut Types,
    ) -> Option<Term> {
        let (lowered, outcome) = match &term.node {
            ast::TermKind::Name(name) | ast::TermKind::In(name) => {
                let number = variables.number(name, term.span, types);
                let own = variables.nodes.get(usize::from(number)).copied()?;
                (Term::Variable(number), types.join(node, own, term.span))
            }
            ast::TermKind::Epoch => (Term::Epoch, types.fix(node, Type::Int, term.span)),
            ast::TermKind::Text(_) | ast::TermKind::Int(_) | ast::TermKind::Cell(_) => {
                let value = self.constant(module, term)?;
                let ty = value.ty();
                (Term::Value(value), types.fix(node, ty, term.span))
            }
        };
        match outcome {
            Ok(()) => Some(lowered),
            Err(report) => {
                self.reports.push(*report);
                None
            }
        }
    }

    fn atom(
        &mut self,
        module: usize,
        atom: &ast::BodyAtom,
        columns: &[Vec<Node>],
        variables: &mut Variables,
        types: &mut Types,
    ) -> Option<Atom> {
        match atom {
            ast::BodyAtom::Call(call) => {
                let (callee, terms) = self.body_call(module, call, columns, variables, types)?;
                Some(Atom::Call(callee, terms, call.span))
            }
            ast::BodyAtom::Not(call, span) => {
                let (callee, terms) = self.body_call(module, call, columns, variables, types)?;
                let relation = self.negatable(callee, &call.name.node, *span)?;
                Some(Atom::Not(relation, terms, *span))
            }
            ast::BodyAtom::Compare(left, operator, right) => {
                let span = left.span.to(right.span);
                let node = types.fresh();
                let comparison = comparison(*operator);
                if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
                    // Fresh, so this cannot clash.
                    let _ = types.fix(node, Type::Int, span);
                }
                // One comparison, one report.
                let left = self.term(module, left, node, variables, types)?;
                let right = self.term(module, right, node, variables, types)?;
                Some(Atom::Compare(left, comparison, right, span))
            }
        }
    }

    fn body_call(
        &mut self,
        module: usize,
        call: &ast::Call,
        columns: &[Vec<Node>],
        variables: &mut Variables,
        types: &mut Types,
    ) -> Option<(Callee, Vec<Term>)> {
        let callee = self.callee(module, &call.name)?;
        let nodes: Vec<Node> = match callee {
            Callee::Predicate(predicate) => columns.get(predicate as usize)?.clone(),
            Callee::Relation(relation) => {
                let relation = self.relations.get(relation as usize)?;
                let mut nodes = Vec::new();
                for (_, ty) in &relation.columns {
                    let node = types.fresh();
                    let _ = types.fix(node, *ty, relation.span);
                    nodes.push(node);
                }
                nodes
            }
        };
        if nodes.len() != call.arguments.len() {
            let place = self.callee_place(callee);
            let report =
                errors::arity(call.span, &call.name.node, call.arguments.len(), nodes.len(), false, place);
            self.reports.push(report);
            return None;
        }
        let mut terms = Vec::new();
        for (term, node) in call.arguments.iter().zip(nodes) {
            terms.push(self.term(module, term, node, variables, types));
        }
        Some((callee, terms.into_iter().collect::<Option<Vec<Term>>>()?))
    }

    /// Only base public relations may be negated; reports anything else.
    pub(super) fn negatable(&mut self, callee: Callee, name: &str, span: Span) -> Option<u32> {
        let place = self.callee_place(callee);
        match callee {
            Callee::Predicate(_) => {
                self.reports.push(errors::negated_predicate(span, name, place));
                None
            }
            Callee::Relation(relation) => {
                let held = self.relations.get(relation as usize)?.visibility == Visibility::Held;
                if held {
                    self.reports.push(errors::negated_private(
                        span,
                        &format!("the held relation `{name}`"),
                        Some(place),
                    ));
                    return None;
                }
                Some(relation)
            }
        }
    }

    /// Every variable of a head, a negation, a comparison or an input column is bound.
    fn safety(&mut self, rule: &ast::RuleDefinition, head: &[Term], body: &[Atom], variables: &Variables) {
        let mut bound: BTreeSet<u8> = BTreeSet::new();
        for (term, written) in head.iter().zip(&rule.head.arguments) {
            if let (Term::Variable(variable), ast::TermKind::In(_)) = (term, &written.node) {
                bound.insert(*variable);
            }
        }
        // What calls bind if each of them gets its input: a variable that even so has no value is a cause of its own.
        let mut granted = bound.clone();
        for atom in body {
            let Atom::Call(callee, terms, _) = atom else { continue };
            let outputs = terms.iter().enumerate().filter(|(place, _)| !self.is_input(*callee, *place));
            granted.extend(outputs.filter_map(|(_, term)| variable(term)));
        }
        self.bind(body, &mut bound);
        let mut demanded: Vec<(u8, &str, Span)> = Vec::new();
        for atom in body {
            match atom {
                Atom::Call(callee, terms, span) => {
                    let inputs = terms.iter().enumerate().filter(|(place, _)| self.is_input(*callee, *place));
                    let inputs = inputs.filter_map(|(_, term)| variable(term));
                    demanded.extend(inputs.map(|variable| (variable, "an `in` argument", *span)));
                }
                Atom::Not(_, terms, span) => {
                    demanded.extend(
                        terms.iter().filter_map(variable).map(|variable| (variable, "a negation", *span)),
                    );
                }
                Atom::Compare(left, _, right, span) => {
                    let both = [left, right].into_iter().filter_map(variable);
                    demanded.extend(both.map(|variable| (variable, "a comparison", *span)));
                }
            }
        }
        let heads = head.iter().filter_map(variable).map(|variable| {
            (variable, "the head", variables.places.get(usize::from(variable)).copied().unwrap_or_default())
        });
        let used: Vec<(u8, &str, Span)> = heads.chain(demanded).collect();
        let mut wrong: Vec<_> = used.iter().filter(|(variable, ..)| !granted.contains(variable)).collect();
        if wrong.is_empty() {
            // Calls that wait for one another: the first variable stands for the circle.
            let waiting =
                |(variable, place, _): &&(u8, &str, Span)| !bound.contains(variable) && *place != "the head";
            wrong.extend(used.iter().find(waiting));
        }
        let mut reported = BTreeSet::new();
        for (variable, place, span) in wrong {
            if reported.insert(*variable) {
                let name = variables.names.get(usize::from(*variable)).map_or("", String::as_str);
                // The first place of the variable is inside the atom, or in the head.
                let first = variables.places.get(usize::from(*variable)).copied().unwrap_or(*span);
                self.reports.push(errors::unsafe_variable(first, name, place, *place == "the head"));
            }
        }
    }

    /// Adds what the calls of a body bind: a call binds its other columns once its input columns are bound, so that no two
    /// calls can each wait for a value from the other.
    fn bind(&self, body: &[Atom], bound: &mut BTreeSet<u8>) {
        loop {
            let before = bound.len();
            for atom in body {
                let Atom::Call(callee, terms, _) = atom else { continue };
                let waits = |(place, term): (usize, &Term)| {
                    self.is_input(*callee, place) && variable(term).is_some_and(|one| !bound.contains(&one))
                };
                if !terms.iter().enumerate().any(waits) {
                    bound.extend(terms.iter().filter_map(variable));
                }
            }
            if bound.len() == before {
                return;
            }
        }
    }

    fn is_input(&self, callee: Callee, place: usize) -> bool {
        match callee {
            Callee::Relation(_) => false,
            Callee::Predicate(predicate) => {
                let column = self.predicates.get(predicate as usize).and_then(|p| p.columns.get(place));
                column.is_some_and(|column| column.1)
            }
        }
    }
}

fn variable(term: &Term) -> Option<u8> {
    match term {
        Term::Variable(variable) => Some(*variable),
        Term::Value(_) | Term::Epoch | Term::Caller | Term::Segment(_) => None,
    }
}

/// The artifact's operator for a written one.
pub(super) fn comparison(operator: ast::Operator) -> Comparison {
    match operator {
        ast::Operator::Equal => Comparison::Equal,
        ast::Operator::NotEqual => Comparison::NotEqual,
        ast::Operator::Less => Comparison::Less,
        ast::Operator::LessOrEqual => Comparison::LessOrEqual,
        ast::Operator::Greater => Comparison::Greater,
        ast::Operator::GreaterOrEqual => Comparison::GreaterOrEqual,
    }
}
