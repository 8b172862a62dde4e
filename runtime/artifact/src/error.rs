//! Why bytes, or an artifact built by hand, are refused.
//!
//! A [`DecodeError`] about the container names the section; one about content names the [`Place`] and the [`Fault`]
//! there. Not here: the checks themselves (`wire`, `validate`).

use crate::path::BadPath;
use crate::wire::Section;
use std::fmt;

/// Why bytes are no artifact this code will rely on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// The first bytes are not the magic of an artifact.
    NotArtifact,
    /// The format version is newer than this code.
    NewerFormat {
        /// The version the file states.
        found: u16,
    },
    /// The format version is a draft from before version 1.
    DraftFormat {
        /// The version the file states.
        found: u16,
    },
    /// The language edition is newer than this code.
    NewerEdition {
        /// The edition the file states.
        found: u16,
    },
    /// A section is marked required, and this code does not know how to read it.
    UnknownSection {
        /// The section's kind.
        kind: u16,
    },
    /// The file has fewer bytes than it states, or than its header needs.
    Truncated {
        /// How many bytes there should be.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// The file goes on after its stated end.
    TrailingBytes {
        /// How many bytes there should be.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// The digest in the header is not that of the header and the section table.
    HeaderDigest,
    /// A section's digest in the section table is not that of its bytes.
    SectionDigest {
        /// The section's kind.
        kind: u16,
    },
    /// An entry of the section table breaks order, stands twice, has unknown flags, or does not begin where the one
    /// before it ends.
    SectionEntry {
        /// The entry's number, from 0.
        entry: u32,
    },
    /// A section that every artifact has is not there.
    MissingSection {
        /// The section.
        section: Section,
    },
    /// A byte that must be zero is not.
    Padding {
        /// The first byte of the field or gap, from the start of the file.
        offset: u64,
    },
    /// A section ends inside a value, or a list states more entries than the section has room for.
    SectionTooShort {
        /// The section.
        section: Section,
        /// Where in the section, in bytes.
        offset: u64,
    },
    /// A section goes on after its last value.
    SectionTooLong {
        /// The section.
        section: Section,
        /// Where its last value ends, in bytes.
        offset: u64,
    },
    /// A field holds a number that stands for nothing, or a byte that must be zero and is not.
    BadTag {
        /// The section.
        section: Section,
        /// Where in the section, in bytes.
        offset: u64,
    },
    /// A text is not UTF-8.
    BadText {
        /// The section.
        section: Section,
        /// Where in the section, in bytes.
        offset: u64,
    },
    /// More of something than any policy may have.
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// How much there may be.
        most: u64,
    },
    /// The bytes are well-formed, and what they say breaks a rule.
    Invalid {
        /// Where.
        place: Place,
        /// Which rule.
        fault: Fault,
    },
}

