//! Rules and goal rules with numbers for values and slots for variables.
//!
//! A segment of the path is a variable that nothing needs to bind: what is derived holds for some path.

use super::store::{ANY, Symbols, Tuple};
use dregg_artifact::{
    Artifact, CellId, Comparison, GoalRule, Limits, Literal, Rule, Term, Value, Visibility,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A term.
#[derive(Clone, Copy, Debug)]
pub(super) enum Argument {
    Constant(u32),
    Slot(usize),
}

/// Where the tuples of an atom are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    Relation(u32),
    Predicate(u32),
}

/// A positive literal.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub(super) source: Source,
    pub(super) arguments: Vec<Argument>,
    /// Those that a call must bind.
    pub(super) inputs: Vec<Argument>,
}

/// A condition on values.
#[derive(Clone, Debug)]
pub(super) enum Check {
    Compare(Argument, Comparison, Argument),
    Absent(u32, Vec<Argument>),
}

/// A rule of a predicate, or what one of a reserved goal asks for, with the caller as its only column.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub(super) head: Vec<Argument>,
    pub(super) atoms: Vec<Atom>,
    pub(super) checks: Vec<Check>,
    /// How many variables it has.
    pub(super) slots: usize,
}

/// One fact that a rule of a reserved goal asks for, with the cells that the rule is for.
#[derive(Clone, Debug)]
pub(super) struct GoalClause {
    /// Of one clause, which has the caller as its only column.
    pub(super) clauses: Arc<[Clause]>,
    members: Vec<(Vec<CellId>, bool)>,
}

impl GoalClause {
    /// Whether the caller may be this cell.
    pub(super) fn admits(&self, cell: &CellId) -> bool {
        let listed = |(cells, negated): &(Vec<CellId>, bool)| cells.binary_search(cell).is_ok() != *negated;
        self.members.iter().all(listed)
    }
}

/// Everything that derivations from held facts are made of.
#[derive(Debug)]
pub(super) struct Clauses {
    /// The rules of each predicate.
    pub(super) predicates: Vec<Arc<[Clause]>>,
    /// What goal rules ask for and may rest on a held fact, of all classes and delegations; each once.
    pub(super) goals: Vec<GoalClause>,
}

impl Clauses {
    pub(super) fn new(artifact: &Artifact, epoch: u64, symbols: &mut Symbols) -> Clauses {
        let mut names = Names { artifact, symbols, epoch, slots: BTreeMap::new() };
        let predicates = artifact.predicates.iter();
        let predicates: Vec<Arc<[Clause]>> = predicates
            .map(|predicate| predicate.rules.iter().map(|rule| names.rule(rule)).collect())
            .collect();
        let reach = reaching_held(artifact, &predicates);
        let classes = artifact.classes.iter().flat_map(|class| &class.access);
        let delegations =
            artifact.gateways.iter().filter_map(|gateway| Some(&gateway.delegation.as_ref()?.to));
        let rules = classes.chain(delegations).flat_map(|access| &access.goals).flat_map(|goal| &goal.rules);
        let asked: BTreeSet<(Vec<&Literal>, &Literal)> = rules.flat_map(asked).collect();
        let goals = asked.into_iter().map(|(members, literal)| names.goal(&members, literal));
        let goals = goals.filter(|goal| reach.contains(&goal.clauses));
        Clauses { goals: goals.collect(), predicates }
    }
}

/// The facts that a goal rule asks for, each by itself, with the sets that the caller must be in or not.
fn asked(rule: &GoalRule) -> impl Iterator<Item = (Vec<&Literal>, &Literal)> {
    let members = rule.body.iter().filter(|literal| matches!(literal, Literal::Member { .. }));
    let members: Vec<&Literal> = members.collect();
    let facts = rule.body.iter().filter(|literal| match literal {
        Literal::Relation { negated, .. } => !negated,
        Literal::Predicate { .. } => true,
        Literal::Compare { .. } | Literal::Member { .. } | Literal::Stake { .. } | Literal::Goal { .. } => {
            false
        }
    });
    facts.map(move |literal| (members.clone(), literal))
}

/// What can rest on a held fact.
struct Reach {
    relations: Vec<bool>,
    predicates: Vec<bool>,
}

impl Reach {
    fn contains(&self, clauses: &[Clause]) -> bool {
        clauses.iter().flat_map(|clause| &clause.atoms).any(|atom| self.contains_atom(atom))
    }

    fn contains_atom(&self, atom: &Atom) -> bool {
        let (all, number) = match atom.source {
            Source::Relation(number) => (&self.relations, number),
            Source::Predicate(number) => (&self.predicates, number),
        };
        all.get(number as usize).copied().unwrap_or(false)
    }
}

