//! From a class leaf to the program: which rules there are, and what each literal of their bodies becomes.
//!
//! The goal's rule stands first; then the reserved goals that `allow` reaches, by number, each with its rules in the
//! leaf's order (those that admit services after those of `allow`); then the predicates they reach, likewise. A body
//! that constants refute has no rule, and what only such bodies call is not reached. The atoms of one rule: `rule`.

use super::atom::{Atom, AtomKind, Program};
use super::rule::{Constant, Draftsman, Operand};
use super::{ATOMS, GOAL, PREDICATES, ProgramError, RESERVED};
use crate::source;
use dregg_artifact::{
    Access, CellId, ClassKind, ClassLeaf, Comparison, Literal, Permission, Predicate, Relation, Term, Type,
    Value, Visibility, Writer,
};
use dregg_commit::facts::SPELLED_OUT;
use dregg_commit::record::{member_relation, set_element};
use dregg_commit::relation_element;
use std::collections::{BTreeMap, BTreeSet};

/// What a program is of.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The class, opened under the policy's class root.
    pub leaf: &'a ClassLeaf,
    /// What is asked for.
    pub permission: Permission,
    /// Who asks; `None` for a hidden caller.
    pub caller: Option<CellId>,
    /// In which epoch.
    pub epoch: u64,
    /// The segments of the path; `None` for a hidden path.
    pub segments: Option<&'a [&'a str]>,
}

/// The caller in the rules of goals.
const CALLER: Operand = Operand::Variable(0);

impl Program {
    /// The program that decides a permission at a class. The same query always gives the same atoms.
    ///
    /// At a gateway it is the envelope's alone. Its heads have height 1 at least, also those of goals, whose height does
    /// not count: so a statement's bound on heights is the policy's derivation depth, and 1 where that is 0, when no body
    /// that calls a predicate has a rule.
    ///
    /// # Errors
    /// [`ProgramError`] says why there is none.
    pub fn of(query: &Query<'_>) -> Result<Program, ProgramError> {
        let mut lowering = Lowering::new(query)?;
        let goals = lowering.goals()?;
        let predicates = lowering.predicates()?;
        let mut program = Program::default();
        program.push(lowering.goal_rule()?);
        goals.into_iter().chain(predicates).for_each(|rule| program.push(rule));
        program.inputs = lowering.inputs;
        Ok(program)
    }

    fn push(&mut self, rule: Vec<Atom>) {
        let start = self.atoms.len();
        for mut atom in rule {
            atom.pc = self.atoms.len() as u64 + 1;
            self.atoms.push(atom);
        }
        self.rules.push(start..self.atoms.len());
    }
}

/// The atoms of one rule, not yet at their place.
type Atoms = Vec<Atom>;

struct Lowering<'a> {
    query: &'a Query<'a>,
    access: &'a Access,
    /// Relations by number, with their elements.
    relations: BTreeMap<u32, (&'a Relation, u64)>,
    predicates: BTreeMap<u32, &'a Predicate>,
    /// The goals and predicates that rules call.
    called_goals: BTreeSet<u16>,
    called: BTreeSet<u32>,
    inputs: BTreeMap<u64, [bool; 4]>,
    /// How many atoms there are.
    atoms: usize,
}