impl DecodeError {
    /// The stable code of the error, as `dreggc explain` knows it.
    pub fn code(&self) -> &'static str {
        match self {
            DecodeError::NotArtifact => "E0801",
            DecodeError::NewerFormat { .. }
            | DecodeError::DraftFormat { .. }
            | DecodeError::NewerEdition { .. }
            | DecodeError::UnknownSection { .. } => "E0802",
            DecodeError::Truncated { .. }
            | DecodeError::TrailingBytes { .. }
            | DecodeError::HeaderDigest
            | DecodeError::SectionDigest { .. }
            | DecodeError::SectionEntry { .. }
            | DecodeError::MissingSection { .. }
            | DecodeError::Padding { .. }
            | DecodeError::SectionTooShort { .. }
            | DecodeError::SectionTooLong { .. } => "E0803",
            DecodeError::BadTag { .. } | DecodeError::BadText { .. } | DecodeError::Invalid { .. } => "E0804",
            DecodeError::TooLarge { .. } => "E0805",
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::NotArtifact => f.write_str("not a dregg artifact"),
            DecodeError::NewerFormat { found } => {
                write!(f, "format version {found} is newer than this program")
            }
            DecodeError::DraftFormat { found } => {
                write!(f, "format version {found} was a draft: compile the policy again")
            }
            DecodeError::NewerEdition { found } => {
                write!(f, "language edition {found} is newer than this program")
            }
            DecodeError::UnknownSection { kind } => match Section::from_kind(*kind) {
                Some(section) => {
                    write!(f, "the `{section}` section is required and this program cannot read it")
                }
                None => write!(f, "section {kind} is required and this program does not know it"),
            },
            DecodeError::Truncated { expected, found } => {
                write!(f, "the file is cut off: {found} bytes of {expected}")
            }
            DecodeError::TrailingBytes { expected, found } => {
                write!(f, "the file goes on after its end: {found} bytes where {expected} belong")
            }
            DecodeError::HeaderDigest => f.write_str("the header is damaged: its digest does not match"),
            DecodeError::SectionDigest { kind } => match Section::from_kind(*kind) {
                Some(section) => write!(f, "the `{section}` section is damaged: its digest does not match"),
                None => write!(f, "section {kind} is damaged: its digest does not match"),
            },
            DecodeError::SectionEntry { entry } => {
                write!(f, "entry {entry} of the section table is out of place")
            }
            DecodeError::MissingSection { section } => write!(f, "the `{section}` section is missing"),
            DecodeError::Padding { offset } => write!(f, "the bytes at {offset} must be zero"),
            DecodeError::SectionTooShort { section, offset } => {
                write!(f, "the `{section}` section ends too early for what stands at byte {offset}")
            }
            DecodeError::SectionTooLong { section, offset } => {
                write!(f, "the `{section}` section goes on after its last value at byte {offset}")
            }
            DecodeError::BadTag { section, offset } => {
                write!(f, "byte {offset} of the `{section}` section stands for nothing")
            }
            DecodeError::BadText { section, offset } => {
                write!(f, "the text at byte {offset} of the `{section}` section is not UTF-8")
            }
            DecodeError::TooLarge { what, found, most } => {
                write!(f, "{found} {what}, at most {most} are allowed")
            }
            DecodeError::Invalid { place, fault } => write!(f, "{place}: {fault}"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Where in an artifact a rule is broken. Numbers count from 0, as in the artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The policy's limits.
    Limits,
    /// The DFA as a whole.
    Dfa,
    /// A row of the DFA.
    Row(u32),
    /// A state of the DFA.
    State(u32),
    /// A regular set of segments.
    Set(u32),
    /// The route index as a whole.
    Index,
    /// A word of the route index.
    Word(u32),
    /// A key of the route index.
    Key(u32),
    /// A matcher of the route index.
    Matcher(u32),
    /// A policy class.
    Class(u32),
    /// A goal of a class's program.
    ClassGoal {
        /// The class.
        class: u32,
        /// The permission's place in [`crate::Permission::ALL`].
        permission: u8,
        /// The goal.
        goal: u16,
    },
    /// A base relation.
    Relation(u32),
    /// A predicate.
    Predicate(u32),
    /// A rule of a predicate.
    Rule {
        /// The predicate.
        predicate: u32,
        /// The rule.
        rule: u32,
    },
    /// A fact.
    Fact(u32),
    /// A route.
    Route(u32),
    /// A redirect.
    Redirect(u32),
    /// A gateway.
    Gateway(u32),
    /// A goal of the program of a gateway's `delegate`.
    GatewayGoal {
        /// The gateway.
        gateway: u32,
        /// The goal.
        goal: u16,
    },
    /// A tombstone.
    Tombstone(u32),
    /// The governance block.
    Governance,
    /// A named cell.
    Cell(u32),
    /// The texts of a route.
    RouteText(u32),
    /// The texts of a class.
    ClassText(u32),
    /// The texts as a whole.
    Texts,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Limits => f.write_str("limits"),
            Place::Dfa => f.write_str("automaton"),
            Place::Row(row) => write!(f, "automaton row {row}"),
            Place::State(state) => write!(f, "automaton state {state}"),
            Place::Set(set) => write!(f, "segment set {set}"),
            Place::Index => f.write_str("route index"),
            Place::Word(word) => write!(f, "route index word {word}"),
            Place::Key(key) => write!(f, "route index key {key}"),
            Place::Matcher(matcher) => write!(f, "route index matcher {matcher}"),
            Place::Class(class) => write!(f, "policy class {class}"),
            Place::ClassGoal { class, permission, goal } => {
                let word = crate::Permission::ALL.get(usize::from(*permission)).map_or("?", |p| p.word());
                write!(f, "policy class {class}, {word}, goal {goal}")
            }
            Place::Relation(relation) => write!(f, "relation {relation}"),
            Place::Predicate(predicate) => write!(f, "predicate {predicate}"),
            Place::Rule { predicate, rule } => write!(f, "predicate {predicate}, rule {rule}"),
            Place::Fact(fact) => write!(f, "fact {fact}"),
            Place::Route(route) => write!(f, "route {route}"),
            Place::Redirect(redirect) => write!(f, "redirect {redirect}"),
            Place::Gateway(gateway) => write!(f, "gateway {gateway}"),
            Place::GatewayGoal { gateway, goal } => write!(f, "gateway {gateway}, goal {goal}"),
            Place::Tombstone(tombstone) => write!(f, "tombstone {tombstone}"),
            Place::Governance => f.write_str("governance"),
            Place::Cell(cell) => write!(f, "named cell {cell}"),
            Place::RouteText(route) => write!(f, "texts of route {route}"),
            Place::ClassText(class) => write!(f, "texts of policy class {class}"),
            Place::Texts => f.write_str("texts"),
        }
    }
}

