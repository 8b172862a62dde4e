//! How far the bytes of a segment are from being well-formed: what "any segment" has to remember.

use dregg_artifact::alphabet::{self, SYMBOLS};

/// The symbol of `.`.
pub(super) const DOT: u8 = 8;

/// The symbols a segment may hold.
pub(super) const FIRST: u8 = alphabet::SLASH + 1;
/// The last of them.
pub(super) const LAST: u8 = SYMBOLS - 1;

/// What has been read of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Shape {
    /// Nothing yet.
    Start,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// Anything else: a well-formed segment.
    Inside,
}

impl Shape {
    /// The shape after one more symbol.
    pub fn step(self, symbol: u8) -> Shape {
        match self {
            Shape::Start if symbol == DOT => Shape::Dot,
            Shape::Dot if symbol == DOT => Shape::DotDot,
            Shape::Start | Shape::Dot | Shape::DotDot | Shape::Inside => Shape::Inside,
        }
    }

    /// Whether `.` leads elsewhere than other symbols.
    pub fn watches_dot(self) -> bool {
        match self {
            Shape::Start | Shape::Dot => true,
            Shape::DotDot | Shape::Inside => false,
        }
    }

    /// Whether the segment may end here.
    pub fn complete(self) -> bool {
        self == Shape::Inside
    }
}

/// Whether a text is a well-formed segment.
pub(super) fn well_formed(segment: &str) -> bool {
    !segment.is_empty() && segment != "." && segment != ".." && segment.bytes().all(alphabet::in_segment)
}

/// The widest intervals of symbols of a segment such that one begins wherever `begins` says so for a symbol.
pub(super) fn widest(begins: &[bool; SYMBOLS as usize + 1]) -> Vec<(u8, u8)> {
    let mut result: Vec<(u8, u8)> = Vec::new();
    for symbol in FIRST..=LAST {
        match result.last_mut() {
            Some(last) if begins.get(usize::from(symbol)) == Some(&false) => last.1 = symbol,
            Some(_) | None => result.push((symbol, symbol)),
        }
    }
    result
}
