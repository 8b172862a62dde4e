//! Small leaves and their programs as listings. What they become is tested in `rules`, what has no program in `refused`.

mod refused;
mod rules;

use super::*;
use crate::source;
use dregg_artifact::*;
use dregg_commit::record::{member_relation, set_element};
use dregg_commit::{Digest, relation_element, text_digest, value_elements};
use std::collections::BTreeSet;

const MARK: u32 = 0;
const HELD: u32 = 1;
const SIGNED: u32 = 2;

fn cell(number: u8) -> CellId {
    CellId([number; 32])
}

fn variable(number: u8) -> Term {
    Term::Variable(number)
}

fn text(text: &str) -> Term {
    Term::Value(Value::Text(text.to_owned()))
}

fn int(int: u64) -> Term {
    Term::Value(Value::Int(int))
}

fn holds(relation: u32, terms: &[Term]) -> Literal {
    Literal::Relation { relation, terms: terms.to_vec(), negated: false }
}

fn not(relation: u32, terms: &[Term]) -> Literal {
    Literal::Relation { relation, terms: terms.to_vec(), negated: true }
}

fn call(predicate: u32, terms: &[Term]) -> Literal {
    Literal::Predicate { predicate, terms: terms.to_vec() }
}

fn compare(left: Term, comparison: Comparison, right: Term) -> Literal {
    Literal::Compare { left, comparison, right }
}

fn member(cells: impl IntoIterator<Item = u8>, negated: bool) -> Literal {
    Literal::Member { cells: cells.into_iter().map(cell).collect(), negated }
}

fn relation(name: &str, types: &[Type], visibility: Visibility, writer: Writer) -> Relation {
    let columns = types.iter().map(|ty| Column { name: ty.word().to_owned(), ty: *ty }).collect();
    Relation { name: name.to_owned(), columns, visibility, writer }
}

/// `mark(cell, text)` public, `held(cell, int)` held, `signed(cell, cell, text, int)` held by its first column.
fn relations() -> Vec<(u32, Relation)> {
    let mark = relation("mark", &[Type::Cell, Type::Text], Visibility::Public, Writer::Council);
    let held = relation("held", &[Type::Cell, Type::Int], Visibility::Held, Writer::Council);
    let signed = [Type::Cell, Type::Cell, Type::Text, Type::Int];
    let signed = relation("signed", &signed, Visibility::Held, Writer::Column(0));
    vec![(MARK, mark), (HELD, held), (SIGNED, signed)]
}

fn predicate(name: &str, columns: &[(Type, bool)], rules: &[(&[Term], &[Literal])]) -> Predicate {
    let columns = columns.iter().map(|&(ty, input)| PredicateColumn { ty, input }).collect();
    let rule = |(head, body): &(&[Term], &[Literal])| Rule { head: head.to_vec(), body: body.to_vec() };
    Predicate { name: name.to_owned(), columns, rules: rules.iter().map(rule).collect() }
}

/// The rules of goals, the last goal apart: that is `allow`, which calls each of `clauses` after all guards.
fn access(goals: &[&[&[Literal]]], guards: &[u16], clauses: &[u16]) -> Access {
    let goal = |bodies: &&[&[Literal]]| Goal {
        rules: bodies.iter().map(|body| GoalRule { body: body.to_vec() }).collect(),
    };
    let mut goals: Vec<Goal> = goals.iter().map(goal).collect();
    let calls = |clause: &u16| GoalRule {
        body: guards.iter().chain([clause]).map(|goal| Literal::Goal { goal: *goal }).collect(),
    };
    goals.push(Goal { rules: clauses.iter().map(calls).collect() });
    Access { proof: false, guards: guards.to_vec(), clauses: clauses.to_vec(), goals }
}

fn leaf(access: Access, predicates: Vec<(u32, Predicate)>) -> ClassLeaf {
    ClassLeaf {
        class: 0,
        limits: Limits::default(),
        content: PolicyClass {
            kind: ClassKind::Route,
            access: [access.clone(), access.clone(), access],
            services: vec![],
        },
        redirect: None,
        gateway: None,
        predicates,
        relations: relations(),
    }
}

/// A leaf whose only clause is this body.
fn clause(body: &[Literal]) -> ClassLeaf {
    leaf(access(&[&[body]], &[], &[0]), vec![])
}

const PATH: [&str; 2] = ["services", "ai"];

fn query(leaf: &ClassLeaf) -> Query<'_> {
    Query { leaf, permission: Permission::Read, caller: Some(cell(7)), epoch: 5, segments: Some(&PATH) }
}

/// The elements of what the listings name.
fn named(digest: Digest) -> String {
    let cells = (0..40).map(|number| (Value::Cell(cell(number)), format!("@{number}")));
    let ints = (0..2000).map(|int| (Value::Int(int), int.to_string()));
    let texts = ["a", "b", "services", "ai"].map(|text| (Value::Text(text.to_owned()), format!("{text:?}")));
    let mut known = cells.skip(1).chain(ints).chain(texts);
    let found = known.find(|(value, _)| value_elements(value) == Some(digest));
    found.map_or_else(|| "a set".to_owned(), |(_, name)| name)
}

