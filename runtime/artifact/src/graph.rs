//! The route graph: the deterministic automaton of a table of patterns, one step a segment.
//!
//! This is the form the compiler builds and reasons about. [`crate::RouteIndex`] is the same graph laid out for walking.
//! Not here: how it is built (the compiler), and its bytes (`index`).

use crate::alphabet;
use crate::pattern::{Pattern, Segment, SegmentSet};
use std::collections::{BTreeMap, BTreeSet};

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

/// How far a pattern has been read: its number, and how many of its segments.
type Reading = (usize, usize);

impl RouteGraph {
    /// The graph of a few patterns, by plain subset construction: for tests of crates that do not see the compiler.
    ///
    /// Every path must have a least pattern. Not minimal, and exponential in the number of patterns at worst. `None` if
    /// two different sets could be asked about one segment.
    pub fn plain(patterns: &[Pattern], sets: &[SegmentSet]) -> Option<RouteGraph> {
        let literals =
            patterns.iter().flat_map(|pattern| &pattern.segments).filter_map(|segment| match segment {
                Segment::Literal(text) => Some(text.clone()),
                Segment::Set(_) | Segment::Any => None,
            });
        let keys: Vec<String> = literals.collect::<BTreeSet<_>>().into_iter().collect();
        let mut plain = Plain {
            patterns,
            sets,
            numbers: BTreeMap::new(),
            graph: RouteGraph { keys, ..RouteGraph::default() },
        };
        let start: Vec<Reading> = (0..patterns.len()).map(|pattern| (pattern, 0)).collect();
        if !start.is_empty() {
            plain.node(start)?;
        }
        Some(plain.graph)
    }
}

struct Plain<'a> {
    patterns: &'a [Pattern],
    sets: &'a [SegmentSet],
    numbers: BTreeMap<Vec<Reading>, u32>,
    graph: RouteGraph,
}

impl Plain<'_> {
    fn node(&mut self, readings: Vec<Reading>) -> Option<u32> {
        if let Some(number) = self.numbers.get(&readings) {
            return Some(*number);
        }
        let ended = |(pattern, done): &&Reading| {
            self.patterns.get(*pattern).is_some_and(|pattern| pattern.segments.len() == *done)
        };
        let accept = readings
            .iter()
            .filter(ended)
            .map(|(pattern, _)| *pattern)
            .min_by_key(|pattern| self.rank(*pattern));
        let mut node = GraphNode {
            accept: accept.and_then(|accept| u32::try_from(accept).ok()),
            ..GraphNode::default()
        };
        let rest = self.after(&readings, |_, _| false);
        if rest == readings {
            node.otherwise = Otherwise::Stay;
            return Some(self.push(readings, node));
        }
        let sets: BTreeSet<u32> = readings
            .iter()
            .filter_map(|reading| match self.next(*reading) {
                Some(Segment::Set(set)) => Some(*set),
                Some(Segment::Literal(_) | Segment::Any) | None => None,
            })
            .collect();
        for key in 0..self.graph.keys.len() {
            let text = self.graph.keys.get(key)?.clone();
            let named = readings.iter().any(
                |reading| matches!(self.next(*reading), Some(Segment::Literal(literal)) if *literal == text),
            );
            if named {
                let after = self.after(&readings, |segment, sets| match segment {
                    Segment::Literal(literal) => *literal == text,
                    Segment::Set(set) => sets.get(*set as usize).is_some_and(|set| set.contains(&text)),
                    Segment::Any => true,
                });
                let target = self.node(after)?;
                node.literals.push((u32::try_from(key).ok()?, target));
            }
        }
        if let Some(set) = sets.first() {
            if sets.len() > 1 {
                return None;
            }
            let after =
                self.after(&readings, |segment, _| matches!(segment, Segment::Set(other) if other == set));
            let target = self.node(after)?;
            node.matcher = Some((self.matcher(*set)?, vec![target]));
        }
        if !rest.is_empty() {
            node.otherwise = Otherwise::Node(self.node(rest)?);
        }
        Some(self.push(readings, node))
    }

    fn push(&mut self, readings: Vec<Reading>, node: GraphNode) -> u32 {
        let number = u32::try_from(self.graph.nodes.len()).unwrap_or(u32::MAX);
        self.graph.nodes.push(node);
        self.numbers.insert(readings, number);
        number
    }

    /// What a pattern wants next.
    fn next(&self, (pattern, done): Reading) -> Option<&Segment> {
        self.patterns.get(pattern)?.segments.get(done)
    }

    /// What is left after a segment of which it is known which segments of patterns take it, besides those that take any.
    fn after(&self, readings: &[Reading], takes: impl Fn(&Segment, &[SegmentSet]) -> bool) -> Vec<Reading> {
        let step = |&(pattern, done): &Reading| match self.next((pattern, done)) {
            Some(segment) => {
                (*segment == Segment::Any || takes(segment, self.sets)).then_some((pattern, done + 1))
            }
            None => self.patterns.get(pattern)?.tail.then_some((pattern, done)),
        };
        readings.iter().filter_map(step).collect()
    }

    /// Less for more specific patterns, among those that match one path.
    fn rank(&self, pattern: usize) -> Vec<u8> {
        let Some(pattern) = self.patterns.get(pattern) else { return Vec::new() };
        let segments = pattern.segments.iter().map(|segment| match segment {
            Segment::Literal(_) => 0,
            Segment::Set(_) => 1,
            Segment::Any => 2,
        });
        segments.chain(pattern.tail.then_some(3)).collect()
    }

    /// The matcher whose label 1 is the set.
    fn matcher(&mut self, set: u32) -> Option<u32> {
        let set = self.sets.get(set as usize)?;
        let matcher = Matcher {
            labels: set.accepting.iter().map(|accepts| u16::from(*accepts)).collect(),
            rows: set.rows.clone(),
        };
        let known = self.graph.matchers.iter().position(|known| *known == matcher);
        let number = known.unwrap_or(self.graph.matchers.len());
        if known.is_none() {
            self.graph.matchers.push(matcher);
        }
        u32::try_from(number).ok()
    }
}
