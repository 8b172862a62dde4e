//! Facts and `FACTS.json`: what is taken, and each way to be refused.

use super::build::{asking, call, cell, goal, int, k, predicate, relation, state, text, v, who};
use crate::{FactError, FactProblem, Facts, Permission, Policy, Request, Type, Value};
use dregg_artifact::CellId;

fn policy() -> Policy {
    let mut artifact = asking(goal(&[super::build::fact(0, &[v(0), k(text("tier2"))])]));
    artifact.relations.push(relation("granted", &[Type::Cell, Type::Text]));
    artifact.relations.push(relation("spent", &[Type::Cell, Type::Int]));
    artifact.predicates.push(predicate("holds", &[Type::Cell], &[], &[]));
    artifact.classes[0].access[1] =
        super::build::access(&[], &[goal(&[dregg_artifact::Literal::Stake { at_least: 12 }])]);
    state(&mut artifact, 0, &[who(9), text("tier2")]);
    Policy::from_artifact(artifact)
}

fn allows(policy: &Policy, facts: &Facts, permission: Permission, caller: CellId) -> bool {
    policy.decide(&Request { permission, path: "/x", caller, epoch: 0, proved: false }, facts).is_allow()
}

#[test]
fn the_policys_own_facts_are_always_there() {
    let policy = policy();
    let mut facts = Facts::new(&policy);
    assert!(allows(&policy, &facts, Permission::Read, cell(9)));
    assert!(!allows(&policy, &facts, Permission::Read, cell(1)));
    facts.assert("granted", vec![who(1), text("tier2")]).unwrap();
    facts.assert("granted", vec![who(1), text("tier2")]).unwrap();
    assert!(allows(&policy, &facts, Permission::Read, cell(1)));
    assert!(allows(&policy, &facts, Permission::Read, cell(9)));
    assert_eq!(facts.iter().count(), 2);
}

#[test]
fn facts_that_fit_no_relation_are_refused() {
    let policy = policy();
    let mut facts = Facts::new(&policy);
    let unknown = |name: &str, close: Option<&str>| FactProblem::Unknown {
        name: name.to_owned(),
        close: close.map(ToOwned::to_owned),
    };
    assert_eq!(facts.assert("grantd", vec![who(1)]), Err(unknown("grantd", Some("granted"))));
    assert_eq!(facts.assert("elsewhere", vec![who(1)]), Err(unknown("elsewhere", None)));
    assert_eq!(facts.assert("holds", vec![who(1)]), Err(FactProblem::Derived { name: "holds".to_owned() }));
    let arity = FactProblem::Arity { expected: 2, found: 1 };
    assert_eq!(facts.assert("granted", vec![who(1)]), Err(arity));
    let ty = FactProblem::Type { column: "column1".to_owned(), expected: Type::Text };
    assert_eq!(facts.assert("granted", vec![who(1), int(3)]), Err(ty));
    assert_eq!(facts.iter().count(), 1, "nothing was added");
}

#[test]
fn values_have_bounds() {
    let policy = policy();
    let mut facts = Facts::new(&policy);
    facts.assert("spent", vec![who(1), int((1 << 56) - 1)]).unwrap();
    let large = FactProblem::IntTooLarge { column: "column1".to_owned() };
    assert_eq!(facts.assert("spent", vec![who(1), int(1 << 56)]), Err(large));
    facts.assert("granted", vec![who(1), text(&"é".repeat(127))]).unwrap();
    let long = FactProblem::TextTooLong { column: "column1".to_owned() };
    assert_eq!(facts.assert("granted", vec![who(1), text(&"é".repeat(128))]), Err(long));
    let none = FactProblem::Cell { column: "column0".to_owned() };
    let bytes = Value::Cell(CellId([255; 32]));
    assert_eq!(facts.assert("granted", vec![bytes, text("t")]), Err(none));
    assert!(facts.stake(cell(1), (1 << 56) - 1).is_ok());
    assert!(facts.stake(cell(1), 1 << 56).is_err());
    assert!(facts.stake(CellId([255; 32]), 1).is_err());
}

#[test]
fn json_gives_facts_and_stakes() {
    let policy = policy();
    let digits = "03".repeat(32);
    let json = format!(
        r#"{{"facts": [{{"relation": "granted", "args": ["@alice", "tier2"]}},
                       {{"args": ["{digits}", "tier2"], "relation": "granted"}},
                       {{"relation": "spent", "args": ["@bob", 72057594037927935]}}],
             "stakes": {{"@bob": 12, "{digits}": 11}}}}"#
    );
    let facts = Facts::from_json(&policy, &json).unwrap();
    for (caller, read, invoke) in [(1, true, false), (2, false, true), (3, true, false), (9, true, false)] {
        assert_eq!(allows(&policy, &facts, Permission::Read, cell(caller)), read, "{caller}");
        assert_eq!(allows(&policy, &facts, Permission::Invoke, cell(caller)), invoke, "{caller}");
    }
    assert_eq!(Facts::from_json(&policy, "{}").unwrap().iter().count(), 1);
}

