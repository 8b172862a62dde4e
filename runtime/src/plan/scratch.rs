//! The memory that decisions use again, so that after the first ones they allocate nothing.
//!
//! INVARIANT: nothing in it outlives a decision but capacity; what a decision leaves behind is cleared by the next.

use super::shape::Key;
use crate::facts::Row;
use foldhash::fast::RandomState;
use indexmap::IndexSet;
use std::collections::{HashMap, HashSet};

/// Capacity beyond this many entries is given back after the decision that needed it.
const KEPT: usize = 1 << 14;

/// A call that a walk has yet to look at, or has looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) variant: u32,
    /// The height that its tree may have.
    pub(super) height: u8,
    pub(super) key: Key,
}

/// What is known of a call.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// It has no tree of this height.
    pub(super) fails: u8,
    /// It has a tree of this height, unless 0.
    pub(super) holds: u8,
}

/// Whether a goal holds, as far as that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Never,
    Holds,
    Fails,
}

/// Answers of a call: the values of the columns that had none.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) rows: IndexSet<Row, RandomState>,
    /// In a table of all heights: how many rows have at most height 1, 2 and so on.
    pub(super) ends: Vec<usize>,
}

/// Buffers of decisions. What is in them means something to one decision only.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(super) goals: Vec<Asked>,
    pub(super) memory: Memory,
}

/// Those of the rules.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// The calls of the walks under way, each walk's behind those of the walk that waits for it.
    pub(super) queue: Vec<Node>,
    /// Calls of long walks, by the number of the walk.
    pub(super) seen: HashSet<(u32, u32, Key), RandomState>,
    pub(super) known: HashMap<(u32, Key), Known, RandomState>,
    /// The answers of calls that do not say yes or no. Those beyond `tables_used` are free.
    pub(super) tables: Vec<Table>,
    tables_used: usize,
    /// Tables by variant, key and height. A table that holds the answers of all heights stands under height 0.
    pub(super) answered: HashMap<(u32, Key, u8), usize, RandomState>,
}

impl Memory {
    /// Before a decision.
    pub(super) fn begin(&mut self) {
        self.queue.clear();
        self.seen.clear();
        self.known.clear();
        self.answered.clear();
        self.tables_used = 0;
        if self.queue.capacity() > KEPT {
            self.queue.shrink_to(KEPT);
        }
        if self.seen.capacity() > KEPT {
            self.seen.shrink_to(KEPT);
        }
        if self.known.capacity() > KEPT {
            self.known.shrink_to(KEPT);
        }
        if self.answered.capacity() > KEPT || self.tables.len() > KEPT {
            self.answered.shrink_to(KEPT);
            self.tables.clear();
        }
    }

    /// The number of an empty table.
    pub(super) fn table(&mut self) -> usize {
        let number = self.tables_used;
        self.tables_used += 1;
        match self.tables.get_mut(number) {
            Some(table) => {
                table.ends.clear();
                table.rows.clear();
                if table.rows.capacity() > KEPT {
                    table.rows.shrink_to(KEPT);
                }
            }
            None => self.tables.push(Table::default()),
        }
        number
    }
}
