//! A small artifact with everything in it, built by hand, for the tests of this crate.
//!
//! `/acme/**` (gateway), `/m/{name}/{rev: version}`, `/public/**`, `/services/ai`, and `/latest` redirected to the last.

use crate::alphabet::{self, END, SYMBOLS};
use crate::*;
use std::collections::BTreeMap;

pub(crate) fn cell(number: u8) -> CellId {
    CellId([number; 32])
}

pub(crate) fn variable(number: u8) -> Term {
    Term::Variable(number)
}

pub(crate) fn text(text: &str) -> Term {
    Term::Value(Value::Text(text.to_owned()))
}

pub(crate) fn int(int: u64) -> Term {
    Term::Value(Value::Int(int))
}

pub(crate) fn holds(relation: u32, terms: &[Term]) -> Literal {
    Literal::Relation { relation, terms: terms.to_vec(), negated: false }
}

pub(crate) fn not(relation: u32, terms: &[Term]) -> Literal {
    Literal::Relation { relation, terms: terms.to_vec(), negated: true }
}

pub(crate) fn call(predicate: u32, terms: &[Term]) -> Literal {
    Literal::Predicate { predicate, terms: terms.to_vec() }
}

pub(crate) fn compare(left: Term, comparison: Comparison, right: Term) -> Literal {
    Literal::Compare { left, comparison, right }
}

/// The numbers of the relations, by name.
pub(crate) const DELEGATED: u32 = 0;
pub(crate) const GRANTED: u32 = 1;
pub(crate) const REVOKED: u32 = 2;
pub(crate) const SPENT: u32 = 3;
/// The numbers of the predicates, by name.
pub(crate) const CAPABILITY: u32 = 0;
pub(crate) const HOLDS: u32 = 1;
pub(crate) const WITHIN: u32 = 2;

pub(crate) fn relation(name: &str, columns: &[(&str, Type)], held: bool, writer: Writer) -> Relation {
    Relation {
        name: name.to_owned(),
        columns: columns.iter().map(|(name, ty)| Column { name: (*name).to_owned(), ty: *ty }).collect(),
        visibility: if held { Visibility::Held } else { Visibility::Public },
        writer,
    }
}

fn relations() -> Vec<Relation> {
    let who = ("who", Type::Cell);
    let what = ("what", Type::Text);
    let delegated = [("from", Type::Cell), who, what, ("until", Type::Int)];
    vec![
        relation("delegated", &delegated, true, Writer::Column(0)),
        relation("granted", &[who, what], false, Writer::Council),
        relation("revoked", &[what], false, Writer::Cells(vec![cell(1), cell(2)])),
        relation("spent", &[who, ("amount", Type::Int)], false, Writer::Cells(vec![cell(1)])),
    ]
}

pub(crate) fn predicate(name: &str, columns: &[(Type, bool)], rules: Vec<Rule>) -> Predicate {
    let columns = columns.iter().map(|&(ty, input)| PredicateColumn { ty, input }).collect();
    Predicate { name: name.to_owned(), columns, rules }
}

fn predicates() -> Vec<Predicate> {
    let (a, b, c, d) = (variable(0), variable(1), variable(2), variable(3));
    let pair = [(Type::Cell, false), (Type::Text, false)];
    let head = vec![a.clone(), b.clone()];
    let capability = Rule {
        head: head.clone(),
        body: vec![call(HOLDS, &[a.clone(), b.clone()]), not(REVOKED, std::slice::from_ref(&b))],
    };
    let granted = Rule { head: head.clone(), body: vec![holds(GRANTED, &[a.clone(), b.clone()])] };
    let delegated = Rule {
        head: head.clone(),
        body: vec![
            call(HOLDS, &[c.clone(), b.clone()]),
            holds(DELEGATED, &[c.clone(), a.clone(), b.clone(), d.clone()]),
            compare(d, Comparison::Greater, Term::Epoch),
        ],
    };
    let within = Rule {
        head,
        body: vec![
            holds(SPENT, &[a.clone(), c.clone()]),
            compare(c, Comparison::LessOrEqual, b),
            compare(a, Comparison::NotEqual, Term::Value(Value::Cell(cell(9)))),
        ],
    };
    vec![
        predicate("capability", &pair, vec![capability]),
        predicate("holds", &pair, vec![granted, delegated]),
        predicate("within", &[(Type::Cell, false), (Type::Int, true)], vec![within]),
    ]
}