fn predicate_name(atom: &Atom) -> String {
    let relations = relations();
    let base = relations.iter().find(|(_, relation)| relation_element(relation) == atom.predicate);
    match (atom.source, base) {
        (source::DERIVED, _) if atom.predicate >= PREDICATES => format!("p{}", atom.predicate - PREDICATES),
        (source::DERIVED, _) if atom.predicate >= RESERVED => format!("g{}", atom.predicate - RESERVED),
        (source::DERIVED, _) => "goal".to_owned(),
        (_, Some((_, relation))) => relation.name.clone(),
        _ if atom.predicate == member_relation() => "member".to_owned(),
        (source, None) => {
            assert_eq!(atom.predicate, 0);
            if source == source::STAKE { "stake" } else { "self" }.to_owned()
        }
    }
}

/// A line an atom: what it says, where facts come from, and how often each variable occurs.
fn listing(program: &Program) -> String {
    let mut lines = Vec::new();
    for (number, rule) in program.rules.iter().enumerate() {
        for (place, atom) in program.rule(number).iter().enumerate() {
            assert_eq!(atom.pc as usize, rule.start + place + 1);
            assert_eq!(atom.last, place + 1 == rule.len());
            assert_eq!(atom.kind == AtomKind::Head, place == 0);
            let used: Vec<u8> = atom.variables.iter().copied().filter(|variable| *variable != 0).collect();
            assert!(atom.variables.iter().skip(used.len()).all(|variable| *variable == 0));
            assert!(atom.occurrences.iter().skip(used.len()).all(|count| *count == 0));
            let names: Vec<String> = used.iter().map(|variable| format!("v{variable}")).collect();
            let counts: Vec<String> = atom.occurrences.iter().take(used.len()).map(i64::to_string).collect();
            let says = match atom.kind {
                AtomKind::Head => format!("{}({}) if", predicate_name(atom), names.join(", ")),
                AtomKind::Premise => {
                    format!("  {}({}) @{}", predicate_name(atom), names.join(", "), atom.source)
                }
                AtomKind::GoalPremise => {
                    format!("  {}({}) @{} in goal", predicate_name(atom), names.join(", "), atom.source)
                }
                AtomKind::Constant => format!("  {} = {}", names.join(""), named(atom.constant)),
                AtomKind::Less => format!("  {}", names.join(" < ")),
                AtomKind::LessOrEqual => format!("  {}", names.join(" <= ")),
                AtomKind::NotEqual => format!("  {}", names.join(" != ")),
            };
            if atom.kind != AtomKind::Constant {
                assert_eq!(atom.constant, Digest::ZERO);
            }
            lines.push(format!("{says} [{}]", counts.join(" ")));
        }
    }
    lines.join("\n")
}

/// Every variable is provided as often as it is used, rule by rule.
fn assert_balanced(program: &Program) {
    for rule in 0..program.rules.len() {
        let mut sums = std::collections::BTreeMap::new();
        let mut seen = BTreeSet::new();
        for atom in program.rule(rule) {
            for (variable, count) in atom.variables.iter().zip(&atom.occurrences) {
                if *variable != 0 {
                    assert_eq!(seen.insert(*variable), *count >= 0, "the first occurrence provides");
                    *sums.entry(*variable).or_insert(0) += count;
                }
            }
        }
        assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
        assert_eq!(seen.len(), seen.last().map_or(0, |last| usize::from(*last)), "numbered without holes");
    }
}

#[track_caller]
fn assert_listing(query: &Query<'_>, expected: &str) {
    let program = Program::of(query).unwrap();
    assert_balanced(&program);
    assert_eq!(Program::of(query).unwrap(), program);
    let expected: Vec<&str> = expected.lines().map(|line| line.trim_end().trim_start_matches('|')).collect();
    assert_eq!(listing(&program), expected.join("\n").trim());
}

/// The listing of the first goal's rules, without what every program begins with and the rules of `allow`.
#[track_caller]
fn assert_clause(body: &[Literal], expected: &str) {
    let leaf = clause(body);
    let begins = "goal() if []\n|  self(v1) @9 in goal [2]\n|  v1 = @7 [-1]\n|  g1(v1) @0 in goal [-1]\n";
    let allow = if expected.is_empty() { "" } else { "\ng1(v1) if [1]\n|  g0(v1) @0 in goal [-1]" };
    let allow = if expected.is_empty() { "g1(v1) if [1]\n|  g0(v1) @0 in goal [-1]" } else { allow };
    assert_listing(&query(&leaf), &format!("{begins}{}{allow}", expected.trim()));
}
