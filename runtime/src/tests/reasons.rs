//! Decisions: every reason, their order, and what admits.

use super::build::{access, call, cell, class, closed, compare, empty, fact, goal, int, predicate, v, who};
use super::build::{no_fact, redirect, relation, route, rule, state, tables, text};
use crate::{Admission, BadPath, Decision, Facts, Permission, Policy, Reason, Request};
use dregg_artifact::{Access, Artifact, Comparison, Goal, Literal, Service, Term, Type};

const ALICE: u8 = 1;
const BOB: u8 = 2;

fn is(cells: &[u8]) -> Goal {
    goal(&[Literal::Member { cells: cells.iter().map(|number| cell(*number)).collect(), negated: false }])
}

fn is_not(cells: &[u8]) -> Goal {
    goal(&[Literal::Member { cells: cells.iter().map(|number| cell(*number)).collect(), negated: true }])
}

fn open() -> Goal {
    goal(&[])
}

/// One route `/x` of one class, whose three permissions have the same program.
fn policy(program: Access) -> Artifact {
    let mut artifact = empty();
    route(&mut artifact, "/x");
    let labels =
        |word: &str, count: usize| (0..count).map(move |at| format!("{word} {at}")).collect::<Vec<_>>();
    let texts = [labels("guard", program.guards.len()), labels("clause", program.clauses.len())].concat();
    artifact.texts.classes.push([texts.clone(), texts.clone(), texts]);
    artifact.classes.push(class(program.clone(), program.clone(), program));
    tables(&mut artifact, &[0]);
    artifact
}

fn request(permission: Permission, path: &str, caller: u8) -> Request<'_> {
    Request { permission, path, caller: cell(caller), epoch: 0, proved: false }
}

/// A decision with what was needed in words.
#[derive(Debug, PartialEq)]
enum Answer {
    Allow { route: u32, clause: Admission },
    Deny(Reason, Vec<String>),
}

impl Answer {
    fn is_allow(&self) -> bool {
        matches!(self, Answer::Allow { .. })
    }
}

fn decide(policy: &Policy, request: &Request<'_>, facts: &Facts) -> Answer {
    let decision = policy.decide(request, facts);
    let answer = match decision {
        Decision::Allow { route, clause } => Answer::Allow { route, clause },
        Decision::Deny { reason, needed } => {
            Answer::Deny(reason, needed.texts(policy).into_iter().map(ToOwned::to_owned).collect())
        }
    };
    assert_eq!(answer.is_allow(), decision.is_allow());
    answer
}

fn ask(artifact: &Artifact, request: &Request<'_>) -> Answer {
    let policy = Policy::from_artifact(artifact.clone());
    decide(&policy, request, &Facts::new(&policy))
}

fn read(artifact: &Artifact, caller: u8) -> Answer {
    ask(artifact, &request(Permission::Read, "/x", caller))
}

fn deny(reason: Reason, needed: &[&str]) -> Answer {
    Answer::Deny(reason, needed.iter().map(|text| (*text).to_owned()).collect())
}

fn by_clause(number: u32) -> Answer {
    Answer::Allow { route: 0, clause: Admission::Clause(number) }
}

#[test]
fn a_bad_path_and_a_path_without_a_route_are_denied_first() {
    let mut program = access(&[], &[open()]);
    program.proof = true;
    let artifact = policy(program);
    let bad = ask(&artifact, &request(Permission::Read, "/x/", ALICE));
    assert_eq!(bad, deny(Reason::BadPath(BadPath::TrailingSlash), &[]));
    assert_eq!(ask(&artifact, &request(Permission::Read, "/y", ALICE)), deny(Reason::NoRoute, &[]));
}

#[test]
fn a_required_proof_comes_before_guards() {
    let mut program = access(&[is(&[BOB])], &[open()]);
    program.proof = true;
    let artifact = policy(program);
    assert_eq!(read(&artifact, ALICE), deny(Reason::ProofRequired, &["proof"]));
    let proved = Request { proved: true, ..request(Permission::Read, "/x", ALICE) };
    assert_eq!(ask(&artifact, &proved), deny(Reason::Guard(0), &["guard 0"]));
    assert_eq!(ask(&artifact, &Request { caller: cell(BOB), ..proved }), by_clause(0));
}

