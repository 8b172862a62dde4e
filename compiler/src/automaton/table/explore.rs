//! Subset construction, one step a segment: from the trie to states.
//!
//! States are made level by level, without recursion, within a budget. A list that is known is not looked at again, so
//! that after a change of the trie only what leads to the change is made.
//!
//! **Links.** Where one wildcard child with many literals meets many siblings with few ones (tenants with routes of their
//! own beside generic routes for every tenant), each sibling's state would repeat all the generic literals. Such a state
//! notes its few own literals and a link to the state without the siblings ([`linked`]). That depends on the state's
//! items alone. Not here: what a state holds ([`super::states`]).
#![expect(clippy::indexing_slicing, reason = "states are numbered by the lists")]

use super::codes::{Code, number};
use super::joint::Joint;
use super::lists::{Item, Meaning, meaning, node_item, tail_item};
use super::states::{Explosion, Rest, Source, State, States, UNREACHED};
use super::trie::{NONE, Trie, set_of};
use crate::automaton::build::{COLLIDING, strongest};
use crate::automaton::transitions::Transitions;
use rustc_hash::FxHashMap;

/// The fewest literals worth a link.
const LINKED_LITERALS: u32 = 8;

/// Buffers that are used again for each state.
#[derive(Default)]
struct Scratch {
    items: Vec<Item>,
    /// What every segment leads to.
    common: Vec<Item>,
    /// The regular sets and their children.
    sets: Vec<(u32, u32)>,
    /// The literals and their children.
    literals: Vec<(Code, u32)>,
    /// The nodes whose literals are looked up for each literal.
    others: Vec<u32>,
    list: Vec<Item>,
}

/// Makes the states below the root of the trie that are not there yet. The root's state, [`NONE`] if there is no
/// pattern; and the new states by how many segments lead to them. What a new state links to is in its own level, if it
/// is new.
///
/// # Errors
/// [`Explosion`] if the budget is exceeded.
pub(super) fn explore(states: &mut States, source: &Source<'_>) -> Result<(u32, Vec<Vec<u32>>), Explosion> {
    if source.trie.is_empty() {
        return Ok((NONE, Vec::new()));
    }
    states.lists.nodes(source.trie.len());
    states.decider.grow(source.codes);
    let mut exploration = Exploration { states, source, levels: Vec::new(), next_level: Vec::new() };
    let root = exploration.target(&mut [node_item(source.trie.root)]);
    exploration.run()?;
    Ok((root, exploration.levels))
}

struct Exploration<'a> {
    states: &'a mut States,
    source: &'a Source<'a>,
    levels: Vec<Vec<u32>>,
    next_level: Vec<u32>,
}

