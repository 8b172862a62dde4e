//! Which of the instances to take: rounds of height, in which every fact keeps its cheapest tree so far.
//!
//! Round `h` looks at each instance one of whose premises got a cheaper tree in the round before, with the trees as they
//! were then; so after it a fact has a tree iff it has one of height at most `h`. Cost is the number of base facts, then
//! of instances, each counted once however often it is used. (The least cost of all is not to be had cheaply: it is a
//! Steiner tree. A fact's cheapest tree need not be part of the goal's.)

use super::derivation::{Derivation, Instance, Support};
use super::facts::World;
use super::ground::{Edge, Ground, Link};
use super::rules::{Rules, is_reserved};
use super::{HELD_FACTS, INSTANCES};
use dregg_air::program::GOAL;
use std::collections::{BTreeMap, BTreeSet};

/// What the rounds found.
pub(super) enum Found {
    /// A tree of the goal.
    Tree(Trees),
    /// The goal has a tree, but none that fits a proof was found.
    TooLarge,
    /// The goal has none. These reserved goals have.
    Nothing(BTreeSet<u64>),
}

/// An instance with the trees of its premises.
#[derive(Clone, Debug)]
struct Tree {
    edge: usize,
    height: u8,
    /// The trees of those premises that rules derive, in their order. INVARIANT: smaller numbers than its own.
    premises: Vec<usize>,
    cost: Cost,
}

/// What a tree uses, each sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cost {
    /// It does not fit a proof; then nothing is listed.
    oversize: bool,
    records: Vec<u32>,
    /// Other trees by number.
    trees: Vec<usize>,
}

impl Cost {
    fn rank(&self) -> (bool, usize, usize) {
        (self.oversize, self.records.len(), self.trees.len())
    }
}

/// All trees kept so far.
pub(super) struct Trees {
    trees: Vec<Tree>,
    /// Of each fact the cheapest.
    best: Vec<Option<usize>>,
    goal: usize,
}

pub(super) fn cheapest(ground: &Ground, rules: &Rules, depth: u8) -> Found {
    let mut trees = Trees { trees: Vec::new(), best: vec![None; ground.facts.len()], goal: 0 };
    let predicate =
        |edge: &Edge| ground.facts.get(edge.head as usize).map_or(GOAL, |(predicate, _)| *predicate);
    let mut uses: Vec<Vec<usize>> = vec![Vec::new(); ground.facts.len()];
    let mut frontier: BTreeSet<usize> = BTreeSet::new();
    let mut reserved: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (number, edge) in ground.edges.iter().enumerate() {
        if is_reserved(predicate(edge)) {
            reserved.entry(predicate(edge)).or_default().push(number);
            continue;
        }
        let mut leaf = true;
        for link in &edge.links {
            if let Link::Fact(fact) = link {
                leaf = false;
                uses.get_mut(*fact as usize).into_iter().for_each(|edges| edges.push(number));
            }
        }
        if leaf {
            frontier.insert(number);
        }
    }
    for _ in 0..depth {
        if frontier.is_empty() {
            break;
        }
        let better = trees.round(ground, &frontier, false);
        let changed = better.iter().filter_map(|fact| uses.get(*fact as usize));
        frontier = changed.flatten().copied().collect();
    }
    // Goals call smaller ones; the goal itself, whose number is the smallest, comes last.
    let goal = reserved.remove(&GOAL);
    for edges in reserved.into_values().chain(goal) {
        trees.round(ground, &edges.into_iter().collect(), true);
    }
    trees.found(ground, rules)
}

impl Trees {
    /// Looks at some instances; the facts that have a cheaper tree than before.
    fn round(&mut self, ground: &Ground, edges: &BTreeSet<usize>, reserved: bool) -> Vec<u32> {
        let mut better: BTreeMap<u32, Tree> = BTreeMap::new();
        for number in edges {
            let Some(edge) = ground.edges.get(*number) else { continue };
            let Some(tree) = self.tree(ground, *number, edge, reserved) else { continue };
            let known = match better.get(&edge.head) {
                Some(tree) => Some(tree),
                None => self.best(edge.head).and_then(|number| self.trees.get(number)),
            };
            if known.is_none_or(|known| tree.cost.rank() < known.cost.rank()) {
                better.insert(edge.head, tree);
            }
        }
        let facts = better.keys().copied().collect();
        for (fact, tree) in better {
            if let Some(best) = self.best.get_mut(fact as usize) {
                *best = Some(self.trees.len());
            }
            self.trees.push(tree);
        }
        facts
    }

