//! The route index: the segment trie of the same language, and the canonical numbers of its regular sets.
//!
//! Not here: which pattern is least ([`super::build()`] proves that there is one; then the trie's order finds it).
#![expect(clippy::indexing_slicing, reason = "nodes are numbered by this module")]

use super::inclusion::Inclusions;
use super::positions::canonical_numbers;
use dregg_artifact::{IndexNode, Leaf, Pattern, RouteIndex, Segment, SegmentSet};
use std::collections::{BTreeMap, BTreeSet};

/// Gives the regular sets of patterns their canonical numbers: sorted, without duplicates and without those that no
/// pattern names. The patterns are renumbered; a number without a set is left as it is.
pub fn number_sets(patterns: &mut [Pattern], sets: &[SegmentSet]) -> Vec<SegmentSet> {
    fn named(patterns: &mut [Pattern]) -> impl Iterator<Item = &mut u32> {
        patterns.iter_mut().flat_map(|pattern| &mut pattern.segments).filter_map(|segment| match segment {
            Segment::Set(set) => Some(set),
            Segment::Literal(_) | Segment::Any => None,
        })
    }
    let mut used: Vec<SegmentSet> =
        named(patterns).filter_map(|set| sets.get(*set as usize).cloned()).collect();
    used.sort();
    used.dedup();
    for number in named(patterns) {
        let place = sets.get(*number as usize).and_then(|set| used.binary_search(set).ok());
        *number = place.and_then(|place| u32::try_from(place).ok()).unwrap_or(*number);
    }
    used
}

/// A node while the trie grows.
#[derive(Default)]
struct Growing {
    literals: BTreeMap<String, usize>,
    sets: BTreeMap<u32, usize>,
    any: Option<usize>,
    exact: Option<Leaf>,
    tail: Option<Leaf>,
}

/// The trie of the patterns. `sets` are numbered as [`number_sets`] does.
///
/// Nodes are numbered depth-first, children in the order in which a walk tries them: literals by text, regular sets in
/// the smallest order by number in which a set stands after its proper subsets, then any segment. Of two equal patterns
/// the first one's leaf stays ([`super::build()`] refuses such a table).
pub fn route_index(patterns: &[(Pattern, Leaf)], sets: Vec<SegmentSet>) -> RouteIndex {
    let canonical = canonical_numbers(&sets);
    let mut growing = vec![Growing::default()];
    for (pattern, leaf) in patterns {
        let mut at = 0;
        for segment in &pattern.segments {
            let fresh = growing.len();
            let node = &mut growing[at];
            at = match segment {
                Segment::Literal(text) => *node.literals.entry(text.clone()).or_insert(fresh),
                Segment::Set(set) => {
                    let set = canonical.get(*set as usize).copied().unwrap_or(*set);
                    *node.sets.entry(set).or_insert(fresh)
                }
                Segment::Any => *node.any.get_or_insert(fresh),
            };
            if at == fresh {
                growing.push(Growing::default());
            }
        }
        let node = &mut growing[at];
        let place = if pattern.tail { &mut node.tail } else { &mut node.exact };
        place.get_or_insert(*leaf);
    }
    let nodes = depth_first(growing, &mut Inclusions::new(&sets));
    RouteIndex { sets, nodes }
}

/// Where a child is hung in.
enum Edge {
    Literal(String),
    Set(u32),
    Any,
}

fn depth_first(mut growing: Vec<Growing>, inclusions: &mut Inclusions<'_>) -> Vec<IndexNode> {
    let mut nodes: Vec<IndexNode> = Vec::with_capacity(growing.len());
    let mut pending: Vec<(usize, Option<(usize, Edge)>)> = vec![(0, None)];
    while let Some((at, parent)) = pending.pop() {
        let number = nodes.len();
        if let Some((parent, edge)) = parent {
            let child = u32::try_from(number).unwrap_or(u32::MAX);
            let parent = &mut nodes[parent];
            match edge {
                Edge::Literal(text) => parent.literals.push((text, child)),
                Edge::Set(set) => parent.sets.push((set, child)),
                Edge::Any => parent.any = Some(child),
            }
        }
        let node = std::mem::take(&mut growing[at]);
        nodes.push(IndexNode { exact: node.exact, tail: node.tail, ..IndexNode::default() });
        let literals = node.literals.into_iter().map(|(text, child)| (child, Edge::Literal(text)));
        let sets = linear_extension(&node.sets.keys().copied().collect::<Vec<_>>(), inclusions);
        let sets = sets.into_iter().filter_map(|set| Some((*node.sets.get(&set)?, Edge::Set(set))));
        let any = node.any.into_iter().map(|child| (child, Edge::Any));
        let children: Vec<(usize, Edge)> = literals.chain(sets).chain(any).collect();
        pending.extend(children.into_iter().rev().map(|(child, edge)| (child, Some((number, edge)))));
    }
    nodes
}

/// The smallest order by number in which a set stands after all its proper subsets. `sets` are sorted and different.
fn linear_extension(sets: &[u32], inclusions: &mut Inclusions<'_>) -> Vec<u32> {
    // For each set those that properly include it, and how many it properly includes.
    let mut above: Vec<Vec<usize>> = vec![Vec::new(); sets.len()];
    let mut below = vec![0usize; sets.len()];
    for (big_at, &big) in sets.iter().enumerate() {
        for (small_at, &small) in sets.iter().enumerate() {
            if big != small && inclusions.segment(&Segment::Set(big), &Segment::Set(small)) {
                above[small_at].push(big_at);
                below[big_at] += 1;
            }
        }
    }
    let mut ready: BTreeSet<usize> = (0..sets.len()).filter(|&at| below[at] == 0).collect();
    let mut order = Vec::with_capacity(sets.len());
    while let Some(at) = ready.pop_first() {
        order.push(sets[at]);
        for &big in &above[at] {
            below[big] -= 1;
            if below[big] == 0 {
                ready.insert(big);
            }
        }
    }
    order
}
