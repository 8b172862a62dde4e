//! The header of a route index: how long its parts are.

use std::ops::Range;

/// How many words a cache line has.
pub(crate) const LINE_WORDS: usize = 8;

/// How many bytes the header has: one cache line.
pub(crate) const HEADER: usize = 64;

/// The numbers of the header, in the order in which they stand, 32 bits each; zeros fill it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The target that a path begins at; all ones if no path matches.
    pub(crate) root: u32,
    /// How keys are hashed.
    pub(crate) seed: u32,
    /// How many words of nodes there are.
    pub(crate) words: u32,
    /// How many keys.
    pub(crate) keys: u32,
    /// How many bytes the texts of long keys have.
    pub(crate) long_bytes: u32,
    /// How many matchers.
    pub(crate) matchers: u32,
    /// How many patterns: routes, then redirects.
    pub(crate) patterns: u32,
    /// How many of them are routes.
    pub(crate) routes: u32,
}

/// Where the parts of a section stand, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) words: Range<usize>,
    pub(crate) keys: Range<usize>,
    pub(crate) ends: Range<usize>,
    pub(crate) classes: Range<usize>,
    pub(crate) long: Range<usize>,
    /// The matchers take the rest.
    pub(crate) matchers: usize,
}

impl Header {
    fn numbers(&self) -> [u32; 8] {
        let Header { root, seed, words, keys, long_bytes, matchers, patterns, routes } = *self;
        [root, seed, words, keys, long_bytes, matchers, patterns, routes]
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        for number in self.numbers() {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.resize(HEADER, 0);
    }

    /// Reads a header; `None` if the section is shorter.
    pub(crate) fn read(section: &[u8]) -> Option<Header> {
        let header = section.first_chunk::<HEADER>()?;
        let mut numbers = header.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let mut next = || numbers.next();
        Some(Header {
            root: next()?,
            seed: next()?,
            words: next()?,
            keys: next()?,
            long_bytes: next()?,
            matchers: next()?,
            patterns: next()?,
            routes: next()?,
        })
    }

    /// Whether zeros fill the header up.
    pub(crate) fn is_filled_up(section: &[u8]) -> bool {
        section.get(32..HEADER).is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
    }

    /// Where the parts stand; all lengths are of 32 bits, so nothing here overflows 64.
    pub(crate) fn parts(&self) -> Option<Parts> {
        let mut at = HEADER;
        let mut part = |count: u32, size: usize| -> Option<Range<usize>> {
            let from = at;
            at = at.checked_add((count as usize).checked_mul(size)?)?;
            Some(from..at)
        };
        Some(Parts {
            words: part(self.words, 8)?,
            keys: part(self.keys, 16)?,
            ends: part(self.keys, 4)?,
            classes: part(self.patterns, 4)?,
            long: part(self.long_bytes, 1)?,
            matchers: at,
        })
    }

    /// How many bytes a section has without its matchers.
    pub(crate) fn least_bytes(&self) -> usize {
        self.parts().map_or(0, |parts| parts.matchers)
    }
}
