//! Whether the bytes of a route index may be walked without fear.
//!
//! One pass over the words in their order: every node is where a target may lead, every arc stands where its key's hash
//! looks for it, every target and link leads to an earlier node, which makes walking end. Linear in the bytes. Not
//! checked, because it would not be linear: that the index is the language of the routes, and minimal.

use super::head::{Header, LINE_WORDS};
use super::key::{Key, LONG};
use super::word::{Arc, Head, List, NONE, NOTHING, Other, Table, Target};
use super::{RouteIndex, matchers};
use crate::error::{DecodeError, Fault, Place};
use crate::graph::Matcher;
use crate::validate::is_segment;

/// The most links that follow each other.
const LINKS: u8 = 4;

/// Checks the parts of an index, before its matchers are made fast to walk.
pub(super) fn check(index: &RouteIndex, header: &Header) -> Result<(), DecodeError> {
    ensure(Header::is_filled_up(&index.section), Fault::IndexHeader, Place::Index)?;
    let labels = labels(&index.matcher_list)?;
    let hashes = keys(index)?;
    let fits = header.routes <= header.patterns && header.patterns < NONE;
    ensure(fits, Fault::Reference { what: "pattern", number: header.routes }, Place::Index)?;
    let scan = Scan {
        words: index.words.as_chunks::<8>().0,
        hashes: &hashes,
        labels: &labels,
        patterns: header.patterns,
        nodes: Vec::new(),
        used: Vec::new(),
        list: None,
        last: None,
    };
    scan.run(header.root)
}

fn ensure(holds: bool, fault: Fault, place: Place) -> Result<(), DecodeError> {
    if holds { Ok(()) } else { Err(DecodeError::Invalid { place, fault }) }
}

fn labels(list: &[Matcher]) -> Result<Vec<u16>, DecodeError> {
    let one = |(number, matcher): (u32, &Matcher)| {
        let place = Place::Matcher(number);
        matchers::check(matcher).ok_or(DecodeError::Invalid { place, fault: Fault::SetLanguage })
    };
    let unsorted = list.windows(2).position(|pair| matches!(pair, [before, after] if before >= after));
    if let Some(at) = unsorted {
        let place = Place::Matcher(u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1));
        return Err(DecodeError::Invalid { place, fault: Fault::Order });
    }
    (0u32..).zip(list).map(one).collect()
}

/// Keys are segments, sorted, each spelled in the only way; returns their hashes.
fn keys(index: &RouteIndex) -> Result<Vec<u64>, DecodeError> {
    let mut hashes = Vec::with_capacity(index.keys.len() / 16);
    let mut before = Vec::new();
    let mut text = Vec::new();
    let mut end_before = 0;
    let ends = index.ends.as_chunks::<4>().0.iter().map(|end| u32::from_le_bytes(*end));
    for ((number, bytes), end) in (0u32..).zip(index.keys.as_chunks::<16>().0).zip(ends) {
        let place = Place::Key(number);
        let both = u128::from_le_bytes(*bytes);
        let key = Key { low: both as u64, high: (both >> 64) as u64 };
        text.clear();
        match key.short_text() {
            Some((bytes, length)) => {
                ensure(end == end_before, Fault::Segment, place)?;
                text.extend_from_slice(bytes.get(..length).unwrap_or_default());
            }
            None => {
                let long = index.long.get(end_before as usize..end as usize).unwrap_or_default();
                let spelled = long.len() >= LONG && index.hashing.key(long) == key;
                ensure(spelled, Fault::Segment, place)?;
                text.extend_from_slice(long);
            }
        }
        ensure(std::str::from_utf8(&text).is_ok_and(is_segment), Fault::Segment, place)?;
        ensure(before < text, Fault::Order, place)?;
        std::mem::swap(&mut before, &mut text);
        end_before = end;
        hashes.push(index.hashing.hash(key));
    }
    ensure(end_before as usize == index.long.len(), Fault::Segment, Place::Index)?;
    Ok(hashes)
}