impl<'a> Lowering<'a> {
    fn new(query: &'a Query<'a>) -> Result<Lowering<'a>, ProgramError> {
        let leaf = query.leaf;
        match leaf.content.kind {
            ClassKind::Redirect(_) => return Err(ProgramError::Redirect),
            ClassKind::Route | ClassKind::Gateway(_) => {}
        }
        let access = leaf.content.access.get(query.permission.ordinal()).ok_or(ProgramError::Malformed)?;
        let mut elements: BTreeMap<u64, u32> = BTreeMap::new();
        let mut relations = BTreeMap::new();
        for (number, relation) in &leaf.relations {
            let element = relation_element(relation);
            if element == member_relation() {
                return Err(ProgramError::Reserved(*number));
            }
            if let Some(other) = elements.insert(element, *number) {
                return Err(ProgramError::Collision(other, *number));
            }
            relations.insert(*number, (relation, element));
        }
        let predicates = leaf.predicates.iter().map(|(number, predicate)| (*number, predicate));
        Ok(Lowering {
            query,
            access,
            relations,
            predicates: predicates.collect(),
            called_goals: BTreeSet::new(),
            called: BTreeSet::new(),
            inputs: BTreeMap::new(),
            // Those of the goal's rule.
            atoms: 4,
        })
    }

    /// `goal if self(c), c = CALLER, allow(c)`, in this order.
    fn goal_rule(&self) -> Result<Atoms, ProgramError> {
        let (source, caller) = match self.query.caller {
            Some(cell) => (source::CALLER, Some(Value::Cell(cell))),
            None => (source::HIDDEN_CALLER, None),
        };
        let mut rule = Draftsman::new(GOAL, Vec::new());
        rule.premise(AtomKind::GoalPremise, source, 0, vec![CALLER]);
        if let Some(caller) = caller {
            rule.constant(CALLER, caller)?;
        }
        let allow = reserved(self.allow()?)?;
        rule.premise(AtomKind::GoalPremise, source::DERIVED, allow, vec![CALLER]);
        rule.finish()?.ok_or(ProgramError::Malformed)
    }

    /// The number of the goal that decides.
    fn allow(&self) -> Result<u16, ProgramError> {
        let last = self.access.goals.len().checked_sub(1).ok_or(ProgramError::Malformed)?;
        u16::try_from(last).map_err(|_| ProgramError::Malformed)
    }

    /// The rules of all goals that `allow` reaches.
    fn goals(&mut self) -> Result<Vec<Atoms>, ProgramError> {
        let allow = self.allow()?;
        let mut lowered: Vec<Vec<Atoms>> = Vec::new();
        self.called_goals.insert(allow);
        // Goals call smaller ones only, so whoever calls a goal comes before it.
        while let Some(goal) = self.called_goals.pop_last() {
            let content = self.access.goals.get(usize::from(goal)).ok_or(ProgramError::Malformed)?;
            let mut rules = Vec::new();
            for rule in &content.rules {
                self.goal_bodies(goal, &rule.body, &mut rules)?;
            }
            if goal == allow {
                self.services(allow, &mut rules)?;
            }
            lowered.push(rules);
        }
        Ok(lowered.into_iter().rev().flatten().collect())
    }

    /// SPEC: a listed service may mount without the mount ACL, guards permitting.
    fn services(&mut self, allow: u16, rules: &mut Vec<Atoms>) -> Result<(), ProgramError> {
        if self.query.permission != Permission::Mount {
            return Ok(());
        }
        let cells: BTreeSet<CellId> =
            self.query.leaf.content.services.iter().map(|service| service.cell).collect();
        for cell in cells {
            let mut body: Vec<Literal> =
                self.access.guards.iter().map(|goal| Literal::Goal { goal: *goal }).collect();
            body.push(Literal::Member { cells: vec![cell], negated: false });
            self.goal_bodies(allow, &body, rules)?;
        }
        Ok(())
    }

    /// The rules of one body: several if it spells out the cells of a set.
    fn goal_bodies(
        &mut self,
        goal: u16,
        body: &[Literal],
        rules: &mut Vec<Atoms>,
    ) -> Result<(), ProgramError> {
        let mut rule = Draftsman::new(reserved(goal)?, vec![CALLER]);
        if !self.literals(&mut rule, body, Some(goal))? {
            return Ok(());
        }
        match spelled_out(body) {
            None => self.take(rule, body, rules),
            Some(cells) => cells.into_iter().try_for_each(|cell| {
                let mut rule = rule.clone();
                rule.compare(CALLER, Comparison::Equal, Operand::value(Value::Cell(cell)));
                self.take(rule, body, rules)
            }),
        }
    }

    /// Adds a rule unless its body is refuted, and notes what it calls.
    fn take(
        &mut self,
        rule: Draftsman,
        body: &[Literal],
        rules: &mut Vec<Atoms>,
    ) -> Result<(), ProgramError> {
        let Some(atoms) = rule.finish()? else { return Ok(()) };
        self.atoms += atoms.len();
        if self.atoms > ATOMS {
            return Err(ProgramError::TooLarge);
        }
        rules.push(atoms);
        for literal in body {
            match literal {
                Literal::Goal { goal } => _ = self.called_goals.insert(*goal),
                Literal::Predicate { predicate, .. } => _ = self.called.insert(*predicate),
                Literal::Relation { .. }
                | Literal::Compare { .. }
                | Literal::Member { .. }
                | Literal::Stake { .. } => {}
            }
        }
        Ok(())
    }

    /// The rules of all predicates that the goals reach, by number.
    fn predicates(&mut self) -> Result<Vec<Atoms>, ProgramError> {
        let mut lowered: BTreeMap<u32, Vec<Atoms>> = BTreeMap::new();
        while let Some(number) = self.called.pop_first() {
            if lowered.contains_key(&number) {
                continue;
            }
            let predicate = *self.predicates.get(&number).ok_or(ProgramError::Malformed)?;
            let mut inputs = [false; 4];
            for (input, column) in inputs.iter_mut().zip(&predicate.columns) {
                *input = column.input;
            }
            if inputs.contains(&true) {
                self.inputs.insert(defined(number), inputs);
            }
            let mut rules = Vec::new();
            for rule in &predicate.rules {
                let head = self.terms(&rule.head, predicate.columns.len(), None)?;
                let head = head.ok_or(ProgramError::Malformed)?;
                let mut draft = Draftsman::new(defined(number), head);
                if self.literals(&mut draft, &rule.body, None)? {
                    self.take(draft, &rule.body, &mut rules)?;
                }
            }
            lowered.insert(number, rules);
        }
        Ok(lowered.into_values().flatten().collect())
    }

    /// Adds what a body needs, the cells of [`spelled_out`] aside. `false` if it never holds. `goal` is the number of the
    /// goal whose rule it is; `None` in a predicate's.
    fn literals(
        &self,
        rule: &mut Draftsman,
        body: &[Literal],
        goal: Option<u16>,
    ) -> Result<bool, ProgramError> {
        let kind = if goal.is_some() { AtomKind::GoalPremise } else { AtomKind::Premise };
        let only_in_goals = goal.ok_or(ProgramError::Malformed);
        let spelled = spelled_out(body).is_some();
        for literal in body {
            match literal {
                Literal::Relation { relation, terms, negated } => {
                    let (relation, element) = *self.relations.get(relation).ok_or(ProgramError::Malformed)?;
                    let Some(terms) = self.terms(terms, relation.columns.len(), goal)? else {
                        return Ok(false);
                    };
                    let source = origin(relation, *negated)?;
                    if relation.visibility == Visibility::Held {
                        let columns = relation.columns.iter().zip(&terms);
                        let ints = columns.filter(|(column, _)| column.ty == Type::Int);
                        ints.for_each(|(_, term)| rule.range(term.clone()));
                    }
                    rule.premise(kind, source, element, terms);
                }
                // Nothing that rules define has a tree of height 0.
                Literal::Predicate { .. } if self.query.leaf.limits.derivation_depth == 0 => {
                    return Ok(false);
                }
                Literal::Predicate { predicate, terms } => {
                    let content = self.predicates.get(predicate).ok_or(ProgramError::Malformed)?;
                    let Some(terms) = self.terms(terms, content.columns.len(), goal)? else {
                        return Ok(false);
                    };
                    rule.premise(kind, source::DERIVED, defined(*predicate), terms);
                }
                Literal::Compare { left, comparison, right } => {
                    let (left, right) = (self.term(left, goal)?, self.term(right, goal)?);
                    let (Some(left), Some(right)) = (left, right) else { return Ok(false) };
                    rule.compare(left, *comparison, right);
                }
                Literal::Member { cells, negated } => {
                    only_in_goals?;
                    if !spelled {
                        member(rule, cells, *negated);
                    }
                }
                Literal::Stake { at_least: 0 } => _ = only_in_goals?,
                Literal::Stake { at_least } => {
                    only_in_goals?;
                    // No other variable of the rule: the policy's numbers end before.
                    let amount = Operand::Variable(u8::MAX);
                    rule.premise(kind, source::STAKE, 0, vec![CALLER, amount.clone()]);
                    let least = Operand::value(Value::Int(*at_least));
                    rule.compare(least, Comparison::LessOrEqual, amount.clone());
                    rule.range(amount);
                }
                Literal::Goal { goal: called } => {
                    if *called >= only_in_goals? {
                        return Err(ProgramError::Malformed);
                    }
                    rule.premise(kind, source::DERIVED, reserved(*called)?, vec![CALLER]);
                }
            }
        }
        Ok(true)
    }

    /// `None` if one of them does not exist.
    fn terms(
        &self,
        terms: &[Term],
        columns: usize,
        goal: Option<u16>,
    ) -> Result<Option<Vec<Operand>>, ProgramError> {
        if terms.len() != columns {
            return Err(ProgramError::Malformed);
        }
        terms.iter().map(|term| self.term(term, goal)).collect()
    }

    /// `None` for a segment that the path does not have.
    fn term(&self, term: &Term, goal: Option<u16>) -> Result<Option<Operand>, ProgramError> {
        Ok(Some(match term {
            Term::Variable(u8::MAX) => return Err(ProgramError::Variables),
            Term::Variable(variable) => Operand::Variable(*variable),
            Term::Value(value) => Operand::value(value.clone()),
            Term::Epoch => Operand::value(Value::Int(self.query.epoch)),
            Term::Segment(_) if goal.is_none() => return Err(ProgramError::Malformed),
            Term::Segment(segment) => {
                let segments = self.query.segments.ok_or(ProgramError::SegmentsHidden)?;
                let Some(text) = segments.get(usize::from(*segment)) else { return Ok(None) };
                Operand::value(Value::Text((*text).to_owned()))
            }
        }))
    }
}

