//! The compiled form of a policy: the only thing that crosses from the compiler to the runtime.
//!
//! Here live the types of an [`Artifact`], its wire format (`FORMAT.md`), the policy root, and the validation after
//! which every id may be followed without fear. Not here: anything that reads source text, evaluates a rule, or does
//! field arithmetic (`dregg-commit`). Read [`artifact`] first, then [`policy`].

pub mod alphabet;
pub mod artifact;
pub mod dfa;
pub mod index;
pub mod limits;
pub mod path;
pub mod policy;
pub mod relation;
pub mod value;

pub use artifact::{Artifact, EDITION, RouteText, Texts};
pub use dfa::{Dfa, Row};
pub use index::{IndexNode, Leaf, Pattern, RouteIndex, Segment, SegmentSet};
pub use limits::Limits;
pub use path::{BadPath, Path};
pub use policy::{
    Access, ClassKind, Comparison, Delegation, Gateway, Goal, GoalRule, Governance, Literal, PolicyClass, Predicate,
    PredicateColumn, Redirect, Route, Rule, Service, Term, Tombstone,
};
pub use relation::{Column, Fact, Relation, Visibility, Writer};
pub use value::{CellId, Permission, Type, Value};
