//! The words of a laid out graph, bit by bit.
//!
//! SPEC: `FORMAT.md`, "Route index". Not here: in which order they stand (`layout`).

/// A place that is not there, as an accept number (30 bits).
pub(crate) const NONE: u32 = (1 << 30) - 1;

/// Where a step leads. Two bits kind, then for a node three bits skip and 27 bits place, else 30 bits accept number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target(pub(crate) u32);

/// The most segments that a target skips.
pub(crate) const MOST_SKIP: u32 = 7;
/// The first place that a target cannot name.
pub(crate) const PLACES: usize = 1 << 27;

const SKIP_AT: u32 = 27;
const KIND_AT: u32 = 30;

impl Target {
    /// The node whose words begin at `place`.
    pub(crate) fn node(place: u32) -> Target {
        Target(place)
    }

    /// A node without steps that accepts.
    pub(crate) fn leaf(accept: u32) -> Target {
        Target(1 << KIND_AT | accept)
    }

    /// A node that takes everything below itself.
    pub(crate) fn sink(accept: u32) -> Target {
        Target(2 << KIND_AT | accept)
    }

    /// Any one segment, then this target. `None` if that cannot be said.
    pub(crate) fn after_any(self) -> Option<Target> {
        (self.is_node() && self.skip() < MOST_SKIP).then_some(Target(self.0 + (1 << SKIP_AT)))
    }

    /// What [`Target::after_any`] was made from.
    pub(crate) fn before_any(self) -> Target {
        Target(self.0.saturating_sub(1 << SKIP_AT))
    }

    #[inline]
    pub(crate) fn is_node(self) -> bool {
        self.0 >> KIND_AT == 0
    }

    #[inline]
    pub(crate) fn is_leaf(self) -> bool {
        self.0 >> KIND_AT == 1
    }

    #[inline]
    pub(crate) fn is_sink(self) -> bool {
        self.0 >> KIND_AT == 2
    }

    /// How many segments to pass before the node.
    #[inline]
    pub(crate) fn skip(self) -> u32 {
        self.0 >> SKIP_AT & MOST_SKIP
    }

    /// Where the node's words begin.
    #[inline]
    pub(crate) fn place(self) -> usize {
        (self.0 & ((1 << SKIP_AT) - 1)) as usize
    }

    /// What a leaf or sink accepts with.
    #[inline]
    pub(crate) fn accept(self) -> u32 {
        self.0 & NONE
    }
}

/// The first word of a node, or the word of one group of a large table: what is where.
///
/// Bits 0..30 of a node: what it accepts with; 0..32 of a group: the place of its arcs. 32..38: how far to shift the
/// hash; 38..44: the mask after that (small tables and groups). From 44 on flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head(pub(crate) u64);

/// The node has a table in groups.
const GROUPS: u64 = 1 << 44;
/// The node has literals.
const LITERALS: u64 = 1 << 45;
/// A word for other segments follows.
const OTHERWISE: u64 = 1 << 46;
/// The other word names a node to try the same segment at.
const LINK: u64 = 1 << 47;
/// The other word names a list of a matcher's targets.
const MATCHER: u64 = 1 << 48;
/// The highest bits of every head of a node.
const NODE: u64 = 1 << 62;
/// All bits that a head of a node may have.
const KNOWN: u64 = NODE | MATCHER | LINK | OTHERWISE | LITERALS | GROUPS | 0xfff << 32 | NONE as u64;

/// The greatest mask: tables and groups have at most 64 places.
pub(crate) const MOST_MASK: u64 = 63;

/// A word that holds nothing.
pub(crate) const NOTHING: u64 = u64::MAX;

/// The table of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    /// No literals.
    Empty,
    /// `mask + 1` arcs, found by `hash >> shift & mask`.
    Small { shift: u32, mask: u64 },
    /// `1 << bits` groups, found by the highest bits of the hash.
    Groups { bits: u32 },
}

/// What a node does with other segments, as bits of its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Others {
    pub(crate) word: bool,
    pub(crate) link: bool,
    pub(crate) matcher: bool,
}

impl Head {
    pub(crate) fn new(accept: Option<u32>, table: Table, others: Others) -> Head {
        let table = match table {
            Table::Empty => 0,
            Table::Small { shift, mask } => LITERALS | u64::from(shift) << 32 | mask << 38,
            Table::Groups { bits } => LITERALS | GROUPS | u64::from(64 - bits) << 32,
        };
        let flag = |set: bool, flag: u64| if set { flag } else { 0 };
        let others = flag(others.word, OTHERWISE) | flag(others.link, LINK) | flag(others.matcher, MATCHER);
        Head(NODE | table | others | u64::from(accept.unwrap_or(NONE)))
    }

