//! How a node of a route graph reads one segment, symbol by symbol.
//!
//! Here: what [`RouteGraph`] says of literals, matchers, links and the rest, for the proof in
//! [`super::graph_agreement`]. Not here: DFAs.
#![expect(clippy::indexing_slicing, reason = "literals of linked nodes are numbered by this module")]

use super::shape::{DOT, Shape};
use dregg_artifact::alphabet::{self, SYMBOLS};
use dregg_artifact::{GraphNode, Otherwise, RouteGraph};
use rustc_hash::FxHashMap;

/// No node, no state of a matcher, no class.
pub(super) const NONE: u32 = u32::MAX;

/// How far a node's reading of a segment is that has left the node's own literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reading {
    /// Nothing can match any more.
    Nothing,
    /// In a state of the matcher of this node, [`NONE`] after the matcher has lost the segment.
    Rest {
        /// The node.
        node: u32,
        /// The matcher's state.
        state: u32,
        /// What has been read.
        shape: Shape,
    },
    /// Among the literals of a node that is linked to, by number.
    Literals(u32),
}

/// Literals of a node that agree on their first letters, and how the node reads these letters beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Literals {
    /// The node.
    pub node: u32,
    /// The first of its literals.
    pub from: u32,
    /// The one after the last.
    pub to: u32,
    /// On how many letters they agree.
    pub letters: u32,
    /// What happens beside them.
    pub beside: Reading,
}

/// What a node does with segments that are no literals.
type Rest<'a> = (Option<&'a (u32, Vec<u32>)>, Otherwise);

/// A graph that is read.
pub(super) struct Readings<'a> {
    graph: &'a RouteGraph,
    /// Where the rows of each matcher's states begin.
    rows: Vec<Vec<u32>>,
    /// For each matcher, its targets and rest the first node asked for that has them, whose reading of the rest is that
    /// of all others.
    speakers: FxHashMap<Rest<'a>, u32>,
    linked: Vec<bool>,
    numbered: Vec<Literals>,
    /// For numbered literals the readings after each letter that goes on to some, once they have been asked for.
    longer: Vec<Option<Vec<(u8, Reading)>>>,
    numbers: FxHashMap<Literals, u32>,
}

impl<'a> Readings<'a> {
    pub fn new(graph: &'a RouteGraph) -> Readings<'a> {
        let mut linked = vec![false; graph.nodes.len()];
        for node in &graph.nodes {
            if let Otherwise::Link(to) = node.otherwise
                && let Some(linked) = linked.get_mut(to as usize)
            {
                *linked = true;
            }
        }
        let rows = graph.matchers.iter().map(|matcher| {
            let states = 0..u32::try_from(matcher.labels.len()).unwrap_or(NONE);
            let first = states.map(|state| matcher.rows.partition_point(|row| row.0 < state));
            first.chain([matcher.rows.len()]).map(|at| u32::try_from(at).unwrap_or(NONE)).collect()
        });
        Readings {
            graph,
            rows: rows.collect(),
            speakers: FxHashMap::default(),
            linked,
            numbered: Vec::new(),
            longer: Vec::new(),
            numbers: FxHashMap::default(),
        }
    }

    /// Whether nothing can follow a node.
    pub fn leaf(graph: &RouteGraph, node: u32) -> bool {
        graph.nodes.get(node as usize).is_none_or(|node| {
            node.literals.is_empty() && node.matcher.is_none() && node.otherwise == Otherwise::Nothing
        })
    }

    /// Whether some node links to this one.
    pub fn linked(&self, node: u32) -> bool {
        self.linked.get(node as usize) == Some(&true)
    }

    fn node(&self, node: u32) -> Option<&'a GraphNode> {
        self.graph.nodes.get(node as usize)
    }

