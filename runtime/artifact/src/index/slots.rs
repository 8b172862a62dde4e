//! A second form of a small index, made when it is loaded: everything a step needs in one slot.
//!
//! In the words a step loads a node's head, an arc, and the arc's key. A slot holds the key, where it leads, and what the
//! head of that node says, so a step loads one slot after another; four times the bytes, hence for small tables only.
//! Nodes with matchers or links are left to the words. INVARIANT: made from words that were checked, and says what they
//! say.

use super::RouteIndex;
use super::walk::Cursor;
use super::word::{Arc, Head, List, NONE, NOTHING, Other, Table, Target};
use std::collections::HashMap;

/// The most words of nodes that are laid out in slots: what a core's own caches hold.
const MOST_WORDS: usize = 128 << 10;

/// A key, where it leads, and what a path that ends there is accepted with.
///
/// The first slot of a node is for segments that are no literals; its `low` is the place of the node among the words, its
/// `high` what the node itself accepts with.
#[derive(Clone, Copy, Debug)]
struct Slot {
    low: u64,
    high: u64,
    next: Next,
    accept: u32,
    key: u32,
}

/// A node as it is entered: bits 0..32 the place of its first slot (in a node with groups: that place's among them),
/// 32..44 shift and mask as in [`Head`], then flags, from 56 on how many segments to skip first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Next(u64);

/// The node's literals are in groups.
const GROUPS: u64 = 1 << 44;
/// It has literals.
const LITERALS: u64 = 1 << 45;
/// It takes other segments, as its first slot says.
const OTHERS: u64 = 1 << 46;
/// What it does with other segments is among the words.
const RARE: u64 = 1 << 47;
/// No node: the path ends here.
const LEAF: u64 = 1 << 48;
/// No node: whatever follows changes nothing.
const SINK: u64 = 1 << 49;

const SKIP_AT: u32 = 56;

/// A slot that holds nothing.
const FREE: Slot = Slot { low: u64::MAX, high: u64::MAX, next: Next(LEAF), accept: NONE, key: u32::MAX };

impl Next {
    #[inline(always)]
    fn place(self) -> usize {
        self.0 as u32 as usize
    }

    #[inline(always)]
    fn is(self, flags: u64) -> bool {
        self.0 & flags != 0
    }

    #[inline(always)]
    fn skip(self) -> u64 {
        self.0 >> SKIP_AT
    }
}

/// The slots of an index.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    slots: Vec<Slot>,
    /// For each node with groups the place of its first slot, then for each group the place before its slots, with shift
    /// and mask as in [`Head`].
    groups: Vec<u64>,
    root: Next,
    /// What a root that takes everything accepts with.
    root_accept: u32,
}

/// Where a walk in slots ends.
pub(super) enum End {
    /// With this accept number, or [`NONE`].
    Found(u32),
    /// Before the segment at hand, at the node with this place among the words.
    Rare(usize),
}

impl Slots {
    /// The slots of a small index that has a root.
    pub(super) fn new(index: &RouteIndex) -> Option<Slots> {
        let count = index.words.len() / 8;
        let root = index.root.filter(|_| count <= MOST_WORDS)?;
        let slots = Slots { slots: Vec::new(), groups: Vec::new(), root: Next(LEAF), root_accept: NONE };
        let mut building = Building { index, slots, nodes: HashMap::new() };
        let mut at = 0;
        while at < count {
            at = building.pass(at)?;
        }
        let (root, root_accept) = building.enter(root)?;
        Some(Slots { root, root_accept, ..building.slots })
    }

    /// Walks a path from before its first segment, over at most `left` segments, of which it takes away those before the
    /// one at hand at the end.
    #[inline(always)]
    pub(super) fn walk<const WIDE: bool>(
        &self,
        index: &RouteIndex,
        cursor: &mut Cursor<'_, WIDE>,
        left: &mut usize,
    ) -> End {
        let slots = self.slots.as_slice();
        let slot_at = |place: usize| slots.get(place).unwrap_or(&FREE);
        let hashing = index.hashing;
        let mut next = self.root;
        let mut accept = self.root_accept;
        while *left > 0 {
            cursor.advance();
            if next.skip() != 0 {
                if !cursor.is_well_formed() {
                    break;
                }
                next = Next(next.0 - (1 << SKIP_AT));
                accept = if next.skip() == 0 { slot_at(self.first(next)).high as u32 } else { NONE };
            } else if next.is(LEAF | SINK) {
                let below = next.is(SINK) && cursor.rest_is_well_formed(*left);
                return End::Found(if below { accept } else { NONE });
            } else {
                if cursor.is_empty() {
                    break;
                }
                let mut slot = &FREE;
                if next.is(LITERALS) {
                    let key = cursor.key(hashing);
                    let hash = hashing.hash(key);
                    let mut table = Head(next.0);
                    if next.is(GROUPS) {
                        let group = next.place() + 1 + (hash >> table.shift()) as usize;
                        table = Head(self.groups.get(group).copied().unwrap_or(0));
                    }
                    let place = table.place() + 1 + (hash >> table.shift() & table.mask()) as usize;
                    let found = slot_at(place);
                    if found.low == key.low
                        && found.high == key.high
                        && index.is_long_text(found.key, *cursor)
                    {
                        slot = found;
                    }
                }
                if slot.key == u32::MAX {
                    if !next.is(OTHERS) || !cursor.is_well_formed() {
                        break;
                    }
                    slot = slot_at(self.first(next));
                    if next.is(RARE) {
                        return End::Rare(slot.low as usize);
                    }
                }
                next = slot.next;
                accept = slot.accept;
            }
            if cursor.is_last() {
                return End::Found(accept);
            }
            *left -= 1;
        }
        End::Found(NONE)
    }

