//! Subset construction, one step a segment: from the trie to states that know every pattern still possible.
//!
//! A state is a list of items ([`super::lists`]). A literal leads from it to the literal's children, the children of the
//! regular sets that hold it, those for any segment, and the tails passed so far; every other segment leads where its
//! combination of regular sets says. Only segments that are no literal of the state count for that: a combination all of
//! whose members are literals leads nowhere. States are made level by level, without recursion, within a budget.
//!
//! **Links.** Where one wildcard child with many literals meets many siblings with few ones (tenants with routes of their
//! own beside generic routes for every tenant), each sibling's state would repeat all the generic literals. Such a state
//! notes its few own literals and a link to the state without the siblings ([`Construction::split`]). That depends on
//! the state's items alone. Not here: which states behave alike ([`super::nodes`]).
#![expect(clippy::indexing_slicing, reason = "states are numbered by this module")]

use super::codes::{ANY, Code, Codes, number};
use super::decide::Decider;
use super::joint::Joint;
use super::lists::{Item, Lists, Meaning, meaning, node_item, tail_item};
use super::trie::{NONE, Trie, set_of};
use crate::automaton::build::{Budget, COLLIDING};
use crate::automaton::transitions::Transitions;
use rustc_hash::FxHashMap;

/// The target of a combination all of whose members are literals of the state.
pub(super) const UNREACHED: u32 = NONE - 1;

/// The fewest literals worth a link.
const LINKED_LITERALS: u32 = 8;

/// What segments do that are no literals of a state.
#[derive(Clone, Copy)]
pub(super) enum Rest {
    /// They match nothing.
    Nothing,
    /// They lead to one state.
    State(u32),
    /// They do what they do in another state.
    Link(u32),
    /// Only tails are left: nothing changes any more.
    Stay,
    /// They go by their combination of regular sets.
    Sets {
        /// The joint automaton.
        joint: u32,
        /// Where the targets of its labels begin, [`NONE`] for none.
        targets: usize,
        /// Where the labels of the state's own literals begin.
        labels: usize,
    },
}

/// A state.
#[derive(Clone, Copy)]
pub(super) struct State {
    /// The least pattern that matches what ends here, [`NONE`] or [`super::decide::UNDECIDED`].
    pub accept: u32,
    /// Where its own literals begin and how many there are.
    arcs: (usize, u32),
    /// What other segments do.
    pub rest: Rest,
}

/// The states of a table.
pub(super) struct States {
    states: Vec<State>,
    /// Literal and target.
    arcs: Vec<(Code, u32)>,
    targets: Vec<u32>,
    labels: Vec<u32>,
    /// The states by how many segments lead to them. What a state links to is in its own level.
    pub levels: Vec<Vec<u32>>,
    /// The joint automata.
    pub joints: Vec<Joint>,
}

/// The patterns that collide, and how many states there were.
pub(super) struct Explosion {
    pub patterns: Vec<usize>,
    pub states: usize,
}

impl States {
    /// The states of a trie; with `links`, as few arcs as links allow.
    ///
    /// # Errors
    /// [`Explosion`] if the budget is exceeded.
    pub fn new<'a>(
        codes: &'a Codes<'a>,
        trie: &'a Trie,
        decider: &mut Decider<'a>,
        budget: &'a Budget,
        links: bool,
    ) -> Result<States, Explosion> {
        let result = States {
            states: Vec::new(),
            arcs: Vec::new(),
            targets: Vec::new(),
            labels: Vec::new(),
            levels: Vec::new(),
            joints: Vec::new(),
        };
        let mut construction = Construction {
            codes,
            trie,
            decider,
            budget,
            links,
            lists: Lists::new(trie.len()),
            result,
            joint_of: FxHashMap::default(),
            joint_states: 0,
            joint_steps: 0,
            next_level: Vec::new(),
            scratch: Scratch::default(),
        };
        construction.run()?;
        Ok(construction.result)
    }

    /// A state.
    pub fn get(&self, state: u32) -> State {
        self.states[state as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// A state's own literals and their targets, sorted.
    pub fn arcs(&self, state: u32) -> &[(Code, u32)] {
        let (first, count) = self.states[state as usize].arcs;
        &self.arcs[first..first + count as usize]
    }

    /// The targets of a state's combinations.
    pub fn targets(&self, joint: u32, targets: usize) -> &[u32] {
        &self.targets[targets..targets + self.joints[joint as usize].sizes.len()]
    }

    /// The labels of the own literals of a state with regular sets.
    pub fn labels(&self, state: u32, labels: usize) -> &[u32] {
        &self.labels[labels..labels + self.states[state as usize].arcs.1 as usize]
    }

    /// Whether every state that is linked to is reached by some path, so that all states are.
    pub fn all_reached(&self) -> bool {
        let mut reached = vec![false; self.states.len()];
        if let Some(root) = reached.first_mut() {
            *root = true;
        }
        for level in &self.levels {
            for &state in level.iter().filter(|&&state| matches!(self.get(state).rest, Rest::Link(_))) {
                if let (true, Rest::Link(to)) = (reached[state as usize], self.get(state).rest)
                    && !reached[to as usize]
                {
                    return false;
                }
            }
            for &state in level {
                if !reached[state as usize] {
                    continue;
                }
                let rest = self.get(state).rest;
                let other = match &rest {
                    Rest::Nothing | Rest::Stay | Rest::Link(_) => &[],
                    Rest::State(to) => std::slice::from_ref(to),
                    Rest::Sets { joint, targets, .. } => self.targets(*joint, *targets),
                };
                for &to in self.arcs(state).iter().map(|(_, to)| to).chain(other) {
                    if let Some(reached) = reached.get_mut(to as usize) {
                        *reached = true;
                    }
                }
            }
        }
        true
    }
}

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
    patterns: Vec<u32>,
}