/// A pass over the words.
struct Scan<'a> {
    words: &'a [[u8; 8]],
    hashes: &'a [u64],
    labels: &'a [u16],
    patterns: u32,
    /// For each word read so far whether a node begins there: 0, or one more than how many links follow each other.
    nodes: Vec<u8>,
    /// For each word whether a target leads there.
    used: Vec<bool>,
    /// The place of a matcher's list that waits for its node.
    list: Option<usize>,
    /// Where the last node begins.
    last: Option<usize>,
}

impl Scan<'_> {
    fn run(mut self, root: u32) -> Result<(), DecodeError> {
        self.nodes = vec![0; self.words.len()];
        self.used = vec![false; self.words.len()];
        let whole = self.words.len().is_multiple_of(LINE_WORDS) && self.word(0) == NOTHING;
        ensure(whole, Fault::IndexWord, Place::Word(0))?;
        let mut at = 0;
        while at < self.words.len() {
            let word = self.word(at);
            at = if word == NOTHING {
                at + 1
            } else if List(word).is_canonical() {
                self.list_at(at)?
            } else {
                self.node_at(at)?
            };
        }
        ensure(self.list.is_none(), Fault::IndexWord, Place::Index)?;
        if root == u32::MAX {
            ensure(self.last.is_none(), Fault::Unreachable, Place::Index)?;
        } else {
            self.target(Target(root), self.words.len())?;
            let last = self.last.is_none_or(|last| Target(root).is_node() && Target(root).place() == last);
            ensure(last, Fault::Unreachable, Place::Index)?;
        }
        let unused =
            (0..).zip(self.nodes.iter().zip(&self.used)).find(|(_, (node, used))| **node != 0 && !**used);
        unused.map_or(Ok(()), |(at, _)| ensure(false, Fault::Unreachable, place(at)))
    }

    /// The word at a place; beyond the end one that nothing accepts.
    fn word(&self, at: usize) -> u64 {
        self.words.get(at).map_or(NOTHING, |bytes| u64::from_le_bytes(*bytes))
    }

    /// Demands that so many words from `at` on are there.
    fn room(&self, at: usize, count: usize) -> Result<(), DecodeError> {
        ensure(count <= self.words.len().saturating_sub(at), Fault::IndexWord, place(at))
    }

    /// A target leads to a pattern, or to a node before `here`.
    fn target(&mut self, target: Target, here: usize) -> Result<(), DecodeError> {
        if target.is_leaf() || target.is_sink() {
            let fault = Fault::Reference { what: "pattern", number: target.accept() };
            return ensure(target.accept() < self.patterns, fault, place(here));
        }
        let to = target.place();
        let known = target.is_node() && to < here && self.nodes.get(to).is_some_and(|node| *node != 0);
        ensure(known, Fault::Reference { what: "node", number: target.0 }, place(here))?;
        if let Some(used) = self.used.get_mut(to) {
            *used = true;
        }
        Ok(())
    }

    /// Checks a matcher's list and returns where it ends.
    fn list_at(&mut self, at: usize) -> Result<usize, DecodeError> {
        let list = List(self.word(at));
        let labels = self.labels.get(list.matcher() as usize).copied();
        let fits = labels.map(u32::from) == Some(list.count()) && self.list.is_none();
        ensure(fits, Fault::Reference { what: "matcher", number: list.matcher() }, place(at))?;
        let count = list.count() as usize;
        self.room(at + 1, count.div_ceil(2))?;
        for number in 0..count.next_multiple_of(2) {
            let pair = self.word(at + 1 + number / 2);
            let half = if number % 2 == 0 { pair as u32 } else { (pair >> 32) as u32 };
            if number < count {
                self.target(Target(half), at)?;
            } else {
                ensure(half == u32::MAX, Fault::IndexWord, place(at))?;
            }
        }
        self.list = Some(at);
        Ok(at + 1 + count.div_ceil(2))
    }

    /// Checks a node and returns where it ends.
    fn node_at(&mut self, at: usize) -> Result<usize, DecodeError> {
        let head = Head(self.word(at));
        ensure(head.is_canonical_node(), Fault::IndexWord, place(at))?;
        ensure(head.has_literals() || head.has_other(), Fault::EmptyNode, place(at))?;
        let accept = head.accept();
        let fault = Fault::Reference { what: "pattern", number: accept };
        ensure(accept == NONE || accept < self.patterns, fault, place(at))?;
        let list = self.list.take();
        ensure(list.is_some() == head.has_matcher(), Fault::IndexWord, place(at))?;
        let mut links = 1;
        let mut after = at + 1;
        if head.has_other() {
            self.room(after, 1)?;
            let other = Other(self.word(after));
            let spelled = other.list() == list.unwrap_or(0) && (other.target().is_some() || list.is_some());
            ensure(spelled, Fault::IndexWord, place(after))?;
            if let Some(target) = other.target() {
                self.target(target, at)?;
                if head.is_link() {
                    let linked = self.nodes.get(target.place()).copied().unwrap_or(0);
                    let near = target.is_node() && target.skip() == 0 && linked <= LINKS;
                    ensure(near, Fault::IndexLink, place(after))?;
                    links = linked + 1;
                }
            } else {
                ensure(!head.is_link(), Fault::IndexWord, place(after))?;
            }
            after += 1;
        }
        let end = match head.table() {
            Table::Empty => after,
            Table::Small { shift, mask } => self.arcs(after, shift, mask, at, |_| true)?,
            Table::Groups { bits } => self.groups(after, bits, at)?,
        };
        if let Some(node) = self.nodes.get_mut(at) {
            *node = links;
        }
        self.last = Some(at);
        Ok(end)
    }

    /// Checks the arcs of a table or group and returns where they end.
    fn arcs(
        &mut self,
        from: usize,
        shift: u32,
        mask: u64,
        node: usize,
        in_group: impl Fn(u64) -> bool,
    ) -> Result<usize, DecodeError> {
        self.room(from, mask as usize + 1)?;
        let mut any = false;
        for slot in 0..=mask {
            let at = from + slot as usize;
            let word = self.word(at);
            if word == NOTHING {
                continue;
            }
            any = true;
            let arc = Arc(word);
            let hash = self.hashes.get(arc.key() as usize).copied();
            let hash = hash.ok_or(DecodeError::Invalid {
                place: place(at),
                fault: Fault::Reference { what: "key", number: arc.key() },
            })?;
            ensure(hash >> shift & mask == slot && in_group(hash), Fault::IndexSlot, place(at))?;
            self.target(arc.target(), node)?;
        }
        ensure(any, Fault::EmptyNode, place(from))?;
        Ok(from + mask as usize + 1)
    }

    /// Checks a table in groups and returns where it ends.
    fn groups(&mut self, heads: usize, bits: u32, node: usize) -> Result<usize, DecodeError> {
        self.room(heads, 1 << bits)?;
        let mut end = heads + (1 << bits);
        let mut any = false;
        for number in 0..1u64 << bits {
            let at = heads + number as usize;
            let group = Head(self.word(at));
            ensure(group.is_canonical_group(), Fault::IndexWord, place(at))?;
            if group == Head::group(0, 0, 0) {
                continue;
            }
            any = true;
            while self.word(end) == NOTHING && end < group.place() && end < self.words.len() {
                end += 1;
            }
            ensure(group.place() == end, Fault::IndexWord, place(at))?;
            let (shift, mask) = (group.shift(), group.mask());
            end = self.arcs(end, shift, mask, node, |hash| hash >> (64 - bits) == number)?;
        }
        ensure(any, Fault::EmptyNode, place(heads))?;
        Ok(end)
    }
}

fn place(at: usize) -> Place {
    Place::Word(u32::try_from(at).unwrap_or(u32::MAX))
}