#[test]
fn the_first_guard_that_fails_is_named_before_any_clause() {
    let artifact = policy(access(&[is(&[ALICE, BOB]), is_not(&[BOB]), is(&[ALICE])], &[is(&[ALICE])]));
    assert_eq!(read(&artifact, ALICE), by_clause(0));
    assert_eq!(read(&artifact, BOB), deny(Reason::Guard(1), &["guard 1"]));
    assert_eq!(read(&artifact, 3), deny(Reason::Guard(0), &["guard 0"]));
}

#[test]
fn the_smallest_clause_that_holds_admits() {
    let artifact = policy(access(&[], &[is(&[BOB]), is(&[ALICE, BOB]), is(&[ALICE])]));
    assert_eq!(read(&artifact, ALICE), by_clause(1));
    assert_eq!(read(&artifact, BOB), by_clause(0));
    assert_eq!(read(&artifact, 3), deny(Reason::Clause, &["clause 0", "clause 1", "clause 2"]));
}

#[test]
fn guards_are_judged_before_missing_clauses() {
    let artifact = policy(access(&[is(&[ALICE])], &[]));
    assert_eq!(read(&artifact, ALICE), deny(Reason::NoClause, &[]));
    assert_eq!(read(&artifact, BOB), deny(Reason::Guard(0), &["guard 0"]));
}

#[test]
fn an_empty_set_of_cells_admits_nobody() {
    let artifact = policy(access(&[], &[is(&[])]));
    assert_eq!(read(&artifact, ALICE), deny(Reason::Clause, &["clause 0"]));
    assert_eq!(read(&policy(access(&[], &[is_not(&[])])), ALICE), by_clause(0));
}

#[test]
fn a_goal_holds_only_with_the_goals_it_calls() {
    let calls =
        |goals: &[u16]| goal(&goals.iter().map(|goal| Literal::Goal { goal: *goal }).collect::<Vec<_>>());
    let artifact = policy(access(&[], &[is(&[ALICE, BOB]), is_not(&[BOB]), calls(&[0, 1])]));
    assert_eq!(read(&artifact, ALICE), by_clause(0));
    let mut only_last = artifact;
    only_last.classes[0].access[0].clauses = vec![2];
    assert_eq!(read(&only_last, ALICE), by_clause(0));
    assert!(!read(&only_last, BOB).is_allow());
    // A goal of a number that is not smaller does not hold.
    only_last.classes[0].access[0].goals[2] = calls(&[2]);
    assert!(!read(&only_last, ALICE).is_allow());
}

#[test]
fn a_redirect_is_followed_once_but_not_to_mount() {
    let mut artifact = empty();
    redirect(&mut artifact, "/old", "/new");
    redirect(&mut artifact, "/older", "/old");
    redirect(&mut artifact, "/lost", "/nowhere");
    artifact.classes.push(closed());
    let named = goal(&[fact(0, &[v(0), Term::Segment(0)])]);
    artifact.classes.push(class(access(&[], &[named]), access(&[], &[]), access(&[], &[open()])));
    artifact.relations.push(relation("named", &[Type::Cell, Type::Text]));
    state(&mut artifact, 0, &[who(ALICE), text("new")]);
    state(&mut artifact, 0, &[who(BOB), text("old")]);
    route(&mut artifact, "/other");
    route(&mut artifact, "/new");
    tables(&mut artifact, &[3, 4]);

    // Route, class and segments are the target's.
    let to_new = Answer::Allow { route: 1, clause: Admission::Clause(0) };
    assert_eq!(ask(&artifact, &request(Permission::Read, "/old", ALICE)), to_new);
    assert_eq!(ask(&artifact, &request(Permission::Read, "/old", BOB)), deny(Reason::Clause, &[]));
    assert_eq!(ask(&artifact, &request(Permission::Invoke, "/old", ALICE)), deny(Reason::NoClause, &[]));
    assert_eq!(ask(&artifact, &request(Permission::Mount, "/old", ALICE)), deny(Reason::Redirect, &["/new"]));
    assert!(ask(&artifact, &request(Permission::Mount, "/new", ALICE)).is_allow());
    assert_eq!(ask(&artifact, &request(Permission::Read, "/older", ALICE)), deny(Reason::NoRoute, &[]));
    assert_eq!(ask(&artifact, &request(Permission::Read, "/lost", ALICE)), deny(Reason::NoRoute, &[]));
}

