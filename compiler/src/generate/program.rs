//! Reserved goals from normal forms: an `or` is several rules of a goal, an `and` one body, an `or` inside an `and` a
//! goal of its own.

use super::normal::Normal;
use dregg_artifact::{Access, Goal, GoalRule, Literal};
use std::collections::BTreeMap;

/// The most goals of a program: they are numbered in 16 bits.
pub(super) const GOALS: usize = 1 << 16;

/// The program of guards and clauses in normal form. Both are kept in their order; equal ones share a goal.
///
/// `None` if it would have more than [`GOALS`].
pub(super) fn access(proof: bool, guards: &[&Normal], clauses: &[&Normal]) -> Option<Access> {
    let mut building = Building::default();
    let guards: Vec<u16> = guards.iter().map(|guard| building.goal(guard)).collect::<Option<_>>()?;
    let clauses: Vec<u16> = clauses.iter().map(|clause| building.goal(clause)).collect::<Option<_>>()?;
    let allow = clauses.iter().map(|clause| GoalRule {
        body: guards.iter().chain([clause]).map(|goal| Literal::Goal { goal: *goal }).collect(),
    });
    building.add(allow.collect())?;
    Some(Access { proof, guards, clauses, goals: building.goals })
}

#[derive(Default)]
struct Building<'a> {
    goals: Vec<Goal>,
    known: BTreeMap<&'a Normal, u16>,
}

impl<'a> Building<'a> {
    /// The goal of a form; the goals it calls come before it. The depth is that of an ACL.
    fn goal(&mut self, normal: &'a Normal) -> Option<u16> {
        if let Some(goal) = self.known.get(normal) {
            return Some(*goal);
        }
        let rules = match normal {
            Normal::Any(parts) => parts.iter().map(|part| self.rule(part)).collect::<Option<_>>()?,
            Normal::Open | Normal::Atom(_) | Normal::All(_) => vec![self.rule(normal)?],
        };
        let number = self.add(rules)?;
        self.known.insert(normal, number);
        Some(number)
    }

    fn rule(&mut self, normal: &'a Normal) -> Option<GoalRule> {
        let body = match normal {
            Normal::Open => Vec::new(),
            Normal::All(parts) => parts.iter().map(|part| self.literal(part)).collect::<Option<_>>()?,
            Normal::Atom(_) | Normal::Any(_) => vec![self.literal(normal)?],
        };
        Some(GoalRule { body })
    }

    fn literal(&mut self, normal: &'a Normal) -> Option<Literal> {
        match normal {
            Normal::Atom(literal) => Some(literal.clone()),
            Normal::Open | Normal::All(_) | Normal::Any(_) => {
                Some(Literal::Goal { goal: self.goal(normal)? })
            }
        }
    }

    fn add(&mut self, rules: Vec<GoalRule>) -> Option<u16> {
        let number = u16::try_from(self.goals.len()).ok()?;
        self.goals.push(sorted(rules));
        Some(number)
    }
}

fn sorted(mut rules: Vec<GoalRule>) -> Goal {
    rules.sort();
    rules.dedup();
    Goal { rules }
}
