//! Proof that the DFA and the route index that go into an artifact are forms of the product they were made from.
//!
//! Both are read side by side with the product along every path at once: pairs of states, breadth-first, until all have
//! been seen or two ends differ. Nothing of minimisation, edge order or trie building is used here, so a slip in one of
//! them cannot hide.

use super::product::{Accept, Product};
use super::shape::{DOT, FIRST, Shape};
use super::witness;
use dregg_artifact::alphabet::{self, END, SLASH, SYMBOLS};
use dregg_artifact::{Dfa, IndexNode, Leaf, RouteIndex};
use std::collections::HashSet;
use std::hash::Hash;

/// The shortest path that `dfa` does not classify as the product does under `class`.
pub fn dfa_disagreement(product: &Product, dfa: &Dfa, class: impl Fn(&Accept) -> u32) -> Option<String> {
    disagreement(product, dfa, |accept, found| accept.map(&class) == found)
}

/// The shortest path for which `index` does not find the leaf of the product's least pattern.
pub fn index_disagreement(
    product: &Product,
    index: &RouteIndex,
    leaf: impl Fn(usize) -> Leaf,
) -> Option<String> {
    disagreement(product, index, |accept, found| accept.map(|accept| leaf(accept.least)) == found)
}

/// Something that reads paths symbol by symbol.
trait Reader {
    /// How far it is.
    type State: Clone + Eq + Hash;
    /// What it says of a path.
    type Found;
    fn start(&self) -> Option<Self::State>;
    fn step(&self, state: &Self::State, symbol: u8) -> Option<Self::State>;
    fn end(&self, state: &Self::State) -> Option<Self::Found>;
    /// Marks the symbols at which `step` may begin to answer differently than for the symbol before.
    fn mark(&self, state: &Self::State, marks: &mut Marks);
}

/// A set of symbols at which intervals begin.
struct Marks([bool; SYMBOLS as usize]);

impl Marks {
    fn interval(&mut self, lo: u8, hi: u8) {
        for symbol in [lo, hi.saturating_add(1)] {
            if let Some(mark) = self.0.get_mut(usize::from(symbol)) {
                *mark = true;
            }
        }
    }
}

fn disagreement<R: Reader>(
    product: &Product,
    reader: &R,
    same: impl Fn(Option<&Accept>, Option<R::Found>) -> bool,
) -> Option<String> {
    let readable = witness::readable();
    let start = (product.start(), reader.start());
    let mut seen = HashSet::from([start.clone()]);
    // Each pair met, the entry before it and the symbol between.
    let mut met = vec![(start, 0usize, 0u8)];
    let mut at = 0;
    while let Some((pair, _, _)) = met.get(at).cloned() {
        let accept = pair.0.and_then(|state| product.accept(state));
        let found = pair.1.as_ref().and_then(|state| reader.end(state));
        if !same(accept, found) {
            return Some(path_to(&met, at));
        }
        let mut marks = Marks([false; SYMBOLS as usize]);
        marks.interval(SLASH, SLASH);
        for step in pair.0.map(|state| product.steps(state)).unwrap_or(&[]) {
            marks.interval(step.lo, step.hi);
        }
        if let Some(state) = &pair.1 {
            reader.mark(state, &mut marks);
        }
        // The number of the interval that each symbol lies in; one symbol speaks for its interval.
        let mut interval = 0u8;
        let intervals: Vec<u8> = marks
            .0
            .iter()
            .map(|&begins| {
                interval += u8::from(begins);
                interval
            })
            .collect();
        let mut tried = [false; SYMBOLS as usize + 1];
        for &symbol in &readable {
            let of =
                intervals.get(usize::from(symbol)).and_then(|&interval| tried.get_mut(usize::from(interval)));
            if of.is_none_or(|tried| std::mem::replace(tried, true)) {
                continue;
            }
            let next = (
                pair.0.and_then(|state| product.step(state, symbol)),
                pair.1.as_ref().and_then(|state| reader.step(state, symbol)),
            );
            if next != (None, None) && seen.insert(next.clone()) {
                met.push((next, at, symbol));
            }
        }
        at += 1;
    }
    None
}

fn path_to<S>(met: &[(S, usize, u8)], mut at: usize) -> String {
    let mut symbols = Vec::new();
    while let Some((_, before, symbol)) = met.get(at).filter(|_| at != 0) {
        symbols.push(*symbol);
        at = *before;
    }
    symbols.reverse();
    witness::text(&symbols)
}

impl Reader for Dfa {
    type State = u32;
    type Found = u32;

    fn start(&self) -> Option<u32> {
        (self.states() > 0).then_some(0)
    }

    fn step(&self, state: &u32, symbol: u8) -> Option<u32> {
        Dfa::step(self, *state, symbol)
    }

    fn end(&self, state: &u32) -> Option<u32> {
        Dfa::step(self, *state, END)
    }

    fn mark(&self, state: &u32, marks: &mut Marks) {
        for row in self.rows_of(*state) {
            marks.interval(row.lo, row.hi);
        }
    }
}

/// One branch that [`RouteIndex::find`] would try.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Branch {
    /// The literals `from..to` of a node, which agree on the first `depth` bytes.
    Literals { node: u32, from: usize, to: usize, depth: usize },
    /// A regular set's child.
    Set { set: u32, state: u32, child: u32 },
    /// The child for any segment.
    Any { shape: Shape, child: u32 },
    /// A node's tail.
    Tail { shape: Shape, node: u32 },
}

/// How far a walk of the index is: the branches that may still succeed, in the order in which they are tried.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Walk {
    /// Nothing has been read.
    Before,
    /// The first `/` has been read.
    Root(Vec<Branch>),
    /// Some of a segment.
    Inside(Vec<Branch>),
}