pub(crate) fn goal(bodies: &[Vec<Literal>]) -> Goal {
    let mut rules: Vec<GoalRule> = bodies.iter().map(|body| GoalRule { body: body.clone() }).collect();
    rules.sort();
    Goal { rules }
}

/// The program of these guards and clauses.
pub(crate) fn access(proof: bool, guards: &[Goal], clauses: &[Goal]) -> Access {
    let mut goals: Vec<Goal> = guards.iter().chain(clauses).cloned().collect();
    let first = guards.len() as u16;
    let all = goals.len() as u16;
    let calls = |clause| (0..first).chain([clause]).map(|goal| Literal::Goal { goal }).collect();
    let rules = (first..all).map(|clause| GoalRule { body: calls(clause) }).collect();
    goals.push(Goal { rules });
    Access { proof, guards: (0..first).collect(), clauses: (first..all).collect(), goals }
}

pub(crate) fn closed() -> Access {
    access(false, &[], &[])
}

fn open() -> Access {
    access(false, &[], &[goal(&[vec![]])])
}

fn class(kind: ClassKind, access: [Access; 3]) -> PolicyClass {
    PolicyClass { kind, access, services: Vec::new() }
}

/// Classes in the order of [`patterns`].
fn classes() -> Vec<PolicyClass> {
    let caller = variable(0);
    let may = |what: &str| vec![call(CAPABILITY, &[caller.clone(), text(what)])];
    let within = call(WITHIN, &[caller.clone(), int(500)]);
    let guard = goal(&[vec![not(REVOKED, &[text("mesh")])]]);
    let tier = goal(&[may("tier2"), vec![may("tier1")[0].clone(), within]]);
    let staked = goal(&[vec![Literal::Stake { at_least: 10_000 }]]);
    let members = goal(&[vec![Literal::Member { cells: vec![cell(1), cell(2)], negated: false }]]);
    let captured = goal(&[vec![
        holds(GRANTED, &[caller.clone(), Term::Segment(1)]),
        compare(Term::Epoch, Comparison::Less, int(900)),
        Literal::Member { cells: vec![cell(3)], negated: true },
    ]]);
    let mut services = class(
        ClassKind::Route,
        [
            open(),
            access(true, std::slice::from_ref(&guard), &[members, tier]),
            access(false, &[guard], &[staked]),
        ],
    );
    services.services = vec![
        Service { priority: 10, cell: cell(4), coordinator: false },
        Service { priority: 10, cell: cell(5), coordinator: false },
        Service { priority: 99, cell: cell(6), coordinator: true },
    ];
    let partner = access(false, &[], &[goal(&[may("partner")])]);
    vec![
        class(ClassKind::Gateway(0), [open(), partner, closed()]),
        class(ClassKind::Route, [access(false, &[], &[captured]), closed(), closed()]),
        class(ClassKind::Route, [open(), open(), closed()]),
        services,
        class(ClassKind::Redirect(0), [Access::default(), Access::default(), Access::default()]),
    ]
}

fn literal(text: &str) -> Segment {
    Segment::Literal(text.to_owned())
}

pub(crate) fn pattern(segments: &[Segment], tail: bool) -> Pattern {
    Pattern { segments: segments.to_vec(), tail }
}

/// `v` and digits.
pub(crate) fn version() -> SegmentSet {
    let symbol = |byte| alphabet::symbol(byte).unwrap();
    let (v, zero, nine) = (symbol(b'v'), symbol(b'0'), symbol(b'9'));
    let rows = vec![(0, v, v, 1), (1, zero, nine, 2), (2, zero, nine, 2)];
    SegmentSet { accepting: vec![false, false, true], rows }
}

