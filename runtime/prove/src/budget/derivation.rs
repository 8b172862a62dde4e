//! How many rows the dearest derivation within an allowance of facts takes.

use crate::derive::INSTANCES;
use dregg_air::program::{Atom, GOAL, PREDICATES, Program};
use dregg_air::source;
use std::collections::{BTreeMap, BTreeSet};

/// The most rows of a derivation whose guards and clauses use facts at most so many times each, of a height up to `depth`;
/// 0 if there is none. Public, absent and held facts count, a stake does not. Found from the program alone.
///
/// A derivation is a tree here, in which nothing is shared: so a fact that is used twice counts twice, and the bound holds
/// for all that share more.
pub(super) fn dearest(program: &Program, depth: u64, facts: usize) -> usize {
    let mut search = Search { program, facts, predicates: BTreeMap::new(), goals: BTreeMap::new() };
    for _ in 0..depth {
        if !search.round() {
            break;
        }
    }
    // Goals call smaller ones; the goal itself, whose number is the smallest, comes last.
    let mut goals = search.heads(|predicate| predicate < PREDICATES);
    let last = goals.remove(&GOAL);
    for (goal, rules) in goals.into_iter().chain(last.map(|rules| (GOAL, rules))) {
        let rows = rules.into_iter().filter_map(|rule| search.goal(program.rule(rule))).max();
        search.goals.extend(rows.map(|rows| (goal, rows)));
    }
    let longest = program.rules.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
    search.goals.get(&GOAL).map_or(0, |rows| INSTANCES.saturating_mul(longest).min(*rows))
}

/// For each number of uses of facts the most rows with at most so many; 0 if there is no derivation.
type Most = Vec<usize>;

struct Search<'a> {
    program: &'a Program,
    facts: usize,
    predicates: BTreeMap<u64, Most>,
    goals: BTreeMap<u64, usize>,
}

impl Search<'_> {
    /// The rules of some heads, by their predicates.
    fn heads(&self, wanted: impl Fn(u64) -> bool) -> BTreeMap<u64, Vec<usize>> {
        let mut heads: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for rule in 0..self.program.rules.len() {
            if let Some(head) = self.program.rule(rule).first().filter(|head| wanted(head.predicate)) {
                heads.entry(head.predicate).or_default().push(rule);
            }
        }
        heads
    }

    /// Lets derivations of predicates be one higher. `false` if that makes none dearer.
    fn round(&mut self) -> bool {
        let heads = self.heads(|predicate| predicate >= PREDICATES);
        let dearest = |rules: Vec<usize>| {
            let bodies = rules.into_iter().map(|rule| self.body(self.program.rule(rule)));
            bodies.fold(vec![0; self.facts + 1], |most, body| larger(&most, &body))
        };
        let higher = heads.into_iter().map(|(predicate, rules)| (predicate, dearest(rules))).collect();
        let dearer = higher != self.predicates;
        self.predicates = higher;
        dearer
    }

    /// The most rows of a rule with what derives the predicates that it calls.
    fn body(&self, atoms: &[Atom]) -> Most {
        let uses = atoms.iter().filter(|atom| is_fact(atom.source)).count();
        let own = (0..=self.facts).map(|most| if most < uses { 0 } else { atoms.len() });
        called(atoms).filter(|predicate| *predicate >= PREDICATES).fold(own.collect(), |most, predicate| {
            self.predicates.get(&predicate).map_or_else(|| vec![0; most.len()], |called| both(&most, called))
        })
    }

    /// The most rows of a goal's rule. The goals that it calls are derived once, however often they are called.
    fn goal(&self, atoms: &[Atom]) -> Option<usize> {
        let own = self.body(atoms).last().copied().filter(|rows| *rows > 0)?;
        let goals: BTreeSet<u64> = called(atoms).filter(|predicate| *predicate < PREDICATES).collect();
        goals.iter().try_fold(own, |sum, goal| Some(sum.saturating_add(*self.goals.get(goal)?)))
    }
}

/// What the premises of a rule call.
fn called(atoms: &[Atom]) -> impl Iterator<Item = u64> {
    let body = atoms.iter().skip(1);
    body.filter(|atom| atom.source == source::DERIVED && atom.predicate != 0).map(|atom| atom.predicate)
}

/// Whether an atom takes a fact from a tree, or shows one absent.
fn is_fact(from: u64) -> bool {
    match from {
        source::FACTS | source::ABSENT | source::ABSENT_LONG => true,
        source::DERIVED | source::STAKE | source::CALLER | source::HIDDEN_CALLER => false,
        other => other % 8 == source::CREDENTIALS,
    }
}

fn larger(one: &[usize], other: &[usize]) -> Most {
    one.iter().zip(other).map(|(one, other)| *one.max(other)).collect()
}

/// One derivation and another, which share out the uses.
fn both(one: &[usize], other: &[usize]) -> Most {
    let of = |most: usize| {
        let shares = one.iter().zip(other.iter().take(most + 1).rev());
        let sums = shares.filter(|(one, other)| **one > 0 && **other > 0);
        sums.map(|(one, other)| one.saturating_add(*other)).max().unwrap_or(0)
    };
    (0..one.len()).map(of).collect()
}