    pub(crate) fn group(place: u32, shift: u32, mask: u64) -> Head {
        Head(u64::from(shift) << 32 | mask << 38 | u64::from(place))
    }

    /// Whether this is a head of a node, spelled as [`Head::new`] does.
    pub(crate) fn is_canonical_node(self) -> bool {
        let table = match self.table() {
            Table::Empty => self.0 & 0xfff << 32 == 0 && !self.grouped(),
            Table::Small { mask, .. } => mask & (mask + 1) == 0,
            Table::Groups { .. } => self.mask() == 0 && self.shift() > 36,
        };
        let others = if self.has_other() { true } else { !self.is_link() && !self.has_matcher() };
        self.0 >> 62 == 1
            && self.0 & !KNOWN == 0
            && table
            && others
            && !(self.is_link() && self.has_matcher())
    }

    /// Whether this is the word of a group, spelled as [`Head::group`] does.
    pub(crate) fn is_canonical_group(self) -> bool {
        self.0 >> 44 == 0 && self.mask() & (self.mask() + 1) == 0
    }

    pub(crate) fn table(self) -> Table {
        match (self.has_literals(), self.grouped()) {
            (false, _) => Table::Empty,
            (true, false) => Table::Small { shift: self.shift(), mask: self.mask() },
            (true, true) => Table::Groups { bits: 64 - self.shift() },
        }
    }

    #[inline]
    pub(crate) fn accept(self) -> u32 {
        self.0 as u32 & NONE
    }

    /// Where a group's arcs begin.
    #[inline]
    pub(crate) fn place(self) -> usize {
        self.0 as u32 as usize
    }

    #[inline]
    pub(crate) fn shift(self) -> u32 {
        (self.0 >> 32) as u32 & 63
    }

    #[inline]
    pub(crate) fn mask(self) -> u64 {
        self.0 >> 38 & MOST_MASK
    }

    #[inline]
    pub(crate) fn grouped(self) -> bool {
        self.0 & GROUPS != 0
    }

    #[inline]
    pub(crate) fn has_literals(self) -> bool {
        self.0 & LITERALS != 0
    }

    #[inline]
    pub(crate) fn has_other(self) -> bool {
        self.0 & OTHERWISE != 0
    }

    #[inline]
    pub(crate) fn is_link(self) -> bool {
        self.0 & LINK != 0
    }

    #[inline]
    pub(crate) fn has_matcher(self) -> bool {
        self.0 & MATCHER != 0
    }
}

/// The word for other segments: a target in the low half (all ones: none), the place of a matcher's list in the high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Other(pub(crate) u64);

impl Other {
    pub(crate) fn new(target: Option<Target>, list: u32) -> Other {
        Other(u64::from(list) << 32 | u64::from(target.map_or(u32::MAX, |target| target.0)))
    }

    #[inline]
    pub(crate) fn target(self) -> Option<Target> {
        let target = self.0 as u32;
        (target != u32::MAX).then_some(Target(target))
    }

    #[inline]
    pub(crate) fn list(self) -> usize {
        (self.0 >> 32) as usize
    }
}

/// The first word of a matcher's list: which matcher, and how many targets follow, two a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct List(pub(crate) u64);

/// The highest bits of every list.
const LIST: u64 = 1 << 63;

impl List {
    pub(crate) fn new(matcher: u32, count: u32) -> List {
        List(LIST | u64::from(count & 0xffff) << 32 | u64::from(matcher))
    }

    pub(crate) fn is_canonical(self) -> bool {
        self.0 >> 48 == LIST >> 48
    }

    #[inline]
    pub(crate) fn matcher(self) -> u32 {
        self.0 as u32
    }

    #[inline]
    pub(crate) fn count(self) -> u32 {
        (self.0 >> 32) as u32 & 0xffff
    }
}

/// An arc: key in the low half, target in the high. [`NOTHING`] is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arc(pub(crate) u64);

impl Arc {
    pub(crate) fn new(key: u32, target: Target) -> Arc {
        Arc(u64::from(target.0) << 32 | u64::from(key))
    }

    #[inline]
    pub(crate) fn key(self) -> u32 {
        self.0 as u32
    }

    #[inline]
    pub(crate) fn target(self) -> Target {
        Target((self.0 >> 32) as u32)
    }
}
