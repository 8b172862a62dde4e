//! What follows from the public program of a statement, in the plainest code: rounds of height, nested loops, and every
//! value in sight for what a body leaves open. Shares nothing with the search of the prover.

use dregg_air::program::{Atom, AtomKind, PREDICATES, Program};
use dregg_air::source;
use dregg_commit::Digest;
use std::collections::{BTreeMap, BTreeSet};

/// Tuples of digests, zeros where there are no arguments, by source and predicate.
pub type Tuples = BTreeMap<(u64, u64), BTreeSet<[Digest; 4]>>;

/// Whether the goal of a program follows from base facts, by trees of height at most `depth`.
///
/// `base` has public facts, credentials and stakes under their sources, and the caller under both of its.
pub fn derivable(program: &Program, base: &Tuples, depth: u8) -> bool {
    let mut domain: BTreeSet<Digest> = base.values().flatten().flatten().copied().collect();
    domain.extend(program.atoms.iter().map(|atom| atom.constant));
    let mut world = World { tuples: base.clone(), domain };
    let head = |rule: &[Atom]| rule[0].predicate;
    let rules: Vec<&[Atom]> = (0..program.rules.len()).map(|rule| program.rule(rule)).collect();
    let (reserved, defined): (Vec<&[Atom]>, Vec<&[Atom]>) =
        rules.into_iter().partition(|rule| head(rule) < PREDICATES);
    for _ in 0..depth {
        let derived: Vec<_> = defined.iter().map(|rule| (head(rule), world.apply(rule))).collect();
        if !world.add(derived) {
            break;
        }
    }
    // The first rule is the goal's; those of the others stand in the order of their numbers.
    for rule in reserved.iter().skip(1).chain(reserved.first()) {
        let derived = (head(rule), world.apply(rule));
        world.add([derived]);
    }
    world.tuples.contains_key(&(source::DERIVED, head(reserved[0])))
}

struct World {
    tuples: Tuples,
    domain: BTreeSet<Digest>,
}

type Values = BTreeMap<u8, Digest>;

impl World {
    /// Whether any of these is new.
    fn add(&mut self, derived: impl IntoIterator<Item = (u64, Vec<[Digest; 4]>)>) -> bool {
        let mut new = false;
        for (predicate, tuples) in derived {
            if !tuples.is_empty() {
                let known = self.tuples.entry((source::DERIVED, predicate)).or_default();
                let before = known.len();
                known.extend(tuples);
                new |= known.len() > before;
            }
        }
        new
    }

    /// Every head that the rule derives.
    fn apply(&self, rule: &[Atom]) -> Vec<[Digest; 4]> {
        let mut solutions: Vec<Values> = vec![Values::new()];
        let is_premise = |atom: &&Atom| matches!(atom.kind, AtomKind::Premise | AtomKind::GoalPremise);
        let is_absence = |atom: &&Atom| matches!(atom.source, source::ABSENT | source::ABSENT_LONG);
        for atom in rule.iter().filter(|atom| atom.kind == AtomKind::Constant) {
            for values in &mut solutions {
                if *values.entry(atom.variables[0]).or_insert(atom.constant) != atom.constant {
                    return Vec::new();
                }
            }
        }
        for atom in rule.iter().filter(is_premise).filter(|atom| !is_absence(atom)) {
            let tuples = self.tuples.get(&(atom.source, atom.predicate));
            let extended = solutions.iter().flat_map(|values| {
                tuples.into_iter().flatten().filter_map(|tuple| unify(atom, tuple, values.clone()))
            });
            solutions = extended.collect();
        }
        let variables: BTreeSet<u8> =
            rule.iter().flat_map(|atom| atom.variables).filter(|variable| *variable != 0).collect();
        for variable in variables {
            let open = |values: &Values| !values.contains_key(&variable);
            let bind = |values: Values| {
                let domain = if open(&values) { self.domain.clone() } else { [values[&variable]].into() };
                domain.into_iter().map(move |value| {
                    let mut values = values.clone();
                    values.insert(variable, value);
                    values
                })
            };
            solutions = solutions.into_iter().flat_map(bind).collect();
        }
        solutions.retain(|values| rule.iter().all(|atom| self.condition(atom, values)));
        solutions.iter().map(|values| arguments(&rule[0], values)).collect()
    }

    /// Whether what is no fact holds: comparisons and absence.
    fn condition(&self, atom: &Atom, values: &Values) -> bool {
        let arguments = arguments(atom, values);
        let ints = int(&arguments[0]).zip(int(&arguments[1]));
        match atom.kind {
            AtomKind::Head | AtomKind::Constant => true,
            AtomKind::Premise | AtomKind::GoalPremise => match atom.source {
                source::ABSENT | source::ABSENT_LONG => {
                    let present = self.tuples.get(&(source::FACTS, atom.predicate));
                    present.is_none_or(|tuples| !tuples.contains(&arguments))
                }
                _ => true,
            },
            AtomKind::Less => ints.is_some_and(|(left, right)| left < right),
            AtomKind::LessOrEqual => ints.is_some_and(|(left, right)| left <= right),
            AtomKind::NotEqual => arguments[0] != arguments[1],
        }
    }
}

fn unify(atom: &Atom, tuple: &[Digest; 4], mut values: Values) -> Option<Values> {
    for (variable, value) in atom.variables.iter().zip(tuple) {
        if *variable != 0 && values.entry(*variable).or_insert(*value) != value {
            return None;
        }
    }
    Some(values)
}

fn arguments(atom: &Atom, values: &Values) -> [Digest; 4] {
    atom.variables.map(|variable| if variable == 0 { Digest::ZERO } else { values[&variable] })
}

fn int(digest: &Digest) -> Option<u64> {
    (digest.0[0] < 1 << 56 && digest.0[1..] == [0; 3]).then_some(digest.0[0])
}