impl Walk {
    fn branches(&self) -> &[Branch] {
        match self {
            Walk::Before => &[],
            Walk::Root(branches) | Walk::Inside(branches) => branches,
        }
    }
}

/// The branches of a node, in the order of [`RouteIndex::find`].
fn branches(index: &RouteIndex, node: u32) -> Vec<Branch> {
    let Some(here) = index.nodes.get(node as usize) else { return Vec::new() };
    let mut branches = Vec::new();
    if !here.literals.is_empty() {
        branches.push(Branch::Literals { node, from: 0, to: here.literals.len(), depth: 0 });
    }
    branches.extend(here.sets.iter().map(|&(set, child)| Branch::Set { set, state: 0, child }));
    branches.extend(here.any.map(|child| Branch::Any { shape: Shape::Start, child }));
    branches.extend(here.tail.map(|_| Branch::Tail { shape: Shape::Start, node }));
    branches
}

fn end_of(node: Option<&IndexNode>) -> Option<Leaf> {
    node.and_then(|node| node.exact.or(node.tail))
}

impl Branch {
    /// The node whose edge is complete if the segment ends here.
    fn completes(&self, index: &RouteIndex) -> Option<u32> {
        match *self {
            Branch::Literals { node, from, depth, .. } => {
                let (text, child) = index.nodes.get(node as usize)?.literals.get(from)?;
                (text.len() == depth).then_some(*child)
            }
            Branch::Set { set, state, child } => {
                let accepting = index.sets.get(set as usize)?.accepting.get(state as usize).copied();
                accepting.unwrap_or(false).then_some(child)
            }
            Branch::Any { shape, child } => shape.complete().then_some(child),
            Branch::Tail { .. } => None,
        }
    }

    fn step(&self, index: &RouteIndex, symbol: u8) -> Option<Branch> {
        match *self {
            Branch::Literals { node, from, to, depth } => {
                let byte = alphabet::byte(symbol);
                let literals = index.nodes.get(node as usize)?.literals.get(from..to)?;
                let at = |text: &str| text.as_bytes().get(depth).copied();
                let first = literals.partition_point(|(text, _)| at(text) < byte);
                let last = literals.partition_point(|(text, _)| at(text) <= byte);
                (first < last).then(|| Branch::Literals {
                    node,
                    from: from + first,
                    to: from + last,
                    depth: depth + 1,
                })
            }
            Branch::Set { set, state, child } => {
                let rows = &index.sets.get(set as usize)?.rows;
                let row = rows.iter().find(|row| row.0 == state && row.1 <= symbol && symbol <= row.2)?;
                Some(Branch::Set { set, state: row.3, child })
            }
            Branch::Any { shape, child } => Some(Branch::Any { shape: shape.step(symbol), child }),
            Branch::Tail { shape, node } => Some(Branch::Tail { shape: shape.step(symbol), node }),
        }
    }

    fn mark(&self, index: &RouteIndex, marks: &mut Marks) {
        match *self {
            Branch::Literals { node, from, to, depth } => {
                let literals = index.nodes.get(node as usize).and_then(|node| node.literals.get(from..to));
                for (text, _) in literals.unwrap_or(&[]) {
                    if let Some(symbol) = text.as_bytes().get(depth).and_then(|&byte| alphabet::symbol(byte))
                    {
                        marks.interval(symbol, symbol);
                    }
                }
            }
            Branch::Set { set, state, .. } => {
                let rows = index.sets.get(set as usize).map(|set| set.rows.iter());
                for row in rows.into_iter().flatten().filter(|row| row.0 == state) {
                    marks.interval(row.1, row.2);
                }
            }
            Branch::Any { .. } | Branch::Tail { .. } => marks.interval(DOT, DOT),
        }
    }
}

impl Reader for RouteIndex {
    type State = Walk;
    type Found = Leaf;

    fn start(&self) -> Option<Walk> {
        Some(Walk::Before)
    }

    fn step(&self, state: &Walk, symbol: u8) -> Option<Walk> {
        let next: Vec<Branch> = match state {
            Walk::Before => return (symbol == SLASH).then(|| Walk::Root(branches(self, 0))),
            Walk::Root(_) if symbol == SLASH => return None,
            Walk::Inside(here) if symbol == SLASH => {
                let after = |branch: &Branch| match *branch {
                    Branch::Tail { shape, node } if shape.complete() => {
                        vec![Branch::Tail { shape: Shape::Start, node }]
                    }
                    Branch::Tail { .. } => Vec::new(),
                    Branch::Literals { .. } | Branch::Set { .. } | Branch::Any { .. } => {
                        branch.completes(self).map(|child| branches(self, child)).unwrap_or_default()
                    }
                };
                here.iter().flat_map(after).collect()
            }
            Walk::Root(here) | Walk::Inside(here) => {
                here.iter().filter_map(|branch| branch.step(self, symbol)).collect()
            }
        };
        (!next.is_empty()).then_some(Walk::Inside(next))
    }

    fn end(&self, state: &Walk) -> Option<Leaf> {
        let node = |number: u32| self.nodes.get(number as usize);
        match state {
            Walk::Before => None,
            Walk::Root(_) => end_of(node(0)),
            Walk::Inside(here) => here.iter().find_map(|branch| match *branch {
                Branch::Tail { shape, node: at } if shape.complete() => node(at)?.tail,
                Branch::Tail { .. } => None,
                Branch::Literals { .. } | Branch::Set { .. } | Branch::Any { .. } => {
                    end_of(node(branch.completes(self)?))
                }
            }),
        }
    }

    fn mark(&self, state: &Walk, marks: &mut Marks) {
        marks.interval(FIRST, FIRST);
        for branch in state.branches() {
            branch.mark(self, marks);
        }
    }
}
