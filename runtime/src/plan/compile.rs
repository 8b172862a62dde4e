//! All plans of a policy: its constants, its programs, and the variants and indexes these need.

use super::order::arrange;
use super::resolve::{Argument, Resolver};
use super::shape::{AccessPlan, Body, End, Filter, GoalPlan, Join, NESTING, Origin, Part, Parts, Variant};
use crate::facts::{CellKey, IndexSpec, Symbols};
use dregg_artifact::{Access, Artifact, CellId, Limits, Value};
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Sets up to this size are searched from one end to the other.
const FEW: usize = 4;

/// A set of cells.
#[derive(Clone, Debug)]
enum CellSet {
    Few(Vec<CellId>),
    Many(HashSet<CellKey, RandomState>),
}

/// Everything a policy's decisions need beside facts.
#[derive(Debug)]
pub(crate) struct Plans {
    symbols: Symbols,
    indexes: Vec<IndexSpec>,
    sets: Vec<CellSet>,
    variants: Vec<Variant>,
    /// One program a permission, by class.
    classes: Vec<[AccessPlan; 3]>,
    /// The greatest height of a derivation; `None` if it is beyond the ceiling.
    depth: Option<u8>,
}

impl Plans {
    pub(crate) fn new(artifact: &Artifact) -> Plans {
        let mut compiler = Compiler {
            artifact,
            constants: Constants { symbols: Symbols::default(), sets: Vec::new(), numbers: HashMap::new() },
            indexes: BTreeMap::new(),
            numbers: BTreeMap::new(),
            waiting: Vec::new(),
            ground: Vec::new(),
        };
        let classes = artifact.classes.iter();
        let classes = classes.map(|class| class.access.each_ref().map(|access| compiler.access(access)));
        let classes = classes.collect();
        let variants = compiler.variants();
        let mut indexes: Vec<(u32, IndexSpec)> =
            compiler.indexes.iter().map(|(spec, number)| (*number, *spec)).collect();
        indexes.sort_unstable_by_key(|(number, _)| *number);
        let depth = artifact.limits.derivation_depth;
        Plans {
            symbols: compiler.constants.symbols,
            indexes: indexes.into_iter().map(|(_, spec)| spec).collect(),
            sets: compiler.constants.sets,
            variants,
            classes,
            depth: (depth <= Limits::CEILING.derivation_depth).then_some(depth),
        }
    }

    /// The constants of the plans, with the numbers by which these call them.
    pub(crate) fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// The indexes that plans read, in the order of their numbers.
    pub(crate) fn indexes(&self) -> &[IndexSpec] {
        &self.indexes
    }

    /// The program of a permission of a class, if plans can answer it.
    pub(super) fn access(&self, class: u32, permission: usize) -> Option<&AccessPlan> {
        let access = self.classes.get(class as usize)?.get(permission)?;
        (!access.unsupported && self.depth.is_some()).then_some(access)
    }

    pub(super) fn depth(&self) -> u8 {
        self.depth.unwrap_or(0)
    }

    pub(super) fn variant(&self, number: u32) -> Option<&Variant> {
        self.variants.get(number as usize)
    }

    /// Whether a cell is in a set.
    pub(super) fn contains(&self, set: u32, cell: &CellId) -> bool {
        match self.sets.get(set as usize) {
            Some(CellSet::Few(cells)) => cells.contains(cell),
            Some(CellSet::Many(cells)) => cells.contains(&CellKey(*cell)),
            None => false,
        }
    }
}

/// The constants found so far.
pub(super) struct Constants<'a> {
    symbols: Symbols,
    sets: Vec<CellSet>,
    /// The sets by content, so that one that many routes name is held once.
    numbers: HashMap<&'a [CellId], u32>,
}

impl<'a> Constants<'a> {
    pub(super) fn number(&mut self, value: &Value) -> u32 {
        self.symbols.intern(value)
    }

    pub(super) fn set(&mut self, cells: &'a [CellId]) -> u32 {
        let next = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(cells).or_insert(next);
        if number == next {
            self.sets.push(match cells.len() {
                0..=FEW => CellSet::Few(cells.to_vec()),
                _ => CellSet::Many(cells.iter().copied().map(CellKey).collect()),
            });
        }
        number
    }
}

/// What compiling has found so far.
pub(super) struct Compiler<'a> {
    pub(super) artifact: &'a Artifact,
    constants: Constants<'a>,
    indexes: BTreeMap<IndexSpec, u32>,
    /// Variants by predicate and columns that have values.
    numbers: BTreeMap<(u32, u8), u32>,
    /// Variants whose rules are not compiled yet.
    waiting: Vec<(u32, u32, u8)>,
    /// Whether each variant answers yes or no.
    ground: Vec<bool>,
}

impl<'a> Compiler<'a> {
    /// The number of an index.
    pub(super) fn index(&mut self, relation: u32, columns: u8) -> u32 {
        let next = u32::try_from(self.indexes.len()).unwrap_or(u32::MAX);
        *self.indexes.entry(IndexSpec { relation, columns }).or_insert(next)
    }

