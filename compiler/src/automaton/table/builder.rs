//! A table that can be changed: patterns come and go, and only what leads to the change is made again.
//!
//! Nothing that has been made is changed: the trie gets a new root with new nodes on the way to the pattern, so that
//! lists, nodes and symbol states that are known stay true. The result is the one that a new table of the same patterns
//! gives, byte for byte. What nothing leads to any more stays until it outweighs the rest; then all is made anew.
#![expect(clippy::indexing_slicing, reason = "nodes and patterns are numbered by their modules")]

use super::bytes::Bytes;
use super::canonical::canonical;
use super::classes::Texts;
use super::codes::Codes;
use super::explore::explore;
use super::graph::Graph;
use super::live::Live;
use super::nodes::Parts;
use super::states::{Source, States};
use super::trie::{NONE, Trie};
use super::{Table, TableError};
use crate::automaton::build::{Budget, COLLIDING};
use crate::automaton::graph_agreement::Agreed;
use crate::automaton::order::EdgeOrder;
use crate::automaton::product::Accept;
use crate::automaton::weights::Weights;
use dregg_artifact::{Dfa, Otherwise, Pattern, SegmentSet};

/// A table that patterns can be added to and removed from.
pub struct TableBuilder {
    budget: Budget,
    pub(super) codes: Codes,
    /// Whether each pattern is in the table.
    present: Vec<bool>,
    pub(super) built: Built,
    pub(super) symbols: Option<Symbols>,
}

/// What is made from the patterns.
pub(super) struct Built {
    trie: Trie,
    states: States,
    pub graph: Graph,
    /// The root's state.
    pub root: u32,
    /// Whether states may link.
    links: bool,
    /// What is still reached, once something has been changed.
    live: Option<Live>,
    /// How many states and trie nodes there were at first.
    first: usize,
}

/// The symbol automaton under one choice of classes.
pub(super) struct Symbols {
    pub bytes: Bytes,
    /// The class of each pattern that is the least one somewhere, [`NONE`] for others.
    pub class_of: Vec<u32>,
    /// The node by class of each node.
    class_node_of: Vec<u32>,
    /// The first state.
    pub start: u32,
    /// How many states there were at first.
    first: usize,
    /// How heavy the states are.
    pub weights: Weights,
    /// Their order in the DFA that was written last.
    pub written: Option<EdgeOrder>,
    /// Nodes and states that are known to agree.
    pub agreed: Agreed,
}

impl Built {
    fn new(codes: &Codes, patterns: impl Iterator<Item = u32>, budget: &Budget) -> Result<Built, TableError> {
        let order = codes.in_order(patterns);
        let trie = Trie::new(codes, &order).map_err(|_| TableError::Undecided)?;
        drop(order);
        let mut built = Built {
            first: trie.len(),
            trie,
            states: States::new(),
            graph: Graph::new(),
            root: NONE,
            links: true,
            live: None,
        };
        let (_, mut levels) = built.explore(codes, budget)?;
        if !built.states.all_reached(&levels) {
            // A state that only links lead to was judged although no path ends there: without links there is none.
            built.links = false;
            built.states = States::new();
            (_, levels) = built.explore(codes, budget)?;
        }
        built.first += built.states.len();
        built.extend(codes, &levels)?;
        Ok(built)
    }

    /// Makes the states below the trie's root; the old root's state, and the new states.
    fn explore(&mut self, codes: &Codes, budget: &Budget) -> Result<(u32, Vec<Vec<u32>>), TableError> {
        let source = Source { codes, trie: &self.trie, budget, links: self.links };
        let (root, levels) = explore(&mut self.states, &source)?;
        Ok((std::mem::replace(&mut self.root, root), levels))
    }

    fn extend(&mut self, codes: &Codes, levels: &[Vec<u32>]) -> Result<(), TableError> {
        self.graph.extend(codes, &self.states, levels).map_err(|_| {
            let samples = self.trie.samples();
            let mut patterns: Vec<usize> = samples.iter().map(|&pattern| pattern as usize).collect();
            patterns.sort_unstable();
            patterns.dedup();
            patterns.truncate(COLLIDING);
            TableError::Explosion { patterns, states: self.states.len() }
        })
    }

    /// Makes what a change of the trie asks for. Whether that is the result: else all must be made anew.
    fn change(&mut self, codes: &Codes, budget: &Budget) -> Result<bool, TableError> {
        if !self.links {
            return Ok(false);
        }
        let live = self.live.get_or_insert_with(|| {
            let mut live = Live::default();
            live.change(&mut self.states, codes, &self.trie, (NONE, self.root), 0);
            live
        });
        let mut live = std::mem::take(live);
        let new = super::codes::number(self.states.len());
        let (old, levels) = self.explore(codes, budget)?;
        live.change(&mut self.states, codes, &self.trie, (old, self.root), new);
        let all_reached = live.all_reached();
        self.live = Some(live);
        if !all_reached || self.states.len() + self.trie.len() > 2 * self.first + 10_000 {
            return Ok(false);
        }
        self.extend(codes, &levels)?;
        Ok(true)
    }

