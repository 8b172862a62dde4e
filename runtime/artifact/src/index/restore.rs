//! From a route index back to the graph, so that what was laid out can be proved, drawn and compared.
//!
//! The graph has the same language; nodes that were said in targets have nodes again. Total over an index that was
//! checked.

use super::RouteIndex;
use super::key::Key;
use super::word::{Arc, Head, List, NONE, NOTHING, Other, Table, Target};
use crate::graph::{GraphNode, Otherwise, RouteGraph};
use rustc_hash::FxHashMap;

impl RouteIndex {
    /// The graph that is laid out here.
    pub fn graph(&self) -> RouteGraph {
        let mut restored = Restored {
            index: self,
            nodes: Vec::new(),
            by_place: vec![u32::MAX; self.words.len() / 8],
            others: FxHashMap::default(),
        };
        let mut at = 0;
        while at < self.words.len() / 8 {
            at = restored.pass(at);
        }
        let root = self.root.map(|root| restored.target(root));
        let mut nodes = restored.nodes;
        if let Some(root) = root {
            // The root is the last: nothing leads to it, so it can be moved behind all others.
            nodes.truncate(root as usize + 1);
        }
        let keys = (0u32..).take(self.keys.len() / 16).map(|key| self.key_text(key)).collect();
        RouteGraph { keys, matchers: self.matcher_list.to_vec(), nodes }
    }

    fn key_text(&self, number: u32) -> String {
        let text = match self.key(number).and_then(Key::short_text) {
            Some((bytes, length)) => bytes.get(..length).unwrap_or_default().to_vec(),
            None => self.long_text(number).unwrap_or_default().to_vec(),
        };
        String::from_utf8(text).unwrap_or_default()
    }
}

struct Restored<'a> {
    index: &'a RouteIndex,
    nodes: Vec<GraphNode>,
    /// The node that stands at each place.
    by_place: Vec<u32>,
    /// Those that are said in targets.
    others: FxHashMap<Target, u32>,
}

impl Restored<'_> {
    fn word(&self, at: usize) -> u64 {
        let words = self.index.words.as_chunks::<8>().0;
        words.get(at).map_or(NOTHING, |bytes| u64::from_le_bytes(*bytes))
    }

    fn push(&mut self, node: GraphNode) -> u32 {
        let number = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(node);
        number
    }

    /// The node that a target says. Nodes with words were passed before anything leads to them.
    fn target(&mut self, target: Target) -> u32 {
        if target.is_node() && target.skip() == 0 {
            return self.by_place.get(target.place()).copied().unwrap_or(u32::MAX);
        }
        if let Some(number) = self.others.get(&target) {
            return *number;
        }
        let node = if target.is_node() {
            let next = self.target(target.before_any());
            GraphNode { otherwise: Otherwise::Node(next), ..GraphNode::default() }
        } else {
            let otherwise = if target.is_sink() { Otherwise::Stay } else { Otherwise::Nothing };
            GraphNode { accept: Some(target.accept()), otherwise, ..GraphNode::default() }
        };
        let number = self.push(node);
        self.others.insert(target, number);
        number
    }

    /// Reads what stands at a place and returns what comes after it.
    fn pass(&mut self, at: usize) -> usize {
        let word = self.word(at);
        if word == NOTHING {
            return at + 1;
        }
        if List(word).is_canonical() {
            return at + 1 + (List(word).count() as usize).div_ceil(2);
        }
        let head = Head(word);
        let mut node = GraphNode {
            accept: Some(head.accept()).filter(|accept| *accept != NONE),
            ..GraphNode::default()
        };
        let mut end = at + 1;
        if head.has_other() {
            let other = Other(self.word(end));
            end += 1;
            if head.has_matcher() {
                node.matcher = Some(self.list(other.list()));
            }
            if let Some(target) = other.target() {
                let next = self.target(target);
                node.otherwise = if head.is_link() { Otherwise::Link(next) } else { Otherwise::Node(next) };
            }
        }
        match head.table() {
            Table::Empty => {}
            Table::Small { mask, .. } => end = self.arcs(end, mask, &mut node),
            Table::Groups { bits } => {
                let heads = end;
                end += 1 << bits;
                for number in 0..1usize << bits {
                    let group = Head(self.word(heads + number));
                    if group != Head::group(0, 0, 0) {
                        end = self.arcs(group.place(), group.mask(), &mut node);
                    }
                }
            }
        }
        node.literals.sort_unstable();
        let number = self.push(node);
        if let Some(place) = self.by_place.get_mut(at) {
            *place = number;
        }
        end
    }

    fn list(&mut self, at: usize) -> (u32, Vec<u32>) {
        let list = List(self.word(at));
        let targets = (0..list.count() as usize).map(|number| {
            let pair = self.word(at + 1 + number / 2);
            self.target(Target(if number % 2 == 0 { pair as u32 } else { (pair >> 32) as u32 }))
        });
        (list.matcher(), targets.collect())
    }

    fn arcs(&mut self, from: usize, mask: u64, node: &mut GraphNode) -> usize {
        let end = from + mask as usize + 1;
        for at in from..end {
            let word = self.word(at);
            if word != NOTHING {
                let next = self.target(Arc(word).target());
                node.literals.push((Arc(word).key(), next));
            }
        }
        end
    }
}
