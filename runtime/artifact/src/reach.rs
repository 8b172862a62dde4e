//! Which predicates and relations the programs of a class can reach.

use crate::artifact::Artifact;
use crate::policy::{Access, ClassKind, Gateway, Literal, PolicyClass};
use std::collections::VecDeque;

/// What a class can reach, each list sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reached {
    pub(crate) predicates: Vec<u32>,
    pub(crate) relations: Vec<u32>,
}

/// Walks from classes through predicates. One walker serves many classes without clearing its marks.
pub(crate) struct Reach<'a> {
    artifact: &'a Artifact,
    /// For each predicate and relation the last walk that saw it.
    predicates: Vec<u32>,
    relations: Vec<u32>,
    walk: u32,
}

impl<'a> Reach<'a> {
    pub(crate) fn new(artifact: &'a Artifact) -> Reach<'a> {
        let predicates = vec![0; artifact.predicates.len()];
        Reach { artifact, predicates, relations: vec![0; artifact.relations.len()], walk: 0 }
    }

    /// What the programs of `class` reach, those of its gateway's delegation included. Numbers out of range are passed
    /// over; validation refuses them.
    pub(crate) fn of(&mut self, class: &PolicyClass) -> Reached {
        self.walk = self.walk.wrapping_add(1);
        let mut reached = Reached::default();
        let mut queue = VecDeque::new();
        let delegation = gateway_of(self.artifact, class).and_then(|gateway| gateway.delegation.as_ref());
        for access in class.access.iter().chain(delegation.map(|delegation| &delegation.to)) {
            self.see_all(literals(access), &mut reached, &mut queue);
        }
        while let Some(number) = queue.pop_front() {
            if let Some(predicate) = self.artifact.predicates.get(number as usize) {
                let body = predicate.rules.iter().flat_map(|rule| &rule.body);
                self.see_all(body, &mut reached, &mut queue);
            }
        }
        reached.predicates.sort_unstable();
        reached.relations.sort_unstable();
        reached
    }

    fn see_all<'l>(
        &mut self,
        literals: impl Iterator<Item = &'l Literal>,
        reached: &mut Reached,
        queue: &mut VecDeque<u32>,
    ) {
        for literal in literals {
            match literal {
                Literal::Predicate { predicate, .. } => {
                    if first_sight(&mut self.predicates, *predicate, self.walk) {
                        reached.predicates.push(*predicate);
                        queue.push_back(*predicate);
                    }
                }
                Literal::Relation { relation, .. } => {
                    if first_sight(&mut self.relations, *relation, self.walk) {
                        reached.relations.push(*relation);
                    }
                }
                Literal::Compare { .. }
                | Literal::Member { .. }
                | Literal::Stake { .. }
                | Literal::Goal { .. } => {}
            }
        }
    }
}

/// The gateway whose envelope the class is.
pub(crate) fn gateway_of<'a>(artifact: &'a Artifact, class: &PolicyClass) -> Option<&'a Gateway> {
    match class.kind {
        ClassKind::Gateway(gateway) => artifact.gateways.get(gateway as usize),
        ClassKind::Route | ClassKind::Redirect(_) => None,
    }
}

fn literals(access: &Access) -> impl Iterator<Item = &Literal> {
    access.goals.iter().flat_map(|goal| &goal.rules).flat_map(|rule| &rule.body)
}

fn first_sight(marks: &mut [u32], number: u32, walk: u32) -> bool {
    match marks.get_mut(number as usize) {
        Some(mark) if *mark != walk => {
            *mark = walk;
            true
        }
        Some(_) | None => false,
    }
}