    fn undecided(&self) -> bool {
        match &self.live {
            Some(live) => live.undecided(),
            None => self.states.decider.undecided(),
        }
    }

    fn accepts(&self) -> Box<dyn Iterator<Item = &Accept> + '_> {
        match &self.live {
            Some(live) => Box::new(live.accepts(&self.states)),
            None => Box::new(self.states.decider.accepts().iter()),
        }
    }
}

impl TableBuilder {
    /// The table of some patterns, numbered by their places.
    ///
    /// # Errors
    /// [`TableError::Undecided`] if two patterns match the same paths, [`TableError::Explosion`] if the automaton is too
    /// large.
    pub fn new(
        patterns: &[Pattern],
        sets: &[SegmentSet],
        budget: Budget,
    ) -> Result<TableBuilder, TableError> {
        let codes = Codes::new(patterns, sets);
        let built = Built::new(&codes, 0..super::codes::number(patterns.len()), &budget)?;
        Ok(TableBuilder { budget, codes, present: vec![true; patterns.len()], built, symbols: None })
    }

    /// Adds a pattern; its number, which no other one gets.
    ///
    /// # Errors
    /// As [`TableBuilder::new`]; then the table stays as it was.
    pub fn add(&mut self, pattern: &Pattern, sets: &[SegmentSet]) -> Result<u32, TableError> {
        let number = self.codes.add(pattern, sets);
        self.present.push(false);
        if self.codes.can_match(number) {
            self.built.trie.add(&self.codes, number).map_err(|_| TableError::Undecided)?;
            self.change(number, true)?;
        }
        self.present[number as usize] = true;
        Ok(number)
    }

    /// Removes a pattern, if it is there.
    ///
    /// # Errors
    /// As [`TableBuilder::new`], if the budget is too small for the other patterns alone; then the table stays as it was.
    pub fn remove(&mut self, number: u32) -> Result<(), TableError> {
        if self.present.get(number as usize) != Some(&true) {
            return Ok(());
        }
        if self.codes.can_match(number) {
            self.built.trie.remove(&self.codes, number);
            self.change(number, false)?;
        }
        self.present[number as usize] = false;
        Ok(())
    }

    /// Makes what follows from the changed trie.
    fn change(&mut self, number: u32, present: bool) -> Result<(), TableError> {
        if let Ok(true) = self.built.change(&self.codes, &self.budget) {
            return Ok(());
        }
        self.symbols = None;
        let before = std::mem::replace(&mut self.present[number as usize], present);
        let all = |present: &[bool]| -> Vec<u32> {
            (0u32..).zip(present).filter(|(_, present)| **present).map(|(number, _)| number).collect()
        };
        let result = Built::new(&self.codes, all(&self.present).into_iter(), &self.budget);
        self.present[number as usize] = before;
        self.built = match result {
            Ok(built) => built,
            Err(error) => {
                // What was there before could be made before.
                self.built = Built::new(&self.codes, all(&self.present).into_iter(), &self.budget)?;
                return Err(error);
            }
        };
        Ok(())
    }

    /// What the table means. `number` gives the patterns their numbers in it.
    ///
    /// # Errors
    /// [`TableError::Undecided`] if some path has no least matching pattern.
    pub fn table(&self, number: impl Fn(u32) -> u32) -> Result<Table, TableError> {
        if self.built.undecided() {
            return Err(TableError::Undecided);
        }
        let Built { graph, .. } = &self.built;
        let root = graph.node_of(self.built.root);
        let renumbered = |pattern: usize| number(super::codes::number(pattern)) as usize;
        let mut accepts: Vec<Accept> = self.built.accepts().cloned().collect();
        let mut accept_of = Vec::new();
        for (at, accept) in (0u32..).zip(&mut accepts) {
            for pattern in &mut accept.patterns {
                *pattern = renumbered(*pattern);
            }
            accept.patterns.sort_unstable();
            accept.least = renumbered(accept.least);
            if accept.least >= accept_of.len() {
                accept_of.resize(accept.least + 1, NONE);
            }
            accept_of[accept.least] = at;
        }
        let (graph, _) =
            canonical(&graph.nodes, root, &self.codes, &graph.matchers, number, Default::default());
        Ok(Table { graph, accepts, accept_of })
    }

    /// What the table means, with the numbers that the patterns have here.
    ///
    /// # Errors
    /// As [`TableBuilder::table`].
    pub fn into_table(self) -> Result<Table, TableError> {
        if self.built.live.is_some() {
            return self.table(|number| number);
        }
        if self.built.undecided() {
            return Err(TableError::Undecided);
        }
        let Built { graph, states, root, .. } = self.built;
        let root = graph.node_of(root);
        let (accepts, accept_of) = states.decider.into_accepts();
        let (graph, _) =
            canonical(&graph.nodes, root, &self.codes, &graph.matchers, |number| number, Default::default());
        Ok(Table { graph, accepts, accept_of })
    }

