//! Limits, ceilings, and what the errors say.

use super::{accepted, refused};
use crate::{Artifact, DecodeError, Fault, Limits, Place, sample};

#[test]
fn limits_are_within_their_ceilings() {
    let Limits { path_bytes, segments, derivation_depth, .. } = Limits::CEILING;
    accepted(|artifact| {
        artifact.limits = Limits { path_bytes, segments, derivation_depth, proof_facts: Limits::PROOF_FACTS };
    });
    let above = Fault::AboveCeiling;
    refused(|artifact| artifact.limits.path_bytes = path_bytes + 1, Place::Limits, above);
    refused(|artifact| artifact.limits.segments = segments + 1, Place::Limits, above);
    refused(|artifact| artifact.limits.derivation_depth = derivation_depth + 1, Place::Limits, above);
    refused(|artifact| artifact.limits.proof_facts = Limits::PROOF_FACTS + 1, Place::Limits, above);
}

#[test]
fn a_newer_edition_is_refused_before_its_bytes_are_made() {
    let mut artifact = sample::realistic();
    artifact.edition = 1;
    assert_eq!(artifact.validate(), Err(DecodeError::NewerEdition { found: 1 }));
}

#[test]
fn more_than_any_policy_may_have_is_refused() {
    let mut artifact = sample::realistic();
    artifact.facts = vec![artifact.facts[0].clone(); Limits::FACTS + 1];
    let found = Limits::FACTS as u64 + 1;
    let expected = DecodeError::TooLarge { what: "facts", found, most: Limits::FACTS as u64 };
    assert_eq!(artifact.validate(), Err(expected.clone()));
    assert_eq!(expected.code(), "E0805");
    assert_eq!(expected.to_string(), "1000001 facts, at most 1000000 are allowed");

    let mut artifact = sample::realistic();
    artifact.routes = vec![artifact.routes[0].clone(); Limits::ROUTES as usize + 1];
    let refused = matches!(artifact.validate(), Err(DecodeError::TooLarge { what: "routes", .. }));
    assert!(refused);

    let mut artifact = sample::realistic();
    artifact.dfa = crate::Dfa::new(Vec::new(), Limits::STATES + 1);
    let refused = matches!(artifact.validate(), Err(DecodeError::TooLarge { what: "automaton states", .. }));
    assert!(refused);
}

/// Many classes that reach one large program: small bytes, leaves of their product. Honest policies stay far below.
#[test]
fn leaves_may_not_outgrow_the_artifact() {
    let mut artifact = sample::realistic();
    let rule = artifact.predicates[1].rules[0].clone();
    let mut rules = Vec::new();
    for number in 0..20_000 {
        let mut rule = rule.clone();
        rule.body.push(crate::Literal::Compare {
            left: sample::int(number),
            comparison: crate::Comparison::Less,
            right: sample::int(1),
        });
        rules.push(rule);
    }
    artifact.predicates[1].rules = rules;
    let gateway = artifact.classes.last().unwrap().clone();
    for stake in 0..4_000u64 {
        let mut class = gateway.clone();
        class.access[2] = sample::access(false, &[], &[sample::goal(&[vec![stake_of(stake)]])]);
        artifact.classes.push(class);
    }
    artifact.classes.sort();
    artifact.texts.classes.clear();
    let error = super::super::leaves::validate(&artifact).unwrap_err();
    assert!(matches!(error, DecodeError::TooLarge { what: "bytes of class leaves", .. }), "{error}");
    artifact.predicates[1].rules.truncate(100);
    assert_eq!(super::super::leaves::validate(&artifact), Ok(()));
}

fn stake_of(at_least: u64) -> crate::Literal {
    crate::Literal::Stake { at_least }
}

#[test]
fn errors_say_where_and_why() {
    let mut artifact = sample::realistic();
    let class = artifact.classes.iter().position(|class| !class.services.is_empty()).unwrap();
    artifact.classes[class].access[1].goals[0].rules[0].body = vec![crate::Literal::Goal { goal: 7 }];
    let error = Artifact::decode(&artifact.encode()).unwrap_err();
    assert_eq!(error.code(), "E0804");
    let text = format!("policy class {class}, invoke, goal 0: calls goal 7, which is not before it");
    assert_eq!(error.to_string(), text);
}
