//! The route index: which pattern a path takes, walked in place.
//!
//! A [`crate::RouteGraph`] laid out in words: one probe of a collision-free table a segment, exact keys, runs of
//! wildcards folded into the targets that lead to them. Read `word` for the bits, `layout` for how they come to stand,
//! `check` for what makes them safe to follow, `walk` for how. Not here: what a pattern is (`pattern`), how the graph is
//! built (the compiler), and what a pattern's class decides. SPEC: `FORMAT.md`, "Route index".

mod batch;
mod check;
mod head;
mod key;
mod layout;
mod matchers;
mod restore;
mod slash;
#[cfg(test)]
mod tests;
mod walk;
mod word;

pub use batch::LANES;
pub use layout::LayoutError;

use crate::error::{DecodeError, Fault, Place};
use crate::graph::{Matcher, RouteGraph};
use bytes::Bytes;
use head::Header;
use key::Hashing;
use std::sync::Arc;
use word::Target;

/// Where a section should begin in memory, so that small nodes stand in one cache line.
const ALIGNMENT: usize = 64;

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
}

impl PartialEq for RouteIndex {
    fn eq(&self, other: &RouteIndex) -> bool {
        self.section == other.section
    }
}

impl Eq for RouteIndex {}

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
        let fault = |fault| DecodeError::Invalid { place: Place::Index, fault };
        let header = Header::read(&section).ok_or(fault(Fault::IndexLength))?;
        let parts = header.parts().ok_or(fault(Fault::IndexLength))?;
        if parts.matchers > section.len() {
            return Err(fault(Fault::IndexLength));
        }
        let list = matchers::read(&section, &parts, header.matchers).ok_or(fault(Fault::IndexLength))?;
        let mut index = RouteIndex {
            root: (header.root != u32::MAX).then_some(Target(header.root)),
            hashing: Hashing::new(header.seed),
            words: section.slice(parts.words),
            keys: section.slice(parts.keys),
            ends: section.slice(parts.ends),
            classes: section.slice(parts.classes),
            long: section.slice(parts.long),
            patterns: header.patterns,
            routes: header.routes,
            matchers: Arc::default(),
            matcher_list: Arc::default(),
            section,
        };
        check::check(&index, &header, &list)?;
        index.matchers = list.iter().cloned().map(matchers::Table::new).collect();
        index.matcher_list = list.into();
        Ok(index)
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

    /// The policy class of a pattern; `None` if it decides no path.
    #[inline]
    pub fn class(&self, pattern: u32) -> Option<u32> {
        let class = self.classes.as_chunks::<4>().0.get(pattern as usize)?;
        Some(u32::from_le_bytes(*class)).filter(|class| *class != u32::MAX)
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
