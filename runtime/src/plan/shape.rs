//! What plans are made of. Built by `compile` and `order`, read by `judge`, `walk` and `run`.

use crate::facts::Row;
use dregg_artifact::{Comparison, Limits};

/// The most variables of one body, and so the width of a frame. A rule that passed validation has at most 28.
pub(super) const SLOTS: usize = 32;

/// The most atoms of one body: what arranging them costs is quadratic. A rule that passed validation has at most 6.
pub(super) const ATOMS: usize = 64;

/// How deep goals may call goals. The compiler's are nested as deep as an ACL, [`Limits::ACL_DEPTH`].
pub(super) const NESTING: usize = 64;

/// The values of the variables of one body.
pub(super) type Slots = [u32; SLOTS];

/// One value of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A constant of the policy: its number is the same in all facts of the policy.
    Constant(u32),
    /// A variable.
    Slot(u8),
    /// The epoch of the decision.
    Epoch,
    /// A segment of the path.
    Segment(u8),
}

/// The values of a key, in the order of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    parts: [Part; Limits::ARITY],
    len: u8,
}

impl Parts {
    /// The first [`Limits::ARITY`] of these.
    pub(super) fn new(parts: impl Iterator<Item = Part>) -> Parts {
        let mut found = Parts { parts: [Part::Constant(0); Limits::ARITY], len: 0 };
        for (slot, part) in found.parts.iter_mut().zip(parts) {
            *slot = part;
            found.len += 1;
        }
        found
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Part> {
        self.parts.iter().take(usize::from(self.len)).copied()
    }

    /// The key's values. Unused places are 0.
    pub(super) fn row(&self, mut value: impl FnMut(Part) -> u32) -> Row {
        let mut row = Row::default();
        for (slot, part) in row.iter_mut().zip(self.iter()) {
            *slot = value(part);
        }
        row
    }
}

/// A condition that looks at values that are all there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// `left OP right`.
    Compare(Part, Comparison, Part),
    /// An index contains the key, or (`false`) does not.
    Fact {
        /// The number of an index over all columns of its relation.
        index: u32,
        key: Parts,
        present: bool,
    },
}

/// Where the tuples of a join come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The tuples under a key of an index.
    Index(u32),
    /// What a variant answers.
    Variant(u32),
}

/// One step of a body: for each tuple, take new values, and go on.
#[derive(Clone, Debug)]
pub(super) struct Join {
    pub(super) origin: Origin,
    pub(super) key: Parts,
    /// Which columns of the tuple go into which slots. Empty for a call whose columns all have values.
    pub(super) take: Vec<(u8, u8)>,
    /// Columns of the tuple that must agree.
    pub(super) same: Vec<(u8, u8)>,
    /// What must hold then.
    pub(super) filters: Vec<Filter>,
    /// Whether no later step reads what is taken: the first tuple that passes the filters stands for all.
    pub(super) once: bool,
}

/// What a binding of a whole body says.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// The head holds.
    Holds,
    /// The head holds if this does: the last call of the body, all of whose columns have values.
    Call(u32, Parts),
    /// The head holds with these values of the columns that had none.
    Answer(Parts),
    /// Nothing: this body is for `evaluate`.
    Unsupported,
}

/// A body, arranged.
#[derive(Clone, Debug)]
pub(super) struct Body {
    /// What must hold before the first join.
    pub(super) filters: Vec<Filter>,
    pub(super) joins: Vec<Join>,
    pub(super) end: End,
}

impl Body {
    pub(super) fn unsupported() -> Body {
        Body { filters: Vec::new(), joins: Vec::new(), end: End::Unsupported }
    }

    /// Whether it holds without looking at anything.
    pub(super) fn is_empty(&self) -> bool {
        let plain = match self.end {
            End::Holds => true,
            End::Call(..) | End::Answer(_) | End::Unsupported => false,
        };
        plain && self.filters.is_empty() && self.joins.is_empty()
    }
}

/// A predicate, specialised to the columns that have a value. These are the first slots of every body, in order.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    /// Whether all columns have values: it answers yes or no.
    pub(super) ground: bool,
    /// What every rule demands before its first join.
    pub(super) filters: Vec<Filter>,
    /// The rules; those that call nothing come first.
    pub(super) rules: Vec<Body>,
}

/// A rule of a goal. The caller is in slot 0 of its body.
#[derive(Clone, Debug)]
pub(super) struct GoalPlan {
    /// Sets of cells by number, each of which contains the caller, or (`false`) does not.
    pub(super) members: Vec<(u32, bool)>,
    /// The least stake.
    pub(super) stake: u64,
    /// Goals that must hold.
    pub(super) goals: Vec<u16>,
    /// How many segments the path must have.
    pub(super) segments: u8,
    pub(super) body: Body,
}

/// The program of one permission of one class.
#[derive(Clone, Debug, Default)]
pub(super) struct AccessPlan {
    /// The rules of each goal.
    pub(super) goals: Vec<Vec<GoalPlan>>,
    /// How many segments of the path some rule names.
    pub(super) segments: u8,
    /// Whether it is for `evaluate` altogether.
    pub(super) unsupported: bool,
}
