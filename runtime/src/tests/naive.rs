//! Another evaluation of the same rules, as simple as can be: try every value for every variable, height by height.
//!
//! Input columns need no thought here: they range over all values there are. Nothing is shared with `evaluate`.

use dregg_artifact::{Access, Artifact, CellId, Literal, Term, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What is asked, with every value that can occur.
pub(super) struct World<'a> {
    pub(super) artifact: &'a Artifact,
    pub(super) caller: CellId,
    pub(super) epoch: u64,
    pub(super) segments: Vec<&'a str>,
    pub(super) values: Vec<Value>,
}

type Held = BTreeMap<u32, BTreeSet<Vec<Value>>>;
type Binding = BTreeMap<u8, Value>;

impl World<'_> {
    /// Whether each goal holds.
    pub(super) fn goals(&self, access: &Access, depth: u8) -> Vec<bool> {
        let mut held = Held::new();
        for _ in 0..depth {
            let mut next = held.clone();
            for (number, predicate) in (0u32..).zip(&self.artifact.predicates) {
                for rule in &predicate.rules {
                    let mut found = Vec::new();
                    self.solve(&rule.body, &rule.head, Binding::new(), &held, &[], &mut |binding| {
                        let head = rule.head.iter().map(|term| self.value(term, binding));
                        found.push(head.collect::<Option<Vec<Value>>>().unwrap());
                        false
                    });
                    next.entry(number).or_default().extend(found);
                }
            }
            held = next;
        }
        let mut goals = Vec::new();
        for goal in &access.goals {
            let caller = Binding::from([(0, Value::Cell(self.caller))]);
            let holds = goal.rules.iter().any(|rule| {
                let mut found = false;
                self.solve(&rule.body, &[], caller.clone(), &held, &goals, &mut |_| {
                    found = true;
                    true
                });
                found
            });
            goals.push(holds);
        }
        goals
    }

    /// Calls `found` for every binding of all variables that makes the body hold, until it says that is enough.
    fn solve(
        &self,
        body: &[Literal],
        head: &[Term],
        binding: Binding,
        held: &Held,
        goals: &[bool],
        found: &mut dyn FnMut(&Binding) -> bool,
    ) -> bool {
        if !body.iter().all(|literal| self.holds(literal, &binding, held, goals) != Some(false)) {
            return false;
        }
        let terms = body.iter().flat_map(terms).chain(head);
        let open = terms.filter_map(|term| match term {
            Term::Variable(variable) if !binding.contains_key(variable) => Some(*variable),
            Term::Variable(_) | Term::Value(_) | Term::Epoch | Term::Segment(_) => None,
        });
        let Some(variable) = open.min() else { return found(&binding) };
        self.values.iter().any(|value| {
            let mut binding = binding.clone();
            binding.insert(variable, value.clone());
            self.solve(body, head, binding, held, goals, found)
        })
    }

    /// Whether a literal holds; `None` if a variable has no value yet.
    fn holds(&self, literal: &Literal, binding: &Binding, held: &Held, goals: &[bool]) -> Option<bool> {
        let missing = |term: &&Term| match term {
            Term::Segment(number) => self.segments.get(usize::from(*number)).is_none(),
            Term::Variable(_) | Term::Value(_) | Term::Epoch => false,
        };
        if terms(literal).iter().any(missing) {
            return Some(false);
        }
        let tuple =
            |terms: &[Term]| terms.iter().map(|term| self.value(term, binding)).collect::<Option<Vec<_>>>();
        Some(match literal {
            Literal::Relation { relation, terms, negated } => {
                let tuple = tuple(terms)?;
                let mut facts = self.artifact.facts.iter();
                facts.any(|fact| fact.relation == *relation && fact.arguments == tuple) != *negated
            }
            Literal::Predicate { predicate, terms } => {
                let tuple = tuple(terms)?;
                held.get(predicate).is_some_and(|tuples| tuples.contains(&tuple))
            }
            Literal::Compare { left, comparison, right } => {
                comparison.holds(&self.value(left, binding)?, &self.value(right, binding)?)
            }
            Literal::Member { cells, negated } => cells.contains(&self.caller) != *negated,
            Literal::Stake { at_least } => *at_least == 0,
            Literal::Goal { goal } => goals[usize::from(*goal)],
        })
    }

    fn value(&self, term: &Term, binding: &Binding) -> Option<Value> {
        match term {
            Term::Variable(variable) => binding.get(variable).cloned(),
            Term::Value(value) => Some(value.clone()),
            Term::Epoch => Some(Value::Int(self.epoch)),
            Term::Segment(number) => {
                self.segments.get(usize::from(*number)).map(|text| Value::Text((*text).to_owned()))
            }
        }
    }
}

/// The terms of a literal.
pub(super) fn terms(literal: &Literal) -> Vec<&Term> {
    match literal {
        Literal::Relation { terms, .. } | Literal::Predicate { terms, .. } => terms.iter().collect(),
        Literal::Compare { left, right, .. } => vec![left, right],
        Literal::Member { .. } | Literal::Stake { .. } | Literal::Goal { .. } => Vec::new(),
    }
}