    /// The number of a variant.
    pub(super) fn variant(&mut self, predicate: u32, columns: u8) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry((predicate, columns)).or_insert(next);
        if number == next {
            let content = self.artifact.predicates.get(predicate as usize);
            let arity = content.map_or(0, |content| content.columns.len());
            self.ground.push(columns.count_ones() as usize == arity);
            self.waiting.push((number, predicate, columns));
        }
        number
    }

    /// Whether all columns of a variant have values.
    pub(super) fn is_ground(&self, variant: u32) -> bool {
        self.ground.get(variant as usize).copied().unwrap_or(false)
    }

    fn access(&mut self, access: &'a Access) -> AccessPlan {
        let mut plan = AccessPlan::default();
        let mut nesting: Vec<usize> = Vec::with_capacity(access.goals.len());
        for (number, goal) in (0u16..=u16::MAX).zip(&access.goals) {
            let mut rules = Vec::with_capacity(goal.rules.len());
            for rule in &goal.rules {
                let artifact = self.artifact;
                let mut resolver = Resolver { artifact, constants: &mut self.constants };
                let Some(mut conditions) = resolver.goal(number, &rule.body) else { continue };
                let (members, goals) =
                    (std::mem::take(&mut conditions.members), std::mem::take(&mut conditions.goals));
                let (stake, segments) = (conditions.stake, conditions.segments.clone());
                let named = segments.iter().map(|segment| Argument::Segment(*segment));
                let key: Vec<Argument> = [Argument::Variable(0)].into_iter().chain(named).collect();
                let body = arrange(self, &key, conditions, None);
                plan.segments |= !segments.is_empty();
                rules.push(GoalPlan { members, stake, goals, segments, body });
            }
            let called = rules.iter().flat_map(|rule| &rule.goals);
            let deepest = called.filter_map(|goal| nesting.get(usize::from(*goal)).copied()).max();
            let depth = deepest.map_or(0, |deepest| deepest + 1);
            plan.unsupported |= depth > NESTING;
            nesting.push(depth);
            plan.goals.push(rules);
        }
        plan
    }

    /// Compiles variants until none waits.
    fn variants(&mut self) -> Vec<Variant> {
        let mut variants: BTreeMap<u32, Variant> = BTreeMap::new();
        while let Some((number, predicate, columns)) = self.waiting.pop() {
            let variant = self.compile(number, predicate, columns);
            variants.insert(number, variant);
        }
        variants.into_values().collect()
    }

    fn compile(&mut self, number: u32, predicate: u32, columns: u8) -> Variant {
        let artifact = self.artifact;
        let ground = self.is_ground(number);
        let mut rules = Vec::new();
        let content = artifact.predicates.get(predicate as usize);
        for (content, rule) in
            content.into_iter().flat_map(|content| content.rules.iter().map(move |rule| (content, rule)))
        {
            let mut resolver = Resolver { artifact, constants: &mut self.constants };
            let Some((head, conditions)) = resolver.rule(content, rule) else { continue };
            let has_value = |column: usize| columns >> column & 1 == 1;
            let split = |wanted: bool| {
                let head = head.iter().enumerate();
                head.filter(move |(column, _)| has_value(*column) == wanted).map(|(_, argument)| *argument)
            };
            let (key, answers): (Vec<Argument>, Vec<Argument>) =
                (split(true).collect(), split(false).collect());
            // The language has no segments in rules.
            rules.push(if !conditions.segments.is_empty() {
                Body::unsupported()
            } else {
                arrange(self, &key, conditions, (!ground).then_some(&answers))
            });
        }
        rules.sort_by_key(|body| calls(body) > 0);
        let plain = rules.iter().filter(|body| calls(body) == 0).count();
        let own_key = Parts::new((0..columns.count_ones() as u8).map(Part::slot));
        let itself = |body: &Body| {
            let own = |join: &Join| join.origin == Origin::Variant(number) && join.key == own_key;
            calls(body) == 1 && body.joins.iter().any(own)
        };
        let spreads = !ground && rules.iter().skip(plain).all(itself);
        Variant { ground, filters: shared(&mut rules), rules, plain, spreads }
    }
}

/// How often a body calls anything.
fn calls(body: &Body) -> usize {
    let joins = body.joins.iter().filter(|join| matches!(join.origin, Origin::Variant(_)));
    joins.count() + usize::from(matches!(body.end, End::Call(..)))
}

/// Takes out the conditions that every body begins with: they speak of the key alone.
fn shared(rules: &mut [Body]) -> Vec<Filter> {
    let Some((first, others)) = rules.split_first() else { return Vec::new() };
    let everywhere = |filter: &&Filter| others.iter().all(|body| body.filters.contains(filter));
    let shared: Vec<Filter> = first.filters.iter().filter(everywhere).cloned().collect();
    for body in rules {
        body.filters.retain(|filter| !shared.contains(filter));
    }
    shared
}
