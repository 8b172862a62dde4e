//! Artifacts by hand: a DFA and a route index from patterns, and short names for the parts of programs.

use dregg_artifact::alphabet::{self, END, SYMBOLS};
use dregg_artifact::{
    Access, Artifact, CellId, ClassKind, Column, Comparison, Dfa, Fact, Goal, GoalRule, Literal, Pattern,
    PolicyClass, Predicate, PredicateColumn, Redirect, Relation, Route, RouteGraph, RouteIndex, RouteText,
    Row, Rule, Segment, SegmentSet, Term, Type, Value, Visibility, Writer,
};
use std::collections::{BTreeMap, BTreeSet};

/// A cell by a small number.
pub(super) fn cell(number: u8) -> CellId {
    CellId([number; 32])
}

/// The value of a cell.
pub(super) fn who(number: u8) -> Value {
    Value::Cell(cell(number))
}

pub(super) fn int(number: u64) -> Value {
    Value::Int(number)
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A variable.
pub(super) fn v(number: u8) -> Term {
    Term::Variable(number)
}

/// A constant.
pub(super) fn k(value: Value) -> Term {
    Term::Value(value)
}

pub(super) fn fact(relation: u32, terms: &[Term]) -> Literal {
    Literal::Relation { relation, terms: terms.to_vec(), negated: false }
}

pub(super) fn no_fact(relation: u32, terms: &[Term]) -> Literal {
    Literal::Relation { relation, terms: terms.to_vec(), negated: true }
}

pub(super) fn call(predicate: u32, terms: &[Term]) -> Literal {
    Literal::Predicate { predicate, terms: terms.to_vec() }
}

pub(super) fn compare(left: Term, comparison: Comparison, right: Term) -> Literal {
    Literal::Compare { left, comparison, right }
}

pub(super) fn rule(head: &[Term], body: &[Literal]) -> Rule {
    Rule { head: head.to_vec(), body: body.to_vec() }
}

pub(super) fn relation(name: &str, columns: &[Type]) -> Relation {
    let columns = columns.iter().enumerate().map(|(at, ty)| Column { name: format!("column{at}"), ty: *ty });
    let columns = columns.collect();
    Relation { name: name.to_owned(), columns, visibility: Visibility::Public, writer: Writer::Council }
}

/// A predicate; `inputs` are its input columns.
pub(super) fn predicate(name: &str, types: &[Type], inputs: &[usize], rules: &[Rule]) -> Predicate {
    let columns = types.iter().enumerate();
    let columns = columns.map(|(at, ty)| PredicateColumn { ty: *ty, input: inputs.contains(&at) }).collect();
    Predicate { name: name.to_owned(), columns, rules: rules.to_vec() }
}

/// A goal that is one body.
pub(super) fn goal(body: &[Literal]) -> Goal {
    Goal { rules: vec![GoalRule { body: body.to_vec() }] }
}

/// A program of guards and clauses, with the last goal the format demands.
pub(super) fn access(guards: &[Goal], clauses: &[Goal]) -> Access {
    let mut goals: Vec<Goal> = guards.iter().chain(clauses).cloned().collect();
    let first = guards.len() as u16;
    let all = first + clauses.len() as u16;
    let allow = (first..all).map(|clause| GoalRule {
        body: (0..first).chain([clause]).map(|goal| Literal::Goal { goal }).collect(),
    });
    let rules = allow.collect();
    goals.push(Goal { rules });
    Access { proof: false, guards: (0..first).collect(), clauses: (first..all).collect(), goals }
}

/// A class of ordinary routes with these programs for read, invoke and mount.
pub(super) fn class(read: Access, invoke: Access, mount: Access) -> PolicyClass {
    PolicyClass { kind: ClassKind::Route, access: [read, invoke, mount], services: Vec::new() }
}

/// A class that grants nothing.
pub(super) fn closed() -> PolicyClass {
    class(access(&[], &[]), access(&[], &[]), access(&[], &[]))
}

/// An artifact without routes.
pub(super) fn empty() -> Artifact {
    let cells = vec![("alice".to_owned(), cell(1)), ("bob".to_owned(), cell(2))];
    Artifact { dfa: Dfa::new(Vec::new(), 1), cells, ..Artifact::default() }
}

/// An artifact whose one route `/x` lets the goal decide `read`.
pub(super) fn asking(goal: Goal) -> Artifact {
    let mut artifact = empty();
    route(&mut artifact, "/x");
    artifact.classes.push(class(access(&[], &[goal]), access(&[], &[]), access(&[], &[])));
    tables(&mut artifact, &[0]);
    artifact
}

/// States a fact of the policy.
pub(super) fn state(artifact: &mut Artifact, relation: u32, arguments: &[Value]) {
    artifact.facts.push(Fact { relation, arguments: arguments.to_vec() });
}

/// The segments `v` followed by digits.
pub(super) fn version() -> SegmentSet {
    let digits = (alphabet::symbol(b'0').unwrap(), alphabet::symbol(b'9').unwrap());
    let v = alphabet::symbol(b'v').unwrap();
    let rows = vec![(0, v, v, 1), (1, digits.0, digits.1, 2), (2, digits.0, digits.1, 2)];
    SegmentSet { accepting: vec![false, false, true], rows }
}

/// Adds a route. In the path `{name}` is any segment, `{name: version}` one of [`version`].
///
/// Routes are added from the most specific to the least: in that order the DFA decides.
pub(super) fn route(artifact: &mut Artifact, path: &str) {
    let mut pattern = Pattern::default();
    let mut captures = Vec::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let at = pattern.segments.len() as u8;
        if segment == "**" {
            pattern.tail = true;
        } else if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            let (name, set) = name.split_once(": ").unwrap_or((name, ""));
            captures.push((at, name.to_owned()));
            pattern.segments.push(if set.is_empty() { Segment::Any } else { Segment::Set(0) });
        } else {
            pattern.segments.push(Segment::Literal(segment.to_owned()));
        }
    }
    artifact.routes.push(Route { pattern, gateway: None, deprecated: None });
    artifact.texts.routes.push(RouteText { path: path.to_owned(), captures });
}

