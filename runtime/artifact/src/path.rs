//! A concrete path: checked once, never repaired.

use crate::alphabet;
use crate::limits::Limits;
use crate::scan;
use std::fmt;

/// Why a text is no path. Offsets are in bytes from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPath {
    /// The text is empty or does not begin with `/`.
    NotAbsolute,
    /// Two slashes with nothing between them.
    EmptySegment(usize),
    /// The path ends in `/` (only `/` itself may).
    TrailingSlash,
    /// A segment is `.` or `..`.
    DotSegment(usize),
    /// A byte that no path can hold.
    Byte(usize, u8),
    /// Longer than the policy's `path_bytes`.
    TooLong(usize),
    /// More segments than the policy's `segments`.
    TooManySegments(usize),
}

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadPath::NotAbsolute => f.write_str("a path begins with `/`"),
            BadPath::EmptySegment(at) => write!(f, "empty segment at byte {at}"),
            BadPath::TrailingSlash => f.write_str("the path ends in `/`"),
            BadPath::DotSegment(at) => write!(f, "dot segment at byte {at}"),
            BadPath::Byte(at, byte) => write!(f, "byte 0x{byte:02x} at byte {at} can stand in no path"),
            BadPath::TooLong(limit) => write!(f, "longer than {limit} bytes"),
            BadPath::TooManySegments(limit) => write!(f, "more than {limit} segments"),
        }
    }
}

impl std::error::Error for BadPath {}

/// Whether a text is a path of so many segments at most; `false` if that takes a closer look.
fn is_plain(text: &[u8], most: usize) -> bool {
    if text.len() < scan::WORD || text.len() >= scan::BLOCK || text.first() != Some(&b'/') {
        return false;
    }
    let slashes = scan::mask(text, 0, b'/');
    scan::all_known(text) && scan::surely_well_formed(text, slashes) && slashes.count_ones() as usize <= most
}

/// A well-formed path, borrowed from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path<'a>(&'a str);

impl<'a> Path<'a> {
    /// Checks a text against the language of paths and the policy's limits.
    ///
    /// # Errors
    /// [`BadPath`] names the first reason, limits first.
    pub fn parse(text: &'a str, limits: &Limits) -> Result<Path<'a>, BadPath> {
        if text.len() > usize::from(limits.path_bytes) {
            return Err(BadPath::TooLong(usize::from(limits.path_bytes)));
        }
        if is_plain(text.as_bytes(), usize::from(limits.segments)) {
            return Ok(Path(text));
        }
        let Some(rest) = text.strip_prefix('/') else { return Err(BadPath::NotAbsolute) };
        if rest.is_empty() {
            return Ok(Path(text));
        }
        if let Some((at, byte)) = text.bytes().enumerate().find(|(_, byte)| alphabet::symbol(*byte).is_none())
        {
            return Err(BadPath::Byte(at, byte));
        }
        let mut at = 1;
        let mut count = 0;
        for segment in rest.split('/') {
            if segment.is_empty() {
                let last = at == text.len();
                return Err(if last { BadPath::TrailingSlash } else { BadPath::EmptySegment(at) });
            }
            if segment == "." || segment == ".." {
                return Err(BadPath::DotSegment(at));
            }
            at += segment.len() + 1;
            count += 1;
        }
        if count > usize::from(limits.segments) {
            return Err(BadPath::TooManySegments(usize::from(limits.segments)));
        }
        Ok(Path(text))
    }

    /// A text that the route index has walked, and so checked, to its end.
    pub(crate) fn walked(text: &'a str) -> Path<'a> {
        Path(text)
    }

    /// The path as text.
    pub fn as_str(&self) -> &'a str {
        self.0
    }

    /// Its segments, none for `/`.
    pub fn segments(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let rest = self.0.strip_prefix('/').unwrap_or("");
        rest.split('/').filter(|segment| !segment.is_empty())
    }

    /// Segment `index`, counted from 0.
    pub fn segment(&self, index: usize) -> Option<&'a str> {
        self.segments().nth(index)
    }
}
