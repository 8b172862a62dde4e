//! The route graph: the deterministic automaton of a table of patterns, one step a segment.
//!
//! This is the form the compiler builds and reasons about. [`crate::RouteIndex`] is the same graph laid out for walking.
//! Not here: how it is built (the compiler), and its bytes (`index`).

use crate::alphabet;

/// Classes of segments as a complete minimal DFA over path symbols: which of several regular sets hold a segment.
///
/// State 0 is the start. INVARIANT: only well-formed segments have a label; every label from 1 to the greatest occurs,
/// numbered by first occurrence when states are visited breadth-first by symbol; the DFA is minimal and numbered
/// breadth-first by symbol.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Matcher {
    /// The label of a segment that ends in each state; 0 for none.
    pub labels: Vec<u16>,
    /// `(state, lo, hi, next)` over symbols, sorted, disjoint; what is missing gives no label.
    pub rows: Vec<(u32, u8, u8, u32)>,
}

impl Matcher {
    /// The label of a segment, 0 for none.
    pub fn label(&self, segment: &str) -> u16 {
        let mut state = 0u32;
        for byte in segment.bytes() {
            let Some(symbol) = alphabet::symbol(byte) else { return 0 };
            let after = self.rows.partition_point(|row| (row.0, row.1) <= (state, symbol));
            let Some(row) = after.checked_sub(1).and_then(|at| self.rows.get(at)) else { return 0 };
            if row.0 != state || symbol > row.2 {
                return 0;
            }
            state = row.3;
        }
        self.labels.get(state as usize).copied().unwrap_or(0)
    }
}

/// What a segment does that is no literal of the node and to which its matcher, if any, gives no label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Otherwise {
    /// The path matches nothing.
    #[default]
    Nothing,
    /// It leads to this node.
    Node(u32),
    /// It does what it does at this node, which is tried with the same segment. Such a node has no matcher.
    Link(u32),
    /// It changes nothing: this node takes everything below itself. Such a node accepts and has no literals.
    Stay,
}

/// One state between segments.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GraphNode {
    /// The most specific pattern that matches a path that ends here.
    pub accept: Option<u32>,
    /// Where literal segments lead: key, node; sorted by key.
    pub literals: Vec<(u32, u32)>,
    /// For other segments: a matcher, and for its labels from 1 on where they lead.
    pub matcher: Option<(u32, Vec<u32>)>,
    /// For the rest.
    pub otherwise: Otherwise,
}

/// The graph.
///
/// INVARIANT: every node but the root is reached from it, every target and link has a smaller number than the node it
/// leaves, no two nodes are equal, keys and matchers are sorted and without duplicates, and each is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteGraph {
    /// The literal segments.
    pub keys: Vec<String>,
    /// The matchers.
    pub matchers: Vec<Matcher>,
    /// The nodes; the root is the last. None: no path matches.
    pub nodes: Vec<GraphNode>,
}

impl RouteGraph {
    /// The most specific pattern that matches the path of these segments; the plain reading of the graph.
    pub fn find<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Option<u32> {
        let mut at = self.nodes.len().checked_sub(1)?;
        for segment in segments {
            at = self.step(at, segment)?;
        }
        self.nodes.get(at)?.accept
    }

    fn step(&self, mut at: usize, segment: &str) -> Option<usize> {
        let key = self.keys.binary_search_by(|key| key.as_str().cmp(segment)).ok();
        // Links lead to smaller numbers, so this ends.
        loop {
            let node = self.nodes.get(at)?;
            let literal = key.and_then(|key| {
                let place = node.literals.binary_search_by_key(&key, |(key, _)| *key as usize).ok()?;
                node.literals.get(place)
            });
            if let Some((_, target)) = literal {
                return Some(*target as usize);
            }
            if let Some((matcher, targets)) = &node.matcher {
                let label = usize::from(self.matchers.get(*matcher as usize)?.label(segment));
                if let Some(target) = label.checked_sub(1) {
                    return targets.get(target).map(|target| *target as usize);
                }
            }
            match node.otherwise {
                Otherwise::Nothing => return None,
                Otherwise::Node(target) => return Some(target as usize),
                Otherwise::Stay => return Some(at),
                Otherwise::Link(target) if (target as usize) < at => at = target as usize,
                Otherwise::Link(_) => return None,
            }
        }
    }
}
