//! Deletion: whatever is left out of the AIR, some forgery passes. A constraint that none needs is not in it.
//!
//! Which attack needs which is decided by the checker; that the verifier then accepts is shown for a few of them, and for
//! all with `DREGG_DELETION=all`.

use dregg_air::air::{AUXILIARY_CONSTRAINTS, MAIN_CONSTRAINTS, fixed, names};
use dregg_air::bus::SUMS;
use dregg_air::tuple::Tag;
use dregg_tests::statement::attacks::{self, Attack, Break, on_all_cores};
use dregg_tests::statement::deleted::{masked, number_of};
use dregg_tests::statement::sums::{self, Lie};
use dregg_tests::statement::{self, Deleted, Without, without};
use dregg_verify::Reject;
use std::collections::{BTreeMap, BTreeSet};

/// What an attack needs left out, if that is a single constraint or assertion.
fn needs(attack: &Attack) -> Option<Without> {
    match attack.breaks.as_slice() {
        [Break::Constraint(name, place)] => Some(Without::Transition(number_of(name, *place))),
        [one @ (Break::First(_) | Break::Last(_))] => attack.assertion(*one).map(Without::Assertion),
        [] | [Break::Bus(_)] | [_, _, ..] => None,
    }
}

/// The attacks by what they need.
fn by_need() -> BTreeMap<String, (Without, Attack)> {
    let all = attacks::all().into_iter();
    all.filter_map(|attack| needs(&attack).map(|what| (format!("{what:?}"), (what, attack)))).collect()
}

#[test]
fn every_constraint_and_assertion_stops_an_attack_that_nothing_else_stops() {
    let by_need = by_need();
    for (what, attack) in by_need.values() {
        let violations = without(*what, || attack.claimed.violations(&masked::<_, Deleted>(&attack.inputs)));
        assert!(violations.none(), "{}: {violations:?}", attack.name);
    }
    let mut missing = Vec::new();
    let mut before: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, name) in names().enumerate() {
        let place = before.entry(name).or_default();
        if !by_need.contains_key(&format!("{:?}", Without::Transition(number))) {
            missing.push(format!("{name}[{place}]"));
        }
        *place += 1;
    }
    assert_eq!(names().count(), MAIN_CONSTRAINTS);
    for (number, fixed) in fixed(440).into_iter().enumerate() {
        if !by_need.contains_key(&format!("{:?}", Without::Assertion(number))) {
            missing.push(format!("{fixed:?}"));
        }
    }
    assert!(missing.is_empty(), "no attack needs:\n{}", missing.join("\n"));
}

#[test]
fn the_verifier_accepts_a_forgery_without_the_constraint_it_violates() {
    let everything = std::env::var("DREGG_DELETION").is_ok_and(|value| value == "all");
    let some = by_need().into_values().enumerate().filter(|(number, _)| everything || number % 16 == 0);
    let some: Vec<(Without, Attack)> = some.map(|(_, one)| one).collect();
    on_all_cores(&some, |(what, attack)| {
        let verdict = without(*what, || attack.claimed.verdict(&masked::<_, Deleted>(&attack.inputs)));
        assert_eq!(verdict, Ok(()), "{} without {what:?}", attack.name);
    });
}

/// A fact under no root, of which the bus misses a claim.
fn unbalanced() -> Attack {
    attacks::all().into_iter().find(|attack| attack.name == "a fact under no root").unwrap()
}

#[test]
fn every_sum_of_the_bus_stops_a_lie_about_it() {
    let mut lies: Vec<(Lie, Without)> = (0..=SUMS)
        .map(|column| (Lie::Column(column), Without::Transition(MAIN_CONSTRAINTS + column)))
        .collect();
    let attack = unbalanced();
    let assertions = fixed(attack.claimed.real_rows()).len();
    lies.push((Lie::Start, Without::Assertion(assertions)));
    lies.push((Lie::End, Without::Assertion(assertions + 1)));
    // The last auxiliary constraint hides; it has tests of its own.
    assert_eq!(AUXILIARY_CONSTRAINTS.len(), SUMS + 2);
    assert_eq!(AUXILIARY_CONSTRAINTS[SUMS + 1].0, "hiding.quotient");
    on_all_cores(&lies, |(lie, what)| {
        assert_eq!(sums::verdict(&attack.claimed, &attack.inputs, *lie), Err(Reject::Constraints), "{lie:?}");
        let inputs = masked::<_, Deleted>(&attack.inputs);
        let verdict = without(*what, || sums::verdict(&attack.claimed, &inputs, *lie));
        assert_eq!(verdict, Ok(()), "{lie:?} without {what:?}");
    });
}

#[test]
fn every_public_tuple_is_demanded() {
    let violated = |attack: &Attack, tag: Tag| {
        let inputs = masked::<_, Deleted>(&attack.inputs);
        without(Without::Public(tag), || attack.claimed.violations(&inputs))
    };
    let unwalked =
        attacks::all().into_iter().find(|one| one.name == "a hidden path without any walk").unwrap();
    assert!(violated(&unwalked, Tag::Walk).none());
    // The others are given, once each: without them the honest trace takes what nobody gives.
    for case in statement::all() {
        let inputs = case.inputs();
        let tags: BTreeSet<Tag> = inputs.terms().iter().map(|term| term.tag).collect();
        let honest = Attack { name: case.name, claimed: case.claimed(), inputs, breaks: Vec::new() };
        for tag in tags {
            assert_eq!(violated(&honest, tag).buses, BTreeSet::from([tag]), "{} {tag:?}", case.name);
        }
    }
}

#[test]
fn the_page_names_every_constraint_with_its_attack() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/soundness.md");
    let page = std::fs::read_to_string(file).unwrap();
    let tables = statement::page::tables(&attacks::all());
    let (before, rest) = page.split_once("| constraint |").unwrap();
    let after = rest.split_once("\n\n<!-- end of constraints -->").unwrap().1;
    let wanted = format!("{before}{}\n<!-- end of constraints -->{after}", tables);
    if std::env::var("DREGG_WRITE").is_ok_and(|what| what == "soundness") {
        std::fs::write(file, wanted).unwrap();
    } else {
        assert!(page == wanted, "write the tables anew with DREGG_WRITE=soundness:\n{tables}");
    }
}
