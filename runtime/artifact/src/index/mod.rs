//! The route index: which pattern a path takes, walked in place.
//!
//! A [`crate::RouteGraph`] laid out in words: one probe of a collision-free table a segment, exact keys, runs of
//! wildcards folded into the targets that lead to them. Read `word` for the bits, `layout` for how they come to stand,
//! `check` for what makes them safe to follow, `walk` for how. Not here: what a pattern is (`pattern`), how the graph is
//! built (the compiler), and what a pattern's class decides. SPEC: `FORMAT.md`, "Route index".

mod batch;
mod check;
mod front;
mod head;
mod key;
mod layout;
mod matchers;
mod restore;
mod same;
mod slots;
#[cfg(test)]
mod tests;
mod walk;
mod word;

pub use batch::LANES;
pub use layout::LayoutError;

use crate::error::DecodeError;
use crate::graph::{Matcher, RouteGraph};
use crate::limits::Limits;
use crate::wire::Section;
use bytes::Bytes;
use front::Front;
use head::{Header, Parts};
use key::{Hashing, Key};
use slots::Slots;
use std::sync::Arc;
use word::Target;

/// Where a section should begin in memory, so that small nodes stand in one cache line.
const ALIGNMENT: usize = 64;

/// What the number of a pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leaf {
    /// A route by its number.
    Route(u32),
    /// A redirect by its number.
    Redirect(u32),
}

/// A route index. Cloning is cheap: the bytes are shared.
#[derive(Clone, Debug)]
pub struct RouteIndex {
    section: Bytes,
    root: Option<Target>,
    hashing: Hashing,
    words: Bytes,
    keys: Bytes,
    ends: Bytes,
    classes: Bytes,
    long: Bytes,
    patterns: u32,
    routes: u32,
    matchers: Arc<[matchers::Table]>,
    matcher_list: Arc<[Matcher]>,
    /// For a small index.
    slots: Option<Arc<Slots>>,
    /// For a small index of mostly literal routes, once [`RouteIndex::prepare`] was called.
    front: Option<Arc<Front>>,
}

impl PartialEq for RouteIndex {
    fn eq(&self, other: &RouteIndex) -> bool {
        self.section == other.section
    }
}

impl Eq for RouteIndex {}

/// The index in which no path matches.
impl Default for RouteIndex {
    fn default() -> RouteIndex {
        let header = Header {
            root: u32::MAX,
            seed: 0,
            words: 0,
            keys: 0,
            long_bytes: 0,
            matchers: 0,
            patterns: 0,
            routes: 0,
        };
        let mut section = Vec::new();
        header.write(&mut section);
        RouteIndex::of(Bytes::from(section), &header, &header.parts().unwrap_or_default(), Vec::new())
    }
}

impl RouteIndex {
    /// Lays out a graph over patterns that are numbered routes first, then redirects. `classes` has for each pattern its
    /// policy class, or none if it decides no path.
    ///
    /// # Errors
    /// [`LayoutError`] if the graph is too large or malformed.
    pub fn new(graph: &RouteGraph, classes: &[Option<u32>], routes: u32) -> Result<RouteIndex, LayoutError> {
        let section = layout::layout(graph, classes, routes)?;
        RouteIndex::read(Bytes::from(section)).map_err(|_| LayoutError::Malformed)
    }

    /// Reads a section and checks it. Takes time in proportion to its bytes; keeps the bytes themselves, copied once if
    /// they do not begin at a cache line.
    ///
    /// # Errors
    /// [`DecodeError`] says which part is wrong.
    pub fn read(section: Bytes) -> Result<RouteIndex, DecodeError> {
        let section = aligned(section);
        let length = section.len() as u64;
        let too_short = || DecodeError::SectionTooShort { section: Section::Index, offset: length };
        let header = Header::read(&section).ok_or_else(too_short)?;
        let parts = header.parts().filter(|parts| parts.matchers <= section.len()).ok_or_else(too_short)?;
        let (list, left) = matchers::read(&section, &parts, header.matchers).ok_or_else(too_short)?;
        if left > 0 {
            let offset = length - left as u64;
            return Err(DecodeError::SectionTooLong { section: Section::Index, offset });
        }
        let mut index = RouteIndex::of(section, &header, &parts, list);
        check::check(&index, &header)?;
        index.slots = Slots::new(&index).map(Arc::new);
        Ok(index)
    }

    /// The index of a section whose parts are all there.
    fn of(section: Bytes, header: &Header, parts: &Parts, list: Vec<Matcher>) -> RouteIndex {
        RouteIndex {
            root: (header.root != u32::MAX).then_some(Target(header.root)),
            hashing: Hashing::new(header.seed),
            words: section.slice(parts.words.clone()),
            keys: section.slice(parts.keys.clone()),
            ends: section.slice(parts.ends.clone()),
            classes: section.slice(parts.classes.clone()),
            long: section.slice(parts.long.clone()),
            patterns: header.patterns,
            routes: header.routes,
            matchers: list.iter().cloned().map(matchers::Table::new).collect(),
            matcher_list: list.into(),
            slots: None,
            front: None,
            section,
        }
    }

    /// Makes what finds literal paths faster in a small table, for these limits. Every later [`RouteIndex::find`] must
    /// be for the same limits.
    pub fn prepare(&mut self, limits: &Limits) {
        self.front = Front::new(self, limits).map(Arc::new);
    }

    /// The bytes, as they stand in an artifact.
    pub fn section(&self) -> &[u8] {
        &self.section
    }

    /// How many patterns there are: routes, then redirects.
    pub fn patterns(&self) -> u32 {
        self.patterns
    }

    /// How many of the patterns are routes.
    pub fn routes(&self) -> u32 {
        self.routes
    }

    /// Which route or redirect a pattern is.
    #[inline]
    pub fn leaf(&self, pattern: u32) -> Leaf {
        match pattern.checked_sub(self.routes) {
            Some(redirect) => Leaf::Redirect(redirect),
            None => Leaf::Route(pattern),
        }
    }

    /// The policy class of a pattern; `None` if it decides no path.
    #[inline]
    pub fn class(&self, pattern: u32) -> Option<u32> {
        let class = self.classes.as_chunks::<4>().0.get(pattern as usize)?;
        Some(u32::from_le_bytes(*class)).filter(|class| *class != u32::MAX)
    }

    /// A key by its number.
    fn key(&self, number: u32) -> Option<Key> {
        let both = u128::from_le_bytes(*self.keys.as_chunks::<16>().0.get(number as usize)?);
        Some(Key { low: both as u64, high: (both >> 64) as u64 })
    }

    /// The text of a long key.
    fn long_text(&self, key: u32) -> Option<&[u8]> {
        let ends = self.ends.as_chunks::<4>().0;
        let end = u32::from_le_bytes(*ends.get(key as usize)?);
        let start = match key.checked_sub(1) {
            Some(before) => u32::from_le_bytes(*ends.get(before as usize)?),
            None => 0,
        };
        self.long.get(start as usize..end as usize)
    }
}

/// The same bytes at the beginning of a cache line.
fn aligned(bytes: Bytes) -> Bytes {
    if bytes.as_ptr().align_offset(ALIGNMENT) == 0 {
        return bytes;
    }
    let mut copy: Vec<u8> = Vec::with_capacity(bytes.len() + ALIGNMENT);
    let from = copy.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
    copy.resize(from, 0);
    copy.extend_from_slice(&bytes);
    Bytes::from(copy).slice(from..)
}
