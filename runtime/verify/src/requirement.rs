//! What a policy requires at a path, from an opening that anybody can check: it goes with every denial, so that no service
//! can misstate why.

use crate::Reject;
use crate::access::{check_walk, open_class};
use dregg_air::statement::{AccessProof, ClaimedPath};
use dregg_artifact::{Access, ClassKind, ClassLeaf, Comparison, Literal, Path, Permission, Term, Value};
use dregg_attest::AttestedRoot;

/// The rules of a permission at a path, under an attested root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The class with all rules that its programs reach.
    pub leaf: ClassLeaf,
    /// For what.
    pub permission: Permission,
    /// Where a redirect leads, if the path is one; then there are no rules here.
    pub target: Option<String>,
}

/// Reads an opening of what is required for a permission at a path.
///
/// # Errors
/// [`Reject`]: it does not open under this root, or is about something else.
pub fn requirement(
    root: &AttestedRoot,
    permission: Permission,
    path: &str,
    bytes: &[u8],
) -> Result<Requirement, Reject> {
    let proof = AccessProof::from_bytes(bytes).map_err(|_| Reject::NotAProof)?;
    let claim = &proof.claim;
    if proof.asked.is_some() || proof.evidence.opening.is_some() || !proof.evidence.stark.is_empty() {
        return Err(Reject::FileForm);
    }
    if claim.root != root.digest() {
        return Err(Reject::Root);
    }
    if claim.permission != permission {
        return Err(Reject::Permission);
    }
    if claim.path != ClaimedPath::Shown(path.to_owned()) {
        return Err(Reject::Path);
    }
    let leaf = open_class(root, &proof)?;
    Path::parse(path, &leaf.limits).map_err(|_| Reject::BadPath)?;
    check_walk(&proof, true)?;
    let target = match leaf.content.kind {
        ClassKind::Redirect(_) => leaf.redirect.as_ref().map(|redirect| redirect.to.clone()),
        ClassKind::Route | ClassKind::Gateway(_) => None,
    };
    Ok(Requirement { leaf, permission, target })
}

impl Requirement {
    /// Whether only a proof will do.
    pub fn proof(&self) -> bool {
        self.access().proof
    }

    /// What must hold besides a clause, as text in the normal form of ACLs.
    pub fn guards(&self) -> Vec<String> {
        self.texts(&self.access().guards)
    }

    /// Of what one must hold. Empty: nobody may.
    pub fn clauses(&self) -> Vec<String> {
        let mut clauses = self.texts(&self.access().clauses);
        if self.permission == Permission::Mount {
            let services = self.leaf.content.services.iter();
            clauses.extend(services.map(|service| format!("service 0x{}", service.cell)));
        }
        clauses
    }

    fn access(&self) -> &Access {
        self.leaf.content.access_for(self.permission)
    }

    fn texts(&self, goals: &[u16]) -> Vec<String> {
        goals.iter().map(|goal| self.goal(*goal)).collect()
    }

    /// A goal as text. Goals call smaller ones only, so this ends; what is shared is written out each time it occurs.
    fn goal(&self, number: u16) -> String {
        let Some(goal) = self.access().goals.get(usize::from(number)) else { return String::new() };
        let bodies: Vec<String> = goal.rules.iter().map(|rule| self.body(number, &rule.body)).collect();
        match bodies.as_slice() {
            [] => "nobody".to_owned(),
            [one] => one.clone(),
            _ => bodies.join(" or "),
        }
    }

    fn body(&self, number: u16, body: &[Literal]) -> String {
        if body.is_empty() {
            return "open".to_owned();
        }
        let literals: Vec<String> = body.iter().map(|literal| self.literal(number, literal)).collect();
        literals.join(" and ")
    }

    fn literal(&self, number: u16, literal: &Literal) -> String {
        match literal {
            Literal::Relation { relation, terms, negated } => {
                let named = self.leaf.relations.iter().find(|(other, _)| other == relation);
                let name = named.map_or("?", |(_, relation)| relation.name.as_str());
                format!("{}{name}({})", if *negated { "not " } else { "" }, arguments(terms))
            }
            Literal::Predicate { predicate, terms } => {
                let named = self.leaf.predicates.iter().find(|(other, _)| other == predicate);
                let name = named.map_or("?", |(_, predicate)| predicate.name.as_str());
                format!("{name}({})", arguments(terms))
            }
            Literal::Compare { left, comparison, right } => {
                format!("{} {} {}", term(left), operator(*comparison), term(right))
            }
            Literal::Member { cells, negated } => {
                let cells: Vec<String> = cells.iter().map(|cell| format!("0x{cell}")).collect();
                format!("{}cells {{ {} }}", if *negated { "not " } else { "" }, cells.join(", "))
            }
            Literal::Stake { at_least } => format!("stake >= {at_least}"),
            Literal::Goal { goal } if *goal < number => {
                let inner = self.goal(*goal);
                if inner.contains(" or ") { format!("({inner})") } else { inner }
            }
            Literal::Goal { .. } => String::new(),
        }
    }
}

/// The arguments of a call; the caller comes first and is not written.
fn arguments(terms: &[Term]) -> String {
    let written: Vec<String> = terms.iter().filter(|term| **term != Term::Variable(0)).map(term).collect();
    written.join(", ")
}

fn term(term: &Term) -> String {
    match term {
        Term::Variable(0) => "caller".to_owned(),
        Term::Variable(number) => format!("x{number}"),
        Term::Value(Value::Cell(cell)) => format!("0x{cell}"),
        Term::Value(Value::Text(text)) => format!("{text:?}"),
        Term::Value(Value::Int(int)) => int.to_string(),
        Term::Epoch => "epoch".to_owned(),
        // As the texts of an artifact count them.
        Term::Segment(number) => format!("segment {}", u32::from(*number) + 1),
    }
}

fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}