    /// The place of a node's first slot.
    #[inline(always)]
    fn first(&self, node: Next) -> usize {
        if node.is(GROUPS) {
            return self.groups.get(node.place()).map_or(0, |first| *first as usize);
        }
        node.place()
    }
}

/// Slots while they are made from the words, nodes in their order.
struct Building<'a> {
    index: &'a RouteIndex,
    slots: Slots,
    /// How each node is entered and what it accepts with, by its place among the words.
    nodes: HashMap<usize, (Next, u32)>,
}

impl Building<'_> {
    fn word(&self, at: usize) -> u64 {
        self.index.words.as_chunks::<8>().0.get(at).map_or(NOTHING, |bytes| u64::from_le_bytes(*bytes))
    }

    /// How a target is entered, and what a path that ends there is accepted with.
    fn enter(&self, target: Target) -> Option<(Next, u32)> {
        if !target.is_node() {
            return Some((Next(if target.is_sink() { SINK } else { LEAF }), target.accept()));
        }
        let (next, accept) = *self.nodes.get(&target.place())?;
        let skip = target.skip();
        Some((Next(next.0 | u64::from(skip) << SKIP_AT), if skip == 0 { accept } else { NONE }))
    }

    /// Makes slots of what stands at a place and returns what comes after it.
    fn pass(&mut self, at: usize) -> Option<usize> {
        let word = self.word(at);
        if word == NOTHING {
            return Some(at + 1);
        }
        if List(word).is_canonical() {
            return Some(at + 1 + (List(word).count() as usize).div_ceil(2));
        }
        let head = Head(word);
        let rare = head.is_link() || head.has_matcher();
        let mut first = Slot { low: at as u64, high: u64::from(head.accept()), ..FREE };
        if head.has_other()
            && !rare
            && let Some(target) = Other(self.word(at + 1)).target()
        {
            (first.next, first.accept) = self.enter(target)?;
        }
        let place = self.slots.slots.len();
        self.slots.slots.push(first);
        let flag = |set: bool, flag: u64| if set { flag } else { 0 };
        let mut flags =
            flag(head.has_other(), OTHERS) | flag(rare, RARE) | flag(head.has_literals(), LITERALS);
        let table = at + 1 + usize::from(head.has_other());
        let mut entered = place as u64;
        let end = match head.table() {
            Table::Empty => table,
            Table::Small { shift, mask } => {
                flags |= u64::from(shift) << 32 | mask << 38;
                self.arcs(table, mask)?
            }
            Table::Groups { bits } => {
                flags |= GROUPS | u64::from(64 - bits) << 32;
                entered = self.slots.groups.len() as u64;
                self.slots.groups.push(place as u64);
                let mut end = table + (1 << bits);
                for number in 0..1usize << bits {
                    let group = Head(self.word(table + number));
                    // An empty group's one place is that of a slot that holds nothing.
                    let before = (self.slots.slots.len() - 1) as u64;
                    self.slots.groups.push(before | group.0 >> 32 << 32);
                    if group == Head::group(0, 0, 0) {
                        self.slots.slots.push(FREE);
                    } else {
                        end = self.arcs(group.place(), group.mask())?;
                    }
                }
                end
            }
        };
        self.nodes.insert(at, (Next(entered | flags), head.accept()));
        Some(end)
    }

    /// Makes slots of arcs, one a place.
    fn arcs(&mut self, from: usize, mask: u64) -> Option<usize> {
        let end = from + mask as usize + 1;
        for at in from..end {
            let arc = Arc(self.word(at));
            let slot = match self.index.key(arc.key()) {
                Some(key) if arc.0 != NOTHING => {
                    let (next, accept) = self.enter(arc.target())?;
                    Slot { low: key.low, high: key.high, next, accept, key: arc.key() }
                }
                Some(_) | None => FREE,
            };
            self.slots.slots.push(slot);
        }
        Some(end)
    }
}
