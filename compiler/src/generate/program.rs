//! Reserved goals from normal forms: an `or` is several rules of a goal, an `and` one body, an `or` inside an `and` a
//! goal of its own.

use super::normal::Normal;
use dregg_artifact::{Access, Goal, GoalRule, Literal};
use std::collections::BTreeMap;

/// The program of guards and clauses in normal form. Both are kept in their order; equal ones share a goal.
pub(super) fn access(proof: bool, guards: &[Normal], clauses: &[Normal]) -> Access {
    let mut building = Building::default();
    let guards: Vec<u16> = guards.iter().map(|guard| building.goal(guard)).collect();
    let clauses: Vec<u16> = clauses.iter().map(|clause| building.goal(clause)).collect();
    let allow = clauses.iter().map(|clause| GoalRule {
        body: guards.iter().chain([clause]).map(|goal| Literal::Goal { goal: *goal }).collect(),
    });
    let allow = sorted(allow.collect());
    building.goals.push(allow);
    Access { proof, guards, clauses, goals: building.goals }
}

#[derive(Default)]
struct Building {
    goals: Vec<Goal>,
    known: BTreeMap<Normal, u16>,
}

impl Building {
    fn goal(&mut self, normal: &Normal) -> u16 {
        if let Some(goal) = self.known.get(normal) {
            return *goal;
        }
        let rules = match normal {
            Normal::Any(parts) => parts.iter().map(|part| self.rule(part)).collect(),
            Normal::Open | Normal::Atom(_) | Normal::All(_) => vec![self.rule(normal)],
        };
        // The language's bounds on ACLs and statements keep this far below the limit; the loader checks it.
        let number = u16::try_from(self.goals.len()).unwrap_or(u16::MAX);
        self.goals.push(sorted(rules));
        self.known.insert(normal.clone(), number);
        number
    }

    fn rule(&mut self, normal: &Normal) -> GoalRule {
        let body = match normal {
            Normal::Open => Vec::new(),
            Normal::All(parts) => parts.iter().map(|part| self.literal(part)).collect(),
            Normal::Atom(_) | Normal::Any(_) => vec![self.literal(normal)],
        };
        GoalRule { body }
    }

    fn literal(&mut self, normal: &Normal) -> Literal {
        match normal {
            Normal::Atom(literal) => literal.clone(),
            Normal::Open | Normal::All(_) | Normal::Any(_) => Literal::Goal { goal: self.goal(normal) },
        }
    }
}

fn sorted(mut rules: Vec<GoalRule>) -> Goal {
    rules.sort();
    rules.dedup();
    Goal { rules }
}