/// The predicate of a reserved goal.
///
/// SOUNDNESS: a goal whose number would be that of a predicate is refused, so no fact of one passes for one of the other.
fn reserved(goal: u16) -> Result<u64, ProgramError> {
    let number = RESERVED + u64::from(goal);
    if number < PREDICATES { Ok(number) } else { Err(ProgramError::TooLarge) }
}

/// The predicate that rules define.
fn defined(predicate: u32) -> u64 {
    PREDICATES + u64::from(predicate)
}

/// Where facts of a relation, or their absence, come from.
fn origin(relation: &Relation, negated: bool) -> Result<u64, ProgramError> {
    match (relation.visibility, negated) {
        (Visibility::Public, false) => Ok(source::FACTS),
        (Visibility::Public, true) => Ok(source::absent(relation.columns.len())),
        (Visibility::Held, true) => Err(ProgramError::Malformed),
        (Visibility::Held, false) => match relation.writer {
            Writer::Council | Writer::Cells(_) => Ok(source::credentials(None)),
            Writer::Column(column) if usize::from(column) < relation.columns.len() => {
                Ok(source::credentials(Some(column)))
            }
            Writer::Column(_) => Err(ProgramError::Malformed),
        },
    }
}

/// A condition on the caller in a body that spells out no cells: cells it is not, or a set too large to spell out.
fn member(rule: &mut Draftsman, cells: &[CellId], negated: bool) {
    if cells.len() > SPELLED_OUT {
        let set = Operand::Constant(Constant::Set(set_element(cells)));
        let arguments = vec![set, CALLER];
        let source = if negated { source::absent(arguments.len()) } else { source::FACTS };
        rule.premise(AtomKind::GoalPremise, source, member_relation(), arguments);
    } else {
        // Not negated, it would be spelled out.
        for cell in cells {
            rule.compare(CALLER, Comparison::NotEqual, Operand::value(Value::Cell(*cell)));
        }
    }
}

/// The cells that alone satisfy every set of a body, if one of them is small: one rule each. `None` if none is, or there
/// are no sets.
fn spelled_out(body: &[Literal]) -> Option<BTreeSet<CellId>> {
    let sets = || {
        body.iter().filter_map(|literal| match literal {
            Literal::Member { cells, negated } => Some((cells, *negated)),
            Literal::Relation { .. }
            | Literal::Predicate { .. }
            | Literal::Compare { .. }
            | Literal::Stake { .. }
            | Literal::Goal { .. } => None,
        })
    };
    let (small, _) = sets().find(|(cells, negated)| !negated && cells.len() <= SPELLED_OUT)?;
    let admitted = |cell: &&CellId| sets().all(|(cells, negated)| cells.contains(cell) != negated);
    Some(small.iter().filter(admitted).copied().collect())
}
