//! From a path to the most specific pattern, one probe a segment.
//!
//! A literal that is found is well-formed, since every key is; only what is taken by a wildcard is looked at byte by
//! byte. So a path that is found is a path, and for one that is not, the caller asks [`crate::Path::parse`] why.

use super::RouteIndex;
use super::key::{Hashing, Key, LONG, MASKS};
use super::slots::{End, Slots};
use super::word::{Arc, Head, List, NONE, NOTHING, Other, Target};
use crate::limits::Limits;
use crate::path::Path;
use crate::scan::{BLOCK, WORD, all_known, load, mask, surely_well_formed};
use std::hint::select_unpredictable;

/// No pattern.
const NO: u32 = NONE;

/// A path as it is walked: the segment at hand, and where the later ones end.
///
/// `WIDE` is for paths of [`BLOCK`] bytes and more; for others everything is in one mask.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'p, const WIDE: bool> {
    pub(super) path: &'p [u8],
    /// The slashes, and the path's end, that are still to come in this block.
    mask: u64,
    block: usize,
    /// Where the segment at hand begins and ends.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether every byte of the path is known to be one of a path.
    known: bool,
}

impl<'p, const WIDE: bool> Cursor<'p, WIDE> {
    /// Before the first segment. The path has [`WORD`] bytes or more, the first of them a slash.
    #[inline(always)]
    pub(super) fn new(path: &'p [u8]) -> Cursor<'p, WIDE> {
        let mut cursor =
            Cursor { path, mask: mask(path, 0, b'/') & !1, block: 0, start: 0, end: 0, known: false };
        cursor.mark_end();
        cursor
    }

    #[inline(always)]
    fn mark_end(&mut self) {
        let end = self.path.len() - self.block;
        if !WIDE || end < BLOCK {
            self.mask |= 1 << (end & (BLOCK - 1));
        }
    }

    /// Goes to the next segment. Asked for no more segments than there are.
    #[inline(always)]
    pub(super) fn advance(&mut self) {
        self.start = self.end + 1;
        while WIDE && self.mask == 0 {
            self.block += BLOCK;
            if self.block >= self.path.len() {
                self.end = self.path.len();
                return;
            }
            self.mask = mask(self.path, self.block, b'/');
            self.mark_end();
        }
        self.end = self.block + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask.wrapping_sub(1);
    }

    #[inline(always)]
    pub(super) fn is_last(&self) -> bool {
        self.end == self.path.len()
    }

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.end == self.start
    }

    #[inline(always)]
    fn segment(&self) -> &'p [u8] {
        self.path.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether the segment at hand is well-formed. Looks at the bytes of the whole path the first time.
    #[inline(always)]
    pub(super) fn is_well_formed(&mut self) -> bool {
        if !self.known {
            if !all_known(self.path) {
                return false;
            }
            self.known = true;
        }
        if self.end - self.start > 2 {
            return true;
        }
        match self.segment() {
            [] | [b'.'] | [b'.', b'.'] => false,
            [_, ..] => true,
        }
    }

    /// Whether the segment at hand and all after it are well-formed, and at most so many.
    #[inline(never)]
    pub(super) fn rest_is_well_formed(mut self, most: usize) -> bool {
        if !self.is_well_formed() {
            return false;
        }
        if !WIDE {
            let later = self.mask & !(1 << self.path.len());
            let here = u64::from(!self.is_last()) << self.end;
            let slashes = 1 << (self.start - 1) | here | later;
            let few = slashes.count_ones() as usize <= most;
            if few && surely_well_formed(self.path, slashes) {
                return true;
            }
        }
        let mut count = 0;
        self.path.get(self.start..).unwrap_or_default().split(|byte| *byte == b'/').all(|segment| {
            count += 1;
            let dots = match segment {
                [] | [b'.'] | [b'.', b'.'] => true,
                [_, ..] => false,
            };
            count <= most && !dots
        })
    }