#[test]
fn json_errors_name_the_fact_and_the_column() {
    let policy = policy();
    let column = |number: usize| format!("column{number}");
    let text_wanted = || FactProblem::Type { column: column(1), expected: Type::Text };
    let int_wanted = || FactProblem::Type { column: column(1), expected: Type::Int };
    let cases = [
        (r#"{"relation":"granted","args":["@alice",7]}"#, text_wanted()),
        (r#"{"relation":"granted","args":["@alice",null]}"#, text_wanted()),
        (r#"{"relation":"granted","args":["@alice",["x",{"y":1}]]}"#, text_wanted()),
        (r#"{"relation":"granted","args":["@alice",{"y":[1]}]}"#, text_wanted()),
        (r#"{"relation":"spent","args":["@alice","7"]}"#, int_wanted()),
        (r#"{"relation":"spent","args":["@alice",7.0]}"#, int_wanted()),
        (r#"{"relation":"spent","args":["@alice",1e3]}"#, int_wanted()),
        (r#"{"relation":"spent","args":["@alice",-7]}"#, int_wanted()),
        (r#"{"relation":"spent","args":["@alice",true]}"#, int_wanted()),
        (r#"{"relation":"spent","args":["@alice",99999999999999999999]}"#, int_wanted()),
        (
            r#"{"relation":"spent","args":["@alice",72057594037927936]}"#,
            FactProblem::IntTooLarge { column: column(1) },
        ),
        (r#"{"relation":"spent","args":["@carol",7]}"#, FactProblem::Cell { column: column(0) }),
        (r#"{"relation":"spent","args":["alice",7]}"#, FactProblem::Cell { column: column(0) }),
        (r#"{"relation":"spent","args":["@alice"]}"#, FactProblem::Arity { expected: 2, found: 1 }),
        (r#"{"relation":"holds","args":["@alice"]}"#, FactProblem::Derived { name: "holds".to_owned() }),
    ];
    for (entry, problem) in cases {
        let json = format!(r#"{{"facts":[{{"relation":"spent","args":["@bob",1]}},{entry}]}}"#);
        let error = Facts::from_json(&policy, &json).unwrap_err();
        assert_eq!(error, FactError::Fact { index: 1, problem }, "{entry}");
        assert!(error.to_string().starts_with("fact 1: "), "{error}");
    }
}

#[test]
fn json_of_another_shape_is_refused_by_name() {
    let policy = policy();
    let nested = format!("{{\"facts\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let cases = [
        ("", "EOF"),
        ("[]", "object"),
        ("{} {}", "trailing"),
        (r#"{"fact":[]}"#, "`fact`"),
        (r#"{"facts":[],"facts":[]}"#, "duplicate field `facts`"),
        (r#"{"facts":[{"relation":"spent","args":[],"holder":1}]}"#, "`holder`"),
        (r#"{"facts":[{"relation":"spent"}]}"#, "missing field `args`"),
        (r#"{"facts":[{"args":[]}]}"#, "missing field `relation`"),
        (r#"{"stakes":{"@alice":1.5}}"#, "floating"),
        (r#"{"stakes":{"@alice":-1}}"#, "-1"),
        (r#"{"stakes":[]}"#, "object of cells"),
        (&nested, "object"),
        (r#"{"facts":[["spent",[]]]}"#, "object"),
    ];
    for (json, word) in cases {
        let Err(FactError::Json(message)) = Facts::from_json(&policy, json) else {
            panic!("taken or refused otherwise: {}", json.chars().take(60).collect::<String>());
        };
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn deep_nesting_is_refused_without_recursion() {
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let json = format!(r#"{{"facts":[{{"relation":"spent","args":["@alice",{nested}]}}]}}"#);
    let problem = FactProblem::Type { column: "column1".to_owned(), expected: Type::Int };
    assert_eq!(Facts::from_json(&policy(), &json).unwrap_err(), FactError::Fact { index: 0, problem });
}

#[test]
fn a_stake_is_stated_once_for_a_known_cell() {
    let policy = policy();
    let json = format!(r#"{{"stakes":{{"@alice":1,"0x{}":1}}}}"#, "01".repeat(32));
    let twice = Facts::from_json(&policy, &json).unwrap_err();
    let FactError::Stake { problem: FactProblem::StakeTwice { .. }, .. } = twice else { panic!("{twice}") };
    assert!(Facts::from_json(&policy, r#"{"stakes":{"@alice":1,"@alice":1}}"#).is_err());
    let unknown = Facts::from_json(&policy, r#"{"stakes":{"@carol":1}}"#).unwrap_err();
    let FactError::Stake { cell, problem: FactProblem::Cell { .. } } = unknown else { panic!("{unknown}") };
    assert_eq!(cell, "@carol");
    let large = Facts::from_json(&policy, r#"{"stakes":{"@alice":72057594037927936}}"#).unwrap_err();
    let FactError::Stake { problem: FactProblem::IntTooLarge { .. }, .. } = large else { panic!("{large}") };
}

#[test]
fn a_call_of_the_same_facts_twice_answers_the_same() {
    let mut artifact = asking(goal(&[call(0, &[v(0), k(text("tier2"))])]));
    artifact.relations.push(relation("granted", &[Type::Cell, Type::Text]));
    let rules = [super::build::rule(&[v(0), v(1)], &[super::build::fact(0, &[v(0), v(1)])])];
    artifact.predicates.push(predicate("holds", &[Type::Cell, Type::Text], &[], &rules));
    let policy = Policy::from_artifact(artifact);
    let mut facts = Facts::new(&policy);
    facts.assert("granted", vec![who(1), text("tier2")]).unwrap();
    for caller in [1, 2, 1, 2] {
        assert_eq!(allows(&policy, &facts, Permission::Read, cell(caller)), caller == 1);
    }
}
