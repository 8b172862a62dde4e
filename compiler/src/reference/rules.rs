//! What follows from facts: bottom-up by rounds of height, nested loops, nothing clever.
//!
//! Round `r` derives what follows from facts (height 0) and from what rounds before `r` derived; there are exactly
//! `derivation_depth` rounds. An `in` variable that the body does not bind ranges over every value in sight.

use crate::hir::{Atom, Callee, Fact, Hir, Rule, Term};
use dregg_artifact::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// Tuples by what they are tuples of.
pub(super) type Tuples = BTreeMap<Callee, BTreeSet<Vec<Value>>>;

/// What holds, and by which rule and instance each derived tuple came first.
pub(super) struct World {
    pub(super) tuples: Tuples,
    pub(super) derived: BTreeMap<(Callee, Vec<Value>), Derivation>,
    pub(super) epoch: u64,
    domain: BTreeSet<Value>,
}

/// How a tuple was derived: the rule and its variables' values.
#[derive(Clone, Debug)]
pub(super) struct Derivation {
    pub(super) rule: usize,
    pub(super) values: Vec<Option<Value>>,
    pub(super) height: u8,
}

impl World {
    /// Everything that follows from the policy's facts and these. `seen`: further values an `in` variable may take.
    pub(super) fn new(hir: &Hir, facts: &[Fact], epoch: u64, seen: &[Value]) -> World {
        let mut world =
            World { tuples: Tuples::new(), derived: BTreeMap::new(), epoch, domain: BTreeSet::new() };
        for fact in hir.facts.iter().map(|fact| &fact.node).chain(facts) {
            world.domain.extend(fact.arguments.iter().cloned());
            world.tuples.entry(Callee::Relation(fact.relation)).or_default().insert(fact.arguments.clone());
        }
        world.domain.extend(seen.iter().cloned());
        world.domain.insert(Value::Int(epoch));
        for rule in hir.predicates.iter().flat_map(|predicate| &predicate.rules) {
            world.domain.extend(constants(rule));
        }
        for height in 1..=hir.limits.derivation_depth {
            if !world.round(hir, height) {
                break;
            }
        }
        world
    }

    /// One round; whether it derived anything new.
    fn round(&mut self, hir: &Hir, height: u8) -> bool {
        let mut fresh: Vec<((Callee, Vec<Value>), Derivation)> = Vec::new();
        for (number, predicate) in (0u32..).zip(&hir.predicates) {
            let callee = Callee::Predicate(number);
            for (at, rule) in predicate.rules.iter().enumerate() {
                for values in self.solutions(rule) {
                    let head: Option<Vec<Value>> =
                        rule.head.iter().map(|term| self.value(term, &values)).collect();
                    let Some(head) = head else { continue };
                    if !self.holds(callee, &head) {
                        fresh.push(((callee, head), Derivation { rule: at, values, height }));
                    }
                }
            }
        }
        let any = !fresh.is_empty();
        for ((callee, tuple), derivation) in fresh {
            self.tuples.entry(callee).or_default().insert(tuple.clone());
            self.derived.entry((callee, tuple)).or_insert(derivation);
        }
        any
    }

    /// Whether a tuple holds.
    pub(super) fn holds(&self, callee: Callee, tuple: &[Value]) -> bool {
        self.tuples.get(&callee).is_some_and(|tuples| tuples.contains(tuple))
    }

    /// All assignments of a rule's variables that satisfy its body, head variables included.
    fn solutions(&self, rule: &Rule) -> Vec<Vec<Option<Value>>> {
        let mut solutions = vec![vec![None; rule.variables.len()]];
        for atom in ordered(&rule.body) {
            // A variable of a comparison or a negation that no call binds ranges over every value.
            let needs_all = !matches!(atom, Atom::Call(..));
            if needs_all {
                solutions = self.bind(solutions, &variables_of(atom));
            }
            solutions = solutions.into_iter().flat_map(|values| self.extend(atom, values)).collect();
        }
        let heads: Vec<u8> = rule.head.iter().filter_map(variable).collect();
        self.bind(solutions, &heads)
    }

    /// Gives unbound variables every value in sight.
    fn bind(&self, solutions: Vec<Vec<Option<Value>>>, variables: &[u8]) -> Vec<Vec<Option<Value>>> {
        let mut solutions = solutions;
        for variable in variables {
            let place = usize::from(*variable);
            let mut next = Vec::new();
            for values in solutions {
                if values.get(place).is_some_and(Option::is_none) {
                    for value in &self.domain {
                        let mut values = values.clone();
                        if let Some(slot) = values.get_mut(place) {
                            *slot = Some(value.clone());
                        }
                        next.push(values);
                    }
                } else {
                    next.push(values);
                }
            }
            solutions = next;
        }
        solutions
    }

