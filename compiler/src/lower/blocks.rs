//! The governance block and the test blocks.

use super::acl::permission_of;
use super::{Lowering, errors};
use crate::hir::{Callee, Expectation, ExpectationKind, Governance, Test};
use dregg_artifact::Writer;
use dregg_grammar::{Span, ast};
use std::collections::BTreeMap;

/// Where a test gives what has one value.
#[derive(Default)]
struct GivenPlaces {
    epoch: Option<Span>,
    stakes: BTreeMap<dregg_artifact::CellId, Span>,
}

impl Lowering<'_> {
    pub(super) fn governance(&mut self) {
        let mut first: Option<Span> = None;
        for (module, item) in self.items() {
            let ast::Item::Governance(block) = item else { continue };
            if let Some(first) = first {
                self.reports.push(errors::stated_twice(block.span, "governance", first));
                continue;
            }
            first = Some(block.span);
            self.governance = self.governance_block(module, block);
        }
    }

    fn governance_block(&mut self, module: usize, block: &ast::Governance) -> Option<Governance> {
        let mut council: Option<(Option<Vec<dregg_artifact::CellId>>, Span)> = None;
        let mut threshold: Option<(u64, u64, Span)> = None;
        let mut epoch: Option<(u64, Span)> = None;
        let mut stakes: Option<(Writer, Span)> = None;
        for statement in &block.statements {
            let (name, span, before) = match statement {
                ast::GovernanceStatement::Council(members, span) => {
                    let cells = self.members(module, members);
                    ("council", *span, council.replace((cells, *span)).map(|(_, span)| span))
                }
                ast::GovernanceStatement::Threshold { k, n, span } => {
                    ("threshold", *span, threshold.replace((k.node, n.node, *span)).map(|(_, _, span)| span))
                }
                ast::GovernanceStatement::Epoch(blocks, span) => {
                    if blocks.node == 0 {
                        let text = "an epoch has at least one block".to_owned();
                        self.reports.push(errors::governance(blocks.span, text, None, "use 1 or more"));
                    }
                    ("epoch", *span, epoch.replace((blocks.node, *span)).map(|(_, span)| span))
                }
                ast::GovernanceStatement::Stakes(writer, span) => {
                    let writer = self.writer(module, Some(writer), None);
                    ("stakes", *span, stakes.replace((writer, *span)).map(|(_, span)| span))
                }
            };
            if let Some(before) = before {
                self.reports.push(errors::stated_twice(span, name, before));
            }
        }
        let head = Span { end: block.span.start.saturating_add(10).min(block.span.end), ..block.span };
        let Some((council, council_span)) = council else {
            let help = "write `council { @a, @b };`";
            self.reports.push(errors::governance(head, "this block names no council".to_owned(), None, help));
            return None;
        };
        let Some((k, n, threshold_span)) = threshold else {
            let help = "write `threshold k of n;`";
            self.reports.push(errors::governance(
                head,
                "this block states no threshold".to_owned(),
                None,
                help,
            ));
            return None;
        };
        if k > n || k <= n / 2 {
            self.reports.push(errors::threshold(threshold_span, k, n));
            return None;
        }
        // A member that is no cell, or the same as another, has been reported; then the count says nothing.
        let council = council?;
        if n != council.len() as u64 {
            let message = format!("the threshold counts {n} members, the council has {}", council.len());
            let help = format!("write `threshold {k} of {};` or mend the council", council.len());
            let also = Some((council_span, "the council".to_owned()));
            self.reports.push(errors::governance(threshold_span, message, also, &help));
            return None;
        }
        Some(Governance {
            council,
            threshold: u32::try_from(k).unwrap_or(u32::MAX),
            epoch_blocks: epoch.map(|(blocks, _)| blocks),
            stakes: stakes.map_or(Writer::Council, |(writer, _)| writer),
            span: block.span,
        })
    }

    /// The sorted cells of a council; nothing after a report.
    fn members(&mut self, module: usize, names: &[ast::Name]) -> Option<Vec<dregg_artifact::CellId>> {
        let mut places: BTreeMap<dregg_artifact::CellId, Span> = BTreeMap::new();
        let mut sound = true;
        for name in names {
            let Some(cell) = self.cell(module, name) else {
                sound = false;
                continue;
            };
            if let Some(first) = places.get(&cell) {
                self.reports.push(errors::member_twice(name.span, &name.node, *first));
                sound = false;
            } else {
                places.insert(cell, name.span);
            }
        }
        sound.then(|| places.into_keys().collect())
    }

    pub(super) fn tests(&mut self) {
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        for (module, item) in self.items() {
            let ast::Item::Test(test) = item else { continue };
            if let Some(first) = names.insert(&test.name.node, test.name.span) {
                self.reports.push(errors::declared_twice(test.name.span, "test", &test.name.node, first));
            }
            let test = self.test(module, test);
            self.tests.push(test);
        }
    }

    fn test(&mut self, module: usize, test: &ast::Test) -> Test {
        let mut lowered = Test {
            name: test.name.node.clone(),
            facts: Vec::new(),
            stakes: Vec::new(),
            epoch: 0,
            proved: true,
            expectations: Vec::new(),
            span: test.name.span,
        };
        let mut places = GivenPlaces::default();
        for statement in &test.statements {
            match statement {
                ast::TestStatement::Given(all) => {
                    for given in all {
                        self.given(module, given, &mut lowered, &mut places);
                    }
                }
                ast::TestStatement::Expect(expect) => {
                    let kind = self.expectation(module, &expect.kind);
                    lowered.expectations.extend(kind.map(|kind| Expectation { kind, span: expect.span }));
                }
            }
        }
        lowered
    }

    fn given(&mut self, module: usize, given: &ast::Given, test: &mut Test, places: &mut GivenPlaces) {
        match given {
            ast::Given::Fact(call) => {
                let Some(callee) = self.callee(module, &call.name) else { return };
                match callee {
                    Callee::Predicate(_) => {
                        let place = self.callee_place(callee);
                        self.reports.push(errors::given_derived(call.span, &call.name.node, place));
                    }
                    Callee::Relation(relation) => {
                        let fact = self.ground(module, relation, call);
                        test.facts.extend(fact);
                    }
                }
            }
            ast::Given::Epoch(number) => {
                if let Some(first) = places.epoch.replace(number.span) {
                    self.reports.push(errors::stated_twice(number.span, "epoch", first));
                }
                test.epoch = number.node;
            }
            ast::Given::Stake { cell, amount, span } => {
                let Some(id) = self.cell(module, cell) else { return };
                if let Some(first) = places.stakes.insert(id, *span) {
                    self.reports.push(errors::stated_twice(*span, &format!("stake(@{})", cell.node), first));
                }
                test.stakes.push((id, amount.node));
            }
            ast::Given::Unproved(_) => test.proved = false,
        }
    }

    fn expectation(&mut self, module: usize, kind: &ast::ExpectKind) -> Option<ExpectationKind> {
        let what = "a path in a test";
        match kind {
            ast::ExpectKind::Decision { verdict, permission, path, cell } => {
                let path = self.concrete_path(path, what);
                let cell = self.cell(module, cell)?;
                let (path, permission) = (path?.0, permission_of(permission.node));
                Some(match verdict {
                    ast::Verdict::Allow => ExpectationKind::Decision { allow: true, permission, path, cell },
                    ast::Verdict::Deny => ExpectationKind::Decision { allow: false, permission, path, cell },
                    ast::Verdict::Provable => ExpectationKind::Provable { permission, path, cell },
                })
            }
            ast::ExpectKind::Resolve { from, to } => {
                let (from, to) = (self.concrete_path(from, what), self.concrete_path(to, what));
                Some(ExpectationKind::Resolve { from: from?.0, to: to?.0 })
            }
            ast::ExpectKind::Order { path, cells } => {
                let path = self.concrete_path(path, what);
                let found: Vec<Option<dregg_artifact::CellId>> =
                    cells.iter().map(|cell| self.cell(module, cell)).collect();
                Some(ExpectationKind::Order {
                    path: path?.0,
                    cells: found.into_iter().collect::<Option<Vec<_>>>()?,
                })
            }
            ast::ExpectKind::NoRoute(path) => {
                Some(ExpectationKind::NoRoute(self.concrete_path(path, what)?.0))
            }
        }
    }
}
