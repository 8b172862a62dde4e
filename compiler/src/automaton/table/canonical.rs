//! The route graph below a root: nodes, literals and matchers with their canonical numbers.
//!
//! Nodes are numbered depth-first from the root, a node after all it leads to: by its literals, its labels, then the
//! rest. Not here: nodes ([`super::nodes`]).
#![expect(clippy::indexing_slicing, reason = "nodes, literals and matchers are numbered by their modules")]

use super::codes::{Codes, number};
use super::nodes::{Nodes, Parts};
use super::trie::NONE;
use dregg_artifact::{GraphNode, Matcher, Otherwise, RouteGraph};

/// The graph below a root, and which node each of its nodes was. `pattern` gives the patterns their numbers. `spare` is what
/// this gave before: its memory is used.
pub(super) fn canonical(
    nodes: &Nodes,
    root: u32,
    codes: &Codes,
    matchers: &[Matcher],
    pattern: impl Fn(u32) -> u32,
    spare: (RouteGraph, Vec<u32>),
) -> (RouteGraph, Vec<u32>) {
    if root == NONE {
        return Default::default();
    }
    let rank = if codes.sorted { Vec::new() } else { ranks(&codes.keys) };
    let mut used = Used { keys: vec![false; codes.keys.len()], matchers: vec![false; matchers.len()] };
    let (order, place) = depth_first(nodes, root, &rank, &mut used);
    let mut result = RouteGraph::default();
    let key_numbers = used_keys(&used.keys, codes, &rank, &mut result.keys);
    let matcher_numbers = used_matchers(&used.matchers, matchers, &mut result.matchers);
    let place = |node: u32| place[node as usize];
    let (mut spare, spare_of) = (spare.0.nodes, spare.1);
    let mut spare_place = vec![NONE; if spare.is_empty() { 0 } else { nodes.len() }];
    for (at, &node) in (0u32..).zip(&spare_of) {
        if let Some(place) = spare_place.get_mut(node as usize) {
            *place = at;
        }
    }
    result.nodes.extend(order.iter().map(|&node| {
        let Parts { accept, arcs, matcher, targets, otherwise } = nodes.get(node);
        // A node that was there before most likely has room for just what it has now.
        let known = spare_place.get(node as usize).and_then(|&at| spare.get_mut(at as usize));
        let mut literals = known.map(|known| std::mem::take(&mut known.literals)).unwrap_or_default();
        literals.clear();
        literals.extend(arcs.iter().map(|&(key, node)| (key_numbers[key as usize], place(node))));
        if !rank.is_empty() {
            literals.sort_unstable();
        }
        let targets = || targets.iter().map(|&node| place(node)).collect();
        GraphNode {
            accept: (accept != NONE).then(|| pattern(accept)),
            literals,
            matcher: matcher_numbers.get(matcher as usize).map(|&matcher| (matcher, targets())),
            otherwise: match otherwise {
                Otherwise::Node(node) => Otherwise::Node(place(node)),
                Otherwise::Link(node) => Otherwise::Link(place(node)),
                Otherwise::Nothing | Otherwise::Stay => otherwise,
            },
        }
    }));
    (result, order)
}

/// The place of each text among the sorted ones.
fn ranks(texts: &[String]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..number(texts.len())).collect();
    order.sort_unstable_by_key(|&at| &texts[at as usize]);
    let mut ranks = vec![0; texts.len()];
    for (rank, &at) in (0u32..).zip(&order) {
        ranks[at as usize] = rank;
    }
    ranks
}

/// Which literals and matchers nodes have.
struct Used {
    keys: Vec<bool>,
    matchers: Vec<bool>,
}

/// The nodes that the root leads to, each after all it leads to, and the place of each among them. `rank` orders
/// literals, if their numbers do not.
fn depth_first(nodes: &Nodes, root: u32, rank: &[u32], used: &mut Used) -> (Vec<u32>, Vec<u32>) {
    let mut order = Vec::new();
    let mut place = vec![NONE; nodes.len()];
    // Of each node that is open, the nodes it leads to that are still to be taken, the last one first.
    let mut next: Vec<u32> = Vec::new();
    let mut open: Vec<(u32, usize)> = Vec::new();
    let mut sorted: Vec<(u32, u32)> = Vec::new();
    let mut enter = Some(root);
    loop {
        if let Some(node) = enter.take() {
            open.push((node, next.len()));
            let Parts { arcs, matcher, targets, otherwise, .. } = nodes.get(node);
            arcs.iter().for_each(|&(key, _)| used.keys[key as usize] = true);
            if let Some(used) = used.matchers.get_mut(matcher as usize) {
                *used = true;
            }
            match otherwise {
                Otherwise::Node(child) | Otherwise::Link(child) => next.push(child),
                Otherwise::Nothing | Otherwise::Stay => {}
            }
            next.extend(targets.iter().rev());
            if rank.is_empty() {
                next.extend(arcs.iter().rev().map(|&(_, child)| child));
            } else {
                sorted.clear();
                sorted.extend(arcs.iter().map(|&(key, child)| (rank[key as usize], child)));
                sorted.sort_unstable();
                next.extend(sorted.iter().rev().map(|&(_, child)| child));
            }
        }
        let Some(&(node, first)) = open.last() else { break };
        if next.len() == first {
            place[node as usize] = number(order.len());
            order.push(node);
            open.pop();
        } else {
            enter = next.pop().filter(|&child| place[child as usize] == NONE);
        }
    }
    (order, place)
}

/// Writes the literals that nodes have, sorted; the number of each.
fn used_keys(used: &[bool], codes: &Codes, rank: &[u32], keys: &mut Vec<String>) -> Vec<u32> {
    let mut in_order: Vec<u32> = (0u32..).zip(used).filter(|(_, used)| **used).map(|(key, _)| key).collect();
    if !rank.is_empty() {
        in_order.sort_unstable_by_key(|&key| rank[key as usize]);
    }
    let mut numbers = vec![NONE; used.len()];
    for key in in_order {
        numbers[key as usize] = number(keys.len());
        keys.push(codes.keys[key as usize].clone());
    }
    numbers
}

/// Writes the matchers that nodes have, sorted; the number of each.
fn used_matchers(used: &[bool], matchers: &[Matcher], result: &mut Vec<Matcher>) -> Vec<u32> {
    let mut in_order: Vec<usize> = (0..matchers.len()).filter(|&at| used[at]).collect();
    in_order.sort_unstable_by_key(|&at| &matchers[at]);
    let mut numbers = vec![NONE; matchers.len()];
    for at in in_order {
        numbers[at] = number(result.len());
        result.push(matchers[at].clone());
    }
    numbers
}
