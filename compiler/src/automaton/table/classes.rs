//! Nodes of the graph whose paths are told apart by policy class only: far fewer than those by pattern.
//!
//! Not here: nodes by pattern ([`super::graph`]), and what becomes of those by class ([`super::bytes`]).
#![expect(clippy::indexing_slicing, reason = "targets are numbered by their matcher")]

use super::nodes::{Nodes, Parts};
use super::trie::NONE;
use dregg_artifact::{Matcher, Otherwise};

/// What literals and matchers stand for.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    /// The literals.
    pub keys: &'a [String],
    /// Whether they are sorted.
    pub sorted: bool,
    /// The matchers.
    pub matchers: &'a [Matcher],
}

impl Texts<'_> {
    fn label(&self, key: u32, matcher: u32) -> u16 {
        self.matchers[matcher as usize].label(&self.keys[key as usize])
    }
}

/// The node of these parts, which accepts with a class and leads to nodes by class. Literals that do what they would do
/// without their arcs lose them. Labels that lead to one node are not joined.
pub(super) fn class_node(
    nodes: &mut Nodes,
    parts: Parts<'_>,
    texts: Texts<'_>,
    arcs: &mut Vec<(u32, u32)>,
) -> u32 {
    let Parts { targets, otherwise, .. } = parts;
    let told_apart = targets.iter().any(|&to| otherwise != Otherwise::Node(to));
    let (matcher, targets) = if told_apart { (parts.matcher, targets) } else { (NONE, &[][..]) };
    let rest = |key: u32| match otherwise {
        Otherwise::Link(to) => nodes.step(to, key, |matcher| texts.label(key, matcher)),
        Otherwise::Nothing | Otherwise::Node(_) | Otherwise::Stay => {
            let label = if matcher == NONE { 0 } else { texts.label(key, matcher) };
            match (usize::from(label).checked_sub(1), otherwise) {
                (Some(target), _) => Some(targets[target]),
                (None, Otherwise::Node(to)) => Some(to),
                (None, Otherwise::Nothing | Otherwise::Link(_) | Otherwise::Stay) => None,
            }
        }
    };
    arcs.clear();
    arcs.extend(parts.arcs.iter().copied().filter(|&(key, to)| rest(key) != Some(to)));
    nodes.intern(Parts { arcs, matcher, targets, ..parts })
}