/// Adds a redirect with a class of its own.
pub(super) fn redirect(artifact: &mut Artifact, from: &str, to: &str) {
    let number = artifact.redirects.len() as u32;
    artifact.redirects.push(Redirect { from: from.to_owned(), to: to.to_owned() });
    let access = [Access::default(), Access::default(), Access::default()];
    artifact.classes.push(PolicyClass { kind: ClassKind::Redirect(number), access, services: Vec::new() });
}

/// Builds DFA and route index, given the class of each route. Called last.
pub(super) fn tables(artifact: &mut Artifact, classes: &[u32]) {
    artifact.sets = vec![version()];
    let mut entries: Vec<(Pattern, u32)> = Vec::new();
    for (route, class) in artifact.routes.iter().zip(classes) {
        entries.push((route.pattern.clone(), *class));
    }
    let routes = entries.len() as u32;
    for (number, redirect) in artifact.redirects.iter().enumerate() {
        let segments = redirect.from.split('/').filter(|segment| !segment.is_empty());
        let segments = segments.map(|segment| Segment::Literal(segment.to_owned())).collect();
        let kind = ClassKind::Redirect(number as u32);
        let class = artifact.classes.iter().position(|class| class.kind == kind).unwrap() as u32;
        entries.push((Pattern { segments, tail: false }, class));
    }
    let patterns: Vec<Pattern> = entries.iter().map(|(pattern, _)| pattern.clone()).collect();
    let graph = RouteGraph::plain(&patterns, &artifact.sets).unwrap();
    let classes: Vec<Option<u32>> = entries.iter().map(|(_, class)| Some(*class)).collect();
    artifact.index = RouteIndex::new(&graph, &classes, routes).unwrap();
    artifact.dfa = dfa(&entries, &artifact.sets);
}

