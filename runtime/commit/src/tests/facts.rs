//! What is there, what is absent, and what a root of facts depends on.

use super::records::{cell, relation};
use crate::facts::{LAST_HIGH, key};
use crate::record::{gap, member_relation, set_element};
use crate::*;
use dregg_artifact::{
    Access, Artifact, CellId, ClassKind, Delegation, Fact, Gateway, Goal, GoalRule, Literal, PolicyClass,
    Type, Value, Visibility,
};

/// `granted(cell,int)` and `revoked(int)` public, `owned(cell)` held.
fn artifact() -> Artifact {
    let relations = vec![
        relation("granted", &[Type::Cell, Type::Int], Visibility::Public),
        relation("owned", &[Type::Cell], Visibility::Held),
        relation("revoked", &[Type::Int], Visibility::Public),
    ];
    Artifact { relations, facts: vec![revoked(1)], ..Artifact::default() }
}

fn granted(who: u8, what: u64) -> Fact {
    Fact { relation: 0, arguments: vec![Value::Cell(cell(who)), Value::Int(what)] }
}

fn revoked(what: u64) -> Fact {
    Fact { relation: 2, arguments: vec![Value::Int(what)] }
}

fn elements(artifact: &Artifact, fact: &Fact) -> FactElements {
    FactElements::new(&artifact.relations[fact.relation as usize], &fact.arguments).unwrap()
}

fn cells(range: std::ops::Range<u8>) -> Vec<CellId> {
    let mut cells: Vec<CellId> = range.map(cell).collect();
    cells.sort();
    cells
}

fn program(cells: &[CellId], negated: bool) -> Access {
    let rule = GoalRule { body: vec![Literal::Member { cells: cells.to_vec(), negated }] };
    Access { goals: vec![Goal { rules: vec![rule] }], ..Access::default() }
}

#[test]
fn roots_are_frozen() {
    let artifact = artifact();
    let root = |facts: &[Fact]| CellId(FactTree::new(&artifact, facts).unwrap().root().to_bytes()).to_hex();
    assert_eq!(root(&[]), "613173f707627ad6e6df1a63659d4a43e0f98f97dbf432dbb116c395f85afbb6");
    assert_eq!(
        root(&[granted(1, 5), granted(2, 6), revoked(3)]),
        "c71d7795be8d34f75b96867ad2d438bfc1c2ffdb525452192ecd6b088f041b60"
    );
}

#[test]
fn leaves_stand_as_documented() {
    let artifact = artifact();
    let facts = [granted(2, 6), revoked(3), granted(1, 5)];
    let tree = FactTree::new(&artifact, &facts).unwrap();
    let mut all: Vec<FactElements> = facts.iter().map(|fact| elements(&artifact, fact)).collect();
    all.push(elements(&artifact, &revoked(1)));
    all.sort_by_key(|fact| (fact.relation, fact.public().digest()));
    let mut leaves: Vec<Digest> = all.iter().map(|fact| fact.public().digest()).collect();
    let mut relations = [&artifact.relations[0], &artifact.relations[2]].map(relation_element);
    relations.sort();
    for element in relations {
        let mut keys: Vec<u64> = all
            .iter()
            .filter(|fact| fact.relation == element)
            .map(|fact| key(&fact.public().digest()))
            .collect();
        keys.sort();
        let ends = [vec![0], keys, vec![LAST_HIGH]].concat();
        leaves.extend(ends.windows(2).map(|ends| gap(element, ends[0], ends[1]).digest()));
    }
    assert_eq!(tree.facts(), 4);
    assert_eq!(tree.tree().leaves(), leaves);
    assert_eq!(tree.root(), Tree::new(leaves).root());
}

#[test]
fn each_tuple_is_there_or_absent_and_opens_so() {
    let artifact = artifact();
    let stated: Vec<Fact> =
        (0..40).map(|at| if at % 2 == 0 { granted(at, 7) } else { revoked(at.into()) }).collect();
    let tree = FactTree::new(&artifact, &stated).unwrap();
    for fact in stated.iter().chain(&artifact.facts) {
        let fact = elements(&artifact, fact);
        let at = tree.find(&fact).unwrap();
        assert_eq!(tree.tree().leaves()[at], fact.public().digest());
        assert_eq!(tree.absent(&fact), None);
    }
    for number in 100..300 {
        let fact = elements(&artifact, &revoked(number));
        assert_eq!(tree.find(&fact), None);
        let (at, found) = tree.absent(&fact).unwrap();
        assert_eq!(found.relation, fact.relation);
        let key = key(&fact.public().digest());
        assert!(found.low < key && key < found.high);
        assert_eq!(tree.tree().leaves()[at], gap(found.relation, found.low, found.high).digest());
    }
    let held = elements(&artifact, &Fact { relation: 1, arguments: vec![Value::Cell(cell(1))] });
    assert_eq!((tree.find(&held), tree.absent(&held)), (None, None), "a held relation has no gap");
}