/// Four routes and a redirect.
fn patterns() -> Vec<Pattern> {
    vec![
        pattern(&[literal("acme")], true),
        pattern(&[literal("m"), Segment::Any, Segment::Set(0)], false),
        pattern(&[literal("public")], true),
        pattern(&[literal("services"), literal("ai")], false),
        pattern(&[literal("latest")], false),
    ]
}

/// The artifact; its `table_root` is arbitrary, since this crate does no field arithmetic.
pub(crate) fn realistic() -> Artifact {
    let unsorted = classes();
    let mut classes = unsorted.clone();
    classes.sort();
    let number = |class| classes.iter().position(|other| other == class).unwrap() as u32;
    let numbers: Vec<u32> = unsorted.iter().map(number).collect();
    let patterns = patterns();
    let routes = patterns.iter().take(4).enumerate().map(|(number, pattern)| Route {
        pattern: pattern.clone(),
        gateway: (number == 0).then_some(0),
        deprecated: (number == 1).then(|| "moves to v2".to_owned()),
    });
    let routes: Vec<Route> = routes.collect();
    let sets = vec![version()];
    let fact = |relation, arguments: &[Value]| Fact { relation, arguments: arguments.to_vec() };
    let delegation = Delegation {
        to: access(false, &[], &[goal(&[vec![call(HOLDS, &[variable(0), text("partner")])]])]),
        depth: 2,
        max_routes: 64,
    };
    let class_texts = |class: &PolicyClass| {
        class
            .access
            .each_ref()
            .map(|access| vec!["open".to_owned(); access.guards.len() + access.clauses.len()])
    };
    let route_text = |path: &str, captures: &[(u8, &str)]| RouteText {
        path: path.to_owned(),
        captures: captures.iter().map(|(segment, name)| (*segment, (*name).to_owned())).collect(),
    };
    let texts = Texts {
        policy: "acme.mesh".to_owned(),
        version: 3,
        routes: vec![
            route_text("/acme/**", &[]),
            route_text("/m/{name}/{rev: version}", &[(1, "name"), (2, "rev")]),
            route_text("/public/**", &[]),
            route_text("/services/ai", &[]),
        ],
        classes: classes.iter().map(class_texts).collect(),
    };
    Artifact {
        edition: EDITION,
        limits: Limits { path_bytes: 192, segments: 12, derivation_depth: 16, proof_facts: 4 },
        table_root: [7; 32],
        dfa: dfa(&patterns, &sets, &numbers),
        index: index(&patterns, &sets, &numbers, 4),
        sets,
        classes,
        relations: relations(),
        predicates: predicates(),
        facts: vec![
            fact(GRANTED, &[Value::Cell(cell(1)), Value::Text("tier2".to_owned())]),
            fact(GRANTED, &[Value::Cell(cell(2)), Value::Text(String::new())]),
            fact(SPENT, &[Value::Cell(cell(1)), Value::Int(40)]),
        ],
        routes,
        redirects: vec![Redirect { from: "/latest".to_owned(), to: "/services/ai".to_owned() }],
        gateways: vec![Gateway { prefix: "/acme".to_owned(), owner: cell(1), delegation: Some(delegation) }],
        tombstones: vec![Tombstone {
            pattern: pattern(&[literal("old"), Segment::Set(0)], false),
            removed_at: 7,
        }],
        governance: Some(Governance {
            council: vec![cell(1), cell(2), cell(3)],
            threshold: 2,
            epoch_blocks: Some(720),
            stakes: Writer::Cells(vec![cell(1)]),
        }),
        cells: vec![("acme".to_owned(), cell(1)), ("alice".to_owned(), cell(2))],
        texts,
    }
}

/// The route index of patterns with their classes, routes first.
pub(crate) fn index(patterns: &[Pattern], sets: &[SegmentSet], classes: &[u32], routes: u32) -> RouteIndex {
    let graph = RouteGraph::plain(patterns, sets).unwrap();
    let classes: Vec<Option<u32>> = classes.iter().copied().map(Some).collect();
    RouteIndex::new(&graph, &classes, routes).unwrap()
}