    fn text(&self, node: &GraphNode, at: u32) -> &'a [u8] {
        let key = node.literals.get(at as usize).and_then(|(key, _)| self.graph.keys.get(*key as usize));
        key.map_or(&[], |key| key.as_bytes())
    }

    /// All literals of a node, before the first letter; none for no node.
    pub fn begin(&mut self, node: u32) -> Literals {
        // The nodes linked to, in turn.
        let mut links = Vec::new();
        let mut last = node;
        while let Some(GraphNode { otherwise: Otherwise::Link(to), .. }) = self.node(last) {
            if *to >= last {
                break;
            }
            links.push(*to);
            last = *to;
        }
        let mut beside = match self.node(last) {
            Some(node @ GraphNode { matcher: Some(_), .. }) => {
                Reading::Rest { node: self.speaker(last, node), state: 0, shape: Shape::Start }
            }
            Some(node @ GraphNode { otherwise: Otherwise::Node(_) | Otherwise::Stay, .. }) => {
                Reading::Rest { node: self.speaker(last, node), state: NONE, shape: Shape::Start }
            }
            Some(GraphNode { otherwise: Otherwise::Nothing | Otherwise::Link(_), .. }) | None => {
                Reading::Nothing
            }
        };
        let all = |node: u32, beside: Reading, readings: &Readings<'_>| {
            let count = readings.node(node).map_or(0, |node| node.literals.len());
            Literals { node, from: 0, to: u32::try_from(count).unwrap_or(NONE), letters: 0, beside }
        };
        while let Some(to) = links.pop() {
            let literals = all(to, beside, self);
            beside = self.literals(literals);
        }
        all(node, beside, self)
    }

    /// The node that speaks for all that treat what is no literal alike.
    fn speaker(&mut self, at: u32, node: &'a GraphNode) -> u32 {
        match node.otherwise {
            // It leads to itself, so it speaks for itself alone.
            Otherwise::Stay => at,
            Otherwise::Nothing | Otherwise::Node(_) | Otherwise::Link(_) => {
                *self.speakers.entry((node.matcher.as_ref(), node.otherwise)).or_insert(at)
            }
        }
    }

    /// The reading that is among these literals, or beside them if there are none.
    pub fn literals(&mut self, literals: Literals) -> Reading {
        if literals.from == literals.to {
            return literals.beside;
        }
        let (numbered, longer) = (&mut self.numbered, &mut self.longer);
        Reading::Literals(*self.numbers.entry(literals).or_insert_with(|| {
            numbered.push(literals);
            longer.push(None);
            u32::try_from(numbered.len() - 1).unwrap_or(NONE)
        }))
    }

    /// The literals of a number.
    pub fn get(&self, number: u32) -> Literals {
        self.numbered[number as usize]
    }

    /// A key that begins with the letters of these literals.
    pub fn key(&self, literals: Literals) -> u32 {
        let node = self.node(literals.node);
        node.and_then(|node| node.literals.get(literals.from as usize)).map_or(0, |(key, _)| *key)
    }

    /// The letters of the first of these literals that are still to be read.
    pub fn rest_of(&self, literals: Literals) -> &'a [u8] {
        let text = self.node(literals.node).map_or(&[][..], |node| self.text(node, literals.from));
        text.get(literals.letters as usize..).unwrap_or(&[])
    }

    /// Where a segment leads that ends after the letters of these literals; [`NONE`] for nowhere.
    pub fn target(&self, literals: Literals) -> u32 {
        let first = self.node(literals.node).and_then(|node| node.literals.get(literals.from as usize));
        match first {
            Some((_, target)) if literals.from < literals.to && self.rest_of(literals).is_empty() => *target,
            Some(_) | None => self.complete(literals.beside),
        }
    }

    /// Takes those literals away that go on with the next letter, and gives them with this letter read.
    pub fn longer(&mut self, literals: &mut Literals) -> Option<(u8, Literals)> {
        let node = self.node(literals.node)?;
        if literals.from < literals.to && self.rest_of(*literals).is_empty() {
            literals.from += 1;
        }
        if literals.from >= literals.to {
            return None;
        }
        let letter = |at: u32| self.text(node, at).get(literals.letters as usize).copied();
        let first = letter(literals.from)?;
        let mut after = literals.from + 1;
        while after < literals.to && letter(after) == Some(first) {
            after += 1;
        }
        let symbol = alphabet::symbol(first)?;
        let beside = self.step(literals.beside, symbol);
        let longer = Literals { to: after, letters: literals.letters + 1, beside, ..*literals };
        literals.from = after;
        Some((symbol, longer))
    }

    /// The reading after one more symbol of a segment.
    pub fn step(&mut self, reading: Reading, symbol: u8) -> Reading {
        match reading {
            Reading::Nothing => Reading::Nothing,
            Reading::Rest { node, state, shape } => {
                let state = self.step_matcher(node, state, symbol);
                let otherwise = self.node(node).map(|node| node.otherwise);
                if state == NONE && matches!(otherwise, None | Some(Otherwise::Nothing)) {
                    return Reading::Nothing;
                }
                Reading::Rest { node, state, shape: shape.step(symbol) }
            }
            Reading::Literals(number) => {
                let longer = self.all_longer(number);
                match longer.binary_search_by_key(&symbol, |(letter, _)| *letter) {
                    Ok(at) => longer[at].1,
                    Err(_) => self.step(self.get(number).beside, symbol),
                }
            }
        }
    }

    /// The readings after each letter that goes on to some of these literals, by letter.
    fn all_longer(&mut self, number: u32) -> &[(u8, Reading)] {
        if self.longer[number as usize].is_none() {
            let mut rest = self.get(number);
            let mut all = Vec::new();
            while let Some((letter, longer)) = self.longer(&mut rest) {
                all.push((letter, self.literals(longer)));
            }
            all.sort_unstable_by_key(|&(letter, _)| letter);
            self.longer[number as usize] = Some(all);
        }
        self.longer[number as usize].as_deref().unwrap_or(&[])
    }

    fn matcher_rows(&self, node: u32, state: u32) -> &'a [(u32, u8, u8, u32)] {
        let Some((matcher, _)) = self.node(node).and_then(|node| node.matcher.as_ref()) else { return &[] };
        let bounds = self.rows.get(*matcher as usize).and_then(|first| {
            Some((*first.get(state as usize)?, *first.get((state as usize).checked_add(1)?)?))
        });
        let rows = self.graph.matchers.get(*matcher as usize).map_or(&[][..], |matcher| &matcher.rows);
        bounds.and_then(|(from, to)| rows.get(from as usize..to as usize)).unwrap_or(&[])
    }

    fn step_matcher(&self, node: u32, state: u32, symbol: u8) -> u32 {
        let rows = self.matcher_rows(node, state).iter();
        rows.rev().find(|row| row.1 <= symbol).filter(|row| symbol <= row.2).map_or(NONE, |row| row.3)
    }

    /// Where a segment leads that ends here; [`NONE`] for nowhere.
    pub fn complete(&self, reading: Reading) -> u32 {
        match reading {
            Reading::Nothing => NONE,
            Reading::Literals(number) => self.target(self.get(number)),
            Reading::Rest { shape, .. } if !shape.complete() => NONE,
            Reading::Rest { node: at, state, .. } => {
                let Some(node) = self.node(at) else { return NONE };
                if let Some((matcher, targets)) = &node.matcher {
                    let matcher = self.graph.matchers.get(*matcher as usize);
                    let label = matcher.and_then(|matcher| matcher.labels.get(state as usize).copied());
                    if let Some(target) = usize::from(label.unwrap_or(0)).checked_sub(1) {
                        return targets.get(target).copied().unwrap_or(NONE);
                    }
                }
                match node.otherwise {
                    Otherwise::Nothing | Otherwise::Link(_) => NONE,
                    Otherwise::Node(target) => target,
                    Otherwise::Stay => at,
                }
            }
        }
    }

    /// Marks the symbols at which a step may begin to lead elsewhere than for the symbol before.
    pub fn mark(&mut self, reading: Reading, begins: &mut [bool; SYMBOLS as usize + 1]) {
        match reading {
            Reading::Nothing => {}
            Reading::Rest { node, state, shape } => {
                if shape.watches_dot() {
                    begins[DOT as usize] = true;
                    begins[DOT as usize + 1] = true;
                }
                for &(_, lo, hi, _) in self.matcher_rows(node, state) {
                    begins[lo as usize] = true;
                    begins[hi as usize + 1] = true;
                }
            }
            Reading::Literals(number) => {
                for &(symbol, _) in self.all_longer(number) {
                    begins[symbol as usize] = true;
                    begins[symbol as usize + 1] = true;
                }
                self.mark(self.get(number).beside, begins);
            }
        }
    }
}