/// Where a pattern stands after some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum At {
    Begin,
    Root,
    /// In a segment: its number, and how far (bytes of a literal, state of a set, 1 for any).
    In(usize, u32),
    TailStart,
    Tail,
}

fn step(pattern: &Pattern, sets: &[SegmentSet], at: At, symbol: u8) -> Vec<At> {
    let slash = symbol == alphabet::SLASH;
    let enter = |number: usize| match number < pattern.segments.len() {
        true => vec![At::In(number, 0)],
        false if pattern.tail => vec![At::TailStart],
        false => Vec::new(),
    };
    match at {
        At::Begin if slash && pattern.segments.is_empty() => [vec![At::Root], enter(0)].concat(),
        At::Begin if slash => enter(0),
        At::In(number, _) if slash && complete(pattern, sets, at) => enter(number + 1),
        At::In(number, far) if !slash => match &pattern.segments[number] {
            Segment::Any => vec![At::In(number, 1)],
            Segment::Literal(text) => {
                let next = text.as_bytes().get(far as usize).copied();
                let fits = next.is_some() && next == alphabet::byte(symbol);
                if fits { vec![At::In(number, far + 1)] } else { Vec::new() }
            }
            Segment::Set(set) => {
                let rows = sets[*set as usize].rows.iter();
                let rows = rows.filter(|row| row.0 == far && row.1 <= symbol && symbol <= row.2);
                rows.map(|row| At::In(number, row.3)).collect()
            }
        },
        At::TailStart | At::Tail if !slash => vec![At::Tail],
        At::Tail => vec![At::TailStart],
        At::Begin | At::Root | At::In(..) | At::TailStart => Vec::new(),
    }
}

/// Whether the segment may end here.
fn complete(pattern: &Pattern, sets: &[SegmentSet], at: At) -> bool {
    let At::In(number, far) = at else { return false };
    match &pattern.segments[number] {
        Segment::Any => far == 1,
        Segment::Literal(text) => text.len() == far as usize,
        Segment::Set(set) => sets[*set as usize].accepting[far as usize],
    }
}

fn accepts(pattern: &Pattern, sets: &[SegmentSet], at: At) -> bool {
    match at {
        At::Root | At::Tail => true,
        At::In(number, _) => number + 1 == pattern.segments.len() && complete(pattern, sets, at),
        At::Begin | At::TailStart => false,
    }
}

/// The DFA by subsets; in a state that several entries accept, the first decides.
fn dfa(entries: &[(Pattern, u32)], sets: &[SegmentSet]) -> Dfa {
    type State = BTreeSet<(usize, At)>;
    let start: State = (0..entries.len()).map(|entry| (entry, At::Begin)).collect();
    let mut numbers = BTreeMap::from([(start.clone(), 0u32)]);
    let mut work = vec![start];
    let mut rows: Vec<Row> = Vec::new();
    while let Some(state) = work.pop() {
        let number = numbers[&state];
        for symbol in 0..SYMBOLS {
            let next: State = (state.iter())
                .flat_map(|(entry, at)| {
                    step(&entries[*entry].0, sets, *at, symbol).into_iter().map(|at| (*entry, at))
                })
                .collect();
            if next.is_empty() {
                continue;
            }
            let fresh = numbers.len() as u32;
            let to = *numbers.entry(next.clone()).or_insert_with(|| {
                work.push(next);
                fresh
            });
            match rows.last_mut() {
                Some(row) if row.state == number && row.hi + 1 == symbol && row.next == to => row.hi = symbol,
                _ => rows.push(Row { state: number, lo: symbol, hi: symbol, next: to }),
            }
        }
        if let Some((entry, _)) = state.iter().find(|(entry, at)| accepts(&entries[*entry].0, sets, *at)) {
            rows.push(Row { state: number, lo: END, hi: END, next: entries[*entry].1 });
        }
    }
    Dfa::new(rows, numbers.len() as u32)
}
