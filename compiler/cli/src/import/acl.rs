//! Who may invoke an imported route: the scopes of every one of its operations.
//!
//! An ACL here is a conjunction of requirements, each of them alternatives of which one must hold, each alternative a
//! set of capability calls that must all hold. That is the shape of OpenAPI's `security`, and joining two ACLs
//! can only add conjuncts. Not here: reading them from JSON (`document`).

use super::text;
use std::collections::BTreeSet;

/// Capability calls (see [`capability`]) that must all hold.
pub(super) type Scopes = BTreeSet<String>;

/// Alternatives of which one must hold. Without any, or with an empty one, nothing is required.
pub(super) type Requirement = BTreeSet<Scopes>;

/// A conjunction of requirements, each of which requires something; without any, everybody may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Acl(BTreeSet<Requirement>);

impl Acl {
    /// Adds a requirement, if it requires anything.
    pub(super) fn require(&mut self, alternatives: Requirement) {
        if !alternatives.is_empty() && alternatives.iter().all(|scopes| !scopes.is_empty()) {
            self.0.insert(alternatives);
        }
    }

    /// Adds all requirements of another ACL.
    ///
    /// SOUNDNESS: a route that stands for several operations asks for what each of them asks for. Joining by `or` would
    /// let the holder of the weakest scope invoke the strongest operation.
    pub(super) fn and(&mut self, other: &Acl) {
        self.0.extend(other.0.iter().cloned());
    }

    /// The ACL in the language, without conjuncts and alternatives that others make redundant.
    pub(super) fn to_text(&self) -> String {
        let requirements = self.simplified();
        let alone = requirements.len() == 1;
        let conjuncts: Vec<String> =
            requirements.iter().map(|requirement| requirement_text(requirement, alone)).collect();
        if conjuncts.is_empty() { "open".to_owned() } else { conjuncts.join(" and ") }
    }

    /// An equal ACL: alternatives that ask for more than another are dropped, requirements without a choice are one,
    /// and requirements that another implies are dropped.
    fn simplified(&self) -> Vec<Requirement> {
        let mut certain = Scopes::new();
        let mut choices: BTreeSet<Requirement> = BTreeSet::new();
        for requirement in &self.0 {
            let least: Requirement = requirement
                .iter()
                .filter(|scopes| !requirement.iter().any(|other| other != *scopes && other.is_subset(scopes)))
                .cloned()
                .collect();
            match (least.len(), least.first()) {
                (1, Some(only)) => certain.extend(only.iter().cloned()),
                _ => {
                    choices.insert(least);
                }
            }
        }
        let mut all: Vec<Requirement> = Vec::new();
        if !certain.is_empty() {
            all.push(Requirement::from([certain]));
        }
        all.extend(choices);
        (0..)
            .zip(&all)
            .filter(|(at, weaker)| {
                !(0..).zip(&all).any(|(by, stronger)| by != *at && implies(stronger, weaker))
            })
            .map(|(_, requirement)| requirement.clone())
            .collect()
    }
}

/// Whether everyone who meets `stronger` meets `weaker`. Both are reduced, so mutual implication is equality.
fn implies(stronger: &Requirement, weaker: &Requirement) -> bool {
    stronger.iter().all(|scopes| weaker.iter().any(|other: &Scopes| other.is_subset(scopes)))
}

fn requirement_text(requirement: &Requirement, alone: bool) -> String {
    let choice = requirement.len() > 1;
    let mut alternatives = Vec::new();
    for scopes in requirement {
        let conjunction = scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" and ");
        alternatives.push(if choice && scopes.len() > 1 { format!("({conjunction})") } else { conjunction });
    }
    let disjunction = alternatives.join(" or ");
    if choice && !alone { format!("({disjunction})") } else { disjunction }
}

/// The call that asks the caller for a scope.
///
/// # Errors
/// A scope that no text literal can hold.
pub(super) fn capability(scope: &str) -> Result<String, String> {
    Ok(format!("capability({})", text::literal(scope).map_err(|reason| format!("the scope {reason}"))?))
}