    /// The assignments that extend one and satisfy an atom.
    fn extend(&self, atom: &Atom, values: Vec<Option<Value>>) -> Vec<Vec<Option<Value>>> {
        match atom {
            Atom::Call(callee, terms, _) => {
                let tuples = self.beginning_with(*callee, terms, &values);
                tuples.filter_map(|tuple| self.unify(terms, tuple, &values)).collect()
            }
            Atom::Not(relation, terms, _) => {
                let tuple: Option<Vec<Value>> = terms.iter().map(|term| self.value(term, &values)).collect();
                let absent = tuple.is_some_and(|tuple| !self.holds(Callee::Relation(*relation), &tuple));
                if absent { vec![values] } else { Vec::new() }
            }
            Atom::Compare(left, comparison, right, _) => {
                match (self.value(left, &values), self.value(right, &values)) {
                    (Some(left), Some(right)) if comparison.holds(&left, &right) => vec![values],
                    _ => Vec::new(),
                }
            }
        }
    }

    /// The tuples that begin with those of the leading terms that are bound: what else there is cannot unify.
    pub(super) fn beginning_with(
        &self,
        callee: Callee,
        terms: &[Term],
        values: &[Option<Value>],
    ) -> impl Iterator<Item = &Vec<Value>> {
        let prefix: Vec<Value> = terms.iter().map_while(|term| self.value(term, values)).collect();
        let tuples = self.tuples.get(&callee).into_iter();
        let from = prefix.clone();
        tuples
            .flat_map(move |tuples| {
                tuples.range::<[Value], _>((Bound::Included(&from[..]), Bound::Unbounded))
            })
            .take_while(move |tuple| tuple.starts_with(&prefix))
    }

    pub(super) fn unify(
        &self,
        terms: &[Term],
        tuple: &[Value],
        values: &[Option<Value>],
    ) -> Option<Vec<Option<Value>>> {
        let mut values = values.to_vec();
        for (term, value) in terms.iter().zip(tuple) {
            match self.value(term, &values) {
                Some(known) if known == *value => {}
                Some(_) => return None,
                None => *values.get_mut(usize::from(variable(term)?))? = Some(value.clone()),
            }
        }
        Some(values)
    }

    /// The value of a term of a rule, if it has one yet.
    pub(super) fn value(&self, term: &Term, values: &[Option<Value>]) -> Option<Value> {
        match term {
            Term::Variable(variable) => values.get(usize::from(*variable)).cloned().flatten(),
            Term::Value(value) => Some(value.clone()),
            Term::Epoch => Some(Value::Int(self.epoch)),
            Term::Caller | Term::Segment(_) => None,
        }
    }
}

/// Calls in order, each followed by what only filters and has all its variables bound by then; what no call binds last.
pub(super) fn ordered(body: &[Atom]) -> Vec<&Atom> {
    let (calls, mut filters): (Vec<&Atom>, Vec<&Atom>) =
        body.iter().partition(|atom| matches!(atom, Atom::Call(..)));
    let mut bound: BTreeSet<u8> = BTreeSet::new();
    let mut order = Vec::new();
    for call in calls {
        order.push(call);
        bound.extend(variables_of(call));
        let ready = |atom: &&Atom| variables_of(atom).iter().all(|variable| bound.contains(variable));
        order.extend(filters.extract_if(.., |atom| ready(atom)));
    }
    order.extend(filters);
    order
}

fn variable(term: &Term) -> Option<u8> {
    match term {
        Term::Variable(variable) => Some(*variable),
        Term::Value(_) | Term::Epoch | Term::Caller | Term::Segment(_) => None,
    }
}

fn variables_of(atom: &Atom) -> Vec<u8> {
    match atom {
        Atom::Call(_, terms, _) | Atom::Not(_, terms, _) => terms.iter().filter_map(variable).collect(),
        Atom::Compare(left, _, right, _) => [left, right].into_iter().filter_map(variable).collect(),
    }
}

fn constants(rule: &Rule) -> Vec<Value> {
    let mut all: Vec<&Term> = rule.head.iter().collect();
    for atom in &rule.body {
        match atom {
            Atom::Call(_, terms, _) | Atom::Not(_, terms, _) => all.extend(terms),
            Atom::Compare(left, _, right, _) => all.extend([left, right]),
        }
    }
    let constant = |term: &Term| match term {
        Term::Value(value) => Some(value.clone()),
        Term::Variable(_) | Term::Epoch | Term::Caller | Term::Segment(_) => None,
    };
    all.into_iter().filter_map(constant).collect()
}