fn reaching_held(artifact: &Artifact, predicates: &[Arc<[Clause]>]) -> Reach {
    let held = |relation: &dregg_artifact::Relation| relation.visibility == Visibility::Held;
    let relations = artifact.relations.iter().map(held).collect();
    let mut reach = Reach { relations, predicates: vec![false; predicates.len()] };
    loop {
        let next: Vec<bool> = predicates.iter().map(|clauses| reach.contains(clauses)).collect();
        if next == reach.predicates {
            return reach;
        }
        reach.predicates = next;
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Variable(u8),
    Segment(u8),
}

struct Names<'a> {
    artifact: &'a Artifact,
    symbols: &'a mut Symbols,
    epoch: u64,
    /// The slots of the clause in work.
    slots: BTreeMap<Name, usize>,
}

impl Names<'_> {
    fn rule(&mut self, rule: &Rule) -> Clause {
        self.slots.clear();
        let head = self.terms(&rule.head);
        self.clause(head, &rule.body)
    }

    fn goal(&mut self, members: &[&Literal], literal: &Literal) -> GoalClause {
        self.slots.clear();
        let caller = self.terms(&[Term::Variable(0)]);
        let clause = self.clause(caller, std::slice::from_ref(literal));
        let members = members.iter().filter_map(|literal| match literal {
            Literal::Member { cells, negated } => Some((cells.clone(), *negated)),
            Literal::Relation { .. }
            | Literal::Predicate { .. }
            | Literal::Compare { .. }
            | Literal::Stake { .. }
            | Literal::Goal { .. } => None,
        });
        GoalClause { clauses: [clause].into(), members: members.collect() }
    }

    fn clause(&mut self, head: Vec<Argument>, body: &[Literal]) -> Clause {
        let (mut atoms, mut checks) = (Vec::new(), Vec::new());
        for literal in body {
            match literal {
                Literal::Relation { relation, terms, negated: true } => {
                    checks.push(Check::Absent(*relation, self.terms(terms)));
                }
                Literal::Relation { relation, terms, negated: false } => {
                    let source = Source::Relation(*relation);
                    atoms.push(Atom { source, arguments: self.terms(terms), inputs: Vec::new() });
                }
                Literal::Predicate { predicate, terms } => {
                    let source = Source::Predicate(*predicate);
                    let arguments = self.terms(terms);
                    let columns = self.artifact.predicates.get(*predicate as usize);
                    let columns = columns.map_or(&[][..], |content| &content.columns);
                    let inputs = arguments.iter().zip(columns).filter(|(_, column)| column.input);
                    let inputs = inputs.map(|(argument, _)| *argument).collect();
                    atoms.push(Atom { source, arguments, inputs });
                }
                Literal::Compare { left, comparison, right } => {
                    checks.push(Check::Compare(self.term(left), *comparison, self.term(right)));
                }
                // Those are in goal rules, of which facts are looked at one by one.
                Literal::Member { .. } | Literal::Stake { .. } | Literal::Goal { .. } => {}
            }
        }
        Clause { head, atoms, checks, slots: self.slots.len() }
    }

    fn terms(&mut self, terms: &[Term]) -> Vec<Argument> {
        terms.iter().map(|term| self.term(term)).collect()
    }

    fn term(&mut self, term: &Term) -> Argument {
        match term {
            Term::Variable(number) => self.slot(Name::Variable(*number)),
            Term::Segment(number) => self.slot(Name::Segment(*number)),
            Term::Value(value) => Argument::Constant(self.symbols.intern(value)),
            Term::Epoch => Argument::Constant(self.symbols.intern(&Value::Int(self.epoch))),
        }
    }

    fn slot(&mut self, name: Name) -> Argument {
        let next = self.slots.len();
        Argument::Slot(*self.slots.entry(name).or_insert(next))
    }
}

/// Values of the variables of a clause; [`ANY`] where none is known.
#[derive(Clone, Debug)]
pub(super) struct Binding(Vec<u32>);

impl Binding {
    /// Nothing is known of the variables of a clause.
    pub(super) fn new(clause: &Clause) -> Binding {
        Binding(vec![ANY; clause.slots])
    }

    pub(super) fn value(&self, argument: Argument) -> u32 {
        match argument {
            Argument::Constant(number) => number,
            Argument::Slot(slot) => self.0.get(slot).copied().unwrap_or(ANY),
        }
    }

    pub(super) fn is_bound(&self, argument: Argument) -> bool {
        self.value(argument) != ANY
    }

    pub(super) fn tuple(&self, arguments: &[Argument]) -> Tuple {
        let mut tuple = [ANY; Limits::ARITY];
        for (slot, argument) in tuple.iter_mut().zip(arguments) {
            *slot = self.value(*argument);
        }
        tuple
    }

    /// Takes on the values of a tuple. `false` if it contradicts them.
    pub(super) fn unify(&mut self, arguments: &[Argument], tuple: &Tuple) -> bool {
        arguments.iter().zip(tuple).all(|(argument, value)| {
            let known = self.value(*argument);
            if known == ANY
                && let Argument::Slot(slot) = argument
                && let Some(place) = self.0.get_mut(*slot)
            {
                *place = *value;
            }
            known == ANY || *value == ANY || known == *value
        })
    }
}
