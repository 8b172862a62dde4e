//! The cells of a policy, and the same policy with other cells in their places.
//!
//! Every type of the HIR is taken apart here field by field, so that one which comes to hold a cell must be thought of.

use super::{
    Acl, AclKind, Atom, Cell, Clause, Delegation, Expectation, ExpectationKind, Fact, Gateway, Governance,
    Guard, GuardKind, Hir, Predicate, Redirect, Relation, Route, Rule, Service, Term, Test,
};
use dregg_artifact::{CellId, Value, Writer};
use std::collections::BTreeSet;

/// What is done with each cell.
type Visit<'a> = &'a mut dyn FnMut(&mut CellId);

impl Hir {
    /// Every cell that the policy or one of its tests names.
    pub fn cell_ids(&self) -> BTreeSet<CellId> {
        let mut found = BTreeSet::new();
        each(&mut self.clone(), &mut |cell| _ = found.insert(*cell));
        found
    }

    /// The same policy with every cell replaced. It means the same for the replaced cells, as long as `replaced` takes no
    /// two cells for one.
    pub fn with_cells(&self, replaced: impl Fn(&CellId) -> CellId) -> Hir {
        let mut hir = self.clone();
        each(&mut hir, &mut |cell| *cell = replaced(cell));
        hir
    }
}

fn each(hir: &mut Hir, visit: Visit<'_>) {
    let Hir {
        name: _,
        version: _,
        limits: _,
        cells,
        sets: _,
        relations,
        predicates,
        facts,
        routes,
        redirects,
        governance,
        tests,
    } = hir;
    for Cell { name: _, id, span: _ } in cells {
        visit(id);
    }
    for Relation { name: _, columns: _, visibility: _, writer: by, span: _ } in relations {
        writer(by, visit);
    }
    for Predicate { name: _, columns: _, rules, span: _ } in predicates {
        rules.iter_mut().for_each(|one| rule(one, visit));
    }
    facts.iter_mut().for_each(|one| fact(&mut one.node, visit));
    facts.sort_by(|a, b| a.node.cmp(&b.node));
    routes.iter_mut().for_each(|one| route(one, visit));
    for Redirect { from: _, to: _, pattern: _, span: _, to_span: _ } in redirects {}
    if let Some(Governance { council, threshold: _, epoch_blocks: _, stakes, span: _ }) = governance {
        set(council, visit);
        writer(stakes, visit);
    }
    tests.iter_mut().for_each(|one| test(one, visit));
}

/// Cells that are kept sorted.
fn set(cells: &mut [CellId], visit: Visit<'_>) {
    cells.iter_mut().for_each(&mut *visit);
    cells.sort_unstable();
}

fn writer(writer: &mut Writer, visit: Visit<'_>) {
    match writer {
        Writer::Cells(cells) => set(cells, visit),
        Writer::Council | Writer::Column(_) => {}
    }
}

fn value(value: &mut Value, visit: Visit<'_>) {
    match value {
        Value::Cell(cell) => visit(cell),
        Value::Text(_) | Value::Int(_) => {}
    }
}

fn fact(Fact { relation: _, arguments }: &mut Fact, visit: Visit<'_>) {
    arguments.iter_mut().for_each(|one| value(one, visit));
}

fn terms(terms: &mut [Term], visit: Visit<'_>) {
    for term in terms {
        match term {
            Term::Value(one) => value(one, visit),
            Term::Variable(_) | Term::Epoch | Term::Caller | Term::Segment(_) => {}
        }
    }
}

fn rule(Rule { head, body, variables: _, span: _ }: &mut Rule, visit: Visit<'_>) {
    terms(head, visit);
    for atom in body {
        match atom {
            Atom::Call(_, arguments, _) | Atom::Not(_, arguments, _) => terms(arguments, visit),
            Atom::Compare(left, _, right, _) => {
                terms(std::slice::from_mut(left), visit);
                terms(std::slice::from_mut(right), visit);
            }
        }
    }
}

/// ACLs nest no deeper than the language allows.
fn acl(Acl { kind, span: _ }: &mut Acl, visit: Visit<'_>) {
    match kind {
        AclKind::Open | AclKind::Stake(_) => {}
        AclKind::Cells(cells) => set(cells, visit),
        AclKind::Call(_, arguments) => terms(arguments, visit),
        AclKind::And(parts) | AclKind::Or(parts) => parts.iter_mut().for_each(|part| acl(part, visit)),
        AclKind::Not(part) => acl(part, visit),
    }
}

fn route(one: &mut Route, visit: Visit<'_>) {
    let Route {
        pattern: _,
        path: _,
        captures: _,
        clauses,
        guards,
        services,
        deprecated: _,
        gateway,
        span: _,
    } = one;
    for Clause { acl: to, span: _, inherited: _ } in clauses.iter_mut().flatten() {
        acl(to, visit);
    }
    for Guard { permissions: _, kind, span: _ } in guards {
        match kind {
            GuardKind::Proof => {}
            GuardKind::Acl(demanded) => acl(demanded, visit),
        }
    }
    for Service { priority: _, cell, coordinator: _, span: _ } in services.iter_mut() {
        visit(cell);
    }
    services.sort_by_key(|service| (service.priority, service.cell));
    if let Some(Gateway { prefix: _, owner, delegation }) = gateway {
        visit(owner);
        if let Some(Delegation { acl: to, depth: _, max_routes: _, span: _ }) = delegation {
            acl(to, visit);
        }
    }
}

fn test(one: &mut Test, visit: Visit<'_>) {
    let Test { name: _, facts, stakes, epoch: _, proved: _, expectations, span: _ } = one;
    facts.iter_mut().for_each(|one| fact(one, visit));
    stakes.iter_mut().for_each(|(cell, _)| visit(cell));
    for Expectation { kind, span: _ } in expectations {
        match kind {
            ExpectationKind::Decision { allow: _, permission: _, path: _, cell }
            | ExpectationKind::Provable { permission: _, path: _, cell } => visit(cell),
            ExpectationKind::Order { path: _, cells } => cells.iter_mut().for_each(&mut *visit),
            ExpectationKind::Resolve { from: _, to: _ } | ExpectationKind::NoRoute(_) => {}
        }
    }
}