#[test]
fn the_root_is_of_a_set() {
    let artifact = artifact();
    let root = |facts: &[Fact]| FactTree::new(&artifact, facts).unwrap().root();
    let facts = [granted(1, 5), revoked(3)];
    assert_eq!(root(&facts), root(&[revoked(3), granted(1, 5), granted(1, 5), revoked(1)]));
    assert_ne!(root(&facts), root(&[granted(1, 5)]));
    assert_ne!(root(&facts), root(&[granted(1, 6), revoked(3)]));
}

#[test]
fn no_second_spelling_of_a_limb_falls_into_a_gap() {
    // As an integer, a limb may be written with the prime added, if that is below 2^64.
    for limb in [0u64, 1, 77, (1 << 32) - 2] {
        let spelled = u128::from(limb) + u128::from(hash::MODULUS);
        assert!(spelled < 1 << 64);
        let low = (spelled % (1 << 56)) as u64;
        assert!(low + 1 >= LAST_HIGH, "{limb}");
    }
    assert!(u128::from((1u64 << 32) - 1) + u128::from(hash::MODULUS) == 1 << 64);
}

#[test]
fn what_is_no_public_fact_is_refused() {
    let artifact = artifact();
    let refused = |fact: Fact| FactTree::new(&artifact, &[granted(1, 1), fact]).map(|tree| tree.root());
    let values = [Value::Cell(cell(1)), Value::Int(1)];
    assert!(refused(Fact { relation: 0, arguments: values.to_vec() }).is_ok());
    let wrong = Err(FactsError::Fact(1));
    assert_eq!(refused(Fact { relation: 0, arguments: values[..1].to_vec() }), wrong);
    assert_eq!(refused(Fact { relation: 2, arguments: values[..1].to_vec() }), wrong);
    assert_eq!(refused(Fact { relation: 1, arguments: values[..1].to_vec() }), wrong, "held");
    assert_eq!(refused(Fact { relation: 9, arguments: values.to_vec() }), wrong);
    assert_eq!(refused(revoked(1 << 56)), wrong);
    let mut twice = artifact.clone();
    twice.relations.push(artifact.relations[0].clone());
    assert_eq!(FactTree::new(&twice, &[]).map(|tree| tree.root()), Err(FactsError::Collision(0, 3)));
}

#[test]
fn large_sets_are_reserved_facts_with_gaps_of_their_own() {
    let (large, small, delegates) = (cells(0..9), cells(0..8), cells(20..40));
    let mut artifact = artifact();
    let access = [program(&large, false), program(&small, false), program(&large, true)];
    artifact.classes = vec![PolicyClass { kind: ClassKind::Route, access, services: Vec::new() }];
    let to = program(&delegates, false);
    let delegation = Some(Delegation { to, depth: 1, max_routes: 1 });
    artifact.gateways = vec![Gateway { prefix: "/a".to_owned(), owner: cell(1), delegation }];
    let sets = member_sets(&artifact);
    assert_eq!(sets.len(), 2);
    assert!(sets.contains(large.as_slice()) && sets.contains(delegates.as_slice()));

    let tree = FactTree::new(&artifact, &[]).unwrap();
    assert_eq!(tree.facts(), 1 + large.len() + delegates.len());
    let member = |set: &[CellId], number| FactElements::member(set_element(set), &cell(number)).unwrap();
    assert_eq!(member(&large, 1).relation, member_relation());
    assert!(tree.find(&member(&large, 8)).is_some());
    assert!(tree.find(&member(&large, 20)).is_none() && tree.absent(&member(&large, 20)).is_some());
    assert!(tree.find(&member(&delegates, 20)).is_some());
    assert_eq!(tree.absent(&member(&delegates, 20)), None, "the gaps of one set span no other's members");
    // Without large sets there is nothing to be absent from.
    let plain = FactTree::new(&self::artifact(), &[]).unwrap();
    assert_eq!(plain.absent(&member(&large, 20)), None);
}

#[test]
fn many_facts_are_each_found_at_their_place() {
    let artifact = artifact();
    let facts: Vec<Fact> = (0..20_000).map(revoked).collect();
    let tree = FactTree::new(&artifact, &facts).unwrap();
    let found = facts.iter().filter_map(|fact| tree.find(&elements(&artifact, fact)));
    assert_eq!(found.collect::<std::collections::BTreeSet<_>>().len(), facts.len());
    assert!(tree.absent(&elements(&artifact, &revoked(20_000))).is_some());
}
