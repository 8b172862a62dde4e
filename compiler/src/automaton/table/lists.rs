//! Lists of items, each stored once: what the patterns that are still possible between two segments are.
//!
//! Not here: which list follows which ([`super::states`]).
#![expect(clippy::indexing_slicing, reason = "lists are numbered by this module")]

use super::codes::number;
use super::numbers::{Numbers, hash};
use super::trie::NONE;

/// A node of the trie that has been reached, or the tail of a pattern that has been passed.
pub(super) type Item = u32;

/// The item of a node.
pub(super) fn node_item(node: u32) -> Item {
    node << 1
}

/// The item of the tail of a pattern.
pub(super) fn tail_item(pattern: u32) -> Item {
    pattern << 1 | 1
}

/// What an item stands for.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    /// A node of the trie.
    Node(u32),
    /// The tail of a pattern.
    Tail(u32),
}

/// What an item stands for.
pub(super) fn meaning(item: Item) -> Meaning {
    if item & 1 == 0 { Meaning::Node(item >> 1) } else { Meaning::Tail(item >> 1) }
}

/// The lists, sorted each, numbered as they come.
pub(super) struct Lists {
    items: Vec<Item>,
    /// Where each list begins; one entry more than there are lists.
    first: Vec<usize>,
    /// The lists of several items, or of a tail alone.
    table: Numbers,
    /// The lists of one node alone.
    single: Vec<u32>,
}

impl Lists {
    /// No lists yet.
    pub fn new() -> Lists {
        Lists { items: Vec::new(), first: vec![0], table: Numbers::default(), single: Vec::new() }
    }

    /// Makes room for so many nodes of the trie.
    pub fn nodes(&mut self, nodes: usize) {
        self.single.resize(nodes.max(self.single.len()), NONE);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// How many items they hold.
    pub fn items(&self) -> usize {
        self.items.len()
    }

    /// The items of one.
    pub fn get(&self, list: u32) -> &[Item] {
        &self.items[self.first[list as usize]..self.first[list as usize + 1]]
    }

    /// The number of a list, which is sorted here; [`NONE`] for the empty one.
    pub fn number(&mut self, list: &mut [Item]) -> u32 {
        match *list {
            [] => return NONE,
            [item] if item & 1 == 0 => {
                let known = self.single[(item >> 1) as usize];
                if known == NONE {
                    let fresh = self.push(list);
                    self.single[(item >> 1) as usize] = fresh;
                    return fresh;
                }
                return known;
            }
            _ => list.sort_unstable(),
        }
        let hash = hash(&*list);
        if let Some(known) = self.table.find(hash, |other| self.get(other) == list) {
            return known;
        }
        let fresh = self.push(list);
        self.table.insert(hash, fresh);
        fresh
    }

    fn push(&mut self, list: &[Item]) -> u32 {
        let fresh = number(self.len());
        self.items.extend_from_slice(list);
        self.first.push(self.items.len());
        fresh
    }
}