struct Construction<'a, 'b> {
    codes: &'a Codes<'a>,
    trie: &'a Trie,
    decider: &'b mut Decider<'a>,
    budget: &'a Budget,
    links: bool,
    /// Each state's items; a state's number is its list's.
    lists: Lists,
    result: States,
    joint_of: FxHashMap<Vec<u32>, u32>,
    joint_states: usize,
    joint_steps: usize,
    next_level: Vec<u32>,
    scratch: Scratch,
}

const PENDING: State = State { accept: NONE, arcs: (0, 0), rest: Rest::Nothing };

impl Construction<'_, '_> {
    fn run(&mut self) -> Result<(), Explosion> {
        if self.codes.order.is_empty() {
            return Ok(());
        }
        self.target(&mut [node_item(0)]);
        while !self.next_level.is_empty() {
            let mut level = std::mem::take(&mut self.next_level);
            let mut at = 0;
            while let Some(&state) = level.get(at) {
                at += 1;
                let mut scratch = std::mem::take(&mut self.scratch);
                let linked = self.explore(state, &mut scratch)?;
                self.scratch = scratch;
                level.extend(linked);
                if self.exceeded() {
                    self.result.levels.push(level);
                    return Err(Explosion { patterns: self.colliding(), states: self.lists.len() });
                }
            }
            self.result.levels.push(level);
        }
        Ok(())
    }

    fn exceeded(&self) -> bool {
        let items = self.lists.items() + self.result.arcs.len() + self.result.targets.len();
        self.lists.len() + self.joint_states > self.budget.states
            || items + self.joint_steps + self.decider.items() > self.budget.items
    }

    /// The state of a list, which is explored later if it is new; [`NONE`] for an empty list.
    fn target(&mut self, list: &mut [Item]) -> u32 {
        let before = self.lists.len();
        let state = self.lists.number(list);
        if self.lists.len() > before {
            self.result.states.push(PENDING);
            self.next_level.push(state);
        }
        state
    }

