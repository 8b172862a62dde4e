//! What plans are made of. Built by `compile` and `order`, read by `judge`, `walk` and `run`.

use crate::facts::Row;
use dregg_artifact::{Comparison, Limits};
use std::hash::{Hash, Hasher};

/// The most variables of one body: what a rule that passed validation has at most, [`Limits::ARITY`] for its head and for
/// each atom.
pub(super) const VARIABLES: usize = Limits::ARITY * (Limits::BODY_ATOMS + 1);

/// The slot of the epoch.
pub(super) const EPOCH_SLOT: u8 = VARIABLES as u8;

/// How many values a frame has room for.
pub(super) const SLOTS: usize = 32;

/// The most atoms of one body: what arranging them costs is quadratic. A rule that passed validation has at most 6.
pub(super) const ATOMS: usize = 64;

/// How deep goals may call goals. The compiler's are nested as deep as an ACL, [`Limits::ACL_DEPTH`].
pub(super) const NESTING: usize = 64;

/// The values that a body knows: of its variables, and the epoch.
pub(super) type Slots = [u32; SLOTS];

/// One value of a key: the number of a constant, or with [`SLOT`] a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part(u32);

/// Numbers of constants are far below: a policy has fewer bytes.
const SLOT: u32 = 1 << 31;

impl Part {
    /// A constant of the policy: its number is the same in all facts of the policy.
    pub(super) fn constant(number: u32) -> Part {
        Part(number & !SLOT)
    }

    /// What a slot holds, which is below [`SLOTS`].
    pub(super) fn slot(slot: u8) -> Part {
        Part(u32::from(slot) | SLOT)
    }

    /// The slot it is.
    pub(super) fn as_slot(self) -> Option<u8> {
        if self.0 & SLOT == 0 { None } else { u8::try_from(self.0 & !SLOT).ok() }
    }

    /// The value.
    #[inline]
    pub(super) fn of(self, slots: &Slots) -> u32 {
        let held = slots.get(self.0 as usize % SLOTS).copied().unwrap_or_default();
        if self.0 & SLOT == 0 { self.0 } else { held }
    }
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
        let mut found = Parts { parts: [Part::constant(0); Limits::ARITY], len: 0 };
        for (slot, part) in found.parts.iter_mut().zip(parts) {
            *slot = part;
            found.len += 1;
        }
        found
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Part> {
        self.parts.iter().take(usize::from(self.len)).copied()
    }

    /// The key's value at a place, which is below [`Limits::ARITY`].
    #[inline]
    pub(super) fn value(&self, place: usize, slots: &Slots) -> u32 {
        self.parts.get(place % Limits::ARITY).map_or(0, |part| part.of(slots))
    }

    /// The key's values.
    #[inline]
    pub(super) fn key(&self, slots: &Slots) -> Key {
        let [one, two, three, four] = self.parts.map(|part| part.of(slots));
        match self.len {
            0 => Key::new(0, 0, 0, 0),
            1 => Key::new(one, 0, 0, 0),
            2 => Key::new(one, two, 0, 0),
            3 => Key::new(one, two, three, 0),
            _ => Key::new(one, two, three, four),
        }
    }
}

/// The values of a call's columns that have values; unused places are 0.
///
/// Packed into words that stay in registers: written by fours and read as a whole, a row would wait for its own bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    low: u64,
    high: u64,
}

impl Key {
    #[inline]
    pub(super) fn new(one: u32, two: u32, three: u32, four: u32) -> Key {
        let pack = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
        Key { low: pack(one, two), high: pack(three, four) }
    }

    /// The values, each by itself.
    #[inline]
    pub(super) fn row(self) -> Row {
        [self.low as u32, (self.low >> 32) as u32, self.high as u32, (self.high >> 32) as u32]
    }

    /// A word in which all values take part.
    #[inline]
    pub(super) fn mixed(self) -> u64 {
        self.low ^ self.high.rotate_left(17)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.low);
        state.write_u64(self.high);
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
    /// How many call nothing.
    pub(super) plain: usize,
    /// Whether it has answers, and every other rule calls nothing but this variant, once, with the same key.
    pub(super) spreads: bool,
}

/// A rule of a goal. The caller is in slot 0 of its body, the named segments of the path are in those behind.
#[derive(Clone, Debug)]
pub(super) struct GoalPlan {
    /// Sets of cells by number, each of which contains the caller, or (`false`) does not.
    pub(super) members: Vec<(u32, bool)>,
    /// The least stake.
    pub(super) stake: u64,
    /// Goals that must hold.
    pub(super) goals: Vec<u16>,
    /// The segments of the path that it names, all of which the path must have.
    pub(super) segments: Vec<u8>,
    pub(super) body: Body,
}

/// The program of one permission of one class.
#[derive(Clone, Debug, Default)]
pub(super) struct AccessPlan {
    /// The rules of each goal.
    pub(super) goals: Vec<Vec<GoalPlan>>,
    /// Whether some rule names a segment of the path.
    pub(super) segments: bool,
    /// Whether it is for `evaluate` altogether.
    pub(super) unsupported: bool,
}
