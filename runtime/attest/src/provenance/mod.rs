//! Which held facts each cell needs: those that occur in some derivation about it of what a goal asks for.
//!
//! For every fact that a rule of a reserved goal of the policy (guards, clauses, delegations) asks for, with the cell as
//! the caller, rules are evaluated from there down to facts, and the held facts of every derivation tree within the
//! derivation depth are the cell's. Nothing else is: a stranger's fact is in no such tree.
//!
//! What a goal asks for is looked at one by one, so a fact counts also if the stake is too small, another fact is missing,
//! or another goal fails; whoever is denied then learns what is missing and not what is there. Only where a rule is for
//! other cells it counts for nothing. Segments of the path are not known: what compares them, or asks whether a fact about
//! them is absent, is taken to hold.

mod clause;
mod store;
mod table;

use clause::Clauses;
use dregg_artifact::{Artifact, CellId, Fact, Limits, Value};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::{ANY, Symbols, Tuple, Tuples};
use table::{Answer, Callee, Premise, Table};

/// The rules derive too much from these facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit;

/// The derivations of goals from held facts.
#[derive(Debug)]
pub(crate) struct Provenance {
    table: Table,
    depth: u32,
    /// The calls of goals about each cell.
    calls: BTreeMap<CellId, Vec<usize>>,
}

impl Provenance {
    /// Evaluates the goals about these cells. `public` and `held` are all facts there are; a held fact is known by its
    /// place.
    pub(crate) fn new<'a>(
        artifact: &Artifact,
        public: impl Iterator<Item = &'a Fact>,
        held: impl Iterator<Item = &'a Fact>,
        epoch: u64,
        cells: &BTreeSet<CellId>,
    ) -> Result<Provenance, Limit> {
        let mut symbols = Symbols::default();
        let clauses = Clauses::new(artifact, epoch, &mut symbols);
        let depth = u32::from(artifact.limits.derivation_depth);
        let mut calls: BTreeMap<CellId, Vec<usize>> = BTreeMap::new();
        if clauses.goals.is_empty() {
            return Ok(Provenance { table: Table::new(clauses, symbols, Vec::new(), depth), depth, calls });
        }
        let mut relations: Vec<Tuples> = artifact.relations.iter().map(|_| Tuples::default()).collect();
        let held = held.enumerate().map(|(number, fact)| (fact, Some(number)));
        for (fact, held) in public.map(|fact| (fact, None)).chain(held) {
            let mut tuple = [ANY; Limits::ARITY];
            for (slot, value) in tuple.iter_mut().zip(&fact.arguments) {
                *slot = symbols.intern(value);
            }
            if let Some(tuples) = relations.get_mut(fact.relation as usize) {
                tuples.insert(tuple, held);
            }
        }
        let goals = clauses.goals.clone();
        let callers: Vec<(CellId, u32)> =
            cells.iter().map(|cell| (*cell, symbols.intern(&Value::Cell(*cell)))).collect();
        let mut table = Table::new(clauses, symbols, relations, depth);
        for (cell, symbol) in callers {
            for (number, goal) in goals.iter().enumerate() {
                if goal.admits(&cell) {
                    let call = table.call(Callee::Goal(number), [symbol, ANY, ANY, ANY]);
                    calls.entry(cell).or_default().push(call);
                }
            }
        }
        table.solve()?;
        Ok(Provenance { table, depth, calls })
    }

    /// The held facts that occur in a derivation about a cell.
    pub(crate) fn held_facts(&self, cell: &CellId) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut seen: HashSet<(usize, Tuple)> = HashSet::new();
        let goals = self.calls.get(cell).into_iter().flatten();
        let mut level: Vec<&Answer> =
            goals.flat_map(|call| self.table.answers(*call)).map(|(_, answer)| answer).collect();
        // Level by level: what is met first may be as high as what is met again later.
        let mut height = self.depth;
        while !level.is_empty() {
            let mut below = Vec::new();
            for step in level.into_iter().flat_map(|answer| &answer.steps) {
                let low = |premise: &Premise| match premise {
                    Premise::Held(_) => true,
                    Premise::Answer(call, tuple) => {
                        self.table.answer(*call, tuple).is_some_and(|answer| answer.height <= height)
                    }
                };
                if !step.iter().all(low) {
                    continue;
                }
                for premise in step {
                    match premise {
                        Premise::Held(number) => _ = found.insert(*number),
                        Premise::Answer(call, tuple) => {
                            if seen.insert((*call, *tuple)) {
                                below.extend(self.table.answer(*call, tuple));
                            }
                        }
                    }
                }
            }
            let Some(lower) = height.checked_sub(1) else { break };
            height = lower;
            level = below;
        }
        found
    }
}
