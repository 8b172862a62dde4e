//! Whether leaves and proofs can tell the relations of a policy apart.
//!
//! In them a relation is one field element, made of its name and the types of its columns (`dregg-commit`). Not here: names
//! that are declared twice (`scope`).

use super::errors;
use crate::hir::Relation;
use dregg_commit::record::{element_of, member_relation};
use dregg_grammar::Diagnostic;
use std::collections::BTreeMap;

/// The element of a relation.
pub fn relation_element(relation: &Relation) -> u64 {
    element_of(&relation.name, relation.columns.iter().map(|(_, ty)| *ty))
}

/// `E0213` for each relation that has the same element as one before it, or as the reserved one of large sets.
///
/// SOUNDNESS: prover, verifier and attestation refuse such relations too, but only after the policy has been adopted.
/// `element` is [`relation_element`] but in tests, since nobody knows two names that collide.
pub fn alike(relations: &[Relation], element: impl Fn(&Relation) -> u64) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<u64, Option<&Relation>> = BTreeMap::from([(member_relation(), None)]);
    let mut reports = Vec::new();
    for relation in relations {
        match seen.get(&element(relation)) {
            // A name that is declared twice has been reported.
            Some(Some(other)) if other.name == relation.name => {}
            Some(other) => reports.push(errors::same_element(relation, *other)),
            None => _ = seen.insert(element(relation), Some(relation)),
        }
    }
    reports
}
