//! The compiled form of a policy: the only thing that crosses from the compiler to the runtime.
//!
//! Here live the types of an [`Artifact`], its wire format (`FORMAT.md`), the policy root, and the validation after
//! which every id may be followed without fear. Not here: anything that reads source text, evaluates a rule, or does
//! field arithmetic (`dregg-commit`). Read [`artifact`] first, then [`policy`].

pub mod alphabet;
pub mod artifact;
pub mod class_tree;
pub mod dfa;
pub mod error;
pub mod graph;
pub mod index;
pub mod limits;
pub mod path;
pub mod pattern;
pub mod policy;
mod reach;
pub mod relation;
mod root;
mod scan;
mod validate;
pub mod value;
pub mod wire;

pub use artifact::{Artifact, EDITION, RouteText, Texts};
pub use class_tree::{ClassLeaf, Opening, class_leaf, class_opening, class_root, verify_opening};
pub use dfa::{Copied, Dfa, Row};
pub use error::{DecodeError, Fault, Place};
pub use graph::{GraphNode, Matcher, Otherwise, RouteGraph};
pub use index::{LANES, LayoutError, Leaf, RouteIndex};
pub use limits::Limits;
pub use path::{BadPath, Path};
pub use pattern::{Pattern, Segment, SegmentSet};
pub use policy::{
    Access, ClassKind, Comparison, Delegation, Gateway, Goal, GoalRule, Governance, Literal, PolicyClass,
    Predicate, PredicateColumn, Redirect, Route, Rule, Service, Term, Tombstone,
};
pub use relation::{Column, Fact, Relation, Visibility, Writer};
pub use root::{PolicyRoot, RootParts};
pub use value::{CellId, Permission, Type, Value};

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
