//! Calls of predicates with what is known of their arguments, and all their answers: rules from the goals down, each call
//! once, until nothing changes.

use super::Limit;
use super::clause::{Atom, Binding, Check, Clause, Clauses, Source};
use super::store::{Symbols, Tuple, Tuples};
use indexmap::IndexMap;
use std::collections::{BTreeSet, HashMap};

/// The most bindings that all joins may make together.
const BINDINGS: usize = 32_000_000;

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Callee {
    Predicate(u32),
    /// A goal rule by its number, of a caller.
    Goal(usize),
}

/// What a step of a derivation rests on; public facts are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Premise {
    /// A held fact by its number.
    Held(usize),
    /// An answer of a call by its number.
    Answer(usize, Tuple),
}

/// What is known of one answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// The least height of a derivation.
    pub(super) height: u32,
    /// The last steps of its derivations.
    pub(super) steps: BTreeSet<Vec<Premise>>,
}

type Answers = IndexMap<Tuple, Answer>;

/// A call.
#[derive(Debug)]
struct Entry {
    callee: Callee,
    pattern: Tuple,
    answers: Answers,
    /// The calls that asked for it.
    dependents: BTreeSet<usize>,
    waiting: bool,
}

/// All calls.
#[derive(Debug)]
pub(super) struct Table {
    clauses: Clauses,
    symbols: Symbols,
    relations: Vec<Tuples>,
    depth: u32,
    numbers: HashMap<(Callee, Tuple), usize>,
    entries: Vec<Entry>,
    /// The calls to evaluate next, the last one first: what a call needs comes before it is tried again.
    work: Vec<usize>,
    bindings: usize,
}

impl Table {
    pub(super) fn new(clauses: Clauses, symbols: Symbols, relations: Vec<Tuples>, depth: u32) -> Table {
        let (numbers, entries, work) = (HashMap::new(), Vec::new(), Vec::new());
        Table { clauses, symbols, relations, depth, numbers, entries, work, bindings: 0 }
    }

    /// The number of a call, which [`Table::solve`] will answer if it is new.
    pub(super) fn call(&mut self, callee: Callee, pattern: Tuple) -> usize {
        let next = self.entries.len();
        let number = *self.numbers.entry((callee, pattern)).or_insert(next);
        if number == next {
            let (answers, dependents) = (Answers::new(), BTreeSet::new());
            self.entries.push(Entry { callee, pattern, answers, dependents, waiting: true });
            self.work.push(number);
        }
        number
    }

    /// The answers of a call.
    pub(super) fn answers(&self, call: usize) -> impl Iterator<Item = (&Tuple, &Answer)> {
        self.entries.get(call).into_iter().flat_map(|entry| &entry.answers)
    }

    /// One answer of a call.
    pub(super) fn answer(&self, call: usize, tuple: &Tuple) -> Option<&Answer> {
        self.entries.get(call)?.answers.get(tuple)
    }

    /// Evaluates until every call has all its answers.
    ///
    /// It ends: answers are only ever added, and heights only ever fall.
    pub(super) fn solve(&mut self) -> Result<(), Limit> {
        while let Some(number) = self.work.pop() {
            let Some(entry) = self.entries.get_mut(number) else { continue };
            entry.waiting = false;
            let (callee, pattern) = (entry.callee, entry.pattern);
            let clauses = match callee {
                Callee::Predicate(predicate) => self.clauses.predicates.get(predicate as usize),
                Callee::Goal(goal) => self.clauses.goals.get(goal).map(|goal| &goal.clauses),
            };
            let Some(clauses) = clauses.cloned() else { continue };
            let mut answers = Answers::new();
            for clause in clauses.iter() {
                self.evaluate(number, clause, &pattern, &mut answers)?;
            }
            let Some(entry) = self.entries.get_mut(number) else { continue };
            let known = |(tuple, answer): (&Tuple, &Answer)| {
                entry.answers.get(tuple).is_some_and(|before| before.height == answer.height)
            };
            let changed = !answers.iter().all(known);
            entry.answers = answers;
            if changed {
                for dependent in entry.dependents.clone() {
                    if let Some(dependent_entry) = self.entries.get_mut(dependent)
                        && !dependent_entry.waiting
                    {
                        dependent_entry.waiting = true;
                        self.work.push(dependent);
                    }
                }
            }
        }
        Ok(())
    }