impl Exploration<'_> {
    fn run(&mut self) -> Result<(), Explosion> {
        let mut scratch = Scratch::default();
        while !self.next_level.is_empty() {
            let mut level = std::mem::take(&mut self.next_level);
            let mut at = 0;
            while let Some(&state) = level.get(at) {
                at += 1;
                let linked = self.explore(state, &mut scratch)?;
                level.extend(linked);
                if self.exceeded() {
                    self.levels.push(level);
                    return Err(Explosion { patterns: self.colliding(), states: self.states.len() });
                }
            }
            self.levels.push(level);
        }
        Ok(())
    }

    fn exceeded(&self) -> bool {
        let (states, budget) = (&self.states, self.source.budget);
        let (joint_states, joint_steps) = states.joint_size;
        let items = states.lists.items() + states.arcs.len() + states.targets.len();
        states.len() + joint_states > budget.states
            || items + joint_steps + states.decider.items() > budget.items
    }

    /// The state of a list, which is explored later if it is new; [`NONE`] for an empty list.
    fn target(&mut self, list: &mut [Item]) -> u32 {
        let (state, new) = self.number(list);
        self.next_level.extend(new.then_some(state));
        state
    }

    /// The state of a list, and whether it is new.
    fn number(&mut self, list: &mut [Item]) -> (u32, bool) {
        let state = self.states.lists.number(list);
        let new = self.states.lists.len() > self.states.states.len();
        self.states.states.extend(new.then_some(State::PENDING));
        (state, new)
    }

    /// Makes a state. Returns the one it links to, if that is new.
    fn explore(&mut self, state: u32, scratch: &mut Scratch) -> Result<Option<u32>, Explosion> {
        let Source { codes, trie, .. } = *self.source;
        let Scratch { items, common, sets, literals, others, list } = scratch;
        items.clear();
        items.extend_from_slice(self.states.lists.get(state));
        let accept = self.states.judge(codes, trie, state);
        let first = self.states.arcs.len();
        if items.iter().all(|&item| matches!(meaning(item), Meaning::Tail(_))) {
            self.states.states[state as usize] = State { accept, arcs: (first, 0), rest: Rest::Stay };
            return Ok(None);
        }
        common.clear();
        sets.clear();
        for &item in items.iter() {
            match meaning(item) {
                Meaning::Node(node) => {
                    for &(code, child) in trie.others(node) {
                        match set_of(code) {
                            Some(set) => sets.push((set, child)),
                            None => common.push(node_item(child)),
                        }
                    }
                    let tail = trie.node(node).tail;
                    common.extend((tail != NONE).then(|| tail_item(tail)));
                }
                Meaning::Tail(_) => common.push(item),
            }
        }
        let joint = if sets.is_empty() { None } else { Some(self.joint(sets)?) };
        let split = if self.source.links { split(trie, items) } else { None };
        literals.clear();
        others.clear();
        for &item in items.iter() {
            if let Meaning::Node(node) = meaning(item) {
                match &split {
                    Some(linked) if linked.contains(&item) => others.push(node),
                    Some(_) | None => literals.extend_from_slice(trie.literals(node)),
                }
            }
        }
        if items.len() > 1 {
            literals.sort_unstable();
        }
        let first_label = self.states.labels.len();
        let mut counts = vec![0u64; joint.map_or(0, |joint| self.states.joints[joint as usize].sizes.len())];
        for group in literals.chunk_by(|left, right| left.0 == right.0) {
            let key = group[0].0;
            list.clear();
            list.extend(group.iter().map(|&(_, child)| node_item(child)));
            for &node in others.iter() {
                let literals = trie.literals(node);
                let found = literals.binary_search_by_key(&key, |&(key, _)| key).ok();
                list.extend(found.map(|at| node_item(literals[at].1)));
            }
            list.extend_from_slice(common);
            if let Some(joint) = joint {
                let joint = &self.states.joints[joint as usize];
                let label = joint.label(&codes.keys[key as usize]);
                counts[label as usize] += 1;
                self.states.labels.push(label);
                list.extend(members(&joint.combinations[label as usize], sets));
            }
            let target = self.target(list);
            self.states.arcs.push((key, target));
        }
        let arcs = (first, number(self.states.arcs.len() - first));
        let mut fresh = None;
        let rest = match (split, joint) {
            (Some(mut linked), _) => {
                self.states.labels.truncate(first_label);
                let (to, new) = self.number(&mut linked);
                fresh = new.then_some(to);
                Rest::Link(to)
            }
            (None, Some(joint)) => {
                let targets = self.states.targets.len();
                for (label, count) in counts.into_iter().enumerate() {
                    let of = &self.states.joints[joint as usize];
                    let target = if of.sizes[label] <= count {
                        UNREACHED
                    } else {
                        list.clear();
                        list.extend_from_slice(common);
                        list.extend(members(&of.combinations[label], sets));
                        self.target(list)
                    };
                    self.states.targets.push(target);
                }
                Rest::Sets { joint, targets, labels: first_label }
            }
            (None, None) if common.is_empty() => Rest::Nothing,
            (None, None) => {
                list.clear();
                list.extend_from_slice(common);
                Rest::State(self.target(list))
            }
        };
        self.states.states[state as usize] = State { accept, arcs, rest };
        Ok(fresh)
    }

    /// The joint automaton of the sets of these pairs; the sets are replaced by their places in it.
    fn joint(&mut self, sets: &mut [(u32, u32)]) -> Result<u32, Explosion> {
        sets.sort_unstable();
        let mut joined: Vec<u32> = sets.iter().map(|&(set, _)| set).collect();
        joined.dedup();
        for (set, _) in sets.iter_mut() {
            *set = number(joined.partition_point(|&other| other < *set));
        }
        if let Some(&known) = self.states.joint_of.get(&joined) {
            return Ok(known);
        }
        let automata: Vec<&Transitions> = joined.iter().map(|&set| self.states.decider.set(set)).collect();
        let most = self.source.budget.states.saturating_sub(self.states.joint_size.0 + self.states.len());
        let Ok(joint) = Joint::new(&automata, most) else {
            let samples = self.source.trie.samples();
            let mut patterns: Vec<usize> =
                sets.iter().map(|&(_, child)| samples[child as usize] as usize).take(COLLIDING).collect();
            patterns.sort_unstable();
            return Err(Explosion { patterns, states: self.source.budget.states });
        };
        self.states.joint_size.0 += joint.states();
        self.states.joint_size.1 += joint.steps();
        let fresh = number(self.states.joints.len());
        self.states.joints.push(joint);
        self.states.joint_of.insert(joined, fresh);
        Ok(fresh)
    }

    /// The patterns whose presence varies most among the states of the fullest level.
    ///
    /// An item held by all of them or by one alone tells none apart; one held by about half tells most.
    fn colliding(&self) -> Vec<usize> {
        let levels = self.levels.iter().chain([&self.next_level]);
        let Some(fullest) = levels.max_by_key(|level| level.len()) else { return Vec::new() };
        let samples = self.source.trie.samples();
        let states = fullest.len() as u64;
        let mut held: FxHashMap<Item, u64> = FxHashMap::default();
        for &state in fullest {
            for &item in self.states.lists.get(state) {
                *held.entry(item).or_default() += 1;
            }
        }
        let mut score: FxHashMap<u32, u64> = FxHashMap::default();
        for (item, count) in held {
            let sample = match meaning(item) {
                Meaning::Node(node) => samples[node as usize],
                Meaning::Tail(pattern) => pattern,
            };
            *score.entry(sample).or_default() += count * (states - count);
        }
        strongest(score)
    }
}

