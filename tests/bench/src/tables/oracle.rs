//! The plain answer: a trie of segments, walked with backtracking, literal before parameter before tail.
//!
//! Written for being right, and never timed.

use super::{NOTHING, Segment, Table};
use rustc_hash::FxHashMap;

/// The trie of a table.
pub struct Oracle<'t> {
    words: FxHashMap<&'t str, u32>,
    literals: FxHashMap<(u32, u32), u32>,
    nodes: Vec<Node>,
}

#[derive(Clone, Copy)]
struct Node {
    parameter: u32,
    exact: u32,
    tail: u32,
}

const LEAF: Node = Node { parameter: NOTHING, exact: NOTHING, tail: NOTHING };

impl<'t> Oracle<'t> {
    /// Enters every route.
    pub fn new(table: &'t Table) -> Oracle<'t> {
        let words = table.words.iter().map(String::as_str).zip(0u32..).collect();
        let mut oracle = Oracle { words, literals: FxHashMap::default(), nodes: vec![LEAF] };
        for (number, route) in (0u32..).zip(&table.routes) {
            let mut at = 0u32;
            for segment in &route.segments {
                let fresh = u32::try_from(oracle.nodes.len()).expect("fewer nodes than 2^32");
                let child = match segment {
                    Segment::Literal(word) => *oracle.literals.entry((at, *word)).or_insert(fresh),
                    Segment::Parameter => {
                        let parameter = &mut oracle.nodes[at as usize].parameter;
                        if *parameter == NOTHING {
                            *parameter = fresh;
                        }
                        *parameter
                    }
                };
                if child == fresh {
                    oracle.nodes.push(LEAF);
                }
                at = child;
            }
            let node = &mut oracle.nodes[at as usize];
            *(if route.tail { &mut node.tail } else { &mut node.exact }) = number;
        }
        oracle
    }

    /// The route of a well-formed path, or [`NOTHING`].
    pub fn find(&self, path: &str) -> u32 {
        let segments: Vec<&str> = path.split('/').skip(1).filter(|segment| !segment.is_empty()).collect();
        self.walk(0, &segments)
    }

    fn walk(&self, at: u32, rest: &[&str]) -> u32 {
        let node = self.nodes[at as usize];
        let Some((segment, below)) = rest.split_first() else {
            return if node.exact == NOTHING { node.tail } else { node.exact };
        };
        let literal = self.words.get(segment).and_then(|word| self.literals.get(&(at, *word)));
        let parameter = (node.parameter != NOTHING).then_some(&node.parameter);
        for child in literal.into_iter().chain(parameter) {
            let found = self.walk(*child, below);
            if found != NOTHING {
                return found;
            }
        }
        node.tail
    }
}