#[test]
fn a_listed_service_mounts_where_guards_hold() {
    let service = |number: u8, priority| Service { priority, cell: cell(number), coordinator: false };
    let mut artifact = policy(access(&[is_not(&[BOB])], &[is(&[4])]));
    artifact.classes[0].services = vec![service(ALICE, 10), service(BOB, 20), service(4, 30)];
    let mount = |caller| ask(&artifact, &request(Permission::Mount, "/x", caller));
    assert_eq!(mount(ALICE), Answer::Allow { route: 0, clause: Admission::Service { priority: 10 } });
    assert_eq!(mount(BOB), deny(Reason::Guard(0), &["guard 0"]));
    assert_eq!(mount(4), by_clause(0), "clauses are tried first");
    assert_eq!(mount(3), deny(Reason::Clause, &["clause 0"]));
    assert_eq!(read(&artifact, ALICE), deny(Reason::Clause, &["clause 0"]), "a service mounts and no more");

    let mut artifact = policy(access(&[], &[]));
    artifact.classes[0].services = vec![service(ALICE, 7)];
    let mount = |caller| ask(&artifact, &request(Permission::Mount, "/x", caller));
    assert_eq!(mount(ALICE), Answer::Allow { route: 0, clause: Admission::Service { priority: 7 } });
    assert_eq!(mount(BOB), deny(Reason::NoClause, &[]));
}

#[test]
fn each_permission_has_its_own_program() {
    let mut artifact = policy(access(&[], &[open()]));
    artifact.classes[0].access[1] = access(&[], &[is(&[BOB])]);
    artifact.classes[0].access[2] = access(&[], &[]);
    let ask = |permission| ask(&artifact, &request(permission, "/x", ALICE));
    assert_eq!(ask(Permission::Read), by_clause(0));
    assert_eq!(ask(Permission::Invoke), deny(Reason::Clause, &["clause 0"]));
    assert_eq!(ask(Permission::Mount), deny(Reason::NoClause, &[]));
}

#[test]
fn facts_of_another_policy_decide_nothing() {
    let mut artifact = policy(access(&[], &[goal(&[no_fact(0, &[v(0)])])]));
    artifact.relations.push(relation("banned", &[Type::Cell]));
    let policy = Policy::from_artifact(artifact.clone());
    let same = Policy::from_artifact(artifact.clone());
    state(&mut artifact, 0, &[who(BOB)]);
    let other = Policy::from_artifact(artifact);
    let request = request(Permission::Read, "/x", BOB);
    assert_eq!(decide(&policy, &request, &Facts::new(&same)), by_clause(0));
    assert_eq!(decide(&other, &request, &Facts::new(&policy)), deny(Reason::ForeignFacts, &[]));
    assert_eq!(decide(&policy, &request, &Facts::new(&other)), deny(Reason::ForeignFacts, &[]));
}

#[test]
fn beyond_the_bounds_is_denied_unless_a_clause_before_decides() {
    // far(x) if n(x), n(y), n(z), y < z, z < y: no answer, and a product of 301 cubed to find none.
    let body = [
        fact(0, &[v(0)]),
        fact(0, &[v(1)]),
        fact(0, &[v(2)]),
        compare(v(1), Comparison::Less, v(2)),
        compare(v(2), Comparison::Less, v(1)),
    ];
    let far = goal(&[call(0, &[v(1)])]);
    let with = |clauses: &[Goal], count: u64| {
        let mut artifact = policy(access(&[], clauses));
        artifact.relations.push(relation("n", &[Type::Int]));
        artifact.predicates.push(predicate("far", &[Type::Int], &[], &[rule(&[v(0)], &body)]));
        for number in 0..count {
            state(&mut artifact, 0, &[int(number)]);
        }
        read(&artifact, ALICE)
    };
    assert_eq!(with(&[far.clone(), open()], 20), by_clause(1));
    assert_eq!(with(&[far.clone(), open()], 301), deny(Reason::Limit, &[]));
    assert_eq!(with(&[open(), far], 301), by_clause(0), "a clause that nobody needs is not judged");
}

#[test]
fn reasons_have_their_names() {
    let reasons = [
        (Reason::BadPath(BadPath::NotAbsolute), "BadPath"),
        (Reason::NoRoute, "NoRoute"),
        (Reason::Redirect, "Redirect"),
        (Reason::ProofRequired, "ProofRequired"),
        (Reason::Guard(3), "Guard"),
        (Reason::NoClause, "NoClause"),
        (Reason::Clause, "Clause"),
        (Reason::Limit, "Limit"),
        (Reason::ForeignFacts, "ForeignFacts"),
    ];
    for (reason, name) in reasons {
        assert_eq!(reason.name(), name);
        assert!(!reason.to_string().is_empty());
    }
}
