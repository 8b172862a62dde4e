//! All patterns of a table as one trie of segments.
//!
//! A node never changes: whoever adds or removes a pattern gets new nodes on the way to it and a new root. So a node's
//! number stands for all that is below it. Not here: which nodes a path can be at together ([`super::states`]).
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

const EMPTY: Node = Node { first: 0, edges: 0, literals: 0, exact: NONE, tail: NONE };

/// The trie.
pub(super) struct Trie {
    nodes: Vec<Node>,
    edges: Vec<(Code, u32)>,
    /// The root.
    pub root: u32,
}

/// Two patterns match the same paths.
pub(super) struct Equal;

impl Trie {
    /// The trie of patterns that can match and stand in the order of [`Codes::in_order`].
    ///
    /// # Errors
    /// [`Equal`] if two of them end in one place in the same way.
    pub fn new(codes: &Codes, order: &[u32]) -> Result<Trie, Equal> {
        let mut nodes = vec![EMPTY];
        let mut edges: Vec<(u32, Code, u32)> = Vec::new();
        // The nodes on the way to the last pattern, and its codes.
        let mut path = vec![0u32];
        let mut last: &[Code] = &[];
        for &pattern in order {
            let here = codes.of(pattern);
            let common = here.iter().zip(last).take_while(|(here, last)| here == last).count();
            path.truncate(common + 1);
            for &code in here.iter().skip(common) {
                let child = number(nodes.len());
                nodes.push(EMPTY);
                edges.push((path[path.len() - 1], code, child));
                path.push(child);
            }
            nodes[path[path.len() - 1] as usize].end(pattern, codes.tail(pattern))?;
            last = here;
        }
        Ok(Trie::grouped(nodes, &edges))
    }

    /// Edges are sorted by code for each parent, but parents are mixed.
    fn grouped(mut nodes: Vec<Node>, edges: &[(u32, Code, u32)]) -> Trie {
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
        Trie { nodes, edges: sorted, root: 0 }
    }

    /// Adds a pattern that can match.
    ///
    /// # Errors
    /// [`Equal`] if there is one that matches the same paths; then the trie stays as it was.
    pub fn add(&mut self, codes: &Codes, pattern: u32) -> Result<(), Equal> {
        let way = self.way(codes.of(pattern));
        let mut node = match way.last() {
            Some(&last) if way.len() == codes.of(pattern).len() + 1 => self.nodes[last as usize],
            Some(_) | None => EMPTY,
        };
        node.end(pattern, codes.tail(pattern))?;
        self.rebuild(&way, codes.of(pattern), Some(node));
        Ok(())
    }

    /// Removes a pattern that is there.
    pub fn remove(&mut self, codes: &Codes, pattern: u32) {
        let way = self.way(codes.of(pattern));
        let Some(&last) = way.last() else { return };
        let mut node = self.nodes[last as usize];
        *(if codes.tail(pattern) { &mut node.tail } else { &mut node.exact }) = NONE;
        let empty = node.edges == 0 && node.exact == NONE && node.tail == NONE;
        self.rebuild(&way, codes.of(pattern), (!empty).then_some(node));
    }

    /// The nodes on the way of these codes, as far as they are there.
    fn way(&self, codes: &[Code]) -> Vec<u32> {
        let mut way = vec![self.root];
        for code in codes {
            let edges = self.edges(way[way.len() - 1]);
            match edges.binary_search_by_key(code, |&(code, _)| code) {
                Ok(at) => way.push(edges[at].1),
                Err(_) => break,
            }
        }
        way
    }

    /// Makes new nodes on the way of these codes, at whose end is the given node or nothing any more.
    fn rebuild(&mut self, way: &[u32], codes: &[Code], end: Option<Node>) {
        let mut below = end.map(|node| self.push(node));
        for (at, &code) in codes.iter().enumerate().rev() {
            let mut node = way.get(at).map_or(EMPTY, |&node| self.nodes[node as usize]);
            let old = way.get(at).map_or(0..0, |_| node.first as usize..(node.first + node.edges) as usize);
            let first = self.edges.len();
            let place = old.start + self.edges[old.clone()].partition_point(|&(other, _)| other < code);
            let after =
                place + usize::from(self.edges[place..old.end].first().is_some_and(|edge| edge.0 == code));
            self.edges.extend_from_within(old.start..place);
            self.edges.extend(below.map(|below| (code, below)));
            self.edges.extend_from_within(after..old.end);
            node.first = number(first);
            node.edges = number(self.edges.len() - first);
            node.literals = number(self.edges[first..].partition_point(|&(code, _)| code < SETS));
            let empty = node.edges == 0 && node.exact == NONE && node.tail == NONE;
            below = (!empty).then(|| self.push(node));
        }
        self.root = below.unwrap_or_else(|| self.push(EMPTY));
    }

    fn push(&mut self, node: Node) -> u32 {
        self.nodes.push(node);
        number(self.nodes.len() - 1)
    }

    /// How many nodes there are, those that are no longer below the root included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        let root = self.node(self.root);
        root.edges == 0 && root.exact == NONE && root.tail == NONE
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

    /// The least pattern through each node below the root.
    pub fn samples(&self) -> Vec<u32> {
        let mut samples: Vec<u32> = self.nodes.iter().map(|node| node.exact.min(node.tail)).collect();
        let mut order = vec![self.root];
        let mut at = 0;
        while let Some(&node) = order.get(at) {
            at += 1;
            order.extend(self.edges(node).iter().map(|&(_, child)| child));
        }
        for node in order.into_iter().rev() {
            let below = self.edges(node).iter().map(|&(_, child)| samples[child as usize]).min();
            samples[node as usize] = samples[node as usize].min(below.unwrap_or(NONE));
        }
        samples
    }
}

impl Node {
    fn end(&mut self, pattern: u32, tail: bool) -> Result<(), Equal> {
        let place = if tail { &mut self.tail } else { &mut self.exact };
        if *place != NONE {
            return Err(Equal);
        }
        *place = pattern;
        Ok(())
    }
}

/// Whether a code is that of a regular set; its number.
pub(super) fn set_of(code: Code) -> Option<u32> {
    (code >= SETS && code != ANY).then(|| code - SETS)
}