/// How far a pattern has been read: the pattern, whole segments, and inside the next one the letters of a literal, the
/// state of a set, or for any segment its shape (0 nothing, 1 `.`, 2 `..`, 3 complete). No inside: right after a
/// segment.
type Item = (usize, usize, Option<u32>);

/// A DFA of the patterns, not minimal; where several match, the first one's class.
pub(crate) fn dfa(patterns: &[Pattern], sets: &[SegmentSet], classes: &[u32]) -> Dfa {
    let start: Vec<Item> = (0..patterns.len()).map(|pattern| (pattern, 0, None)).collect();
    let mut numbers: BTreeMap<Vec<Item>, u32> = BTreeMap::from([(start.clone(), 0)]);
    let mut states = vec![start];
    let mut rows: Vec<Row> = Vec::new();
    let mut at = 0;
    while let Some(items) = states.get(at).cloned() {
        let state = at as u32;
        at += 1;
        let first = rows.len();
        for symbol in 0..SYMBOLS {
            let mut next: Vec<Item> =
                items.iter().filter_map(|item| step(patterns, sets, *item, symbol)).collect();
            next.sort_unstable();
            if next.is_empty() {
                continue;
            }
            let number = *numbers.entry(next.clone()).or_insert_with(|| {
                states.push(next);
                states.len() as u32 - 1
            });
            match rows
                .last_mut()
                .filter(|row| row.state == state && row.hi + 1 == symbol && row.next == number)
            {
                Some(row) => row.hi = symbol,
                None => rows.push(Row { state, lo: symbol, hi: symbol, next: number }),
            }
        }
        let complete = |item: &&Item| {
            let after = finish(patterns, sets, **item);
            at > 1 && after.is_some_and(|(pattern, done, _)| done == patterns[pattern].segments.len())
        };
        if let Some((pattern, _, _)) = items.iter().find(complete) {
            rows.insert(first, Row { state, lo: END, hi: END, next: classes[*pattern] });
        }
    }
    Dfa::new(rows, states.len() as u32)
}

/// The item after the segment it is inside, if that may end here.
fn finish(patterns: &[Pattern], sets: &[SegmentSet], (pattern, done, inside): Item) -> Option<Item> {
    let Some(inside) = inside else { return Some((pattern, done, None)) };
    let (ends, after) = match patterns[pattern].segments.get(done) {
        Some(Segment::Literal(text)) => (inside as usize == text.len(), done + 1),
        Some(Segment::Set(set)) => (sets[*set as usize].accepting[inside as usize], done + 1),
        Some(Segment::Any) => (inside == 3, done + 1),
        None => (inside == 3, done),
    };
    ends.then_some((pattern, after, None))
}

fn step(patterns: &[Pattern], sets: &[SegmentSet], item: Item, symbol: u8) -> Option<Item> {
    let (pattern, done, inside) = item;
    if symbol == alphabet::SLASH {
        let (_, done, _) = finish(patterns, sets, item)?;
        let more = done < patterns[pattern].segments.len() || patterns[pattern].tail;
        return more.then_some((pattern, done, Some(0)));
    }
    let inside = inside?;
    let next = match patterns[pattern].segments.get(done) {
        Some(Segment::Literal(text)) => {
            let byte = *text.as_bytes().get(inside as usize)?;
            (alphabet::symbol(byte) == Some(symbol)).then_some(inside + 1)?
        }
        Some(Segment::Set(set)) => {
            let rows = &sets[*set as usize].rows;
            rows.iter().find(|row| row.0 == inside && (row.1..=row.2).contains(&symbol))?.3
        }
        Some(Segment::Any) | None if alphabet::byte(symbol) == Some(b'.') => (inside + 1).min(3),
        Some(Segment::Any) | None => 3,
    };
    Some((pattern, done, Some(next)))
}
