//! From a path to the most specific pattern, one probe a segment.
//!
//! A literal that is found is well-formed, since every key is; only what is taken by a wildcard is looked at byte by
//! byte. So a path that is found is a path, and for one that is not, the caller asks [`crate::Path::parse`] why.

use super::RouteIndex;
use super::key::{Key, LONG, MASKS};
use super::slash::{WORD, load, mask};
use super::word::{Arc, Head, List, NONE, NOTHING, Other, Target};
use crate::alphabet;
use crate::limits::Limits;
use crate::path::Path;

/// No pattern.
const NO: u32 = NONE;

/// The ends of a path's segments, one after the other.
struct Ends<'p> {
    path: &'p [u8],
    /// The slashes, and the path's end, that are still to come in this block of 64 bytes.
    mask: u64,
    block: usize,
}

impl<'p> Ends<'p> {
    /// The path has [`WORD`] bytes or more. Its first byte is passed over.
    #[inline(always)]
    fn new(path: &'p [u8]) -> Ends<'p> {
        let mut ends = Ends { path, mask: mask(path, 0) & !1, block: 0 };
        ends.mark_end();
        ends
    }

    #[inline(always)]
    fn mark_end(&mut self) {
        let end = self.path.len() - self.block;
        if end < 64 {
            self.mask |= 1 << end;
        }
    }

    /// Where the segment that has begun ends. Asked for no more segments than there are.
    #[inline(always)]
    fn next(&mut self) -> usize {
        while self.mask == 0 {
            self.block += 64;
            if self.block >= self.path.len() {
                return self.path.len();
            }
            self.mask = mask(self.path, self.block);
            self.mark_end();
        }
        let end = self.block + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask.wrapping_sub(1);
        end
    }
}

/// Whether a segment is one that a path may have.
#[inline(always)]
pub(super) fn well_formed(segment: &[u8]) -> bool {
    let known = segment.iter().fold(true, |all, byte| all & alphabet::in_segment(*byte));
    let dots = match segment {
        [] | [b'.'] | [b'.', b'.'] => true,
        [_, ..] => false,
    };
    known && !dots
}

/// The key of the segment `start..end`, which is not empty.
#[inline(always)]
pub(super) fn key_at(index: &RouteIndex, path: &[u8], start: usize, end: usize) -> Key {
    let length = end - start;
    if length >= LONG {
        return index.hashing.long_key(path.get(start..end).unwrap_or_default());
    }
    let last = path.len() - WORD;
    let (first, second) = (start.min(last), (start + WORD).min(last));
    let (low_mask, high_mask) = MASKS.get(length & (LONG - 1)).copied().unwrap_or_default();
    // Where a shift is 64 or more, the mask is zero.
    let low = load(path, first).wrapping_shr((start - first) as u32 * 8) & low_mask;
    let high = load(path, second).wrapping_shr((start + WORD - second) as u32 * 8) & high_mask;
    Key { low, high: high | (length as u64) << 56 }
}

impl RouteIndex {
    /// The number of the most specific pattern that matches the path, or `None` if none does, or the text is no path
    /// within the limits. The whole text counts; nothing is repaired. Allocates nothing.
    #[inline]
    pub fn find(&self, path: &[u8], limits: &Limits) -> Option<u32> {
        if path.len() < WORD {
            return self.find_short(path, limits);
        }
        if path.first() != Some(&b'/') || path.len() > usize::from(limits.path_bytes) {
            return None;
        }
        self.accepted(self.walk(path, usize::from(limits.segments)))
    }

    /// As [`RouteIndex::find`], with the text as the path it has been found to be.
    #[inline]
    pub fn locate<'p>(&self, text: &'p str, limits: &Limits) -> Option<(u32, Path<'p>)> {
        // INVARIANT: what is found is a path within the limits, see the head of this module.
        Some((self.find(text.as_bytes(), limits)?, Path::walked(text)))
    }

    #[inline(always)]
    pub(super) fn accepted(&self, accept: u32) -> Option<u32> {
        (accept != NO).then_some(accept)
    }

    fn walk(&self, path: &[u8], most: usize) -> u32 {
        let Some(mut at) = self.root else { return NO };
        let words = self.words.as_chunks::<8>().0;
        let word = |place: usize| words.get(place).map_or(NOTHING, |bytes| u64::from_le_bytes(*bytes));
        let mut ends = Ends::new(path);
        let mut start = 1;
        let mut end = ends.next();
        let mut left = most;
        loop {
            // INVARIANT: the segment `start..end` has begun at the node or skip that `at` says.
            if left == 0 {
                return NO;
            }
            left -= 1;
            if !at.is_node() {
                // A leaf takes no segment, a sink all that are left.
                return if at.is_sink() && self.below(path, start, left + 1) { at.accept() } else { NO };
            }
            let mut skip = at.skip();
            while skip != 0 {
                if !well_formed(path.get(start..end).unwrap_or_default()) {
                    return NO;
                }
                skip -= 1;
                if end == path.len() {
                    return if skip == 0 { Head(word(at.place())).accept() } else { NO };
                }
                if left == 0 {
                    return NO;
                }
                left -= 1;
                start = end + 1;
                end = ends.next();
            }
            match self.step(at.place(), path, start, end, word) {
                Some(target) => at = target,
                None => return NO,
            }
            if end == path.len() {
                return self.accept_at(at, word);
            }
            start = end + 1;
            end = ends.next();
        }
    }

    /// What a path that ends at a target is accepted with.
    #[inline(always)]
    pub(super) fn accept_at(&self, at: Target, word: impl Fn(usize) -> u64) -> u32 {
        if !at.is_node() {
            at.accept()
        } else if at.skip() == 0 {
            Head(word(at.place())).accept()
        } else {
            NO
        }
    }

