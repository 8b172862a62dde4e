//! Whether a route index says what a graph says, without making a graph of it.
//!
//! INVARIANT: reads the words as `walk` does, from the root on, and trusts nothing of `layout`. Total over an index that
//! was checked.

use super::RouteIndex;
use super::word::{Arc, Head, List, NONE, NOTHING, Other, Table, Target};
use crate::graph::{GraphNode, Otherwise, RouteGraph};

/// No target has been met.
const UNMET: u32 = u32::MAX;

impl RouteIndex {
    /// Whether each node that leads on from the graph's root is one here, and each step leads to the same.
    ///
    /// Then no path tells the two apart. False as well for a graph that breaks an invariant of its type.
    pub fn is_layout_of(&self, graph: &RouteGraph) -> bool {
        let keys = self.keys.as_chunks::<16>().0.len() == graph.keys.len()
            && (0u32..).zip(&graph.keys).all(|(number, key)| self.has_text(number, key.as_bytes()));
        if !keys || *self.matcher_list != *graph.matchers {
            return false;
        }
        let mut same = Same { index: self, met: vec![UNMET; graph.nodes.len()], arcs: Vec::new() };
        match (self.root, same.met.last_mut()) {
            (None, None) => return true,
            (Some(root), Some(last)) => *last = root.0,
            (None, Some(_)) | (Some(_), None) => return false,
        }
        // Targets have smaller numbers, so a node comes after all that lead to it.
        let mut nodes = graph.nodes.iter().enumerate().rev();
        nodes.all(|(number, node)| same.node(number, node).is_some())
    }

    /// Whether a key has this text.
    fn has_text(&self, number: u32, text: &[u8]) -> bool {
        let Some(key) = self.key(number) else { return false };
        match key.short_text() {
            Some((bytes, length)) => bytes.get(..length) == Some(text),
            None => self.long_text(number) == Some(text),
        }
    }
}

struct Same<'a> {
    index: &'a RouteIndex,
    /// The target that each of the graph's nodes was met as.
    met: Vec<u32>,
    /// A buffer.
    arcs: Vec<(u32, Target)>,
}

impl Same<'_> {
    fn word(&self, at: usize) -> u64 {
        let words = self.index.words.as_chunks::<8>().0;
        words.get(at).map_or(NOTHING, |bytes| u64::from_le_bytes(*bytes))
    }

    /// Looks at a node, if something leads to it; none if it differs.
    fn node(&mut self, number: usize, node: &GraphNode) -> Option<()> {
        let target = Target(*self.met.get(number)?);
        if target.0 == UNMET {
            return Some(());
        }
        let bare = node.literals.is_empty() && node.matcher.is_none();
        if !target.is_node() {
            let rest = if target.is_sink() { Otherwise::Stay } else { Otherwise::Nothing };
            let same = bare && node.accept == Some(target.accept()) && node.otherwise == rest;
            return same.then_some(());
        }
        if target.skip() > 0 {
            let Otherwise::Node(next) = node.otherwise else { return None };
            return (bare && node.accept.is_none()).then(|| self.meet(number, next, target.before_any()))?;
        }
        self.words(number, node, target.place())
    }

    /// A node's step to another leads to this target here.
    fn meet(&mut self, from: usize, to: u32, target: Target) -> Option<()> {
        let met = self.met.get_mut(to as usize).filter(|_| (to as usize) < from)?;
        if *met == UNMET {
            *met = target.0;
        }
        (*met == target.0).then_some(())
    }

    /// A node that has words.
    fn words(&mut self, number: usize, node: &GraphNode, at: usize) -> Option<()> {
        let head = Head(self.word(at));
        if node.accept.unwrap_or(NONE) != head.accept() || node.accept == Some(NONE) {
            return None;
        }
        let mut after = at + 1;
        let (mut rest, mut list) = (None, None);
        if head.has_other() {
            let other = Other(self.word(after));
            (rest, list) = (other.target(), head.has_matcher().then_some(other.list()));
            after += 1;
        }
        match (node.otherwise, rest) {
            (Otherwise::Nothing, None) => {}
            (Otherwise::Node(next), Some(target)) if !head.is_link() => self.meet(number, next, target)?,
            (Otherwise::Link(next), Some(target)) if head.is_link() => self.meet(number, next, target)?,
            (Otherwise::Nothing | Otherwise::Node(_) | Otherwise::Link(_) | Otherwise::Stay, _) => {
                return None;
            }
        }
        match (&node.matcher, list) {
            (None, None) => {}
            (Some((matcher, targets)), Some(list)) => self.list(number, *matcher, targets, list)?,
            (None, Some(_)) | (Some(_), None) => return None,
        }
        let mut arcs = std::mem::take(&mut self.arcs);
        arcs.clear();
        self.read_arcs(head, after, &mut arcs);
        arcs.sort_unstable_by_key(|&(key, _)| key);
        let same = arcs.len() == node.literals.len()
            && arcs.iter().zip(&node.literals).all(|(&(key, target), &(literal, next))| {
                key == literal && self.meet(number, next, target).is_some()
            });
        self.arcs = arcs;
        same.then_some(())
    }

    fn list(&mut self, number: usize, matcher: u32, targets: &[u32], at: usize) -> Option<()> {
        let list = List(self.word(at));
        if list.matcher() != matcher || list.count() as usize != targets.len() {
            return None;
        }
        for (pair, words) in targets.chunks(2).zip(at + 1..) {
            let word = self.word(words);
            for (next, half) in pair.iter().zip([word as u32, (word >> 32) as u32]) {
                self.meet(number, *next, Target(half))?;
            }
        }
        Some(())
    }

    /// The arcs of a table that begins at a place.
    fn read_arcs(&self, head: Head, at: usize, arcs: &mut Vec<(u32, Target)>) {
        let mut read = |from: usize, mask: u64| {
            let words = (from..from + mask as usize + 1).map(|at| self.word(at));
            arcs.extend(
                words.filter(|word| *word != NOTHING).map(|word| (Arc(word).key(), Arc(word).target())),
            );
        };
        match head.table() {
            Table::Empty => {}
            Table::Small { mask, .. } => read(at, mask),
            Table::Groups { bits } => {
                for number in 0..1usize << bits {
                    let group = Head(self.word(at + number));
                    if group != Head::group(0, 0, 0) {
                        read(group.place(), group.mask());
                    }
                }
            }
        }
    }
}