    /// The same as [`Table::to_dfa`] of the table, made from what was made for it before.
    ///
    /// Accept sets have the numbers that patterns have here. If a pattern decides in another class than before, the DFA
    /// is made anew.
    ///
    /// # Errors
    /// [`TableError::Undecided`] if some path has no least matching pattern, [`TableError::Explosion`] if more states
    /// would be made than the budget has.
    pub fn to_dfa(&mut self, class: impl Fn(&Accept) -> u32) -> Result<Dfa, TableError> {
        self.classify(class)?;
        Ok(self.dfa(|class| class, None, Dfa::default()).0)
    }

    /// Makes the symbol states that are missing under the classes of accept sets, as [`TableBuilder::to_dfa`] does.
    ///
    /// # Errors
    /// As there.
    pub fn classify(&mut self, class: impl Fn(&Accept) -> u32) -> Result<(), TableError> {
        if self.undecided() {
            return Err(TableError::Undecided);
        }
        let root = self.built.graph.node_of(self.built.root);
        if root == NONE {
            self.symbols = None;
            return Ok(());
        }
        let mut class_of = vec![NONE; self.present.len()];
        for accept in self.built.accepts() {
            class_of[accept.least] = class(accept);
        }
        let known = self.symbols.take().filter(|symbols| {
            let same = |(old, new): (&u32, &u32)| old == new || *old == NONE || *new == NONE;
            symbols.class_of.iter().zip(&class_of).all(same)
                && symbols.bytes.states.len() <= 2 * symbols.first.max(5_000)
        });
        let fresh = known.is_none();
        let mut symbols = known.unwrap_or_else(Symbols::new);
        let Graph { nodes, matchers, .. } = &self.built.graph;
        let texts = Texts { keys: &self.codes.keys, sorted: self.codes.sorted, matchers };
        symbols.class_of.resize(class_of.len(), NONE);
        for (old, new) in symbols.class_of.iter_mut().zip(&class_of).filter(|(_, new)| **new != NONE) {
            *old = *new;
        }
        symbols.class_node_of.resize(nodes.len(), NONE);
        for node in nodes.below(root, |node| symbols.class_node_of[node as usize] != NONE) {
            symbols.class_node(node, nodes.get(node), texts);
        }
        let root = symbols.class_node_of[root as usize];
        symbols.start = symbols.bytes.extend(root, texts, self.budget.states).map_err(|states| {
            let patterns = (0..self.present.len()).filter(|&pattern| self.present[pattern]).take(COLLIDING);
            TableError::Explosion { patterns: patterns.collect(), states: states.0 }
        })?;
        let states = &symbols.bytes.states;
        symbols.weights.extend(states.automaton(), states.cyclic());
        if fresh {
            symbols.first = states.len();
        }
        self.symbols = Some(symbols);
        Ok(())
    }

    /// Whether some path has no least matching pattern.
    pub fn undecided(&self) -> bool {
        self.built.undecided()
    }

    /// The accept sets, with the numbers that patterns have here.
    pub fn accepts(&self) -> impl Iterator<Item = &Accept> {
        self.built.accepts()
    }

    /// What the automaton may cost from now on. It matters for changes to come.
    pub fn set_budget(&mut self, budget: Budget) {
        self.budget = budget;
    }
}

impl Symbols {
    fn new() -> Symbols {
        Symbols {
            bytes: Bytes::new(),
            class_of: Vec::new(),
            class_node_of: Vec::new(),
            start: NONE,
            first: 0,
            weights: Weights::default(),
            written: None,
            agreed: Agreed::default(),
        }
    }

    /// Makes the node by class of a node all of whose targets have theirs.
    fn class_node(&mut self, node: u32, parts: Parts<'_>, texts: Texts<'_>) {
        let of = |to: u32| self.class_node_of[to as usize];
        let arcs: Vec<(u32, u32)> = parts.arcs.iter().map(|&(key, to)| (key, of(to))).collect();
        let targets: Vec<u32> = parts.targets.iter().map(|&to| of(to)).collect();
        let otherwise = match parts.otherwise {
            Otherwise::Nothing | Otherwise::Stay => parts.otherwise,
            Otherwise::Node(to) => Otherwise::Node(of(to)),
            Otherwise::Link(to) => Otherwise::Link(of(to)),
        };
        let accept = if parts.accept == NONE { NONE } else { self.class_of[parts.accept as usize] };
        let parts = Parts { accept, arcs: &arcs, matcher: parts.matcher, targets: &targets, otherwise };
        self.class_node_of[node as usize] = self.bytes.class_node(parts, texts);
    }
}