    /// Where the segment leads from the node at `place`.
    #[inline(always)]
    fn step(
        &self,
        place: usize,
        path: &[u8],
        start: usize,
        end: usize,
        word: impl Fn(usize) -> u64 + Copy,
    ) -> Option<Target> {
        let head = Head(word(place));
        if start == end {
            return None;
        }
        if head.has_literals() {
            let key = key_at(self, path, start, end);
            let arc = self.probe(head, place, self.hashing.hash(key), word);
            if self.is_key(arc, key, path, start, end) {
                return Some(arc.target());
            }
        }
        self.other(head, place, path, start, end, word)
    }

    /// The arc where the hash says it would be.
    #[inline(always)]
    pub(super) fn probe(
        &self,
        head: Head,
        place: usize,
        hash: u64,
        word: impl Fn(usize) -> u64 + Copy,
    ) -> Arc {
        let table = place + 1 + usize::from(head.has_other());
        if head.grouped() {
            let group = Head(word(table + (hash >> head.shift()) as usize));
            return Arc(word(group.place() + (hash >> group.shift() & group.mask()) as usize));
        }
        Arc(word(table + (hash >> head.shift() & head.mask()) as usize))
    }

    /// Whether the arc is one, and its key is the segment.
    #[inline(always)]
    pub(super) fn is_key(&self, arc: Arc, key: Key, path: &[u8], start: usize, end: usize) -> bool {
        let keys = self.keys.as_chunks::<16>().0;
        let Some(known) = keys.get(arc.key() as usize) else { return false };
        let known = u128::from_le_bytes(*known);
        let same = known as u64 == key.low && (known >> 64) as u64 == key.high;
        same && (end - start < LONG || self.is_long(arc.key(), path.get(start..end).unwrap_or_default()))
    }

    /// Whether a long key's text is this.
    #[cold]
    #[inline(never)]
    fn is_long(&self, key: u32, text: &[u8]) -> bool {
        self.long_text(key) == Some(text)
    }

    /// Where a segment leads that is no literal of the node.
    #[inline(always)]
    pub(super) fn other(
        &self,
        head: Head,
        place: usize,
        path: &[u8],
        start: usize,
        end: usize,
        word: impl Fn(usize) -> u64 + Copy,
    ) -> Option<Target> {
        if !head.has_other() {
            return None;
        }
        if head.is_link() || head.has_matcher() {
            return self.rare(head, place, path, start, end, word);
        }
        let segment = path.get(start..end).unwrap_or_default();
        if well_formed(segment) { Other(word(place + 1)).target() } else { None }
    }

    /// Matchers and links.
    #[cold]
    #[inline(never)]
    fn rare(
        &self,
        mut head: Head,
        mut place: usize,
        path: &[u8],
        start: usize,
        end: usize,
        word: impl Fn(usize) -> u64 + Copy,
    ) -> Option<Target> {
        let segment = path.get(start..end).unwrap_or_default();
        // Every link leads to an earlier place, so this ends.
        loop {
            let other = Other(word(place + 1));
            if head.has_matcher() {
                let list = List(word(other.list()));
                let label =
                    self.matchers.get(list.matcher() as usize).map_or(0, |table| table.label(segment));
                if let Some(number) = usize::from(label).checked_sub(1) {
                    let pair = word(other.list() + 1 + number / 2);
                    return Some(Target(if number % 2 == 0 { pair as u32 } else { (pair >> 32) as u32 }));
                }
            }
            if !head.is_link() {
                return if well_formed(segment) { other.target() } else { None };
            }
            place = other.target()?.place();
            head = Head(word(place));
            if head.has_literals() {
                let key = key_at(self, path, start, end);
                let arc = self.probe(head, place, self.hashing.hash(key), word);
                if self.is_key(arc, key, path, start, end) {
                    return Some(arc.target());
                }
            }
            if !head.has_other() {
                return None;
            }
        }
    }

    /// Whether what is left of a path is at most so many well-formed segments.
    fn below(&self, path: &[u8], start: usize, most: usize) -> bool {
        let rest = path.get(start..).unwrap_or_default();
        let mut count = 0;
        rest.split(|byte| *byte == b'/').all(|segment| {
            count += 1;
            count <= most && well_formed(segment)
        })
    }

    /// As [`RouteIndex::find`] for a path shorter than a word.
    #[cold]
    #[inline(never)]
    fn find_short(&self, path: &[u8], limits: &Limits) -> Option<u32> {
        let text = std::str::from_utf8(path).ok()?;
        let parsed = Path::parse(text, limits).ok()?;
        let words = self.words.as_chunks::<8>().0;
        let word = |place: usize| words.get(place).map_or(NOTHING, |bytes| u64::from_le_bytes(*bytes));
        let root = self.root?;
        if parsed.segments().next().is_none() {
            return self.accepted(self.accept_at(root, word));
        }
        let mut at = root;
        let mut segments = parsed.segments();
        let mut next = segments.next();
        while let Some(segment) = next {
            next = segments.next();
            if !at.is_node() {
                return if at.is_sink() { self.accepted(at.accept()) } else { None };
            }
            if at.skip() != 0 {
                at = at.before_any();
                if next.is_none() {
                    return self.accepted(self.accept_at(at, word));
                }
                continue;
            }
            // Room behind the segment, so that words can be loaded.
            let mut padded = [0u8; WORD * 2];
            padded.get_mut(..segment.len())?.copy_from_slice(segment.as_bytes());
            at = self.step(at.place(), &padded, 0, segment.len(), word)?;
        }
        self.accepted(self.accept_at(at, word))
    }
}