    fn evaluate(
        &mut self,
        number: usize,
        clause: &Clause,
        pattern: &Tuple,
        answers: &mut Answers,
    ) -> Result<(), Limit> {
        let mut first = Binding::new(clause);
        if !first.unify(&clause.head, pattern) {
            return Ok(());
        }
        let mut bindings = vec![(first, Vec::new())];
        let mut waiting: Vec<&Atom> = clause.atoms.iter().collect();
        while let Some(place) = bindings.first().and_then(|(binding, _)| next(&waiting, binding)) {
            let atom = waiting.remove(place);
            let mut joined = Vec::new();
            for (binding, premises) in &bindings {
                self.join(number, atom, binding, premises, &mut joined);
                self.bindings = self.bindings.saturating_add(1);
                if joined.len().saturating_add(self.bindings) > BINDINGS {
                    return Err(Limit);
                }
            }
            self.bindings += joined.len();
            bindings = joined;
        }
        for (binding, mut premises) in bindings {
            if !clause.checks.iter().all(|check| self.may_hold(check, &binding)) {
                continue;
            }
            let heights = premises.iter().map(|premise| self.height(premise));
            let height = 1 + heights.max().unwrap_or(0);
            if height > self.depth + u32::from(matches!(self.callee(number), Some(Callee::Goal(_)))) {
                continue;
            }
            premises.sort_unstable();
            let answer = answers.entry(binding.tuple(&clause.head)).or_default();
            answer.height = if answer.steps.is_empty() { height } else { answer.height.min(height) };
            answer.steps.insert(premises);
        }
        Ok(())
    }

    /// Every way to go on with an atom.
    fn join(
        &mut self,
        number: usize,
        atom: &Atom,
        binding: &Binding,
        premises: &[Premise],
        joined: &mut Vec<(Binding, Vec<Premise>)>,
    ) {
        let pattern = binding.tuple(&atom.arguments);
        let mut with = |tuple: &Tuple, premise: Option<Premise>| {
            let mut binding = binding.clone();
            if binding.unify(&atom.arguments, tuple) {
                joined.push((binding, premises.iter().copied().chain(premise).collect()));
            }
        };
        match atom.source {
            Source::Relation(relation) => {
                let Some(tuples) = self.relations.get_mut(relation as usize) else { return };
                for (tuple, held) in tuples.matching(&pattern) {
                    with(tuple, held.map(Premise::Held));
                }
            }
            Source::Predicate(predicate) => {
                let call = self.call(Callee::Predicate(predicate), pattern);
                let Some(entry) = self.entries.get_mut(call) else { return };
                entry.dependents.insert(number);
                for tuple in entry.answers.keys() {
                    with(tuple, Some(Premise::Answer(call, *tuple)));
                }
            }
        }
    }

    /// Whether a condition holds for some values of what is not known.
    fn may_hold(&self, check: &Check, binding: &Binding) -> bool {
        match check {
            Check::Compare(left, comparison, right) => {
                let value = |argument| self.symbols.value(binding.value(argument));
                match (value(*left), value(*right)) {
                    (Some(left), Some(right)) => comparison.holds(left, right),
                    (None, _) | (_, None) => true,
                }
            }
            Check::Absent(relation, arguments) => {
                let known = arguments.iter().all(|argument| binding.is_bound(*argument));
                let tuples = self.relations.get(*relation as usize);
                !known || !tuples.is_some_and(|tuples| tuples.contains(&binding.tuple(arguments)))
            }
        }
    }

    fn callee(&self, call: usize) -> Option<Callee> {
        self.entries.get(call).map(|entry| entry.callee)
    }

    fn height(&self, premise: &Premise) -> u32 {
        match premise {
            Premise::Held(_) => 0,
            Premise::Answer(call, tuple) => self.answer(*call, tuple).map_or(0, |answer| answer.height),
        }
    }
}

/// The atom to join next: one that only filters, then one that goes on from what is known, relations first; a call whose
/// inputs are not known yet comes last.
fn next(waiting: &[&Atom], binding: &Binding) -> Option<usize> {
    let rank = |atom: &Atom| {
        let open = atom.arguments.iter().filter(|argument| !binding.is_bound(**argument)).count();
        let known = open < atom.arguments.len();
        let waits = atom.inputs.iter().any(|argument| !binding.is_bound(*argument));
        let order = match (atom.source, known) {
            (_, true) if open == 0 => 0,
            (Source::Predicate(_), _) if waits => 5,
            (Source::Relation(_), true) => 1,
            (Source::Predicate(_), true) => 2,
            (Source::Relation(_), false) => 3,
            (Source::Predicate(_), false) => 4,
        };
        (order, open)
    };
    (0..waiting.len()).min_by_key(|place| waiting.get(*place).map(|atom| rank(atom)))
}