/// Which rule is broken at a [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A limit is above its ceiling.
    AboveCeiling,
    /// An entry is not greater than the one before it: unsorted, or there twice.
    Order,
    /// A number refers to nothing.
    Reference {
        /// What it should be the number of.
        what: &'static str,
        /// The number.
        number: u32,
    },
    /// An interval is empty, or mixes symbols with the end of the path.
    Interval,
    /// Two intervals of one state share a symbol.
    Overlap,
    /// States are not numbered by their first appearance.
    StateNumbering,
    /// A state has no row, or no walk reaches it.
    Unreachable,
    /// No segment is in the set, or one that no path can have.
    SetLanguage,
    /// A text is no well-formed segment.
    Segment,
    /// A text is no path.
    Path(BadPath),
    /// A link leads to no node with literals, or too many follow each other.
    IndexLink,
    /// A node leads nowhere.
    EmptyNode,
    /// The route index counts other patterns than there are, or leads a redirect's path elsewhere.
    Placement,
    /// What fills the header of the route index up is not zero.
    IndexHeader,
    /// A word of the route index is none that may stand there.
    IndexWord,
    /// An arc does not stand where its key's hash looks for it.
    IndexSlot,
    /// The class that the path's walk ends in is of another kind.
    WalkEnd,
    /// A name is empty, too long, or holds a control character.
    Name,
    /// A name stands for two things.
    NameTwice,
    /// More columns than [`crate::Limits::ARITY`].
    Arity,
    /// An atom or fact has another number of terms than its relation or predicate has columns.
    TermCount,
    /// A term has another type than its place asks for.
    Type,
    /// A cell is not four canonical field elements.
    Cell,
    /// An integer is not below [`crate::value::INT_BOUND`].
    Int,
    /// A text is longer than [`crate::value::TEXT_BYTES`].
    TextLength,
    /// A body has more atoms than [`crate::Limits::BODY_ATOMS`].
    BodyAtoms,
    /// A variable has not the next free number at its first occurrence.
    VariableNumbering,
    /// A variable of a head, negation, comparison or input column is bound by nothing.
    Unbound {
        /// The variable.
        variable: u8,
    },
    /// A negated relation is not public.
    NegatedHeld,
    /// A literal or term that only the programs of classes may use.
    GoalOnly,
    /// A segment term is beyond the policy's `segments`.
    SegmentNumber,
    /// A program has no goal, or more than its numbers can name.
    GoalCount,
    /// A goal calls itself or a later one.
    GoalOrder {
        /// The goal called.
        called: u16,
    },
    /// The last goal is not one rule a clause that calls every guard and then the clause.
    AllowShape,
    /// A redirect's class has a program or a service.
    RedirectProgram,
    /// A `delegate` program has guards or asks for a proof.
    DelegatePrograms,
    /// Held facts, or facts of no public relation, are no part of a policy.
    HeldFact,
    /// A writer's column is no cell column, or a column where no column can write.
    Writer,
    /// A gateway has not exactly one route, its prefix and everything below.
    Envelope,
    /// A number is above what a delegation may allow.
    Delegation,
    /// The threshold is not above half of the council, or above all of it.
    Threshold,
    /// Texts do not stand one for one beside what they describe.
    TextCount,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Fault::Reference { what, number } => return write!(f, "there is no {what} {number}"),
            Fault::Path(reason) => return write!(f, "not a path: {reason}"),
            Fault::Unbound { variable } => return write!(f, "nothing binds variable {variable}"),
            Fault::GoalOrder { called } => return write!(f, "calls goal {called}, which is not before it"),
            Fault::AboveCeiling => "a limit is above its ceiling",
            Fault::Order => "not greater than the entry before it",
            Fault::Interval => "the interval is empty or runs into the end of the path",
            Fault::Overlap => "two intervals share a symbol",
            Fault::StateNumbering => "states are not numbered by first appearance",
            Fault::Unreachable => "a state has no row or cannot be reached",
            Fault::SetLanguage => "the set is empty or holds what is no segment",
            Fault::Segment => "not a well-formed segment",
            Fault::IndexLink => "links follow each other too often or lead to no node",
            Fault::EmptyNode => "the node leads nowhere",
            Fault::Placement => "the route index leads elsewhere",
            Fault::IndexHeader => "its header does not end in zeros",
            Fault::IndexWord => "the word may not stand there",
            Fault::IndexSlot => "the arc is not where its key is looked for",
            Fault::WalkEnd => "the automaton leads the path to a class of another kind",
            Fault::Name => "the name is empty, too long, or holds a control character",
            Fault::NameTwice => "the name stands for two things",
            Fault::Arity => "too many columns",
            Fault::TermCount => "not one term a column",
            Fault::Type => "a term has the wrong type",
            Fault::Cell => "a cell is not canonical",
            Fault::Int => "an integer is 2^56 or more",
            Fault::TextLength => "a text is longer than 255 bytes",
            Fault::BodyAtoms => "too many atoms in a body",
            Fault::VariableNumbering => "variables are not numbered by first occurrence",
            Fault::NegatedHeld => "negates a relation that is not public",
            Fault::GoalOnly => "uses what only the program of a class may use",
            Fault::SegmentNumber => "names a segment beyond the limit",
            Fault::GoalCount => "a program has no goals or too many",
            Fault::AllowShape => "the last goal is not one rule a clause, guards first",
            Fault::RedirectProgram => "a redirect's class has a program or a service",
            Fault::DelegatePrograms => "a delegate program has guards or asks for a proof",
            Fault::HeldFact => "the relation is not public",
            Fault::Writer => "no such column can be the writer",
            Fault::Envelope => "a gateway has not exactly its own route",
            Fault::Delegation => "a delegation is above its ceiling",
            Fault::Threshold => "the threshold is not above half of the council and within it",
            Fault::TextCount => "texts do not stand one for one",
        };
        f.write_str(text)
    }
}

impl Fault {
    /// The error of this fault at a place.
    pub(crate) fn at(self, place: Place) -> DecodeError {
        DecodeError::Invalid { place, fault: self }
    }
}