    /// Makes a state. Returns the one it links to, if that is new.
    fn explore(&mut self, state: u32, scratch: &mut Scratch) -> Result<Option<u32>, Explosion> {
        let trie = self.trie;
        let Scratch { items, common, sets, literals, others, list, patterns } = scratch;
        items.clear();
        items.extend_from_slice(self.lists.get(state));
        patterns.clear();
        for &item in items.iter() {
            match meaning(item) {
                Meaning::Node(node) => {
                    let node = trie.node(node);
                    patterns.extend([node.exact, node.tail].into_iter().filter(|&pattern| pattern != NONE));
                }
                Meaning::Tail(pattern) => patterns.push(pattern),
            }
        }
        let accept = self.decider.least(patterns);
        let first = self.result.arcs.len();
        if items.iter().all(|&item| matches!(meaning(item), Meaning::Tail(_))) {
            self.result.states[state as usize] = State { accept, arcs: (first, 0), rest: Rest::Stay };
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
        debug_assert!(common.iter().all(|&item| item != node_item(ANY)));
        let joint = if sets.is_empty() { None } else { Some(self.joint(sets)?) };
        let split = self.split(items);
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
        let first_label = self.result.labels.len();
        let mut counts = vec![0u64; joint.map_or(0, |joint| self.result.joints[joint as usize].sizes.len())];
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
                let joint = &self.result.joints[joint as usize];
                let label = joint.label(self.codes.keys[key as usize]);
                counts[label as usize] += 1;
                self.result.labels.push(label);
                list.extend(members(&joint.combinations[label as usize], sets));
            }
            let target = self.target(list);
            self.result.arcs.push((key, target));
        }
        let arcs = (first, number(self.result.arcs.len() - first));
        let mut fresh = None;
        let rest = match (split, joint) {
            (Some(mut linked), _) => {
                self.result.labels.truncate(first_label);
                let before = self.lists.len();
                let to = self.lists.number(&mut linked);
                if self.lists.len() > before {
                    self.result.states.push(PENDING);
                    fresh = Some(to);
                }
                Rest::Link(to)
            }
            (None, Some(joint)) => {
                let targets = self.result.targets.len();
                for (label, count) in counts.into_iter().enumerate() {
                    let of = &self.result.joints[joint as usize];
                    let target = if of.sizes[label] <= count {
                        UNREACHED
                    } else {
                        list.clear();
                        list.extend_from_slice(common);
                        list.extend(members(&of.combinations[label], sets));
                        self.target(list)
                    };
                    self.result.targets.push(target);
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
        self.result.states[state as usize] = State { accept, arcs, rest };
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
        if let Some(&known) = self.joint_of.get(&joined) {
            return Ok(known);
        }
        let automata: Vec<&Transitions> = joined.iter().map(|&set| self.decider.set(set)).collect();
        let most = self.budget.states.saturating_sub(self.joint_states + self.lists.len());
        let Ok(joint) = Joint::new(&automata, most) else {
            let samples = self.trie.samples();
            let mut patterns: Vec<usize> =
                sets.iter().map(|&(_, child)| samples[child as usize] as usize).take(COLLIDING).collect();
            patterns.sort_unstable();
            return Err(Explosion { patterns, states: self.budget.states });
        };
        self.joint_states += joint.states();
        self.joint_steps += joint.steps();
        let fresh = number(self.result.joints.len());
        self.result.joints.push(joint);
        self.joint_of.insert(joined, fresh);
        Ok(fresh)
    }

    /// The items to link to, for a state whose other items have a few literal children and no others.
    ///
    /// The others are taken by how many literals they have, as many of them as leave more than [`LINKED_LITERALS`] and
    /// more than twice as many literals to what is linked to. What is linked to links to nothing itself.
    fn split(&self, items: &[Item]) -> Option<Vec<Item>> {
        if !self.links {
            return None;
        }
        self.linked(items).filter(|linked| self.linked(linked).is_none())
    }

    fn linked(&self, items: &[Item]) -> Option<Vec<Item>> {
        if items.len() < 2 {
            return None;
        }
        let literals = |item: Item| match meaning(item) {
            Meaning::Node(node) => number(self.trie.literals(node).len()),
            Meaning::Tail(_) => 0,
        };
        let all: u32 = items.iter().map(|&item| literals(item)).sum();
        if all <= LINKED_LITERALS {
            return None;
        }
        let mut few: Vec<u32> = items
            .iter()
            .filter(|&&item| matches!(meaning(item), Meaning::Node(node) if self.trie.literals_only(node)))
            .map(|&item| literals(item))
            .collect();
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
        let mine = |item: Item| {
            matches!(meaning(item), Meaning::Node(node) if self.trie.literals_only(node))
                && literals(item) <= most
        };
        Some(items.iter().copied().filter(|&item| !mine(item)).collect())
    }

    /// The patterns whose presence varies most among the states of the fullest level.
    ///
    /// An item held by all of them or by one alone tells none apart; one held by about half tells most.
    fn colliding(&self) -> Vec<usize> {
        let levels = self.result.levels.iter().chain([&self.next_level]);
        let Some(fullest) = levels.max_by_key(|level| level.len()) else { return Vec::new() };
        let samples = self.trie.samples();
        let states = fullest.len() as u64;
        let mut held: FxHashMap<Item, u64> = FxHashMap::default();
        for &state in fullest {
            for &item in self.lists.get(state) {
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
        let mut ranked: Vec<(u64, u32)> =
            score.into_iter().map(|(pattern, score)| (score, pattern)).collect();
        ranked.sort_unstable_by_key(|&(score, pattern)| (std::cmp::Reverse(score), pattern));
        let strongest = ranked.first().map_or(0, |&(score, _)| score);
        // A pattern that tells far fewer states apart than the first is a bystander; but nobody collides alone.
        let named =
            ranked.iter().enumerate().take_while(|&(at, &(score, _))| at < 2 || score >= strongest / 8);
        let mut patterns: Vec<usize> =
            named.take(COLLIDING).map(|(_, &(_, pattern))| pattern as usize).collect();
        patterns.sort_unstable();
        patterns
    }
}

/// The items of the children of the sets of a combination.
fn members<'a>(combination: &'a [u32], sets: &'a [(u32, u32)]) -> impl Iterator<Item = Item> + 'a {
    combination.iter().flat_map(move |&place| {
        let from = sets.partition_point(|&(set, _)| set < place);
        sets[from..].iter().take_while(move |&&(set, _)| set == place).map(|&(_, child)| node_item(child))
    })
}
