//! Route patterns, and the segment trie that names the route a path took.
//!
//! The DFA alone decides the policy class. The trie is the other form of the same language; it also yields captures.

use crate::alphabet;
use crate::path::Path;

/// One segment of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Exactly this text.
    Literal(String),
    /// A member of the regular set with this number in the artifact.
    Set(u32),
    /// Any one segment.
    Any,
}

/// The paths a route matches: its segments, then anything below if `tail`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    /// The segments, in order.
    pub segments: Vec<Segment>,
    /// Whether the pattern ends in `**`: any number of further whole segments, none included.
    pub tail: bool,
}

impl Pattern {
    /// Whether it matches the path of these segments, read as the language defines it; `sets` are those it names.
    pub fn matches(&self, path: &[&str], sets: &[SegmentSet]) -> bool {
        let long_enough = path.len() >= self.segments.len();
        let fits = long_enough && (self.tail || path.len() == self.segments.len());
        fits && self.segments.iter().zip(path).all(|(segment, text)| match segment {
            Segment::Literal(literal) => literal == text,
            Segment::Set(set) => sets.get(*set as usize).is_some_and(|set| set.contains(text)),
            Segment::Any => true,
        })
    }
}

/// A regular set of segments as a complete minimal DFA over path symbols; state 0 is the start.
///
/// INVARIANT: the language holds well-formed segments only (non-empty, no `/`, neither `.` nor `..`), is neither empty,
/// a single segment, nor the set of all segments (those are written [`Segment::Literal`] and [`Segment::Any`]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SegmentSet {
    /// Whether a segment may end in each state.
    pub accepting: Vec<bool>,
    /// `(state, lo, hi, next)` over symbols, sorted, disjoint; what is missing rejects.
    pub rows: Vec<(u32, u8, u8, u32)>,
}

impl SegmentSet {
    /// Whether the set holds this segment.
    pub fn contains(&self, segment: &str) -> bool {
        let mut state = 0u32;
        for byte in segment.bytes() {
            let Some(symbol) = alphabet::symbol(byte) else { return false };
            let after = self.rows.partition_point(|row| (row.0, row.1) <= (state, symbol));
            let Some(row) = after.checked_sub(1).and_then(|at| self.rows.get(at)) else { return false };
            if row.0 != state || symbol > row.2 {
                return false;
            }
            state = row.3;
        }
        self.accepting.get(state as usize).copied().unwrap_or(false)
    }
}

/// What stands at a node of the trie: the number of a route or of a redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leaf {
    /// A route by its number.
    Route(u32),
    /// A redirect by its number.
    Redirect(u32),
}

/// One node: the patterns that agree on the segments so far.
///
/// INVARIANT (checked on load): every child has a greater number than its parent, and every node but the root exactly
/// one parent; `literals` sorted by text; `sets` in an order in which a set stands after all its proper subsets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexNode {
    /// Children by literal segment.
    pub literals: Vec<(String, u32)>,
    /// Children by regular set.
    pub sets: Vec<(u32, u32)>,
    /// The child for any segment.
    pub any: Option<u32>,
    /// What ends exactly here.
    pub exact: Option<Leaf>,
    /// What takes this and everything below.
    pub tail: Option<Leaf>,
}

/// The segment trie; node 0 is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteIndex {
    /// The regular sets that patterns refer to, sorted.
    pub sets: Vec<SegmentSet>,
    /// The nodes.
    pub nodes: Vec<IndexNode>,
}

impl RouteIndex {
    /// The most specific route or redirect that matches the path.
    ///
    /// Literals before sets before `any` before a tail is the inclusion order, since the compiler has proved that a
    /// least element exists for every path. Depth is bounded by the path's segments.
    pub fn find(&self, path: Path<'_>) -> Option<Leaf> {
        let segments: Vec<&str> = path.segments().collect();
        self.walk(0, &segments)
    }

    fn walk(&self, node: u32, rest: &[&str]) -> Option<Leaf> {
        let node = self.nodes.get(node as usize)?;
        let Some((segment, below)) = rest.split_first() else { return node.exact.or(node.tail) };
        let literal = node.literals.binary_search_by(|(text, _)| text.as_str().cmp(segment)).ok();
        let literal = literal.and_then(|at| node.literals.get(at)).map(|(_, child)| *child);
        let sets = node.sets.iter().filter(|(set, _)| {
            let set = self.sets.get(*set as usize);
            set.is_some_and(|set| set.contains(segment))
        });
        let children = literal.into_iter().chain(sets.map(|(_, child)| *child)).chain(node.any);
        for child in children {
            if let Some(found) = self.walk(child, below) {
                return Some(found);
            }
        }
        node.tail
    }
}