/// The items to link to, for a state whose other items have a few literal children and no others.
///
/// The others are taken by how many literals they have, as many of them as leave more than [`LINKED_LITERALS`] and more
/// than twice as many literals to what is linked to. What is linked to links to nothing itself.
fn split(trie: &Trie, items: &[Item]) -> Option<Vec<Item>> {
    linked(trie, items).filter(|items| linked(trie, items).is_none())
}

fn linked(trie: &Trie, items: &[Item]) -> Option<Vec<Item>> {
    if items.len() < 2 {
        return None;
    }
    let literals = |item: Item| match meaning(item) {
        Meaning::Node(node) => number(trie.literals(node).len()),
        Meaning::Tail(_) => 0,
    };
    let all: u32 = items.iter().map(|&item| literals(item)).sum();
    if all <= LINKED_LITERALS {
        return None;
    }
    let literals_only = |item: Item| matches!(meaning(item), Meaning::Node(node) if trie.literals_only(node));
    let few = items.iter().filter(|&&item| literals_only(item));
    let mut few: Vec<u32> = few.map(|&item| literals(item)).collect();
    few.sort_unstable();
    let mut own = 0;
    let mut most = None;
    for (at, &count) in few.iter().enumerate() {
        own += count;
        let last_of_equals = few.get(at + 1) != Some(&count);
        if last_of_equals && at + 1 < items.len() && all - own > LINKED_LITERALS.max(2 * own) {
            most = Some(count);
        }
    }
    let most = most?;
    let rest = items.iter().copied().filter(|&item| !literals_only(item) || literals(item) > most);
    Some(rest.collect())
}

/// The items of the children of the sets of a combination.
fn members<'a>(combination: &'a [u32], sets: &'a [(u32, u32)]) -> impl Iterator<Item = Item> + 'a {
    combination.iter().flat_map(move |&place| {
        let from = sets.partition_point(|&(set, _)| set < place);
        sets[from..].iter().take_while(move |&&(set, _)| set == place).map(|&(_, child)| node_item(child))
    })
}
