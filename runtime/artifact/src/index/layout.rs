//! From a route graph to the bytes of a route index.
//!
//! Nodes stand in the graph's order, so that every target and link leads to an earlier place. What small nodes touch
//! stands in one cache line. Nodes that need no words are said in the targets that lead to them: leaves, sinks, and
//! nodes that only pass one segment on. SPEC: `FORMAT.md`, "Route index".

use super::head::{Header, LINE_WORDS};
use super::key::{Hashing, Key, LONG};
use super::word::{Arc, Head, List, NONE, NOTHING, Other, Others, PLACES, Table, Target};
use crate::graph::{GraphNode, Otherwise, RouteGraph};

/// The largest table without groups.
const SMALL: usize = 12;
/// How many keys a group has on average, at most.
const GROUP: usize = 4;
/// How many seeds are tried.
const SEEDS: u32 = 64;

/// Why a graph has no layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutError {
    /// More nodes and arcs, patterns or key bytes than places have numbers.
    TooLarge,
    /// No seed keeps the keys of some table apart. Only keys made for that come to this.
    Collision,
    /// The graph breaks an invariant of its type: a number out of range, or a target that is not smaller.
    Malformed,
}

/// The section's bytes for a graph over `routes + redirects` patterns; `classes` has the policy class of each, where it
/// decides some path.
pub(super) fn layout(
    graph: &RouteGraph,
    classes: &[Option<u32>],
    routes: u32,
) -> Result<Vec<u8>, LayoutError> {
    if classes.len() >= NONE as usize || routes as usize > classes.len() {
        return Err(LayoutError::TooLarge);
    }
    let mut last = LayoutError::Collision;
    for seed in 0..SEEDS {
        match Words::new(graph, seed) {
            Ok(words) => return words.section(graph, classes, routes, seed),
            Err(LayoutError::Collision) => last = LayoutError::Collision,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// The words under construction.
struct Words {
    keys: Vec<Key>,
    hashes: Vec<u64>,
    words: Vec<u64>,
    /// How each node is named.
    targets: Vec<Target>,
    /// A buffer.
    arcs: Vec<(u64, u64)>,
}

impl Words {
    fn new(graph: &RouteGraph, seed: u32) -> Result<Words, LayoutError> {
        let hashing = Hashing::new(seed);
        let keys: Vec<Key> = graph.keys.iter().map(|key| hashing.key(key.as_bytes())).collect();
        let hashes = keys.iter().map(|key| hashing.hash(*key)).collect();
        let (targets, arcs) = (Vec::with_capacity(graph.nodes.len()), Vec::new());
        let mut words = Words { keys, hashes, words: vec![NOTHING], targets, arcs };
        for node in &graph.nodes {
            let target = words.node(node)?;
            words.targets.push(target);
        }
        let room = words.words.len().next_multiple_of(LINE_WORDS);
        words.words.resize(room, NOTHING);
        Ok(words)
    }

    fn target(&self, node: u32) -> Result<Target, LayoutError> {
        self.targets.get(node as usize).copied().ok_or(LayoutError::Malformed)
    }

    fn place(&self) -> Result<u32, LayoutError> {
        let place = u32::try_from(self.words.len()).map_err(|_| LayoutError::TooLarge)?;
        if self.words.len() < PLACES { Ok(place) } else { Err(LayoutError::TooLarge) }
    }

    /// Fills the line up if what comes next would cross its end and need not.
    fn keep_together(&mut self, length: usize) {
        let room = LINE_WORDS - self.words.len() % LINE_WORDS;
        if length <= LINE_WORDS && length > room {
            self.words.resize(self.words.len() + room, NOTHING);
        }
    }

    fn node(&mut self, node: &GraphNode) -> Result<Target, LayoutError> {
        if node.accept.is_some_and(|accept| accept >= NONE) {
            return Err(LayoutError::TooLarge);
        }
        let bare = node.literals.is_empty() && node.matcher.is_none();
        match (node.otherwise, node.accept) {
            (Otherwise::Stay, Some(accept)) if bare => return Ok(Target::sink(accept)),
            (Otherwise::Stay, _) => return Err(LayoutError::Malformed),
            (Otherwise::Nothing, Some(accept)) if bare => return Ok(Target::leaf(accept)),
            (Otherwise::Node(next), None) if bare => {
                if let Some(target) = self.target(next)?.after_any() {
                    return Ok(target);
                }
            }
            (Otherwise::Nothing | Otherwise::Node(_) | Otherwise::Link(_), _) => {}
        }
        let (target, link) = match node.otherwise {
            Otherwise::Nothing | Otherwise::Stay => (None, false),
            Otherwise::Node(next) => (Some(self.target(next)?), false),
            Otherwise::Link(next) => {
                let target = self.target(next)?;
                if !target.is_node() || target.skip() != 0 || node.matcher.is_some() {
                    return Err(LayoutError::Malformed);
                }
                (Some(target), true)
            }
        };
        let list = match &node.matcher {
            Some((matcher, targets)) => self.list(*matcher, targets)?,
            None => None,
        };
        let others = Others { word: target.is_some() || list.is_some(), link, matcher: list.is_some() };
        let other = others.word.then(|| Other::new(target, list.unwrap_or(0)));
        self.table(node, others, other)
    }

    fn list(&mut self, matcher: u32, targets: &[u32]) -> Result<Option<u32>, LayoutError> {
        let count = u16::try_from(targets.len()).map_err(|_| LayoutError::TooLarge)?;
        self.keep_together(1 + targets.len().div_ceil(2));
        let place = self.place()?;
        self.words.push(List::new(matcher, u32::from(count)).0);
        for pair in targets.chunks(2) {
            let mut word = u64::MAX;
            for target in pair.iter().rev() {
                word = word << 32 | u64::from(self.target(*target)?.0);
            }
            self.words.push(word);
        }
        Ok(Some(place))
    }

    fn table(
        &mut self,
        node: &GraphNode,
        others: Others,
        other: Option<Other>,
    ) -> Result<Target, LayoutError> {
        let mut arcs = std::mem::take(&mut self.arcs);
        arcs.clear();
        for arc in &node.literals {
            arcs.push(self.arc(*arc)?);
        }
        let table = match fit(&arcs).filter(|_| arcs.len() <= SMALL) {
            _ if arcs.is_empty() => Table::Empty,
            Some((shift, mask)) => Table::Small { shift, mask },
            None => Table::Groups { bits: (arcs.len() / GROUP).max(1).ilog2() + 1 },
        };
        let arcs_room = match table {
            Table::Empty => 0,
            Table::Small { mask, .. } => mask as usize + 1,
            Table::Groups { .. } => LINE_WORDS,
        };
        self.keep_together(1 + usize::from(other.is_some()) + arcs_room);
        let place = self.place()?;
        self.words.push(Head::new(node.accept, table, others).0);
        self.words.extend(other.map(|other| other.0));
        match table {
            Table::Empty => {}
            Table::Small { shift, mask } => self.arcs(&arcs, shift, mask),
            Table::Groups { bits } => self.groups(&mut arcs, bits)?,
        }
        self.arcs = arcs;
        Ok(Target::node(place))
    }

    /// The hash of an arc's key and its word.
    fn arc(&self, (key, next): (u32, u32)) -> Result<(u64, u64), LayoutError> {
        let hash = self.hashes.get(key as usize).ok_or(LayoutError::Malformed)?;
        Ok((*hash, Arc::new(key, self.target(next)?).0))
    }

    fn arcs(&mut self, arcs: &[(u64, u64)], shift: u32, mask: u64) {
        let from = self.words.len();
        self.words.resize(from + mask as usize + 1, NOTHING);
        for (hash, word) in arcs {
            if let Some(slot) = self.words.get_mut(from + (hash >> shift & mask) as usize) {
                *slot = *word;
            }
        }
    }

    fn groups(&mut self, arcs: &mut [(u64, u64)], bits: u32) -> Result<(), LayoutError> {
        arcs.sort_unstable();
        let heads = self.words.len();
        self.words.resize(heads + (1 << bits), Head::group(0, 0, 0).0);
        let mut rest = &*arcs;
        while let Some((hash, _)) = rest.first() {
            let number = (hash >> (64 - bits)) as usize;
            let (group, after) =
                rest.split_at(rest.partition_point(|(hash, _)| (hash >> (64 - bits)) as usize == number));
            rest = after;
            let (shift, mask) = fit(group).ok_or(LayoutError::Collision)?;
            self.keep_together(mask as usize + 1);
            let place = self.place()?;
            if let Some(slot) = self.words.get_mut(heads + number) {
                *slot = Head::group(place, shift, mask).0;
            }
            self.arcs(group, shift, mask);
        }
        Ok(())
    }

    fn section(
        mut self,
        graph: &RouteGraph,
        classes: &[Option<u32>],
        routes: u32,
        seed: u32,
    ) -> Result<Vec<u8>, LayoutError> {
        let (ends, pool) = long_texts(graph)?;
        let number = |length: usize| u32::try_from(length).map_err(|_| LayoutError::TooLarge);
        let header = Header {
            root: self.targets.last().map_or(u32::MAX, |target| target.0),
            seed,
            words: number(self.words.len())?,
            keys: number(graph.keys.len())?,
            long_bytes: number(pool.len())?,
            matchers: number(graph.matchers.len())?,
            patterns: number(classes.len())?,
            routes,
        };
        let mut bytes = Vec::with_capacity(header.least_bytes());
        header.write(&mut bytes);
        for word in self.words.drain(..) {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        for key in &self.keys {
            bytes.extend_from_slice(&key.low.to_le_bytes());
            bytes.extend_from_slice(&key.high.to_le_bytes());
        }
        for end in ends {
            bytes.extend_from_slice(&end.to_le_bytes());
        }
        for class in classes {
            bytes.extend_from_slice(&class.unwrap_or(u32::MAX).to_le_bytes());
        }
        bytes.extend_from_slice(&pool);
        super::matchers::write(&graph.matchers, &mut bytes);
        Ok(bytes)
    }
}

/// The texts of long keys one after the other, and for each key where its text ends in them.
fn long_texts(graph: &RouteGraph) -> Result<(Vec<u32>, Vec<u8>), LayoutError> {
    let mut pool = Vec::new();
    let mut ends = Vec::with_capacity(graph.keys.len());
    for key in &graph.keys {
        if key.len() >= LONG {
            pool.extend_from_slice(key.as_bytes());
        }
        ends.push(u32::try_from(pool.len()).map_err(|_| LayoutError::TooLarge)?);
    }
    Ok((ends, pool))
}

/// The smallest mask, and for it the smallest shift, that keep the hashes apart.
fn fit(arcs: &[(u64, u64)]) -> Option<(u32, u64)> {
    if arcs.len() > 64 {
        return None;
    }
    let least = arcs.len().next_power_of_two().ilog2();
    for bits in least..=6 {
        let mask = (1u64 << bits) - 1;
        for shift in 0..=(64 - bits).min(63) {
            let mut taken = 0u64;
            let apart = arcs.iter().all(|(hash, _)| {
                let place = 1u64 << (hash >> shift & mask);
                let free = taken & place == 0;
                taken |= place;
                free
            });
            if apart {
                return Some((shift, mask));
            }
        }
    }
    None
}