    /// The key of the segment at hand, which is not empty.
    #[inline(always)]
    pub(super) fn key(&self, hashing: Hashing) -> Key {
        key_at(hashing, self.path, self.start, self.end)
    }
}

/// The key of the segment `start..end`, which is not empty.
#[inline(always)]
fn key_at(hashing: Hashing, path: &[u8], start: usize, end: usize) -> Key {
    let length = end - start;
    if length >= LONG {
        return hashing.long_key(path.get(start..end).unwrap_or_default());
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
        if let Some(front) = &self.front
            && let Ok(found) = front.find(path)
        {
            return found;
        }
        let most = usize::from(limits.segments);
        let found = match &self.slots {
            Some(slots) if path.len() < BLOCK => self.walk_slots::<false>(slots, path, most),
            Some(slots) => self.walk_slots::<true>(slots, path, most),
            None => self.walk_words(path, most),
        };
        self.accepted(found)
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

    #[inline]
    fn walk_slots<const WIDE: bool>(&self, slots: &Slots, path: &[u8], most: usize) -> u32 {
        let mut cursor = Cursor::<WIDE>::new(path);
        let mut left = most;
        match slots.walk(self, &mut cursor, &mut left) {
            End::Found(accept) => accept,
            End::Rare(place) => self.walk_on(place, cursor, left),
        }
    }

    /// Goes on with the words at a node with a segment at hand that is none of its literals.
    #[cold]
    #[inline(never)]
    fn walk_on<const WIDE: bool>(&self, place: usize, mut cursor: Cursor<'_, WIDE>, left: usize) -> u32 {
        let words = self.words.as_chunks::<8>().0;
        let word = |place: usize| words.get(place).map_or(NOTHING, |bytes| u64::from_le_bytes(*bytes));
        match self.other(Head(word(place)), place, &mut cursor, word) {
            Some(at) if cursor.is_last() => self.accept_at(at, word),
            Some(at) => self.walk(at, cursor, left - 1),
            None => NO,
        }
    }

    #[inline(never)]
    pub(super) fn walk_words(&self, path: &[u8], most: usize) -> u32 {
        match self.root {
            Some(root) if path.len() < BLOCK => self.walk(root, Cursor::<false>::new(path), most),
            Some(root) => self.walk(root, Cursor::<true>::new(path), most),
            None => NO,
        }
    }

    #[inline(always)]
    fn walk<const WIDE: bool>(&self, mut at: Target, mut cursor: Cursor<'_, WIDE>, most: usize) -> u32 {
        let words = self.words.as_chunks::<8>().0;
        let word = |place: usize| words.get(place).map_or(NOTHING, |bytes| u64::from_le_bytes(*bytes));
        for left in (1..=most).rev() {
            cursor.advance();
            if !at.is_node() {
                // A leaf takes no segment, a sink all that are left.
                return if at.is_sink() && cursor.rest_is_well_formed(left) { at.accept() } else { NO };
            }
            if at.skip() != 0 {
                if !cursor.is_well_formed() {
                    return NO;
                }
                at = at.before_any();
            } else {
                match self.step(at.place(), &mut cursor, word) {
                    Some(target) => at = target,
                    None => return NO,
                }
            }
            if cursor.is_last() {
                return self.accept_at(at, word);
            }
        }
        NO
    }

    /// What a path that ends at a target is accepted with.
    #[inline(always)]
    pub(super) fn accept_at(&self, at: Target, word: impl Fn(usize) -> u64) -> u32 {
        let node = at.0 >> 27 == 0;
        let head = Head(word(select_unpredictable(node, at.place(), 0)));
        let named = select_unpredictable(at.is_node(), NO, at.accept());
        select_unpredictable(node, head.accept(), named)
    }

    /// Where the segment at hand leads from the node at `place`.
    #[inline(always)]
    fn step<const WIDE: bool>(
        &self,
        place: usize,
        cursor: &mut Cursor<'_, WIDE>,
        word: impl Fn(usize) -> u64 + Copy,
    ) -> Option<Target> {
        let head = Head(word(place));
        if cursor.is_empty() {
            return None;
        }
        if head.has_literals() {
            let key = cursor.key(self.hashing);
            let arc = self.probe(head, place, self.hashing.hash(key), word);
            if self.is_key(arc, key, cursor.path, cursor.start, cursor.end) {
                return Some(arc.target());
            }
        }
        self.other(head, place, cursor, word)
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

    /// Whether the segment at hand, whose key has this number, is short or has the key's text.
    #[inline(always)]
    pub(super) fn is_long_text<const WIDE: bool>(&self, key: u32, cursor: Cursor<'_, WIDE>) -> bool {
        cursor.end - cursor.start < LONG || self.is_long(key, cursor.segment())
    }

    /// Whether a long key's text is this.
    #[cold]
    #[inline(never)]
    fn is_long(&self, key: u32, text: &[u8]) -> bool {
        self.long_text(key) == Some(text)
    }

    /// Where a segment leads that is no literal of the node.
    #[inline(always)]
    pub(super) fn other<const WIDE: bool>(
        &self,
        head: Head,
        place: usize,
        cursor: &mut Cursor<'_, WIDE>,
        word: impl Fn(usize) -> u64 + Copy,
    ) -> Option<Target> {
        if !head.has_other() || !cursor.is_well_formed() {
            return None;
        }
        let other = Other(word(place + 1));
        if head.is_link() || head.has_matcher() {
            self.rare(head, place, *cursor, word)
        } else {
            other.target()
        }
    }

    /// Matchers and links, for a well-formed segment.
    #[cold]
    #[inline(never)]
    fn rare<const WIDE: bool>(
        &self,
        mut head: Head,
        mut place: usize,
        cursor: Cursor<'_, WIDE>,
        word: impl Fn(usize) -> u64 + Copy,
    ) -> Option<Target> {
        // Every link leads to an earlier place, so this ends.
        loop {
            let other = Other(word(place + 1));
            if head.has_matcher() {
                let list = List(word(other.list()));
                let table = self.matchers.get(list.matcher() as usize);
                let label = table.map_or(0, |table| table.label(cursor.segment()));
                if let Some(number) = usize::from(label).checked_sub(1) {
                    let pair = word(other.list() + 1 + number / 2);
                    return Some(Target(if number % 2 == 0 { pair as u32 } else { (pair >> 32) as u32 }));
                }
            }
            if !head.is_link() {
                return other.target();
            }
            place = other.target()?.place();
            head = Head(word(place));
            if head.has_literals() {
                let key = cursor.key(self.hashing);
                let arc = self.probe(head, place, self.hashing.hash(key), word);
                if self.is_key(arc, key, cursor.path, cursor.start, cursor.end) {
                    return Some(arc.target());
                }
            }
            if !head.has_other() {
                return None;
            }
        }
    }

    /// As [`RouteIndex::find`] for a path shorter than a word.
    #[cold]
    #[inline(never)]
    fn find_short(&self, path: &[u8], limits: &Limits) -> Option<u32> {
        let text = std::str::from_utf8(path).ok()?;
        let parsed = Path::parse(text, limits).ok()?;
        let words = self.words.as_chunks::<8>().0;
        let word = |place: usize| words.get(place).map_or(NOTHING, |bytes| u64::from_le_bytes(*bytes));
        let mut at = self.root?;
        for segment in parsed.segments() {
            if !at.is_node() {
                return if at.is_sink() { self.accepted(at.accept()) } else { None };
            }
            if at.skip() != 0 {
                at = at.before_any();
                continue;
            }
            // Room behind the segment, so that words can be loaded.
            let mut padded = [0u8; WORD * 2];
            padded.get_mut(..segment.len())?.copy_from_slice(segment.as_bytes());
            let mut cursor = Cursor::<false> {
                path: &padded,
                mask: 0,
                block: 0,
                start: 0,
                end: segment.len(),
                known: true,
            };
            at = self.step(at.place(), &mut cursor, word)?;
        }
        self.accepted(self.accept_at(at, word))
    }
}
