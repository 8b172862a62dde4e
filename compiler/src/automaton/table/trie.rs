//! All patterns of a table as one trie of segments.
//!
//! Not here: which nodes a path can be at together ([`super::states`]).
#![expect(clippy::indexing_slicing, reason = "nodes are numbered by this module")]

use super::codes::{ANY, Code, Codes, SETS, number};

/// No pattern or no node.
pub(super) const NONE: u32 = u32::MAX;

/// The patterns that agree on the segments so far.
#[derive(Clone, Copy)]
pub(super) struct Node {
    /// Where its edges begin, sorted by code: literals, then regular sets, then any segment.
    first: u32,
    edges: u32,
    literals: u32,
    /// The pattern that ends here, or [`NONE`].
    pub exact: u32,
    /// The pattern that takes everything from here on, or [`NONE`].
    pub tail: u32,
}

/// The trie. Node 0 is the root.
pub(super) struct Trie {
    nodes: Vec<Node>,
    edges: Vec<(Code, u32)>,
}

/// Two patterns match the same paths.
pub(super) struct Equal;

impl Trie {
    /// The trie of the patterns that can match.
    ///
    /// # Errors
    /// [`Equal`] if two of them end in one place in the same way.
    pub fn new(codes: &Codes<'_>) -> Result<Trie, Equal> {
        let mut ends = vec![(NONE, NONE)];
        let mut edges: Vec<(u32, Code, u32)> = Vec::new();
        // The nodes on the way to the last pattern, and its codes.
        let mut path = vec![0u32];
        let mut last: &[Code] = &[];
        for &pattern in &codes.order {
            let here = codes.of(pattern);
            let common = here.iter().zip(last).take_while(|(here, last)| here == last).count();
            path.truncate(common + 1);
            for &code in here.iter().skip(common) {
                let child = number(ends.len());
                ends.push((NONE, NONE));
                edges.push((path[path.len() - 1], code, child));
                path.push(child);
            }
            let end = &mut ends[path[path.len() - 1] as usize];
            let place = if codes.tail(pattern) { &mut end.1 } else { &mut end.0 };
            if *place != NONE {
                return Err(Equal);
            }
            *place = pattern;
            last = here;
        }
        Ok(Trie::grouped(&ends, &edges))
    }

    /// Edges are sorted by code for each parent, but parents are mixed.
    fn grouped(ends: &[(u32, u32)], edges: &[(u32, Code, u32)]) -> Trie {
        let mut nodes: Vec<Node> =
            ends.iter().map(|&(exact, tail)| Node { first: 0, edges: 0, literals: 0, exact, tail }).collect();
        for (parent, code, _) in edges {
            let node = &mut nodes[*parent as usize];
            node.edges += 1;
            node.literals += u32::from(*code < SETS);
        }
        let mut total = 0;
        for node in &mut nodes {
            node.first = total;
            total += node.edges;
            node.edges = 0;
        }
        let mut sorted = vec![(0, 0); edges.len()];
        for &(parent, code, child) in edges {
            let node = &mut nodes[parent as usize];
            sorted[(node.first + node.edges) as usize] = (code, child);
            node.edges += 1;
        }
        Trie { nodes, edges: sorted }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A node.
    pub fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    fn edges(&self, node: u32) -> &[(Code, u32)] {
        let Node { first, edges, .. } = self.nodes[node as usize];
        &self.edges[first as usize..(first + edges) as usize]
    }

    /// The children by literal, sorted.
    pub fn literals(&self, node: u32) -> &[(Code, u32)] {
        &self.edges(node)[..self.nodes[node as usize].literals as usize]
    }

    /// The other children by code: regular sets, then any segment.
    pub fn others(&self, node: u32) -> &[(Code, u32)] {
        &self.edges(node)[self.nodes[node as usize].literals as usize..]
    }

    /// Whether there are literal children only, or none, and no tail.
    pub fn literals_only(&self, node: u32) -> bool {
        let node = self.node(node);
        node.edges == node.literals && node.tail == NONE
    }

    /// The least pattern through each node.
    pub fn samples(&self) -> Vec<u32> {
        let mut samples: Vec<u32> = self.nodes.iter().map(|node| node.exact.min(node.tail)).collect();
        // Children have greater numbers than their parents.
        for node in (0..number(self.nodes.len())).rev() {
            let below = self.edges(node).iter().map(|(_, child)| samples[*child as usize]).min();
            samples[node as usize] = samples[node as usize].min(below.unwrap_or(NONE));
        }
        samples
    }
}

/// Whether a code is that of a regular set; its place.
pub(super) fn set_of(code: Code) -> Option<u32> {
    (code >= SETS && code != ANY).then(|| code - SETS)
}