    fn best(&self, fact: u32) -> Option<usize> {
        self.best.get(fact as usize).copied().flatten()
    }

    /// An instance with the cheapest trees of its premises; `None` if one has none.
    fn tree(&self, ground: &Ground, number: usize, edge: &Edge, reserved: bool) -> Option<Tree> {
        let mut premises = Vec::new();
        let mut records = Vec::new();
        let mut used = Vec::new();
        let (mut below, mut oversize) = (0, false);
        for link in &edge.links {
            match link {
                Link::Open => return None,
                Link::Caller => {}
                Link::Record(record) => records.push(*record),
                Link::Fact(fact) => {
                    let premise = self.best(*fact)?;
                    let tree = self.trees.get(premise)?;
                    below = below.max(tree.height);
                    oversize |= tree.cost.oversize;
                    records.extend(&tree.cost.records);
                    used.extend(&tree.cost.trees);
                    used.push(premise);
                    premises.push(premise);
                }
            }
        }
        // Heads have height 1 at least, those of goals just that.
        let height = if reserved { 1 } else { below.saturating_add(1) };
        records.sort_unstable();
        records.dedup();
        used.sort_unstable();
        used.dedup();
        let held = records.iter().filter_map(|record| ground.records.get(*record as usize));
        oversize |= used.len() >= INSTANCES || held.filter(|record| record.is_held()).count() > HELD_FACTS;
        let cost = if oversize {
            Cost { oversize, ..Cost::default() }
        } else {
            Cost { oversize, records, trees: used }
        };
        Some(Tree { edge: number, height, premises, cost })
    }

    fn found(mut self, ground: &Ground, rules: &Rules) -> Found {
        let holding = ground.facts.iter().zip(&self.best).filter(|(_, best)| best.is_some());
        let holding = holding.map(|((predicate, _), _)| *predicate);
        let holding: BTreeSet<u64> = holding.filter(|predicate| rules.reserved.contains(predicate)).collect();
        let goal = ground.facts.iter().position(|(predicate, _)| *predicate == GOAL);
        let goal = goal.and_then(|goal| u32::try_from(goal).ok()).and_then(|goal| self.best(goal));
        let Some(goal) = goal else { return Found::Nothing(holding) };
        if self.trees.get(goal).is_none_or(|tree| tree.cost.oversize) {
            return Found::TooLarge;
        }
        self.goal = goal;
        Found::Tree(self)
    }

    /// The goal's tree as instances and the base facts they use.
    pub(super) fn derivation(&self, ground: &Ground, rules: &Rules, world: &World<'_>) -> Derivation {
        let Some(goal) = self.trees.get(self.goal) else { return Derivation::default() };
        // Premises have smaller numbers than what they are premises of, so downwards they come later.
        let order: Vec<usize> =
            [self.goal].into_iter().chain(goal.cost.trees.iter().rev().copied()).collect();
        let place: BTreeMap<usize, usize> =
            order.iter().enumerate().map(|(place, tree)| (*tree, place)).collect();
        let mut records: Vec<(super::BaseFact, u32)> = goal
            .cost
            .records
            .iter()
            .filter_map(|number| Some((*ground.records.get(*number as usize)?, *number)))
            .collect();
        records.sort_unstable();
        let record: BTreeMap<u32, usize> =
            records.iter().enumerate().map(|(place, (_, number))| (*number, place)).collect();
        let instances = order.iter().filter_map(|number| {
            let tree = self.trees.get(*number)?;
            let edge = ground.edges.get(tree.edge)?;
            let mut derived = tree.premises.iter();
            let support = |link: &Link| match link {
                Link::Open => None,
                Link::Caller => Some(Support::Caller),
                Link::Record(number) => record.get(number).copied().map(Support::Record),
                Link::Fact(_) => {
                    derived.next().and_then(|tree| place.get(tree)).copied().map(Support::Instance)
                }
            };
            let premises = edge.links.iter().map(support).collect::<Option<Vec<Support>>>()?;
            let values = (0u8..).zip(&edge.values).skip(1);
            let values = values.map(|(variable, symbol)| (variable, world.digest(*symbol))).collect();
            Some(Instance { rule: rules.rules.get(edge.rule)?.number, values, premises, height: tree.height })
        });
        let instances = instances.collect();
        Derivation { instances, records: records.into_iter().map(|(fact, _)| fact).collect() }
    }
}
